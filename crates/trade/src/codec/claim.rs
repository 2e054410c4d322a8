//! Claims as JSON: one shape a kind, tagged with the kind's name.

use std::str::FromStr;

use domain::ParseError;
use domain::evidence::{
    CertificationResult, Claim, SalesAuthorization, Standing, WithdrawalManner,
};
use domain::fault::Fault;
use domain::id::{
    BrandId, Category, DataSetId, EvidenceId, HostNetworkId, ListingId, MarketId, ModelId,
    SellerId, VariantId,
};
use domain::listing::ListingState;
use domain::place::Country;
use domain::radio::{AccessTechnology, BandClaim};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::policy::PolicyJson;
use super::{CodecError, RadioJson, ReachJson};

/// Characters of a value that a fault repeats.
const FOUND_CHARS_MAX: usize = 60;

/// What a piece of evidence says: one shape a kind.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq, Eq, ToSchema)]
#[schema(as = Claim)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ClaimJson {
    /// A brand's word on who may sell what, where and on which channel. Written under the brand.
    SalesAuthorization {
        standing: StandingJson,
        brand: String,
        sellers: ReachJson,
        categories: ReachJson,
        models: ReachJson,
        territory: ReachJson,
        channels: ReachJson,
    },
    /// A host network's certification. Written under the variant.
    DeviceCertification {
        variant: String,
        network: String,
        result: ResultJson,
        /// With `conditional` only: the condition.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        condition: Option<String>,
    },
    /// A device's radio. Written under the variant.
    RadioDeclaration { variant: String, radio: RadioJson },
    /// A network's radio. Written under the host network.
    NetworkDeclaration { network: String, radio: RadioJson },
    /// A platform owner's certification. Written under the variant.
    PlatformCertification {
        variant: String,
        platform: String,
        standing: StandingJson,
    },
    /// A regulator's approval. Written under the variant.
    RegulatoryApproval {
        variant: String,
        scheme: String,
        identifier: String,
        country: String,
        standing: StandingJson,
    },
    /// Where a seller's units of a variant come from. Written under the seller.
    CustodyEvent {
        seller: String,
        variant: String,
        standing: StandingJson,
    },
    /// Not to be sold. Written under what it stops.
    StopSale { cause: String },
    /// Who said what, in which role; without force of its own. The words stand beside it.
    Statement { role: String },
    /// A market's policy. Written under the market.
    Policy { policy: PolicyJson },
    /// A data set speaks in a market from now on. Written under the market.
    DataSetActivation { data_set: String, sha256: String },
    /// Ends other evidence. Written under the scope of what it ends.
    Withdrawal {
        ends: String,
        /// `suspend`, `revoke` or `correct`.
        manner: String,
    },
    /// A decision on a listing. Written under the listing.
    ListingDecision { listing: String, state: String },
}

/// Yes or no.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, PartialEq, Eq, ToSchema)]
#[schema(as = Standing)]
#[serde(rename_all = "snake_case")]
pub enum StandingJson {
    Yes,
    No,
}

/// What a host network found.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, PartialEq, Eq, ToSchema)]
#[schema(as = CertificationResult)]
#[serde(rename_all = "snake_case")]
pub enum ResultJson {
    Certified,
    Conditional,
    NotCertified,
}

impl From<Standing> for StandingJson {
    fn from(standing: Standing) -> Self {
        match standing {
            Standing::Yes => Self::Yes,
            Standing::No => Self::No,
        }
    }
}

impl From<StandingJson> for Standing {
    fn from(standing: StandingJson) -> Self {
        match standing {
            StandingJson::Yes => Self::Yes,
            StandingJson::No => Self::No,
        }
    }
}

impl ClaimJson {
    pub fn write(claim: &Claim) -> Self {
        match claim {
            Claim::SalesAuthorization(says) => Self::SalesAuthorization {
                standing: says.standing.into(),
                brand: says.brand.to_string(),
                sellers: ReachJson::write(&says.sellers),
                categories: ReachJson::write(&says.categories),
                models: ReachJson::write(&says.models),
                territory: ReachJson::write(&says.territory),
                channels: ReachJson::write(&says.channels),
            },
            Claim::DeviceCertification {
                variant,
                network,
                result,
            } => {
                let (result, condition) = match result {
                    CertificationResult::Certified => (ResultJson::Certified, None),
                    CertificationResult::Conditional(condition) => {
                        (ResultJson::Conditional, Some(condition.clone()))
                    }
                    CertificationResult::NotCertified => (ResultJson::NotCertified, None),
                };
                Self::DeviceCertification {
                    variant: variant.to_string(),
                    network: network.to_string(),
                    result,
                    condition,
                }
            }
            Claim::RadioDeclaration { variant, radio } => Self::RadioDeclaration {
                variant: variant.to_string(),
                radio: RadioJson::write(radio),
            },
            Claim::NetworkDeclaration { network, radio } => Self::NetworkDeclaration {
                network: network.to_string(),
                radio: RadioJson::write(radio),
            },
            Claim::PlatformCertification {
                variant,
                platform,
                standing,
            } => Self::PlatformCertification {
                variant: variant.to_string(),
                platform: platform.clone(),
                standing: (*standing).into(),
            },
            Claim::RegulatoryApproval {
                variant,
                scheme,
                identifier,
                country,
                standing,
            } => Self::RegulatoryApproval {
                variant: variant.to_string(),
                scheme: scheme.clone(),
                identifier: identifier.clone(),
                country: country.to_string(),
                standing: (*standing).into(),
            },
            Claim::CustodyEvent {
                seller,
                variant,
                standing,
            } => Self::CustodyEvent {
                seller: seller.to_string(),
                variant: variant.to_string(),
                standing: (*standing).into(),
            },
            Claim::StopSale { cause } => Self::StopSale {
                cause: cause.clone(),
            },
            Claim::Statement { role } => Self::Statement { role: role.clone() },
            Claim::Policy(policy) => Self::Policy {
                policy: PolicyJson::write(policy),
            },
            Claim::DataSetActivation { data_set, sha256 } => Self::DataSetActivation {
                data_set: data_set.to_string(),
                sha256: sha256.clone(),
            },
            Claim::Withdrawal { ends, manner } => Self::Withdrawal {
                ends: ends.to_string(),
                manner: manner.name().to_owned(),
            },
            Claim::ListingDecision { listing, state } => Self::ListingDecision {
                listing: listing.to_string(),
                state: state.name().to_owned(),
            },
        }
    }

