//! The members of a party: who they are, what they may do, and their removal.
//!
//! Changes of the members of one party are made one after the other. A party keeps an owner, unless the operator
//! takes the last one away; the operator itself always keeps one.

use domain::Instant;
use domain::id::PartyId;
use domain::member::MemberRole;
use store::db::{Job, Tx};
use store::people::{self, User};

use super::{SignedIn, address, hash_password, user_id};
use crate::change::sha256;
use crate::error::{Code, Error};
use crate::house::House;

/// Most members of one party.
pub const MEMBERS_MAX: u32 = 500;
/// A party of this role is the operator's.
const OPERATOR: &str = "operator";

/// Who changes members.
#[derive(Clone, Copy, Debug)]
pub enum By<'a> {
    /// Whoever has the machine.
    Machine,
    /// A member.
    Member(&'a SignedIn),
}

/// What became of somebody who was registered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Registered {
    /// What they may do now.
    pub role: MemberRole,
    /// Whether they were there before, and have a new password.
    pub was_there: bool,
}

/// As [`By`], as a job keeps it.
#[derive(Clone, Debug)]
pub(super) struct Actor {
    /// A member's id; none: the machine.
    pub member: Option<String>,
    /// Whether they act for the operator, and so for every party.
    pub is_operator: bool,
}

impl Actor {
    pub(super) fn of(house: &House, by: By<'_>) -> Self {
        match by {
            By::Machine => Self {
                member: None,
                is_operator: true,
            },
            By::Member(person) => Self {
                member: Some(person.id.clone()),
                is_operator: house.is_operator(&person.party),
            },
        }
    }

    /// Refuses whoever is no longer an owner, and gives the party that they may act for alone; none: for any.
    ///
    /// A change of rights that is answered while this one waits its turn counts.
    pub(super) async fn reach(&self, tx: &mut Tx<'_>) -> Result<Option<PartyId>, Error> {
        let Some(id) = &self.member else {
            return Ok(None);
        };
        match people::find(tx, id).await? {
            Some(user) if user.role == MemberRole::Owner => {
                Ok((!self.is_operator).then_some(user.party))
            }
            _ => Err(Error::new(
                Code::SignInNeeded,
                "you are no longer an owner of the party",
            )),
        }
    }
}

/// What is done about one member is done by one transaction at a time.
pub(super) async fn lock(tx: &mut Tx<'_>, member: &str) -> Result<(), Error> {
    lock_by(tx, &format!("member {member}")).await
}

/// Who the owners of a party are is decided by one transaction at a time. Before the lock of any member.
pub(super) async fn lock_party(tx: &mut Tx<'_>, party: &PartyId) -> Result<(), Error> {
    lock_by(tx, &format!("members of {party}")).await
}

async fn lock_by(tx: &mut Tx<'_>, what: &str) -> Result<(), Error> {
    let digest = sha256(what.as_bytes());
    let key = u64::from_str_radix(&digest[..16], 16).unwrap_or_default();
    Ok(tx.lock_exclusive(&[key.cast_signed()]).await?)
}

struct Members(PartyId);

impl Job for Members {
    type Out = Vec<User>;
    type Err = Error;
    const SHORT_READ: bool = true;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Vec<User>, Error> {
        Ok(people::of_party(tx, &self.0, MEMBERS_MAX).await?)
    }
}

/// Adds somebody with a password, or gives a new one to somebody who is there.
struct Register {
    party: PartyId,
    email: String,
    password_hash: String,
    /// None: as they are; the first member is an owner, and another a clerk.
    role: Option<MemberRole>,
}

impl Job for Register {
    type Out = Registered;
    type Err = Error;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Registered, Error> {
        lock_party(tx, &self.party).await?;
        let id = user_id(&self.email);
        lock(tx, &id).await?;
        let now = Instant::from_epoch_ms(tx.now().await?);
        let known = people::find(tx, &id).await?;
        if let Some(known) = &known
            && known.party != self.party
        {
            let detail = format!("{} signs in for {} already", self.email, known.party);
            return Err(Error::new(Code::AddressTaken, detail));
        }
        let usual = match &known {
            Some(known) => known.role,
            None if people::of_party(tx, &self.party, 1).await?.is_empty() => MemberRole::Owner,
            None => MemberRole::Clerk,
        };
        let role = self.role.unwrap_or(usual);
        if let Some(known) = &known
            && role < known.role
        {
            keeps_an_owner(tx, known).await?;
        }
        let user = User {
            id,
            party: self.party.clone(),
            role,
            email: self.email.clone(),
            since: known.as_ref().map_or(now, |known| known.since),
        };
        people::put_user(tx, &user).await?;
        people::put_password(tx, &user.id, &self.password_hash, now).await?;
        people::end_sessions(tx, &user.id, None).await?;
        store::password_resets::end_all(tx, &user.id).await?;
        Ok(Registered {
            role,
            was_there: known.is_some(),
        })
    }
}

