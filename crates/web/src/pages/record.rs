//! `/record`: the public record, newest first; one entry; the checkpoint; how to check it all.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use domain::evidence::{Claim, Vouching};
use domain::scope::Scope;
use serde::Deserialize;
use trade::Code;
use trade::record_book::RecordEntry;
use trade::record_log::SignedCheckpoint;

use super::addresses;
use super::frame::{Frame, Place, page};
use super::time_line::{EntryView, entry_view};
use super::wording;
use crate::App;
use crate::access::{Access, Routes, Visitor};
use crate::problem::Problem;

/// Entries on one page.
const ENTRIES_MAX: usize = 50;
/// Entries read at once while looking for those that match.
const READ_AT_ONCE: u64 = 500;
/// Entries looked at for one page; the next page goes on from there.
const LOOKED_AT_MAX: u64 = 10_000;

pub fn routes() -> Routes {
    Routes::new()
        .get("/record", Access::Public, list)
        .get("/record/checkpoint", Access::Public, checkpoint)
        .get("/record/{position}", Access::Public, one)
}

#[derive(Default, Deserialize)]
struct Asked {
    #[serde(default)]
    kind: String,
    #[serde(default)]
    scope: String,
    /// Only entries before this position.
    #[serde(default)]
    before: String,
}

struct KindChoice {
    name: &'static str,
    words: String,
    is_chosen: bool,
}

#[derive(Template)]
#[template(path = "record.html")]
struct RecordPage {
    frame: Frame,
    size: String,
    checkpoint: Option<CheckpointView>,
    forked: Option<String>,
    key: String,
    kinds: Vec<KindChoice>,
    scope: String,
    fault: Option<String>,
    entries: Vec<EntryView>,
    older: Option<String>,
}

/// A signed checkpoint.
struct CheckpointView {
    size: u64,
    root: String,
    signed_at: String,
}

impl From<SignedCheckpoint> for CheckpointView {
    fn from(signed: SignedCheckpoint) -> Self {
        Self {
            size: signed.size,
            root: signed.root,
            signed_at: wording::moment(signed.signed_at),
        }
    }
}

async fn list(
    State(app): State<App>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let mut fault = None;
    let scope = match asked.scope.trim() {
        "" => None,
        written => match written.parse::<Scope>() {
            Ok(scope) => Some(scope),
            Err(error) => {
                fault = Some(wording::capital(&error.to_string()));
                None
            }
        },
    };
    let head = app.house.snapshot().next_position();
    let before = asked.before.parse().unwrap_or(head).min(head);
    let kind = Claim::KINDS.into_iter().find(|kind| *kind == asked.kind);
    let matches = |one: &RecordEntry| {
        let evidence = &one.recorded.evidence;
        kind.is_none_or(|kind| evidence.claim.kind() == kind)
            && scope.as_ref().is_none_or(|scope| evidence.scope == *scope)
    };
    let (found, older) = newest_first(&app, before, matches).await?;
    let mut entries = Vec::with_capacity(found.len());
    for entry in &found {
        entries.push(view(&app, entry).await?);
    }
    let older = older.map(|before| {
        let before = before.to_string();
        let pairs = [
            ("kind", asked.kind.as_str()),
            ("scope", asked.scope.as_str()),
            ("before", before.as_str()),
        ];
        addresses::with_query("/record", &pairs)
    });
    let (checkpoint, forked) = newest_checkpoint(&app).await?;
    page(&RecordPage {
        frame: Frame::new(&app, &visitor, Place::Record, "The public record").await?,
        size: wording::grouped(head),
        checkpoint,
        forked,
        key: app.house.record_key(),
        kinds: Claim::KINDS
            .into_iter()
            .map(|name| KindChoice {
                name,
                words: wording::kind(name),
                is_chosen: asked.kind == name,
            })
            .collect(),
        scope: asked.scope,
        fault,
        entries,
        older,
    })
}

/// The newest checkpoint; or why nothing is signed any more, which hides no entry.
async fn newest_checkpoint(app: &App) -> Result<(Option<CheckpointView>, Option<String>), Problem> {
    match app.house.checkpoint().await {
        Ok(signed) => Ok((signed.map(CheckpointView::from), None)),
        Err(error) if error.code == Code::RecordForked => Ok((None, Some(error.detail))),
        Err(error) => Err(error.into()),
    }
}

