//! Samsung's sales codes: three letters that tell for which countries and carriers a phone was made.

use std::io::{self, BufRead};

use domain::place::Country;

use crate::out::Out;
use crate::table::Table;
use crate::{Fact, SalesCodeFact};

const BRAND: &str = "Samsung";

pub(crate) fn read(text: &mut dyn BufRead, out: &mut Out<'_>) -> io::Result<()> {
    let table = Table::open(text)?.with_short_rows();
    let code = table.column("csc");
    let countries = table.column("countries");
    let carriers = table.column("carriers");
    table.each_row(out, |record, draft| {
        let code = record.get(code);
        if code.is_empty() {
            draft.fault("csc", "code.missing", "", "every row has a sales code");
            return;
        }
        let mut places: Vec<Country> = Vec::new();
        for word in words(record.get(countries)) {
            match word.parse() {
                // ISO 3166-1 reserves UK for the United Kingdom, whose code is GB.
                Ok(_) if word == "UK" => {
                    let help = "read as GB, the country's code in ISO 3166-1";
                    draft.note("countries", "country.reserved_code", word, help);
                    places.extend("GB".parse::<Country>().ok());
                }
                Ok(country) => places.push(country),
                Err(error) => draft.note("countries", "country.malformed", word, error.help),
            }
        }
        if places.is_empty() {
            let help = "a sales code without a country says nothing";
            draft.fault("countries", "country.missing", "", help);
            return;
        }
        draft.fact(Fact::SalesCode(SalesCodeFact {
            brand: BRAND.to_owned(),
            code: code.to_owned(),
            countries: places,
            carriers: words(record.get(carriers)).map(str::to_owned).collect(),
        }));
    })
}

fn words(cell: &str) -> impl Iterator<Item = &str> {
    cell.split(';')
        .map(str::trim)
        .filter(|word| !word.is_empty())
}
