//! What an import comes to, in words and as data; what was imported so far.

use domain::fault::Fault;
use domain::licence::CommercialUse;
use serde_json::{Value, json};
use trade::change::Change;
use trade::data_sets::Imported;
use trade::{DataSet, House, OriginJson};
use web::wire::FaultJson;

use super::folder::NotRead;
use super::{Done, Shown};
use crate::command::Answer;
use crate::exit::Exit;
use crate::output::Output;
use crate::print::in_a_line;
use crate::style::{bold, counted, dim, good, grouped, padded};
use crate::unit::delivered_in_words;

/// A line of the list, where what stands on it allows.
const LINE_CHARS: usize = 100;
/// Of a feed of which nobody said whose it is.
const NOT_LISTED: &str = "offers: not listed, say --seller and --market";

/// The counts of several files together.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Total {
    files: u64,
    rows: u64,
    rows_with_facts: u64,
    rows_with_faults: u64,
    facts: u64,
    faults: u64,
    remarks: u64,
}

impl Total {
    pub(super) fn of(all: &[Done]) -> Self {
        all.iter().fold(Self::default(), |sum, done| {
            let of = &done.imported.summary;
            Self {
                files: sum.files + 1,
                rows: sum.rows + of.rows,
                rows_with_facts: sum.rows_with_facts + of.rows_with_facts,
                rows_with_faults: sum.rows_with_faults + of.rows_with_faults,
                facts: sum.facts + of.facts,
                faults: sum.faults + faults_in_all(done),
                remarks: sum.remarks + of.notes,
            }
        })
    }

    pub(super) fn as_json(&self) -> Value {
        json!({
            "files": self.files,
            "rows": self.rows,
            "rows_with_facts": self.rows_with_facts,
            "rows_with_faults": self.rows_with_faults,
            "facts": self.facts,
            "faults": self.faults,
            "remarks": self.remarks,
        })
    }
}

/// A folder in words: its files one by one, their sum, and what was not read.
pub(super) fn summary(all: &[Done], not_read: &[NotRead], shown: Shown) -> String {
    let width = |of: fn(&Done) -> usize, least: usize| all.iter().map(of).fold(least, usize::max);
    let file_width = width(|done| done.file.chars().count(), "together".len());
    let kind_width = width(|done| done.imported.kind.name().len(), "kind".len());
    let row = |cells: [&str; 6]| {
        let [file, kind, numbers @ ..] = cells;
        let numbers = numbers.map(|number| format!("{number:>11}")).join("");
        let (file, kind) = (padded(file, file_width), padded(kind, kind_width));
        format!("{file}  {kind}{numbers}")
    };
    let numbers = |name: &str, kind: &str, of: [u64; 4]| {
        let [rows, facts, faults, remarks] = of.map(grouped);
        row([name, kind, &rows, &facts, &faults, &remarks])
    };
    let mut lines = vec![dim(&row([
        "file",
        "kind",
        "rows =",
        "with facts",
        "+ faulty",
        "remarks",
    ]))];
    lines.extend(all.iter().map(|done| {
        let of = &done.imported.summary;
        let counts = [of.rows, of.rows_with_facts, of.rows_with_faults, of.notes];
        let mut words = Vec::new();
        if done.is_not_listed() {
            words.push(NOT_LISTED.to_owned());
        }
        if done.imported.was_known {
            words.push("known already".to_owned());
        }
        if of.repeats > 0 {
            words.push(format!("{} of the rows repeat others", grouped(of.repeats)));
        }
        let name = done.imported.kind.name();
        let line = numbers(&done.file, name, counts);
        if words.is_empty() {
            line
        } else {
            format!("{line}  {}", dim(&words.join("; ")))
        }
    }));
    let of = Total::of(all);
    let counts = [of.rows, of.rows_with_facts, of.rows_with_faults, of.remarks];
    lines.push(bold(&numbers("together", "", counts)));
    let details = all.iter().flat_map(|done| details(done, shown));
    lines.extend(details);
    if of.faults + of.remarks > 0 && !shown.is_written {
        lines.push(dim(
            "  --faults FILE writes every fault and remark into a file",
        ));
    }
    if !not_read.is_empty() {
        let count = u64::try_from(not_read.len()).unwrap_or(u64::MAX);
        lines.push(String::new());
        lines.push(format!("Not read: {}", counted(count, "file")));
        lines.extend(
            not_read
                .iter()
                .map(|one| format!("  {}: {}", one.file, dim(&one.why))),
        );
    }
    lines.join("\n")
}

/// What is wrong in a file's rows, as much as is asked for; in a folder nothing unless it is.
fn details(done: &Done, shown: Shown) -> Vec<String> {
    let mut lines = Vec::new();
    if shown.at_most == usize::MAX {
        lines.extend(places(&faults(done), shown));
    }
    if shown.remarks {
        lines.extend(places(&remarks(done), shown));
    }
    lines
}

