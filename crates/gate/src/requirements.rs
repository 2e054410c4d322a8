//! What each requirement makes of the facts. One function each; none knows how another ends.
//!
//! A permission (authorisation, certification) that nobody gave is refused: an empty list of allowed
//! sellers means nobody. A fact of the world (radio, platform, approval, authenticity) that nobody stated is
//! unknown. Of evidence that says yes and evidence that says no, both in force, the no wins: whoever
//! changed their mind withdraws it. Where a policy ranks whose words count, that holds within the highest rank
//! that speaks.

use domain::evidence::{Claim, Recorded, Source, Sourced, Standing, Vouching};
use domain::id::HostNetworkId;
use domain::listing::Offer;
use domain::policy::{CategoryPolicy, Demand, Policy, Requirement};
use domain::scope::Scope;

use crate::reason::{Detail, NotNamed, Reason, ReasonCode, Supplier};
use crate::snapshot::{
    About, DataSetFacts, Deliveries, Moment, PlatformListing, ScopeFacts, Snapshot, period, sourced,
};

mod authorization;
mod certification;
mod radio;
mod radio_facts;
mod resale;
mod trusted;

pub use authorization::{Quota, subjects};
use certification::device_certification;
pub use trusted::may_open;
use trusted::{Counted, Hearing};

/// What is recorded under those of an offer's scopes that requirements rest on; none where nothing is.
#[derive(Clone, Copy)]
pub struct Under<'a> {
    pub market: Option<&'a ScopeFacts>,
    pub brand: Option<&'a ScopeFacts>,
    pub seller: Option<&'a ScopeFacts>,
    pub variant: Option<&'a ScopeFacts>,
}

/// One requirement, asked of one offer.
#[derive(Clone, Copy)]
pub struct Asked<'a> {
    pub snapshot: &'a Snapshot,
    pub policy: &'a Policy,
    pub category: &'a CategoryPolicy,
    /// The data sets that speak in the market.
    pub deliveries: &'a Deliveries<'a>,
    pub under: Under<'a>,
    pub offer: &'a Offer,
    pub moment: Moment,
    pub demand: Demand,
}

impl<'a> Asked<'a> {
    /// What is in force of a variant.
    fn of_variant(&self) -> impl Iterator<Item = &'a Recorded> + use<'a> {
        let moment = self.moment;
        let facts = self.under.variant.into_iter();
        facts.flat_map(move |facts| facts.in_force(moment))
    }

    /// Whom the market hears.
    fn hearing(&self) -> Hearing<'a> {
        Hearing {
            policy: self.policy,
            market: self.under.market,
            known_at: self.moment.known_at,
        }
    }

    /// Of pieces of evidence on a requirement, those that count in the market.
    fn counted<'b>(
        &self,
        requirement: Requirement,
        words: impl Iterator<Item = &'b Recorded>,
    ) -> Counted<&'b Recorded> {
        self.hearing().counted(requirement, words)
    }

    /// Of pieces of evidence on a requirement, those that count and say yes, those that count and say no, and
    /// those set aside.
    fn yes_and_no(
        &self,
        requirement: Requirement,
        found: impl Iterator<Item = &'a Recorded>,
        standing: impl Fn(&Claim) -> Option<Standing>,
    ) -> (Vec<&'a Recorded>, Vec<&'a Recorded>, Vec<NotNamed>) {
        let bearing = found.filter(|one| standing(&one.evidence.claim).is_some());
        let Counted {
            counting,
            not_named,
        } = self.counted(requirement, bearing);
        let is_yes = |one: &&Recorded| standing(&one.evidence.claim) == Some(Standing::Yes);
        let (yes, no) = counting.into_iter().partition(is_yes);
        (yes, no, self.hearing().not_named(not_named))
    }

    /// A reason that rests on these pieces of evidence.
    fn reason(&self, code: ReasonCode, rests_on: &[&Recorded]) -> Reason {
        reason(code, self.demand, rests_on, self.moment)
    }
}

/// A reason that rests on these pieces of evidence.
fn reason(code: ReasonCode, demand: Demand, rests_on: &[&Recorded], moment: Moment) -> Reason {
    let mut reason = Reason::of(code, demand);
    reason.holds_until = rests_on
        .iter()
        .filter_map(|one| period(one).next_change(moment.at))
        .min();
    // Many are kept: no more room than for what there is.
    reason.facts.reserve_exact(rests_on.len());
    let is_signed = |one: &&&Recorded| matches!(one.evidence.vouching, Vouching::Signed { .. });
    let signed = rests_on.iter().filter(is_signed);
    reason.signed = signed.map(|one| sourced(one, ()).fact).collect();
    reason.issuers.reserve_exact(rests_on.len());
    reason.sources.reserve_exact(rests_on.len());
    for one in rests_on {
        let fact = sourced(one, ()).fact;
        reason.facts.push(fact);
        if !reason.issuers.contains(&one.evidence.issuer) {
            reason.issuers.push(one.evidence.issuer.clone());
        }
        if !reason.sources.contains(&one.evidence.source) {
            reason.sources.push(one.evidence.source.clone());
        }
    }
    reason
}

