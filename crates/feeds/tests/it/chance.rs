//! Chance that can be had again: a seed gives the same throws on every machine.

/// SplitMix64: small, and good enough to choose test cases with.
#[derive(Clone, Debug)]
pub struct Chance {
    state: u64,
}

impl Chance {
    pub const fn of(seed: u64) -> Self {
        Self { state: seed }
    }

    pub const fn bits(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`, which is not zero.
    pub fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.bits() % end as u64).expect("it is below a length")
    }

    pub fn one<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }

    pub fn is_one_in(&mut self, of: usize) -> bool {
        self.below(of) == 0
    }
}

/// A number that a person may set from outside.
///
/// # Panics
/// It is set and is no number: a run that was asked for must not quietly be another.
pub fn setting(name: &str) -> Option<u64> {
    #[expect(
        clippy::disallowed_methods,
        reason = "how a test is told its counts and its seed"
    )]
    let value = std::env::var(name).ok().filter(|value| !value.is_empty());
    value.map(|value| {
        let number = value.parse();
        number.unwrap_or_else(|_| panic!("{name} is {value:?}, which is no number"))
    })
}

const WORDS: [&[u8]; 34] = [
    b"\"",
    b"\"\"",
    b"'",
    b"\"\"\"",
    b",",
    b";",
    b"\t",
    b"|",
    b"{",
    b"}",
    b"[",
    b"]",
    b"<",
    b">",
    b"&",
    b"\\",
    b"<item>",
    b"</item>",
    b"<![CDATA[",
    b"<!--",
    b"]]>",
    b"<!DOCTYPE x [",
    b"\n",
    b"\r",
    b"\0",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"\xe2\x80\xae",
    b"\xf0\x9f",
    b"99999999999999999999",
    b"-1",
    b"1e309",
    b"\xef\xbc\x9d",
    b"null",
];

/// Spoils bytes in one way of many, in place.
pub fn spoil(bytes: &mut Vec<u8>, chance: &mut Chance) {
    let at = chance.below(bytes.len() + 1);
    let length = 1 + chance.below(24);
    let end = (at + length).min(bytes.len());
    match chance.below(10) {
        0 => {
            if let Some(byte) = bytes.get_mut(at) {
                *byte ^= 1 << chance.below(8);
            }
        }
        1 => {
            if let Some(byte) = bytes.get_mut(at) {
                *byte = chance.bits().to_le_bytes()[0];
            }
        }
        2 => {
            bytes.drain(at..end);
        }
        3 => bytes.truncate(at),
        4 => {
            let again = bytes[at..end].to_vec();
            bytes.splice(end..end, again);
        }
        5 => {
            // Two pieces change places.
            let piece: Vec<u8> = bytes.drain(at..end).collect();
            let to = chance.below(bytes.len() + 1);
            bytes.splice(to..to, piece);
        }
        6 => {
            // Every quote twice, or none.
            let twice = chance.is_one_in(2);
            let quotes = std::mem::take(bytes).into_iter();
            *bytes = quotes
                .flat_map(|byte| {
                    let count = match byte {
                        b'"' if twice => 2,
                        b'"' => 0,
                        _ => 1,
                    };
                    std::iter::repeat_n(byte, count)
                })
                .collect();
        }
        7 => {
            let size = *chance.one(&[30, 300, 3_000, 30_000]);
            let filler = *chance.one(b"9a \"'<{\\");
            bytes.splice(at..at, std::iter::repeat_n(filler, size));
        }
        _ => {
            let word = *chance.one(&WORDS);
            bytes.splice(at..at, word.iter().copied());
        }
    }
}
