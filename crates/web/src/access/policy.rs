//! What a route's declaration comes to: who is let in, as what; and whether the table of routes makes sense.
//!
//! Pure, so that it can be tried with everybody on every route.

use std::collections::BTreeSet;

use domain::member::{MemberRole, TokenScope};
use trade::people::SignedIn;

use super::{Access, RouteInfo};

/// What changes something and is open to everybody, by method and path. Written a second time on purpose: a route
/// that was opened by mistake is not here, and the server does not start.
const OPEN: &[(&str, &str)] = &[
    ("DELETE", "/api/v1/sessions/current"),
    ("POST", "/answer/{token}"),
    ("POST", "/api/v1/carts"),
    ("POST", "/api/v1/carts/{cart}/check-out"),
    ("POST", "/api/v1/checks"),
    ("POST", "/api/v1/orders"),
    ("POST", "/api/v1/sessions"),
    ("POST", "/api/v1/title-matches"),
    ("POST", "/api/v1/unit-checks"),
    ("POST", "/api/v1/verdicts"),
    ("POST", "/cart/check-out"),
    ("POST", "/cart/lines"),
    ("POST", "/check/unit"),
    ("POST", "/forgotten"),
    ("POST", "/invitations/{link}"),
    ("POST", "/listings/{id}/orders"),
    ("POST", "/password-resets/{link}"),
    ("POST", "/sign-in"),
    ("POST", "/sign-out"),
    ("PUT", "/api/v1/carts/{cart}/lines/{listing}"),
];

/// Who is at the door.
#[derive(Clone, Debug)]
pub(super) enum Caller {
    /// Nobody who is known.
    Nobody,
    /// Somebody with a session.
    Person(SignedIn),
    /// A program that acts for somebody, within these scopes.
    Program(SignedIn, Vec<TokenScope>),
}

impl Caller {
    pub(super) fn person(&self) -> Option<&SignedIn> {
        match self {
            Self::Nobody => None,
            Self::Person(person) | Self::Program(person, _) => Some(person),
        }
    }
}

/// Why somebody is not let in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Refused {
    /// It is not known who asks.
    SignIn,
    /// It is known, and they may not; what they are told.
    NotAllowed(String),
}

/// Whether somebody may use a route that is not open to everybody; as whom.
pub(super) fn admit(
    info: &RouteInfo,
    caller: Caller,
    is_operator: bool,
) -> Result<SignedIn, Refused> {
    let no = |detail: &str| Err(Refused::NotAllowed(detail.to_owned()));
    let person = match caller {
        Caller::Nobody => return Err(Refused::SignIn),
        Caller::Person(person) => person,
        Caller::Program(person, scopes) => match info.scope {
            Some(scope) if scopes.contains(&scope) => person,
            Some(scope) => {
                let detail = format!("this needs a token with the scope {scope}");
                return Err(Refused::NotAllowed(detail));
            }
            None => return no("this is for people who sign in, not for a token"),
        },
    };
    let only_looks = info.method == "GET" || info.scope == Some(TokenScope::Read);
    match info.access {
        Access::SignedIn if !is_operator => no("this is for the operator's people"),
        Access::SignedIn | Access::Member if !only_looks && person.role < MemberRole::Clerk => {
            no("a reader changes nothing; an owner of the party gives roles")
        }
        Access::Owner if person.role < MemberRole::Owner => no("this is for owners"),
        _ => Ok(person),
    }
}

