//! Words in headers that are not ASCII (RFC 2047), transfer encodings (RFC 2045), parameters (RFC 2045, RFC 2231).

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

/// Bytes of one encoded word; RFC 2047 clause 2 has 75, and nobody keeps to it.
const WORD_BYTES_MAX: usize = 1_000;

/// Mail in the wild leaves out what fills a last group.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// Text in a named character set; one that is not known is read as UTF-8, or as Windows-1252.
pub fn decoded(charset: &str, bytes: &[u8]) -> String {
    match encoding_rs::Encoding::for_label(charset.trim().as_bytes()) {
        Some(encoding) => encoding.decode(bytes).0.into_owned(),
        None => lossy(bytes),
    }
}

/// At most so many bytes from the beginning, and no part of a letter of UTF-8.
pub fn beginning(bytes: &[u8], bytes_max: usize) -> &[u8] {
    let mut end = bytes_max.min(bytes.len());
    let is_inside = |at: usize| bytes.get(at).is_some_and(|byte| byte & 0xc0 == 0x80);
    for _ in 0..3 {
        if is_inside(end) {
            end -= 1;
        }
    }
    &bytes[..end]
}

/// UTF-8 if it is, else Windows-1252.
pub fn lossy(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => encoding_rs::WINDOWS_1252.decode(bytes).0.into_owned(),
    }
}

/// A header's value with its encoded words read. Blanks between two encoded words are no text.
pub fn header_text(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    let mut rest = value;
    let mut after_word = false;
    while let Some(at) = rest.find("=?") {
        let before = &rest[..at];
        let Some((word, after)) = encoded_word(&rest[at..]) else {
            out.push_str(&rest[..at + 2]);
            rest = &rest[at + 2..];
            after_word = false;
            continue;
        };
        if !(after_word && before.trim().is_empty()) {
            out.push_str(before);
        }
        out.push_str(&word);
        rest = after;
        after_word = true;
    }
    out.push_str(rest);
    let is_shown = |c: char| !c.is_control();
    out.chars().filter(|c| is_shown(*c)).collect()
}

/// `=?charset?B|Q?text?=` and what comes after it.
fn encoded_word(text: &str) -> Option<(String, &str)> {
    let mut fields = text.get(2..)?.splitn(3, '?');
    let charset = fields.next()?.split('*').next()?;
    let method = fields.next()?;
    let rest = fields.next()?;
    let pairs = rest.bytes().zip(rest.bytes().skip(1));
    let end = pairs
        .take(WORD_BYTES_MAX)
        .position(|pair| pair == (b'?', b'='))?;
    let (word, after) = (&rest[..end], &rest[end + 2..]);
    if charset.is_empty() || word.contains([' ', '\t']) {
        return None;
    }
    let bytes = match method {
        "B" | "b" => base64(word.as_bytes()),
        "Q" | "q" => quoted(word.replace('_', " ").as_bytes()),
        _ => return None,
    };
    Some((decoded(charset, &bytes), after))
}

/// Base64 as mail has it: what is no letter of it is left out, and what cannot be read is nothing.
pub fn base64(text: &[u8]) -> Vec<u8> {
    let is_letter = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/');
    let mut letters: Vec<u8> = text.iter().copied().filter(is_letter).collect();
    if letters.len() % 4 == 1 {
        letters.pop();
    }
    BASE64.decode(letters).unwrap_or_default()
}

/// Quoted-printable: what is no escape stands for itself.
pub fn quoted(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut at = 0;
    while let Some(byte) = text.get(at) {
        if *byte != b'=' {
            out.push(*byte);
            at += 1;
            continue;
        }
        let rest = &text[at + 1..];
        let digit = |place: usize| char::from(*rest.get(place)?).to_digit(16);
        if rest.starts_with(b"\r\n") {
            at += 3;
        } else if rest.starts_with(b"\n") {
            at += 2;
        } else if let (Some(high), Some(low)) = (digit(0), digit(1)) {
            out.push(u8::try_from(high * 16 + low).unwrap_or_default());
            at += 3;
        } else {
            out.push(b'=');
            at += 1;
        }
    }
    out
}

