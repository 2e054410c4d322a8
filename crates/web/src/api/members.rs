//! Members of a party, and who is invited to be one.
//!
//! An owner sees their own party, the operator's owners any; to everybody else a party is as good as absent.

pub mod invite;
pub mod list;
pub mod role;

use domain::id::PartyId;
use serde::Serialize;
use trade::people::{Invitation, Member, SignedIn};
use utoipa::{IntoParams, ToSchema};

use super::form::{Form, FromForm};
use crate::App;
use crate::problem::Problem;

/// A member of a party.
#[derive(Serialize, ToSchema)]
#[schema(as = Member)]
pub struct MemberJson {
    /// Their id.
    id: String,
    /// They sign in with it.
    email: String,
    /// For which party they act.
    party: String,
    /// `owner`, `clerk` or `reader`.
    #[schema(example = "clerk")]
    role: &'static str,
    /// Since when they are a member.
    since: String,
}

impl From<&Member> for MemberJson {
    fn from(member: &Member) -> Self {
        Self {
            id: member.id.clone(),
            email: member.email.clone(),
            party: member.party.to_string(),
            role: member.role.as_str(),
            since: member.since.to_string(),
        }
    }
}

/// An invitation that is open.
#[derive(Serialize, ToSchema)]
#[schema(as = Invitation)]
pub struct InvitationJson {
    /// Its id, `in-…`.
    id: String,
    /// Where the letter went.
    email: String,
    /// To which party.
    party: String,
    /// As what: `owner`, `clerk` or `reader`.
    #[schema(example = "clerk")]
    role: &'static str,
    /// When it was written.
    created_at: String,
    /// Its first instant without worth.
    expires_at: String,
}

impl From<&Invitation> for InvitationJson {
    fn from(invitation: &Invitation) -> Self {
        Self {
            id: invitation.id.clone(),
            email: invitation.email.clone(),
            party: invitation.party.to_string(),
            role: invitation.role.as_str(),
            created_at: invitation.created_at.to_string(),
            expires_at: invitation.expires_at.to_string(),
        }
    }
}

/// Whose members are meant.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub struct OfParty {
    /// A party's id; left out: one's own.
    #[param(value_type = Option<String>)]
    party: Option<PartyId>,
}

impl FromForm for OfParty {
    fn from_form(form: &mut Form) -> Option<Self> {
        Some(Self {
            party: form.may("party"),
        })
    }
}

/// The party that an owner means, if they may act for it.
///
/// # Errors
/// It is not there, or not for them to know of.
pub fn party_meant(app: &App, by: &SignedIn, asked: Option<PartyId>) -> Result<PartyId, Problem> {
    let Some(asked) = asked else {
        return Ok(by.party.clone());
    };
    let directory = app.house.directory();
    let is_there = directory.parties.iter().any(|party| party.id == asked);
    if asked == by.party || (is_there && app.house.is_operator(&by.party)) {
        return Ok(asked);
    }
    Err(Problem::not_found("party", asked))
}
