//! A seller's product feed in Google Merchant's attributes: RSS 2.0, Atom, CSV or TSV.
//!
//! Reads what an offer needs. An attribute that an offer cannot do without is a fault when it is broken; any
//! other is set aside with a note. Source of names and words: Google's product data specification.

use std::collections::HashSet;
use std::io::{self, BufRead};

use domain::listing::Condition;
use domain::money::Money;
use domain::software::SoftwareBuild;

use crate::limits::FIELD_CHARS;
use crate::out::{Draft, Out};
use crate::table::Table;
use crate::xml::{self, Field, Items, Piece, Shape};
use crate::{Availability, Fact, ItemFact};

const SHAPE: Shape = Shape {
    items: &["item", "entry"],
    marks: &[],
    plain_doctype: false,
};

/// The attributes that are read, by Google's names; the software build is our own.
const READ: [&str; 19] = [
    "id",
    "title",
    "description",
    "link",
    "image_link",
    "availability",
    "price",
    "sale_price",
    "brand",
    "gtin",
    "mpn",
    "condition",
    "software_build",
    "google_product_category",
    "product_type",
    "quantity",
    "sell_on_google_quantity",
    "item_group_id",
    // Atom's word for the description.
    "summary",
];

pub(crate) fn read(text: &mut dyn BufRead, is_xml: bool, out: &mut Out<'_>) -> io::Result<()> {
    if is_xml {
        read_xml(text, out)
    } else {
        read_table(text, out)
    }
}

fn read_xml(text: &mut dyn BufRead, out: &mut Out<'_>) -> io::Result<()> {
    let mut items = Items::new(text, SHAPE);
    let mut skus = HashSet::new();
    while let Some(piece) = items.next()? {
        match piece {
            Piece::Item { line, bytes } => {
                if out.full(line) {
                    return Ok(());
                }
                let mut draft = out.draft(line);
                let fields = xml::fields(&bytes, &mut draft);
                item(&fields, &mut skus, &mut draft);
                out.push(draft);
            }
            Piece::Mark { .. } => {}
            Piece::Broken { line, rule, help } => {
                if out.full(line) {
                    return Ok(());
                }
                let mut draft = out.draft(line);
                draft.fault("", rule, "", help);
                out.push(draft);
            }
            Piece::Doctype { line } => {
                let mut draft = out.draft(line);
                draft.fault("", "xml.doctype", "<!DOCTYPE", xml::DOCTYPE_HELP);
                out.push(draft);
            }
        }
    }
    Ok(())
}

fn read_table(text: &mut dyn BufRead, out: &mut Out<'_>) -> io::Result<()> {
    let mut table = Table::open(text)?;
    let columns: Vec<(&str, Option<usize>)> = READ
        .iter()
        .map(|name| (*name, table.column(name)))
        .collect();
    let mut skus = HashSet::new();
    while let Some(record) = table.next()? {
        if out.full(record.line) {
            return Ok(());
        }
        let mut draft = out.draft(record.line);
        if table.whole(&record, &mut draft) {
            let present = columns.iter().filter(|(_, column)| column.is_some());
            let fields: Vec<Field> = present
                .map(|(name, column)| Field {
                    name: (*name).to_owned(),
                    prefixed: false,
                    value: record.get(*column).to_owned(),
                    line: record.line,
                })
                .collect();
            item(&fields, &mut skus, &mut draft);
        }
        out.push(draft);
    }
    Ok(())
}

/// The attributes of one item, by name.
struct Attributes<'a> {
    fields: &'a [Field],
}

