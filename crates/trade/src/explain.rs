//! Why not, and what would make it sellable.
//!
//! The gate finds it out by trying ([`gate::remedy`]); this file says who could speak for whom. Answers by what this
//! node has followed, and records nothing.

use domain::evidence::Claim;
use domain::id::PartyId;
use domain::listing::Offer;
use domain::scope::Scope;
use domain::trust::Role;
use gate::reason::Supplier;
use gate::remedy::{Issuers, WhyNot};
use gate::snapshot::Moment;
use gate::{Question, Snapshot};
use store::directory::Directory;

use crate::house::House;
use crate::roles::roles;

/// Who speaks for a supplier, by the directory. Where it has nobody for a supplier that every market has, an id that
/// says what is meant stands for them.
struct DirectoryIssuers<'a> {
    directory: &'a Directory,
    snapshot: &'a Snapshot,
    offer: &'a Offer,
    moment: Moment,
}

impl DirectoryIssuers<'_> {
    fn in_role(&self, roles: &[&str], stand_in: &str) -> Vec<PartyId> {
        let parties = self.directory.parties.iter();
        let found: Vec<PartyId> = parties
            .filter(|party| roles.contains(&party.role.as_str()))
            .map(|party| party.id.clone())
            .collect();
        if found.is_empty() {
            stand_in.parse().into_iter().collect()
        } else {
            found
        }
    }
}

impl Issuers for DirectoryIssuers<'_> {
    fn of(&self, supplier: &Supplier) -> Vec<PartyId> {
        let directory = self.directory;
        match supplier {
            Supplier::Brand(id) => {
                let found = directory.brands.iter().find(|one| one.id == *id);
                found.map(|one| one.party.clone()).into_iter().collect()
            }
            Supplier::HostNetwork(id) => {
                let found = directory.networks.iter().find(|one| one.id == *id);
                found.map(|one| one.party.clone()).into_iter().collect()
            }
            Supplier::ThisSeller => {
                let sellers = directory.sellers.iter();
                let own = sellers.filter(|one| one.id == self.offer.seller);
                own.map(|one| one.party.clone()).collect()
            }
            Supplier::Seller(id) => {
                let found = directory.sellers.iter().find(|one| one.id == *id);
                found.map(|one| one.party.clone()).into_iter().collect()
            }
            Supplier::PlatformOwner => {
                self.in_role(&["platform", "platform_owner"], "platform-owner")
            }
            Supplier::Regulator => self.in_role(&["regulator"], "regulator"),
            Supplier::Operator => match self.snapshot.policy(&self.offer.market, self.moment) {
                Some((policy, _)) => vec![policy.carrier.clone()],
                None => self.in_role(&["operator"], "operator"),
            },
        }
    }

    fn roles(&self, issuer: &PartyId, scope: &Scope, claim: &Claim) -> Vec<Role> {
        roles(self.directory, issuer, scope, claim)
    }
}

impl House {
    /// Why an offer may not be sold, and what would make it sellable; each way was tried.
    #[must_use]
    pub fn why_not(&self, offer: &Offer, moment: Moment) -> WhyNot {
        let snapshot = self.snapshot();
        let directory = self.directory();
        let issuers = DirectoryIssuers {
            directory: &directory,
            snapshot: &snapshot,
            offer,
            moment,
        };
        snapshot.why_not(&Question { offer, moment }, &issuers)
    }
}
