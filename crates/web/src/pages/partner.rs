//! `/desk`: where a brand, a host network or a seller that signs in sees what it said, says more, and ends it.
//!
//! Of others it shows counts alone. What another party said is as good as absent. What it only looks at is in
//! `partner/looks.rs`.

mod looks;

use askama::Template;
use axum::Form;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use domain::Instant;
use domain::evidence::{Claim, Recorded, WithdrawalManner};
use domain::id::{EvidenceId, PartyId};
use domain::scope::Scope;
use serde::Deserialize;
use trade::change::Withdrawal;
use trade::directory::Directory;
use trade::gate::snapshot::Moment;
use trade::impact::ImpactPage;
use trade::own::holds;
use trade::people::SignedIn;
use trade::record_book::RecordEntry;

use super::console::data_sets::{OwnList, own_lists};
use super::console::evidence::{self as forms, From, Written, draft, evidence_page};
use super::console::{DueView, due_view};
use super::frame::{Frame, Place, on_to, page, page_as};
use super::time_line::{EntryView, entry_view};
use super::{addresses, claims, wording};
use crate::App;
use crate::access::{Access, Person, Routes, Visitor};
use crate::problem::{Problem, detached};

/// Most entries that are listed.
const SHOWN_MAX: usize = 100;
/// Most listings that are counted one by one.
const COUNTED_MAX: usize = 1_000;

pub fn routes() -> Routes {
    const OWN: Access = Access::Member;
    Routes::new()
        .get("/desk", OWN, overview)
        .get("/desk/evidence/{kind}", OWN, show_form)
        .post("/desk/evidence/{kind}", OWN, record)
        .get("/desk/said/{id}", OWN, show_said)
        .post("/desk/said/{id}/withdrawal", OWN, withdraw)
        .merge(looks::routes())
}

/// What a party has to do with, and so which forms it is given.
struct Holding {
    brand: bool,
    network: bool,
    seller: bool,
}

impl Holding {
    fn of(directory: &Directory, party: &PartyId) -> Self {
        Self {
            brand: directory.brands.iter().any(|one| one.party == *party),
            network: directory.networks.iter().any(|one| one.party == *party),
            seller: directory.sellers.iter().any(|one| one.party == *party),
        }
    }

    fn may_say(&self, kind: &str) -> bool {
        match kind {
            "sales_authorization" | "custody_event" => self.brand || self.seller,
            "device_certification" | "requirement_set" => self.network,
            "stop_sale" | "statement" => self.brand || self.network || self.seller,
            _ => false,
        }
    }

    fn looks(&self) -> Vec<(&'static str, &'static str)> {
        let all = [
            (
                self.brand || self.seller,
                ("/desk/authorisations", "Who may sell what"),
            ),
            (
                self.network,
                ("/desk/certifications", "What waits for a certification"),
            ),
            (true, ("/desk/keys", "Your keys")),
        ];
        let own = all.into_iter().filter(|(is_own, _)| *is_own);
        own.map(|(_, look)| look).collect()
    }

    fn forms(&self) -> Vec<(&'static str, &'static str)> {
        let forms = forms::FORMS.into_iter();
        forms.filter(|(kind, _)| self.may_say(kind)).collect()
    }
}

struct SaidView {
    id: String,
    kind: String,
    sentence: String,
    scope: String,
    recorded_at: String,
    is_in_force: bool,
}

#[derive(Template)]
#[template(path = "partner.html")]
struct DeskPage {
    frame: Frame,
    name: String,
    own: Vec<String>,
    forms: Vec<(&'static str, &'static str)>,
    /// Pages of its own to look at: address and title.
    looks: Vec<(&'static str, &'static str)>,
    due: Vec<DueView>,
    said: Vec<SaidView>,
    lists: Vec<OwnList>,
    left_out: usize,
    may_change: bool,
    is_owner: bool,
}

async fn overview(State(app): State<App>, Person(by): Person) -> Result<Response, Problem> {
    let directory = app.house.directory();
    let party = directory.parties.iter().find(|one| one.id == by.party);
    let said = app.house.said_by(&by.party);
    let left_out = said.len().saturating_sub(SHOWN_MAX);
    let shown = said.iter().take(SHOWN_MAX);
    let visitor = Visitor(Some(by.clone()));
    let now = app.house.present();
    let due = app.house.expiring_of(&by.party, now).await?;
    let holding = Holding::of(&directory, &by.party);
    page(&DeskPage {
        frame: Frame::new(&app, &visitor, Place::Desk, "Desk").await?,
        name: party.map_or_else(|| by.party.to_string(), |one| one.name.clone()),
        own: own(&directory, &by.party),
        forms: holding.forms(),
        looks: holding.looks(),
        due: due
            .iter()
            .map(|one| due_view(one, &directory, now))
            .collect(),
        said: shown.map(|one| said_view(&app, &directory, one)).collect(),
        lists: own_lists(&app, &by.party).await?,
        left_out,
        may_change: by.role >= domain::member::MemberRole::Clerk,
        is_owner: by.role == domain::member::MemberRole::Owner,
    })
}

