//! The pages of docs/reasons: has each code one, and does its example say what the page says?
//!
//! An example is put before the gate as it stands: evidence in the form of `passband evidence add`, the policy in the
//! form of its guide. `PASSBAND_UPDATE=1` writes what is said of it, and nothing else of a page.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use acceptance::shop::id;
use domain::evidence::{Claim, Evidence, Recorded, Source};
use domain::id::{BrandId, HostNetworkId, PartyId, SellerId};
use domain::listing::{Condition, Offer};
use domain::policy::Requirement;
use domain::scope::Scope;
use domain::trust::Role;
use domain::{Instant, Period};
use gate::reason::Supplier;
use gate::remedy::{Issuers, Remedy, WhyNot};
use gate::sentence::{self, Names};
use gate::snapshot::Moment;
use gate::{Question, Reason, ReasonCode, Snapshot};
use toml::{Table, Value};
use trade::{policy_toml, posted_claim};
use web::wire::ReasonJson;

const BEGIN: &str = "<!-- said -->\n";
const END: &str = "<!-- /said -->";
/// When every example is asked.
const AT: &str = "2016-02-08";
/// When everything of an example was recorded.
const RECORDED: &str = "2016-02-06";
/// What every example's market asks, but for what it says itself.
const POLICY: &str = r#"
market = "us"
carrier = "us-mobile"
country = "US"
currency = "USD"
hosts = ["tmobile-us"]
"#;

/// The names of those who play a part.
struct Parts;

fn name(id: &str) -> String {
    let known = [
        ("xiaomi", "Xiaomi"),
        ("tmobile-us", "T-Mobile"),
        ("omni-electronics", "Omni Electronics HK"),
        ("us-mobile", "US Mobile"),
        ("fcc", "FCC"),
        ("google", "Google"),
        ("mi-store", "Mi Store"),
        ("some-lab", "Some Laboratory"),
    ];
    let found = known.iter().find(|(known, _)| *known == id);
    found.map_or_else(|| id.to_owned(), |(_, name)| (*name).to_owned())
}

impl Names for Parts {
    fn brand(&self, id: &BrandId) -> String {
        name(id.as_str())
    }
    fn network(&self, id: &HostNetworkId) -> String {
        name(id.as_str())
    }
    fn seller(&self, id: &SellerId) -> String {
        name(id.as_str())
    }
    fn party(&self, id: &PartyId) -> String {
        name(id.as_str())
    }
}

impl Issuers for Parts {
    fn of(&self, supplier: &Supplier) -> Vec<PartyId> {
        vec![match supplier {
            Supplier::Brand(one) => id(one.as_str()),
            Supplier::HostNetwork(one) => id(one.as_str()),
            Supplier::Seller(one) => id(one.as_str()),
            Supplier::ThisSeller => id("omni-electronics"),
            Supplier::PlatformOwner => id("google"),
            Supplier::Regulator => id("fcc"),
            Supplier::Operator => id("us-mobile"),
        }]
    }
    fn roles(&self, _: &PartyId, _: &Scope, _: &Claim) -> Vec<Role> {
        Vec::new()
    }
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/reasons")
}

/// What every example asks.
fn offer() -> Offer {
    Offer {
        market: id("us"),
        seller: id("omni-electronics"),
        brand: id("xiaomi"),
        model: id("xiaomi.mi-4i"),
        variant: id("xiaomi.2015015"),
        category: id("smartphone"),
        condition: Condition::New,
        build: None,
        listing: None,
    }
}

/// The policy of an example, as its market would be given it.
fn policy(example: &Table) -> domain::policy::Policy {
    let mut policy: Table = POLICY.parse().expect("TOML");
    let mut category = Table::from_iter([("name".to_owned(), Value::from("smartphone"))]);
    category.extend(table(example, "category"));
    policy.insert("category".to_owned(), Value::from(vec![category]));
    policy.extend(table(example, "policy"));
    let text = toml::to_string(&policy).expect("it can be written");
    policy_toml::parse("policy", &text).unwrap_or_else(|faults| panic!("{faults:#?}\n{text}"))
}

fn table(example: &Table, name: &str) -> Table {
    let found = example.get(name).and_then(Value::as_table);
    found.cloned().unwrap_or_default()
}

fn text<'a>(from: &'a Table, name: &str) -> &'a str {
    let found = from.get(name).and_then(Value::as_str);
    found.unwrap_or_else(|| panic!("{name} is missing in {from}"))
}

fn instant(from: &Table, name: &str) -> Option<Instant> {
    let date = from.get(name)?;
    let date = date
        .as_str()
        .map_or_else(|| date.to_string(), str::to_owned);
    Some(date.parse().expect("a date"))
}

/// One `[[evidence]]` of an example.
fn evidence(written: &Table) -> Evidence {
    let valid = table(written, "valid");
    let claim = serde_json::to_value(&written["claim"]).expect("JSON");
    let claim = posted_claim("/claim", &claim).unwrap_or_else(|faults| panic!("{faults:#?}"));
    Evidence {
        valid: Period {
            from: instant(&valid, "from"),
            until: instant(&valid, "until"),
        },
        ..Evidence::entered(
            id(text(written, "id")),
            text(written, "scope").parse().expect("a scope"),
            id(text(written, "issuer")),
            claim,
            Source::own("The example", "2016-02"),
        )
    }
}

