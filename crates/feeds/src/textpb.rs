//! Messages in protobuf's text format, one at a time, each with the line on which it begins.
//!
//! Knows the format's tokens, not what the messages say. Strings and comments end with their line, so the
//! text is read line by line. A broken message costs itself: reading goes on at the next line that begins, at
//! its very start, a message of the name that rows have.

use std::io::{self, BufRead};

use crate::limits::{ROW_BYTES, TEXTPB_DEPTH};
use crate::lines::Lines;

/// A field of a message.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Field {
    pub(crate) name: String,
    pub(crate) value: Value,
    pub(crate) line: u64,
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Value {
    /// A string, its escapes resolved; a number or a word as it stands.
    Scalar(String),
    Message(Vec<Field>),
}

/// A message at the top, or what is wrong with it.
pub(crate) struct Message {
    pub(crate) line: u64,
    pub(crate) name: String,
    pub(crate) content: Result<Vec<Field>, Broken>,
}

/// What is wrong, and on which line.
#[derive(Debug)]
pub(crate) struct Broken {
    pub(crate) line: u64,
    pub(crate) rule: &'static str,
    pub(crate) found: String,
    pub(crate) help: &'static str,
}

/// The messages of a file; fields at the top that are none are passed over.
pub(crate) struct Messages<'a> {
    lines: Lines<'a>,
    row: &'static str,
    /// The line at hand, how far it was read, and its number.
    at_hand: Vec<u8>,
    read: usize,
    number: u64,
    /// What stands outside of any message has no place there; nothing is read before the next row begins.
    is_lost: bool,
}

#[derive(Debug, PartialEq, Eq)]
enum Token {
    Word(String),
    Text(String),
    Open,
    Close,
    Colon,
    /// Between fields, of no meaning.
    Separator,
    /// What it is instead.
    Bad(&'static str),
}

/// A message while it is read.
struct Building {
    line: u64,
    name: String,
    /// The messages that are open, outermost first: name, line, fields.
    open: Vec<(String, u64, Vec<Field>)>,
    /// The name of a field whose value is to come, and whether a colon stood after it.
    field: Option<(String, bool)>,
    /// Brackets that are open in a message that is broken.
    depth: usize,
    bytes: usize,
    broken: Option<Broken>,
}

impl<'a> Messages<'a> {
    /// Of a file whose rows are the messages named `row`.
    pub(crate) fn new(text: &'a mut dyn BufRead, row: &'static str) -> Self {
        Self {
            lines: Lines::new(text),
            row,
            at_hand: Vec::new(),
            read: 0,
            number: 0,
            is_lost: false,
        }
    }

    /// The next message; none at the end.
    pub(crate) fn next(&mut self) -> io::Result<Option<Message>> {
        let mut building: Option<Building> = None;
        let mut name: Option<String> = None;
        loop {
            if self.read >= self.at_hand.len() {
                let Some(line) = self.lines.next()? else {
                    return Ok(building.map(|message| message.cut("textpb.cut_off")));
                };
                (self.at_hand, self.read, self.number) = (line.bytes, 0, line.number);
                if line.cut {
                    // What is left of the line is not there, so the message is lost.
                    self.read = self.at_hand.len();
                    let help = "a line has at most 1 MiB";
                    let lost = building.unwrap_or_else(|| Building::new("", self.number));
                    return Ok(Some(lost.broken_at(
                        self.number,
                        "textpb.too_long",
                        "",
                        help,
                    )));
                }
                if self.begins_row() {
                    self.is_lost = false;
                    // What was left of a message that its bracket closed too early is over as well.
                    name = None;
                    if building.is_some() {
                        return Ok(building.map(|message| message.cut("textpb.unclosed")));
                    }
                }
                if self.is_lost {
                    self.read = self.at_hand.len();
                }
                if let Some(message) = &mut building {
                    message.grow(self.at_hand.len(), self.number);
                }
            }
            let Some(token) = self.token() else { continue };
            if let Some(mut message) = building.take() {
                if message.take(token, self.number) {
                    return Ok(Some(message.whole()));
                }
                building = Some(message);
                continue;
            }
            match (token, name.take()) {
                (Token::Word(word), None) => name = Some(word),
                (Token::Colon, Some(word)) => name = Some(word),
                (Token::Open, Some(word)) => building = Some(Building::new(&word, self.number)),
                // A field at the top: `version: 7`.
                (Token::Word(_) | Token::Text(_), Some(_)) | (Token::Separator, None) => {}
                (token, _) => {
                    (self.read, self.is_lost) = (self.at_hand.len(), true);
                    let found = format!("{token:?}");
                    let lost = Building::new("", self.number);
                    let help = "outside of a message a name comes first: carrier_id { … }";
                    return Ok(Some(lost.broken_at(
                        self.number,
                        "textpb.malformed",
                        &found,
                        help,
                    )));
                }
            }
        }
    }

    fn begins_row(&self) -> bool {
        let rest = self.at_hand.strip_prefix(self.row.as_bytes());
        rest.is_some_and(|rest| rest.trim_ascii_start().starts_with(b"{"))
    }

