//! Lines of a text with their numbers, one at a time, none longer than the limit.

use std::collections::VecDeque;
use std::io::{self, BufRead};

use crate::limits::ROW_BYTES;

/// One line without its end (`\n` or `\r\n`).
pub(crate) struct Line {
    /// Counted from 1.
    pub(crate) number: u64,
    pub(crate) bytes: Vec<u8>,
    /// Longer than [`ROW_BYTES`]; `bytes` is its beginning.
    pub(crate) cut: bool,
}

/// Bytes that a line takes beside its own.
const LINE_ROOM: usize = 64;

impl Line {
    /// Bytes that it takes.
    pub(crate) const fn room(&self) -> usize {
        self.bytes.len() + LINE_ROOM
    }
}

/// The lines of a text; lines can be given back.
pub(crate) struct Lines<'a> {
    text: &'a mut dyn BufRead,
    again: VecDeque<Line>,
    read: u64,
}

impl<'a> Lines<'a> {
    pub(crate) fn new(text: &'a mut dyn BufRead) -> Self {
        Self {
            text,
            again: VecDeque::new(),
            read: 0,
        }
    }

    /// The next line; none at the end.
    pub(crate) fn next(&mut self) -> io::Result<Option<Line>> {
        match self.again.pop_front() {
            Some(line) => Ok(Some(line)),
            None => self.fresh(),
        }
    }

    /// Gives lines back, to be read again before any other.
    pub(crate) fn give_back(&mut self, lines: Vec<Line>) {
        for line in lines.into_iter().rev() {
            self.again.push_front(line);
        }
    }

    /// How many were given back and not read again.
    #[cfg(test)]
    pub(crate) fn given_back(&self) -> usize {
        self.again.len()
    }

    fn fresh(&mut self) -> io::Result<Option<Line>> {
        let mut bytes = Vec::new();
        let mut cut = false;
        let mut seen_any = false;
        loop {
            let chunk = self.text.fill_buf()?;
            if chunk.is_empty() {
                break;
            }
            seen_any = true;
            let end = chunk.iter().position(|byte| *byte == b'\n');
            let part = chunk.get(..end.unwrap_or(chunk.len())).unwrap_or_default();
            let room = ROW_BYTES - bytes.len();
            cut |= part.len() > room;
            bytes.extend_from_slice(part.get(..part.len().min(room)).unwrap_or_default());
            let used = end.map_or(chunk.len(), |end| end + 1);
            self.text.consume(used);
            if end.is_some() {
                break;
            }
        }
        if !seen_any {
            return Ok(None);
        }
        if bytes.last() == Some(&b'\r') {
            bytes.pop();
        }
        self.read += 1;
        Ok(Some(Line {
            number: self.read,
            bytes,
            cut,
        }))
    }
}
