//! The members of a tar archive, one at a time, as a stream.
//!
//! Knows POSIX's ustar headers (IEEE Std 1003.1, pax, "ustar Interchange Format") and, of extended headers,
//! names. Nothing is ever written, no link is followed, and names are texts that only tell members apart. A damaged header costs its member:
//! reading goes on at the next block that is a header.

use std::io::{self, BufRead, Read};

use crate::limits::{MEMBER_NAME_CHARS, TAR_HEADER_BYTES, TAR_MEMBER_BYTES, TAR_MEMBERS};

const BLOCK_BYTES: usize = 512;
const BLOCK: u64 = BLOCK_BYTES as u64;

/// A member, or what is wrong with it.
pub(crate) struct Member {
    /// As far as it can be told; characters that cannot be shown are replaced.
    pub(crate) name: String,
    pub(crate) content: Result<(), Fault>,
}

/// Why a member is not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) rule: &'static str,
    pub(crate) help: &'static str,
}

const fn fault(rule: &'static str, help: &'static str) -> Fault {
    Fault { rule, help }
}

const MALFORMED: Fault = fault(
    "tar.malformed",
    "no header stands where one should; fetch the file again",
);
const CUT_OFF: Fault = fault("tar.cut_off", "the file ends early; fetch it again");
const TOO_MANY: Fault = fault(
    "tar.too_many_members",
    "an archive has at most 10000 members; split it",
);
const TOO_LONG: Fault = fault("tar.too_long", "a member has at most 16 MiB");
const NOT_A_FILE: Fault = fault(
    "tar.not_a_file",
    "links and devices are not followed; pack the file itself",
);
const PATH: Fault = fault(
    "tar.path",
    "names are relative and stay inside: no leading slash and no ..",
);
const EXTENDED: Fault = fault(
    "tar.extended_header",
    "it cannot be read, so the member after it is not either; pack with tar --format=ustar",
);

/// How the member to come is called.
enum Named {
    ByHeader,
    As(Vec<u8>),
    /// An extended header could not be read.
    Unread,
}

/// The members of an archive.
pub(crate) struct Members<'a> {
    text: &'a mut dyn BufRead,
    /// What is left of the member that was given last, and of the blocks that it fills.
    content: u64,
    padding: u64,
    seen: u64,
    /// A block that was looked at already.
    again: Option<[u8; BLOCK_BYTES]>,
    /// What an extended header says of the member to come.
    named: Named,
    ended: bool,
}

impl<'a> Members<'a> {
    pub(crate) fn new(text: &'a mut dyn BufRead) -> Self {
        Self {
            text,
            content: 0,
            padding: 0,
            seen: 0,
            again: None,
            named: Named::ByHeader,
            ended: false,
        }
    }

    /// The next member; none at the end. What was not read of the one before is passed over.
    pub(crate) fn next(&mut self) -> io::Result<Option<Member>> {
        while !self.ended {
            let passed = self.content + self.padding;
            (self.content, self.padding) = (0, 0);
            if !pass_over(self.text, passed)? {
                return Ok(Some(self.end(CUT_OFF)));
            }
            let Some(block) = self.block()? else {
                return Ok(Some(self.end(CUT_OFF)));
            };
            if block.iter().all(|byte| *byte == 0) {
                self.ended = true;
                return Ok(None);
            }
            if self.seen == TAR_MEMBERS {
                return Ok(Some(self.end(TOO_MANY)));
            }
            self.seen += 1;
            let Some(header) = Header::read(&block) else {
                return self.resync().map(Some);
            };
            self.content = header.bytes;
            self.padding = header.bytes.next_multiple_of(BLOCK) - header.bytes;
            let member = match header.kind {
                b'x' | b'L' => self.extended(&header)?,
                _ => self.member(header),
            };
            if member.is_some() {
                return Ok(member);
            }
        }
        Ok(None)
    }

    /// The bytes of the member that was given last.
    pub(crate) fn content(&mut self) -> Content<'_, 'a> {
        Content { members: self }
    }

