//! The items of an RSS or Atom feed, one at a time, each with its line.
//!
//! The file is cut at `<item>` and `<entry>` first and each piece is read by itself, so that a broken item
//! costs itself. No document type is read: a feed has no use for one, and entities beyond the five of XML
//! are refused.

use std::collections::VecDeque;
use std::io::{self, BufRead};

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use crate::limits::{FIELD_CHARS, ROW_BYTES, XML_ATTRIBUTES, XML_DEPTH, XML_FIELDS};
use crate::out::Draft;

/// The longest tag, comment or section that is looked through outside of items.
const MARKUP_BYTES: usize = ROW_BYTES;

/// A piece of the file.
pub(crate) enum Piece {
    /// `<item>…</item>` or `<entry>…</entry>`, as it stands, and the line of its `<`.
    Item { line: u64, bytes: Vec<u8> },
    /// Something that is no whole item.
    Broken {
        line: u64,
        rule: &'static str,
        help: &'static str,
    },
    /// A document type; nothing after it is read.
    Doctype { line: u64 },
}

/// The items of a feed.
pub(crate) struct Items<'a> {
    text: &'a mut dyn BufRead,
    again: VecDeque<u8>,
    line: u64,
    ended: bool,
}

enum Markup {
    Start { local: String, empty: bool },
    End { local: String },
    Doctype,
    Other,
    Broken,
}

impl<'a> Items<'a> {
    pub(crate) fn new(text: &'a mut dyn BufRead) -> Self {
        Self {
            text,
            again: VecDeque::new(),
            line: 1,
            ended: false,
        }
    }

    /// The next piece; none at the end.
    pub(crate) fn next(&mut self) -> io::Result<Option<Piece>> {
        while !self.ended {
            let line = self.line;
            match self.byte()? {
                None => self.ended = true,
                Some(b'<') => {
                    let mut taken = vec![b'<'];
                    match self.markup(&mut taken)? {
                        Markup::Doctype => {
                            self.ended = true;
                            return Ok(Some(Piece::Doctype { line }));
                        }
                        Markup::Start { local, empty } if is_item(&local) => {
                            return self.item(line, &local, taken, empty).map(Some);
                        }
                        Markup::Broken if hides_items(&taken) => {
                            return Ok(Some(Piece::Broken {
                                line,
                                rule: "xml.unclosed_tag",
                                help: "close the tag or the comment; an item may be lost in it",
                            }));
                        }
                        _ => {}
                    }
                }
                Some(_) => {}
            }
        }
        Ok(None)
    }

    fn item(
        &mut self,
        line: u64,
        name: &str,
        mut taken: Vec<u8>,
        empty: bool,
    ) -> io::Result<Piece> {
        let unclosed = Piece::Broken {
            line,
            rule: "xml.unclosed_item",
            help: "close the item: </item> or </entry>",
        };
        if empty {
            let bytes = taken;
            return Ok(Piece::Item { line, bytes });
        }
        loop {
            let Some(byte) = self.byte()? else {
                self.ended = true;
                return Ok(unclosed);
            };
            taken.push(byte);
            if byte == b'<' {
                let start = taken.len() - 1;
                match self.markup(&mut taken)? {
                    Markup::End { local } if local == name => {
                        let bytes = taken;
                        return Ok(Piece::Item { line, bytes });
                    }
                    Markup::Start { local, .. } if is_item(&local) => {
                        let tag = taken.split_off(start);
                        self.give_back(&tag);
                        return Ok(unclosed);
                    }
                    _ => {}
                }
            }
            if taken.len() > ROW_BYTES {
                return Ok(Piece::Broken {
                    line,
                    rule: "xml.item_too_long",
                    help: "an item has at most 1 MiB",
                });
            }
        }
    }

