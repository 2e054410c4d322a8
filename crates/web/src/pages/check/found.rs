//! The answer of a check: one for a network, or one for each host of a virtual carrier.

use askama::Template;
use domain::evidence::Sourced;
use domain::number::Tac;
use domain::radio::Radio;
use trade::carriers::{AnyChecked, CarrierChecked, HostChecked};
use trade::check::{Checked, KnownBand};

use super::hosts::{self, HostRow};
use super::tac_view::TacView;
use super::{Asked, address, choices};
use crate::App;
use crate::pages::claims;
use crate::pages::fit_view::FitView;
use crate::pages::verdict_view::SourceView;
use crate::pages::wording;
use crate::problem::Problem;

/// What a source says, whole.
pub struct FactView {
    pub source: SourceView,
    pub valid: String,
    pub says: String,
}

/// What a list calls the device.
pub struct NameView {
    pub name: String,
    pub source: SourceView,
}

/// That a platform's list has the device, with the software builds that it names.
pub struct CertifiedView {
    pub builds: String,
    pub source: SourceView,
}

/// Another device that may have been meant.
pub struct Other {
    pub name: String,
    pub address: String,
}

/// A host of a virtual carrier: who says that it rides there.
pub struct RidesView {
    pub carrier: String,
    pub sources: Vec<SourceView>,
    pub is_said_then: bool,
}

/// For one network.
pub struct Answer {
    /// Of this part of the page.
    pub anchor: String,
    pub rides: Option<RidesView>,
    pub network: String,
    pub country: String,
    pub fit: FitView,
    pub network_facts: Vec<FactView>,
}

/// The answer.
#[derive(Template)]
#[template(path = "check_found.html")]
pub struct Found {
    pub device: String,
    /// A network or a virtual carrier.
    pub network: String,
    pub country: String,
    pub as_of: String,
    /// The name that was understood where what was asked for is none.
    pub understood: Option<String>,
    pub others: Vec<Other>,
    pub codes: String,
    pub variant: Option<String>,
    pub device_facts: Vec<FactView>,
    pub platform: Vec<CertifiedView>,
    pub names: Vec<NameView>,
    pub licences: Vec<String>,
    /// What lists say of the type allocation code that was asked for.
    pub tac: Option<TacView>,
    pub dates: Vec<(String, String)>,
    /// One, or one for each host of a virtual carrier.
    pub answers: Vec<Answer>,
    /// Of a virtual carrier: its hosts side by side, and which is ahead.
    pub hosts: Vec<HostRow>,
    pub ahead: String,
}

/// The answer as the page shows it; none: a virtual carrier without a host.
pub async fn found(
    app: &App,
    checked: &AnyChecked,
    asked: &Asked,
) -> Result<Option<Found>, Problem> {
    let bands = app.house.known_bands().await?;
    let (first, network, answers, hosts) = match checked {
        AnyChecked::Network(one) => {
            let answer = answer("c".to_owned(), None, one, &bands);
            (&**one, one.network.clone(), vec![answer], Vec::new())
        }
        AnyChecked::Carrier(carrier) => {
            let Some(first) = carrier.hosts.first() else {
                return Ok(None);
            };
            let (answers, hosts) = side_by_side(carrier, &bands);
            (&first.checked, carrier.carrier.clone(), answers, hosts)
        }
    };
    let (understood, others) = understood(app, first, asked).await?;
    let tac = match asked.device.trim().parse::<Tac>() {
        Ok(tac) => Some(TacView::new(app, tac).await?),
        Err(_) => None,
    };
    let licences = match checked {
        AnyChecked::Network(one) => one.licences.clone(),
        AnyChecked::Carrier(carrier) => {
            let all = carrier.hosts.iter();
            let mut all: Vec<_> = all.flat_map(|host| host.checked.licences.clone()).collect();
            all.sort_unstable();
            all.dedup();
            all
        }
    };
    let today = app.house.present().date();
    Ok(Some(Found {
        device: first.device.clone(),
        network,
        country: first.country.to_string(),
        as_of: if asked.at.trim().is_empty() {
            wording::day(first.fit.at)
        } else {
            wording::moment_or_day(first.fit.at)
        },
        understood,
        others,
        codes: first.codes.join(", "),
        variant: first.variant.clone(),
        device_facts: facts(&first.device_facts),
        platform: first
            .platform
            .iter()
            .map(|fact| CertifiedView {
                builds: fact.value.builds.clone(),
                source: (&fact.source).into(),
            })
            .collect(),
        names: first
            .names
            .iter()
            .map(|fact| NameView {
                name: fact.value.clone(),
                source: (&fact.source).into(),
            })
            .collect(),
        licences: licences.iter().map(ToString::to_string).collect(),
        tac,
        dates: choices::dates(asked, &today),
        answers,
        ahead: hosts::sentence(&hosts),
        hosts,
    }))
}

