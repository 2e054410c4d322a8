//! What waits for a host network's word: each variant that is listed and lacks it, with the network's requirement sets and
//! the test reports on the variant. For the console, and for the desk of a network.
//!
//! Each line is the gate's own reason, so it cannot differ from a listing's verdict.

use std::collections::BTreeMap;

use domain::evidence::{Claim, Recorded};
use domain::id::{EvidenceId, HostNetworkId, VariantId};
use domain::listing::ListingState;
use domain::policy::Requirement;
use domain::scope::Scope;
use trade::directory::Directory;
use trade::gate::sentence::{self, Names as _};
use trade::gate::snapshot::Moment;
use trade::node::DirectoryNames;

use super::{addresses, claims, wording};
use crate::App;
use crate::problem::Problem;

/// Listings of one market that are judged.
const LISTINGS_MAX: u32 = 2_000;
/// Lines that are shown.
const LINES_MAX: usize = 200;
/// Requirement sets, and reports, that one line names.
const TESTS_MAX: usize = 20;

/// A test report on a variant.
pub struct ReportLine {
    pub position: u64,
    pub sentence: String,
    /// Whether the set that it is on is one of the network's that are in force.
    pub is_on_the_set: bool,
}

/// What a network has to say of a variant yet.
pub struct CertificationLine {
    pub device: String,
    pub network: String,
    pub tone: &'static str,
    pub sentence: String,
    pub missing: String,
    /// How many listings wait for it.
    pub listings: u64,
    /// The network's requirement sets that are in force: place in the record, and what they say.
    pub sets: Vec<(u64, String)>,
    pub reports: Vec<ReportLine>,
    /// What the form is begun with.
    pub query: String,
}

/// What waits, those first for which most listings wait; and how many lines are left out.
#[derive(Default)]
pub struct Queue {
    pub lines: Vec<CertificationLine>,
    pub left_out: usize,
}

/// What waits for the networks that are meant. `sees` says which test reports may be shown.
///
/// # Errors
/// The database.
pub async fn queue(
    app: &App,
    is_meant: impl Fn(&HostNetworkId) -> bool,
    sees: impl Fn(&Recorded) -> bool,
) -> Result<Queue, Problem> {
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
                let network = reason.network.as_ref().filter(|network| is_meant(network));
                let Some(network) = network else {
                    continue;
                };
                let variant = &judged.listing.offer.variant;
                let key = (variant.clone(), network.clone());
                let line = found.entry(key).or_insert_with(|| {
                    let (sets, reports) = tests(app, &directory, variant, network, &sees);
                    let fields = [("variant", variant.as_str()), ("network", network.as_str())];
                    CertificationLine {
                        device: claims::device(&directory, variant),
                        network: names.network(network),
                        tone: wording::tone(reason.outcome()),
                        sentence: sentence::sentence(reason, &names),
                        missing: sentence::missing(reason, &names).unwrap_or_default(),
                        listings: 0,
                        sets,
                        reports,
                        query: addresses::with_query("", &fields),
                    }
                });
                line.listings += 1;
            }
        }
    }
    let mut lines: Vec<CertificationLine> = found.into_values().collect();
    lines.sort_by_key(|line| std::cmp::Reverse(line.listings));
    let left_out = lines.len().saturating_sub(LINES_MAX);
    lines.truncate(LINES_MAX);
    Ok(Queue { lines, left_out })
}

/// The network's requirement sets in force, and the reports on the variant.
fn tests(
    app: &App,
    directory: &Directory,
    variant: &VariantId,
    network: &HostNetworkId,
    sees: &impl Fn(&Recorded) -> bool,
) -> (Vec<(u64, String)>, Vec<ReportLine>) {
    let snapshot = app.house.snapshot();
    let moment = Moment::at(app.house.present());
    let says = |one: &Recorded| claims::sentence(&one.evidence.claim, directory);
    let scope = Scope::HostNetwork(network.clone());
    let own = snapshot.in_force(&scope, moment);
    let own = own.filter(|one| matches!(one.evidence.claim, Claim::RequirementSet(_)));
    let own: Vec<&Recorded> = own.take(TESTS_MAX).collect();
    let ids: Vec<&EvidenceId> = own.iter().map(|one| &one.evidence.id).collect();
    let reports = snapshot.in_force(&Scope::Variant(variant.clone()), moment);
    let reports = reports.filter_map(|one| match &one.evidence.claim {
        Claim::TestReport(report) => {
            let is_on_the_set = ids.contains(&&report.requirement_set);
            (is_on_the_set || sees(one)).then(|| ReportLine {
                position: one.position,
                sentence: says(one),
                is_on_the_set,
            })
        }
        _ => None,
    });
    let reports = reports.take(TESTS_MAX).collect();
    let sets = own.iter().map(|one| (one.position, says(one)));
    (sets.collect(), reports)
}
