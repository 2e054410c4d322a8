//! Claims as JSON: one shape a kind, tagged with the kind's name.

use domain::certification::{CertificationResult, DeviceCertification};
use domain::evidence::{Claim, PassedOn, SalesAuthorization, Standing};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::policy::PolicyJson;
use super::tested::{BuildsJson, FigureJson, ServiceLevelJson, ThresholdJson};
use super::{CodecError, RadioJson, ReachJson, tested};

/// What a piece of evidence says: one shape a kind.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq, Eq, ToSchema)]
#[schema(as = Claim)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ClaimJson {
    /// A brand's word on who may sell what, where and on which channel. Written under the brand.
    SalesAuthorization {
        standing: StandingJson,
        brand: String,
        sellers: ReachJson,
        categories: ReachJson,
        models: ReachJson,
        territory: ReachJson,
        channels: ReachJson,
        /// `new`, `refurbished`, `used`; left out: all.
        #[serde(default)]
        conditions: ReachJson,
        /// How many units in all; left out: without limit.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        quantity: Option<u32>,
        /// Whether a seller that it names may authorise others on the strength of it.
        #[serde(default)]
        may_be_passed_on: bool,
        /// What it was passed on from; left out: it is the brand's own word.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        rests_on: Option<PassedOnJson>,
    },
    /// A host network's certification. Written under the variant.
    DeviceCertification {
        variant: String,
        network: String,
        result: ResultJson,
        /// With `conditional` only: the condition.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        condition: Option<String>,
        /// The virtual carrier on whose service it holds; left out: on anybody's.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        carrier: Option<String>,
        /// The software builds for which it holds; left out: for any.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        builds: Option<BuildsJson>,
        /// The requirement set that it rests on; left out: it names none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        requirement_set: Option<String>,
        /// With a requirement set only: the test reports on it, at most 16.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        reports: Vec<String>,
    },
    /// What a host network asks of a device. Written under the host network.
    RequirementSet {
        network: String,
        /// Bands that must be there: `LTE B12`.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        bands: Vec<String>,
        /// Services that must reach a level.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        services: Vec<ServiceLevelJson>,
        /// Figures that must be reached.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        minima: Vec<ThresholdJson>,
    },
    /// What was found in a test against a requirement set. Written under the variant.
    TestReport {
        variant: String,
        requirement_set: String,
        /// Who tested: a party's id.
        laboratory: String,
        /// The software build that was tested.
        build: String,
        /// Bands that were found working; one that is not named was not.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        bands: Vec<String>,
        /// Services, each with the level that it reached.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        services: Vec<ServiceLevelJson>,
        /// What was measured.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        figures: Vec<FigureJson>,
    },
    /// A device's radio. Written under the variant.
    RadioDeclaration { variant: String, radio: RadioJson },
    /// A network's radio. Written under the host network.
    NetworkDeclaration { network: String, radio: RadioJson },
    /// A platform owner's certification. Written under the variant.
    PlatformCertification {
        variant: String,
        platform: String,
        standing: StandingJson,
    },
    /// A regulator's approval. Written under the variant.
    RegulatoryApproval {
        variant: String,
        scheme: String,
        identifier: String,
        country: String,
        standing: StandingJson,
    },
    /// Where a seller's units of a variant come from. Written under the seller.
    CustodyEvent {
        seller: String,
        variant: String,
        standing: StandingJson,
        /// Countries, `EU` or `EEA`, where the units were first put on the market with the right holder's consent;
        /// left out: not said.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        first_sale: Option<ReachJson>,
    },
    /// Not to be sold. Written under what it stops.
    StopSale { cause: String },
    /// Who said what, in which role; without force of its own. The words stand beside it.
    Statement { role: String },
    /// A market's policy. Written under the market.
    Policy { policy: PolicyJson },
    /// A data set speaks in a market from now on. Written under the market.
    DataSetActivation { data_set: String, sha256: String },
    /// A key with which a party signs what it says. Written under the market.
    IssuerKey {
        party: String,
        /// The public key, C2SP signed-note: `name+key ID+base64`.
        key: String,
    },
    /// Ends other evidence. Written under the scope of what it ends.
    Withdrawal {
        ends: String,
        /// `suspend`, `revoke` or `correct`.
        manner: String,
    },
    /// A decision on a listing. Written under the listing.
    ListingDecision { listing: String, state: String },
}

/// What an authorisation was passed on from, and by whom.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq, Eq, ToSchema)]
#[schema(as = PassedOn)]
pub struct PassedOnJson {
    /// The authorisation above it.
    from: String,
    /// The seller that holds that one, and issued this one.
    by: String,
}

/// Yes or no.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, PartialEq, Eq, ToSchema)]
#[schema(as = Standing)]
#[serde(rename_all = "snake_case")]
pub enum StandingJson {
    Yes,
    No,
}

