//! What the gate says of a row: each device, seller and condition is judged once.

use std::sync::Arc;

use catalogue::key;
use domain::id::{DataSetId, SellerId};
use domain::listing::{Condition, Offer};
use gate::reason::{Detail, Supplier};
use gate::sentence::{Names, sentence};
use gate::snapshot::{DataSetFacts, Moment};
use gate::{Outcome, Question, Reason, Snapshot, Verdict};
use store::directory::{Brand, Party};

use super::matching::{Found, Listed, Matched, Variant, in_lists};
use super::requests::What;
use super::setting::{LISTS, find_seller, put_seller};
use super::{Audited, Auditor, Came, Column, made_up};
use crate::error::Error;
use crate::node::DirectoryNames;
use crate::supposed;

/// Something that is missing, and who can supply it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ask {
    pub who: String,
    pub what: What,
}

/// An answer, for all rows of one device, seller and condition.
#[derive(Clone, Debug)]
pub struct Judged {
    pub came: Came,
    pub networks: Vec<(String, Outcome)>,
    pub why: Vec<String>,
    pub asks: Vec<Ask>,
}

/// A condition as people write it; none: not by a word that is known.
fn condition(text: &str) -> Option<Condition> {
    let text = text.to_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| text.contains(word));
    if has(&[
        "refurb",
        "renewed",
        "recondition",
        "überholt",
        "ueberholt",
        "reacondicionado",
        "ricondizionat",
        "восстановлен",
    ]) {
        Some(Condition::Refurbished)
    } else if has(&[
        "used",
        "pre-owned",
        "preowned",
        "gebraucht",
        "occasion",
        "usado",
        "usato",
        "fair",
        "good",
        "parts",
        "gebruikt",
        "б/у",
        "open box",
    ]) {
        Some(Condition::Used)
    } else if text.trim().is_empty()
        || has(&[
            "new", "neu", "nuevo", "nuovo", "novo", "nieuw", "nowy", "нов", "yeni", "全新",
        ])
    {
        Some(Condition::New)
    } else {
        None
    }
}

/// A reason as a sentence: what is in the way of a row stands beside the gate's.
fn in_full(why: &str) -> String {
    let mut signs = why.chars();
    let first = signs.next().map(|c| c.to_uppercase().to_string());
    let end = if why.ends_with('.') { "" } else { "." };
    format!("{}{}{end}", first.unwrap_or_default(), signs.as_str())
}

impl Auditor {
    /// Finds the variants of the devices that are new, and puts what lists say of them where the gate sees it.
    pub(super) fn learn(&mut self, matched: &[Matched]) -> Result<Snapshot, Error> {
        let mut facts = DataSetFacts {
            networks: self.hosts.clone(),
            ..DataSetFacts::default()
        };
        let mut new: Vec<Variant> = Vec::new();
        for found in matched.iter().filter_map(|row| row.found.as_ref().ok()) {
            let Some(ask) = found.asks.first() else {
                continue;
            };
            if !self.devices.contains_key(ask) {
                let meant = self.meant(found);
                new.extend(meant.iter().filter(|one| one.listed.is_some()).cloned());
                self.devices.insert(ask.clone(), meant.into());
            }
            let variants = self.devices.get(ask).map(Arc::clone);
            for variant in variants.iter().flat_map(|variants| variants.iter()) {
                if let Some(Listed { rows, .. }) = &variant.listed
                    && !facts.devices.contains_key(&variant.variant)
                {
                    let atlas = &self.titles.atlas;
                    facts
                        .devices
                        .insert(variant.variant.clone(), atlas.radios_of(rows));
                    facts
                        .platform
                        .insert(variant.variant.clone(), atlas.platform_of(rows));
                }
            }
        }
        super::lists::put(&self.lists, &new, &self.titles, &mut self.snapshot)?;
        let mut snapshot = self.snapshot.clone();
        if let Ok(id) = LISTS.parse::<DataSetId>() {
            snapshot.put_data_set(id, Arc::new(facts));
        }
        Ok(snapshot)
    }

