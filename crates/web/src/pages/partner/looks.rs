//! What a party looks at on its desk: who may sell what of its brand, or what its own shop may sell; what waits for its
//! network's certification; its keys. Of others no more than what the shop shows anybody.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use domain::member::MemberRole;

use super::Holding;
use crate::App;
use crate::access::{Access, Person, Routes, Visitor};
use crate::pages::certifications::queue;
use crate::pages::desk::queue::{AuthorisationsPage, CertificationsPage, brand_tables};
use crate::pages::frame::{Frame, Place, page};
use crate::pages::keys::{KeyView, keys};
use crate::problem::Problem;

pub fn routes() -> Routes {
    const OWN: Access = Access::Member;
    Routes::new()
        .get("/desk/authorisations", OWN, authorisations)
        .get("/desk/certifications", OWN, certifications)
        .get("/desk/keys", OWN, show_keys)
}

/// A brand sees each seller of its own; a seller sees what each brand says of its shop.
async fn authorisations(State(app): State<App>, Person(by): Person) -> Result<Response, Problem> {
    let directory = app.house.directory();
    let may_enter = Holding::of(&directory, &by.party).brand && by.role >= MemberRole::Clerk;
    let mut brands = brand_tables(&app, &directory, |one| one.party == by.party, |_| true);
    if brands.is_empty() {
        brands = brand_tables(&app, &directory, |_| true, |one| one.party == by.party);
        brands.retain(|brand| brand.tables.iter().any(|table| !table.rows.is_empty()));
    }
    let visitor = Visitor(Some(by));
    page(&AuthorisationsPage {
        frame: Frame::new(&app, &visitor, Place::Desk, "Who may sell what").await?,
        base: "/desk",
        may_enter,
        brands,
    })
}

async fn certifications(State(app): State<App>, Person(by): Person) -> Result<Response, Problem> {
    let directory = app.house.directory();
    let is_own = |network: &domain::id::HostNetworkId| {
        let mut own = directory
            .networks
            .iter()
            .filter(|one| one.party == by.party);
        own.any(|one| one.id == *network)
    };
    let queue = queue(&app, is_own, |one| one.evidence.issuer == by.party).await?;
    let may_enter = by.role >= MemberRole::Clerk;
    let visitor = Visitor(Some(by.clone()));
    page(&CertificationsPage {
        frame: Frame::new(&app, &visitor, Place::Desk, "Certifications").await?,
        base: "/desk",
        may_enter,
        queue,
    })
}

#[derive(Template)]
#[template(path = "partner_keys.html")]
struct OwnKeysPage {
    frame: Frame,
    keys: Vec<KeyView>,
    is_console: bool,
    record: String,
}

async fn show_keys(State(app): State<App>, Person(by): Person) -> Result<Response, Problem> {
    let own = keys(&app, Some(&by.party));
    let visitor = Visitor(Some(by));
    page(&OwnKeysPage {
        frame: Frame::new(&app, &visitor, Place::Desk, "Your keys").await?,
        keys: own,
        is_console: false,
        record: app.house.record_key(),
    })
}
