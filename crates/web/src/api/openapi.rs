//! The OpenAPI document, from the handlers' own types, and `GET /openapi.json`.
//!
//! What follows from the route table is not written twice: who may use a route, the errors that any route may
//! answer, and what the path names are added here.

use std::sync::LazyLock;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use utoipa::openapi::path::{Operation, Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::Type;
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{Content, ObjectBuilder, PathItem, Ref, RefOr, Required, ResponseBuilder};
use utoipa::{Modify, OpenApi};

use super::asked::{Asked, Nothing};
use super::tagged::tagged_text;
use super::*;
use crate::App;
use crate::access::{Access, RouteInfo};
use crate::problem::{Problem, ProblemBody};

const BEARER: &str = "bearer";
const PROBLEM_JSON: &str = "application/problem+json";

/// What the path names, for its documentation.
const NAMED: &[(&str, &str)] = &[
    ("cart", "A cart's id."),
    ("data_set", "A data set's id."),
    ("document", "SHA-256 of a document's bytes, lower hex."),
    ("draft", "A draft's id."),
    ("evidence", "The id of a piece of evidence."),
    ("invitation", "An invitation's id."),
    ("listing", "A listing's id."),
    ("market", "A market's id."),
    ("member", "A member's id."),
    (
        "network",
        "A network's key, as the list of networks has it.",
    ),
    ("order", "An order's id."),
    ("party", "A party's id."),
    ("position", "A position in the record, counted from 0."),
    ("session", "A session's id, as the list of them has it."),
    ("request", "A request's id."),
    ("tac", "A type allocation code: eight digits."),
    ("token", "A token's id, as the list of them has it."),
];

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Passband",
        version = "1",
        description = "The marketplace of a virtual carrier that refuses to sell what lacks evidence.\n\n\
            Every verdict explains itself: each reason has a stable `code` for programs and a `sentence` for people. \
            Instants are RFC 3339 in UTC, and a bare date is its first instant. Money is whole minor units with its \
            currency. A field that is not known is `null`, never left out; a field that is not known here is refused. \
            Errors are RFC 9457 problems with a stable `code`; docs/errors/README.md explains each.",
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
    ),
    tags(
        (name = "sessions", description = "Signing in and out; tokens of programs."),
        (name = "members", description = "Who acts for a party."),
        (name = "fit", description = "Will this device work on that network, then or now?"),
        (name = "markets", description = "Markets and what they demand."),
        (name = "listings", description = "Offers, and whether they may be sold."),
        (name = "orders", description = "The one door."),
        (name = "carts", description = "What somebody means to buy."),
        (name = "evidence", description = "What issuers say, and its end."),
        (name = "requests", description = "Asking issuers for what is missing."),
        (name = "data sets", description = "Files of outside sources."),
        (name = "record", description = "The append-only record and its proofs."),
        (name = "health", description = "For whoever keeps the process running."),
        (name = "contract", description = "This document."),
    ),
    paths(
        sessions::open::open_session, sessions::end::end_session,
        sessions::own::list_sessions, sessions::own::end_sessions, sessions::own::end_own_session,
        tokens::list_tokens, tokens::make_token, tokens::revoke_token,
        members::list::list_members, members::role::change_role, members::role::remove_member,
        members::list::list_invitations, members::invite::invite, members::invite::take_back_invitation,
        check::check, checks::check_many, audits::audit_list, units::check_unit, title_matches::match_titles, devices::list_devices, suggestions::suggest_devices,
        tacs::show_tac, networks::list_networks, networks::show_network, bands::list_bands,
        markets::list::list_markets, markets::policy::market_policy, markets::set_policy::set_market_policy,
        markets::list_listings::list_listings, markets::activate::activate_data_set,
        markets::compare::compare_data_set, markets::take_back::take_back_data_set, markets::feed::take_feed,
        listings::detail::show_listing, listings::verdict::listing_verdict,
        listings::time_line::listing_time_line, listings::offered::listing_offered,
        listings::decide::decide_listing, verdicts::suppose,
        why_not::listing_why_not, why_not::supposed_why_not,
        orders::place::place_order, orders::detail::show_order,
        carts::open::open_cart, carts::detail::show_cart, carts::put_line::put_cart_line,
        carts::check_out::check_out,
        evidence::record::record_evidence, evidence::detail::show_evidence,
        evidence::withdraw::withdraw_evidence, impacts::impact_of,
        evidence::resting::evidence_around, evidence::resting::evidence_listings,
        evidence::resting::evidence_orders, verdict_changes::list_verdict_changes,
        signed::record_signed, signed::list_issuer_keys, documents::keep_document, documents::show_document,
        drafts::list::list_drafts, drafts::detail::show_draft, drafts::approve::approve_draft, drafts::discard::discard_draft,
        data_sets::list::list_data_sets, data_sets::import::import_data_set,
        data_sets::detail::show_data_set, data_sets::retire::retire_data_set,
        data_sets::retire::restore_data_set,
        record::list::list_record, record::entry::show_entry, record::checkpoint::checkpoint,
        record::key::record_key, record::verify::verify_record,
        requests::list_requests, requests::draft_requests, requests::show_request, requests::change_letter,
        requests::send_request, requests::close_request, requests::list_contacts, requests::put_contact,
        requests::list_letters, requests::list_expiring,
        health::healthz, health::readyz, health::metrics, show_openapi,
    ),
    components(schemas(ProblemBody, orders::answer::RefusalJson)),
    modifiers(&FromTheTable),
)]
struct Document;