    pub fn read(&self) -> Result<Claim, CodecError> {
        Ok(match self {
            Self::SalesAuthorization {
                standing,
                brand,
                sellers,
                categories,
                models,
                territory,
                channels,
            } => Claim::SalesAuthorization(SalesAuthorization {
                standing: (*standing).into(),
                brand: brand.parse()?,
                sellers: sellers.read()?,
                categories: categories.read()?,
                models: models.read()?,
                territory: territory.read()?,
                channels: channels.read()?,
            }),
            Self::DeviceCertification {
                variant,
                network,
                result,
                condition,
            } => Claim::DeviceCertification {
                variant: variant.parse()?,
                network: network.parse()?,
                result: match result {
                    ResultJson::Certified => CertificationResult::Certified,
                    ResultJson::NotCertified => CertificationResult::NotCertified,
                    ResultJson::Conditional => CertificationResult::Conditional(
                        condition
                            .clone()
                            .ok_or_else(|| CodecError("a condition is missing".to_owned()))?,
                    ),
                },
            },
            Self::RadioDeclaration { variant, radio } => Claim::RadioDeclaration {
                variant: variant.parse()?,
                radio: radio.read()?,
            },
            Self::NetworkDeclaration { network, radio } => Claim::NetworkDeclaration {
                network: network.parse()?,
                radio: radio.read()?,
            },
            Self::PlatformCertification {
                variant,
                platform,
                standing,
            } => Claim::PlatformCertification {
                variant: variant.parse()?,
                platform: platform.clone(),
                standing: (*standing).into(),
            },
            Self::RegulatoryApproval {
                variant,
                scheme,
                identifier,
                country,
                standing,
            } => Claim::RegulatoryApproval {
                variant: variant.parse()?,
                scheme: scheme.clone(),
                identifier: identifier.clone(),
                country: country.parse()?,
                standing: (*standing).into(),
            },
            Self::CustodyEvent {
                seller,
                variant,
                standing,
            } => Claim::CustodyEvent {
                seller: seller.parse()?,
                variant: variant.parse()?,
                standing: (*standing).into(),
            },
            Self::StopSale { cause } => Claim::StopSale {
                cause: cause.clone(),
            },
            Self::Statement { role } => Claim::Statement { role: role.clone() },
            Self::Policy { policy } => Claim::Policy(policy.read()?),
            Self::DataSetActivation { data_set, sha256 } => Claim::DataSetActivation {
                data_set: data_set.parse()?,
                sha256: sha256.clone(),
            },
            Self::Withdrawal { ends, manner } => Claim::Withdrawal {
                ends: ends.parse()?,
                manner: manner.parse()?,
            },
            Self::ListingDecision { listing, state } => Claim::ListingDecision {
                listing: listing.parse()?,
                state: state.parse()?,
            },
        })
    }
}

/// Whether a text reads as what a field holds.
type Check = fn(&str) -> Result<(), ParseError>;

fn reads<T: FromStr<Err = ParseError>>(text: &str) -> Result<(), ParseError> {
    text.parse::<T>().map(drop)
}

/// What the fields of claims hold, whichever kind they are of. A field that is not here is free text.
const FIELDS: [(&str, Check); 17] = [
    ("brand", reads::<BrandId>),
    ("sellers", reads::<SellerId>),
    ("categories", reads::<Category>),
    ("models", reads::<ModelId>),
    ("territory", reads::<Country>),
    ("channels", reads::<MarketId>),
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

fn fault(place: &str, rule: &'static str, found: &str, help: String) -> Fault {
    Fault {
        file: String::new(),
        line: 0,
        column: place.to_owned(),
        rule,
        found: found.chars().take(FOUND_CHARS_MAX).collect(),
        help,
    }
}

/// Reads a claim that somebody sends: as in a body, but what would be left aside there is a fault here. A
/// misspelt restriction must not become an authorisation without it.
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
        assert_eq!(places, expected, "{value}");
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
