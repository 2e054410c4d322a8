//! JSON as a stream: the elements of one large array, each with the line on which it begins.
//!
//! Cuts the array up by brackets and strings; what an element says is its reader's business. A broken
//! element costs itself: reading goes on at the next line that begins an object.

use std::collections::VecDeque;
use std::io::{self, BufRead};

use serde_json::{Map, Value};

use crate::limits::{JSON_DEPTH, ROW_BYTES};
use crate::lines::Lines;
use crate::out::{Draft, Out};

/// After so many broken elements the rest of the file is given up.
const BROKEN_ELEMENTS: u32 = 64;
/// A line this long or longer is not looked at for a key.
const KEY_LINE_BYTES: usize = 4_096;

/// An element, or what is wrong with it.
pub(crate) struct Element {
    /// On which it begins.
    pub(crate) line: u64,
    /// Under which it stands in an object; empty in an array, or if it is none.
    pub(crate) key: String,
    pub(crate) content: Result<Vec<u8>, Broken>,
}

/// Why an element could not be cut out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Broken {
    Malformed,
    TooLong,
    TooDeep,
    CutOff,
    GivenUp,
}

/// What is wrong, and what was read of it.
type Unread = (Broken, Vec<u8>);

impl Broken {
    pub(crate) fn report(self, draft: &mut Draft) {
        let (rule, help) = match self {
            Self::Malformed => (
                "json.malformed",
                "a quote or a bracket is missing, or there is one too many",
            ),
            Self::TooLong => ("json.too_long", "an element has at most 1 MiB"),
            Self::TooDeep => ("json.too_deep", "an element nests at most 32 deep"),
            Self::CutOff => ("json.cut_off", "the file ends early; fetch it again"),
            Self::GivenUp => (
                "json.given_up",
                "too many broken elements; the rest of the file was not read",
            ),
        };
        draft.fault("", rule, "", help);
    }
}

/// The elements of a top-level array, or the values of a top-level object.
pub(crate) struct Elements<'a> {
    text: &'a mut dyn BufRead,
    again: VecDeque<u8>,
    line: u64,
    state: State,
    broken_left: u32,
    keyed: bool,
    /// The elements are those of an array inside an object.
    is_part: bool,
    /// Whether the elements are texts, not objects.
    texts: bool,
}

#[derive(PartialEq)]
enum State {
    Before,
    Inside,
    GivenUp,
    After,
}

impl<'a> Elements<'a> {
    pub(crate) fn new(text: &'a mut dyn BufRead) -> Self {
        Self {
            text,
            again: VecDeque::new(),
            line: 1,
            state: State::Before,
            broken_left: BROKEN_ELEMENTS,
            keyed: false,
            is_part: false,
            texts: false,
        }
    }

    /// The values of a top-level object with their keys. A value's line is that of its key.
    pub(crate) fn of_object(text: &'a mut dyn BufRead) -> Self {
        Self {
            keyed: true,
            ..Self::new(text)
        }
    }

    /// Elements that are texts: after a broken one, reading goes on at a line that begins with a quote.
    pub(crate) fn of_texts(mut self) -> Self {
        self.texts = true;
        self
    }

    /// Counts lines from `line` on: the text is a part of a file.
    pub(crate) fn starting_at(mut self, line: u64) -> Self {
        self.line += line - 1;
        self
    }

    /// The elements of the first array that stands under `key` in an object; what is before it is passed
    /// over. Without such an array the file is one that ends early.
    pub(crate) fn under(text: &'a mut dyn BufRead, key: &str) -> io::Result<Self> {
        // Blanks are passed over, in keys as well.
        let key: String = key.split_ascii_whitespace().collect();
        let mut elements = Self {
            is_part: true,
            ..Self::new(text)
        };
        let wanted = format!("\"{key}\":[");
        let mut matched = 0;
        while let Some(byte) = elements.byte()? {
            if byte.is_ascii_whitespace() {
                continue;
            }
            let goes_on = wanted.as_bytes().get(matched) == Some(&byte);
            matched = if goes_on {
                matched + 1
            } else {
                usize::from(byte == b'"')
            };
            if matched == wanted.len() {
                elements.state = State::Inside;
                break;
            }
        }
        Ok(elements)
    }