/// What a host network found.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, PartialEq, Eq, ToSchema)]
#[schema(as = CertificationResult)]
#[serde(rename_all = "snake_case")]
pub enum ResultJson {
    Certified,
    Conditional,
    NotCertified,
}

impl From<Standing> for StandingJson {
    fn from(standing: Standing) -> Self {
        match standing {
            Standing::Yes => Self::Yes,
            Standing::No => Self::No,
        }
    }
}

impl From<StandingJson> for Standing {
    fn from(standing: StandingJson) -> Self {
        match standing {
            StandingJson::Yes => Self::Yes,
            StandingJson::No => Self::No,
        }
    }
}

fn authorization(says: &SalesAuthorization) -> ClaimJson {
    ClaimJson::SalesAuthorization {
        standing: says.standing.into(),
        brand: says.brand.to_string(),
        sellers: ReachJson::write(&says.sellers),
        categories: ReachJson::write(&says.categories),
        models: ReachJson::write(&says.models),
        territory: ReachJson::write(&says.territory),
        channels: ReachJson::write(&says.channels),
        conditions: ReachJson::write(&says.conditions),
        quantity: says.quantity,
        may_be_passed_on: says.may_be_passed_on,
        rests_on: says.rests_on.as_ref().map(|passed| PassedOnJson {
            from: passed.from.to_string(),
            by: passed.by.to_string(),
        }),
    }
}

impl ClaimJson {
    pub fn write(claim: &Claim) -> Self {
        match claim {
            Claim::SalesAuthorization(says) => authorization(says),
            Claim::DeviceCertification(says) => {
                let (result, condition) = match &says.result {
                    CertificationResult::Certified => (ResultJson::Certified, None),
                    CertificationResult::Conditional(condition) => {
                        (ResultJson::Conditional, Some(condition.clone()))
                    }
                    CertificationResult::NotCertified => (ResultJson::NotCertified, None),
                };
                let tests = says.tests.as_ref();
                let reports = tests.map_or(&[][..], |tests| &tests.reports);
                Self::DeviceCertification {
                    variant: says.variant.to_string(),
                    network: says.network.to_string(),
                    result,
                    condition,
                    carrier: says.carrier.as_ref().map(ToString::to_string),
                    builds: BuildsJson::write(&says.builds),
                    requirement_set: tests.map(|tests| tests.requirement_set.to_string()),
                    reports: reports.iter().map(ToString::to_string).collect(),
                }
            }
            Claim::RequirementSet(set) => Self::RequirementSet {
                network: set.network.to_string(),
                bands: set.bands.iter().map(ToString::to_string).collect(),
                services: set.services.iter().map(ServiceLevelJson::write).collect(),
                minima: set.minima.iter().map(ThresholdJson::write).collect(),
            },
            Claim::TestReport(report) => Self::TestReport {
                variant: report.variant.to_string(),
                requirement_set: report.requirement_set.to_string(),
                laboratory: report.laboratory.to_string(),
                build: report.build.to_string(),
                bands: report.bands.iter().map(ToString::to_string).collect(),
                services: report
                    .services
                    .iter()
                    .map(ServiceLevelJson::write)
                    .collect(),
                figures: report.figures.iter().map(FigureJson::write).collect(),
            },
            Claim::RadioDeclaration { variant, radio } => Self::RadioDeclaration {
                variant: variant.to_string(),
                radio: RadioJson::write(radio),
            },
            Claim::NetworkDeclaration { network, radio } => Self::NetworkDeclaration {
                network: network.to_string(),
                radio: RadioJson::write(radio),
            },
            Claim::PlatformCertification {
                variant,
                platform,
                standing,
            } => Self::PlatformCertification {
                variant: variant.to_string(),
                platform: platform.clone(),
                standing: (*standing).into(),
            },
            Claim::RegulatoryApproval {
                variant,
                scheme,
                identifier,
                country,
                standing,
            } => Self::RegulatoryApproval {
                variant: variant.to_string(),
                scheme: scheme.clone(),
                identifier: identifier.clone(),
                country: country.to_string(),
                standing: (*standing).into(),
            },
            Claim::CustodyEvent {
                seller,
                variant,
                standing,
                first_sale,
            } => Self::CustodyEvent {
                seller: seller.to_string(),
                variant: variant.to_string(),
                standing: (*standing).into(),
                first_sale: first_sale.as_ref().map(ReachJson::write),
            },
            Claim::StopSale { cause } => Self::StopSale {
                cause: cause.clone(),
            },
            Claim::Statement { role } => Self::Statement { role: role.clone() },
            Claim::Policy(policy) => Self::Policy {
                policy: PolicyJson::write(policy),
            },
            Claim::DataSetActivation { data_set, sha256 } => Self::DataSetActivation {
                data_set: data_set.to_string(),
                sha256: sha256.clone(),
            },
            Claim::IssuerKey { party, key } => Self::IssuerKey {
                party: party.to_string(),
                key: key.clone(),
            },
            Claim::Withdrawal { ends, manner } => Self::Withdrawal {
                ends: ends.to_string(),
                manner: manner.name().to_owned(),
            },
            Claim::ListingDecision { listing, state } => Self::ListingDecision {
                listing: listing.to_string(),
                state: state.name().to_owned(),
            },
        }
    }

