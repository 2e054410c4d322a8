//! `/console/certifications` and `/console/authorisations`: what is still to be had from host networks and brands.
//!
//! Each line is the gate's own reason, so it cannot differ from a listing's verdict.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use domain::evidence::Claim;
use domain::id::{HostNetworkId, VariantId};
use domain::listing::ListingState;
use domain::policy::Requirement;
use domain::scope::Scope;
use trade::directory::Directory;
use trade::gate::sentence::{self, Names as _};
use trade::gate::snapshot::Moment;
use trade::node::DirectoryNames;

use crate::App;
use crate::access::{Access, Routes, Visitor};
use crate::pages::authorisations::{MarketTable, tables};
use crate::pages::claims;
use crate::pages::frame::{Frame, Place, page};
use crate::pages::wording;
use crate::problem::Problem;

/// Listings of one market that are judged.
const LISTINGS_MAX: u32 = 2_000;
/// Lines that are shown.
const LINES_MAX: usize = 200;

pub fn routes() -> Routes {
    Routes::new()
        .get("/console/certifications", Access::SignedIn, certifications)
        .get("/console/authorisations", Access::SignedIn, authorisations)
}

/// What a network has to say of a variant yet, or said.
struct CertificationLine {
    device: String,
    network: String,
    tone: &'static str,
    sentence: String,
    missing: String,
    /// How many listings wait for it.
    listings: u64,
    /// Requirement sets of the network and reports on the variant that are in force: kind and what it says.
    tests: Vec<(u64, String)>,
}

#[derive(Template)]
#[template(path = "desk/certifications.html")]
struct CertificationsPage {
    frame: Frame,
    lines: Vec<CertificationLine>,
    left_out: usize,
}

async fn certifications(State(app): State<App>, visitor: Visitor) -> Result<Response, Problem> {
    let directory = app.house.directory();
    let names = DirectoryNames(&directory);
    let now = app.house.present();
    let mut found: BTreeMap<(VariantId, HostNetworkId), CertificationLine> = BTreeMap::new();
    for market in &directory.markets {
        let listings = app
            .house
            .listings(&market.id, "", LISTINGS_MAX, now)
            .await?;
        for judged in &listings {
            if judged.listing.state == ListingState::Ended {
                continue;
            }
            let reasons = judged.verdict.reasons.iter();
            let lacking = reasons.filter(|reason| {
                reason.requirement == Requirement::DeviceCertification && reason.blocks()
            });
            for reason in lacking {
                let Some(network) = &reason.network else {
                    continue;
                };
                let variant = &judged.listing.offer.variant;
                let key = (variant.clone(), network.clone());
                let line = found.entry(key).or_insert_with(|| CertificationLine {
                    device: claims::device(&directory, variant),
                    network: names.network(network),
                    tone: wording::tone(reason.outcome()),
                    sentence: sentence::sentence(reason, &names),
                    missing: sentence::missing(reason, &names).unwrap_or_default(),
                    listings: 0,
                    tests: tests(&app, &directory, variant, network),
                });
                line.listings += 1;
            }
        }
    }
    let mut lines: Vec<CertificationLine> = found.into_values().collect();
    // What most waits for comes first.
    lines.sort_by_key(|line| std::cmp::Reverse(line.listings));
    let left_out = lines.len().saturating_sub(LINES_MAX);
    lines.truncate(LINES_MAX);
    page(&CertificationsPage {
        frame: Frame::new(&app, &visitor, Place::Console, "Certifications").await?,
        lines,
        left_out,
    })
}

fn tests(
    app: &App,
    directory: &Directory,
    variant: &VariantId,
    network: &HostNetworkId,
) -> Vec<(u64, String)> {
    let snapshot = app.house.snapshot();
    let moment = Moment::at(app.house.present());
    let scopes = [
        Scope::HostNetwork(network.clone()),
        Scope::Variant(variant.clone()),
    ];
    let in_force = scopes
        .iter()
        .flat_map(|scope| snapshot.in_force(scope, moment));
    in_force
        .filter(|one| {
            matches!(
                one.evidence.claim,
                Claim::RequirementSet(_) | Claim::TestReport(_)
            )
        })
        .map(|one| {
            (
                one.position,
                claims::sentence(&one.evidence.claim, directory),
            )
        })
        .collect()
}

/// A brand with who may sell what of it.
struct BrandTables {
    id: String,
    name: String,
    tables: Vec<MarketTable>,
}

#[derive(Template)]
#[template(path = "desk/authorisations.html")]
struct AuthorisationsPage {
    frame: Frame,
    brands: Vec<BrandTables>,
}

async fn authorisations(State(app): State<App>, visitor: Visitor) -> Result<Response, Problem> {
    let directory = app.house.directory();
    let brands = directory.brands.iter().map(|brand| BrandTables {
        id: brand.id.to_string(),
        name: brand.name.clone(),
        tables: tables(&app, &directory, &brand.id),
    });
    page(&AuthorisationsPage {
        frame: Frame::new(&app, &visitor, Place::Console, "Who may sell what").await?,
        brands: brands.collect(),
    })
}
