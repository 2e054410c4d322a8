//! A draft back in its form, so that it can be written anew.

use domain::certification::CertificationResult;
use domain::evidence::{Claim, Reach, Standing};
use std::fmt::Display;
use trade::desk::DraftShown;

use super::Written;

/// The fields that say what a draft says.
pub(super) fn of(shown: &DraftShown) -> Written {
    let draft = &shown.draft;
    let mut written = Written {
        id: draft
            .id
            .as_ref()
            .map(ToString::to_string)
            .unwrap_or_default(),
        document: draft.document.clone().unwrap_or_default(),
        draft: shown.id.clone(),
        version: shown.version,
        issuer: draft.issuer.to_string(),
        title: draft.title.clone(),
        dated: draft.dated.clone(),
        valid_from: optional(draft.valid.from.as_ref()),
        valid_until: optional(draft.valid.until.as_ref()),
        words: draft.words.clone().unwrap_or_default(),
        scope: draft.scope.to_string(),
        ..Written::default()
    };
    claim(&mut written, &draft.claim);
    written
}

fn claim(written: &mut Written, claim: &Claim) {
    match claim {
        Claim::SalesAuthorization(says) => {
            written.brand = says.brand.to_string();
            written.standing = standing(says.standing);
            written.sellers = reach(&says.sellers);
            written.categories = reach(&says.categories);
            written.territory = reach(&says.territory);
            written.conditions = reach(&says.conditions);
            written.quantity = optional(says.quantity.as_ref());
            if says.may_be_passed_on {
                "yes".clone_into(&mut written.may_be_passed_on);
            }
            if let Some(passed) = &says.rests_on {
                written.passed_on_from = passed.from.to_string();
                written.passed_on_by = passed.by.to_string();
            }
        }
        Claim::DeviceCertification(says) => {
            written.variant = says.variant.to_string();
            written.network = says.network.to_string();
            written.carrier = optional(says.carrier.as_ref());
            written.first_build = optional(says.builds.first.as_ref());
            written.last_build = optional(says.builds.last.as_ref());
            match &says.result {
                CertificationResult::Certified => "certified".clone_into(&mut written.result),
                CertificationResult::NotCertified => {
                    "not_certified".clone_into(&mut written.result);
                }
                CertificationResult::Conditional(condition) => {
                    "conditional".clone_into(&mut written.result);
                    written.condition.clone_from(condition);
                }
            }
            if let Some(tests) = &says.tests {
                written.requirement_set = tests.requirement_set.to_string();
                written.reports = listed(&tests.reports, ", ");
            }
        }
        Claim::RequirementSet(set) => {
            written.network = set.network.to_string();
            written.bands = listed(&set.bands, ", ");
            written.services = services(&set.services);
            written.figures = listed(&set.minima, "\n");
        }
        Claim::TestReport(report) => {
            written.variant = report.variant.to_string();
            written.requirement_set = report.requirement_set.to_string();
            written.laboratory = report.laboratory.to_string();
            written.build = report.build.to_string();
            written.bands = listed(&report.bands, ", ");
            written.services = services(&report.services);
            written.figures = listed(&report.figures, "\n");
        }
        Claim::CustodyEvent {
            seller,
            variant,
            standing: said,
            first_sale,
        } => {
            written.seller = seller.to_string();
            written.variant = variant.to_string();
            written.standing = standing(*said);
            written.first_sale = first_sale.as_ref().map(reach).unwrap_or_default();
        }
        Claim::StopSale { cause } => written.cause.clone_from(cause),
        Claim::Statement { role } => written.role.clone_from(role),
        // These have no form.
        _ => {}
    }
}

fn standing(standing: Standing) -> String {
    match standing {
        Standing::Yes => "yes".to_owned(),
        Standing::No => "no".to_owned(),
    }
}

fn optional(value: Option<&impl Display>) -> String {
    value.map(ToString::to_string).unwrap_or_default()
}

fn reach<T: Display>(reach: &Reach<T>) -> String {
    match reach {
        Reach::All => "all".to_owned(),
        Reach::Only(named) => listed(named, ", "),
    }
}

fn listed<T: Display>(all: &[T], between: &str) -> String {
    let all: Vec<String> = all.iter().map(ToString::to_string).collect();
    all.join(between)
}

fn services(all: &[(domain::policy::Service, domain::policy::Level)]) -> String {
    let all: Vec<String> = all
        .iter()
        .map(|(service, level)| format!("{} {}", service.name(), level.name()))
        .collect();
    all.join(", ")
}
