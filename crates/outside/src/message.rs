//! A message as it goes over the wire: RFC 5322, plain text, one recipient.
//!
//! Whatever a subject or a text holds, it cannot become a header of its own: a subject is written in printable ASCII
//! (RFC 2047 where it must be), and an address is checked before it is a [`Mailbox`].

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use domain::{Instant, ParseError};
use jiff::Timestamp;
use jiff::fmt::rfc2822;

/// Most bytes of an address (RFC 5321 clause 4.5.3.1.3, without its angle brackets).
pub const MAILBOX_BYTES_MAX: usize = 254;
/// Most bytes before the `@` (RFC 5321 clause 4.5.3.1.1).
const LOCAL_BYTES_MAX: usize = 64;
/// Most bytes between two dots of a domain (RFC 1035 clause 2.3.4).
const LABEL_BYTES_MAX: usize = 63;
/// Most bytes of an encoded word (RFC 2047 clause 2).
const WORD_BYTES_MAX: usize = 75;
/// Most bytes of a line that is sent as it is, and of a subject: well under what RFC 5322 clause 2.1.1 allows.
const LINE_BYTES_MAX: usize = 900;
/// Most characters of a line of quoted-printable (RFC 2045 clause 6.7).
const QUOTED_CHARS_MAX: usize = 76;
const HEX: &[u8; 16] = b"0123456789ABCDEF";

/// One address of mail: a dot-atom, `@`, a domain name, all in ASCII (RFC 5321 clause 4.1.2, without quoted strings
/// and address literals).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Mailbox(String);

impl Mailbox {
    /// As written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What stands after the `@`.
    #[must_use]
    pub fn domain(&self) -> &str {
        self.0.rsplit_once('@').map_or("", |(_, domain)| domain)
    }
}

impl fmt::Display for Mailbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Mailbox {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let text = text.trim();
        let fault = || ParseError::new(text, "an address of mail", "write it as name@example.com");
        let (local, domain) = text.rsplit_once('@').ok_or_else(fault)?;
        let is_atom = |atom: &str| {
            !atom.is_empty()
                && atom
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&b))
        };
        let is_label = |label: &str| {
            !label.is_empty()
                && label.len() <= LABEL_BYTES_MAX
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b == b'-')
        };
        let holds = text.len() <= MAILBOX_BYTES_MAX
            && local.len() <= LOCAL_BYTES_MAX
            && local.split('.').all(is_atom)
            && domain.split('.').all(is_label);
        if holds {
            Ok(Self(text.to_owned()))
        } else {
            Err(fault())
        }
    }
}

/// What is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Tells it from every other: letters, digits, `-`. The same message sent again has the same.
    pub id: String,
    /// Who sends it.
    pub from: Mailbox,
    /// To whom.
    pub to: Mailbox,
    /// One line; a line break in it is a space.
    pub subject: String,
    /// Plain text; lines end with LF.
    pub text: String,
    /// When it was written.
    pub at: Instant,
}

impl Message {
    /// As it goes over the wire: headers, an empty line, the text; every line ends with CRLF.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        let date = Timestamp::from_millisecond(self.at.epoch_ms())
            .ok()
            .and_then(|at| rfc2822::to_string(&at.to_zoned(jiff::tz::TimeZone::UTC)).ok());
        let id: String = self
            .id
            .chars()
            .filter(|c| c.is_ascii_alphanumeric() || *c == '-')
            .collect();
        let (encoding, body) = body(&self.text);
        let lines = [
            date.map(|date| format!("Date: {date}")),
            Some(format!("From: <{}>", self.from)),
            Some(format!("To: <{}>", self.to)),
            Some(format!("Message-ID: <{id}@{}>", self.from.domain())),
            Some(format!("Subject: {}", subject(&self.subject))),
            Some("MIME-Version: 1.0".to_owned()),
            Some("Content-Type: text/plain; charset=utf-8".to_owned()),
            Some(format!("Content-Transfer-Encoding: {encoding}")),
            // A program wrote it; nobody's absence should answer (RFC 3834 clause 5).
            Some("Auto-Submitted: auto-generated".to_owned()),
        ];
        let lines: Vec<String> = lines.into_iter().flatten().collect();
        format!("{}\r\n\r\n{body}", lines.join("\r\n")).into_bytes()
    }
}