/// A parameter of a header such as `Content-Type`; also where it is split or escaped (RFC 2231).
pub fn parameter(value: &str, wanted: &str) -> Option<String> {
    let mut plain = None;
    let mut pieces: Vec<(usize, bool, String)> = Vec::new();
    for (name, value) in parameters(value) {
        let lower = name.to_ascii_lowercase();
        let Some(rest) = lower.strip_prefix(wanted) else {
            continue;
        };
        match rest.strip_prefix('*') {
            None if rest.is_empty() => plain = plain.or(Some(value)),
            None => {}
            Some(rest) => {
                let (number, is_escaped) = match rest.strip_suffix('*') {
                    Some(number) => (number, true),
                    None => (rest, rest.is_empty()),
                };
                let number = if number.is_empty() {
                    Ok(0)
                } else {
                    number.parse()
                };
                pieces.extend(number.ok().map(|number| (number, is_escaped, value)));
            }
        }
    }
    if pieces.is_empty() {
        return plain.map(|plain| header_text(&plain));
    }
    pieces.sort_by_key(|(number, ..)| *number);
    let mut charset = String::new();
    let mut bytes = Vec::new();
    for (index, (_, is_escaped, value)) in pieces.iter().enumerate() {
        let mut value = value.as_str();
        if *is_escaped && index == 0 {
            let mut fields = value.splitn(3, '\'');
            if let (Some(named), Some(_), Some(text)) =
                (fields.next(), fields.next(), fields.next())
            {
                named.clone_into(&mut charset);
                value = text;
            }
        }
        if *is_escaped {
            bytes.extend(quoted(
                value.replace('=', "=3D").replace('%', "=").as_bytes(),
            ));
        } else {
            bytes.extend(value.as_bytes());
        }
    }
    let text = decoded(&charset, &bytes);
    Some(text.chars().filter(|c| !c.is_control()).collect())
}

/// The parameters after the first `;`, each a name and a value, with quotes read.
fn parameters(value: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let Some((_, mut rest)) = value.split_once(';') else {
        return found;
    };
    while let Some((name, after)) = rest.split_once('=') {
        let name = name.trim_matches([' ', '\t', ';']).to_owned();
        let after = after.trim_start();
        let (value, next) = match after.strip_prefix('"') {
            Some(quoted) => unquoted(quoted),
            None => match after.split_once(';') {
                Some((value, next)) => (value.trim().to_owned(), next),
                None => (after.trim().to_owned(), ""),
            },
        };
        found.push((name, value));
        rest = next;
    }
    found
}

fn unquoted(text: &str) -> (String, &str) {
    let mut value = String::new();
    let mut letters = text.char_indices();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '"' => return (value, &text[at + 1..]),
            '\\' => value.extend(letters.next().map(|(_, letter)| letter)),
            letter => value.push(letter),
        }
    }
    (value, "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encoded_words_are_read_and_what_is_none_stands_for_itself() {
        for (value, text) in [
            ("=?utf-8?B?TmljaHQgYXV0b3Jpc2llcnQ=?=", "Nicht autorisiert"),
            ("=?iso-8859-1?Q?Z=FCrich_AG?= <a@b>", "Z\u{fc}rich AG <a@b>"),
            ("=?utf-8?q?a?= =?utf-8?q?b?= c", "ab c"),
            ("1 =? 2", "1 =? 2"),
            ("=?utf-8?X?a?=", "=?utf-8?X?a?="),
            ("=?utf-8?Q?=0D=0ABcc:_x?=", "Bcc: x"),
        ] {
            assert_eq!(header_text(value), text, "{value}");
        }
    }

    #[test]
    fn parameters_are_read_plain_quoted_split_and_escaped() {
        for (value, text) in [
            ("text/plain; name=a.txt", "a.txt"),
            (
                "text/plain; charset=utf-8; NAME=\"a;\\\"b.txt\"",
                "a;\"b.txt",
            ),
            (
                "x/y; name*=utf-8''%e2%82%ac%20letter.pdf",
                "\u{20ac} letter.pdf",
            ),
            ("x/y; name*0=\"one \"; name*1=two", "one two"),
            ("x/y; name=\"=?utf-8?Q?=C3=A9.pdf?=\"", "\u{e9}.pdf"),
        ] {
            assert_eq!(parameter(value, "name").as_deref(), Some(text), "{value}");
        }
        assert_eq!(parameter("x/y; filename=a", "name"), None);
    }

    #[test]
    fn transfer_encodings_are_read_leniently() {
        assert_eq!(base64(b"aGVs\r\nbG8="), b"hello");
        assert_eq!(base64(b"aGVsbG8"), b"hello");
        assert_eq!(base64(b"="), b"");
        assert_eq!(quoted(b"a=3Db=\r\nc=zz"), b"a=bc=zz");
    }
}
