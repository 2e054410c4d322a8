//! `/authorisations/{brand}`: who may sell what of a brand, as a table: sellers by categories, per market.
//!
//! Each cell is the gate's own answer to the one requirement, so it cannot differ from a listing's verdict.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use domain::id::{BrandId, Category};
use domain::listing::Offer;
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

struct Cell {
    tone: &'static str,
    sign: &'static str,
    sentence: String,
}

struct Row {
    seller: String,
    cells: Vec<Cell>,
}

struct MarketTable {
    market: String,
    categories: Vec<String>,
    rows: Vec<Row>,
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
    let tables = directory
        .markets
        .iter()
        .map(|market| table(&app, &directory, &id, market));
    let title = format!("Who may sell {}", brand.name);
    page(&MatrixPage {
        frame: Frame::new(&app, &visitor, Place::Elsewhere, &title).await?,
        brand: brand.name.clone(),
        tables: tables.collect(),
    })
}

fn table(app: &App, directory: &Directory, brand: &BrandId, market: &Market) -> MarketTable {
    let mut categories: Vec<Category> = directory
        .models
        .iter()
        .filter(|model| model.brand == *brand)
        .map(|model| model.category.clone())
        .collect();
    categories.sort_unstable();
    categories.dedup();
    let sellers = directory.sellers.iter().take(SELLERS_MAX);
    MarketTable {
        market: market.name.clone(),
        rows: sellers
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

/// What the gate says of the authorisation alone, for a product of the category.
fn cell(
    app: &App,
    directory: &Directory,
    brand: &BrandId,
    market: &Market,
    seller: &Seller,
    category: &Category,
) -> Cell {
    let product = directory
        .models
        .iter()
        .filter(|model| model.brand == *brand && model.category == *category)
        .find_map(|model| {
            let variant = directory.variants.iter().find(|v| v.model == model.id)?;
            Some((model.id.clone(), variant.id.clone()))
        });
    let not_asked = |sentence: &str| Cell {
        tone: "quiet",
        sign: "–",
        sentence: sentence.to_owned(),
    };
    let Some((model, variant)) = product else {
        return not_asked("No product of it is in the catalogue.");
    };
    let offer = Offer {
        market: market.id.clone(),
        seller: seller.id.clone(),
        brand: brand.clone(),
        model,
        variant,
        category: category.clone(),
        listing: None,
    };
    let verdict = app.house.verdict(&offer, Moment::at(app.house.now()));
    let reason = verdict
        .reasons
        .iter()
        .find(|reason| reason.requirement == Requirement::SalesAuthorization);
    let names = DirectoryNames(directory);
    match reason {
        Some(reason) => Cell {
            tone: wording::tone(reason.outcome()),
            sign: wording::sign(reason.outcome()),
            sentence: sentence::sentence(reason, &names),
        },
        None => not_asked("This market does not ask for it."),
    }
}
