//! A verdict as pages show it: per host network, reason by reason, and what would have to arrive.

use domain::evidence::{Authority, FactRef, Source};
use domain::id::HostNetworkId;
use domain::licence::CommercialUse;
use domain::listing::ListingState;
use trade::directory::Directory;
use trade::gate::remedy::Step;
use trade::gate::sentence::{self, Names as _};
use trade::gate::{Outcome, Reason, Snapshot, Verdict, WhyNot, snapshot};
use trade::node::DirectoryNames;
use trade::offers::Judged;

use super::wording;

/// A mark with words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Badge {
    pub tone: &'static str,
    pub sign: &'static str,
    pub text: String,
}

/// Where a fact comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceView {
    /// Title and date, the date once.
    pub name: String,
    pub title: String,
    pub dated: String,
    pub weight: &'static str,
    /// As the source states it, and whether it allows trade; empty: it is somebody's own word.
    pub licence: String,
}

impl From<&Source> for SourceView {
    fn from(source: &Source) -> Self {
        let (title, dated) = (source.title.to_string(), source.dated.to_string());
        let mut name = if dated.is_empty() || title.contains(&dated) {
            title.clone()
        } else {
            format!("{title} ({dated})")
        };
        let licence = source.licence.as_ref();
        let is_forbidden =
            licence.is_some_and(|licence| licence.commercial_use == CommercialUse::Forbidden);
        if is_forbidden {
            name.push_str(", not for commercial use");
        }
        Self {
            name,
            title,
            dated,
            weight: match source.authority {
                Authority::Own => "own word",
                Authority::PublicList if is_forbidden => "public list, not for commercial use",
                Authority::PublicList => "public list",
                Authority::BuiltIn => "built-in table",
            },
            licence: licence.map_or_else(String::new, ToString::to_string),
        }
    }
}

/// One reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReasonView {
    pub tone: &'static str,
    pub sign: &'static str,
    pub code: &'static str,
    pub sentence: String,
    pub is_notice: bool,
    pub missing: Option<String>,
    pub sources: Vec<SourceView>,
    /// Entries of the record that it rests on.
    pub entries: Vec<u64>,
    /// Who vouches that its issuers said so; none: it rests on no evidence.
    pub vouching: Option<&'static str>,
    pub holds_until: Option<String>,
}

/// What is asked of the market as a whole, or of one host network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReasonGroup {
    pub title: String,
    pub badge: Option<Badge>,
    pub reasons: Vec<ReasonView>,
}

/// A verdict.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerdictView {
    pub badge: Badge,
    pub groups: Vec<ReasonGroup>,
    pub missing: Vec<String>,
    pub holds_until: Option<String>,
}

impl VerdictView {
    pub fn new(verdict: &Verdict, directory: &Directory, known: &Snapshot) -> Self {
        let names = DirectoryNames(directory);
        let of = |network: Option<&HostNetworkId>| -> Vec<ReasonView> {
            let reasons = verdict.reasons.iter();
            reasons
                .filter(|reason| reason.network.as_ref() == network)
                .map(|reason| reason_view(reason, verdict, &names, known))
                .collect()
        };
        let mut groups = vec![ReasonGroup {
            title: "In this market".to_owned(),
            badge: None,
            reasons: of(None),
        }];
        for (network, outcome) in &verdict.networks {
            groups.push(ReasonGroup {
                title: format!("On {}", names.network(network)),
                badge: Some(badge(*outcome, wording::outcome(*outcome).to_owned())),
                reasons: of(Some(network)),
            });
        }
        groups.retain(|group| !group.reasons.is_empty());
        let mut missing: Vec<String> = Vec::new();
        for line in verdict
            .blocking()
            .filter_map(|reason| sentence::missing(reason, &names))
        {
            if !missing.contains(&line) {
                missing.push(line);
            }
        }
        Self {
            badge: badge(
                verdict.outcome,
                wording::outcome(verdict.outcome).to_owned(),
            ),
            groups,
            missing,
            holds_until: verdict.holds_until.map(wording::moment_or_day),
        }
    }
}