    pub fn read(&self) -> Result<Claim, CodecError> {
        Ok(match self {
            Self::SalesAuthorization {
                standing,
                brand,
                sellers,
                categories,
                models,
                territory,
                channels,
                conditions,
                quantity,
                may_be_passed_on,
                rests_on,
            } => Claim::SalesAuthorization(SalesAuthorization {
                standing: (*standing).into(),
                brand: brand.parse()?,
                sellers: sellers.read()?,
                categories: categories.read()?,
                models: models.read()?,
                territory: territory.read()?,
                channels: channels.read()?,
                conditions: conditions.read()?,
                quantity: *quantity,
                may_be_passed_on: *may_be_passed_on,
                rests_on: rests_on
                    .as_ref()
                    .map(|passed| {
                        Ok::<_, CodecError>(PassedOn {
                            from: passed.from.parse()?,
                            by: passed.by.parse()?,
                        })
                    })
                    .transpose()?,
            }),
            Self::DeviceCertification { .. }
            | Self::RequirementSet { .. }
            | Self::TestReport { .. } => return self.read_tested(),
            Self::RadioDeclaration { variant, radio } => Claim::RadioDeclaration {
                variant: variant.parse()?,
                radio: radio.read()?,
            },
            Self::NetworkDeclaration { network, radio } => Claim::NetworkDeclaration {
                network: network.parse()?,
                radio: radio.read()?,
            },
            Self::PlatformCertification {
                variant,
                platform,
                standing,
            } => Claim::PlatformCertification {
                variant: variant.parse()?,
                platform: platform.clone(),
                standing: (*standing).into(),
            },
            Self::RegulatoryApproval {
                variant,
                scheme,
                identifier,
                country,
                standing,
            } => Claim::RegulatoryApproval {
                variant: variant.parse()?,
                scheme: scheme.clone(),
                identifier: identifier.clone(),
                country: country.parse()?,
                standing: (*standing).into(),
            },
            Self::CustodyEvent {
                seller,
                variant,
                standing,
                first_sale,
            } => Claim::CustodyEvent {
                seller: seller.parse()?,
                variant: variant.parse()?,
                standing: (*standing).into(),
                first_sale: first_sale.as_ref().map(ReachJson::read).transpose()?,
            },
            Self::StopSale { cause } => Claim::StopSale {
                cause: cause.clone(),
            },
            Self::Statement { role } => Claim::Statement { role: role.clone() },
            Self::Policy { policy } => Claim::Policy(policy.read()?),
            Self::DataSetActivation { data_set, sha256 } => Claim::DataSetActivation {
                data_set: data_set.parse()?,
                sha256: sha256.clone(),
            },
            Self::IssuerKey { party, key } => Claim::IssuerKey {
                party: party.parse()?,
                key: key.clone(),
            },
            Self::Withdrawal { ends, manner } => Claim::Withdrawal {
                ends: ends.parse()?,
                manner: manner.parse()?,
            },
            Self::ListingDecision { listing, state } => Claim::ListingDecision {
                listing: listing.parse()?,
                state: state.parse()?,
            },
        })
    }

    /// A certification, or what one rests on.
    fn read_tested(&self) -> Result<Claim, CodecError> {
        Ok(match self {
            Self::DeviceCertification {
                variant,
                network,
                result,
                condition,
                carrier,
                builds,
                requirement_set,
                reports,
            } => Claim::DeviceCertification(DeviceCertification {
                variant: variant.parse()?,
                network: network.parse()?,
                result: match result {
                    ResultJson::Certified => CertificationResult::Certified,
                    ResultJson::NotCertified => CertificationResult::NotCertified,
                    ResultJson::Conditional => CertificationResult::Conditional(
                        condition
                            .clone()
                            .ok_or_else(|| CodecError("a condition is missing".to_owned()))?,
                    ),
                },
                carrier: carrier.as_ref().map(|id| id.parse()).transpose()?,
                builds: tested::read_builds(builds.as_ref())?,
                tests: tested::read_tests(requirement_set.as_deref(), reports)?,
            }),
            Self::RequirementSet {
                network,
                bands,
                services,
                minima,
            } => Claim::RequirementSet(tested::read_set(network, bands, services, minima)?),
            Self::TestReport {
                variant,
                requirement_set,
                laboratory,
                build,
                bands,
                services,
                figures,
            } => Claim::TestReport(tested::read_report(
                [variant, requirement_set, laboratory, build],
                bands,
                services,
                figures,
            )?),
            _ => return Err(CodecError("no certification and no test".to_owned())),
        })
    }
}