/// What was passed over, as data.
pub(super) fn not_read_json(not_read: &[NotRead]) -> Vec<Value> {
    let not_read = not_read.iter();
    not_read
        .map(|one| json!({ "file": one.file, "why": one.why }))
        .collect()
}

/// One file in words: where it comes from, its counts, what is wrong in it.
pub(super) fn as_text(done: &Done, shown: Shown) -> String {
    let Imported {
        origin, summary, ..
    } = &done.imported;
    let dated = if origin.dated.is_empty() {
        String::new()
    } else {
        format!(", {}", origin.dated)
    };
    let mut lines = vec![
        format!("{}: {}{dated}", bold(&done.file), origin.title),
        format!(
            "  {} = {} with facts + {} with faults; {}",
            counted(summary.rows, "row"),
            grouped(summary.rows_with_facts),
            grouped(summary.rows_with_faults),
            counted(summary.facts, "fact"),
        ),
    ];
    if summary.repeats > 0 {
        let repeats = counted(summary.repeats, "row");
        lines.push(format!(
            "  {repeats} of these say again what an earlier one said"
        ));
    }
    if let Some(list) = &origin.list {
        let columns = &list.columns;
        lines.push(format!(
            "  columns: {columns}; the next delivery is expected to have them, --map says otherwise"
        ));
    }
    if let Some(set) = &done.imported.data_set {
        lines.push(format!(
            "  data set {}, licence: {}",
            set.id, origin.licence
        ));
        if done.imported.was_known {
            lines.push(format!("  {}", good("already imported, nothing changed")));
            if !done.imported.was_read && summary.faults > 0 {
                let faults = counted(summary.faults, "fault");
                lines.push(dim(&format!(
                    "  {faults} then; --all-faults shows them again"
                )));
            }
        }
    }
    if let Some(feed) = &done.feed {
        lines.push(format!(
            "  {} = {} drafted + {} changed + {} unchanged + {} with faults",
            counted(offers_in(done), "offer"),
            feed.listed.len(),
            feed.changed.len(),
            feed.unchanged.len(),
            feed.faults.len(),
        ));
        let by_title = &feed.by_title;
        if !by_title.is_empty() && !shown.remarks {
            lines.extend(places(by_title, shown));
        }
    }
    lines.extend(done.delivered.as_ref().map(delivered_in_words));
    if let Some(change) = &done.activation {
        let scope = &change.recorded().evidence.scope;
        lines.push(match change {
            Change::Recorded(_) => format!("  activated in {scope}"),
            Change::Known(_) => format!("  already active in {scope}"),
        });
    }
    lines.extend(places(&faults(done), shown));
    if shown.remarks {
        lines.extend(places(&remarks(done), shown));
    } else if summary.notes > 0 {
        let notes = counted(summary.notes, "remark");
        lines.push(dim(&format!(
            "  {notes} on rows that were read; --remarks shows them"
        )));
    }
    lines.join("\n")
}

/// Places, one a line, as many as are shown.
fn places(all: &[Fault], shown: Shown) -> Vec<String> {
    let some = all.iter().take(shown.at_most);
    let mut lines: Vec<String> = some
        .map(|fault| format!("  {}", in_a_line(&FaultJson::from(fault))))
        .collect();
    if let Some(more) = all
        .len()
        .checked_sub(shown.at_most)
        .filter(|more| *more > 0)
    {
        let more = grouped(u64::try_from(more).unwrap_or(u64::MAX));
        lines.push(dim(&format!(
            "  … and {more} more; --all-faults shows them"
        )));
    }
    lines
}

/// What is wrong in the rows, then in the offers made of them.
pub(super) fn faults(done: &Done) -> Vec<Fault> {
    let of_feed = done.feed.iter().flat_map(|feed| &feed.faults);
    in_the_file_as_named(done, done.imported.faults.iter().chain(of_feed))
}

/// As many as [`faults`], or as were found when the file was read.
fn faults_in_all(done: &Done) -> u64 {
    let of_feed = done.feed.as_ref().map_or(0, |feed| feed.faults.len());
    done.imported.summary.faults + u64::try_from(of_feed).unwrap_or(u64::MAX)
}

/// What was set aside in rows that were read, then offers that were matched by their titles.
pub(super) fn remarks(done: &Done) -> Vec<Fault> {
    let of_feed = done.feed.iter().flat_map(|feed| &feed.by_title);
    in_the_file_as_named(done, done.imported.notes.iter().chain(of_feed))
}

fn in_the_file_as_named<'a>(done: &Done, all: impl Iterator<Item = &'a Fault>) -> Vec<Fault> {
    all.map(|fault| Fault {
        file: done.file.clone(),
        ..fault.clone()
    })
    .collect()
}

fn offers_in(done: &Done) -> u64 {
    u64::try_from(done.imported.items.len()).unwrap_or(u64::MAX)
}

