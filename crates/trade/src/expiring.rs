//! What is about to expire: evidence that ends soon or is old, and requests that wait too long for their answer.
//!
//! Worked out from what this node knows, never stored; stored is only what the operator's people were reminded of.
//! Whether a listing then stops being sold is not asked here: the impact of time passing is (`impact.rs`).

use domain::Instant;
use domain::certification::CertificationResult;
use domain::evidence::{Claim, Recorded, SalesAuthorization, Standing};
use domain::id::PartyId;
use domain::scope::Scope;
use gate::Snapshot;
use gate::remedy::Step;
use gate::snapshot::Moment;
use store::db::{Job, Tx};
use store::directory::Directory;
use store::requests::{self, RequestRow};

use crate::codec::claim::ClaimJson;
use crate::error::Error;
use crate::house::House;
use crate::letters;
use crate::offers::judging;
use crate::requests::{Item, OVERDUE_MS, Words, draft_items};

const DAY_MS: i64 = 24 * 60 * 60 * 1000;
/// How long before its end evidence is named, in milliseconds: thirty days.
pub const SOON_MS: i64 = 30 * DAY_MS;
/// How long before it is urgent: seven days.
pub const URGENT_MS: i64 = 7 * DAY_MS;
/// After how long evidence should be confirmed again: 365 days.
pub const CONFIRM_AFTER_MS: i64 = 365 * DAY_MS;
/// Most pieces of evidence and requests that are told, each.
pub const TOLD_MAX: usize = 500;
/// Most lines of a reminder.
const LINES_MAX: usize = 50;
/// Most of the operator's people that are reminded.
const STAFF_MAX: u32 = 50;

/// Why a piece of evidence is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DueFor {
    /// It ends.
    Ending(Instant),
    /// It was said, or its document dated, at this instant, and nobody has said it again since.
    Confirming(Instant),
}

/// A piece of evidence that should be said again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    /// Which.
    pub recorded: Recorded,
    /// Why.
    pub why: DueFor,
}

impl Due {
    /// Whether it ends within seven days.
    #[must_use]
    pub fn is_urgent(&self, now: Instant) -> bool {
        matches!(self.why, DueFor::Ending(at) if at <= now.plus_ms(URGENT_MS))
    }

    /// What is said once of it: the nearest stage that is reached comes last.
    fn keys(&self, now: Instant) -> Vec<String> {
        let id = &self.recorded.evidence.id;
        match self.why {
            DueFor::Ending(_) if self.is_urgent(now) => {
                vec![format!("ending-30:{id}"), format!("ending-7:{id}")]
            }
            DueFor::Ending(_) => vec![format!("ending-30:{id}")],
            DueFor::Confirming(_) => vec![format!("confirming:{id}")],
        }
    }
}

/// What is about to expire.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Expiring {
    /// Evidence that ends, the soonest first; then what should be confirmed, the oldest first.
    pub due: Vec<Due>,
    /// Requests that wait for their answer longer than fourteen days, the longest waiting first.
    pub overdue: Vec<RequestRow>,
    /// There is more.
    pub is_cut: bool,
}

/// Whether it is somebody's yes on which a sale may rest.
fn is_yes(claim: &Claim) -> bool {
    match claim {
        Claim::SalesAuthorization(SalesAuthorization { standing, .. })
        | Claim::PlatformCertification { standing, .. }
        | Claim::RegulatoryApproval { standing, .. }
        | Claim::CustodyEvent { standing, .. } => *standing == Standing::Yes,
        Claim::DeviceCertification(says) => says.result != CertificationResult::NotCertified,
        _ => false,
    }
}

/// The first instant of the date of a document, as exactly as it is known: `2016`, `2016-02`, `2016-02-01`.
fn dated(text: &str) -> Option<Instant> {
    let whole = match text.trim().len() {
        4 => format!("{}-01-01", text.trim()),
        7 => format!("{}-01", text.trim()),
        _ => text.trim().to_owned(),
    };
    whole.parse().ok()
}

