//! Everybody who may knock: two brands, two host networks, two sellers, the operator's people in each role, programs
//! with each scope, and those whose rights are over.

use domain::member::{MemberRole, TokenScope};
use trade::Registration;
use trade::directory::{Brand, HostNetwork, Party, Seller};
use trade::people::{NewToken, SignedIn};

use crate::harness::{OPERATOR, PASSWORD, Site};

/// Whether somebody is known here, and of whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Nobody who is known, whatever they send.
    Stranger,
    /// The operator's.
    Operator,
    /// Another party's.
    Partner,
}

/// Somebody who knocks.
#[derive(Clone, Debug)]
pub struct Identity {
    pub name: String,
    pub side: Side,
    pub role: MemberRole,
    /// What a program may; none: a person with a session.
    pub scopes: Option<Vec<TokenScope>>,
    pub token: Option<String>,
}

impl Identity {
    fn stranger(name: &str, token: Option<String>) -> Self {
        Self {
            name: name.to_owned(),
            side: Side::Stranger,
            role: MemberRole::Reader,
            scopes: None,
            token,
        }
    }
}

/// Registers a second brand, host network and seller, rivals of those of the story.
pub async fn rivals(site: &Site) {
    let party = |id: &str, role: &str| Party {
        id: id.parse().expect("an id"),
        role: role.to_owned(),
        name: format!("{id} Ltd"),
    };
    let news = Registration {
        parties: vec![
            party("acme", "brand"),
            party("othernet", "host"),
            party("other-shop", "seller"),
        ],
        brands: vec![Brand {
            id: "acme".parse().expect("an id"),
            party: "acme".parse().expect("an id"),
            name: "Acme".to_owned(),
        }],
        networks: vec![HostNetwork {
            id: "othernet-us".parse().expect("an id"),
            party: "othernet".parse().expect("an id"),
            name: "Othernet".to_owned(),
            country: domain::place::Country::US,
            plmns: Vec::new(),
        }],
        sellers: vec![Seller {
            id: "other-shop".parse().expect("an id"),
            party: "other-shop".parse().expect("an id"),
            name: "Other shop".to_owned(),
        }],
        ..Registration::default()
    };
    site.house.register(news).await.expect("registers");
}

/// A token with these scopes, made by whoever has a session.
pub async fn program(
    site: &Site,
    session: &str,
    scopes: &[TokenScope],
    days: u32,
) -> (String, String) {
    let by = whose(site, session).await;
    let asked = NewToken {
        name: "A program".to_owned(),
        scopes: scopes.to_vec(),
        days,
    };
    let (made, token) = site.house.new_token(&by, asked).await.expect("makes");
    (made.id, token)
}

/// Whose session it is.
pub async fn whose(site: &Site, session: &str) -> SignedIn {
    let found = site.house.session(session).await.expect("reads");
    found.expect("is signed in")
}

/// Everybody. The rivals have to be registered.
pub async fn everybody(site: &Site) -> Vec<Identity> {
    let mut all = vec![Identity::stranger("nobody", None)];
    for (party, side) in [
        (OPERATOR, Side::Operator),
        ("omni-electronics", Side::Partner),
        ("other-shop", Side::Partner),
        ("xiaomi", Side::Partner),
        ("acme", Side::Partner),
        ("tmobile-us", Side::Partner),
        ("othernet", Side::Partner),
    ] {
        for role in MemberRole::ALL {
            let name = format!("{role} of {party}");
            let email = format!("{role}@{party}.example");
            all.push(Identity {
                token: Some(site.session_as(party, &email, role).await),
                name,
                side,
                role,
                scopes: None,
            });
        }
    }
    // The programs are of an owner who is not tried as a person: that one's sessions end on the way.
    let maker = site.session_of(OPERATOR, "maker@us-mobile.example").await;
    for scope in TokenScope::ALL {
        let (_, token) = program(site, &maker, &[scope], 30).await;
        all.push(Identity {
            name: format!("program with {scope}"),
            side: Side::Operator,
            role: MemberRole::Owner,
            scopes: Some(vec![scope]),
            token: Some(token),
        });
    }
    let reader = site.session_as(OPERATOR, "looker@us-mobile.example", MemberRole::Reader);
    let (_, token) = program(site, &reader.await, &TokenScope::ALL, 30).await;
    all.push(Identity {
        name: "program of a reader with every scope".to_owned(),
        side: Side::Operator,
        role: MemberRole::Reader,
        scopes: Some(TokenScope::ALL.to_vec()),
        token: Some(token),
    });
    let brand = site.session_as("xiaomi", "feeds@xiaomi.example", MemberRole::Clerk);
    let (_, token) = program(site, &brand.await, &TokenScope::ALL, 30).await;
    all.push(Identity {
        name: "program of a brand with every scope".to_owned(),
        side: Side::Partner,
        role: MemberRole::Clerk,
        scopes: Some(TokenScope::ALL.to_vec()),
        token: Some(token),
    });
    all.extend(those_whose_rights_are_over(site, &maker).await);
    all
}

async fn those_whose_rights_are_over(site: &Site, maker: &str) -> Vec<Identity> {
    let mut gone = Vec::new();
    let ended = site.session_of(OPERATOR, "ended@us-mobile.example").await;
    site.house.sign_out(&ended).await.expect("ends");
    gone.push(Identity::stranger("ended session", Some(ended)));

    let email = "removed@us-mobile.example";
    let removed = site.session_of(OPERATOR, email).await;
    let (_, theirs) = program(site, &removed, &TokenScope::ALL, 30).await;
    let id = site.house.member_of(email).await.expect("is there").id;
    let by = trade::people::By::Machine;
    site.house.remove_member(by, &id).await.expect("removes");
    gone.push(Identity::stranger(
        "session of a removed member",
        Some(removed),
    ));
    gone.push(Identity::stranger(
        "program of a removed member",
        Some(theirs),
    ));

    let (id, revoked) = program(site, maker, &TokenScope::ALL, 30).await;
    let by = whose(site, maker).await;
    site.house.revoke_token(&by, &id).await.expect("revokes");
    gone.push(Identity::stranger("revoked token", Some(revoked)));

    let reset = "reset@us-mobile.example";
    let before = site.session_of(OPERATOR, reset).await;
    let now = PASSWORD.to_owned();
    let party = OPERATOR.parse().expect("an id");
    site.house
        .put_user(party, reset, now)
        .await
        .expect("changes");
    gone.push(Identity::stranger(
        "session of the password before",
        Some(before),
    ));

    // Both were made on another day, and are over today.
    let today = site.house.now();
    let then = today.plus_ms(-40 * 24 * 60 * 60 * 1_000);
    site.clock.set(then);
    let expired = site.session_of(OPERATOR, "expired@us-mobile.example").await;
    let (_, token) = program(site, &expired, &TokenScope::ALL, 39).await;
    site.clock.set(today);
    gone.push(Identity::stranger("expired session", Some(expired)));
    gone.push(Identity::stranger("expired token", Some(token)));
    gone
}
