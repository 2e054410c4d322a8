//! `POST /documents` and `GET /documents/{document}`: what evidence came in, kept as it came.
//!
//! A document is somebody else's file and may be anything. So it is given back as a download, never as something of
//! this site that a browser would show or run.

use axum::Json;
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use crate::App;
use crate::access::Operator;
use crate::api::asked::{Asked, Nothing, bytes};
use crate::api::form::{Form, FromForm};
use crate::api::limits::FILE_NAME_CHARS_MAX;
use crate::api::path::{At, Hash};
use crate::problem::{Problem, detached};

/// Somebody else's file: should a browser show it after all, nothing of it runs or is fetched, and it is of no site.
pub(crate) const OTHERS_FILE: &str = "default-src 'none'; sandbox; frame-ancestors 'none'";

/// What the document is called.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub struct DocumentQuery {
    /// The file's name.
    #[param(example = "letter.pdf")]
    name: String,
}

impl FromForm for DocumentQuery {
    fn from_form(form: &mut Form) -> Option<Self> {
        let name = form.need_text("name", FILE_NAME_CHARS_MAX)?;
        Some(Self { name })
    }
}

/// A document that is kept.
#[derive(Serialize, ToSchema)]
#[schema(as = Document)]
pub struct DocumentJson {
    /// SHA-256 of its bytes, lower hex: by this evidence names it.
    sha256: String,
    /// How many bytes it has.
    byte_count: usize,
    /// Whether it was kept before; it keeps the name that it came with first.
    was_known: bool,
}

/// Keeps a document that evidence came in: a letter, an e-mail, a screenshot, at most 10 MiB.
///
/// What kind of file it is, is seen by its bytes. What hangs on a mail becomes documents of its own. Evidence then
/// names it by its SHA-256.
#[utoipa::path(
    post, path = "/api/v1/documents", tag = "evidence", params(DocumentQuery),
    request_body(content = Vec<u8>, content_type = "application/octet-stream", description = "The file as it came."),
    responses(
        (status = 200, description = "The same was kept before.", body = DocumentJson),
        (status = 201, description = "Kept.", body = DocumentJson),
        (status = 422, description = "`document_refused`, `imei_not_here`"),
    ),
)]
pub async fn keep_document(
    State(app): State<App>,
    Asked(query): Asked<DocumentQuery>,
    Operator(by): Operator,
    request: Request,
) -> Result<(StatusCode, Json<DocumentJson>), Problem> {
    let bytes = bytes(request, &app).await?;
    let byte_count = bytes.len();
    let house = app.house.clone();
    let keep = async move { house.bring_document(&query.name, bytes.to_vec(), &by).await };
    let (sha256, is_new) = detached(keep).await?;
    let status = if is_new {
        StatusCode::CREATED
    } else {
        StatusCode::OK
    };
    let answer = DocumentJson {
        sha256,
        byte_count,
        was_known: !is_new,
    };
    Ok((status, Json(answer)))
}

/// Gives a document back, byte for byte, as a download.
#[utoipa::path(
    get, path = "/api/v1/documents/{document}", tag = "evidence",
    responses(
        (status = 200, description = "The file, as what it was kept as.", content(
            (Vec<u8> = "application/octet-stream"), (Vec<u8> = "application/pdf"), (Vec<u8> = "image/jpeg"),
            (Vec<u8> = "image/png"), (Vec<u8> = "message/rfc822"), (Vec<u8> = "text/csv"), (Vec<u8> = "text/plain"),
            (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
            (Vec<u8> = "application/vnd.oasis.opendocument.spreadsheet"),
        )),
        (status = 404, description = "`not_found`"),
    ),
)]
pub async fn show_document(
    State(app): State<App>,
    At(Hash(sha256)): At<Hash>,
    Asked(Nothing): Asked<Nothing>,
    _: Operator,
) -> Result<Response, Problem> {
    let found = app.house.document(&sha256).await?;
    let found = found.ok_or_else(|| Problem::not_found("document", &sha256))?;
    let headers = [
        (header::CONTENT_TYPE, found.kind.media_type().to_owned()),
        (header::CONTENT_DISPOSITION, attachment(&found.title)),
        (header::CONTENT_SECURITY_POLICY, OTHERS_FILE.to_owned()),
    ];
    Ok((headers, found.bytes).into_response())
}

/// The header that makes a browser keep a file under its name (RFC 6266 clause 4.3, RFC 8187 clause 3.2).
fn attachment(title: &str) -> String {
    use std::fmt::Write as _;
    let mut value = "attachment; filename*=UTF-8''".to_owned();
    for byte in title.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            value.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(value, "%{byte:02X}");
        }
    }
    value
}
