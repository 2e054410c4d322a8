//! The XML of a spreadsheet's parts, event by event, each within a limit. No document type, no entities but the five.

use std::cell::Cell;
use std::io::{self, BufRead, BufReader, Read};
use std::rc::Rc;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::zip::{Archive, Stopped, Unpacked};
use super::{Limits, Refused};
use crate::limits::XML_ATTRIBUTES;
use crate::xml::resolved;

/// A part being read.
pub struct Markup<'a> {
    part: String,
    reader: Reader<Piecewise<'a>>,
    piece_left: Rc<Cell<usize>>,
    piece_bytes: usize,
    elements_left: Rc<Cell<u64>>,
    elements_max: u64,
    depth: usize,
    depth_max: usize,
    buffer: Vec<u8>,
}

impl<'a> Markup<'a> {
    pub fn open(archive: &Archive<'a>, part: &str, limits: &Limits) -> Result<Self, Refused> {
        let piece_left = Rc::new(Cell::new(limits.piece_bytes));
        let inner = archive.member(part)?;
        let mut reader = Reader::from_reader(Piecewise {
            inner,
            left: Rc::clone(&piece_left),
        });
        reader.config_mut().expand_empty_elements = true;
        Ok(Self {
            part: part.to_owned(),
            reader,
            piece_left,
            piece_bytes: limits.piece_bytes,
            elements_left: Rc::clone(&archive.elements_left),
            elements_max: limits.elements,
            depth: 0,
            depth_max: limits.depth,
            buffer: Vec::new(),
        })
    }

    /// The next event; [`Event::Eof`] is the last. An empty element begins and ends.
    pub fn next(&mut self) -> Result<Event<'_>, Refused> {
        self.buffer.clear();
        self.piece_left.set(self.piece_bytes);
        let part = &self.part;
        let event = self
            .reader
            .read_event_into(&mut self.buffer)
            .map_err(|error| refused(&error).in_part(part))?;
        match &event {
            Event::Start(_) => {
                self.depth += 1;
                let Some(left) = self.elements_left.get().checked_sub(1) else {
                    return Err(Refused::too_big("elements", self.elements_max).in_part(part));
                };
                self.elements_left.set(left);
                if self.depth > self.depth_max {
                    return Err(
                        Refused::too_big("elements in one another", self.depth_max).in_part(part)
                    );
                }
            }
            Event::End(_) => self.depth = self.depth.saturating_sub(1),
            Event::DocType(_) => {
                let help = "it has a document type, which no spreadsheet needs; save it anew";
                return Err(Refused::new("workbook.markup", help).in_part(part));
            }
            Event::Eof if self.depth > 0 => {
                return Err(Refused::damaged("it ends in the middle").in_part(part));
            }
            _ => {}
        }
        Ok(event)
    }
}

fn refused(error: &quick_xml::Error) -> Refused {
    let stopped = match error {
        quick_xml::Error::Io(io) => io
            .get_ref()
            .and_then(|inner| inner.downcast_ref::<Stopped>()),
        _ => None,
    };
    match stopped {
        Some(Stopped::Bomb) => {
            let help = "no real spreadsheet does; fetch it again from somebody you trust";
            Refused::new("workbook.bomb", help).found(&error.to_string())
        }
        Some(Stopped::PastLimit | Stopped::LongPiece) => {
            let help = "split it, or save the sheet as CSV";
            Refused::new("workbook.too_big", help).found(&error.to_string())
        }
        Some(Stopped::Damaged) | None => Refused::damaged(&error.to_string()),
    }
}

/// An attribute by its name without prefix.
pub fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    let mut all = tag.attributes();
    let all = all.with_checks(false).take(XML_ATTRIBUTES).flatten();
    let mut named = all.filter(|attribute| attribute.key.local_name().as_ref() == name);
    let value = named.next()?;
    let value = value.normalized_value(quick_xml::XmlVersion::Implicit1_0);
    value.ok().map(std::borrow::Cow::into_owned)
}

/// Adds the text of an event; what is no text adds nothing, an entity that there is not U+FFFD.
pub fn add_text(event: &Event<'_>, into: &mut String) {
    match event {
        Event::Text(text) => into.push_str(&text.xml10_content()),
        Event::CData(text) => into.push_str(&text.xml10_content()),
        Event::GeneralRef(reference) => into.push(resolved(reference).unwrap_or('\u{FFFD}')),
        _ => {}
    }
}

/// Stops where one piece is longer than its limit: a tag is kept whole until it ends.
struct Piecewise<'a> {
    inner: BufReader<Unpacked<'a>>,
    left: Rc<Cell<usize>>,
}

impl Read for Piecewise<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.inner.read(into)
    }
}

impl BufRead for Piecewise<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.left.get() == 0 {
            return Err(io::Error::other(Stopped::LongPiece));
        }
        self.inner.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        self.left.set(self.left.get().saturating_sub(amount));
        self.inner.consume(amount);
    }
}
