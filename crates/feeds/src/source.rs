//! How the bytes of a file become text: unpacked, decoded, measured, within limits, as a stream.
//!
//! Knows Zstandard and byte order marks, not what the text says.

use std::cell::{Cell, RefCell};
use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::path::PathBuf;
use std::rc::Rc;

use sha2::{Digest, Sha256};

use crate::FileError;
use crate::limits::{FILE_BYTES, PACKED_FREE_BYTES, PACKED_RATIO};
use crate::tar::is_tar;

/// How much of the unpacked file decides which kind it is.
pub(crate) const HEAD_BYTES: usize = 64 * 1024;
/// How much of the file as given is read at once. What a packed file may unpack to is measured by it, so it is
/// small: [`PACKED_RATIO`] times it is less than [`PACKED_FREE_BYTES`].
const GIVEN_BYTES: usize = 16 * 1024;
const _: () = assert!(GIVEN_BYTES as u64 * PACKED_RATIO < PACKED_FREE_BYTES);
const ZSTD_MAGIC: [u8; 4] = [0x28, 0xB5, 0x2F, 0xFD];
/// 128 MiB of window, the most that `zstd` unpacks without being asked to.
const ZSTD_WINDOW_LOG: u32 = 27;

/// What has been seen of the file as given. Shared between the innermost reader and the row writer.
#[derive(Default)]
pub(crate) struct Tally {
    bytes: Cell<u64>,
    sha: RefCell<Sha256>,
    read_failed: Cell<bool>,
}

impl Tally {
    pub(crate) fn bytes(&self) -> u64 {
        self.bytes.get()
    }

    pub(crate) fn sha256(&self) -> String {
        let digest = self.sha.borrow().clone().finalize();
        digest.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// An opened file: its text as UTF-8 (unless its bytes are not), its head, its tally.
pub(crate) struct Source<'a> {
    pub(crate) text: Box<dyn BufRead + 'a>,
    pub(crate) head: String,
    pub(crate) tally: Rc<Tally>,
    packed: bool,
    file: String,
}

impl<'a> Source<'a> {
    pub(crate) fn open(file: &str, raw: impl Read + 'a) -> Result<Self, FileError> {
        let tally = Rc::new(Tally::default());
        let counted = Counted {
            inner: raw,
            tally: Rc::clone(&tally),
        };
        let mut buffered = BufReader::with_capacity(GIVEN_BYTES, counted);
        let packed = buffered
            .fill_buf()
            .map(|seen| seen.starts_with(&ZSTD_MAGIC))
            .map_err(|error| file_error(file, false, &tally, &error))?;
        let mut plain: Box<dyn Read + 'a> = if packed {
            let decoder = zstd::stream::read::Decoder::with_buffer(buffered)
                .and_then(|mut decoder| {
                    decoder.window_log_max(ZSTD_WINDOW_LOG)?;
                    Ok(decoder)
                })
                .map_err(|error| file_error(file, true, &tally, &error))?;
            Box::new(Limited::new(decoder, Some(Rc::clone(&tally))))
        } else {
            Box::new(Limited::new(buffered, None))
        };
        let mut head = Vec::new();
        plain
            .by_ref()
            .take(HEAD_BYTES as u64)
            .read_to_end(&mut head)
            .map_err(|error| file_error(file, packed, &tally, &error))?;
        let head_text = decode_head(&head);
        let (encoding, mark) = encoding_of(&head);
        let mut rest = Cursor::new(head);
        rest.set_position(mark as u64);
        let whole = rest.chain(plain);
        let text: Box<dyn BufRead + 'a> = match encoding {
            None => Box::new(BufReader::with_capacity(HEAD_BYTES, whole)),
            Some(encoding) => Box::new(BufReader::with_capacity(
                HEAD_BYTES,
                Transcoded::new(whole, encoding),
            )),
        };
        Ok(Self {
            text,
            head: head_text,
            tally,
            packed,
            file: file.to_owned(),
        })
    }

    /// Reads what a reader left over, so that the tally is of the whole file.
    pub(crate) fn drain(&mut self) -> io::Result<()> {
        loop {
            let seen = self.text.fill_buf()?.len();
            if seen == 0 {
                return Ok(());
            }
            self.text.consume(seen);
        }
    }

    pub(crate) fn error(&self, error: &io::Error) -> FileError {
        file_error(&self.file, self.packed, &self.tally, error)
    }
}

