//! Documents that people send: what kind a file is by its bytes, and what can be read of it without running it.
//!
//! Everything here is somebody else's file and may be made to harm: what is read has limits, and what is past one is
//! named and left unread. Nothing is ever run, followed or fetched. Knows nothing of evidence.

mod html;
mod inflate;
mod mail;
mod pdf;
mod picture;
mod words;

use std::fmt;

use memchr::memmem;

use crate::workbook::{self, Family};

pub use html::text as html_text;
pub use inflate::{InflateFault, inflate};
pub use mail::{Mail, MailFault, MailPart, read as read_mail};
pub use pdf::{PdfText, text as pdf_text};
pub use picture::size as picture_size;

/// Bytes of a file at which its kind is seen.
const SNIFFED_BYTES: usize = 64 * 1024;
/// Bytes of a text that are read.
const READ_BYTES_MAX: usize = 2 * 1024 * 1024;
/// Lines at which a table is seen.
const TABLE_LINES: usize = 5;

/// What kind of file something is, by its bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MediaKind {
    /// RFC 5322.
    Mail,
    /// ISO 32000.
    Pdf,
    /// ISO/IEC 15948.
    Png,
    /// ISO/IEC 10918.
    Jpeg,
    /// ECMA-376, a workbook.
    Workbook,
    /// OpenDocument, a spreadsheet.
    OpenDocument,
    /// Text in columns.
    Table,
    /// A web page. Only its text is shown.
    Html,
    /// Any other text.
    Text,
    /// Anything else.
    Other,
}

impl MediaKind {
    /// Its media type (RFC 6838), under which it is given back as a download. A web page is not given back as one.
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Mail => "message/rfc822",
            Self::Pdf => "application/pdf",
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Workbook => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::OpenDocument => workbook::OPEN_DOCUMENT,
            Self::Table => "text/csv",
            Self::Html | Self::Text => "text/plain",
            Self::Other => "application/octet-stream",
        }
    }

    /// What it is, in words.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Mail => "e-mail",
            Self::Pdf => "PDF",
            Self::Png => "PNG picture",
            Self::Jpeg => "JPEG picture",
            Self::Workbook | Self::OpenDocument => "workbook",
            Self::Table => "table",
            Self::Html => "web page",
            Self::Text => "text",
            Self::Other => "file of another kind",
        }
    }

    /// The kind of what was kept under a media type.
    #[must_use]
    pub fn of_media_type(media_type: &str) -> Self {
        let all = [
            Self::Mail,
            Self::Pdf,
            Self::Png,
            Self::Jpeg,
            Self::Workbook,
            Self::OpenDocument,
            Self::Table,
            Self::Text,
        ];
        let found = all.into_iter().find(|kind| kind.media_type() == media_type);
        found.unwrap_or(Self::Other)
    }

    /// The kind of a file, by its bytes alone: a name can say anything.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        let head = &bytes[..bytes.len().min(SNIFFED_BYTES)];
        if head.starts_with(b"\x89PNG\r\n\x1a\n") {
            return Self::Png;
        }
        if head.starts_with(b"\xff\xd8\xff") {
            return Self::Jpeg;
        }
        let text = text_of(head);
        // A PDF may hang on it as it is.
        if text.is_some() && !head.starts_with(b"%PDF-") && mail::looks_like_mail(head) {
            return Self::Mail;
        }
        // Readers look for it in the first 1,024 bytes.
        if contains(&head[..head.len().min(1024)], b"%PDF-") {
            return Self::Pdf;
        }
        if head.starts_with(b"PK\x03\x04") {
            return match workbook::family(bytes) {
                Some(Family::OfficeOpen) => Self::Workbook,
                Some(Family::OpenDocument) => Self::OpenDocument,
                // A damaged one has lost its directory.
                None if contains(head, b"[Content_Types].xml") && contains(head, b"xl/") => {
                    Self::Workbook
                }
                None => Self::Other,
            };
        }
        let Some(text) = text else {
            return Self::Other;
        };
        let start = text.trim_start_matches('\u{feff}').trim_start();
        let start: String = start.chars().take(15).collect::<String>().to_lowercase();
        if start.starts_with("<!doctype html") || start.starts_with("<html") {
            return Self::Html;
        }
        if is_table(&text) {
            return Self::Table;
        }
        Self::Text
    }
}

