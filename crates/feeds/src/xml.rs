//! The items of an XML file, one at a time, each with its line.
//!
//! The file is cut at its items first (`<item>`, `<apn>`: its [`Shape`] says which) and each piece is read by
//! itself, so that a broken item costs itself. No document type is read, and entities beyond the five of XML
//! are refused.

use std::collections::VecDeque;
use std::io::{self, BufRead};

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use crate::limits::{FIELD_CHARS, ROW_BYTES, XML_ATTRIBUTES, XML_DEPTH, XML_FIELDS};
use crate::out::Draft;

/// The longest tag, comment or section that is looked through outside of items.
const MARKUP_BYTES: usize = ROW_BYTES;

/// What is cut out of a file.
#[derive(Clone, Copy)]
pub(crate) struct Shape {
    /// Elements that are rows, by their names without prefix.
    pub(crate) items: &'static [&'static str],
    /// Elements around items whose tags say something of those inside.
    pub(crate) marks: &'static [&'static str],
    /// Whether a document type without declarations of its own is passed over; nothing is fetched for it.
    pub(crate) plain_doctype: bool,
}

/// How much is read a second time, after a section or a comment without its end has taken in what follows it.
/// Then sections are believed to be meant: reading again and again would take time without end.
const AGAIN_BYTES_MAX: usize = 4 * 1024 * 1024;

/// A piece of the file.
pub(crate) enum Piece {
    /// An item as it stands, and the line of its `<`.
    Item { line: u64, bytes: Vec<u8> },
    /// The opening or closing tag of a mark, as it stands.
    Mark { line: u64, bytes: Vec<u8> },
    /// Something that is no whole item.
    Broken {
        line: u64,
        rule: &'static str,
        help: &'static str,
    },
    /// A document type; nothing after it is read.
    Doctype { line: u64 },
}

