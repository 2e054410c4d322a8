//! Which known devices does one title speak of, and how surely?
//!
//! The rules and their points are at the head of [`super`]. Completes nothing that the title leaves out.

use std::collections::{BTreeMap, HashSet};

use super::unlisted::with_variants;
use super::{
    CANDIDATES_MAX, Candidate, Device, GENERATIONS, How, Matcher, Mention, OTHER_BRAND_NAMES_MIN,
    Reading, SCORE_MIN, features, goes_on, is_digit, is_figure, is_mixed, is_variant, is_year,
    only,
};
use crate::words::Words;

const CODE: i32 = 90;
const NAME_OF_LETTERS_AND_DIGITS: i32 = 45;
const NAME_OF_WORDS: i32 = 40;
const NAME_PLAIN: i32 = 20;
/// For each word of a name after the first.
const NAME_WORD: i32 = 5;
const BRAND: i32 = 30;
const BRAND_RIGHT_BEFORE: i32 = 20;
const ONE_BRAND_ONLY: i32 = 20;
/// A brand is said, and it is another one.
const OTHER_BRAND: i32 = -60;
const WITHOUT_FAMILY: i32 = -5;
/// The title says the year in which the device came out, or another.
const ITS_YEAR: i32 = 20;
const OTHER_YEAR: i32 = -30;

const PART_NUMBER_CHARS_MIN: usize = 8;
const PART_NUMBER_DIGITS_MIN: usize = 6;
const NAME_WORDS_MAX: usize = 7;
/// A code to which a shop added letters has at least this many without them.
const CODE_CHARS_MIN: usize = 5;

/// Where a brand stands in a title.
pub(super) struct Said {
    pub(super) from: usize,
    pub(super) to: usize,
    /// Where the name may begin: after the brand and the shop's or the maker's own numbers.
    pub(super) next: usize,
    pub(super) brand: u32,
}

/// A title, and what is asked of it again and again.
struct Title<'a> {
    words: &'a Words,
    said: &'a [Said],
    /// Where years and generations stand, with which a name may go on.
    more: Vec<usize>,
}

struct Hit {
    from: usize,
    to: usize,
    device: u32,
    score: i32,
    by_code: bool,
    /// Whether the title says a variant of this name that is not it.
    is_neighbour: bool,
}

impl Matcher {
    /// What a title means.
    ///
    /// Cost: at most seven look-ups a word; nothing is compared with every name.
    #[must_use]
    pub fn read(&self, title: &str) -> Reading {
        let words = Words::new(title);
        let said = self.brands_said(&words);
        let more = (0..words.len())
            .filter(|n| is_year(words.at(*n)) || GENERATIONS.contains(&words.at(*n)))
            .collect();
        let mut hits = self.hits(&Title {
            words: &words,
            said: &said,
            more,
        });
        let spans: Vec<(usize, usize)> = hits.iter().map(|hit| (hit.from, hit.to)).collect();
        hits.retain(|hit| {
            !spans.iter().any(|(from, to)| {
                *from <= hit.from && hit.to <= *to && hit.to - hit.from < to - from
            })
        });
        let spans: Vec<(u32, usize)> = hits.iter().map(|hit| (hit.device, hit.from)).collect();
        let neighbour = hits
            .iter()
            .filter(|hit| hit.is_neighbour && hit.score >= SCORE_MIN)
            .max_by_key(|hit| hit.score)
            .map(|hit| {
                let brand = Words::new(&self.devices[hit.device as usize].brand);
                let model = with_variants(&words, hit.from, hit.to);
                format!("{} {model}", brand.joined(0, brand.len()))
            });
        let storage_gb = features::storage_gb(&words);
        let sims = features::sims(&words);
        let candidates = self.candidates_of(&words, hits, storage_gb, sims);
        let is_open = candidates.is_empty();
        let name_at = self.name_at(&candidates, &spans, &said);
        Reading {
            candidates,
            unlisted: match (is_open, neighbour) {
                (false, _) => Vec::new(),
                (true, Some(neighbour)) => vec![neighbour],
                (true, None) => self.unlisted(&words, &said),
            },
            storage_gb,
            sims,
            product_red: features::is_product_red(&words),
            thing: features::thing(&words, name_at),
        }
    }

