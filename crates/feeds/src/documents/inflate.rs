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

/// Unpacks what is wrapped as zlib has it, or not wrapped: at most `bytes_max` bytes, put after what is in `out`.
///
/// # Errors
/// It is damaged, or larger; what came before that is in `out` all the same.
pub fn inflate(packed: &[u8], bytes_max: usize, out: &mut Vec<u8>) -> Result<(), InflateFault> {
    let is_zlib = match packed {
        [method, flags, ..] => {
            method & 0x0f == 8 && (u16::from(*method) << 8 | u16::from(*flags)) % 31 == 0
        }
        _ => false,
    };
    let mut rest = if is_zlib { &packed[2..] } else { packed };
    let mut state = Decompress::new(false);
    let mut chunk = [0; CHUNK_BYTES];
    let mut left = bytes_max;
    loop {
        // One byte more than there is room for tells that it is too large.
        let room = CHUNK_BYTES.min(left + 1);
        let (taken, given) = (state.total_in(), state.total_out());
        let status = state.decompress(rest, &mut chunk[..room], FlushDecompress::None);
        let status = status.map_err(|_| Damaged)?;
        let taken = usize::try_from(state.total_in() - taken).map_err(|_| Damaged)?;
        let given = usize::try_from(state.total_out() - given).map_err(|_| Damaged)?;
        rest = &rest[taken..];
        out.extend_from_slice(&chunk[..given.min(left)]);
        left = left.checked_sub(given).ok_or(TooLarge)?;
        if status == Status::StreamEnd {
            return Ok(());
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
        let unpacked = |packed: &[u8], bytes_max| {
            let mut out = Vec::new();
            let end = inflate(packed, bytes_max, &mut out);
            (String::from_utf8(out).expect("letters"), end)
        };
        let text = "hello hello hello hello";
        assert_eq!(unpacked(FIXED, 100), (text.to_owned(), Ok(())));
        assert_eq!(unpacked(FIXED, 22), (text[..22].to_owned(), Err(TooLarge)));
        assert_eq!(unpacked(&FIXED[2..], 23), (text.to_owned(), Ok(())));
        for length in 0..FIXED.len() - 4 {
            let (out, end) = unpacked(&FIXED[..length], 100);
            assert!(end.is_err() && text.starts_with(&out), "cut at {length}");
        }
        let stored = b"\x01\x03\x00\xfc\xffabc";
        assert_eq!(unpacked(stored, 3), ("abc".to_owned(), Ok(())));
        assert_eq!(unpacked(stored, 2), ("ab".to_owned(), Err(TooLarge)));
    }
}