fn file_error(file: &str, packed: bool, tally: &Tally, error: &io::Error) -> FileError {
    if error.get_ref().is_some_and(|inner| inner.is::<PastLimit>()) {
        FileError::TooBig {
            file: file.to_owned(),
            limit: FILE_BYTES,
        }
    } else if packed && !tally.read_failed.get() {
        FileError::BadCompression {
            file: file.to_owned(),
            reason: error.to_string(),
        }
    } else {
        FileError::Unreadable {
            path: PathBuf::from(file),
            reason: error.to_string(),
        }
    }
}

/// The head as text, whatever its encoding; broken characters become U+FFFD.
pub(crate) fn decode_head(head: &[u8]) -> String {
    let (encoding, mark) = encoding_of(head);
    let bytes = head.get(mark..).unwrap_or_default();
    let encoding = encoding.unwrap_or(encoding_rs::UTF_8);
    encoding.decode_without_bom_handling(bytes).0.into_owned()
}

/// The encoding if it is not UTF-8, and how long the byte order mark is.
fn encoding_of(head: &[u8]) -> (Option<&'static encoding_rs::Encoding>, usize) {
    match head {
        // The headers of an archive hold zeros; its members are texts of their own.
        _ if is_tar(head) => (None, 0),
        [0xFF, 0xFE, ..] => (Some(encoding_rs::UTF_16LE), 2),
        [0xFE, 0xFF, ..] => (Some(encoding_rs::UTF_16BE), 2),
        [0xEF, 0xBB, 0xBF, ..] => (None, 3),
        // No mark, but every file that is read here begins with an ASCII character.
        [first, 0, ..] if *first != 0 => (Some(encoding_rs::UTF_16LE), 0),
        [0, second, ..] if *second != 0 => (Some(encoding_rs::UTF_16BE), 0),
        _ => (None, 0),
    }
}

struct Counted<R> {
    inner: R,
    tally: Rc<Tally>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(into).inspect_err(|error| {
            let passing = error.kind() == io::ErrorKind::Interrupted;
            self.tally.read_failed.set(!passing);
        })?;
        self.tally.bytes.set(self.tally.bytes.get() + read as u64);
        let seen = into.get(..read).unwrap_or_default();
        self.tally.sha.borrow_mut().update(seen);
        Ok(read)
    }
}

#[derive(Debug, thiserror::Error)]
#[error("more than {FILE_BYTES} bytes")]
struct PastLimit;

#[derive(Debug, thiserror::Error)]
#[error("it unpacks to more than {PACKED_RATIO} times its size")]
struct Bomb;

struct Limited<R> {
    inner: R,
    read: u64,
    /// Of a packed file: what has been read of it as given.
    packed: Option<Rc<Tally>>,
}

impl<R> Limited<R> {
    fn new(inner: R, packed: Option<Rc<Tally>>) -> Self {
        Self {
            inner,
            read: 0,
            packed,
        }
    }
}

impl<R: Read> Read for Limited<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(into)?;
        self.read += read as u64;
        if self.read > FILE_BYTES {
            return Err(io::Error::other(PastLimit));
        }
        if let Some(packed) = &self.packed
            && self.read > PACKED_FREE_BYTES
            && self.read > packed.bytes().saturating_mul(PACKED_RATIO)
        {
            return Err(io::Error::other(Bomb));
        }
        Ok(read)
    }
}

/// Any encoding in, UTF-8 out; what cannot be decoded becomes U+FFFD.
pub(crate) struct Transcoded<R> {
    inner: R,
    decoder: encoding_rs::Decoder,
    raw: Vec<u8>,
    ready: Vec<u8>,
    given: usize,
    ended: bool,
}

impl<R: Read> Transcoded<R> {
    pub(crate) fn new(inner: R, encoding: &'static encoding_rs::Encoding) -> Self {
        Self {
            inner,
            decoder: encoding.new_decoder_without_bom_handling(),
            raw: vec![0; HEAD_BYTES],
            ready: Vec::new(),
            given: 0,
            ended: false,
        }
    }