fn why(recorded: &Recorded, now: Instant) -> Option<DueFor> {
    let evidence = &recorded.evidence;
    if let Some(end) = evidence.valid.until
        && end <= now.plus_ms(SOON_MS)
    {
        return Some(DueFor::Ending(end));
    }
    let said = dated(&evidence.source.dated).unwrap_or(recorded.at);
    (said.plus_ms(CONFIRM_AFTER_MS) <= now).then_some(DueFor::Confirming(said))
}

/// Of what is in force, what should be said again: nothing that its issuer has said again since.
fn due_under(snapshot: &Snapshot, scope: &Scope, now: Instant) -> Vec<Due> {
    let in_force = snapshot.in_force(scope, Moment::at(now));
    let yes = in_force.filter(|one| is_yes(&one.evidence.claim));
    let (due, fresh): (Vec<_>, Vec<_>) = yes
        .map(|one| (one, why(one, now)))
        .partition(|(_, why)| why.is_some());
    let key = |one: &Recorded| {
        let claim = ClaimJson::write(&one.evidence.claim);
        (
            one.evidence.issuer.clone(),
            serde_json::to_string(&claim).unwrap_or_default(),
        )
    };
    if due.is_empty() {
        return Vec::new();
    }
    let fresh: std::collections::HashSet<_> = fresh.iter().map(|(one, _)| key(one)).collect();
    // Of the same word said several times, the last counts.
    let mut last = std::collections::BTreeMap::new();
    for (one, why) in due {
        let key = key(one);
        if let Some(why) = why
            && !fresh.contains(&key)
        {
            last.insert(key, (one, why));
        }
    }
    last.into_values()
        .map(|(one, why)| Due {
            recorded: one.clone(),
            why,
        })
        .collect()
}

fn all_due(snapshot: &Snapshot, directory: &Directory, now: Instant) -> Vec<Due> {
    let mut due: Vec<Due> = directory
        .scopes()
        .flat_map(|scope| due_under(snapshot, &scope, now))
        .collect();
    due.sort_by_key(|one| match one.why {
        DueFor::Ending(at) => (0, at, one.recorded.position),
        DueFor::Confirming(at) => (1, at, one.recorded.position),
    });
    due
}

impl House {
    async fn due(&self, now: Instant) -> Result<Vec<Due>, Error> {
        let (snapshot, directory) = (self.snapshot(), self.directory());
        judging(move || all_due(&snapshot, &directory, now)).await
    }

    /// What of a party's own word is about to expire at an instant.
    ///
    /// # Errors
    /// Judging did not end.
    pub async fn expiring_of(&self, party: &PartyId, now: Instant) -> Result<Vec<Due>, Error> {
        let mut due = self.due(now).await?;
        due.retain(|one| one.recorded.evidence.issuer == *party);
        due.truncate(TOLD_MAX);
        Ok(due)
    }

    /// What is about to expire at an instant.
    ///
    /// # Errors
    /// The database.
    pub async fn expiring(&self, now: Instant) -> Result<Expiring, Error> {
        let mut due = self.due(now).await?;
        let overdue = self.db.read(Overdue(now)).await?;
        let is_cut = due.len() > TOLD_MAX || overdue.len() >= TOLD_MAX;
        due.truncate(TOLD_MAX);
        Ok(Expiring {
            due,
            overdue,
            is_cut,
        })
    }

    /// Drafts a request for what one party should say again. What is asked already is not asked again.
    ///
    /// # Errors
    /// The database.
    pub async fn draft_renewal(
        &self,
        party: &PartyId,
        now: Instant,
        by: &str,
        words: Words,
    ) -> Result<crate::requests::Drafted, Error> {
        let directory = self.directory();
        let own = self.due(now).await?.into_iter();
        let own = own.filter(|due| due.recorded.evidence.issuer == *party);
        let items = own.map(|due| {
            let evidence = due.recorded.evidence;
            let step = Step::Record {
                issuer: evidence.issuer,
                scope: evidence.scope,
                claim: evidence.claim,
            };
            Item::new(step, Some(evidence.id), &directory, words)
        });
        let gathered = draft_items(items.collect(), &directory);
        self.keep_drafts(gathered, by).await
    }