    /// The next element; none after the array's end.
    pub(crate) fn next(&mut self) -> io::Result<Option<Element>> {
        let (opening, closing) = if self.keyed {
            (b'{', b'}')
        } else {
            (b'[', b']')
        };
        loop {
            let line = self.line;
            match self.state {
                State::After => return Ok(None),
                State::GivenUp => {
                    self.state = State::After;
                    return Ok(Some(Element::broken(line, Broken::GivenUp)));
                }
                State::Before | State::Inside => {}
            }
            match self.byte()? {
                None => {
                    self.state = State::After;
                    return Ok(Some(Element::broken(line, Broken::CutOff)));
                }
                Some(byte) if byte.is_ascii_whitespace() => {}
                Some(byte) if byte == opening && self.state == State::Before => {
                    self.state = State::Inside;
                }
                Some(b',') => {}
                // After a break it may be the end of something within the broken element.
                Some(byte) if byte == closing && self.is_part && self.has_broken() => {
                    self.skip_to_next_object(&[])?;
                }
                Some(byte) if byte == closing => {
                    // A bracket too many would hide the rest.
                    if let Some(more) = self.after_end()? {
                        self.state = State::Inside;
                        return self.broken(line, Broken::Malformed, &more).map(Some);
                    }
                    self.state = State::After;
                }
                Some(b'"') if self.keyed => match self.after_key()? {
                    Ok((byte, key)) => return self.element(line, key, byte).map(Some),
                    Err((broken, taken)) => return self.broken(line, broken, &taken).map(Some),
                },
                Some(byte) => {
                    self.state = State::Inside;
                    return self.element(line, String::new(), byte).map(Some);
                }
            }
        }
    }

    const fn has_broken(&self) -> bool {
        self.broken_left < BROKEN_ELEMENTS
    }

    /// What stands after the end and should not, with the line end before it. After the whole file nothing should;
    /// an array inside an object is followed by the ends of what it is in, and by another key.
    fn after_end(&mut self) -> io::Result<Option<Vec<u8>>> {
        let mut open = if self.is_part { JSON_DEPTH } else { 0 };
        let mut is_key_next = false;
        let mut line_end = None;
        while let Some(byte) = self.byte()? {
            match byte {
                b'\n' => line_end = Some(byte),
                b' ' | b'\t' | b'\r' => {}
                b'}' | b']' if open > 0 && !is_key_next => open -= 1,
                b',' if open > 0 && !is_key_next => is_key_next = true,
                b'"' if is_key_next => return Ok(None),
                more => return Ok(Some(line_end.into_iter().chain([more]).collect())),
            }
        }
        Ok(None)
    }

    fn element(&mut self, line: u64, key: String, first: u8) -> io::Result<Element> {
        let mut cutter = Cutter {
            keyed: self.keyed,
            ..Cutter::default()
        };
        let mut taken = Vec::new();
        let mut next = Some(first);
        let broken = loop {
            let Some(byte) = next else {
                break Broken::CutOff;
            };
            match cutter.step(byte) {
                Step::More => taken.push(byte),
                Step::Last => {
                    taken.push(byte);
                    let content = Ok(taken);
                    return Ok(Element { line, key, content });
                }
                Step::Before => {
                    self.give_back(byte);
                    let content = Ok(taken);
                    return Ok(Element { line, key, content });
                }
                Step::Broken(broken) => {
                    taken.push(byte);
                    break broken;
                }
            }
            if taken.len() > ROW_BYTES {
                break Broken::TooLong;
            }
            next = self.byte()?;
        };
        self.broken(line, broken, &taken)
    }

    fn broken(&mut self, line: u64, broken: Broken, taken: &[u8]) -> io::Result<Element> {
        self.skip_to_next_object(taken)?;
        Ok(Element::broken(line, broken))
    }

    /// The first byte of the value whose key begins here, and the key; or what is wrong and what was read
    /// of it.
    fn after_key(&mut self) -> io::Result<Result<(u8, String), Unread>> {
        let mut cutter = Cutter::default();
        let mut taken = vec![b'"'];
        cutter.step(b'"');
        let mut colon = false;
        while let Some(byte) = self.byte()? {
            if cutter.in_string {
                taken.push(byte);
                if matches!(cutter.step(byte), Step::Broken(_)) {
                    return Ok(Err((Broken::Malformed, taken)));
                }
            } else if byte == b':' && !colon {
                taken.push(byte);
                colon = true;
            } else if byte.is_ascii_whitespace() {
                taken.push(byte);
            } else if colon && !matches!(byte, b',' | b'}' | b']' | b':') {
                return Ok(Ok((byte, key_of(&taken))));
            } else {
                taken.push(byte);
                return Ok(Err((Broken::Malformed, taken)));
            }
            if taken.len() > ROW_BYTES {
                return Ok(Err((Broken::TooLong, taken)));
            }
        }
        Ok(Err((Broken::CutOff, taken)))
    }