impl fmt::Display for MediaKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A file's text, as far as it is read; none: it is no text. UTF-8, UTF-16 with its mark, else Windows-1252 as the WHATWG has it.
#[must_use]
pub fn text_of(bytes: &[u8]) -> Option<String> {
    let bytes = words::beginning(bytes, READ_BYTES_MAX);
    if let Some((encoding, _)) = encoding_rs::Encoding::for_bom(bytes) {
        let (text, _, _) = encoding.decode(bytes);
        return Some(text.into_owned());
    }
    let is_control =
        |byte: &u8| *byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x0c) || *byte == 0x7f;
    if bytes.iter().any(is_control) {
        return None;
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Some(text.to_owned()),
        // Cut off within a character where a kind is seen.
        Err(error) if error.error_len().is_none() && bytes.len() == SNIFFED_BYTES => {
            let whole = &bytes[..error.valid_up_to()];
            Some(String::from_utf8_lossy(whole).into_owned())
        }
        Err(_) => Some(encoding_rs::WINDOWS_1252.decode(bytes).0.into_owned()),
    }
}

/// The first lines have the same separator equally often, two lines at least.
fn is_table(text: &str) -> bool {
    let lines: Vec<&str> = text
        .lines()
        .filter(|line| !line.trim().is_empty())
        .take(TABLE_LINES)
        .collect();
    let Some((first, rest)) = lines.split_first() else {
        return false;
    };
    [',', ';', '\t'].into_iter().any(|separator| {
        let count = |line: &&str| line.matches(separator).count();
        let wanted = count(first);
        wanted > 0 && !rest.is_empty() && rest.iter().all(|line| count(line) == wanted)
    })
}

fn contains(text: &[u8], wanted: &[u8]) -> bool {
    memmem::find(text, wanted).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kind_of_a_file_is_seen_by_its_bytes() {
        let mail = b"Received: by x\r\nFrom: a@example.com\r\nSubject: hi\r\n\r\nText\r\n";
        for (bytes, kind) in [
            (&b"\x89PNG\r\n\x1a\n...."[..], MediaKind::Png),
            (b"\xff\xd8\xff\xe0", MediaKind::Jpeg),
            (b"\n%PDF-1.4\n", MediaKind::Pdf),
            (
                b"From: a@b.example\r\nDate: today\r\n\r\n%PDF-1.4\n",
                MediaKind::Mail,
            ),
            (b"%PDF-1.4\nFrom: a\nDate: b\n\n", MediaKind::Pdf),
            (
                b"PK\x03\x04....[Content_Types].xml....xl/workbook.xml",
                MediaKind::Workbook,
            ),
            (b"PK\x03\x04....", MediaKind::Other),
            (mail, MediaKind::Mail),
            (b" <!DOCTYPE html><p>From: a", MediaKind::Html),
            (b"model,tac\nMi 4i,86012602\n", MediaKind::Table),
            (
                b"Dear sirs,\nwe authorise you, and you alone, here.\n",
                MediaKind::Text,
            ),
            (b"\xff\xfea\0", MediaKind::Text),
            (b"MZ\x90\0", MediaKind::Other),
            (b"", MediaKind::Text),
        ] {
            assert_eq!(
                MediaKind::of(bytes),
                kind,
                "{:?}",
                String::from_utf8_lossy(bytes)
            );
        }
    }

    #[test]
    fn text_is_read_in_the_encoding_that_it_is_in() {
        assert_eq!(
            text_of("caf\u{e9}".as_bytes()).as_deref(),
            Some("caf\u{e9}")
        );
        assert_eq!(text_of(b"caf\xe9").as_deref(), Some("caf\u{e9}"));
        assert_eq!(text_of(b"\xfe\xff\0a").as_deref(), Some("a"));
        assert_eq!(text_of(b"a\0b"), None);
    }
}
