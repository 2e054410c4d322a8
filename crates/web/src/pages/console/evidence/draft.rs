//! From what was written into a form to a draft, or to every fault in it.

use std::str::FromStr;

use domain::evidence::{Authority, Claim, PassedOn, Reach, SalesAuthorization, Standing};
use domain::id::{BrandId, SellerId};
use domain::scope::Scope;
use domain::{Instant, ParseError, Period};
use trade::change::Draft;

use super::{Written, tested};

/// Reads fields and keeps every fault.
#[derive(Default)]
pub(super) struct Reader(Vec<String>);

impl Reader {
    pub(super) fn fault(&mut self, fault: String) {
        self.0.push(fault);
    }

    /// How many faults there are so far.
    pub(super) fn count(&self) -> usize {
        self.0.len()
    }

    /// Values on lines of their own, or with `between` between them; none if one does not read.
    pub(super) fn several<T: FromStr<Err = ParseError>>(
        &mut self,
        name: &str,
        text: &str,
        between: char,
    ) -> Option<Vec<T>> {
        let written = text.split(between).filter(|one| !one.trim().is_empty());
        let read: Vec<Option<T>> = written.map(|one| self.field(name, one)).collect();
        read.into_iter().collect()
    }

    pub(super) fn field<T: FromStr<Err = ParseError>>(
        &mut self,
        name: &str,
        text: &str,
    ) -> Option<T> {
        match text.trim().parse() {
            Ok(value) => Some(value),
            Err(error) => {
                self.0.push(format!("{name}: {error}."));
                None
            }
        }
    }

    pub(super) fn optional<T: FromStr<Err = ParseError>>(
        &mut self,
        name: &str,
        text: &str,
    ) -> Option<T> {
        if text.trim().is_empty() {
            return None;
        }
        self.field(name, text)
    }

    /// As [`Self::reach`], and nothing at all is none.
    fn optional_reach<T: FromStr<Err = ParseError>>(
        &mut self,
        name: &str,
        text: &str,
    ) -> Option<Reach<T>> {
        if text.trim().is_empty() {
            return None;
        }
        self.reach(name, text)
    }

    fn standing(&mut self, name: &str, text: &str) -> Option<Standing> {
        match text {
            "yes" => Some(Standing::Yes),
            "no" => Some(Standing::No),
            _ => {
                self.0.push(format!("{name}: choose one."));
                None
            }
        }
    }

    fn units(&mut self, name: &str, text: &str) -> Option<u32> {
        let text = text.trim();
        let units = text.parse().ok();
        if units.is_none() && !text.is_empty() {
            self.0
                .push(format!("{name}: write whole units in digits, or nothing."));
        }
        units
    }

    /// `all`, or names with commas between them. Nothing at all is a fault: it would mean nobody.
    fn reach<T: FromStr<Err = ParseError>>(&mut self, name: &str, text: &str) -> Option<Reach<T>> {
        match text.trim() {
            "all" => Some(Reach::All),
            "" => {
                self.0.push(format!(
                    "{name}: write all, or names with commas between them."
                ));
                None
            }
            named => {
                let named: Vec<Option<T>> =
                    named.split(',').map(|one| self.field(name, one)).collect();
                named
                    .into_iter()
                    .collect::<Option<Vec<T>>>()
                    .map(Reach::Only)
            }
        }
    }

    pub(super) fn words(&mut self, name: &str, text: &str) -> Option<String> {
        let text = text.trim();
        if text.is_empty() {
            self.0
                .push(format!("{name}: something must be written here."));
            return None;
        }
        Some(text.to_owned())
    }
}

pub(in crate::pages) fn read(kind: &str, written: &Written) -> Result<Draft, Vec<String>> {
    let mut reader = Reader::default();
    let said = claim(&mut reader, kind, written);
    let id = reader.field("The form", &written.id);
    let issuer = reader.field("Who says so", &written.issuer);
    let title = reader.words("The document it came in", &written.title);
    let from: Option<Instant> = reader.optional("Valid from", &written.valid_from);
    let until: Option<Instant> = reader.optional("Valid until", &written.valid_until);
    if let (Some(from), Some(until)) = (from, until)
        && from >= until
    {
        reader
            .0
            .push("Valid until: this is not after its beginning.".to_owned());
    }
    match (said, id, issuer, title) {
        (Some((scope, claim)), Some(id), Some(issuer), Some(title)) if reader.0.is_empty() => {
            Ok(Draft {
                id: Some(id),
                scope,
                issuer,
                claim,
                valid: Period { from, until },
                title,
                dated: written.dated.trim().to_owned(),
                authority: Authority::Own,
                words: Some(written.words.trim().to_owned()).filter(|words| !words.is_empty()),
                document: None,
            })
        }
        _ => Err(reader.0),
    }
}

/// What is said, and the scope that it stands under. None: the reader has the faults.
fn claim(reader: &mut Reader, kind: &str, written: &Written) -> Option<(Scope, Claim)> {
    match kind {
        "sales_authorization" => authorisation(reader, written),
        "device_certification" => tested::certification(reader, written),
        "requirement_set" => tested::requirement_set(reader, written),
        "test_report" => tested::test_report(reader, written),
        "custody_event" => custody(reader, written),
        "stop_sale" => {
            let scope = reader.field("What is stopped", &written.scope);
            let cause = reader.words("Cause", &written.cause);
            Some((scope?, Claim::StopSale { cause: cause? }))
        }
        _ => {
            let scope = reader.field("About", &written.scope);
            let role = reader.words("In which role", &written.role);
            let words = reader.words("Its words", &written.words);
            words?;
            Some((scope?, Claim::Statement { role: role? }))
        }
    }
}

