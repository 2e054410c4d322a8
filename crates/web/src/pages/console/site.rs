//! `/console/site`: the site's name and colours. The brand is data; no template knows it.

use askama::Template;
use axum::Form;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;

use crate::App;
use crate::access::{Access, Routes, Visitor};
use crate::pages::assets::{ACCENT, ACCENT_DARK, colour};
use crate::pages::frame::{Frame, Place, SITE_NAME, on_to, page_as};
use crate::problem::{Problem, detached};

/// Most characters of the site's name.
const NAME_CHARACTERS_MAX: usize = 40;

pub fn routes() -> Routes {
    Routes::new()
        .get("/console/site", Access::SignedIn, show)
        .post("/console/site", Access::SignedIn, change)
}

#[derive(Clone, Default, Deserialize)]
#[serde(default)]
struct Written {
    name: String,
    accent: String,
    accent_dark: String,
}

#[derive(Template)]
#[template(path = "console/site.html")]
struct SitePage {
    frame: Frame,
    written: Written,
    faults: Vec<&'static str>,
}

async fn show(State(app): State<App>, visitor: Visitor) -> Result<Response, Problem> {
    let frame = Frame::new(&app, &visitor, Place::Console, "Name and colours").await?;
    let setting = |name| app.house.setting(name);
    let written = Written {
        name: frame.site.clone(),
        accent: setting(ACCENT)
            .await?
            .unwrap_or_else(|| "#0a5c66".to_owned()),
        accent_dark: setting(ACCENT_DARK)
            .await?
            .unwrap_or_else(|| "#74c7d0".to_owned()),
    };
    let faults = Vec::new();
    page_as(
        StatusCode::OK,
        &SitePage {
            frame,
            written,
            faults,
        },
    )
}

async fn change(
    State(app): State<App>,
    visitor: Visitor,
    Form(written): Form<Written>,
) -> Result<Response, Problem> {
    let faults = faults(&written);
    if !faults.is_empty() {
        let frame = Frame::new(&app, &visitor, Place::Console, "Name and colours").await?;
        let shown = SitePage {
            frame,
            written,
            faults,
        };
        return page_as(StatusCode::UNPROCESSABLE_ENTITY, &shown);
    }
    let house = app.house.clone();
    detached(async move {
        house.set_setting(SITE_NAME, written.name.trim()).await?;
        house.set_setting(ACCENT, &written.accent).await?;
        house.set_setting(ACCENT_DARK, &written.accent_dark).await
    })
    .await?;
    Ok(on_to("/console"))
}

fn faults(written: &Written) -> Vec<&'static str> {
    let mut faults = Vec::new();
    let length = written.name.trim().chars().count();
    if length == 0 || length > NAME_CHARACTERS_MAX {
        faults.push("Name: write 1 to 40 characters.");
    }
    for text in [&written.accent, &written.accent_dark] {
        if colour(text.clone()).is_none() {
            faults.push("Colour: write six hex digits, such as #0a5c66.");
        }
    }
    faults
}
