//! What comes to the desk: a document is kept byte for byte, what hangs on a mail becomes documents of its own, and
//! what can be read in each is shown without running anything of it.
//!
//! Who sent it to whom and when is what the document claims; when it came here and who brought it is what the desk
//! knows. A document that cannot be read is kept all the same, and it is said why.

use domain::Instant;
use domain::id::EvidenceId;
use feeds::documents::{self as files, Mail, MailPart};
use store::arrivals::{self, Arrival};
use store::db::{Job, Tx};
use store::documents;

use super::may_write;
use super::sheets::{self, LinePlace, SheetShown};
use crate::documents::to_keep;
use crate::error::{Code, Error};
use crate::house::House;
use crate::people::SignedIn;

pub use feeds::documents::MediaKind;
pub use store::arrivals::Arrived;

/// Most documents that one document gives, those within those that hang on it among them.
const PARTS_MAX: usize = 100;
/// How deep mails may hang on mails.
const NESTING_MAX: usize = 5;
/// Most documents of the inbox's list.
const LISTED_MAX: u32 = 200;
/// Most pieces of evidence, parts or wholes that are named with a document.
const NAMED_MAX: u32 = 100;
/// Most characters of a document's text that are shown.
const TEXT_CHARS_MAX: usize = 100_000;

/// A document that is part of another, or the other way round.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartShown {
    /// SHA-256 of its bytes.
    pub sha256: String,
    /// What it is called.
    pub title: String,
    /// What kind of file it is.
    pub kind: MediaKind,
}

/// A document with what can be read of it.
#[derive(Clone, Debug)]
pub struct DocumentShown {
    /// How it came to the desk; none: it was kept in another way.
    pub arrived: Option<Arrived>,
    /// SHA-256 of its bytes.
    pub sha256: String,
    /// What it is called.
    pub title: String,
    /// What kind of file it is, by its bytes.
    pub kind: MediaKind,
    /// How many bytes it has.
    pub byte_count: usize,
    /// When it came here.
    pub received_at: Instant,
    /// Who sent it, or what it came with, as that claims; may be empty.
    pub sender: String,
    /// Its text; empty where none can be read. Of a spreadsheet a line for each row.
    pub text: String,
    /// A spreadsheet's sheets, as tables.
    pub sheets: Vec<SheetShown>,
    /// Where the lines of a spreadsheet's text stand in it.
    lines: Vec<LinePlace>,
    /// How many rows it has where it is a list of many things.
    pub list_rows: Option<usize>,
    /// What there is to know of it besides, in sentences.
    pub remarks: Vec<String>,
    /// Width and height in pixels, of a picture that can be shown.
    pub picture: Option<(u32, u32)>,
    /// What was taken out of it.
    pub parts: Vec<PartShown>,
    /// What it was taken out of.
    pub wholes: Vec<PartShown>,
    /// The evidence that is from it.
    pub evidence: Vec<EvidenceId>,
}

impl DocumentShown {
    /// A text that somebody sent.
    #[cfg(test)]
    pub(super) fn of_text(text: &str, sender: &str) -> Self {
        Self {
            arrived: None,
            sha256: String::new(),
            title: String::new(),
            kind: MediaKind::Text,
            byte_count: text.len(),
            received_at: Instant::MIN,
            sender: sender.to_owned(),
            text: text.to_owned(),
            sheets: Vec::new(),
            lines: Vec::new(),
            list_rows: None,
            remarks: Vec::new(),
            picture: None,
            parts: Vec::new(),
            wholes: Vec::new(),
            evidence: Vec::new(),
        }
    }

    /// Where a line of its text stands, counted from 0: `line 4`, or `sheet “Phones”, row 7`.
    #[must_use]
    pub fn place_of(&self, line: usize) -> String {
        match self.lines.get(line) {
            Some(place) => sheets::place_of(&self.sheets, *place),
            None => format!("line {}", line + 1),
        }
    }
}

/// A document on its way in, with what hangs on it.
struct Incoming {
    document: documents::Document,
    arrival: Arrival,
    /// Of which of them it is a part, by index.
    whole: Option<usize>,
}