/// The items of a file.
pub(crate) struct Items<'a> {
    text: &'a mut dyn BufRead,
    shape: Shape,
    again: VecDeque<u8>,
    line: u64,
    /// The outermost element, and whether it has been closed: a file without its end may lack items.
    root: Option<String>,
    whole: bool,
    again_left_bytes: usize,
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
    pub(crate) fn new(text: &'a mut dyn BufRead, shape: Shape) -> Self {
        Self {
            text,
            shape,
            again: VecDeque::new(),
            line: 1,
            root: None,
            whole: false,
            again_left_bytes: AGAIN_BYTES_MAX,
            ended: false,
        }
    }

    /// The next piece; none at the end.
    pub(crate) fn next(&mut self) -> io::Result<Option<Piece>> {
        let mut taken = Vec::new();
        while !self.ended {
            let line = self.line;
            match self.byte()? {
                None => {
                    self.ended = true;
                    if !self.whole {
                        return Ok(Some(Piece::Broken {
                            line,
                            rule: "xml.cut_off",
                            help: "the file ends before its outermost element does; fetch it again",
                        }));
                    }
                }
                Some(b'<') => {
                    taken.clear();
                    taken.push(b'<');
                    let markup = self.markup(&mut taken)?;
                    let is_root = self.root.is_none();
                    self.follow_root(&markup);
                    match markup {
                        Markup::Doctype => {
                            self.ended = true;
                            return Ok(Some(Piece::Doctype { line }));
                        }
                        Markup::Start { local, empty } if self.is_item(&local) => {
                            let piece = self.item(line, &local, taken, empty)?;
                            // The file is one item.
                            self.whole |= is_root;
                            return Ok(Some(piece));
                        }
                        Markup::End { local } if self.is_item(&local) => {
                            return Ok(Some(Piece::Broken {
                                line,
                                rule: "xml.unopened_item",
                                help: "an item ends here that never began; look at its first tag",
                            }));
                        }
                        Markup::Start { local, .. } | Markup::End { local }
                            if self.shape.marks.contains(&local.as_str()) =>
                        {
                            let bytes = taken;
                            return Ok(Some(Piece::Mark { line, bytes }));
                        }
                        Markup::Other if self.read_again_from_item(&mut taken, 0, false) => {
                            return Ok(Some(Piece::Broken {
                                line,
                                rule: "xml.unclosed_section",
                                help: "an item begins inside the section; close it with ]]>",
                            }));
                        }
                        Markup::Broken if self.hides_items(&taken) => {
                            self.read_again_from_item(&mut taken, 0, true);
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

    fn is_item(&self, local: &str) -> bool {
        self.shape.items.contains(&local)
    }

    /// Whether broken markup may have held an item: a comment without end, or an item's own tag.
    fn hides_items(&self, taken: &[u8]) -> bool {
        let inner = taken.strip_prefix(b"<").unwrap_or(taken);
        inner.starts_with(b"!")
            || matches!(tag(inner), Markup::Start { local, .. } if self.is_item(&local))
    }

    /// Gives back what follows from an item's tag on inside the markup at `start`, which lacks its end: a section that
    /// has taken the next one's end for its own, or (`has_no_end`) a section or a comment without any. False: there
    /// is no such tag, or too much was read again already.
    fn read_again_from_item(
        &mut self,
        taken: &mut Vec<u8>,
        start: usize,
        has_no_end: bool,
    ) -> bool {
        let markup = taken.get(start..).unwrap_or_default();
        let is_one = markup.starts_with(b"<![CDATA[") || has_no_end && markup.starts_with(b"<!--");
        let Some(at) = is_one.then(|| self.item_inside(markup)).flatten() else {
            return false;
        };
        let Some(left) = self.again_left_bytes.checked_sub(markup.len() - at) else {
            return false;
        };
        self.again_left_bytes = left;
        let rest = taken.split_off(start + at);
        self.give_back(&rest);
        true
    }

    /// Where the first tag of an item stands inside markup.
    fn item_inside(&self, markup: &[u8]) -> Option<usize> {
        let begins = |rest: &[u8], name: &str| {
            let after = rest.strip_prefix(name.as_bytes());
            let after = after.and_then(|after| after.first());
            after.is_some_and(|byte| matches!(byte, b'>' | b'/') || byte.is_ascii_whitespace())
        };
        let mut places = markup.iter().enumerate().skip(1);
        let (at, _) = places.find(|(at, byte)| {
            let rest = markup.get(at + 1..).unwrap_or_default();
            **byte == b'<' && self.shape.items.iter().any(|name| begins(rest, name))
        })?;
        Some(at)
    }

    fn follow_root(&mut self, markup: &Markup) {
        match (markup, &self.root) {
            (Markup::Start { local, empty }, None) => {
                self.root = Some(local.clone());
                self.whole = *empty;
            }
            (Markup::End { local }, Some(root)) => self.whole |= local == root,
            _ => {}
        }
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
            help: "close the item with its end tag",
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
                    Markup::Start { local, .. } if self.is_item(&local) => {
                        let tag = taken.split_off(start);
                        self.give_back(&tag);
                        return Ok(unclosed);
                    }
                    Markup::Other if self.read_again_from_item(&mut taken, start, false) => {
                        return Ok(Piece::Broken {
                            line,
                            rule: "xml.unclosed_section",
                            help: "another item begins inside the section; close it with ]]>",
                        });
                    }
                    Markup::Broken if self.read_again_from_item(&mut taken, start, true) => {
                        return Ok(Piece::Broken {
                            line,
                            rule: "xml.unclosed_tag",
                            help: "a section or a comment in the item has no end; close it with ]]> or -->",
                        });
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
        let (mut long, mut is_doctype) = (false, false);
        while let Some(byte) = self.byte()? {
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
            if seen.len() <= 8 {
                long = seen.starts_with(b"!--") || seen == b"![CDATA[";
                is_doctype = seen.eq_ignore_ascii_case(b"!doctype");
            }
            if is_doctype && (!self.shape.plain_doctype || byte == b'[' && quote.is_none()) {
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
    let nodes = nodes(bytes, draft).into_iter();
    // A child with children of its own (shipping, tax) is no plain text and is not kept.
    let plain = nodes.filter(|node| node.depth == 2 && !node.has_children);
    plain
        .map(|mut node| Field {
            value: if node.text.is_empty() {
                // Atom's links stand in an attribute: <link href="…"/>.
                node.take("href").unwrap_or_default()
            } else {
                node.text
            },
            name: node.name,
            prefixed: node.prefixed,
            line: node.line,
        })
        .collect()
}

/// One element of an item, the item itself included.
#[derive(Debug)]
pub(crate) struct Node {
    /// 1: the item itself.
    pub(crate) depth: usize,
    /// In lower case, without its prefix.
    pub(crate) name: String,
    prefixed: bool,
    attributes: Vec<(String, String)>,
    /// The text that stands in it directly, trimmed.
    pub(crate) text: String,
    pub(crate) line: u64,
    has_children: bool,
}

impl Node {
    /// An attribute by its name without prefix; empty: there is none.
    pub(crate) fn attribute(&self, name: &str) -> &str {
        let mut attributes = self.attributes.iter();
        attributes
            .find(|(known, _)| known == name)
            .map_or("", |(_, value)| value.trim())
    }

    fn take(&mut self, name: &str) -> Option<String> {
        let mut attributes = self.attributes.iter_mut();
        let found = attributes.find(|(known, _)| known == name)?;
        Some(std::mem::take(&mut found.1))
    }
}

/// The elements of an item in the order in which they begin. What is wrong is put into `draft`; the rest is
/// still given.
pub(crate) fn nodes(bytes: &[u8], draft: &mut Draft) -> Vec<Node> {
    let Ok(text) = std::str::from_utf8(bytes) else {
        draft.fault("", "text.not_utf8", "", "save the file as UTF-8");
        return Vec::new();
    };
    let mut reader = Reader::from_str(text);
    let mut walk = Walk {
        text,
        counted: (0, draft.line()),
        open: Vec::new(),
        nodes: Vec::new(),
    };
    loop {
        let at = usize::try_from(reader.buffer_position()).unwrap_or(0);
        match reader.read_event() {
            Ok(Event::Eof) => return walk.closed(),
            Ok(event) => {
                if walk.event(&event, at, draft).is_none() {
                    return walk.closed();
                }
            }
            Err(error) => {
                let at = usize::try_from(reader.error_position()).unwrap_or(0);
                let line = walk.line(at);
                let help = "correct the XML; a tag is not closed, or a bare & or < stands there";
                draft.fault_at(line, "", "xml.malformed", &error.to_string(), help);
                return walk.closed();
            }
        }
    }
}

struct Walk<'t> {
    text: &'t str,
    /// Up to which byte lines were counted, and the line there: places come in order.
    counted: (usize, u64),
    /// The elements that are open, outermost first, by their places in `nodes`.
    open: Vec<usize>,
    nodes: Vec<Node>,
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
                if self.open.len() == XML_DEPTH {
                    let line = self.line(at);
                    let help = format!("an item nests at most {XML_DEPTH} deep");
                    draft.fault_at(line, "", "xml.too_deep", "", &help);
                    return None;
                }
                self.start(tag, at, draft)?;
            }
            Event::Empty(tag) => {
                self.start(tag, at, draft)?;
                self.open.pop();
            }
            Event::End(_) => {
                self.open.pop();
            }
            Event::Text(text) => self.add(&text.xml10_content()),
            Event::CData(text) => self.add(&text.xml10_content()),
            Event::GeneralRef(reference) => match resolved(reference) {
                Some(c) => self.add(c.encode_utf8(&mut [0; 4])),
                None => {
                    let line = self.line(at);
                    let help = "write the character itself, or &amp; for a bare &";
                    let name = self.current().map_or("", |node| &node.name);
                    draft.fault_at(line, name, "xml.unknown_entity", reference, help);
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

    fn current(&self) -> Option<&Node> {
        self.open.last().and_then(|at| self.nodes.get(*at))
    }

    fn start(&mut self, tag: &BytesStart<'_>, at: usize, draft: &mut Draft) -> Option<()> {
        let line = self.line(at);
        let mut attributes = Vec::new();
        for attribute in tag.attributes() {
            if attributes.len() == XML_ATTRIBUTES {
                let help = format!("an element has at most {XML_ATTRIBUTES} attributes");
                draft.fault_at(line, "", "xml.attributes", "", &help);
                return None;
            }
            let Ok(attribute) = attribute else {
                let help = "write attributes as name=\"value\", each once";
                draft.fault_at(line, "", "xml.malformed", tag.attributes_raw(), help);
                return None;
            };
            let name = attribute.key.local_name().as_ref().to_owned();
            let value = attribute.normalized_value(quick_xml::XmlVersion::Implicit1_0);
            let value = value.map_or_else(
                |_| {
                    let help = "not read; write &amp; for a bare &";
                    draft.note_at(line, &name, "xml.attribute_unread", &attribute.value, help);
                    String::new()
                },
                std::borrow::Cow::into_owned,
            );
            attributes.push((name, value));
        }
        if self.nodes.len() > XML_FIELDS {
            let help = format!("an item has at most {XML_FIELDS} elements");
            draft.fault_at(line, "", "xml.too_many_fields", "", &help);
            return None;
        }
        if let Some(parent) = self.open.last().and_then(|at| self.nodes.get_mut(*at)) {
            parent.has_children = true;
        }
        let name = tag.name();
        self.open.push(self.nodes.len());
        self.nodes.push(Node {
            depth: self.open.len(),
            name: name.local_name().as_ref().to_lowercase(),
            prefixed: name.prefix().is_some(),
            attributes,
            text: String::new(),
            line,
            has_children: false,
        });
        Some(())
    }

    fn add(&mut self, text: &str) {
        if let Some(node) = self.open.last().and_then(|at| self.nodes.get_mut(*at))
            // One more than is kept, so that the cut can be seen and noted.
            && node.text.len() <= FIELD_CHARS * 4
        {
            node.text.push_str(text);
        }
    }

    fn closed(mut self) -> Vec<Node> {
        for node in &mut self.nodes {
            let trimmed = node.text.trim();
            if trimmed.len() < node.text.len() {
                node.text = trimmed.to_owned();
            }
        }
        self.nodes
    }
}

pub(crate) const DOCTYPE_HELP: &str = "remove the document type; none is needed and it is refused";

/// The five entities of XML 1.0, 4.6, and character references.
pub(crate) fn resolved(reference: &quick_xml::events::BytesRef<'_>) -> Option<char> {
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
        let shape = Shape {
            items: &["item", "entry"],
            marks: &["group"],
            plain_doctype: text.contains("plain"),
        };
        let mut items = Items::new(&mut bytes, shape);
        let mut pieces = Vec::new();
        while let Some(piece) = items.next().expect("reads") {
            pieces.push(match piece {
                Piece::Item { line, bytes } => {
                    format!("{line} {}", String::from_utf8_lossy(&bytes))
                }
                Piece::Mark { line, bytes } => {
                    format!("{line} mark {}", String::from_utf8_lossy(&bytes))
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
                "2 xml.unclosed_tag",
                "2 <item></item>",
                "2 xml.cut_off"
            ]
        );
        let whole = "<item><id>2</id></item>";
        for (start, rule) in [
            ("<item><id><!-- </id></item>", "xml.unclosed_tag"),
            ("<item><id><![CDATA[ </id></item>", "xml.unclosed_tag"),
            ("<![CDATA[ </id></item>", "xml.unclosed_tag"),
        ] {
            assert_eq!(
                pieces(&format!("<rss>{start}\n{whole}</rss>")),
                [format!("1 {rule}"), format!("2 {whole}")],
                "{start}"
            );
        }
        let section = "<item><id><![CDATA[2]]></id></item>";
        assert_eq!(
            pieces(&format!("<rss><![CDATA[ </id></item>\n{section}</rss>")),
            ["1 xml.unclosed_section".to_owned(), format!("2 {section}")]
        );
        assert_eq!(pieces("<item>\n</item>\n"), ["1 <item>\n</item>"]);
        // Cut between two items, as the first half of a file is.
        assert_eq!(pieces("<rss>\n<item/>\n"), ["2 <item/>", "3 xml.cut_off"]);
    }

    #[test]
    fn a_document_type_is_passed_over_at_most_and_never_read() {
        let entities = "<!DOCTYPE rss [<!ENTITY a 'b'>]><rss><item></item></rss>";
        let plain = "<!DOCTYPE plain SYSTEM \"[>\" >\n<plain><item/></plain>";
        assert_eq!(pieces(entities), ["1 doctype"]);
        assert_eq!(pieces(&entities.replace("rss", "plain")), ["1 doctype"]);
        assert_eq!(pieces(plain), ["2 <item/>"]);
        assert_eq!(pieces(&plain.replace("plain", "rss")), ["1 doctype"]);
    }

    #[test]
    fn an_item_whose_section_or_first_tag_is_broken_is_told() {
        assert_eq!(
            pieces(
                "<rss><item><![CDATA[a]></item>\n<item><![CDATA[b]]></item>\n<itm></item></rss>"
            ),
            [
                "1 xml.unclosed_section",
                "2 <item><![CDATA[b]]></item>",
                "3 xml.unopened_item"
            ]
        );
        assert_eq!(
            pieces("<rss><item><![CDATA[<items> </item>]]></item></rss>").len(),
            1
        );
    }

    #[test]
    fn a_marks_tags_come_with_the_items_inside() {
        assert_eq!(
            pieces("<a><group x='1'>\n<item/></group></a>"),
            ["1 mark <group x='1'>", "2 <item/>", "2 mark </group>"]
        );
    }

    #[test]
    fn elements_come_with_their_places_attributes_and_own_texts() {
        let text = b"<item>\n<g:A x='1' g:y='&amp;'> t<b>u</b>v </g:A><c z='&'/></item>";
        let mut draft = Draft::new("f".into(), 7);
        let nodes = nodes(text, &mut draft);
        let told: Vec<String> = nodes
            .iter()
            .map(|node| {
                let [x, y] = ["x", "y"].map(|name| node.attribute(name));
                format!(
                    "{}:{} {} {x}{y} {:?}",
                    node.line, node.depth, node.name, node.text
                )
            })
            .collect();
        assert_eq!(
            told,
            [
                "7:1 item  \"\"",
                "8:2 a 1& \"tv\"",
                "8:3 b  \"u\"",
                "8:2 c  \"\"",
            ]
        );
        assert!(!draft.has_faults());
    }
}