/// Names of the brands, networks and shops of a party.
fn own(directory: &Directory, party: &PartyId) -> Vec<String> {
    let brands = directory.brands.iter();
    let brands = brands.map(|one| (Scope::Brand(one.id.clone()), one.name.clone()));
    let networks = directory.networks.iter();
    let networks = networks.map(|one| (Scope::HostNetwork(one.id.clone()), one.name.clone()));
    let sellers = directory.sellers.iter();
    let sellers = sellers.map(|one| (Scope::Seller(one.id.clone()), one.name.clone()));
    let all = brands.chain(networks).chain(sellers);
    all.filter(|(scope, _)| holds(directory, party, scope))
        .map(|(_, name)| name)
        .collect()
}

fn said_view(app: &App, directory: &Directory, one: &Recorded) -> SaidView {
    let evidence = &one.evidence;
    SaidView {
        id: evidence.id.to_string(),
        kind: wording::kind(evidence.claim.kind()),
        sentence: claims::sentence(&evidence.claim, directory),
        scope: claims::scope(&evidence.scope, directory),
        recorded_at: wording::moment(one.at),
        is_in_force: is_in_force(app, one),
    }
}

/// Whether it is in force now.
fn is_in_force(app: &App, one: &Recorded) -> bool {
    let snapshot = app.house.snapshot();
    let now = Moment::at(app.house.present());
    let mut in_force = snapshot.in_force(&one.evidence.scope, now);
    in_force.any(|other| other.evidence.id == one.evidence.id)
}

/// The form, if it is one for this party.
fn form_of(app: &App, by: &SignedIn, kind: &str) -> Result<(&'static str, &'static str), Problem> {
    let form = forms::form(kind)?;
    match Holding::of(&app.house.directory(), &by.party).may_say(form.0) {
        true => Ok(form),
        false => Err(Problem::not_found("form for", form.0)),
    }
}

async fn show_form(
    State(app): State<App>,
    Person(by): Person,
    Path(kind): Path<String>,
    Query(from): Query<From>,
) -> Result<Response, Problem> {
    let form = form_of(&app, &by, &kind)?;
    let written = Written::begun(&app, by.party.to_string(), &from)?;
    let visitor = Visitor(Some(by.clone()));
    let shown = evidence_page(&app, &visitor, form, written, Vec::new()).await?;
    page(&shown.at_the_desk(&by.party, &app.house.directory()))
}

async fn record(
    State(app): State<App>,
    Person(by): Person,
    Path(kind): Path<String>,
    Form(written): Form<Written>,
) -> Result<Response, Problem> {
    let form = form_of(&app, &by, &kind)?;
    // Whoever a form was made to name: here it is their own party that speaks.
    let written = written.said_by(&by.party);
    let faults = match draft::read(form.0, &written) {
        Ok(draft) => {
            let (house, person) = (app.house.clone(), by.clone());
            match detached(async move { house.record_own(&person, draft).await }).await {
                Ok(change) => {
                    let id = change.recorded().evidence.id.clone();
                    return Ok(on_to(&format!("/desk/said/{id}")));
                }
                Err(problem) if problem.status.is_client_error() => vec![problem.detail.clone()],
                Err(problem) => return Err(problem),
            }
        }
        Err(faults) => faults,
    };
    let visitor = Visitor(Some(by.clone()));
    let shown = evidence_page(&app, &visitor, form, written, faults).await?;
    let shown = shown.at_the_desk(&by.party, &app.house.directory());
    page_as(StatusCode::UNPROCESSABLE_ENTITY, &shown)
}

#[derive(Clone, Default, Deserialize)]
#[serde(default)]
struct Wanted {
    id: String,
    manner: String,
    from: String,
    title: String,
    dated: String,
    words: String,
    confirmed: String,
}

#[derive(Template)]
#[template(path = "partner_said.html")]
struct SaidPage {
    frame: Frame,
    entry: EntryView,
    id: String,
    /// Offered listings whose verdict cites it now.
    resting: usize,
    has_more_resting: bool,
    /// What ending it would do; none: it is a withdrawal for good, which nothing ends.
    ending: Option<Ending>,
    is_withdrawal: bool,
    may_change: bool,
    wanted: Wanted,
    fault: Option<String>,
}