    fn member(&mut self, header: Header) -> Option<Member> {
        // A folder holds nothing, a global header is a remark on the archive, a link's long aim is not used.
        if matches!(header.kind, b'5' | b'g' | b'K') {
            return None;
        }
        let name = match std::mem::replace(&mut self.named, Named::ByHeader) {
            Named::ByHeader => header.name,
            Named::As(name) => name,
            Named::Unread => return None,
        };
        let content = if !matches!(header.kind, b'0' | 0 | b'7') {
            Err(NOT_A_FILE)
        } else if !stays_inside(&name) {
            Err(PATH)
        } else if header.bytes > TAR_MEMBER_BYTES {
            Err(TOO_LONG)
        } else {
            Ok(())
        };
        let name = shown(&name);
        Some(Member { name, content })
    }

    /// Takes the name for the member to come from an extended header: POSIX's records or GNU's plain name.
    fn extended(&mut self, header: &Header) -> io::Result<Option<Member>> {
        let mut bytes = Vec::new();
        if header.bytes <= TAR_HEADER_BYTES {
            self.content().read_to_end(&mut bytes)?;
        }
        let whole = bytes.len() as u64 == header.bytes;
        let name = match header.kind {
            _ if !whole => None,
            b'x' => pax_name(&bytes),
            _ => Some(Some(text(&bytes).to_vec())),
        };
        match name {
            Some(Some(name)) => self.named = Named::As(name),
            // Records of other things: times, owners.
            Some(None) => {}
            None => {
                self.named = Named::Unread;
                let name = shown(&header.name);
                let content = Err(EXTENDED);
                return Ok(Some(Member { name, content }));
            }
        }
        Ok(None)
    }

    fn end(&mut self, why: Fault) -> Member {
        self.ended = true;
        Member {
            name: String::new(),
            content: Err(why),
        }
    }

    /// Passes over blocks until one is a header, which is then the next to be read.
    fn resync(&mut self) -> io::Result<Member> {
        loop {
            match self.block()? {
                None => return Ok(self.end(MALFORMED)),
                Some(block) if Header::read(&block).is_some() => {
                    self.again = Some(block);
                    return Ok(Member {
                        name: String::new(),
                        content: Err(MALFORMED),
                    });
                }
                Some(_) => {}
            }
        }
    }

    /// None: the file ends before the block does.
    fn block(&mut self) -> io::Result<Option<[u8; BLOCK_BYTES]>> {
        if let Some(block) = self.again.take() {
            return Ok(Some(block));
        }
        let mut block = [0; BLOCK_BYTES];
        match self.text.read_exact(&mut block) {
            Ok(()) => Ok(Some(block)),
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// False: there was less.
fn pass_over(text: &mut dyn BufRead, bytes: u64) -> io::Result<bool> {
    Ok(io::copy(&mut text.take(bytes), &mut io::sink())? == bytes)
}

/// What stands in the member that was given last, and no more.
pub(crate) struct Content<'m, 'a> {
    members: &'m mut Members<'a>,
}

impl Read for Content<'_, '_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let ready = self.fill_buf()?;
        let count = ready.len().min(into.len());
        for (to, from) in into.iter_mut().zip(ready) {
            *to = *from;
        }
        self.consume(count);
        Ok(count)
    }
}

impl BufRead for Content<'_, '_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        let left = usize::try_from(self.members.content).unwrap_or(usize::MAX);
        if left == 0 {
            return Ok(&[]);
        }
        let ready = self.members.text.fill_buf()?;
        Ok(ready.get(..ready.len().min(left)).unwrap_or_default())
    }

    fn consume(&mut self, count: usize) {
        self.members.text.consume(count);
        self.members.content = self.members.content.saturating_sub(count as u64);
    }
}

struct Header {
    name: Vec<u8>,
    bytes: u64,
    kind: u8,
}

impl Header {
    /// None: the block is no header, by its sum.
    fn read(block: &[u8; BLOCK_BYTES]) -> Option<Self> {
        let part = |from: usize, length: usize| block.get(from..from + length).unwrap_or_default();
        let (before, after) = (part(0, 148), part(156, 356));
        let of_bytes = before.iter().chain(after).map(|byte| u64::from(*byte));
        // The sum counts its own eight bytes as blanks.
        if octal(part(148, 8))? != of_bytes.sum::<u64>() + 8 * u64::from(b' ') {
            return None;
        }
        let prefix = match part(257, 5) {
            b"ustar" if part(262, 1) == b"\0" => text(part(345, 155)),
            _ => &[],
        };
        let name = text(part(0, 100));
        let name = if prefix.is_empty() {
            name.to_vec()
        } else {
            [prefix, b"/", name].concat()
        };
        Some(Self {
            name,
            bytes: octal(part(124, 12))?,
            kind: part(156, 1).first().copied().unwrap_or_default(),
        })
    }
}

