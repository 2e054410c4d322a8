//! `POST /checks`: many devices against networks, a row each, answered as they are worked out.

use std::pin::Pin;
use std::str::FromStr;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use domain::place::Country;
use domain::{Instant, ParseError};
use hyper::body::Frame;
use tokio::sync::{OwnedSemaphorePermit, mpsc};
use trade::Code;
use trade::bulk::{Answered, CHUNK_ROWS, Question, Subject, Unsaid};
use trade::data_sets::Input;
use utoipa::IntoParams;

use crate::App;
use crate::answers::{self, AnsweredJson};
use crate::api::asked::{Asked, bytes};
use crate::api::form::{Form, FromForm, invalid_at};
use crate::api::json;
use crate::problem::{Problem, WebCode};

/// Most rows of a request.
pub const ROWS_MAX: usize = 10_000;
/// How long the answers of a request may take; rows that are left then are answered with `busy`.
const ANSWERED_WITHIN: Duration = Duration::from_secs(60);
/// Chunks of answers that may wait to be sent.
const CHUNKS_WAITING_MAX: usize = 4;
const NAME_CHARS_MAX: usize = 200;

/// What holds where a row does not say.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Checks {
    /// A network's name, for rows without one.
    #[param(example = "T-Mobile")]
    network: Option<String>,
    /// Its country, ISO 3166-1 alpha-2, for rows without one.
    #[param(value_type = Option<String>, example = "US")]
    country: Option<Country>,
    /// As of this instant, for rows that do not say; left out: now.
    #[param(value_type = Option<String>, example = "2016-02-01")]
    at: Option<Instant>,
    /// `csv` or `json_lines`; left out: as it was sent.
    #[param(value_type = Option<String>, example = "json_lines")]
    answer: Option<Wanted>,
}

/// In which form answers are wanted.
#[derive(Clone, Copy)]
struct Wanted(answers::Form);

impl FromStr for Wanted {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        match text {
            "csv" => Ok(Self(answers::Form::Csv)),
            "json_lines" => Ok(Self(answers::Form::JsonLines)),
            _ => Err(ParseError::new(
                text,
                "a form of answers",
                "write csv or json_lines",
            )),
        }
    }
}

impl FromForm for Checks {
    fn from_form(form: &mut Form) -> Option<Self> {
        Some(Self {
            network: form.may_text("network", NAME_CHARS_MAX),
            country: form.may("country"),
            at: form.may("at"),
            answer: form.may("answer"),
        })
    }
}

/// Checks many devices, a row each, and streams an answer a row in the same order.
///
/// A CSV has a header with `device`, and may have `network`, `country` and `at`; a line of JSON has the same fields.
/// A virtual carrier is answered for each of its hosts, in a CSV with the bands of the host on which most is certain.
/// A row that cannot be answered says why and stops no other. At most 10,000 rows, answered within 60 seconds: rows
/// that are left then say `busy`.
#[utoipa::path(
    post, path = "/api/v1/checks", tag = "fit", params(Checks),
    request_body(
        description = "The rows.",
        content(
            (String = "text/csv"),
            (String = "application/jsonl"),
        ),
    ),
    responses(
        (status = 200, description = "An answer a row.", content(
            (AnsweredJson = "application/jsonl"),
            (String = "text/csv"),
        )),
        (status = 422, description = "`invalid_input`, `file_not_understood`: no column of devices, or too many rows."),
    ),
)]
pub async fn check_many(
    State(app): State<App>,
    Asked(query): Asked<Checks>,
    request: Request,
) -> Result<Response, Problem> {
    let sent = sent(&request);
    let bytes = bytes(request, &app).await?;
    let Some(sent) = sent else {
        let detail = "send the rows as text/csv or application/jsonl";
        return Err(Problem::web(WebCode::MediaType, detail));
    };
    let Ok(turn) = app.seats.in_bulk.clone().try_acquire_owned() else {
        let detail = "other checks in bulk are being answered";
        return Err(Problem::of(Code::Busy, detail));
    };
    let questions = match sent {
        answers::Form::Csv => of_csv(bytes.to_vec()).await?,
        answers::Form::JsonLines => of_lines(&bytes)?,
    };
    let Wanted(form) = query.answer.unwrap_or(Wanted(sent));
    let unsaid = Unsaid {
        network: query.network.filter(|name| !name.trim().is_empty()),
        country: query.country,
        at: query.at,
    };
    let (lines, to_send) = mpsc::channel(CHUNKS_WAITING_MAX);
    tokio::spawn(answer(app, turn, questions, unsaid, form, lines));
    let kind = match form {
        answers::Form::Csv => "text/csv; charset=utf-8",
        answers::Form::JsonLines => "application/jsonl",
    };
    let headers = [
        (header::CONTENT_TYPE, kind),
        (
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"answers\"",
        ),
    ];
    Ok((headers, Body::new(Lines(to_send))).into_response())
}