    /// Goes on at the next line, after the first one of `taken`, that begins an element: with `{`, and in
    /// an object with a key and, at the line's end, `{`.
    fn skip_to_next_object(&mut self, taken: &[u8]) -> io::Result<()> {
        if self.broken_left == 0 {
            self.state = State::GivenUp;
            return Ok(());
        }
        self.broken_left -= 1;
        for byte in taken.iter().rev() {
            self.give_back(*byte);
        }
        if self.keyed {
            return self.skip_to_next_key();
        }
        let mut at_line_start = false;
        while let Some(byte) = self.byte()? {
            match byte {
                b'\n' => at_line_start = true,
                b' ' | b'\t' | b'\r' => {}
                b'{' | b'"' if at_line_start && (byte == b'"') == self.texts => {
                    self.give_back(byte);
                    return Ok(());
                }
                _ => at_line_start = false,
            }
        }
        self.state = State::After;
        Ok(())
    }

    fn skip_to_next_key(&mut self) -> io::Result<()> {
        let mut line: Vec<u8> = Vec::new();
        let mut is_first = true;
        loop {
            let byte = self.byte()?;
            match byte {
                Some(b'\n') | None => {
                    let text = line.trim_ascii();
                    let is_whole = line.len() < KEY_LINE_BYTES;
                    let is_key = text.starts_with(b"\"") && (self.texts || text.ends_with(b"{"));
                    if is_whole && !is_first && is_key {
                        for byte in byte.iter().chain(line.iter().rev()) {
                            self.give_back(*byte);
                        }
                        return Ok(());
                    }
                    if byte.is_none() {
                        self.state = State::After;
                        return Ok(());
                    }
                    line.clear();
                    is_first = false;
                }
                Some(byte) if line.len() < KEY_LINE_BYTES => line.push(byte),
                Some(_) => {}
            }
        }
    }

    fn byte(&mut self) -> io::Result<Option<u8>> {
        let byte = match self.again.pop_front() {
            Some(byte) => byte,
            None => {
                let Some(byte) = self.text.fill_buf()?.first().copied() else {
                    return Ok(None);
                };
                self.text.consume(1);
                byte
            }
        };
        self.line += u64::from(byte == b'\n');
        Ok(Some(byte))
    }

    fn give_back(&mut self, byte: u8) {
        self.line -= u64::from(byte == b'\n');
        self.again.push_front(byte);
    }
}

/// The key in `"key" :`.
fn key_of(taken: &[u8]) -> String {
    let text = taken.trim_ascii_end();
    let text = text.strip_suffix(b":").unwrap_or(text);
    serde_json::from_slice(text).unwrap_or_default()
}

impl Element {
    fn broken(line: u64, broken: Broken) -> Self {
        let key = String::new();
        let content = Err(broken);
        Self { line, key, content }
    }
}

/// Follows brackets and strings.
#[derive(Default)]
struct Cutter {
    /// Whether the element stands in an object, not in an array.
    keyed: bool,
    open: Vec<u8>,
    in_string: bool,
    escaped: bool,
    /// A line of the element has ended outside of its brackets.
    has_line_end: bool,
}

enum Step {
    /// The byte belongs to the element, which goes on.
    More,
    /// The byte ends the element.
    Last,
    /// The element ended before the byte.
    Before,
    Broken(Broken),
}

impl Cutter {
    fn step(&mut self, byte: u8) -> Step {
        if self.in_string {
            return self.step_in_string(byte);
        }
        match byte {
            // A comma is missing; what begins on a line of its own is the next element.
            b'"' | b'{' if self.has_line_end && self.open.is_empty() => return Step::Before,
            b'\n' => self.has_line_end = self.open.is_empty(),
            b'"' => self.in_string = true,
            b'{' | b'[' if self.open.len() == JSON_DEPTH => return Step::Broken(Broken::TooDeep),
            b'{' => self.open.push(b'}'),
            b'[' => self.open.push(b']'),
            b'}' | b']' => {
                return match self.open.pop() {
                    None if (byte == b'}') == self.keyed => Step::Before,
                    Some(open) if open != byte => Step::Broken(Broken::Malformed),
                    None => Step::Broken(Broken::Malformed),
                    Some(_) if self.open.is_empty() => Step::Last,
                    Some(_) => Step::More,
                };
            }
            b',' if self.open.is_empty() => return Step::Before,
            _ => {}
        }
        Step::More
    }

