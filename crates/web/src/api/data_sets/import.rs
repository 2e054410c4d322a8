//! `POST /data-sets`: imports a file of a source that is known.

use axum::Json;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use domain::ParseError;
use domain::evidence::Authority;
use domain::id::{HostNetworkId, PartyId};
use serde::Serialize;
use std::str::FromStr;
use trade::data_sets::Input;
use trade::data_sets::approved::{LIST_NAME_CHARS_MAX, ListOf};
use trade::{ApprovedMapping, FileKind};
use utoipa::{IntoParams, ToSchema};

use super::answer::DataSetJson;
use crate::App;
use crate::access::Operator;
use crate::api::asked::{Asked, bytes};
use crate::api::form::{Form, FromForm, invalid_at};
use crate::api::limits::{FAULTS_SHOWN_MAX, FILE_NAME_CHARS_MAX};
use crate::problem::{Problem, detached};
use crate::wire::FaultJson;

/// Characters of a day.
const DATE_CHARS_MAX: usize = 32;

/// What the file is.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ImportQuery {
    /// The file's name.
    #[param(example = "supported_devices.csv")]
    name: String,
    /// The kind of file; left out: it is found out.
    #[param(value_type = Option<String>, example = "google-devices")]
    kind: Option<FileKind>,
    /// `public_list` (if left out), or `own` for a party's own declaration of what is its own.
    #[param(value_type = Option<String>, example = "public_list")]
    authority: Option<Weight>,
    /// Of a list of approved devices: the host network whose word it is.
    #[param(value_type = Option<String>, example = "tmobile-us")]
    network: Option<HostNetworkId>,
    /// Of such a list: the party of the virtual carrier on whose service it holds; left out: on anybody's.
    #[param(value_type = Option<String>, example = "us-mobile")]
    carrier: Option<PartyId>,
    /// Which of the network's lists it is, where there are several.
    #[param(example = "portal")]
    list: Option<String>,
    /// The day that such a list states for itself, from which on it speaks; left out: as the file's name says, else from
    /// its activation on.
    #[param(example = "2016-05-03")]
    dated: Option<String>,
    /// Which of such a list's columns say what; left out: as in the delivery before, else by their heads.
    #[param(value_type = Option<String>, example = "tac=TAC Code; result=Status")]
    map: Option<ApprovedMapping>,
}

/// How much the file's word weighs.
#[derive(Clone, Copy)]
struct Weight(Authority);

impl FromStr for Weight {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        match text {
            "public_list" => Ok(Self(Authority::PublicList)),
            "own" => Ok(Self(Authority::Own)),
            _ => Err(ParseError::new(
                text,
                "an authority",
                "write public_list or own",
            )),
        }
    }
}

impl FromForm for ImportQuery {
    fn from_form(form: &mut Form) -> Option<Self> {
        let name = form.need_text("name", FILE_NAME_CHARS_MAX);
        let kind = form.may::<FileKind>("kind");
        let authority = form.may("authority");
        let network = form.may::<HostNetworkId>("network");
        let carrier = form.may("carrier");
        let list = form.may_text("list", LIST_NAME_CHARS_MAX);
        let dated = form.may_text("dated", DATE_CHARS_MAX);
        let map = form.may("map");
        let is_list = kind == Some(FileKind::ApprovedDevices);
        if is_list != network.is_some() {
            let help = "a list of approved devices has the kind approved-devices and names its host network";
            form.fault("network", "import.network", "", help);
        }
        if !is_list && (carrier.is_some() || list.is_some() || dated.is_some() || map.is_some()) {
            let help = "carrier, list, dated and map are of a list of approved devices";
            form.fault("kind", "import.not_a_list", "", help);
        }
        if kind == Some(FileKind::MerchantFeed) {
            form.fault(
                "kind",
                "import.feed",
                FileKind::MerchantFeed.name(),
                FEED_HELP,
            );
        }
        if kind == Some(FileKind::BlockedDevices) {
            let name = FileKind::BlockedDevices.name();
            let help = "a list of blocked units is imported with `passband import`";
            form.fault("kind", "import.blocked_devices", name, help);
        }
        Some(Self {
            name: name?,
            kind,
            authority,
            network,
            carrier,
            list,
            dated,
            map,
        })
    }
}

const FEED_HELP: &str = "a seller's feed goes to POST /api/v1/markets/{market}/feeds";

/// What came of an import.
#[derive(Serialize, ToSchema)]
#[schema(as = Import)]
pub struct ImportJson {
    /// The data set.
    data_set: DataSetJson,
    /// How many faults there are.
    fault_count: usize,
    /// Rows that were not read, at most 1,000 of them.
    faults: Vec<FaultJson>,
    /// Rows that were read, with something set aside; at most 1,000 of them.
    notes: Vec<FaultJson>,
}

/// Imports a file as a data set. Its rows say nothing until it is activated in a market.
///
/// The very same file again changes nothing.
#[utoipa::path(
    post, path = "/api/v1/data-sets", tag = "data sets", params(ImportQuery),
    request_body(content = Vec<u8>, content_type = "application/octet-stream", description = "The file."),
    responses(
        (status = 200, description = "This very file had been imported before.", body = ImportJson),
        (status = 201, description = "Imported.", body = ImportJson),
        (status = 422, description = "`file_not_understood`, `invalid_input`"),
    ),
)]
pub async fn import_data_set(
    State(app): State<App>,
    Asked(query): Asked<ImportQuery>,
    _: Operator,
    request: Request,
) -> Result<(StatusCode, Json<ImportJson>), Problem> {
    let bytes = bytes(request, &app).await?.to_vec();
    let house = app.house.clone();
    let imported = detached(async move {
        let Weight(authority) = query.authority.unwrap_or(Weight(Authority::PublicList));
        let input = Input::Bytes(query.name, bytes);
        if let Some(network) = query.network {
            let list = ListOf {
                network,
                carrier: query.carrier,
                name: query.list,
                dated: query.dated,
                mapping: query.map.unwrap_or_default(),
            };
            return house.deliver_list(input, list, |_| {}).await;
        }
        house.import(input, query.kind, authority, |_| {}).await
    });
    let imported = imported.await?;
    let Some(set) = &imported.data_set else {
        return Err(invalid_at(
            "?kind",
            "import.feed",
            imported.kind.name(),
            FEED_HELP,
        ));
    };
    let status = if imported.was_known {
        StatusCode::OK
    } else {
        StatusCode::CREATED
    };
    let shown = |faults: &[domain::fault::Fault]| {
        let faults = faults.iter().take(FAULTS_SHOWN_MAX);
        faults.map(FaultJson::from).collect()
    };
    let answer = ImportJson {
        data_set: DataSetJson::new(&app, set)?,
        fault_count: imported.faults.len(),
        faults: shown(&imported.faults),
        notes: shown(&imported.notes),
    };
    Ok((status, Json(answer)))
}