    /// Where the best candidate's brand or name begins; without a candidate, the first brand or name at all.
    fn name_at(&self, best: &[Candidate], spans: &[(u32, usize)], said: &[Said]) -> usize {
        let best = best.first().map(|best| best.device);
        let names = spans
            .iter()
            .filter(|(device, _)| best.is_none_or(|best| best == *device as usize))
            .map(|(_, from)| *from);
        let brands = said
            .iter()
            .filter(|s| best.is_none_or(|best| self.brand_of[best] == s.brand))
            .map(|s| s.from);
        names.chain(brands).min().unwrap_or(0)
    }

    fn brands_said(&self, words: &Words) -> Vec<Said> {
        let mut said = Vec::new();
        for from in 0..words.len() {
            for to in from + 1..=(from + self.brand_words_max.min(3)).min(words.len()) {
                if let Some(brand) = self.brands.get(words.joined(from, to)) {
                    let next = (to..words.len())
                        .find(|n| !self.is_part_number(words.at(*n)))
                        .unwrap_or(to);
                    said.push(Said {
                        from,
                        to,
                        next,
                        brand: *brand,
                    });
                }
            }
        }
        said
    }

    /// Whether a word is a shop's or a maker's own number, which no list has: `11ne1r01a03`.
    pub(super) fn is_part_number(&self, word: &str) -> bool {
        let is_long = word.len() >= PART_NUMBER_CHARS_MIN && is_mixed(word)
            || word.len() >= PART_NUMBER_DIGITS_MIN && is_figure(word);
        is_long && !self.mentions.contains_key(word)
    }

    fn hits(&self, title: &Title<'_>) -> Vec<Hit> {
        let Title { words, said, .. } = title;
        let measures: Vec<bool> = (0..words.len())
            .map(|n| features::is_measure(words, n))
            .collect();
        let mut hits = Vec::new();
        for from in 0..words.len() {
            for to in from + 1..=(from + NAME_WORDS_MAX).min(words.len()) {
                let follows_brand = to - from == 1 && said.iter().any(|s| s.next == from);
                if measures[to - 1] && !(follows_brand && features::is_bare_decimal(words, from)) {
                    break;
                }
                let text = words.joined(from, to);
                let is_past = text.len() > self.reach(text);
                let mentions = if is_past {
                    None
                } else {
                    self.mentions.get(text)
                };
                if let Some(mentions) = mentions {
                    self.score(title, (from, to), mentions, &mut hits);
                } else if to - from <= 2 {
                    self.codes_with_more(title, (from, to), &mut hits);
                } else if is_past {
                    break;
                }
            }
        }
        hits
    }

    /// A code to which a shop added letters: `a530fzvabtu`.
    fn codes_with_more(&self, title: &Title<'_>, span: (usize, usize), hits: &mut Vec<Hit>) {
        let words = title.words;
        let text = words.joined(span.0, span.1);
        // Letters that a shop adds are joined to a code's last figures; a word after them is a colour.
        if text.len() < 8 || !text.is_ascii() || !is_mixed(words.at(span.1 - 1)) {
            return;
        }
        let letters = text
            .bytes()
            .rev()
            .take_while(u8::is_ascii_alphabetic)
            .count();
        for end in (text.len() - letters..text.len())
            .rev()
            .filter(|end| *end >= CODE_CHARS_MIN)
        {
            if let Some(mentions) = self.mentions.get(&text[..end]) {
                let codes: Vec<Mention> = mentions
                    .iter()
                    .filter(|m| m.how == How::Code)
                    .copied()
                    .collect();
                if !codes.is_empty() {
                    self.score(title, span, &codes, hits);
                    return;
                }
            }
        }
    }

