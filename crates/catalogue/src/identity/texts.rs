//! Texts by number: each distinct text once, in one piece of memory.
//!
//! Knows nothing of what a text means.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

/// A set of texts, each with its number in the order in which it came; number 0 is the empty text.
#[derive(Debug)]
pub struct Texts {
    all: String,
    /// INVARIANT: rising; text `n` is `ends[n - 1]..ends[n]` of `all`.
    ends: Vec<u32>,
    /// Open addressing; a place holds a number plus one, 0: free. INVARIANT: less than half is taken.
    places: Vec<u32>,
}

impl Default for Texts {
    fn default() -> Self {
        let mut texts = Self {
            all: String::new(),
            ends: Vec::new(),
            places: vec![0; 16],
        };
        texts.number("");
        texts
    }
}

impl Texts {
    /// The number of a text; it is taken in if it is new. Four GiB of text are the limit; what comes after is
    /// the empty text.
    pub fn number(&mut self, text: &str) -> u32 {
        let place = self.place(text);
        if let Some(known) = self.places[place].checked_sub(1) {
            return known;
        }
        let ends = u32::try_from(self.all.len() + text.len());
        let (Ok(end), Ok(number)) = (ends, u32::try_from(self.ends.len())) else {
            return 0;
        };
        self.all.push_str(text);
        self.ends.push(end);
        self.places[place] = number + 1;
        if self.ends.len() * 2 > self.places.len() {
            self.grow();
        }
        number
    }

    /// The number of a text that was taken in.
    #[must_use]
    pub fn find(&self, text: &str) -> Option<u32> {
        self.places[self.place(text)].checked_sub(1)
    }

    /// The text of a number that was given out.
    #[must_use]
    pub fn text(&self, number: u32) -> &str {
        let at = number as usize;
        let start = at.checked_sub(1).map_or(0, |last| self.ends[last]);
        &self.all[start as usize..self.ends[at] as usize]
    }

    /// How many there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.ends.len()
    }

    /// Bytes that they take.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.all.capacity() + 4 * (self.ends.capacity() + self.places.capacity())
    }

    /// Gives back what was kept free for more.
    pub fn shrink(&mut self) {
        self.all.shrink_to_fit();
        self.ends.shrink_to_fit();
    }

    /// Where a text is, or would be.
    fn place(&self, text: &str) -> usize {
        let mut hasher = DefaultHasher::new();
        text.hash(&mut hasher);
        let mask = self.places.len() - 1;
        let mut place = usize::try_from(hasher.finish() & mask as u64).unwrap_or(0);
        loop {
            match self.places[place].checked_sub(1) {
                Some(known) if self.text(known) != text => place = (place + 1) & mask,
                _ => return place,
            }
        }
    }

    fn grow(&mut self) {
        self.places = vec![0; self.places.len() * 2];
        for number in 0..u32::try_from(self.ends.len()).unwrap_or(0) {
            let place = self.place(self.text(number));
            self.places[place] = number + 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_text_keeps_its_number_and_comes_back(input in prop::collection::vec("[ab]{0,6}", 0..200)) {
            let mut texts = Texts::default();
            let numbers: Vec<u32> = input.iter().map(|text| texts.number(text)).collect();
            texts.shrink();
            for (text, number) in input.iter().zip(&numbers) {
                prop_assert_eq!(texts.text(*number), text);
                prop_assert_eq!(texts.find(text), Some(*number));
            }
            let mut distinct = input.clone();
            distinct.push(String::new());
            distinct.sort_unstable();
            distinct.dedup();
            prop_assert_eq!(texts.count(), distinct.len());
            prop_assert_eq!(texts.find("c"), None);
        }
    }
}
