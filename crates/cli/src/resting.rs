//! `passband evidence show`: a piece of evidence, and all that rests on it.

use domain::id::EvidenceId;
use serde_json::json;
use trade::House;
use trade::gate::sentence::Names as _;
use trade::node::DirectoryNames;
use trade::resting::{Related, RestingListing, RestingOrder};
use web::wire::resting::{AroundJson, RestingListingJson, RestingOrderJson};

use crate::check::words;
use crate::command::Answer;
use crate::exit::Exit;
use crate::output::Output;
use crate::style::{bold, dim};
use crate::typed::word;

/// Listings and orders shown unless said otherwise.
pub const SHOWN: usize = 50;
/// Pages that are asked for to fill one list.
const PAGES_MAX: usize = 10_000;

/// For `--help`.
pub const EXAMPLES: &str = "\
Examples:
  passband evidence show ev-3f0c…
  passband evidence show ev-3f0c… --limit 1000 --json

Shows what it names and what names it (its withdrawals, what rests on it), what came in the same document, the
offered listings whose verdict cites it now, and the orders that were accepted on it.";

/// Shows.
///
/// # Errors
/// There is no such evidence, or the database.
pub async fn show(house: &House, id: &str, limit: usize, out: &Output) -> Answer {
    let id: EvidenceId = word("ID", id)?;
    let around = house.around(&id).await?;
    let listings = house.resting_listings(&id, "", limit).await?;
    let (orders, more_orders) = orders(house, &id, limit).await?;
    if out.is_json() {
        let answer = json!({
            "around": AroundJson::from(&around),
            "listings": listings.items.iter().map(RestingListingJson::from).collect::<Vec<_>>(),
            "has_more_listings": listings.next.is_some(),
            "orders": orders.iter().map(RestingOrderJson::from).collect::<Vec<_>>(),
            "has_more_orders": more_orders,
        });
        out.json(&answer).await;
        return Ok(Exit::YES);
    }
    let directory = house.directory();
    let evidence = &around.entry.recorded.evidence;
    let mut lines = vec![format!(
        "{}, {} by {}, under {}: entry {} of the record, {}",
        bold(evidence.id.as_str()),
        evidence.claim.kind().replace('_', " "),
        DirectoryNames(&directory).party(&evidence.issuer),
        evidence.scope,
        around.entry.recorded.position,
        if around.is_in_force {
            "in force"
        } else {
            "not in force"
        }
    )];
    lines.push(format!(
        "from {} ({})",
        evidence.source.title, evidence.source.dated
    ));
    put(&mut lines, "What it names", &around.names, related, false);
    put(
        &mut lines,
        "What names it",
        &around.named_by,
        related,
        false,
    );
    let together = "From the same document";
    put(&mut lines, together, &around.same_document, related, false);
    let resting = "Offered listings whose verdict cites it now";
    put(
        &mut lines,
        resting,
        &listings.items,
        listing,
        listings.next.is_some(),
    );
    put(
        &mut lines,
        "Orders that were accepted on it",
        &orders,
        order,
        more_orders,
    );
    out.text(lines.join("\n")).await;
    Ok(Exit::YES)
}

async fn orders(
    house: &House,
    id: &EvidenceId,
    limit: usize,
) -> Result<(Vec<RestingOrder>, bool), trade::Error> {
    let mut all = Vec::new();
    let mut after = String::new();
    for _ in 0..PAGES_MAX {
        let page = house.resting_orders(id, &after, limit - all.len()).await?;
        all.extend(page.items);
        match page.next {
            None => return Ok((all, false)),
            Some(_) if all.len() >= limit => break,
            Some(next) => after = next,
        }
    }
    Ok((all, true))
}

fn put<T>(
    lines: &mut Vec<String>,
    heading: &str,
    all: &[T],
    line: fn(&T) -> String,
    has_more: bool,
) {
    if all.is_empty() {
        return;
    }
    lines.push(String::new());
    lines.push(bold(heading));
    lines.extend(all.iter().map(|one| format!("  {}", line(one))));
    if has_more {
        lines.push(dim("  and more; --limit shows them"));
    }
}

fn related(one: &Related) -> String {
    format!(
        "{}, {}: entry {}, {}",
        one.id,
        one.kind.replace('_', " "),
        one.position,
        one.recorded_at
    )
}

fn listing(one: &RestingListing) -> String {
    format!(
        "{}  {}  {}  {}",
        one.listing,
        words::outcome(one.outcome),
        one.title,
        dim(&one.codes.join(", "))
    )
}

fn order(one: &RestingOrder) -> String {
    let lines = one
        .lines
        .iter()
        .map(|(listing, codes)| format!("{listing} ({})", codes.join(", ")));
    let lines: Vec<String> = lines.collect();
    format!("{}  {}  {}", one.order, one.accepted_at, lines.join("; "))
}
