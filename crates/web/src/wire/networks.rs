//! Networks over time and virtual carriers, as JSON.

use domain::evidence::Sourced;
use serde::Serialize;
use trade::carriers::{AnyChecked, CarrierChecked, HostChecked, Ride};
use trade::networks::overview::{NetworkOverview, TechnologyOverview};
use utoipa::ToSchema;

use super::{CheckedJson, PeriodJson, SourceJson, claims};

/// That a virtual carrier rides on a network. Since when, no list says: `valid` is when the source is read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Ride)]
pub struct RideJson {
    /// The virtual carrier's name.
    pub carrier: String,
    /// The host's code; `null`: the source gives only its name.
    pub plmn: Option<String>,
    /// By which SIM cards the carrier is told from its host: `gid1=6901`; `null`: not said.
    pub rule: Option<String>,
    /// Who says so.
    pub source: SourceJson,
    /// For which time the source is read.
    pub valid: PeriodJson,
}

impl From<&Sourced<Ride>> for RideJson {
    fn from(ride: &Sourced<Ride>) -> Self {
        let Ride {
            carrier,
            plmn,
            rule,
        } = &ride.value;
        Self {
            carrier: carrier.clone(),
            plmn: plmn.map(|plmn| plmn.to_string()),
            rule: (!rule.is_empty()).then(|| rule.clone()),
            source: (&ride.source).into(),
            valid: (&ride.valid).into(),
        }
    }
}

/// A device on one host of a virtual carrier.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = HostChecked)]
pub struct HostCheckedJson {
    /// Who says that the carrier rides there; those that do not speak of the date too.
    pub rides: Vec<RideJson>,
    /// Whether a source says so of the date asked. If not, it is not known whether it rode there then.
    pub is_said_then: bool,
    /// The answer for this host.
    pub checked: CheckedJson,
}

impl From<&HostChecked> for HostCheckedJson {
    fn from(host: &HostChecked) -> Self {
        Self {
            rides: host.rides.iter().map(RideJson::from).collect(),
            is_said_then: host.is_said_then,
            checked: (&host.checked).into(),
        }
    }
}

/// A device on a virtual carrier: an answer for each host, never one for all.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = CarrierChecked)]
pub struct CarrierCheckedJson {
    /// The virtual carrier.
    pub carrier: String,
    /// In this country.
    pub country: String,
    /// As of when.
    pub at: String,
    /// Since when it rides on a host, no source says.
    pub hosts: Vec<HostCheckedJson>,
}

impl From<&CarrierChecked> for CarrierCheckedJson {
    fn from(checked: &CarrierChecked) -> Self {
        Self {
            carrier: checked.carrier.clone(),
            country: checked.country.to_string(),
            at: checked.at.to_string(),
            hosts: checked.hosts.iter().map(HostCheckedJson::from).collect(),
        }
    }
}

/// An answer for a network, or for a virtual carrier; the latter has `hosts`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = AnyChecked)]
#[serde(untagged)]
pub enum AnyCheckedJson {
    /// The name is a network's.
    Network(Box<CheckedJson>),
    /// The name is a virtual carrier's.
    Carrier(CarrierCheckedJson),
}

impl From<&AnyChecked> for AnyCheckedJson {
    fn from(checked: &AnyChecked) -> Self {
        match checked {
            AnyChecked::Network(checked) => Self::Network(Box::new(checked.as_ref().into())),
            AnyChecked::Carrier(checked) => Self::Carrier(checked.into()),
        }
    }
}

/// What one source says of one technology of a network.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = NetworkBands)]
pub struct NetworkBandsJson {
    /// Bands, or frequencies that several bands may be. Empty and exhaustive: there are none.
    pub bands: Vec<String>,
    /// Whether the source offers the list as the whole set.
    pub exhaustive: bool,
    /// Who says so.
    pub source: SourceJson,
    /// For which time the source is read.
    pub valid: PeriodJson,
}

/// One technology of a network over time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = NetworkTechnology)]
pub struct NetworkTechnologyJson {
    /// Which one.
    pub technology: String,
    /// Whether it is there at the date asked; `null`: nobody says, or the sources do not agree.
    pub offered: Option<bool>,
    /// The earliest date from which a source says that it is there; no source says when it was launched.
    pub said_from: Option<String>,
    /// The first day without it.
    pub gone_from: Option<String>,
    /// Who says that it is gone.
    pub gone_source: Option<SourceJson>,
    /// What each source says, in order of time.
    pub lists: Vec<NetworkBandsJson>,
}

impl From<&TechnologyOverview> for NetworkTechnologyJson {
    fn from(one: &TechnologyOverview) -> Self {
        let lists = one.lists.iter().map(|list| NetworkBandsJson {
            bands: claims(&list.value.claims),
            exhaustive: list.value.exhaustive,
            source: (&list.source).into(),
            valid: (&list.valid).into(),
        });
        Self {
            technology: one.technology.to_string(),
            offered: one.offered,
            said_from: one.said_from.map(|at| at.to_string()),
            gone_from: one.gone_from.as_ref().map(|gone| gone.value.to_string()),
            gone_source: one.gone_from.as_ref().map(|gone| (&gone.source).into()),
            lists: lists.collect(),
        }
    }
}

/// Whether a network offers voice over LTE, as one source says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = NetworkVolte)]
pub struct NetworkVolteJson {
    /// Whether it does.
    pub volte: bool,
    /// Who says so.
    pub source: SourceJson,
    /// For which time the source is read.
    pub valid: PeriodJson,
}

/// A network over time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = NetworkOverTime)]
pub struct NetworkOverTimeJson {
    /// Its key.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Who runs it.
    pub operator: Option<String>,
    /// Its country.
    pub country: String,
    /// Its codes.
    pub plmns: Vec<String>,
    /// As of when.
    pub at: String,
    /// Per technology of which somebody speaks.
    pub technologies: Vec<NetworkTechnologyJson>,
    /// Who says whether it offers voice over LTE.
    pub volte: Vec<NetworkVolteJson>,
    /// What calls and emergency calls need at that date: `volte`, `vonr`; `null`: neither, or not settled.
    pub voice_needs: Option<&'static str>,
    /// Since when they have needed it without a break, as far as the sources go back.
    pub voice_needs_from: Option<String>,
    /// Virtual carriers that ride there; those of which no source speaks at that date too.
    pub riders: Vec<RideJson>,
}

impl From<&NetworkOverview> for NetworkOverTimeJson {
    fn from(one: &NetworkOverview) -> Self {
        let volte = one.volte.iter().map(|fact| NetworkVolteJson {
            volte: fact.value,
            source: (&fact.source).into(),
            valid: (&fact.valid).into(),
        });
        Self {
            id: one.id.clone(),
            name: one.name.clone(),
            operator: (!one.operator.is_empty()).then(|| one.operator.clone()),
            country: one.country.to_string(),
            plmns: one.plmns.iter().map(ToString::to_string).collect(),
            at: one.at.to_string(),
            technologies: one
                .technologies
                .iter()
                .map(NetworkTechnologyJson::from)
                .collect(),
            volte: volte.collect(),
            voice_needs: one.voice_needs.map(|need| need.name()),
            voice_needs_from: one.voice_needs_from.map(|at| at.to_string()),
            riders: one.riders.iter().map(RideJson::from).collect(),
        }
    }
}