    /// The next token of the line at hand.
    fn token(&mut self) -> Option<Token> {
        let rest = self.at_hand.get(self.read..).unwrap_or_default();
        let blanks = rest
            .iter()
            .take_while(|byte| byte.is_ascii_whitespace())
            .count();
        let rest = rest.get(blanks..).unwrap_or_default();
        let first = rest.first().filter(|byte| **byte != b'#');
        let Some(first) = first else {
            self.read = self.at_hand.len();
            return None;
        };
        let (token, length) = match first {
            b'{' => (Token::Open, 1),
            b'}' => (Token::Close, 1),
            b':' => (Token::Colon, 1),
            b',' | b';' => (Token::Separator, 1),
            quote @ (b'"' | b'\'') => string(rest, *quote),
            byte if is_word(*byte) => {
                let length = rest.iter().take_while(|byte| is_word(**byte)).count();
                let word = rest.get(..length).unwrap_or_default();
                (
                    Token::Word(String::from_utf8_lossy(word).into_owned()),
                    length,
                )
            }
            _ => (Token::Bad("a character that has no place here"), 1),
        };
        self.read += blanks + length;
        Some(token)
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'+' | b'.')
}

/// A string that begins with its quote, and how many bytes it takes.
fn string(rest: &[u8], quote: u8) -> (Token, usize) {
    let mut text = Vec::new();
    let mut bytes = rest.iter().copied().enumerate().skip(1).peekable();
    while let Some((at, byte)) = bytes.next() {
        if byte == quote {
            let token = String::from_utf8(text).map_or(Token::Bad("not UTF-8"), Token::Text);
            return (token, at + 1);
        }
        if byte != b'\\' {
            text.push(byte);
            continue;
        }
        let Some((_, escaped)) = bytes.next() else {
            break;
        };
        match escaped {
            b'n' => text.push(b'\n'),
            b'r' => text.push(b'\r'),
            b't' => text.push(b'\t'),
            b'0'..=b'7' => {
                let mut value = u32::from(escaped - b'0');
                for _ in 0..2 {
                    let digit = bytes.next_if(|(_, byte)| matches!(byte, b'0'..=b'7'));
                    let Some((_, digit)) = digit else { break };
                    value = value * 8 + u32::from(digit - b'0');
                }
                // Three octal digits can say more than a byte has.
                let Ok(byte) = u8::try_from(value) else {
                    return (Token::Bad("an escape past one byte"), rest.len());
                };
                text.push(byte);
            }
            b'x' => {
                let mut value = None;
                for _ in 0..2 {
                    let digit = bytes.next_if(|(_, byte)| byte.is_ascii_hexdigit());
                    let digit = digit.and_then(|(_, byte)| char::from(byte).to_digit(16));
                    let Some(digit) = digit.and_then(|digit| u8::try_from(digit).ok()) else {
                        break;
                    };
                    value = Some(value.unwrap_or(0) * 16 + digit);
                }
                let Some(byte) = value else {
                    return (Token::Bad("an escape without digits"), rest.len());
                };
                text.push(byte);
            }
            b'\\' | b'\'' | b'"' | b'?' => text.push(escaped),
            _ => return (Token::Bad("an escape that is not known"), rest.len()),
        }
    }
    (Token::Bad("a string without its end"), rest.len())
}

impl Building {
    fn new(name: &str, line: u64) -> Self {
        Self {
            line,
            name: name.to_owned(),
            open: vec![(name.to_owned(), line, Vec::new())],
            field: None,
            depth: 1,
            bytes: 0,
            broken: None,
        }
    }

    fn grow(&mut self, bytes: usize, line: u64) {
        self.bytes += bytes;
        if self.bytes > ROW_BYTES {
            self.breaks(line, "textpb.too_long", "", "a message has at most 1 MiB");
        }
    }

    /// True: the message is over.
    fn take(&mut self, token: Token, line: u64) -> bool {
        match token {
            Token::Open => self.depth += 1,
            Token::Close => self.depth -= 1,
            _ => {}
        }
        if self.broken.is_none() {
            self.place(token, line);
        }
        self.depth == 0
    }

    fn place(&mut self, token: Token, line: u64) {
        let malformed = "textpb.malformed";
        match (token, self.field.take()) {
            (Token::Word(name), None) => self.field = Some((name, false)),
            (Token::Colon, Some((name, false))) => self.field = Some((name, true)),
            (Token::Word(value) | Token::Text(value), Some((name, true))) => {
                self.add(name, Value::Scalar(value), line);
            }
            (Token::Open, Some((name, _))) if self.open.len() < TEXTPB_DEPTH => {
                self.open.push((name, line, Vec::new()));
            }
            (Token::Open, Some(_)) => {
                let help = "a message nests at most 32 deep";
                self.breaks(line, "textpb.too_deep", "", help);
            }
            (Token::Close, None) => {
                // The outermost stays: it is taken when the message is over.
                if self.open.len() > 1
                    && let Some((name, line, fields)) = self.open.pop()
                {
                    self.add(name, Value::Message(fields), line);
                }
            }
            (Token::Separator, None) => {}
            // Strings that stand side by side are one.
            (Token::Text(more), None) if self.last_text().is_some() => {
                if let Some(text) = self.last_text() {
                    text.push_str(&more);
                }
            }
            (Token::Bad(what), _) => {
                let help = "write name: \"value\" or name { … }, strings within one line";
                self.breaks(line, malformed, what, help);
            }
            (token, _) => {
                let help = "write name: \"value\" or name { … }";
                self.breaks(line, malformed, &format!("{token:?}"), help);
            }
        }
    }