impl House {
    /// Takes a document in for somebody; gives its SHA-256, and whether it is new. The same bytes are kept once, as
    /// they came first.
    ///
    /// # Errors
    /// As [`House::keep_document`], and [`Code::ReaderOnly`] for a reader.
    pub async fn bring_document(
        &self,
        name: &str,
        bytes: Vec<u8>,
        by: &SignedIn,
    ) -> Result<(String, bool), Error> {
        may_write(by)?;
        let (name, by, now) = (name.to_owned(), by.id.clone(), self.now());
        let incoming = apart(move || unpack(&name, &bytes, &by, now)).await??;
        let first = incoming.first().map(|one| one.document.sha256.clone());
        let sha256 = first.ok_or_else(|| Error::broken("a document came to nothing"))?;
        let is_new = self.db.write(TakeIn(incoming)).await?;
        Ok((sha256, is_new))
    }

    /// The documents that came to the desk: those from which nothing is entered yet first, then the newest.
    ///
    /// # Errors
    /// The database.
    pub async fn inbox(&self) -> Result<Vec<Arrived>, Error> {
        self.db.read(Inbox).await
    }

    /// Settles that nothing is to be entered from a document. It stays where it is.
    ///
    /// # Errors
    /// There is no such document on the desk, the person may only read, or the database.
    pub async fn set_document_aside(&self, sha256: &str, by: &SignedIn) -> Result<(), Error> {
        may_write(by)?;
        let job = SetAside {
            sha256: sha256.to_owned(),
            by: by.id.clone(),
        };
        self.db.write(job).await
    }

    /// A document with what can be read of it; none: it is not kept.
    ///
    /// # Errors
    /// It is damaged, or the database.
    pub async fn show_document(&self, sha256: &str) -> Result<Option<DocumentShown>, Error> {
        let Some(document) = self.document(sha256).await? else {
            return Ok(None);
        };
        let Around {
            arrived,
            sender,
            parts,
            wholes,
            evidence,
        } = self.db.read(ReadAround(sha256.to_owned())).await?;
        let named = |found: Vec<documents::Document>| {
            let shown = |one: documents::Document| PartShown {
                kind: MediaKind::of_media_type(&one.media_type),
                sha256: one.sha256,
                title: one.title,
            };
            found.into_iter().map(shown).collect()
        };
        let (sha256, title) = (document.sha256.clone(), document.title.clone());
        let (received_at, byte_count) = (document.received_at, document.bytes.len());
        let (kind, bytes) = (document.kind, document.bytes);
        let read = apart(move || Read::of(kind, &bytes)).await?;
        Ok(Some(DocumentShown {
            arrived,
            sha256,
            title,
            kind,
            byte_count,
            received_at,
            sender,
            text: read.text,
            sheets: read.sheets,
            lines: read.lines,
            list_rows: read.list_rows,
            remarks: read.remarks,
            picture: read.picture,
            parts: named(parts),
            wholes: named(wholes),
            evidence,
        }))
    }
}

/// Away from the threads that answer requests.
pub(super) async fn apart<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Error> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|_| Error::broken("reading a document did not end"))
}

/// A document and all that hangs on it, each once, the whole before its parts.
fn unpack(name: &str, bytes: &[u8], by: &str, now: Instant) -> Result<Vec<Incoming>, Error> {
    let mut all: Vec<Incoming> = Vec::new();
    let parts = take(&mut all, None, name, bytes, by, now)?;
    // Those that hang on what is `at` come after it.
    let mut at = 0;
    let mut depths = vec![0_usize];
    let mut waiting: Vec<Vec<MailPart>> = vec![parts];
    while at < all.len() {
        for part in std::mem::take(&mut waiting[at]) {
            if all.len() > PARTS_MAX {
                break;
            }
            let depth = depths[at] + 1;
            let name = if part.name.is_empty() {
                format!("Part of {}", all[at].document.title)
            } else {
                part.name
            };
            // A part that cannot be kept, such as one named by a unit's number, is in the whole all the same.
            if let Ok(mut parts) = take(&mut all, Some(at), &name, &part.bytes, "", now) {
                if depth == NESTING_MAX {
                    parts.clear();
                }
                depths.push(depth);
                waiting.push(parts);
            }
        }
        at += 1;
    }
    Ok(all)
}

