//! `/console/data-sets`: what was imported, since when, with how many rows and faults, and where it speaks; and dropping a
//! delivery. What one delivery would change is shown in `data_sets/detail.rs`.

mod detail;

use askama::Template;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use domain::evidence::Authority;
use domain::id::PartyId;
use trade::data_sets::approved::ListOf;
use trade::data_sets::{Input, origin_of};
use trade::{Code, DataSet, Error, FileKind, House};

use super::evidence::Choice;
use crate::App;
use crate::access::{Access, Operator, Routes, Visitor};
use crate::pages::form_data::FormData;
use crate::pages::frame::{Frame, Place, on_to, page_as};
use crate::pages::wording;
use crate::problem::{Problem, detached};

const PASTED: &str = "pasted.csv";
/// Most deliveries that a network's own desk shows.
const OWN_LISTS_MAX: usize = 20;
/// Stands for a network in the form: the file is no list of approved devices.
const NO_LIST: &str = "";

pub fn routes() -> Routes {
    Routes::new()
        .get("/console/data-sets", Access::SignedIn, show)
        .post("/console/data-sets", Access::SignedIn, take)
        .with_files()
        .merge(detail::routes())
}

/// What the form holds.
#[derive(Clone, Default)]
struct Written {
    network: String,
    carrier: String,
    name: String,
    dated: String,
    mapping: String,
    pasted: String,
}

/// A data set in a line.
struct Line {
    id: String,
    file: String,
    title: String,
    dated: String,
    rows: String,
    with_facts: String,
    with_faults: String,
    imported_at: String,
    state: String,
}

#[derive(Template)]
#[template(path = "console/data_sets.html")]
struct DataSetsPage {
    frame: Frame,
    lines: Vec<Line>,
    networks: Vec<Choice>,
    carriers: Vec<Choice>,
    written: Written,
    fault: Option<String>,
}

/// Where a data set stands, in words.
fn state_of(app: &App, set: &DataSet, all: &[DataSet]) -> Result<String, Problem> {
    if let Some(at) = set.retired_at {
        return Ok(format!("retired {}", wording::moment(at)));
    }
    let (mut speaks, mut replaced) = (Vec::new(), Vec::new());
    for market in &app.house.directory().markets {
        match app.house.standing_of(&market.id, set, all)? {
            Some(true) => speaks.push(market.name.clone()),
            Some(false) => replaced.push(market.name.clone()),
            None => {}
        }
    }
    let mut words = Vec::new();
    if !speaks.is_empty() {
        words.push(format!("speaks in {}", speaks.join(", ")));
    }
    if !replaced.is_empty() {
        words.push(format!(
            "replaced by a later delivery in {}",
            replaced.join(", ")
        ));
    }
    Ok(match words.as_slice() {
        [] => "not active in any market".to_owned(),
        words => words.join("; "),
    })
}

/// A delivery of a list, as the network whose list it is sees it.
pub(in crate::pages) struct OwnList {
    pub title: String,
    pub words: String,
}

/// The deliveries of a party's own lists of approved devices, the last first.
pub(in crate::pages) async fn own_lists(
    app: &App,
    party: &PartyId,
) -> Result<Vec<OwnList>, Problem> {
    let directory = app.house.directory();
    let networks = directory.networks.iter();
    let own: Vec<&str> = networks
        .filter(|one| one.party == *party)
        .map(|one| one.id.as_str())
        .collect();
    if own.is_empty() {
        return Ok(Vec::new());
    }
    let sets = app.house.data_sets().await?;
    let mut lists = Vec::new();
    for set in sets.iter().rev() {
        let origin = origin_of(set)?;
        let Some(list) = origin
            .list
            .filter(|list| own.contains(&list.network.as_str()))
        else {
            continue;
        };
        let dated = match origin.dated.as_str() {
            "" => String::new(),
            dated => format!(" of {dated}"),
        };
        let words = format!(
            "{}{dated}, taken in {}: {} rows = {} with facts + {} with faults; {}",
            list.name.unwrap_or_else(|| set.file_name.clone()),
            wording::moment(set.imported_at),
            wording::grouped(set.rows),
            wording::grouped(set.rows_with_facts),
            wording::grouped(set.rows_with_faults),
            state_of(app, set, &sets)?,
        );
        lists.push(OwnList {
            title: origin.title,
            words,
        });
        if lists.len() == OWN_LISTS_MAX {
            break;
        }
    }
    Ok(lists)
}

