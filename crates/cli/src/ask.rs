//! `passband ask`: what keeps listings off sale, asked of whoever can supply it.

use clap::Subcommand;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use trade::House;
use trade::requests::{Request, RequestItem, RequestRow, RequestState};

use crate::command::Answer;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Output;
use crate::style::{bold, dim};
use crate::typed::{known_market, known_party, word};

/// Whoever drafts on the command line.
const BY: &str = "command line";

const DRAFT_EXAMPLES: &str = "\
Examples:
  passband ask draft us        one request for each issuer that can supply something
  passband ask show rq-…       then read it
  passband ask send rq-…       and send it

What is asked in an open request is not asked again.";

const CONTACT_EXAMPLES: &str = "\
Examples:
  passband ask contact xiaomi legal@brand.example";

/// The commands on requests.
#[derive(Debug, Subcommand, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AskCommand {
    /// List requests, those to be decided on first
    List {
        /// Only in this state: drafted, sent, answered or closed
        #[arg(long, value_name = "STATE")]
        state: Option<String>,
    },
    /// Draft what a market's listings lack, one request for each issuer
    #[command(after_help = DRAFT_EXAMPLES)]
    Draft {
        /// Of which market
        #[arg(value_name = "MARKET")]
        market: String,
    },
    /// Show a request: its letter, what it asks, what was answered
    Show {
        /// Which one
        #[arg(value_name = "ID")]
        id: String,
    },
    /// Send a request, or send it again with a new link
    Send {
        /// Which one
        #[arg(value_name = "ID")]
        id: String,
    },
    /// Close a request; its link opens nothing any more
    Close {
        /// Which one
        #[arg(value_name = "ID")]
        id: String,
    },
    /// Say to whom a party's letters go, or list it
    #[command(after_help = CONTACT_EXAMPLES)]
    Contact {
        /// Which party [default: list all]
        #[arg(value_name = "PARTY", requires = "email")]
        party: Option<String>,
        /// Its address of mail
        #[arg(value_name = "EMAIL")]
        email: Option<String>,
    },
}

/// Asks.
///
/// # Errors
/// What is named is not there, the house sends no mail, or the database.
pub async fn run(house: &House, command: &AskCommand, out: &Output) -> Answer {
    match command {
        AskCommand::List { state } => list(house, state.as_deref(), out).await,
        AskCommand::Draft { market } => draft(house, market, out).await,
        AskCommand::Show { id } => show(house, id, out).await,
        AskCommand::Send { id } => {
            house.send_request(id).await?;
            done(
                out,
                id,
                "sent; it leaves as soon as a server runs on this house",
            )
            .await
        }
        AskCommand::Close { id } => {
            house.close_request(id).await?;
            done(out, id, "closed").await
        }
        AskCommand::Contact { party, email } => match (party, email) {
            (Some(party), Some(email)) => {
                let party = known_party(house, "PARTY", party)?;
                house.put_contact(&party, email, BY).await?;
                done(
                    out,
                    party.as_str(),
                    "letters go to this address from now on",
                )
                .await
            }
            _ => contacts(house, out).await,
        },
    }
}

async fn done(out: &Output, id: &str, what: &str) -> Answer {
    if out.is_json() {
        out.json(&json!({ "id": id })).await;
    } else {
        out.text(format!("{}: {what}", bold(id))).await;
    }
    Ok(Exit::YES)
}

fn row_json(row: &RequestRow) -> Value {
    let at = |instant: Option<domain::Instant>| instant.map(|at| at.to_string());
    json!({
        "id": row.id, "party": row.party.as_str(), "state": row.state.name(), "subject": row.subject,
        "drafted_at": row.drafted_at.to_string(), "sent_at": at(row.sent_at),
        "answered_at": at(row.answered_at), "closed_at": at(row.closed_at),
    })
}

async fn list(house: &House, state: Option<&str>, out: &Output) -> Answer {
    let states = match state {
        Some(text) => vec![word::<RequestState>("--state", text)?],
        None => {
            use RequestState::{Answered, Closed, Drafted, Sent};
            vec![Answered, Drafted, Sent, Closed]
        }
    };
    let mut rows = Vec::new();
    for state in states {
        rows.extend(house.requests(state).await?);
    }
    if out.is_json() {
        let rows: Vec<Value> = rows.iter().map(row_json).collect();
        out.json(&rows).await;
        return Ok(Exit::YES);
    }
    if rows.is_empty() {
        out.text("No request. `passband ask draft MARKET` makes them.")
            .await;
    }
    for row in &rows {
        let line = format!("{}  {:<9} {}", bold(&row.id), row.state.name(), row.subject);
        out.text(line).await;
    }
    Ok(Exit::YES)
}