    /// The variants that a row may mean: those of the directory, else those of the lists.
    fn meant(&mut self, found: &Found) -> Vec<Variant> {
        for ask in &found.asks {
            let sold = supposed::meant(&self.directory, ask).into_iter();
            let sold = sold.filter_map(|variant| {
                let mut models = self.directory.models.iter();
                let model = models.find(|one| one.id == variant.model)?;
                Some(Variant {
                    brand: model.brand.clone(),
                    model: model.id.clone(),
                    variant: variant.id.clone(),
                    category: model.category.clone(),
                    code: variant.code.clone(),
                    listed: None,
                })
            });
            let sold: Vec<Variant> = sold.collect();
            if !sold.is_empty() {
                return sold;
            }
        }
        // Never given again: what lists say of a device is kept by it.
        let number = self.met;
        self.met += 1;
        let listed = found.asks.iter().map(|ask| in_lists(&self.titles, ask));
        let listed = listed.into_iter().find(|listed| !listed.is_empty());
        let listed = listed.into_iter().flatten().enumerate();
        listed
            .filter_map(|(index, (code, listed))| self.listed(code, listed, (number, index)))
            .collect()
    }

    /// A variant that lists have and the directory has not.
    fn listed(
        &mut self,
        code: String,
        listed: Listed,
        (number, index): (usize, usize),
    ) -> Option<Variant> {
        let same = |one: &&Brand| key::brand(&one.name) == key::brand(&listed.brand);
        let brand_id = match self.directory.brands.iter().find(same) {
            Some(known) => known.id.clone(),
            None => {
                let count = self.directory.brands.len();
                let made = Brand {
                    id: made_up("brand", count).ok()?,
                    party: made_up("brand", count).ok()?,
                    name: listed.brand.clone(),
                };
                self.directory.parties.push(Party {
                    id: made.party.clone(),
                    role: "brand".to_owned(),
                    name: made.name.clone(),
                });
                self.directory.brands.push(made.clone());
                made.id
            }
        };
        Some(Variant {
            brand: brand_id,
            model: made_up("model", number).ok()?,
            variant: made_up(&format!("variant{number}-"), index).ok()?,
            category: self.category.clone(),
            code,
            listed: Some(listed),
        })
    }

    /// The answer for a row.
    pub(super) fn judge(&mut self, snapshot: &Snapshot, row: Matched) -> Audited {
        let Matched { goods, found } = row;
        let found = match found {
            Ok(found) => found,
            Err((came, why)) => {
                let why = in_full(&why);
                let answer = Judged {
                    came,
                    networks: Vec::new(),
                    why: vec![why],
                    asks: Vec::new(),
                };
                return Audited {
                    goods,
                    came,
                    device: String::new(),
                    ask: String::new(),
                    because: String::new(),
                    answer: Arc::new(answer),
                };
            }
        };
        let seller = self.seller_of(goods.said(Column::Seller));
        let said = goods.said(Column::Condition);
        // A word that is not known is held to be the worst.
        let condition = condition(said).unwrap_or(Condition::Used);
        let ask = found.asks.first().cloned().unwrap_or_default();
        let key = (ask.clone(), seller.clone(), condition);
        let answer = match self.answers.get(&key) {
            Some(known) => Arc::clone(known),
            None => {
                let judged = Arc::new(self.judged(snapshot, &ask, &seller, condition));
                for ask in &judged.asks {
                    self.requests.put(&ask.who, &ask.what, &found.name);
                }
                self.answers.insert(key, Arc::clone(&judged));
                judged
            }
        };
        let answer = match found.unknown_code.as_str() {
            "" => answer,
            code => of_unknown_code(answer, code),
        };
        Audited {
            came: answer.came,
            device: found.name,
            ask,
            because: found.because,
            goods,
            answer,
        }
    }

    /// Who sells: as the row says, else as whoever asks said.
    fn seller_of(&mut self, said: &str) -> SellerId {
        if said.is_empty() {
            return self.seller.clone();
        }
        if let Some(known) = find_seller(&self.directory, said) {
            return known.id.clone();
        }
        put_seller(&mut self.directory, said).map_or_else(|_| self.seller.clone(), |made| made.id)
    }