/// A subject in printable ASCII, on folded lines where it has to be encoded.
fn subject(text: &str) -> String {
    let text: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    let text = text.trim();
    // What reads as an encoded word would be decoded.
    let is_plain = text.bytes().all(|b| (b' '..=b'~').contains(&b)) && !text.contains("=?");
    if is_plain && text.len() <= LINE_BYTES_MAX {
        return text.to_owned();
    }
    let (start, end) = ("=?utf-8?B?", "?=");
    let bytes_max = (WORD_BYTES_MAX - start.len() - end.len()) / 4 * 3;
    let mut words: Vec<String> = vec![String::new()];
    for c in text.chars() {
        // Each encoded word holds whole characters (RFC 2047 clause 5).
        if let Some(word) = words.last()
            && word.len() + c.len_utf8() > bytes_max
        {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut() {
            word.push(c);
        }
    }
    let words = words.iter();
    let words: Vec<String> = words
        .map(|word| format!("{start}{}{end}", BASE64.encode(word)))
        .collect();
    words.join("\r\n ")
}

/// The text with its transfer encoding.
fn body(text: &str) -> (&'static str, String) {
    let lines = || text.lines().map(|line| line.trim_end_matches('\r'));
    let is_plain = lines().all(|line| {
        line.len() <= LINE_BYTES_MAX
            && line
                .bytes()
                .all(|b| (b' '..=b'~').contains(&b) || b == b'\t')
    });
    if is_plain {
        return ("7bit", lines().map(|line| format!("{line}\r\n")).collect());
    }
    ("quoted-printable", lines().map(quoted).collect())
}

/// A line in quoted-printable, broken softly where it is too long.
fn quoted(line: &str) -> String {
    let mut out = String::new();
    let mut width = 0;
    let bytes = line.as_bytes();
    for (at, byte) in bytes.iter().enumerate() {
        let is_last = at + 1 == bytes.len();
        let piece = match byte {
            b'=' => "=3D".to_owned(),
            b' ' if !is_last => " ".to_owned(),
            b'!'..=b'~' => char::from(*byte).to_string(),
            _ => {
                let (high, low) = (usize::from(byte >> 4), usize::from(byte & 15));
                format!("={}{}", char::from(HEX[high]), char::from(HEX[low]))
            }
        };
        // One place is kept for the `=` of a soft line break.
        if width + piece.len() > QUOTED_CHARS_MAX - 1 {
            out.push_str("=\r\n");
            width = 0;
        }
        width += piece.len();
        out.push_str(&piece);
    }
    out.push_str("\r\n");
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(subject: &str, text: &str) -> Message {
        Message {
            id: "le-1".to_owned(),
            from: "house@shop.example".parse().expect("an address"),
            to: "desk@brand.example".parse().expect("an address"),
            subject: subject.to_owned(),
            text: text.to_owned(),
            at: Instant::from_epoch_ms(1_454_400_000_000),
        }
    }

    fn written(subject: &str, text: &str) -> String {
        String::from_utf8(message(subject, text).bytes()).expect("ASCII")
    }

    /// Decodes what stands after `Subject: `.
    fn decoded(written: &str) -> String {
        let start = written.find("Subject: ").expect("a subject") + 9;
        let rest = &written[start..];
        let end = rest.find("\r\nMIME-Version").expect("the next header");
        let words = rest[..end].split("\r\n ");
        words
            .map(|word| match word.strip_prefix("=?utf-8?B?") {
                Some(word) => {
                    assert!(word.len() + 10 <= WORD_BYTES_MAX, "{word}");
                    let word = word.strip_suffix("?=").expect("an end");
                    String::from_utf8(BASE64.decode(word).expect("base64"))
                        .expect("whole characters")
                }
                None => word.to_owned(),
            })
            .collect()
    }

    #[test]
    fn a_plain_message_is_written_as_the_standard_has_it() {
        let written = written(
            "Please confirm",
            "Dear all,\n\nhttps://shop.example/answer/x\n",
        );
        let expected = "Date: Tue, 2 Feb 2016 08:00:00 +0000\r\n\
            From: <house@shop.example>\r\nTo: <desk@brand.example>\r\n\
            Message-ID: <le-1@shop.example>\r\nSubject: Please confirm\r\nMIME-Version: 1.0\r\n\
            Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 7bit\r\n\
            Auto-Submitted: auto-generated\r\n\r\n\
            Dear all,\r\n\r\nhttps://shop.example/answer/x\r\n";
        assert_eq!(written, expected);
    }

    #[test]
    fn no_subject_becomes_a_header_or_a_body() {
        for subject in [
            "Hi\r\nBcc: all@evil.example",
            "Hi\nBcc: all@evil.example",
            "Hi\r\n\r\nBody",
            "Hi\rBcc: x",
            "Hi\u{85}\u{2028}Bcc: x",
            "=?utf-8?B?SGkNCkJjYzogeA==?=",
            "\0",
        ] {
            let written = written(subject, "Text");
            let (headers, _) = written.split_once("\r\n\r\n").expect("a body");
            let own = headers.split("\r\n").filter(|line| !line.starts_with(' '));
            assert_eq!(own.count(), 9, "{written}");
            assert!(!headers.contains("\r\nBcc"), "{written}");
            assert!(
                !headers.replace("\r\n", "").contains(['\r', '\n']),
                "{written}"
            );
        }
    }

    #[test]
    fn a_subject_reads_back_in_whole_characters() {
        for subject in [
            "Čestný názov – 小米 Mi 4i",
            "=?utf-8?Q?x?=",
            &"ß".repeat(200),
            &"long ".repeat(250),
            "🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂",
        ] {
            let written = written(subject, "Text");
            assert!(written.is_ascii(), "{written}");
            assert_eq!(decoded(&written), subject.trim());
        }
    }

    #[test]
    fn a_text_that_is_not_ascii_is_quoted_on_short_lines() {
        let written = written("Hi", &format!("Übergröße = 5 \n{}\n.\n", "x".repeat(1000)));
        let (_, body) = written.split_once("\r\n\r\n").expect("a body");
        assert!(written.contains("Content-Transfer-Encoding: quoted-printable"));
        assert!(
            body.starts_with("=C3=9Cbergr=C3=B6=C3=9Fe =3D 5=20\r\n"),
            "{body}"
        );
        assert!(body.split("\r\n").all(|line| line.len() <= 76), "{body}");
        assert_eq!(body.replace("=\r\n", "").matches('x').count(), 1000);
    }

    #[test]
    fn an_address_is_one_mailbox_and_nothing_else() {
        for good in [
            "a@b.example",
            "first.last+tag@sub-domain.example",
            "x@localhost",
        ] {
            assert_eq!(good.parse::<Mailbox>().expect(good).as_str(), good);
        }
        let long = format!("{}@example.com", "a".repeat(65));
        for bad in [
            "",
            "a",
            "a@",
            "@b.example",
            "a@b.example\r\nBcc: c@d.example",
            "a@b.example, c@d.example",
            "A <a@b.example>",
            "a b@c.example",
            "\"a b\"@c.example",
            "a..b@c.example",
            "a@b..example",
            "a@-b.example",
            "a@[127.0.0.1]",
            "ä@b.example",
            "a@bücher.example",
            "a\0@b.example",
            &long,
        ] {
            assert!(bad.parse::<Mailbox>().is_err(), "{bad}");
        }
    }
}