    fn score(
        &self,
        title: &Title<'_>,
        (from, to): (usize, usize),
        mentions: &[Mention],
        hits: &mut Vec<Hit>,
    ) {
        let Title { words, said, .. } = title;
        let text = words.joined(from, to);
        let first = self.brand_of[mentions[0].device as usize];
        let is_one_brand = mentions
            .iter()
            .all(|m| self.brand_of[m.device as usize] == first);
        let is_other_said = said
            .iter()
            .any(|s| s.from < from && self.names_count(s.brand) >= OTHER_BRAND_NAMES_MIN);
        let is_name = mentions.iter().any(|m| m.how == How::Name);
        let is_dated = mentions
            .iter()
            .any(|m| self.undated[m.device as usize].is_some());
        for mention in mentions {
            if is_name && mention.how == How::Code {
                continue;
            }
            if is_dated && self.has_dated(mention, mentions) {
                continue;
            }
            let brand = self.brand_of[mention.device as usize];
            let is_said = said.iter().any(|s| s.brand == brand)
                || (from..to).any(|n| self.families.get(words.at(n)) == Some(&brand));
            let is_right_after = said.iter().any(|s| s.brand == brand && s.next == from);
            // What is left of a name, and begins with a mere figure (`3 Pro`), stands right after its brand.
            let begins_plain = is_figure(words.at(from));
            if mention.how == How::Short && !(is_said && (is_right_after || !begins_plain)) {
                continue;
            }
            let mut score = match mention.how {
                How::Code => CODE,
                _ if is_mixed(text) => NAME_OF_LETTERS_AND_DIGITS,
                _ if to - from > 1 => NAME_OF_WORDS,
                _ => NAME_PLAIN,
            };
            if mention.how != How::Code {
                score += NAME_WORD * i32::try_from(to - from - 1).unwrap_or(0);
            }
            if mention.how == How::Short {
                score += WITHOUT_FAMILY;
            }
            if is_said {
                score += BRAND;
            } else if is_other_said {
                score += OTHER_BRAND;
            }
            if is_right_after {
                score += BRAND_RIGHT_BEFORE;
            }
            // `pro 16` may be the end of any name.
            let is_tail = !is_said && is_variant("", words.at(from));
            if is_one_brand && mention.how != How::Short && !is_tail {
                score += ONE_BRAND_ONLY;
            }
            let mut device = mention.device;
            let mut is_neighbour = false;
            if mention.how != How::Code {
                if let Some(with_more) = self.with_more(title, text, (from, to), brand) {
                    device = with_more;
                } else if self.is_other(mention.device, text, words, to) {
                    is_neighbour = true;
                }
            }
            score += self.year_score(device, title, (from, to));
            hits.push(Hit {
                from,
                to,
                device,
                score,
                by_code: mention.how == How::Code,
                is_neighbour,
            });
        }
    }

    /// Whether the word after a name makes it another device: not the year in which this one came out, and
    /// not the inches of its screen.
    fn is_other(&self, device: u32, name: &str, words: &Words, at: usize) -> bool {
        let word = words.at(at);
        let is_code = |m: &Mention| m.device == device && m.how == How::Code;
        if goes_on(name, words, at) {
            return !self
                .mentions
                .get(word)
                .is_some_and(|m| m.iter().any(is_code));
        }
        if !is_variant(name, word) || features::is_measure(words, at) {
            return false;
        }
        if is_year(word) {
            let out = self.devices[device as usize].year;
            return out.is_none() || out != word.parse().ok();
        }
        !is_digit(word)
            || ('2'..='9').any(|digit| self.mentions.contains_key(&format!("{name}{digit}")))
    }