/// Entries before a position that match, newest first; and where the next page goes on.
async fn newest_first(
    app: &App,
    before: u64,
    matches: impl Fn(&RecordEntry) -> bool,
) -> Result<(Vec<RecordEntry>, Option<u64>), Problem> {
    let mut found = Vec::new();
    let mut end = before;
    while end > 0 {
        let from = end.saturating_sub(READ_AT_ONCE);
        let limit = u32::try_from(end - from).unwrap_or(u32::MAX);
        let batch = app.house.record_page(from, limit).await?;
        for entry in batch.into_iter().rev() {
            let position = entry.recorded.position;
            if matches(&entry) {
                found.push(entry);
            }
            if found.len() == ENTRIES_MAX {
                return Ok((found, (position > 0).then_some(position)));
            }
        }
        end = from;
        if before - end >= LOOKED_AT_MAX {
            break;
        }
    }
    Ok((found, (end > 0).then_some(end)))
}

async fn view(app: &App, entry: &RecordEntry) -> Result<EntryView, Problem> {
    let ended = match &entry.recorded.evidence.claim {
        Claim::Withdrawal { ends, .. } => app.house.evidence(ends).await?,
        _ => None,
    };
    Ok(entry_view(entry, ended.as_ref(), &app.house.directory()))
}

#[derive(Template)]
#[template(path = "record_entry.html")]
struct EntryPage {
    frame: Frame,
    entry: EntryView,
    id: String,
    scope_address: String,
    scope_version: u64,
    /// The key that its issuer signed it with.
    signed_with: Option<String>,
    is_issuers: bool,
    leaf_hash: String,
    body: String,
    checkpoint: Option<CheckpointView>,
    forked: Option<String>,
    is_under_checkpoint: bool,
    has_next: bool,
    previous: Option<u64>,
    next: u64,
}

async fn one(
    State(app): State<App>,
    visitor: Visitor,
    Path(position): Path<String>,
) -> Result<Response, Problem> {
    let short: String = position.chars().take(40).collect();
    let nothing = || Problem::not_found("entry", &short);
    let position: u64 = position.parse().map_err(|_| nothing())?;
    let found = app.house.record_page(position, 1).await?;
    let entry = found
        .into_iter()
        .find(|entry| entry.recorded.position == position)
        .ok_or_else(nothing)?;
    let scope = entry.recorded.evidence.scope.to_string();
    let (checkpoint, forked) = newest_checkpoint(&app).await?;
    page(&EntryPage {
        frame: Frame::new(&app, &visitor, Place::Record, &format!("Entry {position}")).await?,
        id: entry.recorded.evidence.id.to_string(),
        scope_address: addresses::with_query("/record", &[("scope", &scope)]),
        scope_version: entry.recorded.scope_version,
        signed_with: match &entry.recorded.evidence.vouching {
            Vouching::Operator | Vouching::Issuer => None,
            Vouching::Signed { key } => Some(key.clone()),
        },
        is_issuers: entry.recorded.evidence.vouching == Vouching::Issuer,
        leaf_hash: entry.entry.leaf_hash.clone(),
        body: entry.entry.body.clone(),
        is_under_checkpoint: checkpoint.as_ref().is_some_and(|one| position < one.size),
        checkpoint,
        forked,
        has_next: position + 1 < app.house.snapshot().next_position(),
        previous: position.checked_sub(1),
        next: position + 1,
        entry: view(&app, &entry).await?,
    })
}

async fn checkpoint(State(app): State<App>) -> Result<Response, Problem> {
    let signed = app.house.checkpoint().await?;
    let signed = signed.ok_or_else(|| Problem::not_found("checkpoint of an empty", "record"))?;
    let headers = [
        (header::CONTENT_TYPE, "text/plain; charset=utf-8"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, signed.note).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_filter_names_kinds_of_claims_as_they_are_named() {
        let claim = Claim::StopSale {
            cause: "recall".to_owned(),
        };
        assert!(Claim::KINDS.contains(&claim.kind()));
        assert_eq!(wording::kind(Claim::KINDS[0]), "Sales authorisation");
    }
}