/// What is wrong with a table of routes; the server does not start with any of it.
pub(crate) fn faults(table: &[RouteInfo]) -> Vec<String> {
    let mut faults = Vec::new();
    let mut seen = BTreeSet::new();
    let is_open = |info: &RouteInfo| OPEN.contains(&(info.method, info.path));
    for info in table {
        let mut fault = |what: &str| faults.push(format!("{} {} {what}", info.method, info.path));
        if !seen.insert((info.method, info.path)) {
            fault("is there twice");
        }
        let changes = info.method != "GET";
        if changes && info.access == Access::Public && !is_open(info) {
            fault("is open to everybody and not on the list of those that are meant to be");
        }
        if is_open(info) && info.access != Access::Public {
            fault("is on the list of those that are open to everybody, and is not");
        }
        let is_about_work = matches!(info.access, Access::SignedIn | Access::Member);
        match info.scope {
            Some(_) if !is_about_work || !info.path.starts_with("/api/") => {
                fault("is not for programs, and names a scope of theirs");
            }
            Some(scope) if !changes && scope != TokenScope::Read => {
                fault("only reads, and names a scope that changes something");
            }
            _ => {}
        }
        if info.path.starts_with("/console") && info.access != Access::SignedIn {
            fault("is in the operator's console, and not for the operator alone");
        }
        if info.access == Access::DemoOnly && info.path.starts_with("/api/") {
            fault("is a demonstration's, and in the API");
        }
    }
    let is_there = |open: &&(&str, &str)| !seen.contains(*open);
    for (method, path) in OPEN.iter().filter(is_there) {
        faults.push(format!(
            "{method} {path} is on the list of open routes, and is not there"
        ));
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(role: MemberRole) -> SignedIn {
        SignedIn {
            id: "us-1".to_owned(),
            email: "a@b.example".to_owned(),
            party: "acme".parse().expect("an id"),
            role,
        }
    }

    fn route(method: &'static str, access: Access, scope: Option<TokenScope>) -> RouteInfo {
        RouteInfo {
            method,
            path: "/api/v1/things",
            access,
            scope,
        }
    }

    /// Who may, as text: letters of the roles of the operator's people, then of a partner's.
    fn who(info: &RouteInfo) -> String {
        let mut text = String::new();
        for is_operator in [true, false] {
            for (role, letter) in MemberRole::ALL.into_iter().zip("rco".chars()) {
                let may = admit(info, Caller::Person(person(role)), is_operator).is_ok();
                text.push(if may { letter } else { '-' });
            }
            text.push(' ');
        }
        assert!(matches!(
            admit(info, Caller::Nobody, true),
            Err(Refused::SignIn)
        ));
        text.trim_end().to_owned()
    }

    #[test]
    fn a_role_opens_what_the_declaration_says_and_nothing_else() {
        let read = Some(TokenScope::Read);
        for (info, expected) in [
            (route("GET", Access::SignedIn, read), "rco ---"),
            (route("POST", Access::SignedIn, None), "-co ---"),
            (route("POST", Access::SignedIn, read), "rco ---"),
            (route("DELETE", Access::SignedIn, None), "-co ---"),
            (route("GET", Access::Member, read), "rco rco"),
            (route("PUT", Access::Member, None), "-co -co"),
            (route("GET", Access::Owner, None), "--o --o"),
            (route("POST", Access::Owner, None), "--o --o"),
            (route("GET", Access::Account, None), "rco rco"),
            (route("POST", Access::Account, None), "rco rco"),
        ] {
            assert_eq!(who(&info), expected, "{info:?}");
        }
    }

    #[test]
    fn a_program_may_what_its_scope_says_and_its_member_may() {
        use TokenScope::{EvidenceWrite, Read};
        let owner = || person(MemberRole::Owner);
        let may = |info: &RouteInfo, scopes: &[TokenScope], who: SignedIn| {
            admit(info, Caller::Program(who, scopes.to_vec()), true).is_ok()
        };
        let writes = route("POST", Access::SignedIn, Some(EvidenceWrite));
        assert!(may(&writes, &[Read, EvidenceWrite], owner()));
        assert!(!may(&writes, &[Read], owner()));
        assert!(!may(&writes, &[EvidenceWrite], person(MemberRole::Reader)));
        assert!(!may(
            &route("POST", Access::SignedIn, None),
            &TokenScope::ALL,
            owner()
        ));
        assert!(!may(
            &route("GET", Access::Account, None),
            &TokenScope::ALL,
            owner()
        ));
        assert!(!may(
            &route("POST", Access::Owner, None),
            &TokenScope::ALL,
            owner()
        ));
    }

    #[test]
    fn a_table_that_contradicts_itself_is_refused() {
        let good = crate::route_table();
        assert_eq!(faults(&good), [] as [String; 0]);
        let with = |info: RouteInfo| {
            let mut table = good.clone();
            table.push(info);
            faults(&table)
        };
        for bad in [
            good[0],
            route("POST", Access::Public, None),
            route("DELETE", Access::Public, None),
            route("POST", Access::Account, Some(TokenScope::Read)),
            route("GET", Access::SignedIn, Some(TokenScope::EvidenceWrite)),
            route("GET", Access::DemoOnly, None),
            RouteInfo {
                path: "/console/things",
                ..route("GET", Access::Public, None)
            },
            RouteInfo {
                path: "/things",
                ..route("GET", Access::SignedIn, Some(TokenScope::Read))
            },
        ] {
            assert_eq!(with(bad).len(), 1, "{bad:?}");
        }
        let without_orders = |info: &&RouteInfo| info.path != "/api/v1/orders";
        let fewer: Vec<RouteInfo> = good.iter().filter(without_orders).copied().collect();
        assert_eq!(faults(&fewer).len(), 1);
    }
}
