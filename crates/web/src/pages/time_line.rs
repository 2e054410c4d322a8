//! `/listings/{id}/time-line`: everything on the record that bears on a listing, in order; and the answer to
//! "was it ever sold".

use std::collections::HashMap;

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use domain::Period;
use domain::evidence::Claim;
use domain::id::EvidenceId;
use trade::directory::Directory;
use trade::gate::sentence::Names as _;
use trade::node::DirectoryNames;
use trade::record_book::{Offered, RecordEntry};

use super::claims;
use super::frame::{Frame, Place, page};
use super::listing::visible;
use super::wording;
use crate::App;
use crate::access::{Access, Routes, Visitor};
use crate::problem::Problem;

pub fn routes() -> Routes {
    Routes::new().get("/listings/{id}/time-line", Access::Public, show)
}

/// One entry of the record, on a time line or a list.
pub struct EntryView {
    pub position: u64,
    pub tone: &'static str,
    pub recorded_at: String,
    pub kind: String,
    pub sentence: String,
    pub words: Option<String>,
    pub issuer: String,
    pub scope: String,
    /// For which time, where that says something.
    pub valid: Option<String>,
    pub source: String,
    pub dated: String,
    /// The entry that a withdrawal ends, where it is known.
    pub ends: Option<u64>,
    /// The entry that ended this one, where it is known and still stands.
    pub ended_by: Option<u64>,
    /// Whether a withdrawal ends a withdrawal: what was suspended is back.
    pub is_return: bool,
}

/// Entries with the positions of what they end, as far as those are among them.
pub fn entry_views(entries: &[RecordEntry], directory: &Directory) -> Vec<EntryView> {
    let by_id: HashMap<&EvidenceId, &RecordEntry> = entries
        .iter()
        .map(|one| (&one.recorded.evidence.id, one))
        .collect();
    let views = entries.iter().map(|one| {
        let ended = ends(one).and_then(|ends| by_id.get(ends).copied());
        EntryView {
            ended_by: ender(entries, one).map(|ender| ender.recorded.position),
            ..entry_view(one, ended, directory)
        }
    });
    views.collect()
}

const fn ends(one: &RecordEntry) -> Option<&EvidenceId> {
    match &one.recorded.evidence.claim {
        Claim::Withdrawal { ends, .. } => Some(ends),
        _ => None,
    }
}

/// What ended an entry and was not itself ended.
fn ender<'a>(entries: &'a [RecordEntry], one: &RecordEntry) -> Option<&'a RecordEntry> {
    entries.iter().find(|other| {
        other.recorded.position > one.recorded.position
            && ends(other) == Some(&one.recorded.evidence.id)
            && ender(entries, other).is_none()
    })
}

/// One entry, with what it ends if that is known.
pub fn entry_view(
    one: &RecordEntry,
    ended: Option<&RecordEntry>,
    directory: &Directory,
) -> EntryView {
    let evidence = &one.recorded.evidence;
    let is_return = ended
        .is_some_and(|ended| matches!(ended.recorded.evidence.claim, Claim::Withdrawal { .. }));
    let sentence = if is_return {
        "The suspension is lifted: what it suspended is in force again.".to_owned()
    } else {
        claims::sentence(&evidence.claim, directory)
    };
    EntryView {
        position: one.recorded.position,
        tone: if is_return {
            "good"
        } else {
            claims::tone(&evidence.claim)
        },
        recorded_at: wording::moment(one.recorded.at),
        kind: wording::kind(evidence.claim.kind()),
        sentence,
        words: one.words.clone(),
        issuer: DirectoryNames(directory).party(&evidence.issuer),
        scope: claims::scope(&evidence.scope, directory),
        valid: valid(&evidence.claim, &evidence.valid),
        source: evidence.source.title.to_string(),
        dated: evidence.source.dated.to_string(),
        ends: ended.map(|ended| ended.recorded.position),
        ended_by: None,
        is_return,
    }
}

/// A withdrawal that does not say from when ends what it ends when it is recorded; a decision is of its moment.
fn valid(claim: &Claim, period: &Period) -> Option<String> {
    match claim {
        Claim::Withdrawal { .. } if period.from.is_none() => {
            Some("in force once recorded".to_owned())
        }
        Claim::ListingDecision { .. }
        | Claim::DataSetActivation { .. }
        | Claim::Statement { .. }
        | Claim::Policy(_)
            if *period == Period::ALWAYS =>
        {
            None
        }
        _ => Some(format!("valid {}", wording::period(period))),
    }
}

#[derive(Template)]
#[template(path = "time_line.html")]
struct TimeLinePage {
    frame: Frame,
    id: String,
    title: String,
    answer: String,
    entries: Vec<EntryView>,
}

async fn show(
    State(app): State<App>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let listing = visible(&app, &visitor, &id).await?;
    let entries = app.house.time_line(&listing.id).await?;
    let offered = app.house.offered(&listing.id).await?;
    let directory = app.house.directory();
    page(&TimeLinePage {
        frame: Frame::new(
            &app,
            &visitor,
            Place::Shop,
            &format!("{}: time line", listing.title),
        )
        .await?,
        id: listing.id.to_string(),
        title: listing.title.clone(),
        answer: answer(&offered),
        entries: entry_views(&entries, &directory),
    })
}

/// Offered from when until when, and how many orders were accepted.
fn answer(offered: &Offered) -> String {
    let stretches = offered.offered.iter().map(|(from, until)| match until {
        Some(until) => format!(
            "from {} until {}",
            wording::moment(*from),
            wording::moment(*until)
        ),
        None => format!("from {} on, to this day", wording::moment(*from)),
    });
    let stretches: Vec<String> = stretches.collect();
    let orders = wording::counted(offered.orders, "order was", "orders were");
    if stretches.is_empty() {
        return format!("It was never offered; {orders} accepted.");
    }
    let units = wording::counted(offered.units, "unit", "units");
    let held = if offered.orders == 0 {
        String::new()
    } else {
        format!(", {units} in all")
    };
    format!(
        "Offered {}; {orders} accepted{held}.",
        stretches.join(", and ")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_answer_names_each_stretch_and_the_orders() {
        let at = |text: &str| text.parse().expect("an instant");
        let offered = Offered {
            offered: vec![
                (at("2016-02-01T09:00:00Z"), Some(at("2016-02-02T08:00:00Z"))),
                (at("2016-03-01T00:00:00Z"), None),
            ],
            orders: 0,
            units: 0,
        };
        assert_eq!(
            answer(&offered),
            "Offered from 1 February 2016, 09:00:00 UTC until 2 February 2016, 08:00:00 UTC, and from \
             1 March 2016, 00:00:00 UTC on, to this day; 0 orders were accepted."
        );
        assert_eq!(
            answer(&Offered::default()),
            "It was never offered; 0 orders were accepted."
        );
    }
}
