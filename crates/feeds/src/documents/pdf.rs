//! The text of a PDF, as far as it is written in letters: of content that is packed plainly and fonts that use the
//! usual codes. Nothing is laid out, and nothing in the file is run; what would run elsewhere is named.
//!
//! A reading aid, not a reader: where it finds nothing, a person reads the original.

use memchr::memmem::find;

use super::{contains, inflate};

/// Streams that are looked into.
const STREAMS_MAX: usize = 300;
/// Bytes that one stream of content may unpack to.
const CONTENT_BYTES_MAX: usize = 4 * 1024 * 1024;
/// Bytes that are unpacked in all.
const CONTENTS_BYTES_MAX: usize = 4 * CONTENT_BYTES_MAX;
/// Bytes before a stream in which its dictionary stands.
const DICTIONARY_BYTES_MAX: usize = 2 * 1024;
/// Characters of text that are kept.
const TEXT_CHARS_MAX: usize = 100_000;
/// A step back in thousandths of the letter size that is a blank between words.
const BLANK_STEP: f32 = -180.0;

/// What was read of a PDF.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PdfText {
    /// Its text, lines as they were written; empty where none could be read.
    pub text: String,
    /// What there is to know of it besides, in sentences.
    pub remarks: Vec<&'static str>,
}

/// What a viewer would do with a file, by the names in it.
const ACTS: [(&[&[u8]], &str); 4] = [
    (
        &[b"/JavaScript", b"/JS"],
        "It holds a script. Nothing of it is run here.",
    ),
    (
        &[b"/OpenAction", b"/AA"],
        "It asks its viewer to act when it is opened. Nothing acts here.",
    ),
    (
        &[b"/Launch", b"/GoToR", b"/SubmitForm"],
        "It asks its viewer to start or send something. Nothing is started or sent here.",
    ),
    (
        &[b"/EmbeddedFile"],
        "It has other files inside. They are not taken out.",
    ),
];

/// Reads the text of a PDF.
#[must_use]
pub fn text(bytes: &[u8]) -> PdfText {
    let mut read = PdfText::default();
    for (names, sentence) in ACTS {
        if names.iter().any(|name| contains(bytes, name)) {
            read.remarks.push(sentence);
        }
    }
    if contains(bytes, b"/Encrypt") {
        read.remarks
            .push("It is locked, so no text is read from it.");
        return read;
    }
    let mut writer = Writer::default();
    let mut room = CONTENTS_BYTES_MAX;
    let mut is_cut = false;
    let mut rest = bytes;
    let mut before = 0;
    for _ in 0..STREAMS_MAX {
        let Some(at) = find(rest, b"stream") else {
            break;
        };
        let head = &bytes[..before + at];
        let start = at + b"stream".len();
        let data = &rest[start..];
        let end = find(data, b"endstream").unwrap_or(data.len());
        let next = (start + end + b"endstream".len()).min(rest.len());
        if let Some(is_packed) = content(head) {
            let data = data[..end].strip_prefix(b"\r").unwrap_or(&data[..end]);
            let data = data.strip_prefix(b"\n").unwrap_or(data);
            let bytes_max = room.min(CONTENT_BYTES_MAX);
            let mut unpacked = Vec::new();
            let end = if is_packed {
                inflate(data, bytes_max, &mut unpacked)
            } else {
                unpacked.extend(&data[..data.len().min(bytes_max)]);
                Ok(())
            };
            // What is of no use has cost as much.
            room -= unpacked.len();
            match end {
                Ok(()) => writer.content(&unpacked),
                Err(super::InflateFault::TooLarge) => is_cut = true,
                Err(super::InflateFault::Damaged) => {}
            }
        }
        (rest, before) = (&rest[next..], before + next);
        if room == 0 || writer.is_full() {
            is_cut = true;
            break;
        }
    }
    if is_cut {
        read.remarks
            .push("It has more than is read here; what is below is a part of it.");
    }
    if writer.unread > writer.out.len() {
        read.remarks
            .push("Its letters are numbered in a way of its own, so its text is not read.");
    } else {
        writer.out.trim().clone_into(&mut read.text);
        if read.text.is_empty() {
            read.remarks
                .push("No text was found in it; it may be a picture of a page.");
        }
    }
    read
}

/// Whether the stream whose dictionary ends here may hold a page's content, and whether it is packed.
fn content(head: &[u8]) -> Option<bool> {
    let window = &head[head.len().saturating_sub(DICTIONARY_BYTES_MAX)..];
    let start = window
        .windows(4)
        .rposition(|four| four == b" obj")
        .unwrap_or(0);
    let dictionary = &window[start..];
    let not_content: [&[u8]; 9] = [
        b"/DCTDecode",
        b"/LZWDecode",
        b"/ASCII85Decode",
        b"/ASCIIHexDecode",
        b"/Image",
        b"/ObjStm",
        b"/XRef",
        b"/Length1",
        b"/Metadata",
    ];
    if not_content.iter().any(|name| contains(dictionary, name)) {
        return None;
    }
    Some(contains(dictionary, b"/FlateDecode"))
}

