//! A key of an issuer, as the API and the command line show it.

use serde::Serialize;
use trade::signing::IntroducedKey;
use utoipa::ToSchema;

use super::PeriodJson;

/// A key that was introduced in a market.
#[derive(Serialize, ToSchema)]
#[schema(as = IssuerKey)]
pub struct IssuerKeyJson {
    /// The evidence that introduced it; withdrawn, the key is lost.
    pub evidence: String,
    /// The market that hears it.
    pub market: String,
    /// Whose it is.
    pub party: String,
    /// The public key, C2SP vkey.
    pub key: String,
    /// For which time it was introduced.
    pub valid: PeriodJson,
    /// Whether it is in force now.
    pub is_in_force: bool,
    /// When it was introduced.
    pub introduced_at: String,
}

impl From<&IntroducedKey> for IssuerKeyJson {
    fn from(known: &IntroducedKey) -> Self {
        Self {
            evidence: known.evidence.to_string(),
            market: known.market.to_string(),
            party: known.party.to_string(),
            key: known.key.clone(),
            valid: (&known.valid).into(),
            is_in_force: known.is_in_force,
            introduced_at: known.introduced_at.to_string(),
        }
    }
}