    fn judged(
        &self,
        snapshot: &Snapshot,
        ask: &str,
        seller: &SellerId,
        condition: Condition,
    ) -> Judged {
        let variants = self.devices.get(ask).map_or(&[][..], |variants| variants);
        let verdicts: Vec<(&Variant, Verdict)> = variants
            .iter()
            .map(|variant| {
                let offer = Offer {
                    market: self.market.clone(),
                    seller: seller.clone(),
                    brand: variant.brand.clone(),
                    model: variant.model.clone(),
                    variant: variant.variant.clone(),
                    category: variant.category.clone(),
                    condition,
                    build: None,
                    listing: None,
                };
                let question = Question {
                    offer: &offer,
                    moment: Moment::at(self.at),
                };
                (variant, snapshot.verdict(&question))
            })
            .collect();
        let Some((_, worst)) = verdicts.iter().max_by_key(|(_, verdict)| verdict.outcome) else {
            let why =
                "no list that was imported says more of it than its name; import a list of devices"
                    .to_owned();
            return Judged {
                came: Came::Unmatched,
                networks: Vec::new(),
                why: vec![why],
                asks: Vec::new(),
            };
        };
        let names = DirectoryNames(&self.directory);
        let mut judged = told(worst, &names);
        let agree = verdicts
            .iter()
            .all(|(_, verdict)| verdict.outcome == worst.outcome);
        if verdicts.len() > 1 {
            let each = verdicts.iter().map(|(variant, verdict)| match agree {
                true => variant.code.clone(),
                false => format!("{} {}", variant.code, Came::of(verdict.outcome).name()),
            });
            let each: Vec<String> = each.collect();
            if !agree {
                judged.came = Came::Unknown;
            }
            let which = match agree {
                true => "The same for each variant that it may be",
                false => "It depends on the variant; give the model code",
            };
            judged
                .why
                .insert(0, format!("{which}: {}.", each.join(", ")));
        }
        judged
    }
}

/// The same for a row whose title was understood and whose model code is none that is known. What is known of a device is
/// known of its variants, and this may be another.
fn of_unknown_code(answer: Arc<Judged>, code: &str) -> Arc<Judged> {
    if answer.came != Came::Sellable {
        return answer;
    }
    let why = format!(
        "By its title it may be sold, but no list that was imported has its model code {code}, so it may be another variant; give the model code that is printed on the device."
    );
    let mut judged = Judged::clone(&answer);
    judged.came = Came::Unknown;
    judged.why.insert(0, why);
    Arc::new(judged)
}

fn told(verdict: &Verdict, names: &dyn Names) -> Judged {
    let mut why: Vec<String> = Vec::new();
    let mut asks: Vec<Ask> = Vec::new();
    for reason in verdict.blocking() {
        let said = sentence(reason, names);
        if !why.contains(&said) {
            why.push(said);
        }
        if let Some(ask) = ask(reason, names)
            && !asks.contains(&ask)
        {
            asks.push(ask);
        }
    }
    for reason in verdict.notices() {
        why.push(format!("Shown: {}", sentence(reason, names)));
    }
    let networks = verdict.networks.iter();
    Judged {
        came: Came::of(verdict.outcome),
        networks: networks
            .map(|(id, outcome)| (names.network(id), *outcome))
            .collect(),
        why,
        asks,
    }
}

fn ask(reason: &Reason, names: &dyn Names) -> Option<Ask> {
    let who = match reason.supplier.as_ref()? {
        Supplier::Brand(id) => names.brand(id),
        Supplier::HostNetwork(id) => names.network(id),
        Supplier::Seller(id) => names.seller(id),
        Supplier::ThisSeller => "the seller".to_owned(),
        Supplier::PlatformOwner => "the platform's owner".to_owned(),
        Supplier::Regulator => "the maker, who holds the approvals".to_owned(),
        Supplier::Operator => "ourselves".to_owned(),
    };
    let word = match &reason.detail {
        Detail::Word(word) => word.clone(),
        _ => String::new(),
    };
    let what = What {
        requirement: reason.requirement,
        word,
    };
    Some(Ask { who, what })
}