/// Refuses to take an owner away who is the only one.
async fn keeps_an_owner(tx: &mut Tx<'_>, owner: &User) -> Result<(), Error> {
    let members = people::of_party(tx, &owner.party, MEMBERS_MAX).await?;
    let is_another = |one: &User| one.role == MemberRole::Owner && one.id != owner.id;
    if owner.role != MemberRole::Owner || members.iter().any(is_another) {
        return Ok(());
    }
    let detail = format!("{} is the last owner of {}", owner.email, owner.party);
    Err(Error::new(Code::LastOwner, detail))
}

enum Step {
    Role(MemberRole),
    Remove,
}

/// Changes one member.
struct Change {
    by: Actor,
    member: String,
    step: Step,
    /// The operator's party keeps an owner whoever asks.
    operators: Vec<PartyId>,
}

impl Job for Change {
    type Out = ();
    type Err = Error;
    /// Taking away goes before orders.
    const URGENT: bool = true;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), Error> {
        let nobody = || Error::not_found("member", &self.member);
        let Some(before) = people::find(tx, &self.member).await? else {
            return Err(nobody());
        };
        lock_party(tx, &before.party).await?;
        lock(tx, &self.member).await?;
        let reach = self.by.reach(tx).await?;
        let target = people::find(tx, &self.member).await?;
        let Some(target) = target.filter(|one| one.party == before.party) else {
            return Err(nobody());
        };
        let is_within = reach.as_ref().is_none_or(|party| *party == target.party);
        if !is_within {
            return Err(nobody());
        }
        let takes_away = match self.step {
            Step::Role(role) => role < target.role,
            Step::Remove => true,
        };
        if takes_away && (reach.is_some() || self.operators.contains(&target.party)) {
            keeps_an_owner(tx, &target).await?;
        }
        let now = Instant::from_epoch_ms(tx.now().await?);
        match self.step {
            Step::Role(role) => people::set_role(tx, &target.id, role).await?,
            Step::Remove => people::remove(tx, &target.id, now).await?,
        }
        Ok(())
    }
}

impl House {
    /// Whether a party is the operator's.
    #[must_use]
    pub fn is_operator(&self, party: &PartyId) -> bool {
        let directory = self.directory();
        let mut parties = directory.parties.iter();
        parties.any(|one| one.id == *party && one.role == OPERATOR)
    }

    /// Adds an owner who signs in, or gives them a new password, which ends their sessions.
    ///
    /// # Errors
    /// As [`House::register_user`].
    pub async fn put_user(
        &self,
        party: PartyId,
        email: &str,
        password: String,
    ) -> Result<(), Error> {
        let owner = Some(MemberRole::Owner);
        self.register_user(party, email, password, owner).await?;
        Ok(())
    }

    /// Adds somebody who signs in, or gives them a new password, which ends their sessions. Without a role they keep
    /// theirs; the first member of a party becomes an owner, and any other a clerk.
    ///
    /// # Errors
    /// The address is none or of another party's member, the password is too short or too long, it would take the
    /// last owner away, or the database.
    pub async fn register_user(
        &self,
        party: PartyId,
        email: &str,
        password: String,
        role: Option<MemberRole>,
    ) -> Result<Registered, Error> {
        let email = address(email)?;
        let password_hash = hash_password(password).await?;
        let register = Register {
            party,
            email,
            password_hash,
            role,
        };
        self.db.write(register).await
    }

    /// The members of a party, by address.
    ///
    /// # Errors
    /// The database.
    pub async fn members(&self, party: &PartyId) -> Result<Vec<User>, Error> {
        self.db.read(Members(party.clone())).await
    }

    /// Changes what a member may do, from the answer on.
    ///
    /// # Errors
    /// There is no such member, or not for who asks to know of; they are the last owner; or the database.
    pub async fn change_role(
        &self,
        by: By<'_>,
        member: &str,
        role: MemberRole,
    ) -> Result<(), Error> {
        self.change_member(by, member, Step::Role(role)).await
    }

    /// Removes a member: their sessions, tokens, password and links end with it.
    ///
    /// # Errors
    /// As [`House::change_role`].
    pub async fn remove_member(&self, by: By<'_>, member: &str) -> Result<(), Error> {
        self.change_member(by, member, Step::Remove).await
    }

    async fn change_member(&self, by: By<'_>, member: &str, step: Step) -> Result<(), Error> {
        let directory = self.directory();
        let parties = directory.parties.iter();
        let operators = parties.filter(|party| party.role == OPERATOR);
        let change = Change {
            by: Actor::of(self, by),
            member: member.to_owned(),
            step,
            operators: operators.map(|party| party.id.clone()).collect(),
        };
        self.db.write(change).await
    }

    /// Somebody's id by the address that they sign in with.
    ///
    /// # Errors
    /// Nobody does, or the database.
    pub async fn member_of(&self, email: &str) -> Result<User, Error> {
        let email = address(email)?;
        let found = self.db.read(super::FindUser(email.clone())).await?;
        let found = found.map(|(user, _)| user);
        found.ok_or_else(|| Error::not_found("member", email))
    }
}
