//! `POST /audits`: somebody's list of goods, every row matched, judged and answered. Nothing of it is kept.

use std::str::FromStr;

use axum::extract::{Request, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use domain::{Instant, ParseError};
use trade::audit::{AuditFor, Audited, Mapping, rows};
use trade::data_sets::Input;
use trade::{Code, Error};
use utoipa::IntoParams;

use crate::App;
use crate::answers::audit::{AuditedJson, Report, Told, line};
use crate::api::asked::{Asked, bytes};
use crate::api::form::{Form, FromForm};
use crate::problem::{Problem, detached};

/// Most rows of a request.
const ROWS_MAX: usize = 20_000;
const NAME_CHARS_MAX: usize = 200;
const MAPPING_CHARS_MAX: usize = 1_000;
const LIST: &str = "the list";
/// A spreadsheet's media type.
pub const WORKBOOK_TYPE: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// What is asked of the list.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Audits {
    /// The market; `us`, `eu` and `uk` need none in this house: the policies to begin with judge.
    #[param(example = "us")]
    market: String,
    /// A policy to begin with (`us`, `eu`, `uk`), even if the market has one in force.
    #[param(value_type = Option<String>)]
    policy: Option<trade::starter::Starter>,
    /// With a policy to begin with: on this network; left out: on all of the country that come with the program.
    network: Option<String>,
    /// Who sells, where a row does not say: an id or a name.
    seller: Option<String>,
    /// The kind of product of devices that are not in the directory; left out: `smartphone`.
    #[param(value_type = Option<String>)]
    category: Option<domain::id::Category>,
    /// As of this instant; left out: now.
    #[param(value_type = Option<String>, example = "2016-02-01")]
    at: Option<Instant>,
    /// Which columns say what: `title=Bezeichnung; brand=Marke`; left out: told by their heads.
    mapping: Option<String>,
    /// `json_lines` or `xlsx`; left out: `json_lines`.
    #[param(value_type = Option<String>, example = "json_lines")]
    answer: Option<Wanted>,
}

/// In which form answers are wanted.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wanted {
    JsonLines,
    Workbook,
}

impl FromStr for Wanted {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        match text {
            "json_lines" => Ok(Self::JsonLines),
            "xlsx" => Ok(Self::Workbook),
            _ => Err(ParseError::new(
                text,
                "a form of answers",
                "write json_lines or xlsx",
            )),
        }
    }
}

impl FromForm for Audits {
    fn from_form(form: &mut Form) -> Option<Self> {
        let market = form.need_text("market", NAME_CHARS_MAX);
        let read = Self {
            market: String::new(),
            policy: form.may("policy"),
            network: form.may_text("network", NAME_CHARS_MAX),
            seller: form.may_text("seller", NAME_CHARS_MAX),
            category: form.may("category"),
            at: form.may("at"),
            mapping: form.may_text("mapping", MAPPING_CHARS_MAX),
            answer: form.may("answer"),
        };
        Some(Self {
            market: market?,
            ..read
        })
    }
}

/// Audits a list of goods: what of it may be sold, what not, why, and whom to ask.
///
/// The body is the file as it is: a spreadsheet (`.xlsx`, `.ods`), CSV, JSON or a product feed. Every row is answered, in order.
/// At most 20,000 rows. Nothing of the list is kept.
#[utoipa::path(
    post, path = "/api/v1/audits", tag = "listings", params(Audits),
    request_body(content = Vec<u8>, content_type = "application/octet-stream", description = "The list as it is."),
    responses(
        (status = 200, description = "An answer a row, or the spreadsheet.", content(
            (AuditedJson = "application/jsonl"),
            (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        )),
        (status = 404, description = "`not_found`: no such market and no policy to begin with of that name; `network_unknown`"),
        (status = 422, description = "`invalid_input`, `file_not_understood`"),
    ),
)]
pub async fn audit_list(
    State(app): State<App>,
    Asked(query): Asked<Audits>,
    request: Request,
) -> Result<Response, Problem> {
    let bytes = bytes(request, &app).await?;
    let wanted = query.answer.unwrap_or(Wanted::JsonLines);
    let mapping: Option<Mapping> = match &query.mapping {
        Some(text) => Some(text.parse().map_err(Error::from)?),
        None => None,
    };
    let asked = AuditFor {
        market: query.market.parse().map_err(Error::from)?,
        starter: query.policy,
        networks: query.network.into_iter().collect(),
        seller: query.seller,
        category: match query.category {
            Some(category) => category,
            None => "smartphone".parse().map_err(Error::from)?,
        },
        at: query.at,
    };
    let input = Input::Bytes(LIST.to_owned(), bytes.to_vec());
    let answered = detached(async move {
        let mut lines = String::new();
        let mut put = |row: &Audited| {
            if wanted == Wanted::JsonLines {
                lines.push_str(&line(row));
            }
        };
        let told = told(&app, &asked, LIST, input, mapping, &mut put).await?;
        Ok((told, lines))
    });
    let (told, lines) = answered.await?;
    let (kind, body) = match wanted {
        Wanted::JsonLines => ("application/jsonl", lines.into_bytes()),
        Wanted::Workbook => (WORKBOOK_TYPE, told.workbook),
    };
    let disposition = "attachment; filename=\"audit\"";
    let headers = [
        (header::CONTENT_TYPE, kind),
        (header::CONTENT_DISPOSITION, disposition),
    ];
    Ok((headers, body).into_response())
}

/// Answers a list whole; each row is shown to `see` as it is answered.
pub async fn told(
    app: &App,
    asked: &AuditFor,
    name: &str,
    input: Input,
    mapping: Option<Mapping>,
    see: &mut (dyn FnMut(&Audited) + Send),
) -> Result<Told, Error> {
    let Ok(_turn) = app.seats.in_bulk.clone().try_acquire_owned() else {
        return Err(Error::new(Code::Busy, "other lists are being answered"));
    };
    let cannot = |error: std::io::Error| Error::new(Code::Broken, error.to_string());
    let mut auditor = app.house.auditor(asked).await?;
    let mut report = Report::new(name).map_err(cannot)?;
    let mut count = 0;
    let mut chunks = rows(input, mapping);
    while let Some(chunk) = chunks.recv().await {
        let chunk = chunk?;
        count += chunk.goods.len();
        if count > ROWS_MAX {
            let detail = format!(
                "it has more than {ROWS_MAX} rows; send it in parts, or use `passband audit`, which takes more"
            );
            return Err(Error::new(Code::InvalidInput, detail));
        }
        report.heads(chunk.heads);
        let answered;
        (auditor, answered) = auditor.answer(chunk.goods).await?;
        for row in &answered {
            report.put(row).map_err(cannot)?;
            see(row);
        }
    }
    report.told(&auditor).map_err(cannot)
}