    /// Whether a code or name also means the device of the same name with a year, which says more.
    fn has_dated(&self, mention: &Mention, mentions: &[Mention]) -> bool {
        mentions.iter().any(|m| {
            m.how == mention.how && self.undated[m.device as usize] == Some(mention.device)
        })
    }

    fn year_score(&self, device: u32, title: &Title<'_>, (from, to): (usize, usize)) -> i32 {
        let mut years = title.more.iter().filter(|n| **n < from || **n >= to);
        let said: Option<u16> = years.find_map(|n| title.words.at(*n).parse().ok());
        match (said, self.devices[device as usize].year) {
            (Some(said), Some(out)) if said == out => ITS_YEAR,
            (Some(_), Some(_)) => OTHER_YEAR,
            _ => 0,
        }
    }

    /// The device whose name goes on with a year or a generation that stands elsewhere in the title.
    fn with_more(
        &self,
        title: &Title<'_>,
        text: &str,
        (from, to): (usize, usize),
        brand: u32,
    ) -> Option<u32> {
        let mut more = title.more.iter().filter(|n| **n < from || **n >= to);
        more.find_map(|n| {
            let named = self
                .mentions
                .get(&format!("{text}{}", title.words.at(*n)))?;
            let mut of_brand = named
                .iter()
                .filter(|m| self.brand_of[m.device as usize] == brand);
            of_brand.next().map(|m| m.device)
        })
    }

    /// The best mention of each device; a code and a name of the same device add up.
    fn candidates_of(
        &self,
        words: &Words,
        hits: Vec<Hit>,
        storage_gb: Option<u32>,
        sims: Option<u8>,
    ) -> Vec<Candidate> {
        let mut by_device: BTreeMap<u32, Vec<Hit>> = BTreeMap::new();
        for hit in hits.into_iter().filter(|hit| !hit.is_neighbour) {
            by_device.entry(hit.device).or_default().push(hit);
        }
        // Named without its year in one place and with it, or by a code, in another: one device.
        let dated: Vec<(u32, u32)> = by_device
            .keys()
            .filter_map(|dated| Some((*dated, self.undated[*dated as usize]?)))
            .collect();
        for (dated, undated) in dated {
            if let Some(hits) = by_device.remove(&undated) {
                by_device.entry(dated).or_default().extend(hits);
            }
        }
        let mut candidates: Vec<Candidate> = by_device
            .into_iter()
            .map(|(device, hits)| {
                let best = hits.iter().map(|hit| hit.score).max().unwrap_or(0);
                let spans: HashSet<(usize, usize)> =
                    hits.iter().map(|hit| (hit.from, hit.to)).collect();
                let more = i32::try_from(spans.len() - 1).unwrap_or(0).min(1) * 20;
                let mut at: Vec<usize> = spans.iter().flat_map(|(from, to)| *from..*to).collect();
                at.sort_unstable();
                at.dedup();
                let known = &self.devices[device as usize];
                Candidate {
                    device: device as usize,
                    storage_gb: storage_of(known, storage_gb).or_else(|| only(&known.storage_gb)),
                    sims: sims.or_else(|| only(&known.sims)),
                    score: best + more,
                    by_code: hits.iter().any(|hit| hit.by_code),
                    words: at.into_iter().map(|n| words.at(n).to_owned()).collect(),
                }
            })
            .filter(|candidate| candidate.score >= SCORE_MIN)
            .collect();
        candidates.sort_by(|a, b| b.score.cmp(&a.score).then(a.device.cmp(&b.device)));
        candidates.truncate(CANDIDATES_MAX);
        candidates
    }
}

/// The size that a title says of a device, unless it is less than any that the device is made with: then it
/// is the size of the memory.
pub(super) fn storage_of(device: &Device, said_gb: Option<u32>) -> Option<u32> {
    let least = device.storage_gb.first();
    said_gb.filter(|gb| least.is_none_or(|least| gb >= least))
}
