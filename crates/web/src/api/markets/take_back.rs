//! `DELETE /markets/{market}/data-sets/{data_set}`: a data set's rows no longer speak in a market.

use axum::extract::State;
use axum::response::Response;
use domain::id::{DataSetId, MarketId};

use crate::App;
use crate::access::Operator;
use crate::api::asked::{Asked, Nothing};
use crate::api::evidence::detail::entered;
use crate::api::path::At;
use crate::problem::{Problem, detached};
use crate::wire::RecordEntryJson;
use crate::wire::draft::DraftJson;

/// Takes the activation of a data set back: withdraws it.
///
/// If another delivery of the same source is active in the market, the last of them speaks again.
#[utoipa::path(
    delete, path = "/api/v1/markets/{market}/data-sets/{data_set}", tag = "data sets",
    responses(
        (status = 201, description = "It was taken back; the withdrawal.", body = RecordEntryJson),
        (status = 202, description = "It could open a sale: a draft waits for a second person. `Location` names it.", body = DraftJson),
        (status = 404, description = "`not_found`"),
        (status = 409, description = "`state_conflict`: it is not active there."),
    ),
)]
pub async fn take_back_data_set(
    State(app): State<App>,
    At((market, data_set)): At<(MarketId, DataSetId)>,
    Asked(Nothing): Asked<Nothing>,
    Operator(by): Operator,
) -> Result<Response, Problem> {
    super::known(&app, &market)?;
    let house = app.house.clone();
    let done = detached(async move {
        let withdrawal = house.taking_back(&market, &data_set, &by.party).await?;
        house.enter_withdrawal(withdrawal, &by).await
    });
    entered(&app, &done.await?).await
}
