//! `/errors`: every code explained; and the page that stands in for an error.

use askama::Template;
use axum::extract::State;
use axum::response::Response;

use super::frame::{Frame, Place, page};
use super::wording;
use crate::App;
use crate::access::{Access, Routes, Visitor};
use crate::problem::{Problem, ProblemBody, WebCode, status_of};

pub fn routes() -> Routes {
    Routes::new().get("/errors", Access::Public, show)
}

struct CodeView {
    name: &'static str,
    status: u16,
    title: &'static str,
    help: String,
}

#[derive(Template)]
#[template(path = "errors.html")]
struct ErrorsPage {
    frame: Frame,
    codes: Vec<CodeView>,
}

async fn show(State(app): State<App>, visitor: Visitor) -> Result<Response, Problem> {
    let of_trade = trade::Code::ALL.iter().map(|code| CodeView {
        name: code.name(),
        status: status_of(*code).as_u16(),
        title: code.title(),
        help: wording::capital(code.help()),
    });
    let of_web = WebCode::ALL.iter().map(|code| CodeView {
        name: code.name(),
        status: code.status().as_u16(),
        title: code.title(),
        help: wording::capital(code.help()),
    });
    page(&ErrorsPage {
        frame: Frame::new(&app, &visitor, Place::Elsewhere, "Error codes").await?,
        codes: of_trade.chain(of_web).collect(),
    })
}

#[derive(Template)]
#[template(path = "problem.html")]
struct ProblemPage<'a> {
    frame: Frame,
    detail: String,
    help: String,
    body: &'a ProblemBody,
}

/// A problem as a page; in plain words, should the page not render.
pub(crate) fn problem_page(app: &App, body: &ProblemBody) -> (&'static str, String) {
    let frame = Frame::plain(app, &body.title);
    let shown = ProblemPage {
        frame,
        detail: wording::capital(&body.detail),
        help: wording::capital(&body.help),
        body,
    };
    match shown.render() {
        Ok(text) => ("text/html; charset=utf-8", text),
        Err(_) => {
            let text = format!(
                "{}\n\n{}\n{}\n\nRequest {}\n",
                body.title, body.detail, body.help, body.request_id
            );
            ("text/plain; charset=utf-8", text)
        }
    }
}
