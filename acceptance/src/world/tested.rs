//! Random certifications, what they rest on, and whom a policy names.

use std::collections::HashMap;

use domain::Period;
use domain::certification::{
    Builds, CertificationResult, DeviceCertification, RequirementSet, TestReport, Tests,
};
use domain::evidence::{Claim, FactRef, Sourced};
use domain::id::{EvidenceId, VariantId};
use domain::policy::{Level, Requirement, Service};
use domain::radio::{AccessTechnology, Band};
use domain::scope::Scope;
use domain::software::SoftwareBuild;
use domain::trust::{Rank, Trusted};
use gate::snapshot::{Approvals, DataSetFacts, Delivery, ListedCertification};

use super::{ISSUERS, ROLES, World, source};
use crate::oracle::{self, ANSWERED, Delivered};
use crate::shop::id;

const BUILDS: [&str; 3] = ["V1.9", "V1.10", "V2"];
/// Thresholds, each with what reaches it and what does not.
const FIGURES: [[&str; 3]; 2] = [
    [
        "Download rate >= 10 Mbit/s",
        "Download rate = 10 Mbit/s",
        "Download rate = 9.9 Mbit/s",
    ],
    [
        "Registration <= 30 s",
        "Registration = 30 s",
        "Registration = 30.1 s",
    ],
];

fn bands() -> [Band; 2] {
    [2, 12].map(|number| Band::new(AccessTechnology::Lte, number))
}

impl World {
    /// The software that an offer states, if it does.
    pub(super) fn build(&mut self) -> Option<SoftwareBuild> {
        let is_stated = self.dice.chance(2, 3);
        is_stated.then(|| self.dice.one(&BUILDS).parse().expect("a build"))
    }

    fn builds(&mut self) -> Builds {
        if self.dice.chance(2, 3) {
            return Builds::ANY;
        }
        let (first, last) = (self.build(), self.build());
        Builds::new(first.clone(), last).unwrap_or(Builds { first, last: None })
    }

    pub(super) fn certification(&mut self, variant: VariantId) -> DeviceCertification {
        let network = self.one_id(&["h1", "h2"]);
        DeviceCertification {
            network,
            result: match self.dice.below(6) {
                0 => CertificationResult::NotCertified,
                1 => CertificationResult::Conditional("volte".to_owned()),
                2 => CertificationResult::Conditional("other".to_owned()),
                _ => CertificationResult::Certified,
            },
            carrier: match self.dice.below(6) {
                0 => Some(id("carrier")),
                1 => Some(id("another")),
                _ => None,
            },
            builds: self.builds(),
            tests: self.dice.chance(1, 3).then(|| Tests {
                requirement_set: self.one_recorded("requirement_set"),
                reports: (0..self.dice.below(3))
                    .map(|_| self.one_recorded("test_report"))
                    .collect(),
            }),
            variant,
        }
    }

    /// Three deliveries of one list of the first network, and what each says.
    pub(super) fn deliver(&mut self) {
        for set in ["a1", "a2", "a3"] {
            let rows = (0..self.dice.below(3)).map(|_| {
                let variant = self.one_of(&["v1", "v1", "v2"]);
                let says = DeviceCertification {
                    network: id("h1"),
                    tests: None,
                    ..self.certification(variant)
                };
                (says, self.period())
            });
            let rows = rows.collect();
            let dated = self.period();
            self.delivered.push(Delivered {
                data_set: id(set),
                list: oracle::list_name(&id("a")),
                issuer: id("net"),
                from: dated.from,
                rows,
            });
        }
    }

    /// The id of something of a kind that was recorded, or of nothing.
    fn one_recorded(&mut self, kind: &str) -> EvidenceId {
        let all = self.recorded.iter();
        let ids = all.filter(|one| one.evidence.claim.kind() == kind);
        let ids: Vec<EvidenceId> = ids.map(|one| one.evidence.id.clone()).collect();
        match ids.len() {
            0 => id("nothing"),
            _ => self.dice.one(&ids).clone(),
        }
    }

    pub(super) fn requirement_set(&mut self) -> RequirementSet {
        let minima = self.dice.some(&FIGURES);
        let services = [
            (Service::Data, Level::Partial),
            (Service::EmergencyCall, Level::Full),
        ];
        RequirementSet {
            network: self.one_id(&["h1", "h1", "h2"]),
            bands: self.dice.some(&bands()),
            services: self.dice.some(&services),
            minima: minima
                .iter()
                .map(|[threshold, ..]| threshold.parse().expect("a threshold"))
                .collect(),
        }
    }