fn sent(request: &Request) -> Option<answers::Form> {
    let kind = request.headers().get(header::CONTENT_TYPE)?.to_str().ok()?;
    let kind = kind.split(';').next().unwrap_or_default().trim();
    match kind.to_ascii_lowercase().as_str() {
        "text/csv" => Some(answers::Form::Csv),
        "application/jsonl" | "application/x-ndjson" => Some(answers::Form::JsonLines),
        _ => None,
    }
}

async fn of_csv(bytes: Vec<u8>) -> Result<Vec<Question>, Problem> {
    let mut chunks =
        trade::bulk::questions(Input::Bytes("the table".to_owned(), bytes), Subject::Device);
    let mut questions = Vec::new();
    while let Some(chunk) = chunks.recv().await {
        questions.extend(chunk?.questions);
        if questions.len() > ROWS_MAX {
            return Err(too_many());
        }
    }
    Ok(questions)
}

fn of_lines(bytes: &[u8]) -> Result<Vec<Question>, Problem> {
    let lines = bytes.split(|byte| *byte == b'\n').zip(1..);
    let is_blank = |line: &[u8]| line.iter().all(u8::is_ascii_whitespace);
    let mut questions = Vec::new();
    for (line, number) in lines.filter(|(line, _)| !is_blank(line)) {
        if questions.len() == ROWS_MAX {
            return Err(too_many());
        }
        questions.push(of_line(number, line));
    }
    Ok(questions)
}

/// A line that does not read is a row all the same.
fn of_line(line: u64, text: &[u8]) -> Question {
    let read = json::read(text)
        .map_err(|error| (String::new(), format!("it is not JSON: {error}")))
        .and_then(|value| {
            Form::read_body::<Line>(value).map_err(|problem| {
                let place = problem.errors.first().map(|first| first.place.clone());
                let column = place.unwrap_or_default();
                (
                    column.trim_start_matches('/').to_owned(),
                    problem.detail.clone(),
                )
            })
        });
    match read {
        Ok(Line(question)) => Question { line, ..question },
        Err((column, help)) => Question {
            line,
            faults: vec![domain::fault::Fault {
                file: String::new(),
                line,
                column,
                rule: "row.not_read",
                found: String::new(),
                help,
            }],
            ..Question::default()
        },
    }
}

struct Line(Question);

impl FromForm for Line {
    fn from_form(form: &mut Form) -> Option<Self> {
        let mut text = |name| form.may_text(name, NAME_CHARS_MAX).unwrap_or_default();
        let [device, network, country, at] = ["device", "network", "country", "at"].map(&mut text);
        Some(Self(Question {
            device: device.trim().to_owned(),
            network: network.trim().to_owned(),
            country: country.trim().to_owned(),
            at: at.trim().to_owned(),
            ..Question::default()
        }))
    }
}

fn too_many() -> Problem {
    let help = format!("send at most {ROWS_MAX} rows at a time");
    invalid_at("", "rows.too_many", "", &help)
}

/// Answers chunk by chunk until all is answered or nobody listens any more. A turn is held until then, since the
/// request's own seat is free once the answer begins.
async fn answer(
    app: App,
    turn: OwnedSemaphorePermit,
    mut questions: Vec<Question>,
    unsaid: Unsaid,
    form: answers::Form,
    lines: mpsc::Sender<Bytes>,
) {
    let in_time = tokio::time::Instant::now() + ANSWERED_WITHIN;
    let mut is_late = false;
    if lines.send(form.head().into()).await.is_err() {
        return;
    }
    while !questions.is_empty() {
        let rest = questions.split_off(questions.len().min(CHUNK_ROWS));
        let chunk = std::mem::replace(&mut questions, rest);
        let work = app.house.answer(chunk.clone(), &unsaid);
        let answered = if is_late {
            None
        } else {
            tokio::time::timeout_at(in_time, work).await.ok()
        };
        is_late = answered.is_none();
        let answered = answered.unwrap_or_else(|| chunk.into_iter().map(too_late).collect());
        let answers: String = answered.iter().map(|one| line(form, one)).collect();
        if lines.send(answers.into()).await.is_err() {
            return;
        }
    }
    drop(turn);
}

fn too_late(question: Question) -> Answered {
    let detail = "the time for one request was over before this row's turn; send it again";
    Answered {
        question,
        outcome: Err(trade::Error::new(Code::Busy, detail)),
    }
}

fn line(form: answers::Form, answered: &Answered) -> String {
    if let Err(error) = &answered.outcome
        && let Some(inside) = Problem::from(error.clone()).inside.as_ref()
    {
        // For the operator; who asks has the code and nothing of this.
        eprintln!("a check in bulk: {}", inside.replace('\n', " "));
    }
    form.line(answered)
}

/// A body that is sent as it is made.
struct Lines(mpsc::Receiver<Bytes>);

impl hyper::body::Body for Lines {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        let next = self.0.poll_recv(context);
        next.map(|chunk| chunk.map(|chunk| Ok(Frame::data(chunk))))
    }
}
