//! `/console/evidence/{kind}`: entering what somebody said, from the document it came in. A form per kind.
//!
//! Every fault is found at once, and the form keeps what was written.

pub(in crate::pages) mod draft;
mod tested;

use askama::Template;
use axum::Form;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use domain::id::PartyId;
use domain::scope::Scope;
use serde::Deserialize;
use trade::directory::Directory;
use trade::own::holds;

use crate::App;
use crate::access::{Access, Routes, Visitor};
use crate::pages::claims;
use crate::pages::frame::{Frame, Place, on_to, page_as};
use crate::problem::{Problem, detached};

/// Kinds that have a form, and what it is for.
pub const FORMS: [(&str, &str); 7] = [
    ("sales_authorization", "Authorisation or denial"),
    ("device_certification", "Certification"),
    ("requirement_set", "Requirement set"),
    ("test_report", "Test report"),
    ("custody_event", "Where units come from"),
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
pub(in crate::pages) struct Written {
    pub(super) id: String,
    pub(super) issuer: String,
    pub(super) title: String,
    pub(super) dated: String,
    pub(super) valid_from: String,
    pub(super) valid_until: String,
    pub(super) words: String,
    pub(super) scope: String,
    pub(super) role: String,
    pub(super) cause: String,
    pub(super) brand: String,
    pub(super) standing: String,
    pub(super) sellers: String,
    pub(super) categories: String,
    pub(super) territory: String,
    pub(super) conditions: String,
    pub(super) quantity: String,
    pub(super) may_be_passed_on: String,
    pub(super) passed_on_from: String,
    pub(super) passed_on_by: String,
    pub(super) seller: String,
    pub(super) first_sale: String,
    pub(super) variant: String,
    pub(super) network: String,
    pub(super) result: String,
    pub(super) condition: String,
    pub(super) carrier: String,
    pub(super) first_build: String,
    pub(super) last_build: String,
    pub(super) requirement_set: String,
    pub(super) reports: String,
    pub(super) laboratory: String,
    pub(super) build: String,
    pub(super) bands: String,
    pub(super) services: String,
    pub(super) figures: String,
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
pub(in crate::pages) struct EvidencePage {
    frame: Frame,
    /// Under which address the form is.
    base: &'static str,
    kind: &'static str,
    title: &'static str,
    written: Written,
    issuers: Vec<Choice>,
    brands: Vec<Choice>,
    variants: Vec<Choice>,
    networks: Vec<Choice>,
    sellers: Vec<Choice>,
    scopes: Vec<Choice>,
    faults: Vec<String>,
}

pub(in crate::pages) fn form(kind: &str) -> Result<(&'static str, &'static str), Problem> {
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
    let issuer = usual_issuer(form.0, &app.house.directory());
    let written = Written::begun(&app, issuer)?;
    let shown = evidence_page(&app, &visitor, form, written, Vec::new()).await?;
    page_as(StatusCode::OK, &shown)
}

impl Written {
    /// A form before anything is written, with its issuer chosen.
    pub(in crate::pages) fn begun(app: &App, issuer: String) -> Result<Self, Problem> {
        let key = app.house.fresh_key()?;
        Ok(Self {
            // Sent twice, it is recorded once.
            id: format!("ev-{}", &key[..24]),
            issuer,
            ..Self::default()
        })
    }

    /// The same, said by this party.
    pub(in crate::pages) fn said_by(self, issuer: &PartyId) -> Self {
        let issuer = issuer.to_string();
        Self { issuer, ..self }
    }
}

impl EvidencePage {
    /// At the desk of a party: of what is offered to choose from, what is its own.
    pub(in crate::pages) fn at_the_desk(mut self, party: &PartyId, directory: &Directory) -> Self {
        let is_own = |scope: &str| {
            let scope: Option<Scope> = scope.parse().ok();
            scope.is_some_and(|scope| holds(directory, party, &scope))
        };
        self.base = "/desk";
        self.frame.place = Place::Desk;
        self.issuers.retain(|one| one.id == party.as_str());
        self.scopes.retain(|one| is_own(&one.id));
        let has = |one: &Choice, kind: &str| is_own(&format!("{kind}:{}", one.id));
        self.networks.retain(|one| has(one, "host"));
        let has_brand = self.brands.iter().any(|one| has(one, "brand"));
        // Who has no brand passes on what another's allows.
        self.brands.retain(|one| !has_brand || has(one, "brand"));
        // A brand vouches for the units of any seller.
        self.sellers.retain(|one| has_brand || has(one, "seller"));
        self
    }
}

/// Who mostly says such a thing, chosen beforehand: the first party of that role.
fn usual_issuer(kind: &str, directory: &Directory) -> String {
    let role = match kind {
        "sales_authorization" => "brand",
        "device_certification" | "requirement_set" => "host",
        "test_report" => "laboratory",
        _ => "operator",
    };
    let usual = directory.parties.iter().find(|party| party.role == role);
    usual.map_or_else(String::new, |party| party.id.to_string())
}

pub(in crate::pages) async fn evidence_page(
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
        base: "/console",
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
        sellers: directory
            .sellers
            .iter()
            .map(|one| choice(one.id.as_str(), one.name.clone(), &written.seller))
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
    let faults = match draft::read(form.0, &written) {
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