/// What the gate knows once the facts of an example are recorded.
fn snapshot(example: &Table) -> Snapshot {
    let policy = policy(example);
    let mut all = vec![Evidence::entered(
        id("policy"),
        Scope::Market(policy.market.clone()),
        policy.carrier.clone(),
        Claim::Policy(policy),
        Source::own("The policy", ""),
    )];
    let written = example.get("evidence").and_then(Value::as_array);
    let written = written.into_iter().flatten();
    all.extend(written.map(|one| evidence(one.as_table().expect("a table"))));
    let mut snapshot = Snapshot::new();
    for evidence in all {
        assert!(
            evidence.claim.belongs_under(&evidence.scope),
            "{evidence:?}"
        );
        let recorded = Recorded {
            position: snapshot.next_position(),
            at: RECORDED.parse().expect("a date"),
            scope_version: snapshot.version(&evidence.scope) + 1,
            evidence,
        };
        snapshot.apply(recorded).expect("in order");
    }
    snapshot
}

/// The first block of TOML on a page.
fn example(page: &str) -> &str {
    let (_, rest) = page.split_once("```toml\n").expect("a page has an example");
    rest.split_once("\n```").expect("it ends").0
}

fn of_the_code(why_not: &WhyNot, code: ReasonCode) -> Reason {
    let reasons = &why_not.verdict.reasons;
    let found = reasons.iter().find(|reason| reason.code == code);
    found
        .unwrap_or_else(|| panic!("the example of {} gives {reasons:#?}", code.name()))
        .clone()
}

fn ways(remedy: Option<&Remedy>) -> String {
    let Some(remedy) = remedy else {
        return "nothing is missing".to_owned();
    };
    if remedy.ways.is_empty() {
        return "no step that was tried".to_owned();
    }
    let ways: Vec<String> = remedy
        .ways
        .iter()
        .map(|way| {
            let steps = way.iter().map(|step| sentence::step(step, &Parts));
            steps.collect::<Vec<String>>().join(" And: ")
        })
        .collect();
    ways.join(" Or: ")
}

/// What is said of an example, as its page has it.
fn said(code: ReasonCode, page: &str) -> String {
    let example: Table = example(page).parse().expect("the example is TOML");
    let (snapshot, offer) = (snapshot(&example), offer());
    let question = Question {
        offer: &offer,
        moment: Moment::at(AT.parse().expect("a date")),
    };
    let why_not = snapshot.why_not(&question, &Parts);
    assert_eq!(snapshot.verdict_anew(&question), why_not.verdict);
    let reason = of_the_code(&why_not, code);
    let remedies = why_not.remedies.iter();
    let mut remedies = remedies.filter(|one| one.reasons.contains(&reason));
    let json = ReasonJson::new(&reason, &Parts);
    let json = serde_json::to_string_pretty(&json).expect("JSON");
    format!(
        "|  |  |\n|---|---|\n| requirement | `{}` |\n| outcome | {} |\n| to a shopper | {} |\n| to a seller | {} |\n\
         | what would fulfil it | {} |\n\nTo a program:\n\n```json\n{json}\n```\n",
        reason.requirement,
        reason.outcome().name(),
        sentence::to_shopper(&reason, &Parts),
        sentence::to_seller(&reason, &Parts),
        ways(remedies.next()),
    )
}

/// A page with what is said put where it stands.
fn with(page: &str, said: &str) -> String {
    let (before, rest) = page.split_once(BEGIN).expect("a page has a place for it");
    let (_, after) = rest.split_once(END).expect("the place ends");
    format!("{before}{BEGIN}{said}{END}{after}")
}

/// Compares a file with what it should be; writes it where that is asked for.
fn compare(path: &Path, found: &str, expected: &str) {
    if std::env::var_os("PASSBAND_UPDATE").is_some() {
        std::fs::write(path, expected).expect("writes");
        return;
    }
    assert!(
        found == expected,
        "{} is not what is said; look at the difference after \
         PASSBAND_UPDATE=1 cargo test -p acceptance --test it reason_pages::",
        path.display()
    );
}

#[test]
fn every_code_has_a_page_and_its_example_says_what_the_page_says() {
    for code in ReasonCode::ALL {
        let path = folder().join(format!("{}.md", code.name()));
        let page = std::fs::read_to_string(&path).unwrap_or_else(|_| {
            panic!(
                "the reason {0} has no page: copy one of its requirement to docs/reasons/{0}.md, as the end of \
                 docs/reasons/README.md says",
                code.name()
            )
        });
        assert!(
            page.starts_with(&format!("# {}\n", code.name())),
            "{code:?}"
        );
        for part in [
            "**To a shopper:** ",
            "**To a seller:** ",
            "**Who can supply what:** ",
        ] {
            assert!(
                page.contains(part),
                "the page of {} lacks {part}",
                code.name()
            );
        }
        compare(&path, &page, &with(&page, &said(*code, &page)));
    }
}

#[test]
fn every_page_is_of_a_code_and_the_index_has_all() {
    let codes: BTreeSet<String> = ReasonCode::ALL
        .iter()
        .map(|code| code.name().to_owned())
        .collect();
    let files = std::fs::read_dir(folder()).expect("a folder");
    let pages: BTreeSet<String> = files
        .filter_map(|file| {
            Some(
                file.expect("a file")
                    .path()
                    .file_stem()?
                    .to_str()?
                    .to_owned(),
            )
        })
        .filter(|stem| stem != "README")
        .collect();
    assert_eq!(pages, codes);
    let mut index = "| requirement | code | outcome |\n|---|---|---|\n".to_owned();
    for requirement in Requirement::ALL {
        for code in ReasonCode::ALL
            .iter()
            .filter(|code| code.requirement() == requirement)
        {
            let (name, outcome) = (code.name(), code.outcome().name());
            index.push_str(&format!(
                "| `{requirement}` | [{name}]({name}.md) | {outcome} |\n"
            ));
        }
    }
    let path = folder().join("README.md");
    let page = std::fs::read_to_string(&path).expect("an index");
    compare(&path, &page, &with(&page, &index));
}
