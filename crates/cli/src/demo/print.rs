//! How a step of the story looks on a terminal, and as JSON: one document a step, one a line.
//!
//! Knows nothing of what comes before or after a step.

use domain::evidence::Claim;
use domain::listing::ListingState;
use serde_json::{Value, json};
use story::{Detail, Step};
use trade::directory::Directory;
use trade::door::Refusal;
use trade::gate::sentence::{self, Names as _};
use trade::gate::{Outcome, Reason};
use trade::node::DirectoryNames;
use trade::offers::Judged;
use trade::orders::Order;
use trade::record_book::RecordEntry;
use web::wire::{CheckedJson, FaultJson, ListingJson, RecordEntryJson, VerdictJson};

use crate::check::words;
use crate::output::Output;
use crate::style::{bold, counted, dim};

/// Prints a step.
pub async fn step(step: &Step, directory: &Directory, out: &Output) {
    let names = DirectoryNames(directory);
    if out.is_json() {
        out.data(as_json(step, &names).to_string()).await;
    } else {
        out.text(as_text(step, &names)).await;
    }
}

fn as_text(step: &Step, names: &DirectoryNames<'_>) -> String {
    let day = &step.at.to_string()[..16].replace('T', " ");
    let mark = if step.is_fiction {
        dim(" (invented)")
    } else {
        String::new()
    };
    let mut lines = vec![format!("\n{}  {}{mark}", dim(day), bold(step.title))];
    for detail in &step.details {
        let indented = detail_text(detail, names);
        lines.extend(indented.into_iter().map(|line| format!("  {line}")));
    }
    lines.join("\n")
}

fn detail_text(detail: &Detail, names: &DirectoryNames<'_>) -> Vec<String> {
    match detail {
        Detail::Remark(words) => vec![(*words).to_owned()],
        Detail::Evidence(entry) => vec![evidence_text(entry, names)],
        Detail::Decision {
            title,
            state,
            entry,
        } => {
            let who = names.party(&entry.recorded.evidence.issuer);
            let did = match state {
                ListingState::Offered => format!("offers {title}"),
                ListingState::TakenDown => format!("takes down {title}"),
                ListingState::Ended => format!("ends {title}"),
                ListingState::Draft => format!("drafts {title}"),
            };
            vec![format!("{} {who} {did}", place(entry))]
        }
        Detail::Feed {
            file,
            seller,
            items,
            faults,
        } => {
            let listed = items.saturating_sub(faults.len());
            let items = counted(u64::try_from(*items).unwrap_or(u64::MAX), "item");
            let mut lines = vec![format!(
                "{} sends {file}: {items}, {listed} listed, {} set aside",
                names.seller(seller),
                faults.len()
            )];
            lines.extend(faults.iter().map(|fault| format!("  {fault}")));
            lines
        }
        Detail::Verdict(judged) => judged_text(judged, names),
        Detail::Missing { title, lines } => {
            let mut text = vec![format!("{title} would need")];
            text.extend(lines.iter().map(|line| format!("  - {line}")));
            text
        }
        Detail::Order(order) => vec![order_text(order)],
        Detail::Refused(refusal) => refusal_text(refusal, names),
        Detail::Offered { title, answer } => {
            let mut text: Vec<String> = answer
                .offered
                .iter()
                .map(|(from, until)| {
                    let until =
                        until.map_or("until now".to_owned(), |until| format!("until {until}"));
                    format!("{title}: offered from {from} {until}")
                })
                .collect();
            text.push(format!(
                "{title}: {} orders, {} units",
                answer.orders, answer.units
            ));
            text
        }
        Detail::Fit(checked) => vec![words::headline(checked)],
        Detail::Verified(verified) => {
            let report = &verified.report;
            let words = if verified.is_clean() {
                "nothing is wrong"
            } else {
                "it does not hold"
            };
            vec![format!(
                "{} entries, {} signed: {words}",
                report.size, report.signed_size
            )]
        }
    }
}

/// Where it stands in the record.
fn place(entry: &RecordEntry) -> String {
    dim(&format!("#{:<3}", entry.recorded.position))
}

fn evidence_text(entry: &RecordEntry, names: &DirectoryNames<'_>) -> String {
    let evidence = &entry.recorded.evidence;
    let issuer = names.party(&evidence.issuer);
    match (&evidence.claim, &entry.words) {
        (Claim::Statement { role }, Some(words)) => {
            format!("{} {issuer}, {role}: \"{words}\"", place(entry))
        }
        (claim, _) => {
            let said = web::claim_sentence(claim, names.0);
            // Most sentences begin with who said it.
            let who = match said.starts_with(&issuer) {
                true => String::new(),
                false => format!("{issuer}: "),
            };
            let source = dim(&format!("({})", evidence.source.title));
            format!("{} {who}{said} {source}", place(entry))
        }
    }
}

