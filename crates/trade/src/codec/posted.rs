//! Claims as somebody sends them: as in a body, and strictly.
//!
//! An old entry must stay readable, so a body is read leniently. What comes in is not: a misspelt restriction
//! must not become an authorisation without it.

use std::str::FromStr;

use domain::ParseError;
use domain::evidence::{Claim, WithdrawalManner};
use domain::fault::Fault;
use domain::figure::{Decimal, Figure};
use domain::id::{
    BrandId, Category, DataSetId, EvidenceId, HostNetworkId, ListingId, MarketId, ModelId, PartyId,
    SellerId, VariantId,
};
use domain::listing::{Condition, ListingState};
use domain::place::Country;
use domain::policy::{Level, Service};
use domain::radio::{AccessTechnology, Band, BandClaim};
use domain::software::SoftwareBuild;
use domain::territory::Region;
use record::note::VerifyingKey;
use serde::Deserialize as _;
use serde_json::Value;

use super::CodecError;
use super::claim::ClaimJson;

/// Characters of a value that a fault repeats.
const FOUND_CHARS_MAX: usize = 60;

/// Whether a text reads as what a field holds.
type Check = fn(&str) -> Result<(), ParseError>;

fn reads<T: FromStr<Err = ParseError>>(text: &str) -> Result<(), ParseError> {
    text.parse::<T>().map(drop)
}

fn reads_as_key(text: &str) -> Result<(), ParseError> {
    let help = "write the public key as `passband sign key` shows it: name+key ID+base64";
    let read = text.parse::<VerifyingKey>();
    read.map(drop)
        .map_err(|_| ParseError::new(text, "a public key", help))
}

/// What the fields of claims hold, whichever kind they are of. A field that is not here is free text.
const FIELDS: &[(&str, Check)] = &[
    ("brand", reads::<BrandId>),
    ("sellers", reads::<SellerId>),
    ("categories", reads::<Category>),
    ("models", reads::<ModelId>),
    ("territory", reads::<Region>),
    ("first_sale", reads::<Region>),
    ("channels", reads::<MarketId>),
    ("conditions", reads::<Condition>),
    // Of what an authorisation was passed on from.
    ("from", reads::<EvidenceId>),
    ("by", reads::<SellerId>),
    ("variant", reads::<VariantId>),
    ("network", reads::<HostNetworkId>),
    ("country", reads::<Country>),
    ("seller", reads::<SellerId>),
    ("technology", reads::<AccessTechnology>),
    ("claims", reads::<BandClaim>),
    ("data_set", reads::<DataSetId>),
    ("ends", reads::<EvidenceId>),
    ("manner", reads::<WithdrawalManner>),
    ("listing", reads::<ListingId>),
    ("state", reads::<ListingState>),
    ("party", reads::<PartyId>),
    ("key", reads_as_key),
    ("carrier", reads::<PartyId>),
    ("laboratory", reads::<PartyId>),
    ("requirement_set", reads::<EvidenceId>),
    ("reports", reads::<EvidenceId>),
    ("build", reads::<SoftwareBuild>),
    ("first", reads::<SoftwareBuild>),
    ("last", reads::<SoftwareBuild>),
    ("bands", reads::<Band>),
    ("service", reads::<Service>),
    ("level", reads::<Level>),
    ("at_least", reads::<Decimal>),
    ("at_most", reads::<Decimal>),
    ("value", reads::<Decimal>),
    ("figure", |name| Figure::new(name, "1").map(drop)),
    ("unit", |unit| Figure::new("a figure", unit).map(drop)),
];

/// The texts in `value` that are not what their field holds.
fn put_unread(at: &str, value: &Value, check: Option<Check>, unread: &mut Vec<Fault>) {
    match (value, check) {
        (Value::Object(fields), _) => {
            for (name, value) in fields {
                let known = FIELDS.iter().find(|(known, _)| known == name);
                // The word for every one stands alone, in place of a list.
                let check = known.filter(|_| value != "all").map(|(_, check)| *check);
                put_unread(&below(at, name), value, check, unread);
            }
        }
        (Value::Array(values), _) => {
            for (index, value) in values.iter().enumerate() {
                put_unread(&format!("{at}/{index}"), value, check, unread);
            }
        }
        (Value::String(text), Some(check)) => {
            if let Err(error) = check(text) {
                let help = format!("it is not {}; {}", error.rule, error.help);
                unread.push(fault(at, "claim.value", &error.value, help));
            }
        }
        _ => {}
    }
}

