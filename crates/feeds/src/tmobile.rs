//! T-Mobile US's bands in 2015: one network, one row per technology and band.
//!
//! The rows in service are, together, the whole set for GSM, UMTS and LTE, so they become one fact, which
//! stands with the first of them. A row that gives the network no band of its own (roaming, planned) is
//! noted. The table is small and read whole.

use std::io::{self, BufRead};

use domain::place::Country;
use domain::radio::{AccessTechnology, BandClaim, BandList, Duplex, Radio};

use crate::bands;
use crate::out::{Draft, Out};
use crate::table::{Record, Table};
use crate::{Fact, NetworkFact};

/// More rows than one network has bands: what follows is a fault.
const MOST_ROWS: usize = 1_000;

pub(crate) fn read(text: &mut dyn BufRead, out: &mut Out<'_>) -> io::Result<()> {
    let mut table = Table::open(text)?;
    let mut drafts: Vec<(Draft, Option<BandClaim>)> = Vec::new();
    while let Some(record) = table.next()? {
        let mut draft = out.draft(record.line);
        if drafts.len() == MOST_ROWS {
            let help = "one network has fewer bands; is it another file?";
            draft.fault("", "file.too_many_rows", &MOST_ROWS.to_string(), help);
            drafts.push((draft, None));
            break;
        }
        let claim = if table.whole(&record, &mut draft) {
            row(&table, &record, &mut draft)
        } else {
            None
        };
        drafts.push((draft, claim));
    }
    join(&mut drafts);
    for (draft, _) in drafts {
        out.push(draft);
    }
    Ok(())
}

/// The band that a row gives the network, if any.
fn row(table: &Table<'_>, record: &Record, draft: &mut Draft) -> Option<BandClaim> {
    let get = |name: &str| record.get(table.column(name));
    let status = get("status").to_ascii_lowercase();
    if !status.starts_with("in service") {
        let help = "only rows in service give the network a band; this row gives none";
        draft.note("status", "band.not_in_service", get("status"), help);
        return None;
    }
    let named = get("technology");
    let first = named.split(['/', ' ']).next().unwrap_or_default();
    let Ok(technology) = first.parse::<AccessTechnology>() else {
        let help = "the technology begins with GSM, UMTS, LTE or NR";
        draft.fault("technology", "technology.unknown", named, help);
        return None;
    };
    let claim = if technology == AccessTechnology::Gsm {
        // GSM bands go by their frequency; the column has the number of the UMTS band there.
        let mhz: String = get("frequency")
            .chars()
            .take_while(char::is_ascii_digit)
            .collect();
        let mhz = mhz.parse().ok();
        mhz.and_then(|mhz| bands::claim(technology, mhz, Duplex::Any))
    } else {
        bands::band_number(get("band"), technology).map(BandClaim::Exact)
    };
    if claim.is_none() {
        let found = format!("{} band {:?}", get("frequency"), get("band"));
        draft.fault(
            "band",
            "band.unread",
            &found,
            "write the number of the band",
        );
    }
    claim
}

fn join(drafts: &mut [(Draft, Option<BandClaim>)]) {
    let claims: Vec<BandClaim> = drafts.iter().filter_map(|(_, claim)| *claim).collect();
    // A row that could not be read may have held a band: then the set is not whole.
    let whole = !drafts.iter().any(|(draft, _)| draft.has_faults());
    let technologies = [
        AccessTechnology::Gsm,
        AccessTechnology::Umts,
        AccessTechnology::Lte,
        AccessTechnology::Nr,
    ];
    let lists = technologies.into_iter().filter_map(|technology| {
        let of_it = claims
            .iter()
            .filter(|claim| claim.technology() == technology);
        let of_it: Vec<BandClaim> = of_it.copied().collect();
        // The table is of a time before NR and says nothing of it.
        let speaks = technology != AccessTechnology::Nr || !of_it.is_empty();
        speaks.then(|| BandList::new(technology, of_it, whole))
    });
    let fact = NetworkFact {
        name: "T-Mobile".to_owned(),
        operator: "T-Mobile US".to_owned(),
        country: Some(Country::US),
        radio: Radio::new(lists, None),
        ..NetworkFact::default()
    };
    let mut first_line = None;
    for (draft, claim) in drafts {
        if claim.is_none() {
            continue;
        }
        match first_line {
            None => {
                first_line = Some(draft.line());
                draft.fact(Fact::Network(fact.clone()));
            }
            Some(line) => {
                let help = format!("its band is in the network's one fact, with line {line}");
                let word = claim.map(|claim| claim.to_string()).unwrap_or_default();
                draft.note("band", "band.joined", &word, &help);
            }
        }
    }
}
