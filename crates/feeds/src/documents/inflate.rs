//! Unpacking DEFLATE (RFC 1951) and its zlib wrapping (RFC 1950), up to a limit.
//!
//! Slow and small: a bit at a time, canonical codes by counting. What is unpacked is at most what the caller allows.

/// Longest code, in bits.
const CODE_BITS_MAX: usize = 15;

const LENGTH_BASE: [u16; 29] = [
    3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131,
    163, 195, 227, 258,
];
const LENGTH_EXTRA: [u8; 29] = [
    0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0,
];
const DISTANCE_BASE: [u16; 30] = [
    1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537,
    2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577,
];
const DISTANCE_EXTRA: [u8; 30] = [
    0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13,
    13,
];
/// In which order the lengths of the codes for code lengths come (clause 3.2.7).
const ORDER: [usize; 19] = [
    16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15,
];

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

struct Bits<'a> {
    bytes: &'a [u8],
    at: usize,
    bit: u8,
}

impl Bits<'_> {
    fn one(&mut self) -> Result<u16, InflateFault> {
        let byte = *self.bytes.get(self.at).ok_or(Damaged)?;
        let bit = byte >> self.bit & 1;
        self.bit += 1;
        if self.bit == 8 {
            (self.bit, self.at) = (0, self.at + 1);
        }
        Ok(u16::from(bit))
    }

    fn number(&mut self, bits: u8) -> Result<u16, InflateFault> {
        let mut number = 0;
        for place in 0..bits {
            number |= self.one()? << place;
        }
        Ok(number)
    }
}

/// A canonical code: how many codes there are of each length, and the symbols in their order.
struct Code {
    counts: [u16; CODE_BITS_MAX + 1],
    symbols: Vec<u16>,
}

impl Code {
    fn of(lengths: &[u8]) -> Result<Self, InflateFault> {
        let mut counts = [0_u16; CODE_BITS_MAX + 1];
        for length in lengths {
            counts[usize::from(*length)] += 1;
        }
        counts[0] = 0;
        let mut room = 1_i32;
        let mut starts = [0_usize; CODE_BITS_MAX + 2];
        for length in 1..=CODE_BITS_MAX {
            room = room * 2 - i32::from(counts[length]);
            if room < 0 {
                return Err(Damaged);
            }
            starts[length + 1] = starts[length] + usize::from(counts[length]);
        }
        let mut symbols = vec![0; lengths.len()];
        for (symbol, length) in lengths.iter().enumerate() {
            if *length > 0 {
                let start = &mut starts[usize::from(*length)];
                symbols[*start] = u16::try_from(symbol).map_err(|_| Damaged)?;
                *start += 1;
            }
        }
        Ok(Self { counts, symbols })
    }

    fn next(&self, bits: &mut Bits<'_>) -> Result<usize, InflateFault> {
        let (mut code, mut first, mut index) = (0_i32, 0_i32, 0_i32);
        for count in &self.counts[1..] {
            code |= i32::from(bits.one()?);
            let count = i32::from(*count);
            if code - first < count {
                let at = usize::try_from(index + code - first).map_err(|_| Damaged)?;
                return self
                    .symbols
                    .get(at)
                    .map(|symbol| usize::from(*symbol))
                    .ok_or(Damaged);
            }
            index += count;
            first = (first + count) << 1;
            code <<= 1;
        }
        Err(Damaged)
    }
}

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
    let mut bits = Bits {
        bytes: if is_zlib { &packed[2..] } else { packed },
        at: 0,
        bit: 0,
    };
    let mut out = Vec::new();
    loop {
        let is_last = bits.one()? == 1;
        match bits.number(2)? {
            0 => stored(&mut bits, &mut out, bytes_max)?,
            1 => {
                let mut lengths = [8_u8; 288];
                lengths[144..256].fill(9);
                lengths[256..280].fill(7);
                let codes = (Code::of(&lengths)?, Code::of(&[5; 30])?);
                block(&mut bits, &codes, &mut out, bytes_max)?;
            }
            2 => {
                let codes = codes(&mut bits)?;
                block(&mut bits, &codes, &mut out, bytes_max)?;
            }
            _ => return Err(Damaged),
        }
        if is_last {
            return Ok(out);
        }
    }
}

fn stored(bits: &mut Bits<'_>, out: &mut Vec<u8>, bytes_max: usize) -> Result<(), InflateFault> {
    if bits.bit > 0 {
        (bits.bit, bits.at) = (0, bits.at + 1);
    }
    let length = bits.number(16)?;
    if bits.number(16)? != !length {
        return Err(Damaged);
    }
    let end = bits.at + usize::from(length);
    let copied = bits.bytes.get(bits.at..end).ok_or(Damaged)?;
    if out.len() + copied.len() > bytes_max {
        return Err(TooLarge);
    }
    out.extend_from_slice(copied);
    bits.at = end;
    Ok(())
}

/// The codes of a block that brings its own (clause 3.2.7).
fn codes(bits: &mut Bits<'_>) -> Result<(Code, Code), InflateFault> {
    let literals = usize::from(bits.number(5)?) + 257;
    let distances = usize::from(bits.number(5)?) + 1;
    let given = usize::from(bits.number(4)?) + 4;
    if literals > 286 || distances > 30 {
        return Err(Damaged);
    }
    let mut lengths = [0_u8; 19];
    for place in &ORDER[..given] {
        lengths[*place] = u8::try_from(bits.number(3)?).map_err(|_| Damaged)?;
    }
    let code = Code::of(&lengths)?;
    let mut lengths: Vec<u8> = Vec::with_capacity(literals + distances);
    while lengths.len() < literals + distances {
        let (value, times) = match code.next(bits)? {
            16 => (*lengths.last().ok_or(Damaged)?, 3 + bits.number(2)?),
            17 => (0, 3 + bits.number(3)?),
            18 => (0, 11 + bits.number(7)?),
            length => (u8::try_from(length).map_err(|_| Damaged)?, 1),
        };
        lengths.extend(std::iter::repeat_n(value, usize::from(times)));
    }
    if lengths.len() > literals + distances {
        return Err(Damaged);
    }
    let (literal, distance) = lengths.split_at(literals);
    Ok((Code::of(literal)?, Code::of(distance)?))
}

fn block(
    bits: &mut Bits<'_>,
    (literals, distances): &(Code, Code),
    out: &mut Vec<u8>,
    bytes_max: usize,
) -> Result<(), InflateFault> {
    loop {
        let symbol = literals.next(bits)?;
        match symbol {
            0..256 => {
                if out.len() == bytes_max {
                    return Err(TooLarge);
                }
                out.push(u8::try_from(symbol).map_err(|_| Damaged)?);
            }
            256 => return Ok(()),
            _ => {
                let extra = *LENGTH_EXTRA.get(symbol - 257).ok_or(Damaged)?;
                let length = usize::from(LENGTH_BASE[symbol - 257] + bits.number(extra)?);
                let symbol = distances.next(bits)?;
                let extra = *DISTANCE_EXTRA.get(symbol).ok_or(Damaged)?;
                let distance =
                    usize::from(DISTANCE_BASE[symbol]) + usize::from(bits.number(extra)?);
                let from = out.len().checked_sub(distance).ok_or(Damaged)?;
                if out.len() + length > bytes_max {
                    return Err(TooLarge);
                }
                for at in from..from + length {
                    out.push(out[at]);
                }
            }
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