/// A JSON pointer one step further (RFC 6901).
fn below(at: &str, name: &str) -> String {
    format!("{at}/{}", name.replace('~', "~0").replace('/', "~1"))
}

pub(crate) fn fault(place: &str, rule: &'static str, found: &str, help: String) -> Fault {
    Fault {
        file: String::new(),
        line: 0,
        column: place.to_owned(),
        rule,
        found: found.chars().take(FOUND_CHARS_MAX).collect(),
        help,
    }
}

/// Reads a claim that somebody sends: as in a body, but what would be left aside there is a fault here.
///
/// # Errors
/// Every place that is not understood, as a JSON pointer below `at` in the column.
pub fn posted_claim(at: &str, value: &Value) -> Result<Claim, Vec<Fault>> {
    let mut unread = Vec::new();
    put_unread(at, value, None, &mut unread);
    if !unread.is_empty() {
        return Err(unread);
    }
    let read = ClaimJson::deserialize(value)
        .map_err(CodecError::from)
        .and_then(|json| json.read());
    let claim = read.map_err(|CodecError(detail)| {
        let found = value["kind"].as_str().unwrap_or_default();
        vec![fault(at, "claim.not_readable", found, detail)]
    })?;
    let understood = serde_json::to_value(ClaimJson::write(&claim)).unwrap_or_default();
    let mut unknown = Vec::new();
    put_unknown(at, value, &understood, &mut unknown);
    if unknown.is_empty() {
        return Ok(claim);
    }
    let help = "take it away; it means nothing here";
    Err(unknown
        .into_iter()
        .map(|(place, found)| fault(&place, "claim.unknown_field", &found, help.to_owned()))
        .collect())
}

