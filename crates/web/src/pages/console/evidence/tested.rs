//! The forms for certifications and for what they rest on: fields to claims, or to every fault in them.

use domain::ParseError;
use domain::certification::{
    Builds, CertificationResult, DeviceCertification, RequirementSet, TestReport, Tests,
};
use domain::evidence::Claim;
use domain::id::{HostNetworkId, VariantId};
use domain::policy::{Level, Service};
use domain::scope::Scope;

use super::Written;
use super::draft::Reader;

pub(super) fn certification(reader: &mut Reader, written: &Written) -> Option<(Scope, Claim)> {
    let variant: Option<VariantId> = reader.field("Variant", &written.variant);
    let network = reader.field("Host network", &written.network);
    let result = match written.result.as_str() {
        "certified" => Some(CertificationResult::Certified),
        "conditional" => reader
            .words("Condition", &written.condition)
            .map(CertificationResult::Conditional),
        "not_certified" => Some(CertificationResult::NotCertified),
        _ => {
            reader.fault("Result: choose one.".to_owned());
            None
        }
    };
    let before = reader.count();
    let carrier = reader.optional("Virtual carrier", &written.carrier);
    let first = reader.optional("First software build", &written.first_build);
    let last = reader.optional("Last software build", &written.last_build);
    let builds = reader.checked("Last software build", Builds::new(first, last));
    let requirement_set = reader.optional("Requirement set", &written.requirement_set);
    let reports: Option<Vec<_>> = reader.several("Test reports", &written.reports, ',');
    let reports = reports.unwrap_or_default();
    let tests = match requirement_set {
        Some(requirement_set) => {
            let tests = Tests {
                requirement_set,
                reports,
            };
            let checked = tests.check().map(|()| tests);
            reader.checked("Test reports", checked)
        }
        None => {
            if !reports.is_empty() && written.requirement_set.trim().is_empty() {
                let fault = "Requirement set: name the one that the test reports are on.";
                reader.fault(fault.to_owned());
            }
            None
        }
    };
    if reader.count() > before {
        return None;
    }
    let variant = variant?;
    let claim = Claim::DeviceCertification(DeviceCertification {
        variant: variant.clone(),
        network: network?,
        result: result?,
        carrier,
        builds: builds?,
        tests,
    });
    Some((Scope::Variant(variant), claim))
}

pub(super) fn requirement_set(reader: &mut Reader, written: &Written) -> Option<(Scope, Claim)> {
    let network: Option<HostNetworkId> = reader.field("Host network", &written.network);
    let bands = reader.several("Bands", &written.bands, ',');
    let services = reader.services(&written.services);
    let minima = reader.several("Minimum quality", &written.figures, '\n');
    let network = network?;
    let set = RequirementSet {
        network: network.clone(),
        bands: bands?,
        services: services?,
        minima: minima?,
    };
    let checked = set.check().map(|()| set);
    let set = reader.checked("Requirements", checked)?;
    Some((Scope::HostNetwork(network), Claim::RequirementSet(set)))
}

pub(super) fn test_report(reader: &mut Reader, written: &Written) -> Option<(Scope, Claim)> {
    let variant: Option<VariantId> = reader.field("Variant", &written.variant);
    let requirement_set = reader.field("Requirement set", &written.requirement_set);
    let laboratory = reader.field("Laboratory", &written.laboratory);
    let build = reader.field("Software build", &written.build);
    let bands = reader.several("Bands", &written.bands, ',');
    let services = reader.services(&written.services);
    let figures = reader.several("Measured figures", &written.figures, '\n');
    let variant = variant?;
    let report = TestReport {
        variant: variant.clone(),
        requirement_set: requirement_set?,
        laboratory: laboratory?,
        build: build?,
        bands: bands?,
        services: services?,
        figures: figures?,
    };
    let checked = report.check().map(|()| report);
    let report = reader.checked("Findings", checked)?;
    Some((Scope::Variant(variant), Claim::TestReport(report)))
}