fn judged_text(judged: &Judged, names: &DirectoryNames<'_>) -> Vec<String> {
    let listing = &judged.listing;
    let verdict = &judged.verdict;
    let mut lines = vec![format!(
        "{}, {}: {}",
        listing.title,
        names.seller(&listing.offer.seller),
        words::outcome(verdict.outcome)
    )];
    lines.extend(verdict.blocking().map(|reason| reason_text(reason, names)));
    if verdict.outcome == Outcome::Sellable {
        lines.extend(verdict.notices().map(|reason| {
            let notice = sentence::sentence(reason, names);
            format!("  with the notice: {notice} {}", code(reason))
        }));
    }
    lines
}

fn reason_text(reason: &Reason, names: &DirectoryNames<'_>) -> String {
    let sentence = sentence::sentence(reason, names);
    format!("  - {sentence} {}", code(reason))
}

/// For programs, beside the sentence for people.
fn code(reason: &Reason) -> String {
    dim(&format!("[{}]", reason.code.name()))
}

fn order_text(order: &Order) -> String {
    format!(
        "order {} accepted at {}, {}",
        order.id, order.accepted_at, order.total
    )
}

fn refusal_text(refusal: &Refusal, names: &DirectoryNames<'_>) -> Vec<String> {
    match refusal {
        Refusal::NotSellable { lines } => {
            let mut text = vec!["the order is refused".to_owned()];
            text.extend(
                lines
                    .iter()
                    .flat_map(|(_, verdict)| verdict.blocking())
                    .map(|reason| reason_text(reason, names)),
            );
            text
        }
        Refusal::NotOffered { listing, state } => {
            vec![format!(
                "the order is refused: listing {listing} is {state}"
            )]
        }
        Refusal::SoldOut { listing, available } => {
            vec![format!(
                "the order is refused: {available} units of listing {listing} are left"
            )]
        }
        Refusal::QuotaUsedUp {
            listing, available, ..
        } => {
            vec![format!(
                "the order is refused: the authorisations are for {available} more units of listing {listing}"
            )]
        }
    }
}

fn as_json(step: &Step, names: &DirectoryNames<'_>) -> Value {
    let details: Vec<Value> = step
        .details
        .iter()
        .map(|detail| detail_json(detail, names))
        .collect();
    json!({
        "at": step.at.to_string(),
        "code": step.code,
        "title": step.title,
        "is_fiction": step.is_fiction,
        "was_done": step.was_done,
        "details": details,
    })
}

fn detail_json(detail: &Detail, names: &DirectoryNames<'_>) -> Value {
    match detail {
        Detail::Remark(words) => json!({ "remark": words }),
        Detail::Evidence(entry) => json!({ "evidence": RecordEntryJson::from(entry.as_ref()) }),
        Detail::Decision { title, entry, .. } => json!({
            "decision": { "title": title, "evidence": RecordEntryJson::from(entry.as_ref()) },
        }),
        Detail::Feed {
            file,
            seller,
            items,
            faults,
        } => {
            let faults: Vec<FaultJson> = faults.iter().map(FaultJson::from).collect();
            json!({ "feed": { "file": file, "seller": seller.as_str(), "items": items, "faults": faults } })
        }
        Detail::Verdict(judged) => json!({ "verdict": ListingJson::new(judged, names) }),
        Detail::Missing { title, lines } => {
            json!({ "missing": { "title": title, "lines": lines } })
        }
        Detail::Order(order) => json!({ "order": {
            "id": order.id.as_str(),
            "accepted_at": order.accepted_at.to_string(),
            "total": web::wire::MoneyJson::from(&order.total),
        } }),
        Detail::Refused(refusal) => json!({ "refused": refusal_json(refusal, names) }),
        Detail::Offered { title, answer } => {
            let offered: Vec<Value> = answer
                .offered
                .iter()
                .map(|(from, until)| {
                    json!({ "from": from.to_string(), "until": until.map(|until| until.to_string()) })
                })
                .collect();
            json!({ "offered": {
                "title": title, "offered": offered, "orders": answer.orders, "units": answer.units,
            } })
        }
        Detail::Fit(checked) => json!({ "fit": CheckedJson::from(checked.as_ref()) }),
        Detail::Verified(verified) => json!({ "verified": crate::record::verified_json(verified) }),
    }
}

fn refusal_json(refusal: &Refusal, names: &DirectoryNames<'_>) -> Value {
    match refusal {
        Refusal::NotSellable { lines } => {
            let lines: Vec<Value> = lines
                .iter()
                .map(|(listing, verdict)| {
                    json!({ "listing": listing.as_str(), "verdict": VerdictJson::new(verdict, names) })
                })
                .collect();
            json!({ "reason": "not_sellable", "lines": lines })
        }
        Refusal::NotOffered { listing, state } => {
            json!({ "reason": "not_offered", "listing": listing.as_str(), "state": state.name() })
        }
        Refusal::SoldOut { listing, available } => {
            json!({ "reason": "sold_out", "listing": listing.as_str(), "available": available })
        }
        Refusal::QuotaUsedUp {
            listing, available, ..
        } => {
            json!({ "reason": "quota_used_up", "listing": listing.as_str(), "available": available })
        }
    }
}
