//! `/console/evidence/{kind}`: entering what somebody said, from the document it came in. A form per kind.
//!
//! Every fault is found at once, and the form keeps what was written.

pub(in crate::pages) mod draft;
mod hints;
mod tested;
mod written;

use askama::Template;
use axum::Form;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use domain::id::PartyId;
use domain::scope::Scope;
use serde::Deserialize;
use trade::change::Draft;
use trade::desk::Entered;
use trade::directory::Directory;
use trade::own::holds;
use trade::people::SignedIn;

use self::hints::Hints;
use crate::App;
use crate::access::{Access, Operator, Routes, Visitor};
use crate::pages::claims;
use crate::pages::desk::document::{self, DocumentView};
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
    /// SHA-256 of the document that stands beside the form.
    pub(super) document: String,
    /// The draft that is written anew, and its version as it was seen.
    pub(super) draft: String,
    pub(super) version: u64,
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
    document: Option<DocumentView>,
    hints: Hints,
}

impl EvidencePage {
    /// From which words a field was filled in.
    fn hint(&self, field: &str) -> Option<&str> {
        self.hints.of(field)
    }
}

/// What the address says.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(in crate::pages) struct From {
    document: String,
    draft: String,
    /// What the page that leads here is about, chosen beforehand.
    variant: String,
    network: String,
    brand: String,
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
    Query(from): Query<From>,
) -> Result<Response, Problem> {
    let form = form(&kind)?;
    let known = match from.draft.as_str() {
        "" => None,
        draft => app.house.find_draft(draft).await?,
    };
    let (written, hints) = if let Some(known) = known {
        (written::of(&known), Hints::default())
    } else {
        let issuer = usual_issuer(form.0, &from, &app.house.directory());
        let mut written = Written::begun(&app, issuer, &from)?;
        let hints = match from.document.as_str() {
            "" => Hints::default(),
            document => {
                let shown = document::find(&app, document).await?;
                written.title.clone_from(&shown.title);
                written.document.clone_from(&shown.sha256);
                let suggested = app.house.suggestions(&shown).await?;
                Hints::fill_in(&mut written, form.0, suggested.fields)
            }
        };
        (written, hints)
    };
    let shown = evidence_page(&app, &visitor, form, written, Vec::new()).await?;
    page_as(StatusCode::OK, &EvidencePage { hints, ..shown })
}

/// Where to go after something was entered.
pub(super) fn entered(done: &Entered) -> Response {
    match done {
        Entered::Recorded(change) => on_to(&format!("/record/{}", change.recorded().position)),
        Entered::Waiting(draft) => on_to(&format!("/console/drafts/{}", draft.id)),
    }
}

impl Written {
    /// A form before anything is written, with its issuer chosen.
    pub(in crate::pages) fn begun(app: &App, issuer: String, from: &From) -> Result<Self, Problem> {
        Ok(Self {
            id: app.house.fresh_evidence_id()?.to_string(),
            issuer,
            variant: from.variant.clone(),
            network: from.network.clone(),
            brand: from.brand.clone(),
            ..Self::default()
        })
    }

    /// The same, said by this party, with nothing of the operator's desk beside it.
    pub(in crate::pages) fn said_by(self, issuer: &PartyId) -> Self {
        Self {
            issuer: issuer.to_string(),
            document: String::new(),
            draft: String::new(),
            version: 0,
            ..self
        }
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

/// Who mostly says such a thing, chosen beforehand: who speaks for what the page is about, else the first party of the role.
fn usual_issuer(kind: &str, from: &From, directory: &Directory) -> String {
    let networks = directory.networks.iter();
    let of_network = networks.filter(|one| one.id.as_str() == from.network);
    let brands = directory.brands.iter();
    let of_brand = brands.filter(|one| one.id.as_str() == from.brand);
    let mut speaks = of_network
        .map(|one| &one.party)
        .chain(of_brand.map(|one| &one.party));
    if let Some(party) = speaks.next() {
        return party.to_string();
    }
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
    let document = match written.document.as_str() {
        "" => None,
        document => Some(DocumentView::from(&document::find(app, document).await?)),
    };
    Ok(EvidencePage {
        document,
        hints: Hints::default(),
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
    let all = directory.scopes();
    all.map(|scope| choice(&scope.to_string(), claims::scope(&scope, directory), chosen))
        .collect()
}

async fn record(
    State(app): State<App>,
    visitor: Visitor,
    Operator(by): Operator,
    Path(kind): Path<String>,
    Form(written): Form<Written>,
) -> Result<Response, Problem> {
    let form = form(&kind)?;
    let faults = match draft::read(form.0, &written) {
        Ok(draft) => match keep(&app, &written, draft, by).await {
            Ok(on) => return Ok(on),
            Err(problem) if problem.status.is_client_error() => vec![problem.detail.clone()],
            Err(problem) => return Err(problem),
        },
        Err(faults) => faults,
    };
    let shown = evidence_page(&app, &visitor, form, written, faults).await?;
    page_as(StatusCode::UNPROCESSABLE_ENTITY, &shown)
}

/// From a document, or of a draft, a draft; else what [`trade::House::enter`] makes of it.
async fn keep(
    app: &App,
    written: &Written,
    draft: Draft,
    by: SignedIn,
) -> Result<Response, Problem> {
    let house = app.house.clone();
    let (known, version) = (written.draft.clone(), written.version);
    let is_from_desk = draft.document.is_some();
    detached(async move {
        let place = |id: &str| on_to(&format!("/console/drafts/{id}"));
        if !known.is_empty() {
            let kept = house.rewrite_draft(&known, version, draft, &by).await?;
            return Ok(place(&kept.id));
        }
        if is_from_desk {
            return Ok(place(&house.draft(draft, &by).await?.id));
        }
        Ok(entered(&house.enter(draft, &by).await?))
    })
    .await
}