impl Reader {
    fn checked<T>(&mut self, name: &str, checked: Result<T, ParseError>) -> Option<T> {
        checked
            .map_err(|error| self.fault(format!("{name}: {error}.")))
            .ok()
    }

    /// `data partial, emergency_call full`.
    fn services(&mut self, text: &str) -> Option<Vec<(Service, Level)>> {
        let mut read = Some(Vec::new());
        for one in text.split(',').filter(|one| !one.trim().is_empty()) {
            let Some((service, level)) = one.trim().split_once(char::is_whitespace) else {
                let one = one.trim();
                self.fault(format!(
                    "Services: {one:?} needs a level, such as data partial."
                ));
                read = None;
                continue;
            };
            let service = self.field("Services", service);
            let level = self.field("Services", level);
            match (&mut read, service.zip(level)) {
                (Some(read), Some(pair)) => read.push(pair),
                _ => read = None,
            }
        }
        read
    }
}

#[cfg(test)]
mod tests {
    use super::super::draft::read;
    use super::*;

    fn written() -> Written {
        Written {
            id: "ev-1".to_owned(),
            issuer: "tmobile".to_owned(),
            title: "Letter".to_owned(),
            variant: "xiaomi.2014819".to_owned(),
            network: "tmobile-us".to_owned(),
            result: "certified".to_owned(),
            requirement_set: "set-1".to_owned(),
            reports: "report-1, report-2".to_owned(),
            first_build: "V8.2".to_owned(),
            laboratory: "lab".to_owned(),
            build: "V8.2.1".to_owned(),
            bands: "LTE B2, LTE B12".to_owned(),
            services: "data partial, emergency_call full".to_owned(),
            ..Written::default()
        }
    }

    #[test]
    fn each_form_becomes_a_draft_under_the_scope_it_belongs_to() {
        let asked = "Download rate >= 10 Mbit/s\nRegistration <= 30 s\n";
        let measured = "Download rate = 42.5 Mbit/s\nRegistration = 12 s\n";
        for (kind, figures) in [
            ("device_certification", ""),
            ("requirement_set", asked),
            ("test_report", measured),
        ] {
            let written = Written {
                figures: figures.to_owned(),
                ..written()
            };
            let draft = read(kind, &written).expect(kind);
            assert_eq!(draft.claim.kind(), kind);
            assert!(draft.claim.belongs_under(&draft.scope), "{kind}");
            match draft.claim {
                Claim::DeviceCertification(says) => {
                    assert_eq!(says.tests.map_or(0, |tests| tests.reports.len()), 2);
                    assert_ne!(says.builds, Builds::ANY);
                }
                Claim::RequirementSet(set) => {
                    assert_eq!(
                        (set.bands.len(), set.services.len(), set.minima.len()),
                        (2, 2, 2)
                    );
                }
                Claim::TestReport(report) => {
                    assert_eq!((report.services.len(), report.figures.len()), (2, 2));
                }
                other => panic!("{other:?}"),
            }
        }
    }

    #[test]
    fn every_fault_of_each_form_is_found() {
        let bad = Written {
            first_build: "V9".to_owned(),
            last_build: "V8".to_owned(),
            requirement_set: String::new(),
            carrier: "US Mobile".to_owned(),
            ..written()
        };
        let faults = read("device_certification", &bad).expect_err("three faults");
        assert_eq!(faults.len(), 3, "{faults:?}");
        let bad = Written {
            bands: "LTE 1900, LTE B2".to_owned(),
            services: "data, voice loud".to_owned(),
            figures: "Rate > 5 Mbit/s".to_owned(),
            ..written()
        };
        let faults = read("requirement_set", &bad).expect_err("four faults");
        assert_eq!(faults.len(), 4, "{faults:?}");
        let faults = read("test_report", &bad).expect_err("four faults");
        assert_eq!(faults.len(), 4, "{faults:?}");
        let empty = Written {
            bands: String::new(),
            services: String::new(),
            ..written()
        };
        let faults = read("requirement_set", &empty).expect_err("it asks nothing");
        assert_eq!(faults.len(), 1, "{faults:?}");
    }
}
