//! What is known of one unit, as JSON. The number itself is in none of it.

use domain::number::ReportingBody;
use serde::Serialize;
use trade::unit::{Blocked, UnitChecked};
use utoipa::ToSchema;

use super::{CheckedJson, SourceJson};
use crate::answers::RowErrorJson;

/// What is known of one unit.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Unit)]
pub struct UnitJson {
    /// The first eight digits of its IMEI, which say the model.
    pub type_allocation_code: String,
    /// Who allocated the code.
    pub reporting_body: ReportingBodyJson,
    /// What each list says of the model; lists may contradict each other.
    pub models: Vec<ModelClaimJson>,
    /// Whether it works on the network that was named.
    pub checked: Option<CheckedJson>,
    /// Why that is not known, though a network was named.
    pub not_checked: Option<RowErrorJson>,
    /// Whether a list of blocked units names it.
    pub blocked: BlockedJson,
}

/// Who allocated a type allocation code (GSMA TS.06).
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = ReportingBody)]
pub struct ReportingBodyJson {
    /// `allocating`, `test`: codes for test devices, which no shop may sell; `unknown`: no body has these digits.
    pub kind: &'static str,
    /// The body's short name.
    pub name: Option<&'static str>,
    /// For people.
    pub sentence: String,
}

/// What one list says of the model.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = ModelClaim)]
pub struct ModelClaimJson {
    /// The brand; may be empty.
    pub brand: String,
    /// The marketing name; may be empty where there are codes.
    pub model: String,
    /// Model codes.
    pub codes: Vec<String>,
    /// Which list.
    pub source: SourceJson,
}

/// Whether a list of blocked units names it. No answer says that a unit is clean.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Blocked)]
pub struct BlockedJson {
    /// `blocked`: a list names it; `not_listed`: none of `lists` does, which says nothing beyond them;
    /// `not_checked`: there is no list.
    pub state: &'static str,
    /// For people.
    pub sentence: String,
    /// The lists that name it, with what they say.
    pub by: Vec<BlockedByJson>,
    /// The lists that were looked into.
    pub lists: Vec<BlockedListJson>,
    /// Lists that this node cannot look into.
    pub not_read: Vec<String>,
}

/// A list that was looked into.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = BlockedList)]
pub struct BlockedListJson {
    /// Its name.
    pub name: String,
    /// When its present state was delivered.
    pub delivered_at: String,
}

/// A list that names the unit.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = BlockedBy)]
pub struct BlockedByJson {
    /// Its name.
    pub list: String,
    /// When its present state was delivered.
    pub delivered_at: String,
    /// Why, in the list's words.
    pub reason: Option<String>,
    /// Since when.
    pub since: Option<String>,
}

impl From<&UnitChecked> for UnitJson {
    fn from(unit: &UnitChecked) -> Self {
        let models = unit.models.iter().map(|claim| ModelClaimJson {
            brand: claim.brand.clone(),
            model: claim.model.clone(),
            codes: claim.codes.clone(),
            source: (&claim.source).into(),
        });
        let fit = unit.fit.as_ref();
        Self {
            type_allocation_code: unit.tac.to_string(),
            reporting_body: reporting_body(unit),
            models: models.collect(),
            checked: fit.and_then(|fit| fit.as_ref().ok()).map(CheckedJson::from),
            not_checked: fit
                .and_then(|fit| fit.as_ref().err())
                .map(RowErrorJson::from),
            blocked: blocked(unit),
        }
    }
}

fn reporting_body(unit: &UnitChecked) -> ReportingBodyJson {
    let body = unit.tac.reporting_body();
    let (kind, name) = match body {
        Some(ReportingBody::Allocating(name)) => ("allocating", Some(name)),
        Some(ReportingBody::Test) => ("test", None),
        None => ("unknown", None),
    };
    ReportingBodyJson {
        kind,
        name,
        sentence: unit.body_sentence(),
    }
}

fn blocked(unit: &UnitChecked) -> BlockedJson {
    let by = |one: &Blocked| BlockedByJson {
        list: one.list.name.clone(),
        delivered_at: one.list.imported_at.to_string(),
        reason: one.reason.clone(),
        since: one.since.map(|since| since.to_string()),
    };
    let lists = unit.lists.iter().map(|list| BlockedListJson {
        name: list.name.clone(),
        delivered_at: list.imported_at.to_string(),
    });
    BlockedJson {
        state: unit.standing().name(),
        sentence: unit.sentence(),
        by: unit.blocked.iter().map(by).collect(),
        lists: lists.collect(),
        not_read: unit.not_read.clone(),
    }
}
