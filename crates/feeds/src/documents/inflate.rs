//! Unpacking DEFLATE (RFC 1951) and its zlib wrapping (RFC 1950), up to a limit.
//!
//! What is unpacked is at most what the caller allows. The checksum behind a zlib stream is not looked at: what a
//! person can still read of a damaged document is worth reading.

use flate2::{Decompress, FlushDecompress, Status};

/// Unpacked at once.
const CHUNK_BYTES: usize = 16 * 1024;

/// Why something could not be unpacked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InflateFault {
    /// It is not DEFLATE, or ends early.
    #[error("it is damaged, or packed in another way")]
    Damaged,
    /// It would be larger than the caller allows.
    #[error("it unpacks to more than is read")]
    TooLarge,
}

use InflateFault::{Damaged, TooLarge};

/// Unpacks what is wrapped as zlib has it, or not wrapped, to at most `bytes_max` bytes.
///
/// # Errors
/// It is damaged, or larger.
pub fn inflate(packed: &[u8], bytes_max: usize) -> Result<Vec<u8>, InflateFault> {
    let is_zlib = match packed {
        [method, flags, ..] => {
            method & 0x0f == 8 && (u16::from(*method) << 8 | u16::from(*flags)) % 31 == 0
        }
        _ => false,
    };
    let mut rest = if is_zlib { &packed[2..] } else { packed };
    let mut state = Decompress::new(false);
    let mut chunk = [0; CHUNK_BYTES];
    let mut out = Vec::new();
    loop {
        // One byte more than there is room for tells that it is too large.
        let room = CHUNK_BYTES.min(bytes_max - out.len() + 1);
        let (taken, given) = (state.total_in(), state.total_out());
        let status = state.decompress(rest, &mut chunk[..room], FlushDecompress::None);
        let status = status.map_err(|_| Damaged)?;
        let taken = usize::try_from(state.total_in() - taken).map_err(|_| Damaged)?;
        let given = usize::try_from(state.total_out() - given).map_err(|_| Damaged)?;
        rest = &rest[taken..];
        out.extend_from_slice(&chunk[..given]);
        if out.len() > bytes_max {
            return Err(TooLarge);
        }
        if status == Status::StreamEnd {
            return Ok(out);
        }
        if taken == 0 && given == 0 {
            return Err(Damaged);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `import zlib; zlib.compress(...)` of Python 3, level 9.
    const FIXED: &[u8] = b"\x78\xda\xcb\x48\xcd\xc9\xc9\x57\xc8\x40\x27\x01\x68\x03\x08\xb1";

    #[test]
    fn what_was_packed_comes_back_up_to_the_limit() {
        assert_eq!(
            inflate(FIXED, 100).as_deref(),
            Ok(&b"hello hello hello hello"[..])
        );
        assert_eq!(inflate(FIXED, 22), Err(TooLarge));
        assert_eq!(inflate(&FIXED[2..], 23).map(|out| out.len()), Ok(23));
        for length in 0..FIXED.len() - 4 {
            assert!(inflate(&FIXED[..length], 100).is_err(), "cut at {length}");
        }
        let stored = b"\x01\x03\x00\xfc\xffabc";
        assert_eq!(inflate(stored, 3).as_deref(), Ok(&b"abc"[..]));
        assert_eq!(inflate(stored, 2), Err(TooLarge));
    }
}