/// What ending something would do, in counts.
struct Ending {
    stops: u64,
    starts: u64,
    carts: u64,
    orders: u64,
}

async fn ending(app: &App, said: &RecordEntry) -> Result<Option<Ending>, Problem> {
    if let Claim::Withdrawal { manner, .. } = said.recorded.evidence.claim
        && manner != WithdrawalManner::Suspend
    {
        return Ok(None);
    }
    let id = &said.recorded.evidence.id;
    let planned = app.house.planned_withdrawal(id, None).await?;
    let only_counts = ImpactPage {
        after: None,
        limit: 0,
    };
    let impact = app.house.impact(&planned, &only_counts).await?;
    Ok(Some(Ending {
        stops: impact.stops,
        starts: impact.starts,
        carts: impact.carts.count,
        orders: impact.orders.count,
    }))
}

async fn said_page(
    app: &App,
    by: &SignedIn,
    said: &RecordEntry,
    wanted: Wanted,
    fault: Option<String>,
) -> Result<SaidPage, Problem> {
    let directory = app.house.directory();
    let evidence = &said.recorded.evidence;
    let resting = app
        .house
        .resting_listings(&evidence.id, "", COUNTED_MAX)
        .await?;
    let visitor = Visitor(Some(by.clone()));
    Ok(SaidPage {
        frame: Frame::new(app, &visitor, Place::Desk, "What you said").await?,
        entry: entry_view(said, None, &directory),
        id: evidence.id.to_string(),
        resting: resting.items.len(),
        has_more_resting: resting.next.is_some(),
        ending: ending(app, said).await?,
        is_withdrawal: evidence.claim.kind() == "withdrawal",
        may_change: by.role >= domain::member::MemberRole::Clerk,
        wanted,
        fault,
    })
}

async fn own_entry(app: &App, by: &SignedIn, id: &str) -> Result<RecordEntry, Problem> {
    let id: EvidenceId = addresses::id(id, "evidence")?;
    Ok(app.house.own_evidence(&by.party, &id).await?)
}

async fn show_said(
    State(app): State<App>,
    Person(by): Person,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let said = own_entry(&app, &by, &id).await?;
    let wanted = Wanted {
        id: app.house.fresh_evidence_id()?.to_string(),
        ..Wanted::default()
    };
    page(&said_page(&app, &by, &said, wanted, None).await?)
}

async fn withdraw(
    State(app): State<App>,
    Person(by): Person,
    Path(id): Path<String>,
    Form(wanted): Form<Wanted>,
) -> Result<Response, Problem> {
    let said = own_entry(&app, &by, &id).await?;
    let fault = match read(&said, &by, &wanted) {
        Ok(withdrawal) => {
            let (house, person) = (app.house.clone(), by.clone());
            match detached(async move { house.withdraw_own(&person, withdrawal).await }).await {
                Ok(change) => {
                    let id = change.recorded().evidence.id.clone();
                    return Ok(on_to(&format!("/desk/said/{id}")));
                }
                Err(problem) if problem.status.is_client_error() => problem.detail.clone(),
                Err(problem) => return Err(problem),
            }
        }
        Err(fault) => fault,
    };
    let fault = Some(wording::capital(&fault));
    let shown = said_page(&app, &by, &said, wanted, fault).await?;
    page_as(StatusCode::UNPROCESSABLE_ENTITY, &shown)
}

fn read(said: &RecordEntry, by: &SignedIn, wanted: &Wanted) -> Result<Withdrawal, String> {
    let told = |error: domain::ParseError| error.to_string();
    let manner: WithdrawalManner = wanted.manner.parse().map_err(told)?;
    let from = match wanted.from.trim() {
        "" => None,
        written => Some(written.parse::<Instant>().map_err(told)?),
    };
    if wanted.confirmed != "yes" {
        return Err("confirm that it is to be withdrawn".to_owned());
    }
    let title = match wanted.title.trim() {
        "" => return Err("say which document it is in".to_owned()),
        title => title.to_owned(),
    };
    Ok(Withdrawal {
        id: Some(wanted.id.parse().map_err(told)?),
        ends: said.recorded.evidence.id.clone(),
        manner,
        issuer: by.party.clone(),
        from,
        title,
        dated: wanted.dated.trim().to_owned(),
        words: Some(wanted.words.trim().to_owned()).filter(|words| !words.is_empty()),
        document: None,
    })
}