/// Collects the text of pages, operator by operator (ISO 32000-1 clause 9.4).
#[derive(Default)]
struct Writer {
    out: String,
    /// Letters that mean nothing in the usual codes.
    unread: usize,
}

/// An operand, as far as text needs it.
enum Operand {
    Number(f32),
    Letters(Vec<u8>),
    List(Vec<Operand>),
}

impl Writer {
    fn is_full(&self) -> bool {
        self.out.len() >= TEXT_CHARS_MAX
    }

    fn content(&mut self, content: &[u8]) {
        if !contains(content, b"BT") {
            return;
        }
        let mut operands: Vec<Operand> = Vec::new();
        let mut list: Option<Vec<Operand>> = None;
        let mut rest = content;
        while let Some(byte) = rest.first() {
            if self.is_full() {
                return;
            }
            let operand = match byte {
                b'(' => {
                    let (letters, after) = literal(&rest[1..]);
                    rest = after;
                    Operand::Letters(letters)
                }
                b'<' if !rest.starts_with(b"<<") => {
                    let end = rest.iter().position(|byte| *byte == b'>');
                    let end = end.unwrap_or(rest.len());
                    let letters = hex(&rest[1..end]);
                    rest = rest.get(end + 1..).unwrap_or_default();
                    Operand::Letters(letters)
                }
                b'[' => {
                    list = Some(Vec::new());
                    rest = &rest[1..];
                    continue;
                }
                b']' => {
                    rest = &rest[1..];
                    match list.take() {
                        Some(list) => Operand::List(list),
                        None => continue,
                    }
                }
                b'%' => {
                    let end = rest.iter().position(|byte| matches!(byte, b'\r' | b'\n'));
                    rest = end.map_or(&[][..], |end| &rest[end..]);
                    continue;
                }
                byte if byte.is_ascii_whitespace() || b"<>{}/\0)".contains(byte) => {
                    rest = &rest[1..];
                    continue;
                }
                _ => {
                    let is_end =
                        |byte: &u8| byte.is_ascii_whitespace() || b"()<>[]{}/%\0".contains(byte);
                    let end = rest.iter().position(is_end).unwrap_or(rest.len());
                    let word = &rest[..end];
                    rest = &rest[end..];
                    let number = std::str::from_utf8(word).ok();
                    match number.and_then(|number| number.parse().ok()) {
                        Some(number) => Operand::Number(number),
                        None => {
                            self.operator(word, &operands);
                            operands.clear();
                            continue;
                        }
                    }
                }
            };
            list.as_mut().unwrap_or(&mut operands).push(operand);
        }
    }

    fn operator(&mut self, name: &[u8], operands: &[Operand]) {
        match name {
            b"Tj" | b"TJ" => {}
            b"'" | b"\"" | b"T*" | b"Tm" | b"ET" => self.blank('\n'),
            b"Td" | b"TD" => match operands {
                [.., Operand::Number(_), Operand::Number(down)] if *down == 0.0 => self.blank(' '),
                _ => self.blank('\n'),
            },
            _ => return,
        }
        for operand in operands {
            self.operand(operand);
        }
    }

    fn operand(&mut self, operand: &Operand) {
        match operand {
            Operand::Letters(letters) => self.letters(letters),
            Operand::List(list) => {
                for one in list {
                    match one {
                        Operand::Number(step) if *step < BLANK_STEP => self.blank(' '),
                        Operand::Letters(letters) => self.letters(letters),
                        _ => {}
                    }
                }
            }
            Operand::Number(_) => {}
        }
    }

    fn letters(&mut self, letters: &[u8]) {
        let is_unread = |byte: &u8| *byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r');
        if letters.iter().any(is_unread) {
            self.unread += letters.len();
            return;
        }
        self.out.push_str(
            &encoding_rs::WINDOWS_1252
                .decode_without_bom_handling(letters)
                .0,
        );
    }

    fn blank(&mut self, blank: char) {
        if !self.out.is_empty() && !self.out.ends_with(['\n', blank]) {
            self.out.push(blank);
        }
    }
}

/// A string in parentheses (ISO 32000-1 clause 7.3.4.2), and what comes after it.
fn literal(text: &[u8]) -> (Vec<u8>, &[u8]) {
    let mut letters = Vec::new();
    let mut depth = 0_usize;
    let mut at = 0;
    while let Some(byte) = text.get(at) {
        at += 1;
        match byte {
            b'(' => depth += 1,
            b')' if depth == 0 => return (letters, &text[at..]),
            b')' => depth -= 1,
            b'\\' => {
                let (letter, length) = escape(&text[at..]);
                letters.extend(letter);
                at += length;
                continue;
            }
            _ => {}
        }
        letters.push(*byte);
    }
    (letters, &[])
}

