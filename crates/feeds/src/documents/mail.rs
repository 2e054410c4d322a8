//! A mail (RFC 5322, MIME) as its parts: who claims to have sent it to whom and when, its text, its attachments.
//!
//! Claims, since anybody can write any of it. A web page in a mail gives its text alone; a mail in a mail is an
//! attachment. What is past a limit is a fault, and then nothing is taken out of the mail.

use std::borrow::Cow;

use memchr::memmem::find;

use super::html;
use super::words::{base64, beginning, decoded, header_text, lossy, parameter, quoted};

/// Bytes of one part's headers.
pub const HEADERS_BYTES_MAX: usize = 64 * 1024;
/// Fields of one part's headers.
pub const HEADER_FIELDS_MAX: usize = 500;
/// Parts of one mail, those that only hold others among them.
pub const PARTS_MAX: usize = 100;
/// How deep parts may hold parts.
pub const NESTING_MAX: usize = 5;
/// Bytes of a boundary (RFC 2046 clause 5.1.1).
const BOUNDARY_BYTES_MAX: usize = 70;
/// Characters of one header's value that are kept.
pub const VALUE_CHARS_MAX: usize = 500;
/// Bytes of a part's text that are read, as it was sent.
const READ_BYTES_MAX: usize = 2 * 1024 * 1024;
/// Characters of text that are kept.
pub const TEXT_CHARS_MAX: usize = 200_000;

/// Why nothing is taken out of a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MailFault {
    /// More than `HEADERS_BYTES_MAX` or `HEADER_FIELDS_MAX`.
    #[error("the headers of a part are longer than 64 KiB or 500 fields")]
    HeadersTooLong,
    /// More than `PARTS_MAX`.
    #[error("it has more than 100 parts")]
    TooManyParts,
    /// Deeper than `NESTING_MAX`.
    #[error("its parts are nested more than 5 deep")]
    TooDeep,
    /// A part of many does not say what is between them, in 1 to 70 bytes.
    #[error("a part with parts does not say its boundary")]
    NoBoundary,
}

/// Something that hangs on a mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailPart {
    /// Its file's name, as it claims; may be empty.
    pub name: String,
    /// Its bytes, unpacked of what mail wraps them in.
    pub bytes: Vec<u8>,
}

/// A mail.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mail {
    /// `From`, as it claims.
    pub from: String,
    /// `To` and `Cc`, as it claims.
    pub to: String,
    /// `Date`, as it claims.
    pub date: String,
    /// `Subject`.
    pub subject: String,
    /// What it says: its plain text, else the text of its page.
    pub text: String,
    /// Whether that is the text of a web page.
    pub is_of_html: bool,
    /// What hangs on it, in its order.
    pub parts: Vec<MailPart>,
}

struct Headers(Vec<(String, String)>);

impl Headers {
    fn get(&self, wanted: &str) -> Option<&str> {
        let mut fields = self.0.iter();
        let found = fields.find(|(name, _)| name.eq_ignore_ascii_case(wanted))?;
        Some(&found.1)
    }

    fn shown(&self, wanted: &str) -> String {
        let text = self.get(wanted).map(header_text).unwrap_or_default();
        text.trim().chars().take(VALUE_CHARS_MAX).collect()
    }
}

/// Whether a file begins as a mail does: header fields, one of them telling it apart from other texts.
pub fn looks_like_mail(head: &[u8]) -> bool {
    let Ok((headers, _)) = split(head) else {
        return false;
    };
    let telling = ["from", "received", "message-id", "date", "mime-version"];
    let found = telling.iter().filter(|name| headers.get(name).is_some());
    found.count() >= 2
}

/// Reads a mail.
///
/// # Errors
/// It is past a limit.
pub fn read(bytes: &[u8]) -> Result<Mail, MailFault> {
    let (headers, body) = split(bytes)?;
    let mut to = headers.shown("to");
    let cc = headers.shown("cc");
    if !cc.is_empty() {
        to = format!("{to}, {cc}");
    }
    let mut reading = Reading {
        count: 0,
        html: String::new(),
        mail: Mail {
            from: headers.shown("from"),
            to,
            date: headers.shown("date"),
            subject: headers.shown("subject"),
            ..Mail::default()
        },
    };
    reading.part(&headers, body, 0)?;
    let Reading { mut mail, html, .. } = reading;
    if mail.text.trim().is_empty() && !html.is_empty() {
        mail.text = html::text(&html);
        mail.is_of_html = true;
    }
    if let Some((end, _)) = mail.text.char_indices().nth(TEXT_CHARS_MAX) {
        mail.text.truncate(end);
    }
    Ok(mail)
}