/// Takes one in; gives what hangs on it.
fn take(
    all: &mut Vec<Incoming>,
    whole: Option<usize>,
    name: &str,
    bytes: &[u8],
    by: &str,
    now: Instant,
) -> Result<Vec<MailPart>, Error> {
    let mail = match MediaKind::of(bytes) {
        MediaKind::Mail => files::read_mail(bytes).unwrap_or_default(),
        _ => Mail::default(),
    };
    let title = match (name.trim(), mail.subject.as_str()) {
        ("", "") => "Pasted text",
        ("", subject) => subject,
        (name, _) => name,
    };
    let document = to_keep(title, bytes, now)?;
    let arrival = Arrival {
        document: document.sha256.clone(),
        sender: mail.from,
        recipients: mail.to,
        sent_at: mail.date,
        arrived_at: now,
        brought_by: by.to_owned(),
    };
    all.push(Incoming {
        document,
        arrival,
        whole,
    });
    Ok(mail.parts)
}

/// What can be read of a file.
#[derive(Default)]
struct Read {
    text: String,
    sheets: Vec<SheetShown>,
    lines: Vec<LinePlace>,
    list_rows: Option<usize>,
    remarks: Vec<String>,
    picture: Option<(u32, u32)>,
}

impl Read {
    fn of(kind: MediaKind, bytes: &[u8]) -> Self {
        let mut read = Self::default();
        match kind {
            MediaKind::Mail => match files::read_mail(bytes) {
                Ok(mail) => read.mail(&mail),
                Err(fault) => {
                    let remark = format!("Nothing is taken out of this mail: {fault}.");
                    read.remarks.push(remark);
                }
            },
            MediaKind::Pdf => {
                let pdf = files::pdf_text(bytes);
                read.text = pdf.text;
                read.remarks = pdf.remarks.into_iter().map(str::to_owned).collect();
            }
            MediaKind::Png | MediaKind::Jpeg => {
                read.picture = files::picture_size(bytes);
                if read.picture.is_none() {
                    let remark = "It does not say a size that can be shown; save it to look at it.";
                    read.remarks.push(remark.to_owned());
                }
            }
            MediaKind::Html => {
                read.text = files::html_text(&files::text_of(bytes).unwrap_or_default());
                let remark = "This is a web page; only its text is shown.";
                read.remarks.push(remark.to_owned());
            }
            MediaKind::Table | MediaKind::Text => {
                read.text = files::text_of(bytes).unwrap_or_default();
                read.list_rows = (kind == MediaKind::Table)
                    .then(|| sheets::list_rows(&read.text))
                    .flatten();
            }
            MediaKind::Workbook | MediaKind::OpenDocument => {
                let book = sheets::read(bytes);
                return Self {
                    text: book.text,
                    sheets: book.shown,
                    lines: book.lines,
                    list_rows: book.list_rows,
                    remarks: book.remarks,
                    picture: None,
                };
            }
            MediaKind::Other => {
                let remark = format!("No text is read from a {kind}; save it to look at it.");
                read.remarks.push(remark);
                read.remarks.extend(sheets::other_kind(bytes));
            }
        }
        if let Some((end, _)) = read.text.char_indices().nth(TEXT_CHARS_MAX) {
            read.text.truncate(end);
            let remark = format!("Only the first {TEXT_CHARS_MAX} characters are shown.");
            read.remarks.push(remark);
        }
        read
    }

    fn mail(&mut self, mail: &Mail) {
        let lines = [
            ("From", &mail.from),
            ("To", &mail.to),
            ("Date", &mail.date),
            ("Subject", &mail.subject),
        ];
        for (name, value) in lines {
            if !value.is_empty() {
                self.text.push_str(&format!("{name}: {value}\n"));
            }
        }
        self.text.push('\n');
        self.text.push_str(&mail.text);
        if mail.is_of_html {
            let remark = "It is written as a web page; only its text is shown.";
            self.remarks.push(remark.to_owned());
        }
    }
}

struct TakeIn(Vec<Incoming>);

impl Job for TakeIn {
    type Out = bool;
    type Err = Error;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<bool, Error> {
        let mut is_first_new = false;
        let mut numbers = vec![0_i64; self.0.len()];
        for (index, one) in self.0.iter().enumerate() {
            let is_new = documents::put(tx, &one.document).await?;
            is_first_new |= index == 0 && is_new;
            arrivals::put(tx, &one.arrival).await?;
            if let Some(whole) = one.whole {
                let of = &self.0[whole].document.sha256;
                arrivals::put_part(tx, of, numbers[whole], &one.document.sha256).await?;
                numbers[whole] += 1;
            }
        }
        Ok(is_first_new)
    }
}