    fn step_in_string(&mut self, byte: u8) -> Step {
        match byte {
            // RFC 8259, section 7: control characters are escaped in strings.
            b'\n' => return Step::Broken(Broken::Malformed),
            _ if self.escaped => self.escaped = false,
            b'\\' => self.escaped = true,
            b'"' => self.in_string = false,
            _ => {}
        }
        Step::More
    }
}

/// An element's object; what is wrong is put into `draft`.
pub(crate) fn object(bytes: &[u8], draft: &mut Draft) -> Option<Map<String, Value>> {
    match value(bytes, draft)? {
        Value::Object(object) => Some(object),
        other => {
            let help = "each element is an object: {\"name\": …}";
            draft.fault("", "json.not_an_object", &other.to_string(), help);
            None
        }
    }
}

/// An element's value; what is wrong is put into `draft`.
pub(crate) fn value(bytes: &[u8], draft: &mut Draft) -> Option<Value> {
    match serde_json::from_slice(bytes) {
        Ok(value) => Some(value),
        Err(error) => {
            let line = draft.line() + (error.line() as u64).saturating_sub(1);
            let place = format!("column {}: {error}", error.column());
            let help = "correct the JSON; a quote, a comma or a bracket is wrong there";
            draft.fault_at(line, "", "json.malformed", &place, help);
            None
        }
    }
}

/// Hands each element's object to `each`; an element that is none is a row with its fault.
pub(crate) fn each_object(
    mut elements: Elements<'_>,
    out: &mut Out<'_>,
    each: impl Fn(&Map<String, Value>, &mut Draft),
) -> io::Result<()> {
    while let Some(element) = elements.next()? {
        if out.full(element.line) {
            return Ok(());
        }
        let mut draft = out.draft(element.line);
        match element.content {
            Err(broken) => broken.report(&mut draft),
            Ok(bytes) => {
                if let Some(object) = object(&bytes, &mut draft) {
                    each(&object, &mut draft);
                }
            }
        }
        out.push(draft);
    }
    Ok(())
}

/// A file with one object on each line: each is handed to `each`, blank lines are passed over.
pub(crate) fn each_line(
    text: &mut dyn BufRead,
    out: &mut Out<'_>,
    each: fn(&Map<String, Value>, &mut Draft),
) -> io::Result<()> {
    let mut lines = Lines::new(text);
    while let Some(line) = lines.next()? {
        if line.bytes.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        if out.full(line.number) {
            return Ok(());
        }
        let mut draft = out.draft(line.number);
        if line.cut {
            Broken::TooLong.report(&mut draft);
        } else if let Some(object) = object(&line.bytes, &mut draft) {
            each(&object, &mut draft);
        }
        out.push(draft);
    }
    Ok(())
}

