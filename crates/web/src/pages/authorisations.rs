//! `/authorisations/{brand}`: who may sell what of a brand, as a table: sellers by categories, per market.
//!
//! Each cell is the gate's own answer to the one requirement, so it cannot differ from a listing's verdict.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use domain::id::{BrandId, Category};
use domain::listing::{Condition, Offer};
use domain::policy::Requirement;
use trade::directory::{Directory, Market, Seller};
use trade::gate::sentence;
use trade::gate::snapshot::Moment;
use trade::node::DirectoryNames;

use super::addresses;
use super::frame::{Frame, Place, page};
use super::wording;
use crate::App;
use crate::access::{Access, Routes, Visitor};
use crate::problem::Problem;

/// Most sellers in a table.
const SELLERS_MAX: usize = 200;

pub fn routes() -> Routes {
    Routes::new().get("/authorisations/{brand}", Access::Public, show)
}

/// What holds of some products of a category.
pub struct Line {
    pub tone: &'static str,
    pub sign: &'static str,
    pub sentence: String,
    /// Which products; empty: all of the category.
    pub models: Vec<String>,
}

/// What holds of one seller.
pub struct Row {
    pub seller: String,
    pub cells: Vec<Vec<Line>>,
}

/// Sellers by categories in one market.
pub struct MarketTable {
    pub market: String,
    pub categories: Vec<String>,
    pub rows: Vec<Row>,
}

#[derive(Template)]
#[template(path = "authorisations.html")]
struct MatrixPage {
    frame: Frame,
    brand: String,
    tables: Vec<MarketTable>,
}

async fn show(
    State(app): State<App>,
    visitor: Visitor,
    Path(brand): Path<String>,
) -> Result<Response, Problem> {
    let id: BrandId = addresses::id(&brand, "brand")?;
    let directory = app.house.directory();
    let found = directory.brands.iter().find(|brand| brand.id == id);
    let brand = found.ok_or_else(|| Problem::not_found("brand", &id))?;
    let tables = tables(&app, &directory, &id, &|_| true);
    let title = format!("Who may sell {}", brand.name);
    page(&MatrixPage {
        frame: Frame::new(&app, &visitor, Place::Elsewhere, &title).await?,
        brand: brand.name.clone(),
        tables,
    })
}

/// A brand's table in each market, of the sellers that are meant.
pub fn tables(
    app: &App,
    directory: &Directory,
    brand: &BrandId,
    is_meant: &dyn Fn(&Seller) -> bool,
) -> Vec<MarketTable> {
    let sellers = directory.sellers.iter().filter(|seller| is_meant(seller));
    let sellers: Vec<&Seller> = sellers.take(SELLERS_MAX).collect();
    let markets = directory.markets.iter();
    markets
        .map(|market| table(app, directory, brand, market, &sellers))
        .collect()
}

fn table(
    app: &App,
    directory: &Directory,
    brand: &BrandId,
    market: &Market,
    sellers: &[&Seller],
) -> MarketTable {
    let mut categories: Vec<Category> = directory
        .models
        .iter()
        .filter(|model| model.brand == *brand)
        .map(|model| model.category.clone())
        .collect();
    categories.sort_unstable();
    categories.dedup();
    MarketTable {
        market: market_name(app, market),
        rows: sellers
            .iter()
            .map(|seller| Row {
                seller: seller.name.clone(),
                cells: categories
                    .iter()
                    .map(|category| cell(app, directory, brand, market, seller, category))
                    .collect(),
            })
            .collect(),
        categories: categories.iter().map(ToString::to_string).collect(),
    }
}

/// A market with its country, once its policy says so.
fn market_name(app: &App, market: &Market) -> String {
    let snapshot = app.house.snapshot();
    let policy = snapshot.policy(&market.id, Moment::at(app.house.present()));
    match policy {
        Some((policy, _)) => format!("{} ({})", market.name, policy.country),
        None => market.name.clone(),
    }
}

/// What the gate says of the authorisation alone, for each product of the category; the same said once.
fn cell(
    app: &App,
    directory: &Directory,
    brand: &BrandId,
    market: &Market,
    seller: &Seller,
    category: &Category,
) -> Vec<Line> {
    let models = directory
        .models
        .iter()
        .filter(|model| model.brand == *brand && model.category == *category);
    let mut lines: Vec<Line> = Vec::new();
    for model in models {
        let Some(variant) = directory.variants.iter().find(|v| v.model == model.id) else {
            continue;
        };
        let offer = Offer {
            market: market.id.clone(),
            seller: seller.id.clone(),
            brand: brand.clone(),
            model: model.id.clone(),
            variant: variant.id.clone(),
            category: category.clone(),
            condition: Condition::New,
            build: None,
            listing: None,
        };
        let mut line = line(app, directory, &offer);
        match lines
            .iter_mut()
            .find(|known| known.sentence == line.sentence)
        {
            Some(known) => known.models.push(model.name.clone()),
            None => {
                line.models.push(model.name.clone());
                lines.push(line);
            }
        }
    }
    if let [only] = lines.as_mut_slice() {
        only.models.clear();
    }
    lines
}

fn line(app: &App, directory: &Directory, offer: &Offer) -> Line {
    let verdict = app.house.verdict(offer, Moment::at(app.house.present()));
    // A denial says more than that nothing is on file, and comes after it.
    let reason = verdict
        .reasons
        .iter()
        .rfind(|reason| reason.requirement == Requirement::SalesAuthorization);
    match reason {
        Some(reason) => Line {
            tone: wording::tone(reason.outcome()),
            sign: wording::sign(reason.outcome()),
            sentence: sentence::sentence(reason, &DirectoryNames(directory)),
            models: Vec::new(),
        },
        None => Line {
            tone: "quiet",
            sign: "–",
            sentence: "This market does not ask for it.".to_owned(),
            models: Vec::new(),
        },
    }
}