fn authorisation(reader: &mut Reader, written: &Written) -> Option<(Scope, Claim)> {
    let brand: Option<BrandId> = reader.field("Brand", &written.brand);
    let sellers = reader.reach("Sellers", &written.sellers);
    let categories = reader.reach("Categories", &written.categories);
    let territory = reader.reach("Countries", &written.territory);
    let conditions = reader.optional_reach("Conditions", &written.conditions);
    let quantity = reader.units("Units in all", &written.quantity);
    let from = reader.optional("Passed on from", &written.passed_on_from);
    let by = reader.optional("Passed on by", &written.passed_on_by);
    if from.is_some() != by.is_some() {
        let fault = "Passed on: say from which authorisation and by which seller, or neither.";
        reader.0.push(fault.to_owned());
    }
    let standing = reader.standing("Allowed or denied", &written.standing);
    let brand = brand?;
    let claim = Claim::SalesAuthorization(SalesAuthorization {
        sellers: sellers?,
        categories: categories?,
        territory: territory?,
        conditions: conditions.unwrap_or(Reach::All),
        quantity,
        may_be_passed_on: written.may_be_passed_on == "yes",
        rests_on: from.zip(by).map(|(from, by)| PassedOn { from, by }),
        ..SalesAuthorization::of_everything(standing?, brand.clone())
    });
    Some((Scope::Brand(brand), claim))
}

fn custody(reader: &mut Reader, written: &Written) -> Option<(Scope, Claim)> {
    let seller: Option<SellerId> = reader.field("Whose units", &written.seller);
    let variant = reader.field("Variant", &written.variant);
    let standing = reader.standing("Are the units vouched for", &written.standing);
    let first_sale = reader.optional_reach("First put on the market in", &written.first_sale);
    let seller = seller?;
    let claim = Claim::CustodyEvent {
        seller: seller.clone(),
        variant: variant?,
        standing: standing?,
        first_sale,
    };
    Some((Scope::Seller(seller), claim))
}

#[cfg(test)]
mod tests {
    use domain::listing::Condition;

    use super::*;

    fn written() -> Written {
        Written {
            id: "ev-1".to_owned(),
            issuer: "xiaomi".to_owned(),
            title: "Letter".to_owned(),
            brand: "xiaomi".to_owned(),
            standing: "no".to_owned(),
            sellers: "omni, other".to_owned(),
            categories: "all".to_owned(),
            territory: "US".to_owned(),
            ..Written::default()
        }
    }

    #[test]
    fn a_form_becomes_a_draft_under_the_scope_it_belongs_to() {
        let draft = read("sales_authorization", &written()).expect("no fault");
        assert!(draft.claim.belongs_under(&draft.scope));
        let Claim::SalesAuthorization(says) = draft.claim else {
            panic!("another claim");
        };
        assert_eq!(says.standing, Standing::No);
        assert!(says.sellers.covers(&"other".parse().expect("an id")));
        assert!(!says.sellers.covers(&"third".parse().expect("an id")));
        assert_eq!((says.conditions, says.quantity), (Reach::All, None));
    }

    #[test]
    fn what_is_passed_on_and_where_units_were_first_sold_can_be_written() {
        let passed = Written {
            standing: "yes".to_owned(),
            territory: "EEA, GB".to_owned(),
            conditions: "new, used".to_owned(),
            quantity: " 500 ".to_owned(),
            may_be_passed_on: "yes".to_owned(),
            passed_on_from: "ev-0".to_owned(),
            passed_on_by: "big".to_owned(),
            ..written()
        };
        let draft = read("sales_authorization", &passed).expect("no fault");
        let Claim::SalesAuthorization(says) = draft.claim else {
            panic!("another claim");
        };
        assert!(says.territory.names_group() && says.may_be_passed_on);
        assert!(!says.conditions.covers(&Condition::Refurbished));
        assert_eq!(says.quantity, Some(500));
        assert_eq!(
            says.rests_on,
            Some(PassedOn {
                from: "ev-0".parse().expect("an id"),
                by: "big".parse().expect("an id"),
            })
        );
        let units = Written {
            seller: "omni".to_owned(),
            variant: "v1".to_owned(),
            first_sale: "US".to_owned(),
            standing: "yes".to_owned(),
            ..written()
        };
        let draft = read("custody_event", &units).expect("no fault");
        assert!(draft.claim.belongs_under(&draft.scope));
        let Claim::CustodyEvent { first_sale, .. } = draft.claim else {
            panic!("another claim");
        };
        assert!(first_sale.is_some_and(|first_sale| !first_sale.names_group()));
    }

    #[test]
    fn every_fault_of_a_form_is_found() {
        let bad = Written {
            sellers: String::new(),
            territory: "USA".to_owned(),
            title: " ".to_owned(),
            valid_from: "2016-02-02".to_owned(),
            valid_until: "2016-02-01".to_owned(),
            ..written()
        };
        let faults = read("sales_authorization", &bad).expect_err("four faults");
        assert_eq!(faults.len(), 4, "{faults:?}");
        let bad = Written {
            conditions: "mint".to_owned(),
            quantity: "many".to_owned(),
            passed_on_from: "ev-0".to_owned(),
            ..written()
        };
        let faults = read("sales_authorization", &bad).expect_err("three faults");
        assert_eq!(faults.len(), 3, "{faults:?}");
    }
}