    /// Reads on after a `<` until the tag, comment or section is over; what is read is added to `taken`.
    fn markup(&mut self, taken: &mut Vec<u8>) -> io::Result<Markup> {
        let from = taken.len();
        let mut quote: Option<u8> = None;
        while let Some(byte) = self.byte()? {
            let seen = taken.get(from..).unwrap_or_default();
            let long = seen.starts_with(b"!--") || seen.starts_with(b"![CDATA[");
            // XML 1.0, 3.1: no "<" in a tag or an attribute. One there means that a quote or a ">" is missing.
            if byte == b'<' && !long {
                self.give_back(&[byte]);
                return Ok(Markup::Broken);
            }
            taken.push(byte);
            let seen = taken.get(from..).unwrap_or_default();
            if seen.len() > MARKUP_BYTES {
                return Ok(Markup::Broken);
            }
            if seen.eq_ignore_ascii_case(b"!doctype") {
                return Ok(Markup::Doctype);
            }
            if byte == b'>' {
                let over = if seen.starts_with(b"!--") {
                    seen.len() >= 6 && seen.ends_with(b"-->")
                } else if long {
                    seen.ends_with(b"]]>")
                } else {
                    quote.is_none()
                };
                if over {
                    return Ok(if long { Markup::Other } else { tag(seen) });
                }
            }
            if !long && matches!(byte, b'"' | b'\'') {
                quote = match quote {
                    None => Some(byte),
                    Some(open) if open == byte => None,
                    still => still,
                };
            }
        }
        Ok(Markup::Broken)
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

    fn give_back(&mut self, bytes: &[u8]) {
        for byte in bytes.iter().rev() {
            self.line -= u64::from(*byte == b'\n');
            self.again.push_front(*byte);
        }
    }
}

fn is_item(local: &str) -> bool {
    matches!(local, "item" | "entry")
}

/// Whether broken markup may have held an item: a comment without end, or an item's own tag.
fn hides_items(taken: &[u8]) -> bool {
    let inner = taken.strip_prefix(b"<").unwrap_or(taken);
    inner.starts_with(b"!") || matches!(tag(inner), Markup::Start { local, .. } if is_item(&local))
}

/// What a tag is, from what stands between `<` and `>`, the latter included.
fn tag(seen: &[u8]) -> Markup {
    let inner = seen.strip_suffix(b">").unwrap_or(seen);
    let (closing, rest) = match inner.strip_prefix(b"/") {
        Some(rest) => (true, rest),
        None => (false, inner),
    };
    let end = rest
        .iter()
        .position(|b| b.is_ascii_whitespace() || *b == b'/')
        .unwrap_or(rest.len());
    let name = String::from_utf8_lossy(rest.get(..end).unwrap_or_default());
    let local = name.rsplit(':').next().unwrap_or_default().to_owned();
    if closing {
        Markup::End { local }
    } else if matches!(rest.first(), None | Some(b'!' | b'?')) {
        Markup::Other
    } else {
        let empty = inner.ends_with(b"/");
        Markup::Start { local, empty }
    }
}

/// One attribute of an item: a child element without children of its own.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Field {
    /// In lower case, without its prefix.
    pub(crate) name: String,
    /// Whether it stood in a namespace (`g:title`), which comes before a plain one (`title`).
    pub(crate) prefixed: bool,
    pub(crate) value: String,
    pub(crate) line: u64,
}

/// The attributes of an item. What is wrong is put into `draft`; the rest is still given.
pub(crate) fn fields(bytes: &[u8], draft: &mut Draft) -> Vec<Field> {
    let Ok(text) = std::str::from_utf8(bytes) else {
        draft.fault("", "text.not_utf8", "", "save the file as UTF-8");
        return Vec::new();
    };
    let mut reader = Reader::from_str(text);
    let mut walk = Walk {
        text,
        counted: (0, draft.line()),
        depth: 0,
        open: None,
        fields: Vec::new(),
    };
    loop {
        let at = usize::try_from(reader.buffer_position()).unwrap_or(0);
        match reader.read_event() {
            Ok(Event::Eof) => return walk.fields,
            Ok(event) => {
                if walk.event(&event, at, draft).is_none() {
                    return walk.fields;
                }
            }
            Err(error) => {
                let at = usize::try_from(reader.error_position()).unwrap_or(0);
                let line = walk.line(at);
                let help = "correct the XML; a tag is not closed, or a bare & or < stands there";
                draft.fault_at(line, "", "xml.malformed", &error.to_string(), help);
                return walk.fields;
            }
        }
    }
}

struct Walk<'t> {
    text: &'t str,
    /// Up to which byte lines were counted, and the line there: places come in order.
    counted: (usize, u64),
    /// 1 inside the item, 2 inside an attribute, more inside its children.
    depth: usize,
    open: Option<Field>,
    fields: Vec<Field>,
}