/// A text field. None: absent or null. Anything else than a text is a note.
pub(crate) fn text<'a>(
    object: &'a Map<String, Value>,
    key: &str,
    draft: &mut Draft,
) -> Option<&'a str> {
    match object.get(key)? {
        Value::String(text) => Some(text.trim()),
        Value::Null => None,
        other => {
            draft.note(
                key,
                "field.not_text",
                &other.to_string(),
                "write it in quotes",
            );
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str) -> Vec<(u64, Result<String, Broken>)> {
        let mut bytes = text.as_bytes();
        let mut elements = Elements::new(&mut bytes);
        let mut cut = Vec::new();
        while let Some(element) = elements.next().expect("reads") {
            let content = element
                .content
                .map(|bytes| String::from_utf8(bytes).expect("text"));
            cut.push((element.line, content));
        }
        cut
    }

    #[test]
    fn each_element_has_the_line_on_which_it_begins() {
        assert_eq!(
            cut("[\n  {\n \"a\": \"]}\\\"\"\n  }, {\"b\": [1]},\n\n 7\n]"),
            [
                (2, Ok("{\n \"a\": \"]}\\\"\"\n  }".into())),
                (4, Ok("{\"b\": [1]}".into())),
                (6, Ok("7\n".into())),
            ]
        );
        assert_eq!(cut("[]"), []);
    }

    #[test]
    fn a_broken_element_costs_itself() {
        let good = |n: u8| format!("{{\n\"n\": {n}\n}}");
        let text = format!("[\n{{\n\"n: 1\n}},\n{},\n{{]\n}},\n{}\n]", good(2), good(3));
        assert_eq!(
            cut(&text),
            [
                (2, Err(Broken::Malformed)),
                (5, Ok(good(2))),
                (8, Err(Broken::Malformed)),
                (10, Ok(good(3))),
            ]
        );
    }

    #[test]
    fn an_end_before_the_end_hides_no_element() {
        assert_eq!(
            cut("[\n{}\n]]>\n{\"a\": 1}\n]\n"),
            [
                (2, Ok("{}".into())),
                (3, Err(Broken::Malformed)),
                (4, Ok("{\"a\": 1}".into())),
            ]
        );
        assert_eq!(cut("[]\n x"), [(1, Err(Broken::Malformed))]);
    }

    #[test]
    fn an_end_too_many_in_a_part_hides_no_element() {
        let good = |text: &str| {
            let mut bytes = text.as_bytes();
            let mut elements = Elements::under(&mut bytes, "a").expect("reads");
            let mut good = Vec::new();
            while let Some(element) = elements.next().expect("reads") {
                good.push((element.line, element.content.is_ok()));
            }
            good
        };
        let (first, second) = ((2, true), (4, true));
        for end in ["]", "]]>", "],", "]}", "]}}]"] {
            let spoilt = format!("{{\"a\": [\n{{}}\n{end}\n{{}}\n], \"b\": 1}}");
            assert_eq!(good(&spoilt), [first, (3, false), second], "{end}");
        }
        for end in ["]}", "]\n, \"b\": [1", "]}, \"c\": 1}", "]"] {
            assert_eq!(good(&format!("{{\"a\": [\n{{}}\n{end}")), [first], "{end}");
        }
    }

    fn cut_object(text: &str) -> Vec<(u64, Result<String, Broken>)> {
        let mut bytes = text.as_bytes();
        let mut elements = Elements::of_object(&mut bytes);
        let mut cut = Vec::new();
        while let Some(element) = elements.next().expect("reads") {
            let content = element
                .content
                .map(|bytes| String::from_utf8(bytes).expect("text"));
            cut.push((element.line, content));
        }
        cut
    }

    #[test]
    fn an_objects_values_have_the_lines_of_their_keys() {
        let value = |n: u8| format!("{{\n\"n\": {n}\n}}");
        assert_eq!(
            cut_object(&format!(
                "{{\n\"a\\\"b\": {},\n\"c\"\n:{}}}",
                value(1),
                value(2)
            )),
            [(2, Ok(value(1))), (5, Ok(value(2)))]
        );
        assert_eq!(cut_object("{}"), []);
        assert_eq!(
            cut_object(&format!(
                "{{\n\"a {{\n\"n\": 1\n}},\n\"b\": {}\n}}",
                value(2)
            )),
            [(2, Err(Broken::Malformed)), (5, Ok(value(2)))],
            "a broken key costs its own value"
        );
        assert_eq!(cut_object("{\"a\":"), [(1, Err(Broken::CutOff))]);
        assert_eq!(cut_object("{\"a\" {}}"), [(1, Err(Broken::Malformed))]);
    }

    #[test]
    fn texts_come_with_their_keys_and_a_broken_one_costs_itself() {
        let mut bytes = &b"{\n\"a\\n:\" : \"x, }\",\n\"b: \"y\",\n\"c\": \"z\"\n}"[..];
        let mut elements = Elements::of_object(&mut bytes).of_texts();
        let mut seen = Vec::new();
        while let Some(element) = elements.next().expect("reads") {
            seen.push((element.line, element.key, element.content.is_ok()));
        }
        assert_eq!(
            seen,
            [
                (2, "a\n:".to_owned(), true),
                (3, String::new(), false),
                (4, "c".to_owned(), true),
            ]
        );
        let mut bytes = &b"[\n\"a\",\n\"b,\n\"c\"\n]"[..];
        let mut elements = Elements::new(&mut bytes).of_texts();
        let mut count = 0;
        while let Some(element) = elements.next().expect("reads") {
            count += u64::from(element.content.is_ok());
        }
        assert_eq!(count, 2, "a broken text in a list costs itself");
        assert_eq!(
            cut("[\n9\n\"a\"\n,\n7\n{}]"),
            [
                (2, Ok("9\n".into())),
                (3, Ok("\"a\"\n".into())),
                (5, Ok("7\n".into())),
                (6, Ok("{}".into())),
            ],
            "a comma that is missing costs nothing"
        );
    }

    #[test]
    fn a_file_that_ends_early_says_so() {
        assert_eq!(cut("[{},")[1], (1, Err(Broken::CutOff)));
        assert_eq!(cut("[{},\n{\"a\":")[1], (2, Err(Broken::CutOff)));
        let deep = format!("[{}", "[".repeat(40));
        assert_eq!(cut(&deep)[0], (1, Err(Broken::TooDeep)));
    }
}
