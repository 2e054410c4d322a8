//! Invitations: a letter with a link that is used once, by which somebody becomes a member and chooses a password.
//!
//! That an address signs in for another party is not told to whoever invites it.

use domain::Instant;
use domain::id::PartyId;
use domain::member::MemberRole;
use store::db::{Job, Tx};
use store::invitations::{self, Invitation};
use store::people::{self, User};

use super::members::{Actor, By, MEMBERS_MAX, lock, lock_party};
use super::{SESSION_MS, address, hash_password, token, user_id};
use crate::change::sha256;
use crate::error::{Code, Error};
use crate::fresh;
use crate::house::House;
use crate::letters;

/// How long an invitation stands, in days.
pub const INVITATION_DAYS: i64 = 7;
/// Most invitations of one party that are open at once.
const INVITATIONS_MAX: u32 = 100;
const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// Who is to be invited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invite {
    /// To which party.
    pub party: PartyId,
    /// Where the letter goes.
    pub email: String,
    /// As what.
    pub role: MemberRole,
}

struct PutInvitation {
    by: Actor,
    invite: Invite,
    id: String,
    token: String,
    /// The party's name, for the letter.
    name: String,
    /// Where this house is found, without a slash at its end.
    site: String,
}

impl PutInvitation {
    fn letter(&self) -> String {
        let Self {
            name, site, token, ..
        } = self;
        let role = self.invite.role;
        format!(
            "You are invited to act for {name}, as {role}.\n\n\
             Choose a password here, within {INVITATION_DAYS} days:\n\n{site}/invitations/{token}\n\n\
             The link works once. If you do not expect this, do nothing.\n"
        )
    }
}

impl Job for PutInvitation {
    type Out = Invitation;
    type Err = Error;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Invitation, Error> {
        let Invite { party, email, role } = &self.invite;
        lock_party(tx, party).await?;
        let reach = self.by.reach(tx).await?;
        if reach.is_some_and(|own| own != *party) {
            return Err(Error::not_found("party", party));
        }
        let now = Instant::from_epoch_ms(tx.now().await?);
        invitations::end_expired(tx, party, now).await?;
        let known = people::find_by_email(tx, email).await?;
        if known.is_some_and(|known| known.party == *party) {
            let detail = format!("{email} is a member of {party} already");
            return Err(Error::new(Code::AddressTaken, detail));
        }
        let open = invitations::of_party(tx, party, INVITATIONS_MAX).await?;
        let is_renewed = open.iter().any(|one| one.email == *email);
        if open.len() >= INVITATIONS_MAX as usize && !is_renewed {
            let detail = format!("{party} has {INVITATIONS_MAX} open invitations");
            return Err(Error::new(Code::TooMany, detail));
        }
        let invitation = Invitation {
            id: self.id.clone(),
            party: party.clone(),
            email: email.clone(),
            role: *role,
            created_at: now,
            expires_at: now.plus_ms(INVITATION_DAYS * DAY_MS),
        };
        let hash = sha256(self.token.as_bytes());
        invitations::put(tx, &invitation, &hash).await?;
        let subject = format!("Invitation to act for {}", self.name);
        letters::queue(tx, email, &subject, self.letter()).await?;
        Ok(invitation)
    }
}

struct Invitations(PartyId);

impl Job for Invitations {
    type Out = Vec<Invitation>;
    type Err = Error;
    const SHORT_READ: bool = true;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Vec<Invitation>, Error> {
        let now = Instant::from_epoch_ms(tx.now().await?);
        let mut found = invitations::of_party(tx, &self.0, INVITATIONS_MAX).await?;
        found.retain(|one| one.expires_at > now);
        Ok(found)
    }
}

struct FindInvitation(String);

impl Job for FindInvitation {
    type Out = Option<Invitation>;
    type Err = Error;
    const SHORT_READ: bool = true;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Option<Invitation>, Error> {
        let now = Instant::from_epoch_ms(tx.now().await?);
        Ok(invitations::find_by_token(tx, &self.0, now).await?)
    }
}

struct TakeBack {
    by: Actor,
    id: String,
}

impl Job for TakeBack {
    type Out = ();
    type Err = Error;
    /// Taking away goes before orders.
    const URGENT: bool = true;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), Error> {
        let reach = self.by.reach(tx).await?;
        let found = invitations::find(tx, &self.id).await?;
        let is_within = |one: &Invitation| reach.as_ref().is_none_or(|own| *own == one.party);
        let ended = match found.filter(is_within) {
            Some(_) => invitations::end(tx, &self.id).await?,
            None => false,
        };
        if ended {
            return Ok(());
        }
        Err(Error::not_found("invitation", &self.id))
    }
}