impl<'a> Attributes<'a> {
    /// The first with a value; one in a namespace comes before a plain one.
    fn get(&self, name: &str) -> Option<&'a Field> {
        let named = || {
            let fields = self.fields.iter();
            fields.filter(|field| field.name == name && !field.value.is_empty())
        };
        named()
            .find(|field| field.prefixed)
            .or_else(|| named().next())
    }

    fn text(&self, name: &str, draft: &mut Draft) -> Option<String> {
        let field = self.get(name)?;
        if let Some((end, _)) = field.value.char_indices().nth(FIELD_CHARS) {
            let help = format!("only the first {FIELD_CHARS} characters are kept");
            draft.note_at(field.line, name, "field.too_long", "", &help);
            return Some(field.value.get(..end).unwrap_or_default().to_owned());
        }
        Some(field.value.clone())
    }

    fn required(&self, name: &str, rule: &'static str, draft: &mut Draft) -> Option<String> {
        let text = self.text(name, draft);
        if text.is_none() {
            draft.fault(name, rule, "", "every item needs it");
        }
        text
    }

    /// A web address, or empty; anything else is set aside.
    fn address(&self, name: &str, rule: &'static str, draft: &mut Draft) -> String {
        let Some(field) = self.get(name) else {
            return String::new();
        };
        let lower = field.value.to_ascii_lowercase();
        let web = lower.starts_with("https://") || lower.starts_with("http://");
        let clean = !field
            .value
            .contains(|c: char| c.is_whitespace() || c.is_control());
        if web && clean && field.value.len() <= FIELD_CHARS {
            return field.value.clone();
        }
        let help = "set aside; write a whole address: https://…";
        draft.note_at(field.line, name, rule, &field.value, help);
        String::new()
    }
}

fn item(fields: &[Field], skus: &mut HashSet<String>, draft: &mut Draft) {
    let attributes = Attributes { fields };
    note_repeated(fields, draft);
    let sku = attributes.required("id", "id.missing", draft);
    let title = attributes.required("title", "title.missing", draft);
    let price = price(&attributes, draft);
    let availability = availability(&attributes, draft);
    let condition = condition(&attributes, draft);
    if let Some(sku) = &sku
        && !skus.insert(sku.clone())
    {
        let help = "give each item an id of its own; the first one is kept";
        draft.fault("id", "id.repeated", sku, help);
    }
    let (Some(sku), Some(title), Some(price), Some(availability), Some(condition)) =
        (sku, title, price, availability, condition)
    else {
        return;
    };
    let description = attributes
        .text("description", draft)
        .or_else(|| attributes.text("summary", draft));
    let fact = ItemFact {
        sku,
        title,
        description: description.unwrap_or_default(),
        link: attributes.address("link", "link.not_an_address", draft),
        image_link: attributes.address("image_link", "image_link.not_an_address", draft),
        brand: attributes.text("brand", draft),
        gtin: gtin(&attributes, draft),
        mpn: attributes.text("mpn", draft),
        price,
        sale_price: sale_price(&attributes, price, draft),
        condition,
        build: build(&attributes, draft),
        availability,
        quantity: quantity(&attributes, draft),
        category: attributes.text("google_product_category", draft),
        product_type: attributes.text("product_type", draft),
        item_group: attributes.text("item_group_id", draft),
    };
    if !draft.has_faults() {
        draft.fact(Fact::Item(Box::new(fact)));
    }
}

fn note_repeated(fields: &[Field], draft: &mut Draft) {
    for (index, field) in fields.iter().enumerate() {
        let earlier = fields.get(..index).unwrap_or_default();
        let other = earlier.iter().any(|before| {
            before.name == field.name
                && before.prefixed == field.prefixed
                && before.value != field.value
        });
        // A product may have several categories of its own, and Atom several links.
        let single = !matches!(field.name.as_str(), "product_type" | "link");
        if other && single && READ.contains(&field.name.as_str()) {
            let help = "given twice with different values; the first is kept";
            draft.note_at(
                field.line,
                &field.name,
                "attribute.repeated",
                &field.value,
                help,
            );
        }
    }
}

fn price(attributes: &Attributes<'_>, draft: &mut Draft) -> Option<Money> {
    let Some(field) = attributes.get("price") else {
        draft.fault(
            "price",
            "price.missing",
            "",
            "write amount and currency: 119.00 USD",
        );
        return None;
    };
    match money(&field.value) {
        Ok(price) if price.minor() < 0 => {
            let help = "a price is zero or more";
            draft.fault_at(field.line, "price", "price.negative", &field.value, help);
            None
        }
        Ok(price) => Some(price),
        Err(help) => {
            draft.fault_at(field.line, "price", "price.not_money", &field.value, help);
            None
        }
    }
}

