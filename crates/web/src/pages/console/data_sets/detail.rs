//! `/console/data-sets/{id}`: one delivery, what was wrong in it, how it differs from the one before and what activating
//! it would stop; activating it, taking it back, retiring it.

use askama::Template;
use axum::Form;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use domain::id::{DataSetId, MarketId};
use serde::Deserialize;
use trade::change::Change;
use trade::data_sets::activate::{Activation, Fall};
use trade::data_sets::compare::{Manner, RowsCompared};
use trade::desk::Entered;
use trade::impact::ImpactPage;
use trade::{Code, DataSet, Error};

use super::super::evidence::{Choice, entered};
use super::super::impact::{ImpactView, SHOWN_MAX};
use crate::App;
use crate::access::{Access, Operator, Routes, Visitor};
use crate::pages::addresses;
use crate::pages::frame::{Frame, Place, on_to, page_as};
use crate::pages::wording;
use crate::problem::{Problem, detached};

/// Most faults and remarks that are shown; the rest are counted.
const FAULTS_SHOWN: u32 = 100;
/// Most differences that are shown of each manner.
const DIFFERENCES_SHOWN: usize = 20;

pub fn routes() -> Routes {
    Routes::new()
        .get("/console/data-sets/{id}", Access::SignedIn, show)
        .post("/console/data-sets/{id}", Access::SignedIn, change)
}

#[derive(Deserialize)]
struct In {
    #[serde(default)]
    market: String,
}

/// What a button sends.
#[derive(Deserialize)]
struct Wanted {
    #[serde(default)]
    market: String,
    /// `activate`, `take-back`, `retire` or `restore`.
    #[serde(default)]
    what: String,
    /// How many facts are meant to be gone, where that is more than a fifth.
    #[serde(default)]
    gone: String,
}

struct FaultLine {
    place: String,
    rule: String,
    found: String,
    help: String,
    is_note: bool,
}

struct DifferenceLine {
    manner: &'static str,
    name: String,
    row_before: String,
    row: String,
}

/// The rows beside those of the delivery before, in one market.
struct RowsView {
    before: Option<String>,
    before_in_all: String,
    same: String,
    added: String,
    changed: String,
    gone: u64,
    is_fall: bool,
    differences: Vec<DifferenceLine>,
    left_out: u64,
}

/// How it stands in the market that was chosen.
struct MarketView {
    id: String,
    name: String,
    speaks: bool,
    is_replaced: bool,
    rows: RowsView,
    impact: Option<ImpactView>,
}

#[derive(Template)]
#[template(path = "console/data_set.html")]
struct DataSetPage {
    frame: Frame,
    id: String,
    file: String,
    title: String,
    dated: String,
    licence: String,
    series: String,
    columns: String,
    imported_at: String,
    retired_at: Option<String>,
    rows: String,
    with_facts: String,
    with_faults: String,
    facts: String,
    faults: Vec<FaultLine>,
    is_cut: bool,
    markets: Vec<Choice>,
    market: Option<MarketView>,
    can_be_retired: bool,
    fault: Option<String>,
}

fn rows_view(rows: &RowsCompared) -> RowsView {
    let place = |row: Option<u64>| row.map_or_else(|| "–".to_owned(), |row| row.to_string());
    let mut shown = Vec::new();
    for manner in [Manner::Gone, Manner::Changed, Manner::Added] {
        let of_manner = rows.differences.iter().filter(|one| one.manner == manner);
        // The first delivery adds everything there is.
        let most = if rows.before.is_none() {
            0
        } else {
            DIFFERENCES_SHOWN
        };
        shown.extend(of_manner.take(most).map(|one| DifferenceLine {
            manner: one.manner.name(),
            name: one.name.clone(),
            row_before: place(one.row_before),
            row: place(one.row),
        }));
    }
    let in_all = rows.gone + rows.changed + rows.added;
    let left_out = match rows.before {
        Some(_) => in_all.saturating_sub(u64::try_from(shown.len()).unwrap_or(u64::MAX)),
        None => 0,
    };
    RowsView {
        before: rows.before.as_ref().map(ToString::to_string),
        before_in_all: wording::grouped(rows.before_in_all),
        same: wording::grouped(rows.same),
        added: wording::grouped(rows.added),
        changed: wording::grouped(rows.changed),
        gone: rows.gone,
        is_fall: rows.is_fall(),
        differences: shown,
        left_out,
    }
}

async fn market_view(
    app: &App,
    set: &DataSet,
    all: &[DataSet],
    market: &MarketId,
    name: &str,
) -> Result<MarketView, Problem> {
    let rows = app.house.compare_rows(market, set).await?;
    let standing = app.house.standing_of(market, set, all)?;
    let has_policy = {
        let moment = trade::gate::snapshot::Moment::at(app.house.present());
        app.house.snapshot().policy(market, moment).is_some()
    };
    let mut impact = None;
    if standing != Some(true) && set.retired_at.is_none() && has_policy {
        let planned = app.house.planned_activation(market, &set.id).await?;
        let page = ImpactPage {
            after: None,
            limit: SHOWN_MAX,
        };
        let found = app.house.impact(&planned, &page).await?;
        impact = Some(ImpactView::new(app, &found));
    }
    Ok(MarketView {
        id: market.to_string(),
        name: name.to_owned(),
        speaks: standing == Some(true),
        is_replaced: standing == Some(false),
        rows: rows_view(&rows),
        impact,
    })
}

