//! The HTTP API, version 1: every route in one place, each in a small file of its own.
//!
//! What it promises is in docs/api/openapi.json, which is made from these types and compared with them by a
//! test. A field may be added and a code may be added; neither is taken away within a version.

pub(crate) mod asked;
mod form;
mod json;
mod limits;
mod openapi;
mod paging;
mod path;
mod seen;
mod tagged;

pub(crate) mod audits;
mod bands;
mod carts;
mod check;
mod checks;
mod data_sets;
mod devices;
pub(crate) mod documents;
mod drafts;
mod evidence;
mod health;
mod impacts;
mod listings;
mod markets;
pub(crate) mod members;
mod networks;
mod orders;
mod record;
mod requests;
mod sessions;
mod signed;
mod suggestions;
mod tacs;
mod title_matches;
mod tokens;
mod units;
mod verdict_changes;
mod verdicts;
mod why_not;

pub use openapi::openapi;

use crate::access::{Access, Routes};
use domain::member::TokenScope;

const PUBLIC: Access = Access::Public;
const OPERATOR: Access = Access::SignedIn;
const MEMBER: Access = Access::Member;

/// Every API route.
pub fn routes() -> Routes {
    trading().merge(books()).merge(people()).merge(asking())
}

/// Who may do all that.
fn people() -> Routes {
    const ACCOUNT: Access = Access::Account;
    const OWNER: Access = Access::Owner;
    Routes::new()
        .get("/api/v1/sessions", ACCOUNT, sessions::own::list_sessions)
        .delete("/api/v1/sessions", ACCOUNT, sessions::own::end_sessions)
        .delete(
            "/api/v1/sessions/{session}",
            ACCOUNT,
            sessions::own::end_own_session,
        )
        .get("/api/v1/tokens", ACCOUNT, tokens::list_tokens)
        .post("/api/v1/tokens", ACCOUNT, tokens::make_token)
        .delete("/api/v1/tokens/{token}", ACCOUNT, tokens::revoke_token)
        .get("/api/v1/members", OWNER, members::list::list_members)
        .put(
            "/api/v1/members/{member}/role",
            OWNER,
            members::role::change_role,
        )
        .delete(
            "/api/v1/members/{member}",
            OWNER,
            members::role::remove_member,
        )
        .get(
            "/api/v1/invitations",
            OWNER,
            members::list::list_invitations,
        )
        .post("/api/v1/invitations", OWNER, members::invite::invite)
        .delete(
            "/api/v1/invitations/{invitation}",
            OWNER,
            members::invite::take_back_invitation,
        )
}