/// Up to the first NUL.
fn text(field: &[u8]) -> &[u8] {
    field.split(|byte| *byte == 0).next().unwrap_or_default()
}

/// Octal digits with blanks around them. GNU's binary form, for members past 8 GiB, is none.
fn octal(field: &[u8]) -> Option<u64> {
    let digits = std::str::from_utf8(text(field)).ok()?.trim_matches(' ');
    u64::from_str_radix(digits, 8)
        .ok()
        .filter(|_| digits.bytes().all(|byte| byte.is_ascii_digit()))
}

/// The path among records `LENGTH KEY=VALUE\n`, the length that of the whole record. None: they cannot be read,
/// or say another size than the header.
fn pax_name(mut records: &[u8]) -> Option<Option<Vec<u8>>> {
    let mut name = None;
    while !records.is_empty() {
        let digits = records.split(|byte| *byte == b' ').next()?;
        let length: usize = std::str::from_utf8(digits).ok()?.parse().ok()?;
        let record = records.get(digits.len() + 1..length)?.strip_suffix(b"\n")?;
        let equals = record.iter().position(|byte| *byte == b'=')?;
        match record.split_at_checked(equals)? {
            (b"path", path) => name = Some(path.get(1..)?.to_vec()),
            (b"size", _) => return None,
            _ => {}
        }
        records = records.get(length..)?;
    }
    Some(name)
}

fn stays_inside(name: &[u8]) -> bool {
    let mut parts = name.split(|byte| matches!(byte, b'/' | b'\\'));
    !name.is_empty() && !name.starts_with(b"/") && parts.all(|part| part != b"..")
}

fn shown(name: &[u8]) -> String {
    let name = String::from_utf8_lossy(name);
    let hidden =
        |c: char| c.is_control() || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let shown = name.chars().map(|c| if hidden(c) { '\u{fffd}' } else { c });
    shown.take(MEMBER_NAME_CHARS).collect()
}