/// What a backslash makes of what comes after it, and how many bytes that takes.
fn escape(text: &[u8]) -> (Option<u8>, usize) {
    let is_octal = |byte: &&u8| matches!(byte, b'0'..=b'7');
    match text.first() {
        None => (None, 0),
        Some(b'n') => (Some(b'\n'), 1),
        Some(b'r') => (Some(b'\r'), 1),
        Some(b't') => (Some(b'\t'), 1),
        Some(b'\r') if text.get(1) == Some(&b'\n') => (None, 2),
        Some(b'\r' | b'\n') => (None, 1),
        Some(b'0'..=b'7') => {
            let digits = text.iter().take(3).take_while(is_octal);
            let (mut value, mut length) = (0_u16, 0);
            for digit in digits {
                value = value * 8 + u16::from(digit - b'0');
                length += 1;
            }
            (Some(value.to_le_bytes()[0]), length)
        }
        Some(other) => (Some(*other), 1),
    }
}

/// A string in hexadecimal digits.
fn hex(text: &[u8]) -> Vec<u8> {
    let digits = text
        .iter()
        .filter_map(|byte| char::from(*byte).to_digit(16));
    let digits: Vec<u32> = digits.collect();
    let pair = |pair: &[u32]| pair[0] * 16 + pair.get(1).copied().unwrap_or(0);
    let bytes = digits.chunks(2).map(pair);
    bytes
        .map(|byte| u8::try_from(byte).unwrap_or_default())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(content: &str) -> Vec<u8> {
        let mut bytes = b"%PDF-1.4\n4 0 obj << /Length 9 >>\nstream\n".to_vec();
        bytes.extend(content.as_bytes());
        bytes.extend(b"\nendstream endobj\n%%EOF");
        bytes
    }

    #[test]
    fn the_text_of_a_page_is_read_line_by_line() {
        let read = text(&page(
            "BT /F1 12 Tf 72 720 Td (We \\(Mi\\) authorise) Tj 0 -14 Td [(Omni) -250 (Ltd) 20 (.)] TJ T* <41 42> Tj ET",
        ));
        assert_eq!(read.text, "We (Mi) authorise\nOmni Ltd.\nAB");
        assert!(read.remarks.is_empty(), "{read:?}");
    }

    #[test]
    fn what_would_run_in_a_viewer_is_named_and_what_is_locked_is_not_read() {
        let mut bytes = page("BT (x) Tj ET");
        bytes.extend(b"<< /OpenAction << /S /JavaScript /JS (app.alert(1)) >> >>");
        assert_eq!(text(&bytes).remarks.len(), 2);
        bytes.extend(b"/Encrypt 5 0 R");
        let read = text(&bytes);
        assert_eq!((read.text.as_str(), read.remarks.len()), ("", 3));
    }

    #[test]
    fn letters_that_are_numbers_and_pictures_give_no_text_and_say_so() {
        for content in ["BT <0001 0002 0003> Tj ET", "q 1 0 0 1 0 0 cm /I Do Q"] {
            let read = text(&page(content));
            assert_eq!(
                (read.text.as_str(), read.remarks.len()),
                ("", 1),
                "{content}"
            );
        }
    }

    /// Zeros packed as tightly as DEFLATE can: a zero, then the 258 bytes before it again and again (RFC 1951 clause
    /// 3.2.6: the fixed codes 00110000, 11000101 and distance 00000).
    fn bomb(repeats: usize) -> Vec<u8> {
        let mut bits: Vec<u8> = vec![1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0];
        for _ in 0..repeats {
            bits.extend([1, 1, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0]);
        }
        bits.extend([0; 7]);
        let byte = |bits: &[u8]| bits.iter().rev().fold(0, |byte, bit| byte << 1 | bit);
        bits.chunks(8).map(byte).collect()
    }

    #[test]
    fn what_unpacks_to_more_than_is_read_is_left_and_named() {
        let mut ten = Vec::new();
        assert_eq!(inflate(&bomb(10), 10_000, &mut ten), Ok(()));
        assert_eq!(ten.len(), 2_581);
        let packed = bomb(200_000);
        let mut bytes = b"%PDF-1.4\n4 0 obj << /Filter /FlateDecode >>\nstream\n".to_vec();
        bytes.extend(&packed);
        bytes.extend(b"\nendstream endobj\n");
        bytes.extend(&page("BT (after) Tj ET")[9..]);
        let read = text(&bytes);
        assert_eq!(read.text, "after");
        assert!(read.remarks[0].contains("more than is read"), "{read:?}");
        // What is left unread counts too, so that many of them cost no more than a few.
        let one = bytes[9..bytes.len() - 60].to_vec();
        let after = page("BT (after) Tj ET")[9..].to_vec();
        let many =
            |count: usize| [b"%PDF-1.4\n".to_vec(), one.repeat(count), after.clone()].concat();
        let streams = CONTENTS_BYTES_MAX / CONTENT_BYTES_MAX;
        for (count, expected) in [(streams - 1, "after"), (streams, "")] {
            let read = text(&many(count));
            assert!(read.remarks[0].contains("more than is read"), "{read:?}");
            assert_eq!(read.text, expected, "{count}");
        }
    }

    #[test]
    fn a_file_cut_anywhere_is_read_without_harm() {
        let bytes = page("BT [(a\\051) -300 <4> (b] TJ (((");
        for length in 0..bytes.len() {
            let _ = text(&bytes[..length]);
        }
    }
}