/// The stop-sales that stand under one of an offer's scopes, with that scope. They are demanded whatever the policy.
pub fn stop_sales(facts: &ScopeFacts, moment: Moment) -> Vec<(Scope, Reason)> {
    if !facts.has_stops() {
        return Vec::new();
    }
    let stopped = facts.in_force_about(&About::StopSale, moment);
    stopped
        .filter_map(|one| match &one.evidence.claim {
            Claim::StopSale { cause } => {
                let code = ReasonCode::StopSaleStands;
                let mut reason = reason(code, Demand::Must, &[one], moment);
                reason.detail = Detail::Word(cause.clone());
                reason.supplier = Some(Supplier::Operator);
                Some((one.evidence.scope.clone(), reason))
            }
            _ => None,
        })
        .collect()
}

/// A requirement that does not depend on the host network.
pub fn in_market(requirement: Requirement, asked: &Asked<'_>) -> Vec<Reason> {
    match requirement {
        Requirement::SalesAuthorization => authorization::sales_authorization(asked),
        Requirement::PlatformFit => platform_fit(asked),
        Requirement::RegulatoryApproval => regulatory_approval(asked),
        Requirement::Authenticity => authenticity(asked),
        Requirement::LawfulResale => resale::lawful_resale(asked),
        // Stop-sales stand under scopes, whatever is asked; the others depend on a network.
        Requirement::NoStopSale | Requirement::DeviceCertification | Requirement::RadioFit => {
            Vec::new()
        }
    }
}

/// A requirement on one host network.
pub fn on_network(
    requirement: Requirement,
    asked: &Asked<'_>,
    network: &HostNetworkId,
) -> Vec<Reason> {
    let mut reasons = match requirement {
        Requirement::DeviceCertification => device_certification(asked, network),
        Requirement::RadioFit => vec![radio::radio_fit(asked, network)],
        _ => Vec::new(),
    };
    for reason in &mut reasons {
        reason.network = Some(network.clone());
    }
    reasons
}

/// The withdrawal that came last, with what it withdrew.
fn last_withdrawn<'a>(
    asked: &Asked<'_>,
    withdrawn: &[(&'a Recorded, &'a Recorded)],
) -> Option<[&'a Recorded; 2]> {
    let known = withdrawn
        .iter()
        .filter(|(_, withdrawal)| withdrawal.at <= asked.moment.known_at);
    known
        .max_by_key(|(_, withdrawal)| withdrawal.position)
        .map(|(one, withdrawal)| [*withdrawal, *one])
}

/// A platform owner's word: a piece of evidence, or a row of a list.
enum PlatformWord<'a> {
    Said(&'a Recorded, Standing),
    Listed(&'a DataSetFacts, &'a Sourced<PlatformListing>),
}

/// All words on the variant's platform, those too that do not speak of the moment yet or any more.
fn platform_words<'a>(asked: &Asked<'a>) -> Vec<(Option<usize>, PlatformWord<'a>)> {
    let platform = Requirement::PlatformFit;
    let said = asked.of_variant().filter_map(|one| {
        let Claim::PlatformCertification { standing, .. } = &one.evidence.claim else {
            return None;
        };
        let rank = asked.hearing().rank(platform, one);
        Some((rank, PlatformWord::Said(one, *standing)))
    });
    let listed = asked.deliveries.heard.iter().flat_map(|facts| {
        let rank = trusted::rank_of_list(asked.policy, platform, facts);
        let rows = facts.platform.get(&asked.offer.variant);
        rows.into_iter()
            .flatten()
            .map(move |row| (rank, PlatformWord::Listed(facts, row)))
    });
    said.chain(listed).collect()
}

