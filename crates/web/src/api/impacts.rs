//! `POST /impacts`: what a change would do, before it is made. Records nothing.

use axum::Json;
use axum::extract::State;
use domain::Instant;
use domain::id::{DataSetId, EvidenceId, MarketId};
use trade::impact::{self, Affected, ImpactPage, Planned};
use trade::node::DirectoryNames;
use trade::{Code, policy_toml};
use utoipa::ToSchema;

use crate::App;
use crate::access::Operator;
use crate::api::asked::{Asked, Body};
use crate::api::evidence::record::{NewEvidence, faults};
use crate::api::form::{Form, FromForm, invalid, invalid_at};
use crate::api::markets::set_policy::FILE;
use crate::api::paging::Paging;
use crate::problem::Problem;
use crate::wire::impact::ImpactJson;

const SORT: &str = "impact";
/// Most characters of a policy.
const POLICY_CHARS_MAX: usize = 60_000;

/// A data set that would speak in a market.
#[derive(ToSchema)]
pub struct PlannedActivation {
    /// In which market.
    #[schema(value_type = String, example = "us")]
    market: MarketId,
    /// Which data set.
    #[schema(value_type = String)]
    data_set: DataSetId,
}

impl FromForm for PlannedActivation {
    fn from_form(form: &mut Form) -> Option<Self> {
        let market = form.need("market");
        let data_set = form.need("data_set");
        Some(Self {
            market: market?,
            data_set: data_set?,
        })
    }
}

/// What may be planned; all but the last by the name of its field.
const CHANGES: [&str; 5] = ["withdraw", "evidence", "policy", "activation", "time"];
/// How far is looked ahead where it is not said.
const AHEAD_MS: i64 = 30 * 86_400_000;
const CHANGE_CHARS_MAX: usize = 20;

/// What is planned: the field that `change` names, and no other of them.
#[derive(ToSchema)]
pub struct NewImpact {
    /// `withdraw`, `evidence`, `policy`, `activation`, or `time`: nothing is recorded.
    #[schema(example = "withdraw")]
    change: String,
    /// To withdraw this piece of evidence.
    #[schema(value_type = Option<String>, example = "ev-3f0c")]
    withdraw: Option<EvidenceId>,
    /// With `withdraw`: from when; left out: from now.
    #[schema(value_type = Option<String>)]
    from: Option<Instant>,
    /// To record this: the body of `POST /evidence`.
    evidence: Option<NewEvidence>,
    /// To put this policy in force: its TOML.
    policy: Option<String>,
    /// To let a data set speak.
    activation: Option<PlannedActivation>,
    /// With `time`: what ends or begins by itself until this instant; left out: in thirty days.
    #[schema(value_type = Option<String>, example = "2027-01-01")]
    until: Option<Instant>,
}

impl FromForm for NewImpact {
    fn from_form(form: &mut Form) -> Option<Self> {
        let change = form.need_text("change", CHANGE_CHARS_MAX);
        let planned = Self {
            change: change.clone().unwrap_or_default(),
            withdraw: form.may("withdraw"),
            from: form.may("from"),
            evidence: form.may_form("evidence"),
            policy: form.may_text("policy", POLICY_CHARS_MAX),
            activation: form.may_form("activation"),
            until: form.may("until"),
        };
        let given = [
            planned.withdraw.is_some(),
            planned.evidence.is_some(),
            planned.policy.is_some(),
            planned.activation.is_some(),
            planned.until.is_some(),
        ];
        let change = change?;
        if !CHANGES.contains(&change.as_str()) {
            let help = "write withdraw, evidence, policy, activation or time";
            form.fault("change", "impact.change", &change, help);
        }
        for (name, is_given) in CHANGES.into_iter().zip(given) {
            let is_named = name == change;
            if is_given != is_named && !(is_named && name == "time") {
                let name = if name == "time" { "until" } else { name };
                let help = "give the field that `change` names, and none of the others";
                form.fault(name, "impact.one_change", "", help);
            }
        }
        Some(planned)
    }
}

/// Says which listings a change would stop or start, and which carts and orders hold them.
///
/// The change is put on a copy of what is known, and every listing that is offered is judged before and after.
#[utoipa::path(
    post, path = "/api/v1/impacts", tag = "evidence", request_body = NewImpact, params(Paging),
    responses(
        (status = 200, description = "By count, and a page of the list.", body = ImpactJson),
        (status = 404, description = "`not_found`"),
        (status = 422, description = "`invalid_input`, `wrong_scope`, `policy_invalid`"),
    ),
)]
pub async fn impact_of(
    State(app): State<App>,
    Asked(paging): Asked<Paging>,
    _: Operator,
    Body(asked): Body<NewImpact>,
) -> Result<Json<ImpactJson>, Problem> {
    let after = paging.after(SORT)?.map(str::parse).transpose();
    let after = after.map_err(|error| Problem::from(trade::Error::from(error)))?;
    let page = ImpactPage {
        after,
        limit: paging.items() + 1,
    };
    let planned = planned(&app, asked).await?;
    let mut impact = app.house.impact(&planned, &page).await?;
    let affected = std::mem::take(&mut impact.affected);
    let key = |one: &Affected| one.place().to_string();
    let (items, next) = paging.cut(affected, SORT, key);
    let directory = app.house.directory();
    let names = DirectoryNames(&directory);
    Ok(Json(ImpactJson::new(&impact, &items, next, &names)))
}

async fn planned(app: &App, asked: NewImpact) -> Result<Planned, Problem> {
    // What was read has the field that it names.
    let missing = || {
        let help = "give the field that `change` names, and none of the others";
        invalid_at("/change", "impact.one_change", &asked.change, help)
    };
    match asked.change.as_str() {
        "withdraw" => {
            let ends = asked.withdraw.as_ref().ok_or_else(missing)?;
            Ok(app.house.planned_withdrawal(ends, asked.from).await?)
        }
        "evidence" => {
            let evidence = asked.evidence.as_ref().ok_or_else(missing)?;
            let faults = faults(app, evidence).await?;
            if !faults.is_empty() {
                return Err(invalid(faults));
            }
            Ok(Planned::Change(Box::new(evidence.clone().draft())))
        }
        "policy" => {
            let text = asked.policy.as_ref().ok_or_else(missing)?;
            let invalid = |faults| Problem::from(trade::Error::faults(Code::PolicyInvalid, faults));
            let directory = app.house.directory();
            let policy = policy_toml::parse_here(FILE, text, &directory).map_err(invalid)?;
            Ok(impact::policy(policy))
        }
        "activation" => {
            let PlannedActivation { market, data_set } =
                asked.activation.as_ref().ok_or_else(missing)?;
            super::markets::known(app, market)?;
            Ok(app.house.planned_activation(market, data_set).await?)
        }
        _ => {
            let ahead = || app.house.present().plus_ms(AHEAD_MS);
            Ok(Planned::Time(asked.until.unwrap_or_else(ahead)))
        }
    }
}