    fn refill(&mut self) -> io::Result<()> {
        self.ready.clear();
        self.given = 0;
        while self.ready.is_empty() && !self.ended {
            let read = self.inner.read(&mut self.raw)?;
            self.ended = read == 0;
            let seen = self.raw.get(..read).unwrap_or_default();
            let room = self.decoder.max_utf8_buffer_length(read).unwrap_or(0);
            self.ready.resize(room, 0);
            let (_, _, written, _) = self
                .decoder
                .decode_to_utf8(seen, &mut self.ready, self.ended);
            self.ready.truncate(written);
        }
        Ok(())
    }
}

impl<R: Read> Read for Transcoded<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.given == self.ready.len() {
            self.refill()?;
        }
        let left = self.ready.get(self.given..).unwrap_or_default();
        let count = left.len().min(into.len());
        for (to, from) in into.iter_mut().zip(left) {
            *to = *from;
        }
        self.given += count;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> String {
        let mut source = Source::open("f", bytes).expect("opens");
        let mut text = String::new();
        source.text.read_to_string(&mut text).expect("reads");
        text
    }

    #[test]
    fn text_is_the_same_in_every_encoding_packed_or_plain() {
        let said = "Retail,飛馬 ™\r\n";
        let le: Vec<u8> = [0xFF, 0xFE]
            .into_iter()
            .chain(said.encode_utf16().flat_map(u16::to_le_bytes))
            .collect();
        let be: Vec<u8> = [0xFE, 0xFF]
            .into_iter()
            .chain(said.encode_utf16().flat_map(u16::to_be_bytes))
            .collect();
        let marked = format!("\u{FEFF}{said}").into_bytes();
        for bytes in [said.as_bytes(), &le, &be, &marked] {
            assert_eq!(read(bytes), said);
            assert_eq!(decode_head(bytes), said);
            let packed = zstd::encode_all(bytes, 3).expect("packs");
            assert_eq!(read(&packed), said);
        }
    }

    #[test]
    fn the_tally_is_of_the_file_as_given() {
        let packed = zstd::encode_all(&b"abc"[..], 3).expect("packs");
        let mut source = Source::open("f", &packed[..]).expect("opens");
        source.drain().expect("drains");
        assert_eq!(source.tally.bytes(), packed.len() as u64);
        let mut plain = Source::open("f", &b"abc"[..]).expect("opens");
        plain.drain().expect("drains");
        // FIPS 180-2, appendix B.1.
        assert_eq!(
            plain.tally.sha256(),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }

    #[test]
    fn a_bomb_and_a_broken_stream_are_refused() {
        let mut source = Source::open("f", io::repeat(b'a').take(FILE_BYTES + 1)).expect("opens");
        let error = source.drain().expect_err("too big");
        assert!(matches!(source.error(&error), FileError::TooBig { .. }));

        let mut encoder = zstd::stream::Encoder::new(Vec::new(), 3).expect("encoder");
        io::copy(
            &mut io::repeat(b'a').take(8 * PACKED_FREE_BYTES),
            &mut encoder,
        )
        .expect("packs");
        let bomb = encoder.finish().expect("packs");
        let mut source = Source::open("f", &bomb[..]).expect("opens");
        let error = source.drain().expect_err("a bomb");
        let error = source.error(&error).to_string();
        assert!(error.contains("more than 200 times"), "{error}");
        // As much as any file may have.
        let small = usize::try_from(PACKED_FREE_BYTES).expect("small");
        let small = zstd::encode_all(&vec![b'a'; small][..], 3).expect("packs");
        assert!(
            Source::open("f", &small[..])
                .and_then(|mut s| s.drain().map_err(|e| s.error(&e)))
                .is_ok()
        );

        let packed = zstd::encode_all(&vec![7; 1_000_000][..], 3).expect("packs");
        let cut = packed.get(..packed.len() - 5).expect("longer");
        let result = Source::open("f", cut)
            .and_then(|mut source| source.drain().map_err(|error| source.error(&error)));
        assert!(matches!(result, Err(FileError::BadCompression { .. })));
    }
}