fn platform_fit(asked: &Asked<'_>) -> Vec<Reason> {
    let at = asked.moment.at;
    let words = platform_words(asked);
    // A row that begins or ends may change the answer, whatever it is now.
    let rows_change = words.iter().filter_map(|(_, word)| match word {
        PlatformWord::Listed(_, row) => row.valid.next_change(at),
        PlatformWord::Said(..) => None,
    });
    let rows_change = rows_change.min();
    let speaks = |word: &PlatformWord<'_>| match word {
        PlatformWord::Listed(_, row) => row.valid.contains(at),
        PlatformWord::Said(..) => true,
    };
    let words = words.into_iter().filter(|(_, word)| speaks(word));
    let Counted {
        counting,
        not_named,
    } = trusted::counted(words);
    let (mut yes, mut no, mut listed) = (Vec::new(), Vec::new(), Vec::new());
    for word in counting {
        match word {
            PlatformWord::Said(one, Standing::Yes) => yes.push(one),
            PlatformWord::Said(one, Standing::No) => no.push(one),
            PlatformWord::Listed(_, row) => listed.push(row),
        }
    }
    let (code, rests_on) = if !no.is_empty() {
        (ReasonCode::PlatformRefused, no)
    } else if yes.is_empty() && listed.is_empty() {
        (ReasonCode::PlatformUnknown, Vec::new())
    } else {
        (ReasonCode::PlatformCertified, yes)
    };
    let mut reason = asked.reason(code, &rests_on);
    if code == ReasonCode::PlatformCertified {
        // A claim is on the variant whatever its build; only lists name builds.
        let mut builds: Vec<&str> = Vec::new();
        for row in listed {
            reason.facts.push(row.fact.clone());
            if !reason.sources.contains(&row.source) {
                reason.sources.push(row.source.clone());
            }
            builds.extend(row.value.builds.iter().map(String::as_str));
        }
        builds.sort_unstable();
        builds.dedup();
        if rests_on.is_empty() && !builds.is_empty() {
            reason.detail = Detail::Word(builds.join(", "));
        }
    } else {
        reason.supplier = Some(Supplier::PlatformOwner);
        reason.set_aside = set_aside(asked.deliveries, |facts| {
            facts.platform.contains_key(&asked.offer.variant)
        });
    }
    let evidence = not_named.iter().filter_map(|word| match word {
        PlatformWord::Said(one, _) => Some(*one),
        PlatformWord::Listed(..) => None,
    });
    reason.not_named = asked.hearing().not_named(evidence);
    let lists = not_named.iter().filter_map(|word| match word {
        PlatformWord::Listed(facts, _) => Some(*facts),
        PlatformWord::Said(..) => None,
    });
    trusted::put_lists(&mut reason.not_named, lists);
    reason.holds_until = reason.holds_until.into_iter().chain(rows_change).min();
    vec![reason]
}

/// The lists that would say something, if the market used sources under their licence.
fn set_aside(deliveries: &Deliveries<'_>, speaks: impl Fn(&DataSetFacts) -> bool) -> Vec<Source> {
    let silent = deliveries.set_aside.iter().filter(|facts| speaks(facts));
    let sources = silent.filter_map(|facts| Some(facts.delivery.as_ref()?.source.clone()));
    sources.collect()
}

/// One reason per scheme that the policy names; some are shown only.
fn regulatory_approval(asked: &Asked<'_>) -> Vec<Reason> {
    let mut reasons = Vec::new();
    let shown = Asked {
        demand: asked.demand.min(Demand::Disclose),
        ..*asked
    };
    let demanded = asked.category.schemes.iter().map(|wanted| (asked, wanted));
    let disclosed = asked.category.disclosed_schemes.iter();
    let disclosed = disclosed.map(|wanted| (&shown, wanted));
    for (asked, wanted) in demanded.chain(disclosed) {
        let (yes, no, not_named) = asked.yes_and_no(
            Requirement::RegulatoryApproval,
            asked.of_variant(),
            |claim| match claim {
                Claim::RegulatoryApproval {
                    scheme,
                    country,
                    standing,
                    ..
                } if scheme == wanted && *country == asked.policy.country => Some(*standing),
                _ => None,
            },
        );
        let mut reason = if !no.is_empty() {
            asked.reason(ReasonCode::ApprovalRefused, &no)
        } else if yes.is_empty() {
            asked.reason(ReasonCode::ApprovalUnknown, &[])
        } else {
            asked.reason(ReasonCode::ApprovalOnFile, &yes)
        };
        if reason.code != ReasonCode::ApprovalOnFile {
            reason.supplier = Some(Supplier::Regulator);
        }
        reason.detail = Detail::Word(wanted.clone());
        reason.not_named = not_named;
        reasons.push(reason);
    }
    if asked.category.schemes.is_empty() {
        // Asked for, but the policy names no scheme: nothing can fulfil it.
        let mut reason = asked.reason(ReasonCode::ApprovalUnknown, &[]);
        reason.supplier = Some(Supplier::Operator);
        reasons.push(reason);
    }
    reasons
}

fn authenticity(asked: &Asked<'_>) -> Vec<Reason> {
    let units = About::Units(asked.offer.variant.clone());
    let found = asked
        .under
        .seller
        .into_iter()
        .flat_map(|facts| facts.in_force_about(&units, asked.moment));
    let (yes, no, not_named) =
        asked.yes_and_no(Requirement::Authenticity, found, |claim| match claim {
            Claim::CustodyEvent { standing, .. } => Some(*standing),
            _ => None,
        });
    let mut reason = if !no.is_empty() {
        asked.reason(ReasonCode::AuthenticityRefused, &no)
    } else if yes.is_empty() {
        asked.reason(ReasonCode::AuthenticityNotVouched, &[])
    } else {
        asked.reason(ReasonCode::AuthenticityVouched, &yes)
    };
    if reason.code != ReasonCode::AuthenticityVouched {
        reason.supplier = Some(Supplier::Brand(asked.offer.brand.clone()));
    }
    reason.not_named = not_named;
    vec![reason]
}