/// What may be sold, and selling it.
fn trading() -> Routes {
    Routes::new()
        .post("/api/v1/sessions", PUBLIC, sessions::open::open_session)
        .delete(
            "/api/v1/sessions/current",
            PUBLIC,
            sessions::end::end_session,
        )
        .get("/api/v1/check", PUBLIC, check::check)
        .post("/api/v1/checks", PUBLIC, checks::check_many)
        .with_files()
        .post("/api/v1/audits", OPERATOR, audits::audit_list)
        .with_files()
        .post("/api/v1/unit-checks", PUBLIC, units::check_unit)
        .post("/api/v1/title-matches", PUBLIC, title_matches::match_titles)
        .get("/api/v1/devices", PUBLIC, devices::list_devices)
        .get(
            "/api/v1/devices/suggestions",
            PUBLIC,
            suggestions::suggest_devices,
        )
        .get("/api/v1/tacs/{tac}", PUBLIC, tacs::show_tac)
        .get("/api/v1/networks", PUBLIC, networks::list_networks)
        .get("/api/v1/networks/{network}", PUBLIC, networks::show_network)
        .get("/api/v1/bands", PUBLIC, bands::list_bands)
        .get("/api/v1/markets", PUBLIC, markets::list::list_markets)
        .get(
            "/api/v1/markets/{market}/policy",
            PUBLIC,
            markets::policy::market_policy,
        )
        .put(
            "/api/v1/markets/{market}/policy",
            OPERATOR,
            markets::set_policy::set_market_policy,
        )
        .for_programs(TokenScope::PoliciesWrite)
        .get(
            "/api/v1/markets/{market}/listings",
            PUBLIC,
            markets::list_listings::list_listings,
        )
        .put(
            "/api/v1/markets/{market}/data-sets/{data_set}",
            OPERATOR,
            markets::activate::activate_data_set,
        )
        .for_programs(TokenScope::DataSetsWrite)
        .delete(
            "/api/v1/markets/{market}/data-sets/{data_set}",
            OPERATOR,
            markets::take_back::take_back_data_set,
        )
        .for_programs(TokenScope::DataSetsWrite)
        .get(
            "/api/v1/markets/{market}/data-sets/{data_set}/comparison",
            OPERATOR,
            markets::compare::compare_data_set,
        )
        .post(
            "/api/v1/markets/{market}/feeds",
            OPERATOR,
            markets::feed::take_feed,
        )
        .for_programs(TokenScope::ListingsWrite)
        .with_files()
        .get(
            "/api/v1/listings/{listing}",
            PUBLIC,
            listings::detail::show_listing,
        )
        .get(
            "/api/v1/listings/{listing}/verdict",
            PUBLIC,
            listings::verdict::listing_verdict,
        )
        .get(
            "/api/v1/listings/{listing}/time-line",
            PUBLIC,
            listings::time_line::listing_time_line,
        )
        .get(
            "/api/v1/listings/{listing}/offered",
            PUBLIC,
            listings::offered::listing_offered,
        )
        .put(
            "/api/v1/listings/{listing}/state",
            OPERATOR,
            listings::decide::decide_listing,
        )
        .for_programs(TokenScope::ListingsWrite)
        .get(
            "/api/v1/listings/{listing}/why-not",
            OPERATOR,
            why_not::listing_why_not,
        )
        .post("/api/v1/verdicts", PUBLIC, verdicts::suppose)
        .post("/api/v1/why-not", OPERATOR, why_not::supposed_why_not)
        .for_programs(TokenScope::Read)
        .post("/api/v1/orders", PUBLIC, orders::place::place_order)
        .get(
            "/api/v1/orders/{order}",
            OPERATOR,
            orders::detail::show_order,
        )
        .post("/api/v1/carts", PUBLIC, carts::open::open_cart)
        .get("/api/v1/carts/{cart}", PUBLIC, carts::detail::show_cart)
        .put(
            "/api/v1/carts/{cart}/lines/{listing}",
            PUBLIC,
            carts::put_line::put_cart_line,
        )
        .post(
            "/api/v1/carts/{cart}/check-out",
            PUBLIC,
            carts::check_out::check_out,
        )
}

/// Asking issuers for what is missing.
fn asking() -> Routes {
    Routes::new()
        .get("/api/v1/requests", OPERATOR, requests::list_requests)
        .post("/api/v1/requests", OPERATOR, requests::draft_requests)
        .get(
            "/api/v1/requests/{request}",
            OPERATOR,
            requests::show_request,
        )
        .put(
            "/api/v1/requests/{request}/letter",
            OPERATOR,
            requests::change_letter,
        )
        .post(
            "/api/v1/requests/{request}/sendings",
            OPERATOR,
            requests::send_request,
        )
        .put(
            "/api/v1/requests/{request}/closure",
            OPERATOR,
            requests::close_request,
        )
        .get("/api/v1/contacts", OPERATOR, requests::list_contacts)
        .put("/api/v1/contacts/{party}", OPERATOR, requests::put_contact)
        .get("/api/v1/letters", OPERATOR, requests::list_letters)
        .get("/api/v1/expiring", OPERATOR, requests::list_expiring)
}