struct Inbox;

impl Job for Inbox {
    type Out = Vec<Arrived>;
    type Err = Error;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Vec<Arrived>, Error> {
        Ok(arrivals::list(tx, LISTED_MAX).await?)
    }
}

struct SetAside {
    sha256: String,
    by: String,
}

impl Job for SetAside {
    type Out = ();
    type Err = Error;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), Error> {
        if arrivals::get(tx, &self.sha256).await?.is_none() {
            return Err(Error::new(
                Code::NotFound,
                format!("no document {} came to the desk", self.sha256),
            ));
        }
        let now = Instant::from_epoch_ms(tx.now().await?);
        // Settled twice, it is settled.
        arrivals::set_aside(tx, &self.sha256, &self.by, now).await?;
        Ok(())
    }
}

/// What stands around a document.
struct Around {
    arrived: Option<Arrived>,
    sender: String,
    parts: Vec<documents::Document>,
    wholes: Vec<documents::Document>,
    evidence: Vec<EvidenceId>,
}

struct ReadAround(String);

impl Job for ReadAround {
    type Out = Around;
    type Err = Error;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Around, Error> {
        let sha256 = &self.0;
        let parts = arrivals::parts(tx, sha256, NAMED_MAX).await?;
        let wholes = arrivals::wholes(tx, sha256, NAMED_MAX).await?;
        let arrived = arrivals::get(tx, sha256).await?;
        let mut sender = arrived
            .as_ref()
            .map_or_else(String::new, |one| one.arrival.sender.clone());
        if sender.is_empty()
            && let Some(whole) = wholes.first()
        {
            let whole = arrivals::get(tx, whole).await?;
            sender = whole.map_or_else(String::new, |one| one.arrival.sender);
        }
        Ok(Around {
            arrived,
            sender,
            parts: without_content(tx, &parts).await?,
            wholes: without_content(tx, &wholes).await?,
            evidence: arrivals::evidence(tx, sha256, NAMED_MAX).await?,
        })
    }
}

async fn without_content(
    tx: &mut Tx<'_>,
    all: &[String],
) -> Result<Vec<documents::Document>, Error> {
    let mut found = Vec::with_capacity(all.len());
    for sha256 in all {
        found.extend(documents::get_head(tx, sha256).await?);
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mail_around(part: &str) -> String {
        format!(
            "From: a@b.example\nDate: today\nContent-Type: multipart/mixed; boundary=y{}\n\n--y{0}\n\
             Content-Type: message/rfc822\n\n{part}\n--y{0}--\n",
            part.len()
        )
    }

    #[test]
    fn what_hangs_on_a_mail_comes_with_it_down_to_a_depth() {
        let mut mail = "From: z@b.example\nDate: then\n\ninnermost\n".to_owned();
        for _ in 0..NESTING_MAX + 3 {
            mail = mail_around(&mail);
        }
        let all = unpack("", mail.as_bytes(), "us-1", Instant::MIN).expect("kept");
        assert_eq!(all.len(), NESTING_MAX + 1);
        assert_eq!(all[0].arrival.brought_by, "us-1");
        assert_eq!(
            (all[1].whole, all[1].arrival.brought_by.as_str()),
            (Some(0), "")
        );
        assert_eq!(all[5].whole, Some(4));
    }

    #[test]
    fn a_mail_past_a_limit_is_kept_whole_and_says_why_nothing_is_taken_out() {
        let part = "--y\n\nx\n".repeat(200);
        let mail =
            format!("From: a\nDate: b\nContent-Type: multipart/mixed; boundary=y\n\n{part}--y--");
        let all = unpack("many.eml", mail.as_bytes(), "us-1", Instant::MIN).expect("kept");
        assert_eq!(all.len(), 1);
        let read = Read::of(MediaKind::Mail, mail.as_bytes());
        assert!(
            read.remarks[0].contains("more than 100 parts"),
            "{:?}",
            read.remarks
        );
    }
}