fn sale_price(attributes: &Attributes<'_>, price: Money, draft: &mut Draft) -> Option<Money> {
    let field = attributes.get("sale_price")?;
    let (rule, help) = match money(&field.value) {
        Err(help) => ("sale_price.not_money", help),
        Ok(sale) if sale.currency() != price.currency() => (
            "sale_price.currency",
            "write it in the currency of the price",
        ),
        Ok(sale) if sale.minor() < 0 || sale.minor() > price.minor() => (
            "sale_price.not_lower",
            "a sale price is not above the price",
        ),
        Ok(sale) => return Some(sale),
    };
    draft.note_at(field.line, "sale_price", rule, &field.value, help);
    None
}

/// `119.00 USD`, whatever blank stands between.
fn money(text: &str) -> Result<Money, &'static str> {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ").parse::<Money>().map_err(|error| error.help)
}

fn availability(attributes: &Attributes<'_>, draft: &mut Draft) -> Option<Availability> {
    const HELP: &str = "write in_stock, out_of_stock, preorder or backorder";
    let Some(field) = attributes.get("availability") else {
        draft.fault("availability", "availability.missing", "", HELP);
        return None;
    };
    let word = field.value.to_lowercase().replace([' ', '-'], "_");
    let known = match word.as_str() {
        "in_stock" => Some(Availability::InStock),
        "out_of_stock" => Some(Availability::OutOfStock),
        "preorder" | "pre_order" => Some(Availability::Preorder),
        "backorder" | "back_order" => Some(Availability::Backorder),
        _ => None,
    };
    if known.is_none() {
        draft.fault_at(
            field.line,
            "availability",
            "availability.unknown",
            &field.value,
            HELP,
        );
    }
    known
}

/// Google's rule: a product without a condition is new.
fn condition(attributes: &Attributes<'_>, draft: &mut Draft) -> Option<Condition> {
    let Some(field) = attributes.get("condition") else {
        return Some(Condition::New);
    };
    match field.value.parse() {
        Ok(condition) => Some(condition),
        Err(error) => {
            draft.fault_at(
                field.line,
                "condition",
                "condition.unknown",
                &field.value,
                error.help,
            );
            None
        }
    }
}

fn build(attributes: &Attributes<'_>, draft: &mut Draft) -> Option<SoftwareBuild> {
    let field = attributes.get("software_build")?;
    let build: Result<SoftwareBuild, _> = field.value.parse();
    build
        .map_err(|error| {
            let help = format!("set aside; {}", error.help);
            let (line, found) = (field.line, &field.value);
            draft.note_at(
                line,
                "software_build",
                "software_build.invalid",
                found,
                &help,
            );
        })
        .ok()
}

fn gtin(attributes: &Attributes<'_>, draft: &mut Draft) -> Option<String> {
    let field = attributes.get("gtin")?;
    let digits: String = field
        .value
        .chars()
        .filter(|c| !matches!(c, ' ' | '-'))
        .collect();
    if is_gtin(&digits) {
        return Some(digits);
    }
    let help = "set aside; a GTIN has 8, 12, 13 or 14 digits, the last a check digit";
    draft.note_at(field.line, "gtin", "gtin.invalid", &field.value, help);
    None
}

/// GS1 General Specifications, 7.9: weights 3 and 1 in turn, from the right.
fn is_gtin(digits: &str) -> bool {
    let weighted = digits.bytes().rev().enumerate().map(|(place, byte)| {
        let weight = if place % 2 == 0 { 1 } else { 3 };
        u32::from(byte.wrapping_sub(b'0')) * weight
    });
    matches!(digits.len(), 8 | 12 | 13 | 14)
        && digits.bytes().all(|b| b.is_ascii_digit())
        && digits.bytes().any(|b| b != b'0')
        && weighted.sum::<u32>().is_multiple_of(10)
}

fn quantity(attributes: &Attributes<'_>, draft: &mut Draft) -> Option<u32> {
    let field = attributes
        .get("quantity")
        .or_else(|| attributes.get("sell_on_google_quantity"))?;
    let quantity = field.value.parse().ok();
    if quantity.is_none() {
        let help = "set aside; write whole units in digits";
        draft.note_at(
            field.line,
            "quantity",
            "quantity.not_a_count",
            &field.value,
            help,
        );
    }
    quantity
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn check_digits_of_gtins_are_checked() {
        assert!(is_gtin("698615070527") && is_gtin("698615086467"));
        for bad in [
            "698615070528",
            "0001234560013",
            "12345",
            "00000000",
            "",
            "abcdefgh",
        ] {
            assert!(!is_gtin(bad), "{bad}");
        }
    }
}
