//! `/console/documents/{document}`: what can be shown of a document without harm, what it may mean, and where to enter
//! it.
//!
//! The original is only ever given as a download. A picture is shown if its header says a size that a browser can bear;
//! of everything else its text alone.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use domain::scope::Scope;
use trade::desk::{DocumentShown, Elsewhere, MediaKind, PartShown, SheetShown, Suggestion};

use super::inbox::DraftLine;
use crate::App;
use crate::access::{Access, Operator, Routes, Visitor};
use crate::api::documents::OTHERS_FILE;
use crate::pages::addresses;
use crate::pages::console::FORMS;
use crate::pages::frame::{Frame, Place, on_to, page};
use crate::pages::time_line::{EntryView, entry_view};
use crate::pages::wording;
use crate::problem::{Problem, detached};

/// Most pieces of evidence that a withdrawal may be about, as the page offers them.
const ENDED_SHOWN_MAX: usize = 12;

pub fn routes() -> Routes {
    Routes::new()
        .get("/console/documents/{document}", Access::SignedIn, show)
        .get(
            "/console/documents/{document}/picture",
            Access::SignedIn,
            picture,
        )
        .post(
            "/console/documents/{document}/aside",
            Access::SignedIn,
            aside,
        )
}

/// A document as it is shown, alone or beside a form.
pub struct DocumentView {
    pub sha256: String,
    pub title: String,
    pub kind: &'static str,
    pub bytes: String,
    pub received: String,
    pub brought_by: String,
    /// What it claims of itself.
    pub claims: Vec<(&'static str, String)>,
    /// Empty where its sheets are shown instead.
    pub text: String,
    pub sheets: Vec<SheetShown>,
    pub remarks: Vec<String>,
    pub picture: Option<(u32, u32)>,
    pub parts: Vec<PartLine>,
    pub wholes: Vec<PartLine>,
}

pub struct PartLine {
    pub sha256: String,
    pub title: String,
    pub kind: &'static str,
}

impl From<&PartShown> for PartLine {
    fn from(part: &PartShown) -> Self {
        Self {
            sha256: part.sha256.clone(),
            title: part.title.clone(),
            kind: part.kind.name(),
        }
    }
}

impl From<&DocumentShown> for DocumentView {
    fn from(shown: &DocumentShown) -> Self {
        let arrived = shown.arrived.as_ref();
        let claims = arrived.map_or_else(Vec::new, |one| {
            let all = [
                ("From", &one.arrival.sender),
                ("To", &one.arrival.recipients),
                ("Sent", &one.arrival.sent_at),
            ];
            let said = all.into_iter().filter(|(_, value)| !value.is_empty());
            said.map(|(name, value)| (name, value.clone())).collect()
        });
        let brought_by = arrived.and_then(|one| one.brought_by_email.clone());
        Self {
            sha256: shown.sha256.clone(),
            title: shown.title.clone(),
            kind: shown.kind.name(),
            bytes: wording::grouped(u64::try_from(shown.byte_count).unwrap_or(u64::MAX)),
            received: wording::moment(shown.received_at),
            brought_by: brought_by.unwrap_or_default(),
            claims,
            text: if shown.sheets.is_empty() {
                shown.text.clone()
            } else {
                String::new()
            },
            sheets: shown.sheets.clone(),
            remarks: shown.remarks.clone(),
            picture: shown.picture,
            parts: shown.parts.iter().map(PartLine::from).collect(),
            wholes: shown.wholes.iter().map(PartLine::from).collect(),
        }
    }
}

/// What a document may mean, with the words that say so.
struct SuggestionLine {
    field: String,
    shown: String,
    at: String,
    words: String,
    why: String,
}

/// A device that it names and the directory does not have.
struct ElsewhereLine {
    name: String,
    at: String,
    /// The address of the page that says what is known of it; none: no list knows it.
    address: Option<String>,
}

impl From<&Elsewhere> for ElsewhereLine {
    fn from(one: &Elsewhere) -> Self {
        let address = |ask: &String| addresses::with_query("/check", &[("device", ask)]);
        Self {
            name: one.name.clone(),
            at: one.at.clone(),
            address: one.ask.as_ref().map(address),
        }
    }
}

impl From<&Suggestion> for SuggestionLine {
    fn from(one: &Suggestion) -> Self {
        Self {
            field: wording::kind(one.field),
            shown: wording::kind(&one.shown),
            at: one.at.clone(),
            words: one.words.clone(),
            why: one.why.clone(),
        }
    }
}

#[derive(Template)]
#[template(path = "desk/document.html")]
struct DocumentPage {
    frame: Frame,
    document: DocumentView,
    suggestions: Vec<SuggestionLine>,
    /// What there is to know of its sender.
    sender: Vec<String>,
    elsewhere: Vec<ElsewhereLine>,
    /// How many rows it has where it is a list of many things.
    list_rows: Option<usize>,
    /// The forms, those first that the text speaks for.
    forms: Vec<(&'static str, &'static str, bool)>,
    drafts: Vec<DraftLine>,
    evidence: Vec<EntryView>,
    /// Evidence that a withdrawal may be about, with the address of the page that withdraws it.
    may_end: Vec<(String, EntryView)>,
    is_to_do: bool,
    /// Whether its words speak for a withdrawal.
    is_ending: bool,
}

/// A document by what an address says.
///
/// # Errors
/// There is none, it is damaged, or the database.
pub async fn find(app: &App, sha256: &str) -> Result<DocumentShown, Problem> {
    let found = app.house.show_document(sha256).await?;
    let short: String = sha256.chars().take(64).collect();
    found.ok_or_else(|| Problem::not_found("document", short))
}

async fn show(
    State(app): State<App>,
    visitor: Visitor,
    Path(sha256): Path<String>,
) -> Result<Response, Problem> {
    let shown = find(&app, &sha256).await?;
    let suggested = app.house.suggestions(&shown).await?;
    let speaks_for = |kind: &str| {
        let mut all = suggested.fields.iter();
        all.any(|one| one.field == "kind" && one.value == kind)
    };
    let mut forms: Vec<_> = FORMS
        .into_iter()
        .map(|(kind, words)| (kind, words, speaks_for(kind)))
        .collect();
    forms.sort_by_key(|(.., is_meant)| !is_meant);
    let directory = app.house.directory();
    let mut evidence = Vec::new();
    for id in &shown.evidence {
        let found = app.house.evidence(id).await?;
        evidence.extend(found.map(|entry| entry_view(&entry, None, &directory)));
    }
    let drafts = app.house.drafts_of_document(&shown.sha256).await?;
    let may_end = may_end(&app, &shown.sha256, &suggested.fields).await?;
    let arrived = shown.arrived.as_ref();
    page(&DocumentPage {
        frame: Frame::new(&app, &visitor, Place::Console, &shown.title).await?,
        is_ending: speaks_for("withdrawal"),
        is_to_do: arrived.is_some_and(|one| one.set_aside_at.is_none() && !one.has_evidence),
        document: (&shown).into(),
        suggestions: suggested.fields.iter().map(SuggestionLine::from).collect(),
        elsewhere: suggested
            .elsewhere
            .iter()
            .map(ElsewhereLine::from)
            .collect(),
        sender: suggested.sender,
        list_rows: shown.list_rows,
        forms,
        drafts: drafts.iter().map(|one| DraftLine::new(&app, one)).collect(),
        evidence,
        may_end,
    })
}

/// What is in force under the brands, sellers, variants and networks that the text names; the last recorded first.
async fn may_end(
    app: &App,
    sha256: &str,
    suggestions: &[Suggestion],
) -> Result<Vec<(String, EntryView)>, Problem> {
    let scopes = suggestions.iter().filter_map(|one| {
        Some(match one.field {
            "brand" => Scope::Brand(one.value.parse().ok()?),
            "seller" => Scope::Seller(one.value.parse().ok()?),
            "network" => Scope::HostNetwork(one.value.parse().ok()?),
            "variant" => Scope::Variant(one.value.parse().ok()?),
            _ => return None,
        })
    });
    let snapshot = app.house.snapshot();
    let moment = trade::gate::snapshot::Moment::at(app.house.present());
    let mut found: Vec<_> = scopes
        .flat_map(|scope| {
            snapshot
                .in_force(&scope, moment)
                .cloned()
                .collect::<Vec<_>>()
        })
        .collect();
    found.sort_by_key(|one| std::cmp::Reverse(one.position));
    found.truncate(ENDED_SHOWN_MAX);
    let directory = app.house.directory();
    let mut shown = Vec::new();
    for one in found {
        let id = &one.evidence.id;
        let Some(entry) = app.house.evidence(id).await? else {
            continue;
        };
        let address = addresses::with_query(
            &format!("/console/withdraw/{}", addresses::escaped(id.as_str())),
            &[("document", sha256)],
        );
        shown.push((address, entry_view(&entry, None, &directory)));
    }
    Ok(shown)
}

/// A picture to be looked at, if it says a size that a browser can bear.
async fn picture(State(app): State<App>, Path(sha256): Path<String>) -> Result<Response, Problem> {
    let shown = find(&app, &sha256).await?;
    let is_picture = matches!(shown.kind, MediaKind::Png | MediaKind::Jpeg);
    let document = app.house.document(&sha256).await?;
    match document {
        Some(document) if is_picture && shown.picture.is_some() => {
            let headers = [
                (header::CONTENT_TYPE, shown.kind.media_type()),
                (header::CONTENT_SECURITY_POLICY, OTHERS_FILE),
                (header::CACHE_CONTROL, "no-store"),
            ];
            Ok((headers, document.bytes).into_response())
        }
        _ => Err(Problem::not_found("picture of document", shown.sha256)),
    }
}

async fn aside(
    State(app): State<App>,
    Operator(by): Operator,
    Path(sha256): Path<String>,
) -> Result<Response, Problem> {
    let house = app.house.clone();
    detached(async move { house.set_document_aside(&sha256, &by).await }).await?;
    Ok(on_to("/console/desk"))
}