/// One file as data.
pub(super) fn as_json(done: &Done, shown: Shown) -> Value {
    let Imported {
        kind,
        origin,
        summary,
        was_known,
        data_set,
        ..
    } = &done.imported;
    let all = faults(done);
    let json = |all: &[Fault]| -> Vec<FaultJson> {
        let some = all.iter().take(shown.at_most);
        some.map(FaultJson::from).collect()
    };
    let notes = if shown.remarks {
        remarks(done)
    } else {
        Vec::new()
    };
    let ids = |ids: &[domain::id::ListingId]| -> Vec<String> {
        ids.iter().map(ToString::to_string).collect()
    };
    json!({
        "file": done.file,
        "kind": kind.name(),
        "origin": origin,
        "sha256": summary.sha256,
        "was_known": was_known,
        "data_set": data_set.as_ref().map(|set| set.id.to_string()),
        "rows": summary.rows,
        "rows_with_facts": summary.rows_with_facts,
        "rows_with_faults": summary.rows_with_faults,
        "facts": summary.facts,
        "repeats": done.imported.was_read.then_some(summary.repeats),
        "remarks_in_all": summary.notes,
        "remarks": json(&notes),
        "offers": done.feed.as_ref().map(|feed| json!({
            "offers": offers_in(done),
            "drafted": ids(&feed.listed),
            "changed": ids(&feed.changed),
            "unchanged": ids(&feed.unchanged),
            "with_faults": feed.faults.len(),
            "by_title": json(&feed.by_title),
        })),
        "not_listed": done.is_not_listed().then_some(NOT_LISTED),
        "blocked_list": done.delivered.as_ref().map(|delivered| json!({
            "name": delivered.list.name,
            "units": delivered.list.units,
            "added": delivered.added,
            "kept": delivered.kept,
            "gone": delivered.gone,
        })),
        "activated": done.activation.as_ref().map(|change| json!({
            "scope": change.recorded().evidence.scope.to_string(),
            "evidence": change.recorded().evidence.id.to_string(),
            "was_known": matches!(change, Change::Known(_)),
        })),
        "faults_in_all": faults_in_all(done),
        "faults": json(&all),
    })
}

/// What was imported so far: kind, the source's own date, rows, licence.
pub async fn list(house: &House, out: &Output) -> Answer {
    let sets = house.data_sets().await?;
    if out.is_json() {
        let sets: Vec<Value> = sets.iter().map(set_json).collect();
        out.json(&json!({ "data_sets": sets })).await;
        return Ok(Exit::YES);
    }
    let mut lines = Vec::new();
    let mut day = String::new();
    for set in &sets {
        let imported = set.imported_at.date().to_string();
        if imported != day {
            lines.push(dim(&format!("imported {imported}")));
            day = imported;
        }
        lines.extend(set_in_lines(set));
    }
    out.text(lines.join("\n")).await;
    Ok(Exit::YES)
}

/// Which file it is; then its date, its counts and its licence, which is never cut.
fn set_in_lines(set: &DataSet) -> Vec<String> {
    let origin: Option<OriginJson> = serde_json::from_str(&set.origin).ok();
    let forbids = origin
        .as_ref()
        .and_then(|origin| origin.licence().ok())
        .filter(|licence| licence.commercial_use != CommercialUse::Allowed)
        // That one is not stated says so itself.
        .filter(|licence| !licence.text.starts_with("none stated"))
        .map(|licence| licence.commercial_use.words());
    let (dated, licence) = origin.map_or_else(Default::default, |o| (o.dated, o.licence));
    let dated = if dated.is_empty() { "no date" } else { &dated };
    let file = bold(&set.file_name);
    let counts = format!(
        "  {dated}; {} of {}, {}",
        grouped(set.rows_with_facts),
        counted(set.rows, "row"),
        counted(set.facts, "fact"),
    );
    let licence = format!("licence: {licence}");
    let retired = set.retired_at.map(|_| "retired");
    let mut lines = vec![
        format!("{file}  {}  {}", set.kind, dim(set.id.as_str())),
        counts,
    ];
    for said in [Some(licence.as_str()), forbids, retired]
        .into_iter()
        .flatten()
    {
        match lines.last_mut() {
            Some(last) if last.chars().count() + said.chars().count() + 2 <= LINE_CHARS => {
                last.push_str("; ");
                last.push_str(said);
            }
            _ => lines.push(format!("  {said}")),
        }
    }
    lines
}

fn set_json(set: &DataSet) -> Value {
    let origin: Option<OriginJson> = serde_json::from_str(&set.origin).ok();
    json!({
        "id": set.id.to_string(),
        "kind": set.kind,
        "file": set.file_name,
        "series": trade::data_sets::series(set).ok(),
        "sha256": set.sha256,
        "origin": origin,
        "rows": set.rows,
        "rows_with_facts": set.rows_with_facts,
        "rows_with_faults": set.rows_with_faults,
        "facts": set.facts,
        "imported_at": set.imported_at.to_string(),
        "retired_at": set.retired_at.map(|at| at.to_string()),
    })
}
