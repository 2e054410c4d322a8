//! Which device a row means: by its model code if a list knows it, else by its title.

use catalogue::{identity, key};
use domain::id::{BrandId, Category, ModelId, VariantId};
use domain::number::holds_imei;
use store::directory::Directory;

use super::{Came, Column, Goods};
use crate::supposed;
use crate::titles::{TITLE_CHARS_MAX, Thing, TitleAnswer, TitleMatch, Titles};

/// Letters and digits of the shortest model code.
const CODE_CHARS_MIN: usize = 3;
/// Candidates that an answer names.
const NAMED_MAX: usize = 6;

/// A row with what it means.
pub struct Matched {
    pub goods: Goods,
    /// What finds the device in the directory or in the lists, the most exact first; or what is in the way.
    pub found: Result<Found, (Came, String)>,
}

/// What a row means, as texts.
pub struct Found {
    pub name: String,
    pub asks: Vec<String>,
    pub because: String,
    /// The model code that the row states, where it is none that is known; empty: there is no such.
    pub unknown_code: String,
}

/// A variant to judge.
#[derive(Clone)]
pub struct Variant {
    pub brand: BrandId,
    pub model: ModelId,
    pub variant: VariantId,
    pub category: Category,
    /// Its code, where the directory or a list has one.
    pub code: String,
    /// What lists have of it; none: it is one of the directory, and the market's own data sets speak of it.
    pub listed: Option<Listed>,
}

/// What a row means.
pub fn matched(titles: &Titles, directory: &Directory, mut goods: Goods) -> Matched {
    if let Some(fault) = goods.faults.first() {
        let why = format!("{} ({})", fault.help, fault.rule);
        return Matched {
            goods,
            found: Err((Came::Unread, why)),
        };
    }
    let mut has_imei = false;
    for column in Column::ALL {
        if column != Column::Gtin && holds_imei(goods.said(column)) {
            goods.set(column, "");
            has_imei = true;
        }
    }
    if has_imei {
        let why = "the row held the number of a unit (IMEI), which is not repeated here; take it out of the list".to_owned();
        return Matched {
            goods,
            found: Err((Came::Unread, why)),
        };
    }
    let found = by_code(titles, directory, &goods).map_or_else(|| by_title(titles, &goods), Ok);
    Matched { goods, found }
}

/// Brand and text, the brand said once.
fn with_brand(brand: &str, text: &str) -> String {
    let has_it = key::join(text).contains(&key::join(brand));
    if has_it {
        text.to_owned()
    } else {
        format!("{brand} {text}")
    }
}

fn by_code(titles: &Titles, directory: &Directory, goods: &Goods) -> Option<Found> {
    let code = goods.said(Column::Mpn);
    if code.is_empty() || code.chars().nth(TITLE_CHARS_MAX).is_some() {
        return None;
    }
    let brand = goods.said(Column::Brand);
    let in_lists = match titles.atlas.find(code) {
        // What was understood from close names is no code.
        Ok((device, None)) => Some(device),
        _ => None,
    };
    if let Some(device) = &in_lists {
        let of = titles.atlas.brand_of(device);
        if !brand.is_empty() && key::brand(of) != key::brand(brand) {
            return None;
        }
    }
    let sold = supposed::meant(directory, code);
    let name = match (&in_lists, sold.first()) {
        (Some(device), _) => titles.atlas.name_of(device),
        (None, Some(variant)) => supposed::described(directory, variant),
        (None, None) => return None,
    };
    Some(Found {
        name,
        asks: vec![code.to_owned()],
        because: format!("its model code {code}"),
        unknown_code: String::new(),
    })
}