async fn data_sets_page(
    app: &App,
    visitor: &Visitor,
    written: Written,
    fault: Option<String>,
) -> Result<DataSetsPage, Problem> {
    let directory = app.house.directory();
    let sets = app.house.data_sets().await?;
    let mut lines = Vec::new();
    for set in sets.iter().rev() {
        let origin = origin_of(set)?;
        lines.push(Line {
            id: set.id.to_string(),
            file: set.file_name.clone(),
            title: origin.title,
            dated: origin.dated,
            rows: wording::grouped(set.rows),
            with_facts: wording::grouped(set.rows_with_facts),
            with_faults: wording::grouped(set.rows_with_faults),
            imported_at: wording::moment(set.imported_at),
            state: state_of(app, set, &sets)?,
        });
    }
    let choice = |id: &str, name: String, chosen: &str| Choice {
        is_chosen: id == chosen,
        id: id.to_owned(),
        name,
    };
    let networks = directory.networks.iter();
    let networks = networks.map(|one| {
        let name = format!("Approved devices of {} ({})", one.name, one.country);
        choice(one.id.as_str(), name, &written.network)
    });
    let parties = directory.parties.iter();
    Ok(DataSetsPage {
        frame: Frame::new(app, visitor, Place::Console, "Data sets and lists").await?,
        lines,
        networks: networks.collect(),
        carriers: parties
            .map(|one| choice(one.id.as_str(), one.name.clone(), &written.carrier))
            .collect(),
        written,
        fault,
    })
}

async fn show(State(app): State<App>, visitor: Visitor) -> Result<Response, Problem> {
    let shown = data_sets_page(&app, &visitor, Written::default(), None).await?;
    page_as(StatusCode::OK, &shown)
}

async fn take(
    State(app): State<App>,
    visitor: Visitor,
    _: Operator,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let form = FormData::of_request(&headers, &body)?;
    let text = |name: &str| form.text(name).trim().to_owned();
    let written = Written {
        network: text("network"),
        carrier: text("carrier"),
        name: text("name"),
        dated: text("dated"),
        mapping: text("mapping"),
        pasted: form.text("pasted"),
    };
    for text in [&written.name, &written.dated, &written.mapping] {
        Error::unless_imei(text)?;
    }
    let pasted = || (PASTED.to_owned(), written.pasted.clone().into_bytes());
    let (name, bytes) = form.file("file", PASTED).unwrap_or_else(pasted);
    if bytes.iter().all(u8::is_ascii_whitespace) {
        let fault = Some("Choose a file, or paste its text.".to_owned());
        let shown = data_sets_page(&app, &visitor, written, fault).await?;
        return page_as(StatusCode::UNPROCESSABLE_ENTITY, &shown);
    }
    Error::unless_imei(&name)?;
    let (house, wanted) = (app.house.clone(), written.clone());
    let input = Input::Bytes(name, bytes);
    match detached(async move { imported(&house, &wanted, input).await }).await {
        Ok(set) => Ok(on_to(&format!("/console/data-sets/{}", set.id))),
        Err(problem) if problem.status.is_client_error() => {
            let fault = Some(format!("{}. {}", problem.title, problem.detail));
            let shown = data_sets_page(&app, &visitor, written, fault).await?;
            page_as(problem.status, &shown)
        }
        Err(problem) => Err(problem),
    }
}

async fn imported(house: &House, wanted: &Written, input: Input) -> Result<DataSet, Error> {
    let some = |text: &String| (!text.is_empty()).then(|| text.clone());
    let imported = if wanted.network == NO_LIST {
        house
            .import(input, None, Authority::PublicList, |_| {})
            .await?
    } else {
        let list = ListOf {
            network: wanted.network.parse()?,
            carrier: some(&wanted.carrier).map(|id| id.parse()).transpose()?,
            name: some(&wanted.name),
            dated: some(&wanted.dated),
            mapping: wanted.mapping.parse()?,
        };
        house.deliver_list(input, list, |_| {}).await?
    };
    imported.data_set.ok_or_else(|| {
        let detail = match imported.kind {
            FileKind::MerchantFeed => "it is a seller's feed; take it under Take a feed",
            _ => "no data set is made of such a file",
        };
        Error::new(Code::InvalidInput, detail)
    })
}