/// What was understood, and what else may have been meant.
async fn understood(
    app: &App,
    checked: &Checked,
    asked: &Asked,
) -> Result<(Option<String>, Vec<Other>), Problem> {
    let Some(understood) = &checked.understood else {
        let others = checked.others.iter().map(|name| Other {
            address: address(&Asked {
                device: name.clone(),
                ..asked.clone()
            }),
            name: name.clone(),
        });
        return Ok((None, others.collect()));
    };
    let near = app.house.atlas().await?.suggestions(&asked.device);
    let others = near
        .into_iter()
        .filter(|one| one.name != *understood && one.name != checked.device)
        .map(|one| Other {
            address: address(&Asked {
                device: one.ask,
                ..asked.clone()
            }),
            name: one.name,
        });
    Ok((Some(understood.clone()), others.collect()))
}

fn side_by_side(carrier: &CarrierChecked, bands: &[KnownBand]) -> (Vec<Answer>, Vec<HostRow>) {
    let fits: Vec<_> = carrier.hosts.iter().map(|host| &host.checked.fit).collect();
    let ahead = hosts::ahead(&fits);
    let (mut answers, mut rows) = (Vec::new(), Vec::new());
    for (place, (host, is_ahead)) in carrier.hosts.iter().zip(ahead).enumerate() {
        let anchor = format!("host-{}", place + 1);
        let answer = answer(anchor, Some(rides(carrier, host)), &host.checked, bands);
        rows.push(HostRow {
            anchor: answer.anchor.clone(),
            network: answer.network.clone(),
            badge: answer.fit.badge.clone(),
            services: answer.fit.services.clone(),
            is_ahead,
            is_said_then: host.is_said_then,
        });
        answers.push(answer);
    }
    (answers, rows)
}

fn rides(carrier: &CarrierChecked, host: &HostChecked) -> RidesView {
    let mut sources: Vec<SourceView> = Vec::new();
    for ride in &host.rides {
        let source = SourceView::from(&ride.source);
        if !sources.contains(&source) {
            sources.push(source);
        }
    }
    RidesView {
        carrier: carrier.carrier.clone(),
        sources,
        is_said_then: host.is_said_then,
    }
}

fn answer(
    anchor: String,
    rides: Option<RidesView>,
    checked: &Checked,
    bands: &[KnownBand],
) -> Answer {
    Answer {
        rides,
        network: checked.network.clone(),
        country: checked.country.to_string(),
        fit: FitView::new(
            &anchor,
            &checked.network,
            &checked.fit,
            (&checked.device_facts, &checked.network_facts),
            bands,
        ),
        network_facts: facts(&checked.network_facts),
        anchor,
    }
}

fn facts(facts: &[Sourced<Radio>]) -> Vec<FactView> {
    let facts = facts.iter().map(|fact| FactView {
        source: (&fact.source).into(),
        valid: wording::period(&fact.valid),
        says: claims::bands(&fact.value),
    });
    facts.collect()
}