fn reason_view(
    reason: &Reason,
    verdict: &Verdict,
    names: &DirectoryNames<'_>,
    known: &Snapshot,
) -> ReasonView {
    let outcome = reason.outcome();
    let is_notice = !reason.blocks() && outcome != Outcome::Sellable;
    let entries = reason.facts.iter().filter_map(|fact| match fact {
        FactRef::Evidence(id) => verdict
            .scopes
            .iter()
            .find_map(|(scope, _)| snapshot::find(known, scope, id))
            .map(|recorded| recorded.position),
        FactRef::Row { .. } => None,
    });
    ReasonView {
        tone: if is_notice {
            "open"
        } else {
            wording::tone(outcome)
        },
        sign: if is_notice {
            "!"
        } else {
            wording::sign(outcome)
        },
        code: reason.code.name(),
        sentence: sentence::sentence(reason, names),
        is_notice,
        missing: sentence::missing(reason, names),
        sources: reason.sources.iter().map(SourceView::from).collect(),
        entries: entries.collect(),
        vouching: vouching(reason),
        holds_until: reason.holds_until.map(wording::moment_or_day),
    }
}

/// The ways to fulfil one requirement that blocks.
pub struct WaysView {
    pub what: String,
    pub ways: Vec<String>,
}

/// What would make an offer sellable; last, all of it in the fewest steps.
pub fn ways(why_not: &WhyNot, directory: &Directory) -> Vec<WaysView> {
    let names = DirectoryNames(directory);
    let told = |steps: &[Step]| -> String {
        let steps = steps.iter().map(|step| sentence::step(step, &names));
        steps.collect::<Vec<String>>().join(" ")
    };
    let mut all: Vec<WaysView> = Vec::new();
    for remedy in &why_not.remedies {
        let codes = remedy.reasons.iter().map(|reason| reason.code.name());
        let codes = codes.collect::<Vec<&str>>().join(", ");
        let network = remedy.network.as_ref().map(|id| names.network(id));
        all.push(WaysView {
            what: network.map_or_else(|| codes.clone(), |on| format!("{codes} on {on}")),
            ways: remedy.ways.iter().map(|way| told(way)).collect(),
        });
    }
    if let Some(steps) = why_not.together.as_ref().filter(|_| all.len() > 1) {
        all.push(WaysView {
            what: "All together, in the fewest steps".to_owned(),
            ways: vec![told(steps)],
        });
    }
    all
}

fn vouching(reason: &Reason) -> Option<&'static str> {
    let is_evidence = |fact: &&FactRef| matches!(fact, FactRef::Evidence(_));
    let evidence = reason.facts.iter().filter(is_evidence).count();
    match (evidence, reason.signed.len()) {
        (0, _) => None,
        (_, 0) => Some("entered by the operator"),
        (all, signed) if all == signed => Some("signed by its issuer"),
        _ => Some("signed by its issuer in part, entered by the operator in part"),
    }
}

fn badge(outcome: Outcome, text: String) -> Badge {
    Badge {
        tone: wording::tone(outcome),
        sign: wording::sign(outcome),
        text,
    }
}

/// What a listing is now, in a few words: whether it can be bought, and if not, why first of all.
pub fn listing_badge(judged: &Judged, directory: &Directory) -> Badge {
    if judged.is_buyable {
        return badge(Outcome::Sellable, "On sale".to_owned());
    }
    let refused = |text: String| badge(Outcome::Refused, text);
    match judged.listing.state {
        ListingState::Offered => {}
        ListingState::TakenDown => {
            let names = DirectoryNames(directory);
            let first = judged.verdict.blocking().next();
            let why = first.map(|reason| format!(": {}", sentence::sentence(reason, &names)));
            return refused(format!("Taken down{}", why.unwrap_or_default()));
        }
        ListingState::Ended => return refused("Ended".to_owned()),
        ListingState::Draft => return badge(Outcome::Unknown, "Draft".to_owned()),
    }
    if let Some(first) = judged.verdict.blocking().next() {
        let why = sentence::sentence(first, &DirectoryNames(directory));
        return badge(judged.verdict.outcome, format!("Not sold here: {why}"));
    }
    if !judged.verdict.is_sellable() {
        return refused("Not sold here.".to_owned());
    }
    if judged.available == 0 {
        return refused("Sold out".to_owned());
    }
    badge(
        Outcome::Unknown,
        "Not shown as on sale while this server catches up with the record".to_owned(),
    )
}
