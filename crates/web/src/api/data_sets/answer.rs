//! How a data set is shown.

use domain::scope::Scope;
use serde::Serialize;
use trade::DataSet;
use trade::data_sets::activate::activated;
use trade::gate::snapshot::Moment;
use utoipa::ToSchema;

use crate::App;
use crate::problem::Problem;

/// One file of one source.
#[derive(Serialize, ToSchema)]
#[schema(as = DataSet)]
pub struct DataSetJson {
    /// Its id.
    id: String,
    /// The kind of file.
    kind: String,
    /// As it was named.
    file_name: String,
    /// SHA-256 of the file, lower hex.
    sha256: String,
    /// The source, in words.
    title: String,
    /// The name that all deliveries of the source share; a policy's `[trust]` names it so.
    series: String,
    /// The source's own date.
    dated: String,
    /// As the source states it.
    licence: String,
    /// What that means for trade: `commercial`, `non-commercial` or `not-stated`.
    commercial_use: String,
    /// Which fields claim to be the whole set, in words.
    exhaustive: String,
    /// `built_in`, `public_list` or `own`.
    authority: String,
    /// Rows in the file.
    rows: u64,
    /// Of those, the ones that gave facts.
    rows_with_facts: u64,
    /// Of those, the ones that had faults.
    rows_with_faults: u64,
    /// Facts in all.
    facts: u64,
    /// When it was imported.
    imported_at: String,
    /// Since when it is no longer asked where no market is named; `null`: it is asked.
    retired_at: Option<String>,
    /// Markets in which it is active now. Of several deliveries of one source the last activated one speaks.
    active_in: Vec<String>,
    /// Whose list of approved devices it is and how it was read; `null`: it is no such list.
    list: Option<ApprovedListJson>,
}

/// Whose list of approved devices a data set is, and how it was read.
#[derive(Serialize, ToSchema)]
#[schema(as = ApprovedList)]
pub struct ApprovedListJson {
    /// The host network whose word it is.
    network: String,
    /// The virtual carrier on whose service it holds; `null`: on anybody's.
    carrier: Option<String>,
    /// Which of the network's lists; `null`: it has one.
    name: Option<String>,
    /// Which columns say what; the next delivery is read by the same.
    columns: String,
}

impl DataSetJson {
    /// With the markets in which it is active.
    pub fn new(app: &App, set: &DataSet) -> Result<Self, Problem> {
        let origin = trade::data_sets::origin_of(set)?;
        Ok(Self {
            id: set.id.to_string(),
            kind: set.kind.clone(),
            file_name: set.file_name.clone(),
            sha256: set.sha256.clone(),
            title: origin.title,
            series: trade::data_sets::series(set)?,
            dated: origin.dated,
            licence: origin.licence,
            commercial_use: origin.commercial_use,
            exhaustive: origin.exhaustive,
            authority: origin.authority,
            rows: set.rows,
            rows_with_facts: set.rows_with_facts,
            rows_with_faults: set.rows_with_faults,
            facts: set.facts,
            imported_at: set.imported_at.to_string(),
            retired_at: set.retired_at.map(|at| at.to_string()),
            active_in: active_in(app, set),
            list: origin.list.map(|list| ApprovedListJson {
                network: list.network,
                carrier: list.carrier,
                name: list.name,
                columns: list.columns,
            }),
        })
    }
}

fn active_in(app: &App, set: &DataSet) -> Vec<String> {
    let snapshot = app.house.snapshot();
    let moment = Moment::at(app.house.present());
    let directory = app.house.directory();
    let markets = directory.markets.iter();
    markets
        .filter(|market| {
            let scope = Scope::Market(market.id.clone());
            let mut in_force = snapshot.in_force(&scope, moment);
            in_force.any(|one| activated(&one.evidence) == Some(&set.id))
        })
        .map(|market| market.id.to_string())
        .collect()
}
