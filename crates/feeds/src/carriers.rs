//! LTE and NR bands per carrier. The two columns are offered as the whole set of a carrier.

use std::io::{self, BufRead};

use domain::place::Country;
use domain::radio::{AccessTechnology, BandClaim, BandList, Radio};

use crate::bands;
use crate::out::{Draft, Out};
use crate::table::Table;
use crate::{Fact, NetworkFact};

pub(crate) fn read(text: &mut dyn BufRead, out: &mut Out<'_>) -> io::Result<()> {
    let mut table = Table::open(text)?;
    let country = table.column("country");
    let carrier = table.column("carrier");
    let lte = table.column("lte_bands");
    let nr = table.column("nr_bands");
    while let Some(record) = table.next()? {
        if out.full(record.line) {
            return Ok(());
        }
        let mut draft = out.draft(record.line);
        if table.whole(&record, &mut draft) {
            let name = record.get(carrier);
            if name.is_empty() {
                draft.fault("carrier", "name.missing", "", "every row names its carrier");
            }
            let lists = [
                list(
                    AccessTechnology::Lte,
                    "lte_bands",
                    record.get(lte),
                    &mut draft,
                ),
                list(AccessTechnology::Nr, "nr_bands", record.get(nr), &mut draft),
            ];
            let fact = NetworkFact {
                name: name.to_owned(),
                country: country_of(record.get(country), &mut draft),
                radio: Radio::new(lists, None),
                ..NetworkFact::default()
            };
            if !draft.has_faults() {
                draft.fact(Fact::Network(fact));
            }
        }
        out.push(draft);
    }
    Ok(())
}

/// `B2|B4` or `n41|n71`. A word that is no band makes the list less than the whole set.
fn list(technology: AccessTechnology, column: &str, text: &str, draft: &mut Draft) -> BandList {
    let mut claims = Vec::new();
    let mut exhaustive = true;
    for word in text
        .split('|')
        .map(str::trim)
        .filter(|word| !word.is_empty())
    {
        match bands::band_number(word, technology) {
            Some(band) => claims.push(BandClaim::Exact(band)),
            None => {
                exhaustive = false;
                let help = "set aside, so the list is not taken as the whole set; write B2 or n41";
                draft.note(column, "bands.unread", word, help);
            }
        }
    }
    BandList::new(technology, claims, exhaustive)
}

fn country_of(name: &str, draft: &mut Draft) -> Option<Country> {
    let code = COUNTRIES.iter().find(|(known, _)| *known == name);
    let country = code.and_then(|(_, code)| code.parse().ok());
    if country.is_none() {
        let help = "the country's code is not known by this name; the row is kept without it";
        draft.note("country", "country.unknown", name, help);
    }
    country
}

/// ISO 3166-1, for the names that the list uses.
const COUNTRIES: [(&str, &str); 52] = [
    ("Argentina", "AR"),
    ("Australia", "AU"),
    ("Austria", "AT"),
    ("Belgium", "BE"),
    ("Brazil", "BR"),
    ("Canada", "CA"),
    ("Chile", "CL"),
    ("China", "CN"),
    ("Colombia", "CO"),
    ("Czechia", "CZ"),
    ("Denmark", "DK"),
    ("Egypt", "EG"),
    ("Finland", "FI"),
    ("France", "FR"),
    ("Germany", "DE"),
    ("Greece", "GR"),
    ("Hong Kong", "HK"),
    ("Hungary", "HU"),
    ("India", "IN"),
    ("Indonesia", "ID"),
    ("Ireland", "IE"),
    ("Israel", "IL"),
    ("Italy", "IT"),
    ("Japan", "JP"),
    ("Malaysia", "MY"),
    ("Mexico", "MX"),
    ("Morocco", "MA"),
    ("Netherlands", "NL"),
    ("New Zealand", "NZ"),
    ("Norway", "NO"),
    ("Pakistan", "PK"),
    ("Peru", "PE"),
    ("Philippines", "PH"),
    ("Poland", "PL"),
    ("Portugal", "PT"),
    ("Romania", "RO"),
    ("Russia", "RU"),
    ("Saudi Arabia", "SA"),
    ("Singapore", "SG"),
    ("South Africa", "ZA"),
    ("South Korea", "KR"),
    ("Spain", "ES"),
    ("Sweden", "SE"),
    ("Switzerland", "CH"),
    ("Taiwan", "TW"),
    ("Thailand", "TH"),
    ("Turkey", "TR"),
    ("Ukraine", "UA"),
    ("United Arab Emirates", "AE"),
    ("United Kingdom", "GB"),
    ("United States", "US"),
    ("Vietnam", "VN"),
];
