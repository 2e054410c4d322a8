//! How an order leaves the house: accepted with its basis, or refused with the reasons for each line.
//!
//! An accepted order is written from what was stored alone, so that asking again gives the same bytes.

use axum::Json;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::id::ListingId;
use serde::Serialize;
use trade::Code;
use trade::door::{Basis, Placed, Refusal, used_up};
use trade::node::DirectoryNames;
use trade::orders::Order;
use utoipa::ToSchema;

use crate::App;
use crate::access::Visitor;
use crate::api::seen;
use crate::problem::{Problem, WebCode};
use crate::wire::{MoneyJson, ReasonJson};

/// One line of an order.
#[derive(Serialize, ToSchema)]
#[schema(as = OrderLine)]
pub struct OrderLineJson {
    /// What was bought.
    listing: String,
    /// How many.
    quantity: u32,
    /// The price of one.
    unit: MoneyJson,
}

/// What one line was accepted on.
#[derive(Serialize, ToSchema)]
#[schema(as = BasisLine)]
pub struct BasisLineJson {
    /// Which listing.
    listing: String,
    /// The verdict's word.
    outcome: String,
    /// Host networks for which it may be sold.
    networks: Vec<String>,
    /// Codes of its reasons.
    reasons: Vec<String>,
    /// The authorisations whose quantities its units were taken of.
    quotas: Vec<String>,
}

/// A scope and the version that it had.
#[derive(Serialize, ToSchema)]
#[schema(as = BasisScope)]
pub struct BasisScopeJson {
    /// `brand:xiaomi`.
    scope: String,
    /// How many pieces of evidence were under it.
    version: u64,
}

/// What an order was accepted on.
#[derive(Serialize, ToSchema)]
#[schema(as = Basis)]
pub struct BasisJson {
    /// The instant for which it was judged.
    at: String,
    /// Per line.
    lines: Vec<BasisLineJson>,
    /// The scopes that it rests on.
    scopes: Vec<BasisScopeJson>,
}

/// An accepted order.
#[derive(Serialize, ToSchema)]
#[schema(as = Order)]
pub struct OrderJson {
    /// Its id.
    id: String,
    /// Where it was bought.
    market: String,
    /// The instant of acceptance.
    accepted_at: String,
    /// Sum of its lines.
    total: MoneyJson,
    /// By listing; lines of one listing are joined.
    lines: Vec<OrderLineJson>,
    /// What it was accepted on.
    basis: BasisJson,
}

impl OrderJson {
    /// As it was stored.
    pub fn new(order: &Order) -> Result<Self, Problem> {
        let basis: Basis = serde_json::from_str(&order.basis).map_err(|error| {
            let detail = format!("the basis of order {} does not read: {error}", order.id);
            trade::Error::new(Code::Broken, detail)
        })?;
        Ok(Self {
            id: order.id.to_string(),
            market: order.market.to_string(),
            accepted_at: order.accepted_at.to_string(),
            total: (&order.total).into(),
            lines: order
                .lines
                .iter()
                .map(|line| OrderLineJson {
                    listing: line.listing.to_string(),
                    quantity: line.quantity,
                    unit: (&line.unit).into(),
                })
                .collect(),
            basis: basis.into(),
        })
    }
}

impl From<Basis> for BasisJson {
    fn from(basis: Basis) -> Self {
        let lines = basis.lines.into_iter();
        let scopes = basis.scopes.into_iter();
        Self {
            at: basis.at,
            lines: lines
                .map(|line| BasisLineJson {
                    listing: line.listing,
                    outcome: line.outcome,
                    networks: line.networks,
                    reasons: line.reasons,
                    quotas: line.quotas,
                })
                .collect(),
            scopes: scopes
                .map(|(scope, version)| BasisScopeJson { scope, version })
                .collect(),
        }
    }
}