    fn last_text(&mut self) -> Option<&mut String> {
        let (_, _, fields) = self.open.last_mut()?;
        match &mut fields.last_mut()?.value {
            Value::Scalar(text) => Some(text),
            Value::Message(_) => None,
        }
    }

    fn add(&mut self, name: String, value: Value, line: u64) {
        if let Some((_, _, fields)) = self.open.last_mut() {
            fields.push(Field { name, value, line });
        }
    }

    fn breaks(&mut self, line: u64, rule: &'static str, found: &str, help: &'static str) {
        let found = found.to_owned();
        self.broken.get_or_insert(Broken {
            line,
            rule,
            found,
            help,
        });
    }

    fn broken_at(
        mut self,
        line: u64,
        rule: &'static str,
        found: &str,
        help: &'static str,
    ) -> Message {
        self.breaks(line, rule, found, help);
        self.whole()
    }

    /// The message ends without its bracket.
    fn cut(self, rule: &'static str) -> Message {
        let line = self.line;
        self.broken_at(line, rule, "", "a closing bracket is missing")
    }

    fn whole(mut self) -> Message {
        let fields = self.open.pop().map(|(_, _, fields)| fields);
        let content = match self.broken {
            Some(broken) => Err(broken),
            None => Ok(fields.unwrap_or_default()),
        };
        Message {
            line: self.line,
            name: self.name,
            content,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Vec<String> {
        let mut bytes = text.as_bytes();
        let mut messages = Messages::new(&mut bytes, "row");
        let mut told = Vec::new();
        while let Some(message) = messages.next().expect("reads") {
            told.push(match message.content {
                Ok(fields) => format!("{} {} {}", message.line, message.name, shown(&fields)),
                Err(broken) => format!("{} {} {}", message.line, broken.line, broken.rule),
            });
        }
        told
    }

    fn shown(fields: &[Field]) -> String {
        let fields = fields.iter().map(|field| match &field.value {
            Value::Scalar(text) => format!("{}={text}", field.name),
            Value::Message(fields) => format!("{}({})", field.name, shown(fields)),
        });
        fields.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn messages_come_whole_however_they_are_laid_out() {
        assert_eq!(
            told(
                "# x {\nrow {\n a: 1 # }\n b { c: \"}\" d: 'e' }\n}\nrow { a: -1, b: x; } row: {}\nversion: 7\n\
                 other {\na:\n  \"1\"\n  \"2\" }\nrow\n{\n}"
            ),
            [
                "2 row a=1 b(c=} d=e)",
                "6 row a=-1 b=x",
                "6 row ",
                "8 other a=12",
                "13 row ",
            ]
        );
    }

    #[test]
    fn escapes_are_those_of_the_format() {
        assert_eq!(
            told(r#"row { a: "\"\\\'\101\x41\303\251\n|" b: 'é' }"#),
            ["1 row a=\"\\'AAé\n| b=é"]
        );
        for bad in [
            r#""\q""#,
            r#""\377""#,
            r#""\x""#,
            r#""\777""#,
            r#"""#,
            r#""\"#,
        ] {
            assert_eq!(
                told(&format!("row {{ a: {bad}\n}}")),
                ["1 1 textpb.malformed"],
                "{bad}"
            );
        }
    }

    #[test]
    fn a_broken_message_costs_itself() {
        assert_eq!(
            told(
                "row {\n a: \"\n}\nrow { b: 1 }\nrow {\n c {\nrow {\n d: 1\n}\n}\nrow { e: 1 }\nrow {"
            ),
            [
                "1 2 textpb.malformed",
                "4 row b=1",
                "5 5 textpb.unclosed",
                "7 row d=1",
                "10 10 textpb.malformed",
                "11 row e=1",
                "12 12 textpb.cut_off",
            ]
        );
        assert_eq!(
            told("row { a 1 }\nrow { : }\nrow { a: }"),
            [
                "1 1 textpb.malformed",
                "2 2 textpb.malformed",
                "3 3 textpb.malformed",
            ]
        );
        let deep = format!("row {{\n{}{}}}\nrow {{}}", "a {".repeat(32), "}".repeat(32));
        assert_eq!(told(&deep), ["1 2 textpb.too_deep", "3 row "]);
        let long = format!("row {{\n{}}}\nrow {{}}", "a: 1\n".repeat(ROW_BYTES / 4));
        assert!(told(&long)[0].ends_with("textpb.too_long"));
        assert_eq!(told(&long)[1..].len(), 1);
    }
}