/// Whether a file's beginning is an archive's.
pub(crate) fn is_tar(head: &[u8]) -> bool {
    let first = head.first_chunk::<BLOCK_BYTES>();
    first.is_some_and(|block| Header::read(block).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A header as ustar has it.
    fn header(name: &str, kind: u8, bytes: u64) -> [u8; BLOCK_BYTES] {
        let mut block = [0; BLOCK_BYTES];
        let mut put = |at: usize, text: &[u8]| block[at..at + text.len()].copy_from_slice(text);
        put(0, name.as_bytes());
        put(124, format!("{bytes:011o}").as_bytes());
        put(148, b"        ");
        put(156, &[kind]);
        put(257, b"ustar\x0000");
        let sum: u64 = block.iter().map(|byte| u64::from(*byte)).sum();
        block[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
        block
    }

    fn file(name: &str, content: &str) -> Vec<u8> {
        let mut bytes = header(name, b'0', content.len() as u64).to_vec();
        bytes.extend_from_slice(content.as_bytes());
        bytes.resize(bytes.len().next_multiple_of(BLOCK_BYTES), 0);
        bytes
    }

    const END: [u8; 1024] = [0; 1024];

    fn told(bytes: &[u8]) -> Vec<String> {
        // A small buffer, so that every boundary is crossed.
        let mut text = io::BufReader::with_capacity(7, bytes);
        let mut members = Members::new(&mut text);
        let mut told = Vec::new();
        while let Some(member) = members.next().expect("reads") {
            told.push(match member.content {
                Ok(()) => {
                    let mut said = String::new();
                    members.content().read_to_string(&mut said).expect("text");
                    format!("{}: {said}", member.name)
                }
                Err(fault) => format!("{}: {}", member.name, fault.rule),
            });
        }
        told
    }

    #[test]
    fn members_come_whole_whether_they_are_read_or_not() {
        let long = "x".repeat(1_000);
        let archive = [&file("a", "1")[..], &file("b", &long), &file("c", ""), &END].concat();
        assert_eq!(told(&archive), ["a: 1", &format!("b: {long}"), "c: "]);
        let mut text = &archive[..];
        let mut members = Members::new(&mut text);
        let mut names = Vec::new();
        while let Some(member) = members.next().expect("reads") {
            names.push(member.name);
        }
        assert_eq!(names, ["a", "b", "c"]);
        assert!(is_tar(&archive) && !is_tar(&END) && !is_tar(b"ustar"));
    }

    #[test]
    fn what_is_no_plain_file_inside_is_not_read() {
        let mut archive = Vec::new();
        for (name, kind) in [
            ("../up", b'0'),
            ("/etc/x", b'0'),
            ("a\\..\\b", b'0'),
            ("", b'0'),
            ("link", b'2'),
            ("hard", b'1'),
            ("device", b'3'),
            ("folder/", b'5'),
            ("pax_global_header", b'g'),
            ("a\u{1b}[2J", b'6'),
        ] {
            archive.extend_from_slice(&header(name, kind, 0));
        }
        archive.extend_from_slice(&header("big", b'0', TAR_MEMBER_BYTES + 1));
        assert_eq!(
            told(&archive),
            [
                "../up: tar.path",
                "/etc/x: tar.path",
                "a\\..\\b: tar.path",
                ": tar.path",
                "link: tar.not_a_file",
                "hard: tar.not_a_file",
                "device: tar.not_a_file",
                "a\u{fffd}[2J: tar.not_a_file",
                "big: tar.too_long",
                ": tar.cut_off",
            ]
        );
    }

    #[test]
    fn names_come_from_extended_headers_too() {
        let extended = |kind: u8, said: &str| {
            let mut bytes = file("extended", said);
            bytes[..BLOCK_BYTES].copy_from_slice(&header("extended", kind, said.len() as u64));
            bytes
        };
        for (kind, said, found) in [
            (b'x', "12 path=\u{e9}t\n", &["\u{e9}t: 1", "b: 2"][..]),
            (b'x', "9 uid=70\n12 path=abc\n", &["abc: 1", "b: 2"]),
            (b'x', "9 uid=70\n", &["short: 1", "b: 2"]),
            (b'x', "14 path=../up\n", &["../up: tar.path", "b: 2"]),
            (b'L', "long\0", &["long: 1", "b: 2"]),
            (b'K', "aim\0", &["short: 1", "b: 2"]),
            (
                b'x',
                "10 size=99\n",
                &["extended: tar.extended_header", "b: 2"],
            ),
            (
                b'x',
                "12 path=abc",
                &["extended: tar.extended_header", "b: 2"],
            ),
            (
                b'x',
                "0 path=abc\n",
                &["extended: tar.extended_header", "b: 2"],
            ),
            (
                b'x',
                "99999999999999999999 a=b\n",
                &["extended: tar.extended_header", "b: 2"],
            ),
        ] {
            let archive = [
                &extended(kind, said)[..],
                &file("short", "1"),
                &file("b", "2"),
                &END,
            ];
            assert_eq!(told(&archive.concat()), found, "{said:?}");
        }
        let long = "x".repeat(usize::try_from(TAR_HEADER_BYTES).expect("small") + 1);
        let archive = [&extended(b'L', &long)[..], &file("short", "1"), &END].concat();
        assert_eq!(told(&archive), ["extended: tar.extended_header"]);
    }

    #[test]
    fn a_damaged_header_costs_its_member_and_a_cut_is_told() {
        let mut damaged = file("a", "1");
        damaged[0] = b'b';
        let archive = [&damaged[..], &file("c", "2"), &END].concat();
        assert_eq!(told(&archive), [": tar.malformed", "c: 2"]);
        assert_eq!(told(&file("a", "1")), ["a: 1", ": tar.cut_off"]);
        assert_eq!(told(&file("a", "1")[..513]), ["a: 1", ": tar.cut_off"]);
        assert_eq!(told(&damaged), [": tar.malformed"]);
        let many = [&header("n", b'0', 0)[..]; 10_001].concat();
        assert_eq!(
            told(&many).last().map(String::as_str),
            Some(": tar.too_many_members")
        );
    }
}
