//! The members of a ZIP archive (APPNOTE 6.3): found by its directory, unpacked only when asked for, and no further
//! than the limits. Nothing is written to disk, so no name leads anywhere; no archive within is opened.

use std::cell::Cell;
use std::io::{self, BufReader, Read};
use std::rc::Rc;

use flate2::Crc;
use flate2::bufread::DeflateDecoder;

use super::{Limits, Refused};
use crate::limits::{PACKED_FREE_BYTES, PACKED_RATIO};

const END: [u8; 4] = *b"PK\x05\x06";
const ENTRY: [u8; 4] = *b"PK\x01\x02";
const MEMBER: [u8; 4] = *b"PK\x03\x04";
const END_BYTES: usize = 22;
const ENTRY_BYTES: usize = 46;
const MEMBER_BYTES: usize = 30;
/// The longest comment behind the directory.
const COMMENT_BYTES_MAX: usize = 65_535;
const IS_ENCRYPTED: u16 = 1;
const STORED: u16 = 0;
const DEFLATED: u16 = 8;
const READ_AT_ONCE_BYTES: usize = 32 * 1024;

struct Member {
    /// With `/`, in lower case: Excel does not tell cases apart.
    name: String,
    flags: u16,
    method: u16,
    crc: u32,
    packed: u32,
    size: u32,
    at: u32,
}

/// An archive, its members not unpacked.
pub struct Archive<'a> {
    bytes: &'a [u8],
    members: Vec<Member>,
    /// Bytes that may still be unpacked.
    left: Rc<Cell<u64>>,
    unpacked_bytes: u64,
    /// Elements that may still be read in its members.
    pub elements_left: Rc<Cell<u64>>,
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    let pair = bytes.get(at..at + 2)?;
    Some(u16::from_le_bytes(pair.try_into().ok()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    let four = bytes.get(at..at + 4)?;
    Some(u32::from_le_bytes(four.try_into().ok()?))
}

fn cut_off() -> Refused {
    Refused::damaged("its directory is cut off")
}

impl<'a> Archive<'a> {
    pub fn open(bytes: &'a [u8], limits: &Limits) -> Result<Self, Refused> {
        if !bytes.starts_with(&MEMBER) {
            let help = "save it as .xlsx, or as CSV";
            return Err(Refused::new("workbook.not_one", help));
        }
        let from = bytes.len().saturating_sub(COMMENT_BYTES_MAX + END_BYTES);
        let tail = bytes.get(from..).unwrap_or_default();
        let end = tail.windows(END.len()).rposition(|four| four == END);
        let end = from + end.ok_or_else(cut_off)?;
        let count = usize::from(u16_at(bytes, end + 10).ok_or_else(cut_off)?);
        let mut at = u32_at(bytes, end + 16).ok_or_else(cut_off)? as usize;
        if count > limits.members {
            return Err(Refused::too_big("members of the archive", limits.members));
        }
        let mut members = Vec::with_capacity(count);
        for _ in 0..count {
            let (member, next) = entry(bytes, at).ok_or_else(cut_off)?;
            members.push(member);
            at = next;
        }
        Ok(Self {
            bytes,
            members,
            left: Rc::new(Cell::new(limits.unpacked_bytes)),
            unpacked_bytes: limits.unpacked_bytes,
            elements_left: Rc::new(Cell::new(limits.elements)),
        })
    }

    fn find(&self, name: &str) -> Option<&Member> {
        let name = name.to_lowercase();
        self.members.iter().find(|member| member.name == name)
    }

    pub fn has(&self, name: &str) -> bool {
        self.find(name).is_some()
    }

    /// Whether a member lies in a folder, `xl/`.
    pub fn has_under(&self, folder: &str) -> bool {
        let folder = folder.to_lowercase();
        let mut members = self.members.iter();
        members.any(|member| member.name.starts_with(&folder))
    }

    /// A member, to be unpacked as it is read.
    pub fn member(&self, name: &str) -> Result<BufReader<Unpacked<'a>>, Refused> {
        let member = self
            .find(name)
            .ok_or_else(|| Refused::damaged("the part is not in the archive").in_part(name))?;
        if member.flags & IS_ENCRYPTED != 0 {
            return Err(Refused::locked().in_part(name));
        }
        if u64::from(member.size) > self.left.get() {
            return Err(Refused::too_big("bytes, unpacked,", self.unpacked_bytes).in_part(name));
        }
        let packed = self.packed(member).ok_or_else(cut_off)?;
        let inner: Box<dyn Read + 'a> = match member.method {
            STORED => Box::new(packed),
            DEFLATED => Box::new(DeflateDecoder::new(packed)),
            other => {
                let found = format!("packed by method {other}");
                return Err(Refused::damaged(&found).in_part(name));
            }
        };
        let unpacked = Unpacked {
            inner,
            crc: Crc::new(),
            expected_crc: member.crc,
            size: u64::from(member.size),
            packed: u64::from(member.packed),
            read: 0,
            left: Rc::clone(&self.left),
        };
        Ok(BufReader::with_capacity(READ_AT_ONCE_BYTES, unpacked))
    }

    fn packed(&self, member: &Member) -> Option<&'a [u8]> {
        let at = member.at as usize;
        let head = self.bytes.get(at..at + MEMBER_BYTES)?;
        if !head.starts_with(&MEMBER) {
            return None;
        }
        let name = usize::from(u16_at(head, 26)?);
        let extra = usize::from(u16_at(head, 28)?);
        let from = at + MEMBER_BYTES + name + extra;
        self.bytes
            .get(from..from.checked_add(member.packed as usize)?)
    }
}

