//! Forms with files, as browsers send them: `multipart/form-data` (RFC 7578).
//!
//! The whole body is in memory, bounded by the route; a part is a slice of it. Nested parts, transfer
//! encodings and other character sets than UTF-8 are not read: no browser sends them.

use axum::http::header::{self, HeaderMap};
use memchr::memmem::find;

use crate::problem::{Problem, WebCode};

/// Most parts of one form.
const PARTS_MAX: usize = 256;
/// Most bytes of one part's headers.
const HEADERS_BYTES_MAX: usize = 4 * 1024;
/// Most bytes of a boundary (RFC 2046 clause 5.1.1).
const BOUNDARY_BYTES_MAX: usize = 70;

/// One field or file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part<'a> {
    pub name: String,
    pub file_name: Option<String>,
    pub bytes: &'a [u8],
}

/// A form, read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormData<'a>(pub Vec<Part<'a>>);

impl<'a> FormData<'a> {
    /// Reads a body; the error says what is wrong with it.
    pub fn read(content_type: &str, body: &'a [u8]) -> Result<Self, &'static str> {
        let boundary = boundary(content_type).ok_or("the form does not say its boundary")?;
        let delimiter = format!("\r\n--{boundary}");
        let delimiter = delimiter.as_bytes();
        // The first delimiter may stand at the very beginning, without its line break.
        let mut rest = if body.starts_with(&delimiter[2..]) {
            &body[delimiter.len() - 2..]
        } else {
            let first = find(body, delimiter).ok_or("the form has no part")?;
            &body[first + delimiter.len()..]
        };
        let mut parts = Vec::new();
        while !rest.starts_with(b"--") {
            if parts.len() == PARTS_MAX {
                return Err("the form has too many parts");
            }
            let content = rest
                .strip_prefix(b"\r\n")
                .ok_or("a part does not begin on a line")?;
            let end = find(content, delimiter).ok_or("the last part does not end")?;
            parts.push(part(&content[..end])?);
            rest = &content[end + delimiter.len()..];
        }
        Ok(Self(parts))
    }

    /// Reads the body of a request; a form that does not read is a malformed request.
    pub fn of_request(headers: &HeaderMap, body: &'a [u8]) -> Result<Self, Problem> {
        let kind = headers
            .get(header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        Self::read(kind, body).map_err(|fault| Problem::web(WebCode::MalformedRequest, fault))
    }

    /// The file that was chosen in a field, with its name, or `unnamed` if it came without; none was chosen: none.
    pub fn file(&self, field: &str, unnamed: &str) -> Option<(String, Vec<u8>)> {
        let part = self.part(field).filter(|part| !part.bytes.is_empty())?;
        let name = part.file_name.as_deref().filter(|name| !name.is_empty());
        Some((name.unwrap_or(unnamed).to_owned(), part.bytes.to_vec()))
    }

    /// The text of a field; empty where there is none.
    pub fn text(&self, name: &str) -> String {
        self.part(name)
            .map(|part| String::from_utf8_lossy(part.bytes).into_owned())
            .unwrap_or_default()
    }

    /// A part by its field's name.
    pub fn part(&self, name: &str) -> Option<&Part<'a>> {
        self.0.iter().find(|part| part.name == name)
    }
}

fn boundary(content_type: &str) -> Option<&str> {
    let (kind, rest) = content_type.split_once(';')?;
    if !kind.trim().eq_ignore_ascii_case("multipart/form-data") {
        return None;
    }
    rest.split(';')
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(name, _)| name.eq_ignore_ascii_case("boundary"))
        .map(|(_, value)| value.trim_matches('"'))
        .filter(|value| !value.is_empty() && value.len() <= BOUNDARY_BYTES_MAX)
}

fn part(content: &[u8]) -> Result<Part<'_>, &'static str> {
    let end = find(content, b"\r\n\r\n").ok_or("a part has no headers")?;
    if end > HEADERS_BYTES_MAX {
        return Err("a part's headers are too long");
    }
    let headers =
        std::str::from_utf8(&content[..end]).map_err(|_| "a part's headers are not UTF-8")?;
    let header = |wanted: &str| {
        let mut lines = headers
            .split("\r\n")
            .filter_map(|line| line.split_once(':'));
        let found = lines.find(|(name, _)| name.trim().eq_ignore_ascii_case(wanted));
        found.map(|(_, value)| value)
    };
    let disposition = header("content-disposition").ok_or("a part does not say its name")?;
    Ok(Part {
        name: parameter(disposition, "name").ok_or("a part does not say its name")?,
        file_name: parameter(disposition, "filename"),
        bytes: &content[end + 4..],
    })
}

/// A quoted parameter. Browsers escape quotes and line breaks in it by percent (WHATWG HTML, form submission).
fn parameter(disposition: &str, wanted: &str) -> Option<String> {
    let start = format!("; {wanted}=\"");
    let at = disposition.find(&start)? + start.len();
    let value = disposition[at..].split('"').next()?;
    let value = value.replace("%22", "\"");
    Some(value.replace("%0D", "\r").replace("%0A", "\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const KIND: &str = "multipart/form-data; boundary=----x";

    #[test]
    fn fields_and_files_are_read_byte_for_byte() {
        let body = b"------x\r\nContent-Disposition: form-data; name=\"seller\"\r\n\r\nomni\r\n\
            ------x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a%22b.tsv\"\r\n\
            Content-Type: text/tab-separated-values\r\n\r\nid\ttitle\r\n\xff\r\n\r\n------x--\r\n";
        let form = FormData::read(KIND, body).expect("a form");
        assert_eq!(form.text("seller"), "omni");
        let file = form.part("file").expect("a file");
        assert_eq!(file.file_name.as_deref(), Some("a\"b.tsv"));
        assert_eq!(file.bytes, b"id\ttitle\r\n\xff\r\n");
        assert_eq!(form.text("absent"), "");
    }

    #[test]
    fn what_is_not_a_whole_form_is_refused() {
        for (kind, body) in [
            ("application/json", "{}"),
            ("multipart/form-data", "------x--"),
            (KIND, ""),
            (
                KIND,
                "------x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\ncut",
            ),
            (
                KIND,
                "------x\r\nContent-Type: text/plain\r\n\r\na\r\n------x--",
            ),
            (KIND, "------x\r\nno headers\r\n------x--"),
        ] {
            assert!(
                FormData::read(kind, body.as_bytes()).is_err(),
                "{kind} {body}"
            );
        }
        let one = "------x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n\r\n";
        let many = format!("{}------x--", one.repeat(PARTS_MAX + 1));
        assert!(FormData::read(KIND, many.as_bytes()).is_err());
    }
}