async fn data_set_page(
    app: &App,
    visitor: &Visitor,
    id: &DataSetId,
    market: &str,
    fault: Option<String>,
) -> Result<DataSetPage, Problem> {
    let all = app.house.data_sets().await?;
    let Some(set) = all.iter().find(|set| set.id == *id) else {
        return Err(Problem::not_found("data set", id));
    };
    let origin = trade::data_sets::origin_of(set)?;
    let stored = app.house.data_set_faults(id, FAULTS_SHOWN + 1).await?;
    let shown = usize::try_from(FAULTS_SHOWN).unwrap_or(usize::MAX);
    let faults = stored.iter().take(shown).map(|one| FaultLine {
        place: format!(
            "line {}{}",
            one.line,
            match one.column.as_str() {
                "" => String::new(),
                column => format!(", {column}"),
            }
        ),
        rule: one.rule.clone(),
        found: one.found.clone(),
        help: one.help.clone(),
        is_note: one.is_note,
    });
    let directory = app.house.directory();
    let only = match directory.markets.as_slice() {
        [only] => Some(only),
        _ => None,
    };
    let mut markets = directory.markets.iter();
    let chosen = markets.find(|one| one.id.as_str() == market).or(only);
    let market = match chosen {
        Some(one) => Some(market_view(app, set, &all, &one.id, &one.name).await?),
        None => None,
    };
    let mut is_active = false;
    for one in &directory.markets {
        is_active |= app.house.standing_of(&one.id, set, &all)?.is_some();
    }
    let markets = directory.markets.iter().map(|one| Choice {
        id: one.id.to_string(),
        name: one.name.clone(),
        is_chosen: chosen.is_some_and(|chosen| chosen.id == one.id),
    });
    Ok(DataSetPage {
        frame: Frame::new(app, visitor, Place::Console, &origin.title).await?,
        id: set.id.to_string(),
        file: set.file_name.clone(),
        series: trade::data_sets::series(set)?,
        title: origin.title,
        dated: origin.dated,
        licence: origin.licence,
        columns: origin.list.map(|list| list.columns).unwrap_or_default(),
        imported_at: wording::moment(set.imported_at),
        retired_at: set.retired_at.map(wording::moment),
        rows: wording::grouped(set.rows),
        with_facts: wording::grouped(set.rows_with_facts),
        with_faults: wording::grouped(set.rows_with_faults),
        facts: wording::grouped(set.facts),
        faults: faults.collect(),
        is_cut: stored.len() > shown,
        markets: markets.collect(),
        market,
        can_be_retired: !is_active,
        fault,
    })
}

async fn show(
    State(app): State<App>,
    visitor: Visitor,
    Path(id): Path<String>,
    Query(In { market }): Query<In>,
) -> Result<Response, Problem> {
    let id: DataSetId = addresses::id(&id, "data set")?;
    let shown = data_set_page(&app, &visitor, &id, &market, None).await?;
    page_as(StatusCode::OK, &shown)
}

async fn change(
    State(app): State<App>,
    visitor: Visitor,
    Operator(by): Operator,
    Path(id): Path<String>,
    Form(wanted): Form<Wanted>,
) -> Result<Response, Problem> {
    let id: DataSetId = addresses::id(&id, "data set")?;
    let (house, set, asked) = (app.house.clone(), id.clone(), wanted.market.clone());
    let done = match wanted.what.as_str() {
        what @ ("retire" | "restore") => {
            let is_retired = what == "retire";
            detached(async move { house.retire(&set, is_retired).await.map(|_| None) }).await
        }
        "take-back" => {
            detached(async move {
                let market = asked.parse()?;
                let withdrawal = house.taking_back(&market, &set, &by.party).await?;
                house.enter_withdrawal(withdrawal, &by).await.map(Some)
            })
            .await
        }
        "activate" => {
            let gone = wanted.gone.clone();
            detached(async move {
                let market: MarketId = asked.parse()?;
                // What was confirmed is the number that was shown, not whatever it may be now.
                let fall = match house.data_set(&set).await? {
                    Some(found) => {
                        let rows = house.compare_rows(&market, &found).await?;
                        if rows.gone.to_string() == gone {
                            Fall::Confirmed
                        } else {
                            Fall::Refused
                        }
                    }
                    None => Fall::Refused,
                };
                match house.activation(&market, &set, &by.party, fall).await? {
                    Activation::Active(active) => {
                        Ok(Some(Entered::Recorded(Change::Known(active))))
                    }
                    Activation::Planned(draft) => house.enter(*draft, &by).await.map(Some),
                }
            })
            .await
        }
        _ => Err(Problem::from(Error::new(
            Code::InvalidInput,
            "say what to do: activate, take-back, retire or restore",
        ))),
    };
    match done {
        Ok(Some(done)) => Ok(entered(&done)),
        Ok(None) => Ok(on_to(&format!("/console/data-sets/{id}"))),
        Err(problem) if problem.status.is_client_error() => {
            let fault = Some(format!("{}. {}", problem.title, problem.detail));
            let shown = data_set_page(&app, &visitor, &id, &wanted.market, fault).await?;
            page_as(problem.status, &shown)
        }
        Err(problem) => Err(problem),
    }
}