    pub(super) fn test_report(&mut self, variant: VariantId) -> TestReport {
        let requirement_set = self.one_recorded("requirement_set");
        let mut report = good_report(variant, requirement_set);
        match self.dice.below(8) {
            0 => report.bands = self.dice.some(&bands()),
            1 => report.services[0].1 = Level::FallbackOnly,
            2 => report.services.truncate(1),
            3 => report.figures.truncate(1),
            4 => {
                let at = self.dice.index(FIGURES.len());
                report.figures[at] = FIGURES[at][2].parse().expect("a figure");
            }
            _ => {}
        }
        report
    }

    /// What a network asks, a report that reaches it and a certification that rests on both; what comes later may
    /// end any of them.
    pub(super) fn tests(&mut self) {
        let set = self.requirement_set();
        let network = set.network.clone();
        let variant: VariantId = self.one_of(&["v1"]);
        let at = self.recorded.len();
        let requirement_set = id(&format!("e{at}"));
        let tests = Tests {
            requirement_set: id(&format!("e{at}")),
            reports: vec![id(&format!("e{}", at + 1))],
        };
        let report = good_report(variant.clone(), requirement_set);
        let certification = DeviceCertification {
            network: network.clone(),
            result: CertificationResult::Certified,
            tests: Some(tests),
            ..self.certification(variant.clone())
        };
        let claims = [
            (Scope::HostNetwork(network), Claim::RequirementSet(set)),
            (Scope::Variant(variant.clone()), Claim::TestReport(report)),
            (
                Scope::Variant(variant),
                Claim::DeviceCertification(certification),
            ),
        ];
        for (scope, claim) in claims {
            let valid = self.period();
            self.record(scope, claim, valid);
        }
    }

    /// Ranks for some requirements, now and then none that names anybody.
    pub(super) fn trust(&mut self) -> Vec<(Requirement, Vec<Rank>)> {
        let radio_fit = self.radios.as_ref().map(|_| Requirement::RadioFit);
        let all: Vec<Requirement> = ANSWERED.into_iter().chain(radio_fit).collect();
        let mut ranked = Vec::new();
        for requirement in all {
            if self.dice.chance(1, 4) {
                let ranks = (0..self.dice.below(3)).map(|_| self.rank()).collect();
                ranked.push((requirement, ranks));
            }
        }
        ranked
    }

    fn rank(&mut self) -> Rank {
        let roles = self.dice.some(&ROLES).into_iter().map(Trusted::Role);
        let parties = self.dice.some(&ISSUERS).into_iter();
        let sources = self.dice.some(&["d1", "d2", "a"]).into_iter();
        Rank {
            issuers: roles
                .chain(parties.map(|party| Trusted::Party(id(party))))
                .collect(),
            sources: sources.map(|set| oracle::list_name(&id(set))).collect(),
        }
    }
}

fn good_report(variant: VariantId, requirement_set: EvidenceId) -> TestReport {
    TestReport {
        variant,
        requirement_set,
        laboratory: id("lab"),
        build: BUILDS[1].parse().expect("a build"),
        bands: bands().to_vec(),
        services: vec![
            (Service::Data, Level::Partial),
            (Service::EmergencyCall, Level::Full),
        ],
        figures: FIGURES
            .map(|[_, reached, _]| reached.parse().expect("a figure"))
            .to_vec(),
    }
}

/// A delivery as the gate has it.
pub(super) fn facts_of_delivery(delivered: &Delivered) -> DataSetFacts {
    let mut approvals = Approvals {
        issuer: delivered.issuer.clone(),
        rows: HashMap::new(),
    };
    for (at, (says, valid)) in delivered.rows.iter().enumerate() {
        let is_withdrawn = at % 2 == 1 && says.result == CertificationResult::NotCertified;
        let row = Sourced {
            value: ListedCertification {
                says: says.clone(),
                is_withdrawn,
            },
            source: source("A host network's list"),
            valid: *valid,
            fact: FactRef::Row {
                data_set: delivered.data_set.clone(),
                row: at as u64,
            },
        };
        let of_variant = approvals.rows.entry(says.variant.clone());
        of_variant.or_default().push(row);
    }
    let valid = Period {
        from: delivered.from,
        until: None,
    };
    DataSetFacts {
        delivery: Some(Delivery {
            series: delivered.list.as_str().into(),
            valid,
            source: source("A host network's list"),
        }),
        approvals: Some(approvals),
        ..DataSetFacts::default()
    }
}