/// Makes a member of whoever has the link, and opens a session for them.
struct Accept {
    link_hash: String,
    password_hash: String,
    token_hash: String,
}

impl Job for Accept {
    type Out = ();
    type Err = Error;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), Error> {
        let used = || Error::new(Code::LinkUsed, "the link was used, or its time is over");
        let now = Instant::from_epoch_ms(tx.now().await?);
        let Some(found) = invitations::find_by_token(tx, &self.link_hash, now).await? else {
            return Err(used());
        };
        lock_party(tx, &found.party).await?;
        let id = user_id(&found.email);
        lock(tx, &id).await?;
        // Whoever comes second finds that it is used up.
        if !invitations::end(tx, &found.id).await? {
            return Err(used());
        }
        if people::find(tx, &id).await?.is_some() {
            let detail = format!("{} signs in already", found.email);
            return Err(Error::new(Code::AddressTaken, detail));
        }
        let members = people::of_party(tx, &found.party, MEMBERS_MAX).await?;
        if members.len() >= MEMBERS_MAX as usize {
            let detail = format!("{} has {MEMBERS_MAX} members", found.party);
            return Err(Error::new(Code::TooMany, detail));
        }
        let user = User {
            id,
            party: found.party,
            role: found.role,
            email: found.email,
            since: now,
        };
        people::put_user(tx, &user).await?;
        people::put_password(tx, &user.id, &self.password_hash, now).await?;
        let expires = now.plus_ms(SESSION_MS);
        people::put_session(tx, &self.token_hash, &user.id, now, expires).await?;
        Ok(())
    }
}

impl House {
    /// Invites somebody: the letter leaves with the invitation. A second one to the same address replaces the first.
    ///
    /// `site` is where this house is found, `https://shop.example`.
    ///
    /// # Errors
    /// The party is not there, or not for who asks to know of; the address is none or a member's already; too many
    /// are open; or the database.
    pub async fn invite(
        &self,
        by: By<'_>,
        mut invite: Invite,
        site: &str,
    ) -> Result<Invitation, Error> {
        invite.email = address(&invite.email)?;
        let directory = self.directory();
        let mut parties = directory.parties.iter();
        let Some(party) = parties.find(|one| one.id == invite.party) else {
            return Err(Error::not_found("party", &invite.party));
        };
        let put = PutInvitation {
            by: Actor::of(self, by),
            id: fresh::name("in")?,
            token: fresh::letters()?,
            name: party.name.clone(),
            site: site.trim_end_matches('/').to_owned(),
            invite,
        };
        self.db.write(put).await
    }

    /// The invitations of a party that are open, by address.
    ///
    /// # Errors
    /// The database.
    pub async fn invitations(&self, party: &PartyId) -> Result<Vec<Invitation>, Error> {
        self.db.read(Invitations(party.clone())).await
    }

    /// Takes an invitation back: its link is worth nothing from the answer on.
    ///
    /// # Errors
    /// There is none, or not for who asks to know of, or the database.
    pub async fn take_back_invitation(&self, by: By<'_>, id: &str) -> Result<(), Error> {
        let by = Actor::of(self, by);
        let id = id.to_owned();
        self.db.write(TakeBack { by, id }).await
    }

    /// The invitation that a link is of, if it is open.
    ///
    /// # Errors
    /// The database.
    pub async fn invitation(&self, link: &str) -> Result<Option<Invitation>, Error> {
        self.db.read(FindInvitation(sha256(link.as_bytes()))).await
    }

    /// Accepts an invitation: its member signs in with this password, and is signed in by the token that is given.
    ///
    /// # Errors
    /// The link is not open, the password is too short or too long, the address signs in already, or the database.
    pub async fn accept_invitation(&self, link: &str, password: String) -> Result<String, Error> {
        let link_hash = sha256(link.as_bytes());
        // Nobody makes this house hash without a link.
        if self
            .db
            .read(FindInvitation(link_hash.clone()))
            .await?
            .is_none()
        {
            return Err(Error::new(
                Code::LinkUsed,
                "the link was used, or its time is over",
            ));
        }
        let password_hash = hash_password(password).await?;
        let (token, token_hash) = token()?;
        let accept = Accept {
            link_hash,
            password_hash,
            token_hash,
        };
        self.db.write(accept).await?;
        Ok(token)
    }
}