impl Walk<'_> {
    fn line(&mut self, at: usize) -> u64 {
        let (from, line) = self.counted;
        if at > from {
            let between = self.text.as_bytes().get(from..at).unwrap_or_default();
            let ends = between.iter().filter(|byte| **byte == b'\n').count();
            self.counted = (at, line + ends as u64);
        }
        self.counted.1
    }

    /// None: the item cannot be read on.
    fn event(&mut self, event: &Event<'_>, at: usize, draft: &mut Draft) -> Option<()> {
        match event {
            Event::Start(tag) => {
                self.depth += 1;
                if self.depth > XML_DEPTH {
                    let line = self.line(at);
                    draft.fault_at(
                        line,
                        "",
                        "xml.too_deep",
                        "",
                        "an item nests at most 32 deep",
                    );
                    return None;
                }
                self.start(tag, at, draft)?;
            }
            Event::Empty(tag) => {
                self.depth += 1;
                self.start(tag, at, draft)?;
                self.end();
            }
            Event::End(_) => self.end(),
            Event::Text(text) => self.add(&text.xml10_content()),
            Event::CData(text) => self.add(&text.xml10_content()),
            Event::GeneralRef(reference) => match resolved(reference) {
                Some(c) => self.add(c.encode_utf8(&mut [0; 4])),
                None => {
                    let line = self.line(at);
                    let help = "write the character itself, or &amp; for a bare &";
                    draft.fault_at(line, self.name(), "xml.unknown_entity", reference, help);
                }
            },
            Event::DocType(_) => {
                draft.fault_at(self.line(at), "", "xml.doctype", "", DOCTYPE_HELP);
                return None;
            }
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::Eof => {}
        }
        Some(())
    }

    fn name(&self) -> &str {
        self.open.as_ref().map_or("", |field| &field.name)
    }

    fn start(&mut self, tag: &BytesStart<'_>, at: usize, draft: &mut Draft) -> Option<()> {
        let mut link = String::new();
        for (count, attribute) in tag.attributes().enumerate() {
            if count == XML_ATTRIBUTES {
                let line = self.line(at);
                let help = "an element has at most 64 attributes";
                draft.fault_at(line, "", "xml.attributes", "", help);
                return None;
            }
            let Ok(attribute) = attribute else {
                let line = self.line(at);
                let help = "write attributes as name=\"value\", each once";
                draft.fault_at(line, "", "xml.malformed", tag.attributes_raw(), help);
                return None;
            };
            // Atom's links stand in an attribute: <link href="…"/>.
            if attribute.key.local_name().as_ref() == "href"
                && let Ok(value) = attribute.normalized_value(quick_xml::XmlVersion::Implicit1_0)
            {
                link = value.into_owned();
            }
        }
        if self.fields.len() == XML_FIELDS {
            let line = self.line(at);
            let help = format!("an item has at most {XML_FIELDS} elements");
            draft.fault_at(line, "", "xml.too_many_fields", "", &help);
            return None;
        }
        if self.depth == 2 {
            let name = tag.name();
            let line = self.line(at);
            self.open = Some(Field {
                name: name.local_name().as_ref().to_lowercase(),
                prefixed: name.prefix().is_some(),
                value: link,
                line,
            });
        } else if self.depth > 2 {
            // A child of an attribute (shipping, tax): the attribute is no plain text and is not kept.
            self.open = None;
        }
        Some(())
    }

    fn end(&mut self) {
        if self.depth == 2
            && let Some(mut field) = self.open.take()
        {
            field.value = field.value.trim().to_owned();
            self.fields.push(field);
        }
        self.depth = self.depth.saturating_sub(1);
    }

    fn add(&mut self, text: &str) {
        if self.depth == 2
            && let Some(field) = &mut self.open
            // One more than is kept, so that the cut can be seen and noted.
            && field.value.len() <= FIELD_CHARS * 4
        {
            field.value.push_str(text);
        }
    }
}

pub(crate) const DOCTYPE_HELP: &str =
    "remove the document type; a feed needs none and it is refused";

/// The five entities of XML 1.0, 4.6, and character references.
fn resolved(reference: &quick_xml::events::BytesRef<'_>) -> Option<char> {
    if reference.is_char_ref() {
        return reference.resolve_char_ref().ok().flatten();
    }
    match reference.as_ref() {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(text: &str) -> Vec<String> {
        let mut bytes = text.as_bytes();
        let mut items = Items::new(&mut bytes);
        let mut pieces = Vec::new();
        while let Some(piece) = items.next().expect("reads") {
            pieces.push(match piece {
                Piece::Item { line, bytes } => {
                    format!("{line} {}", String::from_utf8_lossy(&bytes))
                }
                Piece::Broken { line, rule, .. } => format!("{line} {rule}"),
                Piece::Doctype { line } => format!("{line} doctype"),
            });
        }
        pieces
    }

    #[test]
    fn items_are_cut_where_they_stand() {
        let text = "<?xml version=\"1.0\"?>\n<rss><channel><title>a > b</title>\n<!-- <item> -->\n\
                    <item a='>'><g:x><![CDATA[</item>]]></g:x>\n</item><entry/>\n<items/><g:item></g:item></rss>";
        assert_eq!(
            pieces(text),
            [
                "4 <item a='>'><g:x><![CDATA[</item>]]></g:x>\n</item>",
                "5 <entry/>",
                "6 <g:item></g:item>",
            ]
        );
    }

    #[test]
    fn a_broken_item_costs_itself() {
        assert_eq!(
            pieces(
                "<rss>\n<item><id>1</id>\n<item><id>2</id></item>\n<item><a b=\"></item>\n<item>"
            ),
            [
                "2 xml.unclosed_item",
                "3 <item><id>2</id></item>",
                "4 <item><a b=\"></item>",
                "5 xml.unclosed_item",
            ]
        );
        assert_eq!(
            pieces("<rss><item a=\"<item><id>1</id></item>\n<!-- <item></item>"),
            [
                "1 xml.unclosed_tag",
                "1 <item><id>1</id></item>",
                "2 xml.unclosed_tag"
            ]
        );
        assert_eq!(
            pieces("<!DOCTYPE rss [<!ENTITY a 'b'>]><item></item>"),
            ["1 doctype"]
        );
    }
}