    /// Writes to the operator's people what is about to expire at an instant and was not said before: once at 30 days
    /// and once at 7, once a year after it was said, once for each request that is overdue. Gives how many things.
    ///
    /// # Errors
    /// This house sends no mail, or the database.
    pub async fn remind(&self, now: Instant) -> Result<usize, Error> {
        let url = self.post()?.url.link("/console/expiring");
        let directory = self.directory();
        let names = crate::node::DirectoryNames(&directory);
        let Expiring { due, overdue, .. } = self.expiring(now).await?;
        let due = due.iter().map(|one| {
            let evidence = &one.recorded.evidence;
            let issuer = gate::sentence::Names::party(&names, &evidence.issuer);
            let kind = evidence.claim.kind().replace('_', " ");
            let id = &evidence.id;
            let line = match one.why {
                DueFor::Ending(at) => {
                    format!("{} ends: {kind} of {issuer}, {id}", at.date())
                }
                DueFor::Confirming(at) => {
                    format!(
                        "Said {}, confirm again: {kind} of {issuer}, {id}",
                        at.date()
                    )
                }
            };
            (one.keys(now), line)
        });
        let overdue = overdue.iter().map(|row| {
            let sent = row.sent_at.unwrap_or(row.drafted_at);
            let party = gate::sentence::Names::party(&names, &row.party);
            let key = format!("overdue:{}:{}", row.id, sent.epoch_ms());
            let line = format!(
                "No answer since {}: {party}, request {}",
                sent.date(),
                row.id
            );
            (vec![key], line)
        });
        let remind = Remind {
            notices: due.chain(overdue).collect(),
            url,
            now,
        };
        self.db.write(remind).await
    }
}

struct Overdue(Instant);

impl Job for Overdue {
    type Out = Vec<RequestRow>;
    type Err = Error;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Vec<RequestRow>, Error> {
        let before = self.0.plus_ms(-OVERDUE_MS);
        let most = u32::try_from(TOLD_MAX).unwrap_or(u32::MAX);
        Ok(requests::sent_before(tx, before, most).await?)
    }
}

struct Remind {
    /// Each with the keys under which it is said once.
    notices: Vec<(Vec<String>, String)>,
    url: String,
    now: Instant,
}

impl Job for Remind {
    type Out = usize;
    type Err = Error;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<usize, Error> {
        let mut lines = Vec::new();
        for (keys, line) in &self.notices {
            let mut is_new = false;
            for key in keys {
                is_new |= requests::remind(tx, key, self.now).await?;
            }
            if is_new {
                lines.push(line.as_str());
            }
        }
        if lines.is_empty() {
            return Ok(0);
        }
        let more = lines.len().saturating_sub(LINES_MAX);
        let mut text = lines
            .iter()
            .take(LINES_MAX)
            .copied()
            .collect::<Vec<_>>()
            .join("\n");
        if more > 0 {
            text.push_str(&format!("\nand {more} more"));
        }
        let text = format!(
            "{text}\n\nAll of it, with a request to draft:\n{}\n",
            self.url
        );
        let subject = match lines.len() {
            1 => "One thing ends soon or should be confirmed".to_owned(),
            many => format!("{many} things end soon or should be confirmed"),
        };
        for email in requests::staff(tx, STAFF_MAX).await? {
            // Somebody may sign in with what is no address of mail.
            if email.parse::<outside::Mailbox>().is_ok() {
                letters::queue(tx, &email, &subject, text.clone()).await?;
            }
        }
        Ok(lines.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_is_as_old_as_its_date_is_exact() {
        let is = |text: &str, date: &str| {
            assert_eq!(dated(text).map(Instant::date).as_deref(), Some(date));
        };
        is("2016", "2016-01-01");
        is(" 2016-02 ", "2016-02-01");
        is("2016-02-03", "2016-02-03");
        for other in ["", "spring 2016", "2016-13", "16"] {
            assert_eq!(dated(other), None, "{other}");
        }
    }
}