async fn draft(house: &House, market: &str, out: &Output) -> Answer {
    let market = known_market(house, "MARKET", market)?;
    let drafted = house
        .draft_requests(&market, BY, web::claim_sentence)
        .await?;
    if out.is_json() {
        let unasked = drafted
            .unasked
            .iter()
            .map(|one| json!({ "of": one.name, "missing": one.what, "why": one.why.name() }));
        let answer = json!({
            "requests": drafted.requests, "unasked": unasked.collect::<Vec<_>>(),
            "is_cut": drafted.is_cut,
        });
        out.json(&answer).await;
        return Ok(Exit::YES);
    }
    for id in &drafted.requests {
        if let Some(request) = house.request(id).await? {
            out.text(format!("{}  {}", bold(id), request.row.subject))
                .await;
        }
    }
    if drafted.requests.is_empty() {
        out.text("Nothing new to ask.").await;
    }
    for one in &drafted.unasked {
        let why = one.why.name().replace('_', " ");
        out.text(dim(&format!(
            "not asked ({why}): {}: {}",
            one.name, one.what
        )))
        .await;
    }
    if drafted.is_cut {
        out.note("not every listing was looked at; draft again once these are answered")
            .await;
    }
    Ok(Exit::YES)
}

fn item_json(item: &RequestItem) -> Value {
    json!({
        "number": item.number, "sentence": item.item.sentence, "offers": item.item.offers,
        "answer": item.answer.map(trade::requests::ItemAnswer::name),
        "identifier": item.identifier,
        "evidence": item.evidence.as_ref().map(ToString::to_string),
    })
}

async fn show(house: &House, id: &str, out: &Output) -> Answer {
    let found = house.request(id).await?;
    let request = found.ok_or_else(|| {
        let detail = format!("there is no request {id}");
        Failure::new(
            Exit::NO_INPUT,
            "not_found",
            detail,
            "`passband ask list` has them",
        )
    })?;
    if out.is_json() {
        let mut answer = row_json(&request.row);
        answer["text"] = json!(request.row.text);
        answer["is_overdue"] = json!(request.is_overdue(house.now()));
        answer["remark"] = json!(request.row.remark);
        answer["document"] = json!(request.row.document);
        answer["items"] = request.items.iter().map(item_json).collect();
        out.json(&answer).await;
        return Ok(Exit::YES);
    }
    out.text(text_of(&request, house.now())).await;
    Ok(Exit::YES)
}

fn text_of(request: &Request, now: domain::Instant) -> String {
    let row = &request.row;
    let overdue = if request.is_overdue(now) {
        ", overdue"
    } else {
        ""
    };
    let mut lines = vec![
        format!("{}  {}{overdue}", bold(&row.id), row.state.name()),
        format!("Subject: {}\n", row.subject),
        row.text.clone(),
    ];
    for item in &request.items {
        if let Some(answer) = item.answer {
            lines.push(format!("{}. {}", item.number, answer.name()));
        }
    }
    if let Some(remark) = &row.remark {
        lines.push(format!("Remark: {remark}"));
    }
    if let Some(document) = &row.document {
        lines.push(format!("Document: {document}"));
    }
    lines.join("\n")
}

async fn contacts(house: &House, out: &Output) -> Answer {
    let contacts = house.contacts().await?;
    if out.is_json() {
        let answer = contacts
            .iter()
            .map(|(party, email)| json!({ "party": party.as_str(), "email": email }));
        out.json(&answer.collect::<Vec<_>>()).await;
        return Ok(Exit::YES);
    }
    if contacts.is_empty() {
        out.text("No address yet. `passband ask contact PARTY EMAIL` keeps one.")
            .await;
    }
    for (party, email) in &contacts {
        out.text(format!("{}  {email}", bold(party.as_str()))).await;
    }
    Ok(Exit::YES)
}