/// What it rests on, and the house itself.
fn books() -> Routes {
    Routes::new()
        .post(
            "/api/v1/evidence",
            MEMBER,
            evidence::record::record_evidence,
        )
        .for_programs(TokenScope::EvidenceWrite)
        .get(
            "/api/v1/evidence/{evidence}",
            PUBLIC,
            evidence::detail::show_evidence,
        )
        .post(
            "/api/v1/evidence/{evidence}/withdrawals",
            MEMBER,
            evidence::withdraw::withdraw_evidence,
        )
        .for_programs(TokenScope::EvidenceWrite)
        .get(
            "/api/v1/evidence/{evidence}/around",
            OPERATOR,
            evidence::resting::evidence_around,
        )
        .get(
            "/api/v1/evidence/{evidence}/listings",
            OPERATOR,
            evidence::resting::evidence_listings,
        )
        .get(
            "/api/v1/evidence/{evidence}/orders",
            OPERATOR,
            evidence::resting::evidence_orders,
        )
        .get(
            "/api/v1/verdict-changes",
            OPERATOR,
            verdict_changes::list_verdict_changes,
        )
        .post("/api/v1/impacts", OPERATOR, impacts::impact_of)
        .for_programs(TokenScope::Read)
        .post("/api/v1/signed-evidence", OPERATOR, signed::record_signed)
        .for_programs(TokenScope::EvidenceWrite)
        .get("/api/v1/issuer-keys", PUBLIC, signed::list_issuer_keys)
        .post("/api/v1/documents", OPERATOR, documents::keep_document)
        .for_programs(TokenScope::EvidenceWrite)
        .with_files()
        .get(
            "/api/v1/documents/{document}",
            OPERATOR,
            documents::show_document,
        )
        .get("/api/v1/drafts", OPERATOR, drafts::list::list_drafts)
        .get(
            "/api/v1/drafts/{draft}",
            OPERATOR,
            drafts::detail::show_draft,
        )
        .post(
            "/api/v1/drafts/{draft}/approval",
            OPERATOR,
            drafts::approve::approve_draft,
        )
        .post(
            "/api/v1/drafts/{draft}/discard",
            OPERATOR,
            drafts::discard::discard_draft,
        )
        .get("/api/v1/data-sets", PUBLIC, data_sets::list::list_data_sets)
        .post(
            "/api/v1/data-sets",
            OPERATOR,
            data_sets::import::import_data_set,
        )
        .for_programs(TokenScope::DataSetsWrite)
        .with_files()
        .get(
            "/api/v1/data-sets/{data_set}",
            PUBLIC,
            data_sets::detail::show_data_set,
        )
        .put(
            "/api/v1/data-sets/{data_set}/retirement",
            OPERATOR,
            data_sets::retire::retire_data_set,
        )
        .for_programs(TokenScope::DataSetsWrite)
        .delete(
            "/api/v1/data-sets/{data_set}/retirement",
            OPERATOR,
            data_sets::retire::restore_data_set,
        )
        .for_programs(TokenScope::DataSetsWrite)
        .get("/api/v1/record", PUBLIC, record::list::list_record)
        .get(
            "/api/v1/record/{position}",
            PUBLIC,
            record::entry::show_entry,
        )
        .get(
            "/api/v1/record/checkpoint",
            PUBLIC,
            record::checkpoint::checkpoint,
        )
        .get("/api/v1/record/key", PUBLIC, record::key::record_key)
        .get(
            "/api/v1/record/verify",
            OPERATOR,
            record::verify::verify_record,
        )
        .get("/api/v1/metrics", OPERATOR, health::metrics)
        .get("/api/v1/openapi.json", PUBLIC, openapi::show_openapi)
        .get("/healthz", PUBLIC, health::healthz)
        .without_a_seat()
        .get("/readyz", PUBLIC, health::readyz)
        .without_a_seat()
}