/// An entry of the directory, and where the next begins.
fn entry(bytes: &[u8], at: usize) -> Option<(Member, usize)> {
    let head = bytes.get(at..at.checked_add(ENTRY_BYTES)?)?;
    if !head.starts_with(&ENTRY) {
        return None;
    }
    let lengths = [28, 30, 32].map(|place| u16_at(head, place).map(usize::from));
    let [Some(name_len), Some(extra), Some(comment)] = lengths else {
        return None;
    };
    let name = bytes.get(at + ENTRY_BYTES..at + ENTRY_BYTES + name_len)?;
    let member = Member {
        name: String::from_utf8_lossy(name)
            .replace('\\', "/")
            .to_lowercase(),
        flags: u16_at(head, 8)?,
        method: u16_at(head, 10)?,
        crc: u32_at(head, 16)?,
        packed: u32_at(head, 20)?,
        size: u32_at(head, 24)?,
        at: u32_at(head, 42)?,
    };
    Some((member, at + ENTRY_BYTES + name_len + extra + comment))
}

/// Why unpacking stopped.
#[derive(Debug, thiserror::Error)]
pub enum Stopped {
    #[error("it unpacks to more than {PACKED_RATIO} times its size")]
    Bomb,
    #[error("it unpacks to more than is read")]
    PastLimit,
    #[error("it unpacks to another size, or to other bytes, than it says")]
    Damaged,
    #[error("one tag or one text of it is longer than is read")]
    LongPiece,
}

/// A member's bytes.
pub struct Unpacked<'a> {
    inner: Box<dyn Read + 'a>,
    crc: Crc,
    expected_crc: u32,
    size: u64,
    packed: u64,
    read: u64,
    left: Rc<Cell<u64>>,
}

impl Read for Unpacked<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(into)?;
        if read == 0 {
            let is_whole = self.read == self.size && self.crc.sum() == self.expected_crc;
            return if is_whole || into.is_empty() {
                Ok(0)
            } else {
                Err(io::Error::other(Stopped::Damaged))
            };
        }
        self.crc.update(into.get(..read).unwrap_or_default());
        self.read += read as u64;
        let Some(left) = self.left.get().checked_sub(read as u64) else {
            return Err(io::Error::other(Stopped::PastLimit));
        };
        self.left.set(left);
        if self.read > self.size {
            return Err(io::Error::other(Stopped::Damaged));
        }
        if self.read > PACKED_FREE_BYTES && self.read > self.packed.saturating_mul(PACKED_RATIO) {
            return Err(io::Error::other(Stopped::Bomb));
        }
        Ok(read)
    }
}
