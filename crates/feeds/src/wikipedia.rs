//! Mobile network codes with bands, collected from Wikipedia: one JSON array, one object per code.
//!
//! Its bands are frequencies and no whole sets. Which networks are out of service, and which technologies
//! were switched off, stands in words; what is plain of it is read.

use std::io::{self, BufRead};

use domain::place::Country;
use domain::radio::{AccessTechnology, BandList, Plmn, Radio};
use domain::{Instant, ParseError, Period};
use serde_json::{Map, Value};

use crate::bands::{self, Said};
use crate::json::{self, Elements};
use crate::out::{Draft, Out};
use crate::{Fact, NetworkFact, shutdown};

/// `dated`: nothing that would have happened after it is taken as having happened.
pub(crate) fn read(text: &mut dyn BufRead, dated: Instant, out: &mut Out<'_>) -> io::Result<()> {
    json::each_object(Elements::new(text), out, |object, draft| {
        network(object, dated, draft);
    })
}

/// What a list of codes says of one code, as it is printed; empty: nothing.
pub(crate) struct Listed<'a> {
    pub(crate) mcc: &'a str,
    pub(crate) mnc: &'a str,
    pub(crate) brand: &'a str,
    pub(crate) operator: &'a str,
    pub(crate) country: &'a str,
    pub(crate) status: &'a str,
    pub(crate) bands: &'a str,
    pub(crate) notes: &'a str,
}

fn network(object: &Map<String, Value>, dated: Instant, draft: &mut Draft) {
    let mut text = |key: &str| json::text(object, key, draft).unwrap_or_default();
    let row = Listed {
        mcc: text("mcc"),
        mnc: text("mnc"),
        brand: text("brand"),
        operator: text("operator"),
        status: text("status"),
        bands: text("bands"),
        notes: text("notes"),
        country: text("countryCode"),
    };
    listed(&row, dated, draft);
}

/// The network's facts: what it has, and since when it lacks what was switched off.
pub(crate) fn listed(row: &Listed<'_>, dated: Instant, draft: &mut Draft) {
    let Some(plmn) = plmn(row.mcc, row.mnc, draft) else {
        return;
    };
    let name = if row.brand.is_empty() {
        row.operator
    } else {
        row.brand
    };
    if name.is_empty() {
        let help = "the row names neither brand nor operator; it is kept by its code";
        draft.note("brand", "name.missing", "", help);
    }
    let country = country("countryCode", row.country, draft);
    let said = bands::network(row.bands);
    let in_service = in_service(row.status);
    let fact = NetworkFact {
        name: name.to_owned(),
        operator: row.operator.to_owned(),
        country,
        plmns: vec![plmn],
        radio: if in_service {
            radio(&said)
        } else {
            Radio::default()
        },
        ..NetworkFact::default()
    };
    if in_service {
        said.note("bands", draft);
    } else if !said.claims.is_empty() {
        let help = "the network is not in service, so its bands are not read";
        draft.note("status", "network.not_in_service", row.status, help);
    }
    draft.fact(Fact::Network(fact.clone()));
    for ended in shutdowns(row.notes, &said, in_service, dated, draft) {
        let (technology, from) = ended;
        let none = BandList::new(technology, Vec::new(), true);
        draft.fact(Fact::Network(NetworkFact {
            radio: Radio::new([none], None),
            valid: Some(Period::since(from)),
            ..fact.clone()
        }));
    }
}

/// The code of a row. What is none is a fault.
pub(crate) fn plmn(mcc: &str, mnc: &str, draft: &mut Draft) -> Option<Plmn> {
    match format!("{mcc}-{mnc}").parse() {
        Ok(plmn) => Some(plmn),
        Err(error) => {
            let error: ParseError = error;
            let help = "one code of three digits, and two or three; ranges and guesses are none";
            draft.fault("mnc", "plmn.not_a_code", &error.value, help);
            None
        }
    }
}

/// The country of a row, if it is one.
pub(crate) fn country(column: &str, text: &str, draft: &mut Draft) -> Option<Country> {
    let country = text.parse().ok();
    if country.is_none() && !text.is_empty() {
        let help = "not one country's code; the row is kept without it";
        draft.note(column, "country.not_one", text, help);
    }
    country
}

fn in_service(status: &str) -> bool {
    // An unknown status contradicts nothing; the others say that there is no service yet, or no longer.
    matches!(
        status.to_ascii_lowercase().as_str(),
        "operational" | "temporary operational" | "ongoing" | "unknown" | ""
    )
}

/// A list for each technology that the row names; none is a whole set. A list without claims: named
/// without a band.
fn radio(said: &Said) -> Radio {
    let named = AccessTechnology::ALL
        .into_iter()
        .filter(|technology| said.speaks_of(*technology));
    let lists = named.map(|technology| BandList::new(technology, said.of(technology), false));
    Radio::new(lists.collect::<Vec<_>>(), None)
}

fn shutdowns(
    notes: &str,
    said: &Said,
    in_service: bool,
    dated: Instant,
    draft: &mut Draft,
) -> Vec<(AccessTechnology, Instant)> {
    let mut ended = Vec::new();
    for statement in shutdown::read(notes) {
        let (technology, from) = match statement {
            shutdown::Said::Off { technology, from } => (technology, from),
            shutdown::Said::Unused { rule, words } => {
                draft.note("notes", rule, &words, unused_help(rule));
                continue;
            }
        };
        let words = format!("{technology} from {}", from.date());
        if from > dated {
            let help = "later than the list itself: a plan, no fact";
            draft.note("notes", "shutdown.planned", &words, help);
        } else if in_service && said.speaks_of(technology) {
            // Out of service, a row lists what was there before.
            let help = "the same row still lists it; neither is taken as settled";
            draft.note("notes", "shutdown.contradicted", &words, help);
        } else {
            ended.push((technology, from));
        }
    }
    ended
}

fn unused_help(rule: &'static str) -> &'static str {
    match rule {
        "shutdown.planned" => "a plan, no fact",
        "shutdown.one_frequency" => "of one frequency only; the technology may be there on others",
        _ => "not plain enough to be a fact; see the source",
    }
}
