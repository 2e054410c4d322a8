//! `/console/evidence/{kind}`: entering what somebody said, from the document it came in. A form per kind.
//!
//! Every fault is found at once, and the form keeps what was written.

use askama::Template;
use axum::Form;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use domain::evidence::{
    Authority, CertificationResult, Claim, Reach, SalesAuthorization, Standing,
};
use domain::scope::Scope;
use domain::{Instant, ParseError, Period};
use serde::Deserialize;
use trade::change::Draft;
use trade::directory::Directory;

use crate::App;
use crate::access::{Access, Routes, Visitor};
use crate::pages::claims;
use crate::pages::frame::{Frame, Place, on_to, page_as};
use crate::problem::{Problem, detached};

/// Kinds that have a form, and what it is for.
pub const FORMS: [(&str, &str); 4] = [
    ("sales_authorization", "Authorisation or denial"),
    ("device_certification", "Certification"),
    ("stop_sale", "Stop a sale"),
    ("statement", "Statement"),
];

pub fn routes() -> Routes {
    Routes::new()
        .get("/console/evidence/{kind}", Access::SignedIn, show)
        .post("/console/evidence/{kind}", Access::SignedIn, record)
}

/// What the form holds; which fields are asked depends on the kind.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
struct Written {
    id: String,
    issuer: String,
    title: String,
    dated: String,
    valid_from: String,
    valid_until: String,
    words: String,
    scope: String,
    role: String,
    cause: String,
    brand: String,
    standing: String,
    sellers: String,
    categories: String,
    territory: String,
    variant: String,
    network: String,
    result: String,
    condition: String,
}

/// Something to choose.
pub struct Choice {
    pub id: String,
    pub name: String,
    pub is_chosen: bool,
}

/// Parties to choose from.
pub fn parties(directory: &Directory, chosen: &str) -> Vec<Choice> {
    let parties = directory.parties.iter();
    parties
        .map(|party| {
            choice(
                party.id.as_str(),
                format!("{} ({})", party.name, party.role),
                chosen,
            )
        })
        .collect()
}

fn choice(id: &str, name: String, chosen: &str) -> Choice {
    Choice {
        id: id.to_owned(),
        name,
        is_chosen: id == chosen,
    }
}

#[derive(Template)]
#[template(path = "console/evidence.html")]
struct EvidencePage {
    frame: Frame,
    kind: &'static str,
    title: &'static str,
    written: Written,
    issuers: Vec<Choice>,
    brands: Vec<Choice>,
    variants: Vec<Choice>,
    networks: Vec<Choice>,
    scopes: Vec<Choice>,
    faults: Vec<String>,
}

fn form(kind: &str) -> Result<(&'static str, &'static str), Problem> {
    let short: String = kind.chars().take(40).collect();
    FORMS
        .into_iter()
        .find(|(name, _)| *name == kind)
        .ok_or_else(|| Problem::not_found("form for", short))
}

async fn show(
    State(app): State<App>,
    visitor: Visitor,
    Path(kind): Path<String>,
) -> Result<Response, Problem> {
    let form = form(&kind)?;
    let key = app.house.fresh_key()?;
    let written = Written {
        // Sent twice, it is recorded once.
        id: format!("ev-{}", &key[..24]),
        ..Written::default()
    };
    let shown = evidence_page(&app, &visitor, form, written, Vec::new()).await?;
    page_as(StatusCode::OK, &shown)
}

async fn evidence_page(
    app: &App,
    visitor: &Visitor,
    (kind, title): (&'static str, &'static str),
    written: Written,
    faults: Vec<String>,
) -> Result<EvidencePage, Problem> {
    let directory = app.house.directory();
    let brands = directory.brands.iter();
    let variants = directory.variants.iter();
    let networks = directory.networks.iter();
    Ok(EvidencePage {
        frame: Frame::new(app, visitor, Place::Console, title).await?,
        kind,
        title,
        issuers: parties(&directory, &written.issuer),
        brands: brands
            .map(|brand| choice(brand.id.as_str(), brand.name.clone(), &written.brand))
            .collect(),
        variants: variants
            .map(|variant| {
                let name = claims::device(&directory, &variant.id);
                choice(variant.id.as_str(), name, &written.variant)
            })
            .collect(),
        networks: networks
            .map(|network| choice(network.id.as_str(), network.name.clone(), &written.network))
            .collect(),
        scopes: scopes(&directory, &written.scope),
        written,
        faults,
    })
}