/// The fields of `sent` that `understood` lacks.
fn put_unknown(at: &str, sent: &Value, understood: &Value, unknown: &mut Vec<(String, String)>) {
    match (sent, understood) {
        (Value::Object(sent), Value::Object(understood)) => {
            for (name, value) in sent {
                let place = below(at, name);
                match understood.get(name) {
                    Some(known) => put_unknown(&place, value, known, unknown),
                    None if value.is_null() => {}
                    None => unknown.push((place, name.clone())),
                }
            }
        }
        (Value::Array(sent), Value::Array(understood)) => {
            for (index, (value, known)) in sent.iter().zip(understood).enumerate() {
                put_unknown(&format!("{at}/{index}"), value, known, unknown);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(value: &Value, expected: &[&str]) {
        let places: Vec<String> = match posted_claim("/claim", value) {
            Ok(_) => Vec::new(),
            Err(faults) => faults.into_iter().map(|fault| fault.column).collect(),
        };
        // A map's order is the sender's or the alphabet's, as its reader was built.
        let sorted = |places: &[&str]| {
            let mut places: Vec<String> = places.iter().map(ToString::to_string).collect();
            places.sort_unstable();
            places
        };
        let places: Vec<&str> = places.iter().map(String::as_str).collect();
        assert_eq!(sorted(&places), sorted(expected), "{value}");
    }

    #[test]
    fn a_field_that_means_nothing_is_a_fault_with_its_place() {
        let good = json!({
            "kind": "sales_authorization", "standing": "yes", "brand": "xiaomi", "sellers": ["mi-store"],
            "categories": "all", "models": "all", "territory": ["US"], "channels": "all",
        });
        check(&good, &[]);
        let mut bad = good.clone();
        bad["sellrs"] = json!(["omni"]);
        bad["un/til"] = json!("2017-01-01");
        check(&bad, &["/claim/sellrs", "/claim/un~1til"]);
        let radio = json!({
            "kind": "radio_declaration", "variant": "v",
            "radio": { "lists": [{ "technology": "LTE", "claims": ["LTE B3"], "exhaustive": true, "note": 1 }] },
        });
        check(&radio, &["/claim/radio/lists/0/note"]);
    }

    #[test]
    fn an_authorisation_says_its_limits_or_none_as_before_there_were_any() {
        let with = |more: Value| {
            let mut claim = json!({
                "kind": "sales_authorization", "standing": "yes", "brand": "b", "sellers": ["s"],
                "categories": "all", "models": "all", "territory": ["US", "EEA"], "channels": "all",
            });
            for (name, value) in more.as_object().expect("an object") {
                claim[name] = value.clone();
            }
            claim
        };
        let Ok(Claim::SalesAuthorization(says)) = posted_claim("/claim", &with(json!({}))) else {
            panic!("an old form is read");
        };
        assert_eq!(says.conditions, domain::evidence::Reach::All);
        assert_eq!((says.quantity, says.rests_on), (None, None));
        assert!(!says.may_be_passed_on && says.territory.names_group());
        let passed = json!({ "from": "ev-1", "by": "big" });
        let whole = json!({
            "conditions": ["new", "used"], "quantity": 500, "may_be_passed_on": false, "rests_on": passed,
        });
        check(&with(whole), &[]);
        for (more, expected) in [
            (
                json!({ "conditions": ["mint"] }),
                &["/claim/conditions/0"][..],
            ),
            (json!({ "territory": ["Europe"] }), &["/claim/territory/0"]),
            (
                json!({ "rests_on": { "from": "", "by": "a b" } }),
                &["/claim/rests_on/from", "/claim/rests_on/by"],
            ),
            (json!({ "rests_on": { "from": "ev-1" } }), &["/claim"]),
            (json!({ "quantity": -1 }), &["/claim"]),
            (json!({ "quantities": 1 }), &["/claim/quantities"]),
        ] {
            check(&with(more), expected);
        }
    }

    #[test]
    fn a_condition_beside_another_result_is_a_fault() {
        let with = |result| {
            json!({
                "kind": "device_certification", "variant": "v", "network": "n", "result": result, "condition": "c",
            })
        };
        check(&with("conditional"), &[]);
        check(&with("certified"), &["/claim/condition"]);
    }

    #[test]
    fn what_a_certification_rests_on_is_read_strictly() {
        let set = json!({
            "kind": "requirement_set", "network": "n", "bands": ["LTE B2"],
            "services": [{ "service": "data", "level": "fallback_only" }],
            "minima": [{ "figure": "Rate", "at_least": "10", "unit": "Mbit/s" }],
        });
        check(&set, &[]);
        let mut bad = set.clone();
        bad["bands"][0] = json!("B2");
        bad["services"][0]["service"] = json!("speech");
        bad["minima"][0]["at_least"] = json!("ten");
        bad["minima"][0]["figure"] = json!("a > b");
        let places = [
            "/claim/bands/0",
            "/claim/minima/0/at_least",
            "/claim/minima/0/figure",
            "/claim/services/0/service",
        ];
        check(&bad, &places);
        let mut both = set.clone();
        both["minima"][0]["at_most"] = json!("20");
        check(&both, &["/claim"]);
        check(
            &json!({ "kind": "requirement_set", "network": "n" }),
            &["/claim"],
        );
        let certified = json!({
            "kind": "device_certification", "variant": "v", "network": "n", "result": "certified",
            "builds": { "first": "V8.2", "last": "V8.10" }, "requirement_set": "s", "reports": ["r"],
        });
        check(&certified, &[]);
        let mut bad = certified.clone();
        bad["builds"] = json!({ "first": "V8.10", "last": "V8.2" });
        check(&bad, &["/claim"]);
        let mut bad = certified.clone();
        bad["builds"]["until"] = json!("V9");
        bad["carier"] = json!("c");
        check(&bad, &["/claim/builds/until", "/claim/carier"]);
        let mut many = certified;
        many["reports"] = (0..17).map(|n| json!(format!("r{n}"))).collect();
        check(&many, &["/claim"]);
    }

    #[test]
    fn what_does_not_read_is_a_fault_of_the_claim() {
        check(&json!({ "kind": "rumour" }), &["/claim"]);
        check(&json!({ "kind": "stop_sale" }), &["/claim"]);
        check(&json!("statement"), &["/claim"]);
    }

    #[test]
    fn every_text_that_is_not_what_its_field_holds_is_named_at_once() {
        let bad = json!({
            "kind": "sales_authorization", "standing": "yes", "brand": "Xiaomi Inc.",
            "sellers": ["mi-store", "Omni HK"], "categories": "all", "models": "every",
            "territory": ["US", "USA"], "channels": "all",
        });
        check(
            &bad,
            &["/claim/brand", "/claim/sellers/1", "/claim/territory/1"],
        );
        let radio = json!({
            "kind": "radio_declaration", "variant": "",
            "radio": { "lists": [{ "technology": "6G", "claims": ["LTE B3", "B3"], "exhaustive": true }] },
        });
        let places = [
            "/claim/variant",
            "/claim/radio/lists/0/technology",
            "/claim/radio/lists/0/claims/1",
        ];
        check(&radio, &places);
    }
}