fn by_title(titles: &Titles, goods: &Goods) -> Result<Found, (Came, String)> {
    let title = match (
        goods.said(Column::Title),
        goods.said(Column::Model),
        goods.said(Column::Mpn),
    ) {
        ("", "", "") => {
            let why = "nothing in the row names a product; a total, or a note".to_owned();
            return Err((Came::Unread, why));
        }
        ("", "", code) => code,
        ("", model, _) => model,
        (title, ..) => title,
    };
    let title: String = with_brand(goods.said(Column::Brand), title)
        .chars()
        .take(TITLE_CHARS_MAX)
        .collect();
    let unmatched = |why: String| Err((Came::Unmatched, why));
    match titles.answer(&title) {
        TitleAnswer::Match(phone) => Ok(Found {
            unknown_code: stated_code(goods),
            ..found(phone)
        }),
        TitleAnswer::NotThePhone {
            thing: Thing::Bundle,
            phone,
        } => {
            let of = phone.map_or_else(|| "a phone".to_owned(), |phone| phone.name);
            let why =
                format!("it sells {of} with something else; ask for the phone on a row of its own");
            Err((Came::Aside, why))
        }
        TitleAnswer::NotThePhone { phone, .. } => {
            let of = phone.map_or_else(|| "a phone".to_owned(), |phone| phone.name);
            Err((
                Came::Aside,
                format!("it is something for {of}, and not the phone"),
            ))
        }
        TitleAnswer::Ambiguous(several) => {
            let names: Vec<&str> = several
                .iter()
                .take(NAMED_MAX)
                .map(|one| one.name.as_str())
                .collect();
            unmatched(format!(
                "it may be {}; give the model code",
                names.join(", or ")
            ))
        }
        TitleAnswer::Unlisted(model) => unmatched(format!(
            "no list that was imported has {model}; import a list of devices that has it, or give the model code"
        )),
        TitleAnswer::Nothing => unmatched(
            "it names no phone that a list has; give brand and model, or the model code".to_owned(),
        ),
    }
}

fn found(phone: TitleMatch) -> Found {
    let because = format!("its words {}", phone.words.join(" "));
    let mut asks: Vec<String> = phone.ask.into_iter().collect();
    if !asks.contains(&phone.name) {
        asks.push(phone.name.clone());
    }
    Found {
        name: phone.name,
        asks,
        because,
        unknown_code: String::new(),
    }
}

/// What stands in the column of model codes, if it looks like one; `n/a` does not.
fn stated_code(goods: &Goods) -> String {
    let code = goods.said(Column::Mpn);
    let is_one = code.chars().any(|sign| sign.is_ascii_digit());
    let is_one = is_one && key::join(code).chars().nth(CODE_CHARS_MIN - 1).is_some();
    if is_one {
        code.chars().take(TITLE_CHARS_MAX).collect()
    } else {
        String::new()
    }
}

/// A device as lists have it.
#[derive(Clone)]
pub struct Listed {
    pub brand: String,
    pub name: String,
    /// The rows of the atlas that speak of it.
    pub rows: Vec<u32>,
}

/// Each device of the lists that a text may mean, with its code.
pub fn in_lists(titles: &Titles, text: &str) -> Vec<(String, Listed)> {
    let atlas = &titles.atlas;
    let one = |device: &identity::Device, code: &str| {
        let listed = Listed {
            brand: atlas.brand_of(device).to_owned(),
            name: atlas.name_of(device),
            rows: device.rows.clone(),
        };
        (code.to_owned(), listed)
    };
    match atlas.find(text) {
        Ok((device, None)) => {
            let code = match atlas.has_code(&device, text) {
                true => text,
                false => atlas.only_code_of(&device).unwrap_or_default(),
            };
            vec![one(&device, code)]
        }
        Ok((_, Some(_))) => Vec::new(),
        Err(error) => {
            let candidates = error.candidates.iter().filter(|one| one.variant.is_some());
            let found = candidates.filter_map(|candidate| {
                let (device, understood) = atlas.find(&candidate.ask).ok()?;
                understood.is_none().then(|| one(&device, &candidate.ask))
            });
            found.take(NAMED_MAX).collect()
        }
    }
}

/// Whether a name means this device of the lists alone.
pub fn names_only(titles: &Titles, brand: &str, model: &str, listed: &Listed) -> bool {
    let found = titles.atlas.find(&with_brand(brand, model));
    found.is_ok_and(|(device, understood)| understood.is_none() && device.rows == listed.rows)
}