/// The document, as it is committed and served.
static TEXT: LazyLock<String> = LazyLock::new(|| {
    let mut text = Document::openapi().to_pretty_json().unwrap_or_default();
    text.push('\n');
    text
});

/// The OpenAPI document of the API, as JSON.
#[must_use]
pub fn openapi() -> &'static str {
    &TEXT
}

/// Gives this document.
#[utoipa::path(
    get, path = "/api/v1/openapi.json", tag = "contract",
    responses((status = 200, description = "OpenAPI 3.1.", body = Object)),
)]
pub async fn show_openapi(
    State(_): State<App>,
    Asked(Nothing): Asked<Nothing>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    Ok(tagged_text(
        &headers,
        "application/json",
        openapi().to_owned(),
    ))
}

/// Adds what the route table knows.
struct FromTheTable;

impl Modify for FromTheTable {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let bearer = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
        let components = document.components.get_or_insert_default();
        components.add_security_scheme(BEARER, bearer);
        let table = routes().table();
        for (path, item) in &mut document.paths.paths {
            for (method, operation) in operations(item) {
                let row = table
                    .iter()
                    .find(|row| row.path == path && row.method == method);
                complete(operation, path, row);
            }
        }
    }
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = (&'static str, &mut Operation)> {
    [
        ("GET", item.get.as_mut()),
        ("POST", item.post.as_mut()),
        ("PUT", item.put.as_mut()),
        ("DELETE", item.delete.as_mut()),
    ]
    .into_iter()
    .filter_map(|(method, operation)| Some((method, operation?)))
}

fn complete(operation: &mut Operation, path: &str, row: Option<&RouteInfo>) {
    let named = path.split('/').filter_map(|segment| {
        let name = segment.strip_prefix('{')?.strip_suffix('}')?;
        Some(path_parameter(name))
    });
    let named: Vec<Parameter> = named.collect();
    if !named.is_empty() {
        operation
            .parameters
            .get_or_insert_default()
            .splice(0..0, named.into_iter().map(RefOr::T));
    }
    let mut errors: Vec<(&str, &str)> = Vec::new();
    if path.starts_with("/api/") {
        errors.push(("default", "Any other error, by its code."));
        if operation.request_body.is_some() {
            errors.push(("400", "`malformed_request`"));
            errors.push(("413", "`body_too_large`"));
            errors.push(("415", "`unsupported_media_type`"));
        }
        if operation.parameters.is_some() || operation.request_body.is_some() {
            errors.push(("422", "`invalid_input`: `errors` has every place."));
        }
        errors.push((
            "503",
            "`busy`, `timed_out`, `outcome_unknown`: ask again after `Retry-After`.",
        ));
    }
    if let Some(row) = row.filter(|row| row.access != Access::Public) {
        // OpenAPI 3.1: of a scheme that is not OAuth, roles that are needed may be named.
        let scopes: Vec<&str> = row.scope.iter().map(|scope| scope.as_str()).collect();
        operation.security = Some(vec![SecurityRequirement::new(BEARER, scopes)]);
        let who = match row.access {
            Access::Owner => "For owners.",
            Access::Account => "For anybody who is signed in.",
            Access::Member => "For members of any party, about their own.",
            _ => "For the operator's people.",
        };
        let programs = match row.scope {
            Some(scope) => format!("A program's token needs the scope `{scope}`."),
            None => "Not for a program's token.".to_owned(),
        };
        let before = operation.description.take().unwrap_or_default();
        operation.description = Some(format!("{before}\n\n{who} {programs}").trim().to_owned());
        errors.push(("401", "`sign_in_needed`"));
        errors.push(("403", "`not_allowed`, `cross_origin`"));
    } else if row.is_some_and(|row| row.method != "GET") {
        errors.push(("403", "`cross_origin`"));
    }
    let responses = &mut operation.responses.responses;
    for (status, description) in errors {
        responses
            .entry(status.to_owned())
            .or_insert_with(|| RefOr::T(ResponseBuilder::new().description(description).build()));
    }
    for (status, response) in responses {
        let is_error = status.starts_with(['4', '5', 'd']);
        if let RefOr::T(response) = response
            && is_error
            && response.content.is_empty()
        {
            let problem = Content::new(Some(Ref::from_schema_name("Problem")));
            response
                .content
                .insert(PROBLEM_JSON.to_owned(), RefOr::T(problem));
        }
    }
}

fn path_parameter(name: &str) -> Parameter {
    let description = NAMED.iter().find(|(known, _)| *known == name);
    let kind = if name == "position" {
        Type::Integer
    } else {
        Type::String
    };
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Path)
        .required(Required::True)
        .description(description.map(|(_, text)| *text))
        .schema(Some(ObjectBuilder::new().schema_type(kind)))
        .build()
}
