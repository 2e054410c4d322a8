//! `POST /title-matches`: which phones do shops' titles mean?

use axum::Json;
use axum::extract::State;
use trade::titles::TITLE_CHARS_MAX;
use utoipa::ToSchema;

use crate::App;
use crate::answers::titles::TitleAnswerJson;
use crate::api::asked::{Asked, Body, Nothing};
use crate::api::form::{Form, FromForm};
use crate::problem::Problem;

/// Most titles of a request.
const TITLES_MAX: usize = 100;

/// Titles, as a shop writes them.
#[derive(ToSchema)]
#[schema(as = TitleMatches)]
pub struct TitleMatches {
    /// At least one, at most 100.
    titles: Vec<Title>,
}

/// A title.
#[derive(ToSchema)]
pub struct Title {
    /// At most 400 characters.
    #[schema(example = "SAMSUNG Galaxy S7 (SM-G930F) 32 GB black")]
    title: String,
}

impl FromForm for Title {
    fn from_form(form: &mut Form) -> Option<Self> {
        let title = form.need_text("title", TITLE_CHARS_MAX)?;
        Some(Self { title })
    }
}

impl FromForm for TitleMatches {
    fn from_form(form: &mut Form) -> Option<Self> {
        let titles = form.need_each("titles", &(1..=TITLES_MAX))?;
        Some(Self { titles })
    }
}

/// Matches shops' titles to the devices of all lists: the phone, how sure, and the words that decided.
///
/// Each title is read alone. What is a bundle, an accessory, ambiguous or in no list is no match, and says so.
#[utoipa::path(
    post, path = "/api/v1/title-matches", tag = "fit", request_body = TitleMatches,
    responses(
        (status = 200, description = "An answer a title, in their order.", body = Vec<TitleAnswerJson>),
        (status = 422, description = "`invalid_input`, `imei_not_here`"),
    ),
)]
pub async fn match_titles(
    State(app): State<App>,
    Asked(Nothing): Asked<Nothing>,
    Body(asked): Body<TitleMatches>,
) -> Result<Json<Vec<TitleAnswerJson>>, Problem> {
    let titles: Vec<String> = asked.titles.into_iter().map(|one| one.title).collect();
    let answers = app.house.match_titles(&titles).await?;
    let answers = titles.iter().zip(&answers);
    Ok(Json(
        answers
            .map(|(title, answer)| TitleAnswerJson::new(title, answer))
            .collect(),
    ))
}
