//! "What is this unit?": one device by its IMEI, what lists say of its model, and whether a list of blocked
//! units names it.
//!
//! The number is read, hashed and dropped. It is in no answer, no error and no table; what is shown is its type
//! allocation code, which says the model. That a list does not name a unit says nothing beyond that list.

use std::sync::Arc;

use domain::Instant;
use domain::number::{Imei, ImeiError, ReportingBody, Tac};
use domain::place::Country;
use store::blocked::{self, BlockedList};
use store::db::{Job, Tx};

use crate::atlas::{AtlasKeeper, TacClaim};
use crate::check::{CheckRequest, Checked};
use crate::error::{Code, Error, Kind};
use crate::house::House;

/// What is asked. Without `Debug`: it holds the number.
pub struct UnitRequest {
    /// The IMEI as it was typed.
    pub imei: String,
    /// Whether it works on this network, by its name in a country.
    pub network: Option<(String, Country)>,
    /// As of this instant.
    pub at: Instant,
}

/// That a list names the unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blocked {
    /// Which list, and when it was delivered.
    pub list: BlockedList,
    /// Why, in the list's words.
    pub reason: Option<String>,
    /// Since when.
    pub since: Option<Instant>,
    /// Who reported it, for the operator's eyes.
    pub reported_by: Option<String>,
}

/// What the lists of blocked units come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// At least one list names the unit.
    Blocked,
    /// Lists were looked into, and none names it.
    NotListed,
    /// There was no list to look into.
    NotChecked,
}

impl Standing {
    /// As written in answers.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Blocked => "blocked",
            Self::NotListed => "not_listed",
            Self::NotChecked => "not_checked",
        }
    }
}

/// What was found.
#[derive(Clone, Debug, PartialEq)]
pub struct UnitChecked {
    /// Its type allocation code; who allocated it is asked of the code.
    pub tac: Tac,
    /// What each list says of the model; they may contradict each other.
    pub models: Vec<TacClaim>,
    /// Whether it works on the network that was asked for, or why that is not known.
    pub fit: Option<Result<Checked, Error>>,
    /// The lists that name it.
    pub blocked: Vec<Blocked>,
    /// The lists that were looked into.
    pub lists: Vec<BlockedList>,
    /// Names of lists that were hashed with a key that this house does not have, and so tell nothing here.
    pub not_read: Vec<String>,
}

impl UnitChecked {
    /// What the lists come to.
    #[must_use]
    pub fn standing(&self) -> Standing {
        match (self.blocked.as_slice(), self.lists.as_slice()) {
            ([_, ..], _) => Standing::Blocked,
            ([], [_, ..]) => Standing::NotListed,
            ([], []) => Standing::NotChecked,
        }
    }

    /// Who allocated its code, in a sentence.
    #[must_use]
    pub fn body_sentence(&self) -> String {
        let tac = self.tac;
        match tac.reporting_body() {
            Some(ReportingBody::Allocating(name)) => {
                format!("The type allocation code {tac} is of those that {name} allocates or did.")
            }
            Some(ReportingBody::Test) => format!(
                "The type allocation code {tac} is of those for test devices, which no shop may sell."
            ),
            None => format!(
                "No body is known to allocate codes like {tac}, so the number may be made up."
            ),
        }
    }

    /// In a sentence or several, saying no more than the lists do.
    #[must_use]
    pub fn sentence(&self) -> String {
        let mut said: Vec<String> = self.blocked.iter().map(Blocked::sentence).collect();
        match self.standing() {
            Standing::Blocked => {}
            Standing::NotListed => {
                let lists = self
                    .lists
                    .iter()
                    .map(|list| format!("{} (delivered {})", list.name, list.imported_at.date()));
                let lists: Vec<String> = lists.collect();
                said.push(format!(
                    "It is not on these lists of blocked units: {}. Other lists, and later deliveries, may name it.",
                    lists.join(", ")
                ));
            }
            Standing::NotChecked => said.push(
                "Whether it is blocked was not checked: there is no list to look into.".to_owned(),
            ),
        }
        if !self.not_read.is_empty() {
            said.push(format!(
                "Not looked into, since hashed with the key of another house: {}.",
                self.not_read.join(", ")
            ));
        }
        said.join(" ")
    }
}

impl Blocked {
    fn sentence(&self) -> String {
        let reason = self.reason.as_ref();
        let reason =
            reason.map_or_else(String::new, |reason| format!(", for the reason {reason:?}"));
        let since = self.since;
        let since = since.map_or_else(String::new, |since| format!(", since {}", since.date()));
        let list = &self.list;
        format!(
            "The list {} (delivered {}) names it as blocked{reason}{since}.",
            list.name,
            list.imported_at.date()
        )
    }
}

/// What is read of one unit.
struct Look {
    tac: Tac,
    unit_hash: String,
    key_mark: String,
    keeper: Arc<AtlasKeeper>,
}

struct Seen {
    models: Vec<TacClaim>,
    blocked: Vec<Blocked>,
    lists: Vec<BlockedList>,
    not_read: Vec<String>,
}

impl Job for Look {
    type Out = Seen;
    type Err = Error;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Seen, Error> {
        let all = blocked::lists(tx).await?;
        let (lists, others): (Vec<_>, Vec<_>) = all
            .into_iter()
            .partition(|list| list.key_mark == self.key_mark);
        let sets = self.keeper.sets(tx).await?;
        let mut models = self.keeper.tac(tx, &sets, self.tac).await?.claims;
        // What anybody wrote of a device that was reported is no list's word on the model.
        models.retain(|claim| !claim.is_free_text);
        let found = blocked::on_lists(tx, &self.unit_hash).await?;
        let blocked = found.into_iter().filter_map(|(name, unit)| {
            let list = lists.iter().find(|list| list.name == name)?.clone();
            Some(Blocked {
                list,
                reason: unit.reason,
                since: unit.since,
                reported_by: unit.reported_by,
            })
        });
        Ok(Seen {
            models,
            blocked: blocked.collect(),
            not_read: others.into_iter().map(|list| list.name).collect(),
            lists,
        })
    }
}

/// What is wrong with an IMEI, without the IMEI.
fn not_an_imei(error: ImeiError) -> Error {
    Error::new(Code::ImeiInvalid, error.to_string())
}

impl House {
    /// Answers what is known of one unit.
    ///
    /// # Errors
    /// It is no IMEI, with the first rule that it breaks; the database. That the network or the device is not
    /// known is in the answer.
    pub async fn check_unit(&self, request: UnitRequest) -> Result<UnitChecked, Error> {
        let imei: Imei = request.imei.parse().map_err(not_an_imei)?;
        let (tac, key) = (imei.tac(), self.keeper.unit_key());
        let seen = self
            .db
            .read(Look {
                tac,
                unit_hash: key.hash(imei.unit()),
                key_mark: key.mark(),
                keeper: Arc::clone(&self.atlas),
            })
            .await?;
        let fit = match request.network {
            None => None,
            Some((network, country)) => {
                let request = CheckRequest {
                    device: tac.to_string(),
                    network,
                    country,
                    at: request.at,
                };
                match self.check(request).await {
                    Err(error) if matches!(error.code.kind(), Kind::Unavailable | Kind::Broken) => {
                        return Err(error);
                    }
                    answer => Some(answer),
                }
            }
        };
        Ok(UnitChecked {
            tac,
            models: seen.models,
            fit,
            blocked: seen.blocked,
            lists: seen.lists,
            not_read: seen.not_read,
        })
    }
}
