//! Certifications, requirement sets and test reports, as a sentence each.

use std::fmt::Display;

use domain::certification::{
    Builds, CertificationResult, DeviceCertification, RequirementSet, TestReport,
};
use domain::policy::{Level, Service};
use trade::directory::Directory;
use trade::gate::sentence::Names;
use trade::node::DirectoryNames;

use super::{device, listed};

pub fn certification(says: &DeviceCertification, directory: &Directory) -> String {
    let names = DirectoryNames(directory);
    let (network, device) = (
        names.network(&says.network),
        device(directory, &says.variant),
    );
    let carrier = says.carrier.as_ref();
    let carrier = carrier.map_or_else(String::new, |id| format!(" for {}", names.party(id)));
    let builds = builds(&says.builds);
    let mut said = match &says.result {
        CertificationResult::Certified => {
            format!("{network} certified the {device}{carrier}{builds}.")
        }
        CertificationResult::Conditional(condition) => {
            format!(
                "{network} certified the {device}{carrier}{builds} on a condition: {condition}."
            )
        }
        CertificationResult::NotCertified => {
            format!("{network} has not certified the {device}{carrier}{builds}.")
        }
    };
    if let Some(tests) = &says.tests {
        let set = &tests.requirement_set;
        said.push_str(&match tests.reports.as_slice() {
            [] => format!(" It rests on requirement set {set}."),
            reports => {
                let reports = listed(reports.iter().map(ToString::to_string));
                format!(" It rests on requirement set {set} and test report {reports}.")
            }
        });
    }
    said
}

fn builds(builds: &Builds) -> String {
    match (&builds.first, &builds.last) {
        (None, None) => String::new(),
        (Some(first), None) => format!(" with software {first} or later"),
        (None, Some(last)) => format!(" with software up to {last}"),
        (Some(first), Some(last)) if first == last => format!(" with software {first}"),
        (Some(first), Some(last)) => format!(" with software {first} to {last}"),
    }
}

pub fn requirement_set(set: &RequirementSet, directory: &Directory) -> String {
    let network = DirectoryNames(directory).network(&set.network);
    let asked = parts(&set.bands, &set.services, &set.minima);
    format!("{network} asks of a device: {asked}.")
}

pub fn report(report: &TestReport, directory: &Directory) -> String {
    let found = parts(&report.bands, &report.services, &report.figures);
    format!(
        "{} tested the {} with software {} on requirement set {}: {found}.",
        DirectoryNames(directory).party(&report.laboratory),
        device(directory, &report.variant),
        report.build,
        report.requirement_set,
    )
}

/// Bands, services and figures, as far as there are any.
fn parts<B: Display, F: Display>(
    bands: &[B],
    services: &[(Service, Level)],
    figures: &[F],
) -> String {
    let services = services
        .iter()
        .map(|(service, level)| format!("{} {}", service.title().to_lowercase(), level.name()));
    let parts = [
        bands.iter().map(ToString::to_string).collect::<Vec<_>>(),
        services.collect(),
        figures.iter().map(ToString::to_string).collect(),
    ];
    let parts: Vec<String> = parts
        .into_iter()
        .filter(|part| !part.is_empty())
        .map(|part| part.join(", "))
        .collect();
    match parts.as_slice() {
        [] => "nothing was found".to_owned(),
        parts => parts.join("; "),
    }
}
