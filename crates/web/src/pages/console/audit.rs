//! `/console/audit`, and `/audit` in a demonstration: drop somebody's list, see what of it may be sold.
//!
//! Nothing is kept: the page holds its own spreadsheet where that is small, and the other button gives it alone.

use askama::Template;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use trade::audit::{AuditFor, Mapping};
use trade::data_sets::Input;
use trade::starter::Starter;

use super::evidence::Choice;
use crate::App;
use crate::access::{Access, Routes, Visitor};
use crate::answers::audit::{Result as Audit, Told};
use crate::api::audits::{WORKBOOK_TYPE, told};
use crate::pages::form_data::FormData;
use crate::pages::frame::{Frame, Place, page_as};
use crate::problem::{Problem, detached};

const PASTED: &str = "pasted list";
/// Bytes of a spreadsheet that a page holds; a larger one is had by the other button.
const HELD_BYTES_MAX: usize = 2 * 1024 * 1024;
/// The policies to begin with, as the form names them apart from the house's markets.
const STARTER: &str = "starter:";

pub fn routes() -> Routes {
    Routes::new()
        .get("/console/audit", Access::SignedIn, show)
        .post("/console/audit", Access::SignedIn, take)
        .with_files()
        .get("/audit", Access::DemoOnly, show)
        .post("/audit", Access::DemoOnly, take)
        .with_files()
}

/// What the form holds.
#[derive(Clone, Default)]
struct Written {
    market: String,
    seller: String,
    mapping: String,
    pasted: String,
}

#[derive(Template)]
#[template(path = "console/audit.html")]
struct AuditPage {
    frame: Frame,
    markets: Vec<Choice>,
    written: Written,
    result: Option<Audit>,
    fault: Option<String>,
}

async fn audit_page(
    app: &App,
    visitor: &Visitor,
    written: Written,
    result: Option<Audit>,
    fault: Option<String>,
) -> Result<AuditPage, Problem> {
    let directory = app.house.directory();
    let own = directory.markets.iter();
    let own = own.map(|one| {
        (
            one.id.to_string(),
            format!("{}, by its policy in force", one.name),
        )
    });
    let starters = Starter::ALL.map(|one| {
        let name = format!("Policy to begin with: {}", one.name().to_uppercase());
        (format!("{STARTER}{one}"), name)
    });
    let markets = own.chain(starters).map(|(id, name)| Choice {
        is_chosen: id == written.market,
        id,
        name,
    });
    let title = "What of this list may be sold?";
    Ok(AuditPage {
        frame: Frame::new(app, visitor, Place::Console, title).await?,
        markets: markets.collect(),
        written,
        result,
        fault,
    })
}

async fn show(State(app): State<App>, visitor: Visitor) -> Result<Response, Problem> {
    let shown = audit_page(&app, &visitor, Written::default(), None, None).await?;
    page_as(StatusCode::OK, &shown)
}

async fn take(
    State(app): State<App>,
    visitor: Visitor,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let form = FormData::of_request(&headers, &body)?;
    let written = Written {
        market: form.text("market"),
        seller: form.text("seller").trim().to_owned(),
        mapping: form.text("mapping").trim().to_owned(),
        pasted: form.text("pasted"),
    };
    for text in [&written.market, &written.seller, &written.mapping] {
        trade::Error::unless_imei(text)?;
    }
    let pasted = || (PASTED.to_owned(), written.pasted.clone().into_bytes());
    let (name, bytes) = form.file("file", PASTED).unwrap_or_else(pasted);
    if bytes.iter().all(u8::is_ascii_whitespace) {
        let fault = Some("Choose a file, or paste its text.".to_owned());
        let shown = audit_page(&app, &visitor, written, None, fault).await?;
        return page_as(StatusCode::UNPROCESSABLE_ENTITY, &shown);
    }
    let wants_workbook = form.text("answer") == "spreadsheet";
    let (within, wanted) = (app.clone(), written.clone());
    let done = detached(async move { answered(&within, &wanted, name, bytes).await }).await;
    match done {
        Ok(told) if wants_workbook => Ok(workbook(told.workbook)),
        Ok(Told {
            workbook,
            mut result,
        }) => {
            if workbook.len() <= HELD_BYTES_MAX {
                result.hold(format!(
                    "data:{WORKBOOK_TYPE};base64,{}",
                    STANDARD.encode(&workbook)
                ));
            }
            let shown = audit_page(&app, &visitor, written, Some(result), None).await?;
            page_as(StatusCode::OK, &shown)
        }
        Err(problem) if problem.status.is_client_error() => {
            let fault = Some(format!("{}. {}", problem.title, problem.detail));
            let shown = audit_page(&app, &visitor, written, None, fault).await?;
            page_as(problem.status, &shown)
        }
        Err(problem) => Err(problem),
    }
}

async fn answered(
    app: &App,
    written: &Written,
    name: String,
    bytes: Vec<u8>,
) -> Result<Told, trade::Error> {
    let starter = written.market.strip_prefix(STARTER);
    let starter: Option<Starter> = starter.map(str::parse).transpose()?;
    let market = starter.map_or_else(|| written.market.clone(), |one| one.name().to_owned());
    let mapping: Option<Mapping> = match written.mapping.as_str() {
        "" => None,
        text => Some(text.parse()?),
    };
    let asked = AuditFor {
        market: market.parse()?,
        starter,
        networks: Vec::new(),
        seller: Some(written.seller.clone()).filter(|seller| !seller.is_empty()),
        category: "smartphone".parse()?,
        at: None,
    };
    told(
        app,
        &asked,
        &name.clone(),
        Input::Bytes(name, bytes),
        mapping,
        &mut |_| {},
    )
    .await
}

/// The spreadsheet alone.
fn workbook(bytes: Vec<u8>) -> Response {
    let headers = [
        (header::CONTENT_TYPE, WORKBOOK_TYPE),
        (
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"audit.xlsx\"",
        ),
        (header::CACHE_CONTROL, "no-store"),
    ];
    (headers, bytes).into_response()
}
