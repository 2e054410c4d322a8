//! What to ask of whom, gathered: one text for each who can supply something, with the devices that it is for.
//!
//! Drafts only; nobody is written to.

use std::collections::{BTreeMap, BTreeSet};

use domain::id::MarketId;
use domain::place::Country;
use domain::policy::Requirement;

/// Devices that a request names; the others are counted.
const DEVICES_MAX: usize = 500;

/// What is missing.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct What {
    pub requirement: Requirement,
    /// A scheme, where there is one.
    pub word: String,
}

impl What {
    /// As a request says it.
    fn words(&self, country: Country) -> String {
        match self.requirement {
            Requirement::SalesAuthorization => format!("Whether you authorise the seller to sell it in {country}, and until when"),
            Requirement::DeviceCertification => "Whether you certified it for your network, in which variant and software, and until when".to_owned(),
            Requirement::RadioFit => "Which bands it has and your network uses, and whether calls and emergency calls work over LTE".to_owned(),
            Requirement::PlatformFit => "Whether it is certified for your platform".to_owned(),
            Requirement::RegulatoryApproval => format!("The identifier of its {} approval for {country}, its holder, and the document", self.word),
            Requirement::Authenticity => "Whether you vouch that this seller's units are genuine".to_owned(),
            Requirement::LawfulResale => "Where its units were first put on the market, with the invoice".to_owned(),
            Requirement::NoStopSale => "Whether the stop of its sale can be ended".to_owned(),
        }
    }
}

/// What is asked of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// Of whom.
    pub who: String,
    /// What it is about.
    pub subject: String,
    /// The text, ready to be sent after it was read.
    pub text: String,
    /// How many devices it is for.
    pub devices: usize,
}

/// All that is missing, by who can supply it.
#[derive(Clone, Debug)]
pub struct Requests {
    market: MarketId,
    country: Country,
    by_whom: BTreeMap<String, BTreeMap<What, BTreeSet<String>>>,
}

impl Requests {
    pub(super) fn new(market: &MarketId, country: Country) -> Self {
        Self {
            market: market.clone(),
            country,
            by_whom: BTreeMap::new(),
        }
    }

    pub(super) fn put(&mut self, who: &str, what: &What, device: &str) {
        let asked = self.by_whom.entry(who.to_owned()).or_default();
        let of = asked.entry(what.clone()).or_default();
        if !of.contains(device) {
            of.insert(device.to_owned());
        }
    }

    /// One for each who can supply something, those with the most devices first.
    #[must_use]
    pub fn drafted(&self) -> Vec<Request> {
        let mut drafted: Vec<Request> = self
            .by_whom
            .iter()
            .map(|(who, asked)| self.draft(who, asked))
            .collect();
        drafted.sort_by(|a, b| b.devices.cmp(&a.devices).then_with(|| a.who.cmp(&b.who)));
        drafted
    }

    fn draft(&self, who: &str, asked: &BTreeMap<What, BTreeSet<String>>) -> Request {
        let devices = asked.values().map(BTreeSet::len).max().unwrap_or(0);
        let things = if devices == 1 { "device" } else { "devices" };
        let mut text = format!(
            "To {who}\n\nWe would like to sell {devices} {things} in {} (market {}), and do so only with what follows on file. Please answer for each device, or say who can.\n",
            self.country, self.market
        );
        // Devices of which the same is asked are named once.
        let mut sets: Vec<(Vec<String>, &BTreeSet<String>)> = Vec::new();
        for (what, of) in asked {
            let words = what.words(self.country);
            match sets.iter_mut().find(|(_, known)| *known == of) {
                Some((all, _)) => all.push(words),
                None => sets.push((vec![words], of)),
            }
        }
        for (what, of) in sets {
            text.push('\n');
            for words in what {
                text.push_str(&format!("{words}:\n"));
            }
            for device in of.iter().take(DEVICES_MAX) {
                text.push_str(&format!("  - {device}\n"));
            }
            if of.len() > DEVICES_MAX {
                text.push_str(&format!("  and {} more\n", of.len() - DEVICES_MAX));
            }
        }
        Request {
            who: who.to_owned(),
            subject: format!("What is missing for {devices} {things} in {}", self.country),
            text,
            devices,
        }
    }
}
