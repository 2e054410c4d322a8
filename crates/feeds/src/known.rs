//! The project's own written-down tables: devices, networks and bands in TOML.
//!
//! These are ours, so they are read strictly: an unknown key, a missing source or a value of the wrong form
//! costs the row. A row is one `[[device]]`, `[[network]]` or `[[band]]`.

mod entry;

use std::io::{self, BufRead, Read};

use domain::Period;
use domain::radio::{AccessTechnology, Band, BandClaim, BandList, Duplex, Radio};

use crate::limits::TOML_BYTES;
use crate::out::{Draft, Out};
use crate::{BandFact, DeviceFact, Fact, NetworkFact, RidesOnFact, bands};
use AccessTechnology::{Gsm, Lte, Nr, TdScdma, Umts};
use entry::{Entry, Rows};

/// Reads rows called `name` with `read_row`.
fn rows(
    text: &mut dyn BufRead,
    name: &str,
    out: &mut Out<'_>,
    read_row: fn(&Entry<'_>, &mut Draft),
) -> io::Result<()> {
    let mut bytes = Vec::new();
    text.take(TOML_BYTES + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > TOML_BYTES {
        let mut draft = out.draft(1);
        let help = "nothing of it was read; a written-down table is smaller";
        draft.fault(
            "",
            "toml.too_long",
            &format!("more than {TOML_BYTES} bytes"),
            help,
        );
        out.push(draft);
        return Ok(());
    }
    let Ok(text) = String::from_utf8(bytes) else {
        let mut draft = out.draft(1);
        draft.fault("", "text.not_utf8", "", "save the file as UTF-8");
        out.push(draft);
        return Ok(());
    };
    let parsed = Rows::parse(&text, name);
    let entries = parsed.entries();
    for row in &entries {
        if out.full(row.line()) {
            return Ok(());
        }
        let mut draft = out.draft(row.line());
        for (line, message) in parsed.errors_in(row) {
            let help = "correct the TOML there";
            draft.fault_at(line, "", "toml.malformed", &message, help);
        }
        read_row(row, &mut draft);
        out.push(draft);
    }
    for (line, message) in parsed.errors_elsewhere(entries.first()) {
        if out.full(line) {
            return Ok(());
        }
        let mut draft = out.draft(line);
        draft.fault("", "toml.malformed", &message, "correct the TOML there");
        out.push(draft);
    }
    for (line, key) in parsed.strangers() {
        if out.full(line) {
            return Ok(());
        }
        let mut draft = out.draft(line);
        let help = format!("the file holds [[{name}]] rows only");
        draft.fault(&key, "key.unknown", &key, &help);
        out.push(draft);
    }
    Ok(())
}

pub(crate) fn read_devices(text: &mut dyn BufRead, out: &mut Out<'_>) -> io::Result<()> {
    rows(text, "device", out, |row, draft| {
        row.only(
            &[
                "brand",
                "model",
                "variant",
                "codes",
                "codenames",
                "tacs",
                "released",
                "gsm",
                "umts",
                "tdscdma",
                "lte",
                "lte_mhz",
                "nr",
                "nr_mhz",
                "volte",
                "exhaustive",
                "valid_from",
                "valid_until",
                "source",
            ],
            draft,
        );
        let mut tacs = Vec::new();
        for (text, line) in row.texts("tacs", draft) {
            match text.parse() {
                Ok(tac) => tacs.push(tac),
                Err(domain::ParseError { help, .. }) => {
                    draft.fault_at(line, "tacs", "tac.invalid", &text, help);
                }
            }
        }
        let words = |key: &str, draft: &mut Draft| {
            let texts = row.texts(key, draft).into_iter();
            texts.map(|(text, _)| text).collect::<Vec<String>>()
        };
        // A sheet's list is the whole set of the technologies it speaks of, unless the row says which are.
        let radio = radio(row, Whole::UnlessSaid, draft);
        let fact = DeviceFact {
            brand: row.needed("brand", draft),
            model: row.needed("model", draft),
            codes: words("codes", draft),
            codenames: words("codenames", draft),
            tacs,
            radio: (!radio.lists.is_empty() || radio.volte.is_some()).then_some(radio),
            platform: None,
            variant: row.text("variant", draft),
            released: released(row, draft),
            source: row.source(draft),
            valid: row.period(draft),
            ..DeviceFact::default()
        };
        if !draft.has_faults() {
            draft.fact(Fact::Device(fact));
        }
    })
}

fn released(row: &Entry<'_>, draft: &mut Draft) -> Option<String> {
    let text = row.text("released", draft)?;
    let digits =
        |part: &str, count: usize| part.len() == count && part.bytes().all(|b| b.is_ascii_digit());
    let parts: Vec<&str> = text.split('-').collect();
    let good = match parts.as_slice() {
        [year] => digits(year, 4),
        [year, month] => digits(year, 4) && digits(month, 2),
        [year, month, day] => digits(year, 4) && digits(month, 2) && digits(day, 2),
        _ => false,
    };
    if !good {
        let help = "write a year, a month or a day: \"2015\", \"2015-04\"";
        draft.fault_at(
            row.line_of("released"),
            "released",
            "released.not_a_date",
            &text,
            help,
        );
    }
    good.then_some(text)
}

pub(crate) fn read_networks(text: &mut dyn BufRead, out: &mut Out<'_>) -> io::Result<()> {
    rows(text, "network", out, |row, draft| {
        row.only(
            &[
                "id",
                "name",
                "operator",
                "country",
                "plmns",
                "declaration",
                "shutdown",
                "rider",
            ],
            draft,
        );
        let mut plmns = Vec::new();
        for (text, line) in row.texts("plmns", draft) {
            match text.parse() {
                Ok(plmn) => plmns.push(plmn),
                Err(domain::ParseError { help, .. }) => {
                    draft.fault_at(line, "plmns", "plmn.not_a_code", &text, help);
                }
            }
        }
        let country = row.needed("country", draft);
        let parsed = country.parse();
        if let (Err(domain::ParseError { help, .. }), false) = (&parsed, country.is_empty()) {
            draft.fault_at(
                row.line_of("country"),
                "country",
                "country.invalid",
                &country,
                help,
            );
        }
        let network = NetworkFact {
            name: row.needed("name", draft),
            operator: row.needed("operator", draft),
            country: parsed.ok(),
            plmns,
            id: Some(row.needed("id", draft)),
            ..NetworkFact::default()
        };
        let mut facts = Vec::new();
        for declaration in row.tables("declaration", draft) {
            facts.push(self::declaration(&declaration, &network, draft));
        }
        for ended in row.tables("shutdown", draft) {
            if let Some(ended) = shutdown(&ended, &network, draft) {
                facts = facts
                    .into_iter()
                    .flat_map(|fact| until_shutdown(fact, &ended))
                    .collect();
                facts.push(ended);
            }
        }
        let riders = row.tables("rider", draft).into_iter();
        let riders: Vec<_> = riders
            .map(|rider| self::rider(&rider, &network, draft))
            .collect();
        if facts.is_empty() && !draft.has_faults() {
            let help = "a network needs a [[network.declaration]]";
            draft.fault("declaration", "declaration.missing", "", help);
        }
        if !draft.has_faults() {
            for fact in facts {
                draft.fact(Fact::Network(fact));
            }
            for rider in riders {
                draft.fact(Fact::RidesOn(rider));
            }
        }
    })
}

/// A virtual carrier that rides on the network, as one source says it.
fn rider(row: &Entry<'_>, network: &NetworkFact, draft: &mut Draft) -> RidesOnFact {
    row.only(
        &[
            "name",
            "plmn",
            "rule",
            "valid_from",
            "valid_until",
            "source",
        ],
        draft,
    );
    let plmn = row.text("plmn", draft);
    let parsed = plmn.as_deref().map(str::parse).transpose();
    if let (Some(text), Err(domain::ParseError { help, .. })) = (&plmn, &parsed) {
        draft.fault_at(row.line_of("plmn"), "plmn", "plmn.not_a_code", text, help);
    }
    let valid = row.period(draft);
    if valid.is_none_or(|valid| valid.from.is_none()) {
        let help = "say from when the source may be read as speaking: valid_from = 2015-01-01";
        draft.fault_at(row.line(), "valid_from", "valid_from.missing", "", help);
    }
    RidesOnFact {
        carrier: row.needed("name", draft),
        country: network.country,
        plmn: parsed.ok().flatten(),
        host: network.name.clone(),
        rule: row.text("rule", draft).unwrap_or_default(),
        valid,
        source: row.source(draft),
        ..RidesOnFact::default()
    }
}

fn declaration(row: &Entry<'_>, network: &NetworkFact, draft: &mut Draft) -> NetworkFact {
    row.only(
        &[
            "gsm",
            "umts",
            "lte",
            "lte_mhz",
            "nr",
            "nr_mhz",
            "volte",
            "exhaustive",
            "valid_from",
            "valid_until",
            "source",
        ],
        draft,
    );
    let valid = row.period(draft);
    if valid.is_none_or(|valid| valid.from.is_none()) {
        let help = "say from when the source may be read as speaking: valid_from = 2015-01-01";
        draft.fault_at(row.line(), "valid_from", "valid_from.missing", "", help);
    }
    NetworkFact {
        radio: radio(row, Whole::OnlyIfSaid, draft),
        valid,
        source: row.source(draft),
        ..network.clone()
    }
}

fn shutdown(row: &Entry<'_>, network: &NetworkFact, draft: &mut Draft) -> Option<NetworkFact> {
    row.only(&["technology", "on", "source"], draft);
    let technology = technology(row, draft)?;
    let Some(on) = row.instant("on", draft) else {
        let help = "write the first day without the service: on = 2022-07-01";
        draft.fault_at(row.line(), "on", "on.missing", "", help);
        return None;
    };
    Some(NetworkFact {
        radio: Radio::new([BandList::new(technology, Vec::new(), true)], None),
        valid: Some(Period::since(on)),
        source: row.source(draft),
        ..network.clone()
    })
}

/// A shutdown ends what was said of the technology before it; what else the same source says goes on.
fn until_shutdown(fact: NetworkFact, ended: &NetworkFact) -> Vec<NetworkFact> {
    let said = fact.valid.unwrap_or(Period::ALWAYS);
    let (Some(on), Some(gone)) = (
        ended.valid.and_then(|valid| valid.from),
        ended.radio.lists.first().map(|list| list.technology),
    ) else {
        return vec![fact];
    };
    let is_said_before = said.from.is_none_or(|from| from < on);
    let is_said_after = said.until.is_none_or(|until| until > on);
    let list = fact.radio.list(gone);
    if !is_said_before || !is_said_after || list.is_none_or(|list| list.claims.is_empty()) {
        return vec![fact];
    }
    let lists = fact.radio.lists.iter().cloned();
    let rest = Radio::new(
        lists.filter(|list| list.technology != gone),
        fact.radio.volte,
    );
    let before = NetworkFact {
        valid: Some(Period {
            from: said.from,
            until: Some(on),
        }),
        ..fact.clone()
    };
    if rest.lists.is_empty() && rest.volte.is_none() {
        return vec![before];
    }
    let after = NetworkFact {
        radio: rest,
        valid: Some(Period {
            from: Some(on),
            until: said.until,
        }),
        ..fact
    };
    vec![before, after]
}

fn technology(row: &Entry<'_>, draft: &mut Draft) -> Option<AccessTechnology> {
    let text = row.needed("technology", draft);
    let found = match text.as_str() {
        "gsm" => Some(Gsm),
        "umts" => Some(Umts),
        "tdscdma" => Some(TdScdma),
        "lte" => Some(Lte),
        "nr" => Some(Nr),
        _ => None,
    };
    if found.is_none() && !text.is_empty() {
        let help = "write gsm, umts, tdscdma, lte or nr";
        draft.fault_at(
            row.line_of("technology"),
            "technology",
            "technology.unknown",
            &text,
            help,
        );
    }
    found
}

/// When a list is the whole set.
#[derive(Clone, Copy, PartialEq)]
enum Whole {
    /// When `exhaustive` names it.
    OnlyIfSaid,
    /// Always, unless `exhaustive` is there and does not name it.
    UnlessSaid,
}

fn radio(row: &Entry<'_>, whole: Whole, draft: &mut Draft) -> Radio {
    let named = row.texts("exhaustive", draft);
    for (word, line) in &named {
        if !matches!(word.as_str(), "gsm" | "umts" | "tdscdma" | "lte" | "nr") {
            let help = "write gsm, umts, tdscdma, lte or nr";
            draft.fault_at(*line, "exhaustive", "technology.unknown", word, help);
        } else if !row.has(word) {
            let help = "the whole set of a technology needs its list; write an empty one for none";
            draft.fault_at(*line, "exhaustive", "exhaustive.without_list", word, help);
        }
    }
    let said = row.has("exhaustive");
    let is_whole = |key: &str| match whole {
        Whole::UnlessSaid if !said => true,
        _ => named.iter().any(|(word, _)| word == key),
    };
    let mut lists = Vec::new();
    for (technology, key) in [(Gsm, "gsm"), (Umts, "umts"), (Lte, "lte"), (Nr, "nr")] {
        if row.has(key) {
            let claims = claims(row, key, technology, technology == Gsm, draft);
            lists.push(BandList::new(technology, claims, is_whole(key)));
        }
    }
    for (technology, key) in [(Lte, "lte_mhz"), (Nr, "nr_mhz")] {
        if row.has(key) {
            let claims = claims(row, key, technology, true, draft);
            lists.push(BandList::new(technology, claims, false));
        }
    }
    match row.flag("tdscdma", draft) {
        Some(true) => lists.push(BandList::new(TdScdma, Vec::new(), false)),
        Some(false) => lists.push(BandList::new(TdScdma, Vec::new(), true)),
        None => {}
    }
    Radio::new(lists, row.flag("volte", draft))
}

/// Numbers are band numbers, or frequencies where `in_mhz`; UMTS numbers are frequencies, its bands
/// strings (`"B5"`).
fn claims(
    row: &Entry<'_>,
    key: &str,
    technology: AccessTechnology,
    in_mhz: bool,
    draft: &mut Draft,
) -> Vec<BandClaim> {
    let mut claims = Vec::new();
    for (text, is_number, line) in row.numbers_or_texts(key, draft) {
        let mhz = || {
            let mhz = text.parse().ok()?;
            bands::claim(technology, mhz, Duplex::Any)
        };
        let claim = if is_number && (in_mhz || technology == Umts) {
            mhz()
        } else if in_mhz {
            None
        } else {
            bands::band_number(&text, technology).map(BandClaim::Exact)
        };
        match claim {
            Some(claim) => claims.push(claim),
            None => {
                let help =
                    "write a band number (umts: a frequency, or \"B5\"; gsm and _mhz: a frequency)";
                draft.fault_at(line, key, "band.unread", &text, help);
            }
        }
    }
    claims
}

pub(crate) fn read_bands(text: &mut dyn BufRead, out: &mut Out<'_>) -> io::Result<()> {
    rows(text, "band", out, |row, draft| {
        row.only(
            &["technology", "name", "uplink_mhz", "downlink_mhz", "duplex"],
            draft,
        );
        let technology = technology(row, draft);
        let name = row.needed("name", draft);
        let duplex = row.needed("duplex", draft);
        let uplink_khz = row.range_khz("uplink_mhz", draft);
        let downlink_khz = row.range_khz("downlink_mhz", draft);
        if !matches!(duplex.as_str(), "FDD" | "TDD" | "SDL" | "SUL" | "") {
            let help = "write FDD, TDD, SDL or SUL";
            draft.fault_at(
                row.line_of("duplex"),
                "duplex",
                "duplex.unknown",
                &duplex,
                help,
            );
        }
        if uplink_khz.is_none() && downlink_khz.is_none() && !draft.has_faults() {
            let help = "a band has an uplink, a downlink or both";
            draft.fault("downlink_mhz", "band.empty", &name, help);
        }
        let band =
            technology.and_then(|technology| format!("{technology} {name}").parse::<Band>().ok());
        if let (None, Some(technology), false) = (band, technology, name.is_empty()) {
            let help = format!("write the name as in \"{technology}\": 850, B2 or n71");
            draft.fault_at(row.line_of("name"), "name", "band.unread", &name, &help);
        }
        if let (Some(band), false) = (band, draft.has_faults()) {
            draft.fact(Fact::Band(BandFact {
                band,
                label: name,
                uplink_khz,
                downlink_khz,
                duplex,
                uplink_channels: None,
                downlink_channels: None,
                region: None,
            }));
        }
    })
}