struct Reading {
    count: usize,
    html: String,
    mail: Mail,
}

impl Reading {
    fn part(&mut self, headers: &Headers, body: &[u8], depth: usize) -> Result<(), MailFault> {
        self.count += 1;
        if self.count > PARTS_MAX {
            return Err(MailFault::TooManyParts);
        }
        let kind = headers.get("content-type").unwrap_or("text/plain");
        let name = kind.split(';').next().unwrap_or_default();
        let name = name.trim().to_ascii_lowercase();
        if name.starts_with("multipart/") {
            if depth == NESTING_MAX {
                return Err(MailFault::TooDeep);
            }
            let boundary = parameter(kind, "boundary")
                .filter(|boundary| (1..=BOUNDARY_BYTES_MAX).contains(&boundary.len()));
            let boundary = boundary.ok_or(MailFault::NoBoundary)?;
            for part in parts(body, &boundary) {
                let (headers, body) = split(part)?;
                self.part(&headers, body, depth + 1)?;
            }
            return Ok(());
        }
        let disposition = headers.get("content-disposition").unwrap_or_default();
        let file = parameter(disposition, "filename").or_else(|| parameter(kind, "name"));
        let is_attached = disposition
            .trim_start()
            .to_ascii_lowercase()
            .starts_with("attachment");
        let is_text = matches!(name.as_str(), "text/plain" | "text/html");
        let is_read = is_text && !is_attached && file.is_none();
        let body = if is_read {
            beginning(body, READ_BYTES_MAX)
        } else {
            body
        };
        let encoding = headers.get("content-transfer-encoding").unwrap_or_default();
        let bytes = match encoding.trim().to_ascii_lowercase().as_str() {
            "base64" => Cow::Owned(base64(body)),
            "quoted-printable" => Cow::Owned(quoted(body)),
            _ => Cow::Borrowed(body),
        };
        if is_read {
            let charset = parameter(kind, "charset").unwrap_or_default();
            let text = decoded(&charset, &bytes);
            let all = if name == "text/html" {
                &mut self.html
            } else {
                &mut self.mail.text
            };
            if !all.is_empty() {
                all.push('\n');
            }
            all.push_str(&text);
        } else if !bytes.is_empty() {
            let file = file.unwrap_or_default();
            let last = file.rsplit(['/', '\\']).next().unwrap_or_default();
            self.mail.parts.push(MailPart {
                name: last.chars().take(VALUE_CHARS_MAX).collect(),
                bytes: bytes.into_owned(),
            });
        }
        Ok(())
    }
}

/// Headers, and what comes after the blank line.
fn split(bytes: &[u8]) -> Result<(Headers, &[u8]), MailFault> {
    let mut fields: Vec<(String, String)> = Vec::new();
    let mut rest = bytes;
    loop {
        let end = rest.iter().position(|byte| *byte == b'\n');
        let line = &rest[..end.unwrap_or(rest.len())];
        rest = end.map_or(&[][..], |end| &rest[end + 1..]);
        if bytes.len() - rest.len() > HEADERS_BYTES_MAX {
            return Err(MailFault::HeadersTooLong);
        }
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.is_empty() {
            return Ok((Headers(fields), rest));
        }
        let text = lossy(line);
        if text.starts_with([' ', '\t']) {
            if let Some((_, value)) = fields.last_mut() {
                value.push(' ');
                value.push_str(text.trim());
            }
        } else if let Some((name, value)) = text.split_once(':') {
            if fields.len() == HEADER_FIELDS_MAX {
                return Err(MailFault::HeadersTooLong);
            }
            fields.push((name.trim().to_owned(), value.trim().to_owned()));
        }
    }
}