/// Why a line was not accepted. In `refusals` of an `order_refused` problem.
#[derive(Serialize, ToSchema)]
#[schema(as = Refusal)]
pub struct RefusalJson {
    /// Which listing.
    listing: String,
    /// `not_sellable`, `not_offered`, `sold_out` or `quota_used_up`.
    code: &'static str,
    /// For people.
    sentence: String,
    /// With `not_sellable`: the verdict's word.
    outcome: Option<&'static str>,
    /// With `not_sellable`: what keeps it off sale, and who can supply what is missing.
    reasons: Vec<ReasonJson>,
    /// With `not_offered`: what people decided.
    state: Option<&'static str>,
    /// With `sold_out` and `quota_used_up`: units left.
    available: Option<u32>,
    /// With `quota_used_up`: who can allow more.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    suppliers: Vec<String>,
}

impl RefusalJson {
    fn of(listing: &ListingId, code: &'static str, sentence: String) -> Self {
        Self {
            listing: listing.to_string(),
            code,
            sentence,
            outcome: None,
            reasons: Vec::new(),
            state: None,
            available: None,
            suppliers: Vec::new(),
        }
    }
}

/// Answers what came of asking for an order.
pub async fn answer(app: &App, visitor: &Visitor, placed: Placed) -> Result<Response, Problem> {
    match placed {
        Placed::Accepted(order) => {
            let place = format!("/api/v1/orders/{}", order.id);
            let order = OrderJson::new(&order)?;
            Ok((
                StatusCode::CREATED,
                [(header::LOCATION, place)],
                Json(order),
            )
                .into_response())
        }
        Placed::Refused(refusal) => {
            let refusals = refusals(app, &refusal);
            for listing in listings_of(&refusal) {
                // A draft is not refused, it is not there.
                seen::listing(app, visitor, listing).await?;
            }
            Err(refused(&refusals))
        }
    }
}

fn listings_of(refusal: &Refusal) -> Vec<&ListingId> {
    match refusal {
        Refusal::NotSellable { lines } => lines.iter().map(|(listing, _)| listing).collect(),
        Refusal::NotOffered { listing, .. }
        | Refusal::SoldOut { listing, .. }
        | Refusal::QuotaUsedUp { listing, .. } => vec![listing],
    }
}

fn refusals(app: &App, refusal: &Refusal) -> Vec<RefusalJson> {
    let directory = app.house.directory();
    let names = DirectoryNames(&directory);
    match refusal {
        Refusal::NotSellable { lines } => lines
            .iter()
            .map(|(listing, verdict)| {
                let reasons: Vec<ReasonJson> = verdict
                    .blocking()
                    .map(|reason| ReasonJson::new(reason, &names))
                    .collect();
                let sentences: Vec<&str> = reasons.iter().map(|r| r.sentence.as_str()).collect();
                let mut one = RefusalJson::of(listing, "not_sellable", sentences.join(" "));
                one.outcome = Some(verdict.outcome.name());
                one.reasons = reasons;
                one
            })
            .collect(),
        Refusal::NotOffered { listing, state } => {
            let sentence = "It is not offered.".to_owned();
            let mut one = RefusalJson::of(listing, "not_offered", sentence);
            one.state = Some(state.name());
            vec![one]
        }
        Refusal::SoldOut { listing, available } => {
            let sentence = match available {
                0 => "It is sold out.".to_owned(),
                1 => "Only 1 is left.".to_owned(),
                left => format!("Only {left} are left."),
            };
            let mut one = RefusalJson::of(listing, "sold_out", sentence);
            one.available = Some(*available);
            vec![one]
        }
        Refusal::QuotaUsedUp {
            listing,
            available,
            suppliers,
        } => {
            let sentence = used_up(*available, suppliers, &names);
            let mut one = RefusalJson::of(listing, "quota_used_up", sentence);
            one.available = Some(*available);
            one.suppliers = suppliers.iter().map(ToString::to_string).collect();
            vec![one]
        }
    }
}

fn refused(refusals: &[RefusalJson]) -> Problem {
    let detail = match refusals {
        [only] => format!("{}: {}", only.listing, only.sentence),
        many => format!("{} of the lines were not accepted", many.len()),
    };
    let mut problem = Problem::web(WebCode::OrderRefused, detail);
    problem.refusals = serde_json::to_value(refusals).ok();
    problem
}
