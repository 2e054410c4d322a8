//! `/console/letters`: what the house wrote to people, and whether it left. Shows no letter's words: they may hold a link.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use trade::letters::Kept;

use crate::App;
use crate::access::{Access, Operator, Routes, Visitor};
use crate::pages::frame::{Frame, Place, on_to, page_as};
use crate::pages::wording;
use crate::problem::{Problem, detached};

pub fn routes() -> Routes {
    Routes::new()
        .get("/console/letters", Access::SignedIn, list)
        .post("/console/letters/{id}/attempts", Access::SignedIn, again)
}

struct LetterView {
    id: String,
    recipient: String,
    subject: String,
    queued_at: String,
    tone: &'static str,
    state: String,
    failure: Option<String>,
    is_given_up: bool,
}

#[derive(Template)]
#[template(path = "console/letters.html")]
struct LettersPage {
    frame: Frame,
    sends_mail: bool,
    letters: Vec<LetterView>,
}

fn view(kept: &Kept) -> LetterView {
    let (tone, state) = match (kept.sent_at, kept.next_attempt_at) {
        (Some(at), _) => ("good", format!("sent {}", wording::moment(at))),
        (None, Some(_)) if kept.attempts == 0 => ("quiet", "waiting".to_owned()),
        (None, Some(next)) => ("open", format!("tried again {}", wording::moment(next))),
        (None, None) => ("bad", "given up".to_owned()),
    };
    LetterView {
        id: kept.letter.id.clone(),
        recipient: kept.letter.recipient.clone(),
        subject: kept.letter.subject.clone(),
        queued_at: wording::moment(kept.queued_at),
        tone,
        state,
        failure: kept.failure.clone(),
        is_given_up: kept.sent_at.is_none() && kept.next_attempt_at.is_none(),
    }
}

async fn list(State(app): State<App>, visitor: Visitor) -> Result<Response, Problem> {
    let letters = app.house.letters().await?;
    let shown = LettersPage {
        frame: Frame::new(&app, &visitor, Place::Console, "Letters").await?,
        sends_mail: app.house.post().is_ok(),
        letters: letters.iter().map(view).collect(),
    };
    page_as(StatusCode::OK, &shown)
}

async fn again(
    State(app): State<App>,
    Path(id): Path<String>,
    Operator(_): Operator,
) -> Result<Response, Problem> {
    let house = app.house.clone();
    detached(async move { house.try_letter_again(&id).await }).await?;
    Ok(on_to("/console/letters"))
}