/// What stands between the lines with a boundary. A last part without its end runs to the end.
fn parts<'a>(body: &'a [u8], boundary: &str) -> Vec<&'a [u8]> {
    let delimiter = format!("--{boundary}");
    let delimiter = delimiter.as_bytes();
    let mut found = Vec::new();
    let mut start = None;
    let mut from = 0;
    while let Some(step) = body.get(from..).and_then(|rest| find(rest, delimiter)) {
        let at = from + step;
        from = at + delimiter.len();
        let is_line = at == 0 || body[at - 1] == b'\n';
        if !is_line {
            continue;
        }
        if let Some(start) = start.take() {
            let part: &[u8] = &body[start..at];
            let part = part.strip_suffix(b"\n").unwrap_or(part);
            found.push(part.strip_suffix(b"\r").unwrap_or(part));
            // Counted where they are read; here only so many are kept.
            if found.len() > PARTS_MAX {
                return found;
            }
        }
        let rest = &body[from..];
        if rest.starts_with(b"--") {
            return found;
        }
        let line = rest.iter().position(|byte| *byte == b'\n');
        start = line.map(|line| from + line + 1);
        from = start.unwrap_or(body.len());
    }
    found.extend(start.map(|start| &body[start..]));
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    const LETTER: &str = "Received: from x\r\nFrom: =?utf-8?Q?M=C3=ADa?= <mia@mi.example>\r\nTo: a@b.example\r\n\
        Cc: c@b.example\r\nDate: Tue, 2 Feb 2016 09:00:00 +0800\r\nSubject: Authorisation\r\n of a seller\r\n\
        MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"--x\"\r\n\r\nno part\r\n----x\r\n\
        Content-Type: multipart/alternative; boundary=y\r\n\r\n--y\r\nContent-Type: text/html\r\n\r\n\
        <p>We <script>alert(1)</script>authorise\r\n--y--\r\n----x\r\nContent-Type: application/pdf\r\n\
        Content-Disposition: attachment; filename=\"../../etc/letter.pdf\"\r\nContent-Transfer-Encoding: base64\r\n\r\n\
        JVBERi0x\r\n----x--\r\nafter\r\n";

    #[test]
    fn a_mail_is_its_claims_its_text_and_what_hangs_on_it() {
        assert!(looks_like_mail(LETTER.as_bytes()));
        let mail = read(LETTER.as_bytes()).expect("a mail");
        assert_eq!(mail.from, "M\u{ed}a <mia@mi.example>");
        assert_eq!(mail.to, "a@b.example, c@b.example");
        assert_eq!(mail.subject, "Authorisation of a seller");
        assert_eq!(
            (mail.text.as_str(), mail.is_of_html),
            ("We authorise", true)
        );
        let part = MailPart {
            name: "letter.pdf".to_owned(),
            bytes: b"%PDF-1".to_vec(),
        };
        assert_eq!(mail.parts, [part]);
    }

    #[test]
    fn plain_text_is_preferred_to_a_page_and_read_in_its_character_set() {
        let mail = "From: a\nDate: b\nContent-Type: multipart/alternative; boundary=y\n\n--y\n\
            Content-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: quoted-printable\n\nZ=FCrich=\n!\n--y\n\
            Content-Type: text/html\n\n<p>other\n--y--";
        let mail = read(mail.as_bytes()).expect("a mail");
        assert_eq!(
            (mail.text.as_str(), mail.is_of_html),
            ("Z\u{fc}rich!", false)
        );
    }

    fn nested(depth: usize) -> String {
        let mut mail = "From: a\nDate: b\n".to_owned();
        for level in 0..depth {
            mail.push_str(&format!(
                "Content-Type: multipart/mixed; boundary=b{level}\n\n--b{level}\n"
            ));
        }
        mail + "Content-Type: text/plain\n\nhi\n"
    }

    #[test]
    fn what_is_past_a_limit_is_named() {
        assert!(read(nested(NESTING_MAX).as_bytes()).is_ok());
        assert_eq!(
            read(nested(NESTING_MAX + 1).as_bytes()),
            Err(MailFault::TooDeep)
        );
        let many = |count: usize| {
            let part = "--y\n\nx\n".repeat(count);
            format!("From: a\nContent-Type: multipart/mixed; boundary=y\n\n{part}--y--")
        };
        assert!(read(many(PARTS_MAX - 1).as_bytes()).is_ok());
        assert_eq!(
            read(many(PARTS_MAX).as_bytes()),
            Err(MailFault::TooManyParts)
        );
        let long = format!("From: {}\n\n", "a".repeat(HEADERS_BYTES_MAX));
        assert_eq!(read(long.as_bytes()), Err(MailFault::HeadersTooLong));
        let fields = "A: b\n".repeat(HEADER_FIELDS_MAX + 1);
        assert_eq!(read(fields.as_bytes()), Err(MailFault::HeadersTooLong));
        let none = "From: a\nContent-Type: multipart/mixed\n\n";
        assert_eq!(read(none.as_bytes()), Err(MailFault::NoBoundary));
    }

    #[test]
    fn a_mail_cut_anywhere_is_read_or_refused() {
        for length in 0..LETTER.len() {
            let _ = read(&LETTER.as_bytes()[..length]);
        }
    }
}
