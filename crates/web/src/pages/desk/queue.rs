//! `/console/certifications` and `/console/authorisations`: what is still to be had from host networks and brands.
//!
//! The same pages, of a party's own, are on its desk (`partner/looks.rs`).

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use trade::directory::{Brand, Directory, Seller};

use crate::App;
use crate::access::{Access, Routes, Visitor};
use crate::pages::authorisations::{MarketTable, tables};
use crate::pages::certifications::{Queue, queue};
use crate::pages::frame::{Frame, Place, page};
use crate::problem::Problem;

pub fn routes() -> Routes {
    Routes::new()
        .get("/console/certifications", Access::SignedIn, certifications)
        .get("/console/authorisations", Access::SignedIn, authorisations)
}

#[derive(Template)]
#[template(path = "desk/certifications.html")]
pub struct CertificationsPage {
    pub frame: Frame,
    /// Under which address the forms are.
    pub base: &'static str,
    pub may_enter: bool,
    pub queue: Queue,
}

async fn certifications(State(app): State<App>, visitor: Visitor) -> Result<Response, Problem> {
    page(&CertificationsPage {
        frame: Frame::new(&app, &visitor, Place::Console, "Certifications").await?,
        base: "/console",
        may_enter: true,
        queue: queue(&app, |_| true, |_| true).await?,
    })
}

/// A brand with who may sell what of it.
pub struct BrandTables {
    pub id: String,
    pub name: String,
    pub tables: Vec<MarketTable>,
}

#[derive(Template)]
#[template(path = "desk/authorisations.html")]
pub struct AuthorisationsPage {
    pub frame: Frame,
    /// Under which address the forms are.
    pub base: &'static str,
    pub may_enter: bool,
    pub brands: Vec<BrandTables>,
}

/// The tables of the brands and sellers that are meant.
pub fn brand_tables(
    app: &App,
    directory: &Directory,
    is_brand: impl Fn(&Brand) -> bool,
    is_seller: impl Fn(&Seller) -> bool,
) -> Vec<BrandTables> {
    let brands = directory.brands.iter().filter(|brand| is_brand(brand));
    let tables = brands.map(|brand| BrandTables {
        id: brand.id.to_string(),
        name: brand.name.clone(),
        tables: tables(app, directory, &brand.id, &is_seller),
    });
    tables.collect()
}

async fn authorisations(State(app): State<App>, visitor: Visitor) -> Result<Response, Problem> {
    let directory = app.house.directory();
    page(&AuthorisationsPage {
        frame: Frame::new(&app, &visitor, Place::Console, "Who may sell what").await?,
        base: "/console",
        may_enter: true,
        brands: brand_tables(&app, &directory, |_| true, |_| true),
    })
}
