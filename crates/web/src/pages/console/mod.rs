//! `/console`: the operator's console. What stands here is for the operator's people alone.
//!
//! This file is the overview; each thing that can be done has a file of its own.

mod audit;
pub(super) mod data_sets;
pub(super) mod evidence;
mod expiring;
mod feeds;
mod impact;
mod keys;
mod letters;
mod listings;
mod requests;
mod site;
mod withdraw;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use domain::id::MarketId;
use domain::policy::CategoryPolicy;
use trade::directory::Directory;
use trade::gate::sentence::Names as _;
use trade::gate::snapshot::Moment;
use trade::node::DirectoryNames;

pub use evidence::FORMS;
pub use expiring::{DueView, due_view};
pub use impact::ImpactView;

use super::frame::{Frame, Place, page};
use super::time_line::{EntryView, entry_views};
use super::wording;
use crate::App;
use crate::access::{Access, Routes, Visitor};
use crate::problem::Problem;

/// Latest entries of the record that are shown.
const ENTRIES_SHOWN: u32 = 8;
/// Listings that are judged for the counts.
const LISTINGS_COUNTED_MAX: u32 = 2_000;

pub fn routes() -> Routes {
    Routes::new()
        .get("/console", Access::SignedIn, overview)
        .merge(listings::routes())
        .merge(evidence::routes())
        .merge(withdraw::routes())
        .merge(feeds::routes())
        .merge(audit::routes())
        .merge(data_sets::routes())
        .merge(site::routes())
        .merge(requests::routes())
        .merge(letters::routes())
        .merge(expiring::routes())
        .merge(keys::routes())
}

struct CategoryView {
    name: String,
    demands: Vec<(String, &'static str)>,
    least: String,
}

struct MarketView {
    id: String,
    name: String,
    hosts: String,
    rule: &'static str,
    categories: Vec<CategoryView>,
    is_open: bool,
    buyable: u64,
    refused: u64,
    unsettled: u64,
    drafts: u64,
    is_cut: bool,
}

#[derive(Template)]
#[template(path = "console/overview.html")]
struct OverviewPage {
    frame: Frame,
    markets: Vec<MarketView>,
    entries: Vec<EntryView>,
    /// How many were imported.
    data_sets: String,
    age: String,
    forms: Vec<(&'static str, &'static str)>,
}

async fn overview(State(app): State<App>, visitor: Visitor) -> Result<Response, Problem> {
    let directory = app.house.directory();
    let mut markets = Vec::new();
    for market in &directory.markets {
        markets.push(market_view(&app, &directory, &market.id, &market.name).await?);
    }
    let head = app.house.snapshot().next_position();
    let from = head.saturating_sub(u64::from(ENTRIES_SHOWN));
    let latest = app.house.record_page(from, ENTRIES_SHOWN).await?;
    let mut entries = entry_views(&latest, &directory);
    entries.reverse();
    let sets = app.house.data_sets().await?;
    page(&OverviewPage {
        frame: Frame::new(&app, &visitor, Place::Console, "Console").await?,
        markets,
        entries,
        data_sets: match sets.len() {
            1 => "One data set was imported".to_owned(),
            many => format!("{many} data sets were imported"),
        },
        age: app.house.age().map_or_else(
            || "has not read the record yet".to_owned(),
            |age| format!("had the whole record {} ms ago", age.as_millis()),
        ),
        forms: evidence::FORMS.to_vec(),
    })
}

async fn market_view(
    app: &App,
    directory: &Directory,
    id: &MarketId,
    name: &str,
) -> Result<MarketView, Problem> {
    let now = app.house.present();
    let snapshot = app.house.snapshot();
    let policy = snapshot
        .policy(id, Moment::at(now))
        .map(|(policy, _)| policy);
    let names = DirectoryNames(directory);
    let hosts: Vec<String> = policy
        .map(|policy| {
            policy
                .hosts
                .iter()
                .map(|host| names.network(host))
                .collect()
        })
        .unwrap_or_default();
    let listings = app
        .house
        .listings(id, "", LISTINGS_COUNTED_MAX, now)
        .await?;
    let mut view = MarketView {
        id: id.to_string(),
        name: name.to_owned(),
        hosts: hosts.join(", "),
        rule: policy.map_or("", |policy| match policy.host_rule {
            domain::policy::HostRule::Any => "one certified network is enough",
            domain::policy::HostRule::All => "every network must pass",
        }),
        categories: policy
            .map(|policy| policy.categories.iter().map(category_view).collect())
            .unwrap_or_default(),
        is_open: policy.is_some(),
        buyable: 0,
        refused: 0,
        unsettled: 0,
        drafts: 0,
        is_cut: listings.len() >= LISTINGS_COUNTED_MAX as usize,
    };
    for judged in &listings {
        let counted = match (judged.listing.state, judged.verdict.outcome) {
            (domain::listing::ListingState::Draft, _) => &mut view.drafts,
            _ if judged.is_buyable => &mut view.buyable,
            (_, trade::gate::Outcome::Unknown | trade::gate::Outcome::Disputed) => {
                &mut view.unsettled
            }
            _ => &mut view.refused,
        };
        *counted += 1;
    }
    Ok(view)
}

fn category_view(category: &CategoryPolicy) -> CategoryView {
    let demands = category
        .demands
        .iter()
        .map(|(requirement, demand)| (wording::kind(requirement.name()), demand.name()));
    let least: Vec<String> = category
        .service_min
        .iter()
        .map(|(service, level)| format!("{} {}", service.title(), level.name()))
        .collect();
    CategoryView {
        name: category.category.to_string(),
        demands: demands.collect(),
        least: least.join(", "),
    }
}