/// Everything in the directory that something can be said of.
fn scopes(directory: &Directory, chosen: &str) -> Vec<Choice> {
    let brands = directory
        .brands
        .iter()
        .map(|one| Scope::Brand(one.id.clone()));
    let models = directory
        .models
        .iter()
        .map(|one| Scope::Model(one.id.clone()));
    let variants = directory
        .variants
        .iter()
        .map(|one| Scope::Variant(one.id.clone()));
    let sellers = directory
        .sellers
        .iter()
        .map(|one| Scope::Seller(one.id.clone()));
    let networks = directory
        .networks
        .iter()
        .map(|one| Scope::HostNetwork(one.id.clone()));
    let markets = directory
        .markets
        .iter()
        .map(|one| Scope::Market(one.id.clone()));
    brands
        .chain(models)
        .chain(variants)
        .chain(sellers)
        .chain(networks)
        .chain(markets)
        .map(|scope| choice(&scope.to_string(), claims::scope(&scope, directory), chosen))
        .collect()
}

async fn record(
    State(app): State<App>,
    visitor: Visitor,
    Path(kind): Path<String>,
    Form(written): Form<Written>,
) -> Result<Response, Problem> {
    let form = form(&kind)?;
    let faults = match read(form.0, &written) {
        Ok(draft) => {
            let house = app.house.clone();
            match detached(async move { house.record(draft).await }).await {
                Ok(change) => {
                    return Ok(on_to(&format!("/record/{}", change.recorded().position)));
                }
                Err(problem) if problem.status.is_client_error() => vec![problem.detail.clone()],
                Err(problem) => return Err(problem),
            }
        }
        Err(faults) => faults,
    };
    let shown = evidence_page(&app, &visitor, form, written, faults).await?;
    page_as(StatusCode::UNPROCESSABLE_ENTITY, &shown)
}

/// Reads fields and keeps every fault.
#[derive(Default)]
struct Reader(Vec<String>);

impl Reader {
    fn field<T: std::str::FromStr<Err = ParseError>>(
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

    fn optional<T: std::str::FromStr<Err = ParseError>>(
        &mut self,
        name: &str,
        text: &str,
    ) -> Option<T> {
        if text.trim().is_empty() {
            return None;
        }
        self.field(name, text)
    }

    /// `all`, or names with commas between them. Nothing at all is a fault: it would mean nobody.
    fn reach<T: std::str::FromStr<Err = ParseError>>(
        &mut self,
        name: &str,
        text: &str,
    ) -> Option<Reach<T>> {
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

    fn words(&mut self, name: &str, text: &str) -> Option<String> {
        let text = text.trim();
        if text.is_empty() {
            self.0
                .push(format!("{name}: something must be written here."));
            return None;
        }
        Some(text.to_owned())
    }
}

fn read(kind: &str, written: &Written) -> Result<Draft, Vec<String>> {
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
        "device_certification" => certification(reader, written),
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
    let brand: Option<domain::id::BrandId> = reader.field("Brand", &written.brand);
    let sellers = reader.reach("Sellers", &written.sellers);
    let categories = reader.reach("Categories", &written.categories);
    let territory = reader.reach("Countries", &written.territory);
    let standing = match written.standing.as_str() {
        "yes" => Standing::Yes,
        "no" => Standing::No,
        _ => {
            reader.0.push("Allowed or denied: choose one.".to_owned());
            return None;
        }
    };
    let brand = brand?;
    let claim = Claim::SalesAuthorization(SalesAuthorization {
        standing,
        brand: brand.clone(),
        sellers: sellers?,
        categories: categories?,
        models: Reach::All,
        territory: territory?,
        channels: Reach::All,
    });
    Some((Scope::Brand(brand), claim))
}

fn certification(reader: &mut Reader, written: &Written) -> Option<(Scope, Claim)> {
    let variant: Option<domain::id::VariantId> = reader.field("Variant", &written.variant);
    let network = reader.field("Host network", &written.network);
    let result = match written.result.as_str() {
        "certified" => Some(CertificationResult::Certified),
        "conditional" => reader
            .words("Condition", &written.condition)
            .map(CertificationResult::Conditional),
        "not_certified" => Some(CertificationResult::NotCertified),
        _ => {
            reader.0.push("Result: choose one.".to_owned());
            None
        }
    };
    let variant = variant?;
    let claim = Claim::DeviceCertification {
        variant: variant.clone(),
        network: network?,
        result: result?,
    };
    Some((Scope::Variant(variant), claim))
}

#[cfg(test)]
mod tests {
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
    }
}
