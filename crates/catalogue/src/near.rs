//! Near misses: which known names are close to one that is not known.

/// At most this many are offered.
pub const NEAR_MAX: usize = 5;

/// The names closest to `wanted`, closest first; none that differ in more than a third of it.
///
/// Cost: one edit distance for each name that has nearly the same letters, each at most
/// `wanted.len() * name.len()` steps.
pub fn near<'a>(wanted: &str, names: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let wanted: Vec<char> = wanted.chars().collect();
    let most = (wanted.len() / 3).max(1);
    let letters = Letters::of(&wanted);
    let mut found: Vec<(usize, &str)> = names
        .filter(|name| name.len().abs_diff(wanted.len()) <= most * 2)
        .filter(|name| letters.apart(name) <= most)
        .filter_map(|name| {
            let distance = distance(&wanted, name);
            (distance <= most).then_some((distance, name))
        })
        .collect();
    found.sort_unstable();
    found.dedup_by(|a, b| a.1 == b.1);
    found.truncate(NEAR_MAX);
    found.into_iter().map(|(_, name)| name).collect()
}

/// How often each letter occurs. Letters that share a place are counted as one: that can only hide a difference.
struct Letters([i16; Letters::PLACES]);

impl Letters {
    const PLACES: usize = 128;

    fn of(text: &[char]) -> Self {
        let mut counts = [0; Self::PLACES];
        for c in text {
            counts[*c as usize % Self::PLACES] += 1;
        }
        Self(counts)
    }

    /// At least so many steps lie between the two: a step puts in at most one letter and takes out at most one.
    fn apart(&self, name: &str) -> usize {
        let mut counts = self.0;
        for c in name.chars() {
            counts[c as usize % Self::PLACES] -= 1;
        }
        let (mut more, mut less) = (0, 0);
        for count in counts {
            more += count.max(0);
            less += count.min(0);
        }
        usize::from(more.max(-less).unsigned_abs())
    }
}

/// Levenshtein distance, with a swap of neighbours as one step.
#[must_use]
pub fn distance(wanted: &[char], name: &str) -> usize {
    let name: Vec<char> = name.chars().collect();
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=name.len()).collect();
    for (i, a) in wanted.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, b) in name.iter().enumerate() {
            let mut least = (row[j] + 1)
                .min(last[j + 1] + 1)
                .min(last[j] + usize::from(a != b));
            if i > 0 && j > 0 && *a == name[j - 1] && wanted[i - 1] == *b {
                least = least.min(before[j - 1] + 1);
            }
            row.push(least);
        }
        before = std::mem::replace(&mut last, row);
    }
    last[name.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typing_errors_find_their_name() {
        let names = [
            "xiaomi mi 4i",
            "xiaomi mi 4",
            "xiaomi mi note",
            "apple iphone 6",
        ];
        let found = near("xiaomi im 4i", names.into_iter());
        assert_eq!(found.first(), Some(&"xiaomi mi 4i"));
        assert!(near("nokia 3310", names.into_iter()).is_empty());
    }

    #[test]
    fn letters_never_put_names_further_apart_than_steps_do() {
        let names = [
            "",
            "a",
            "ab",
            "ba",
            "abc",
            "acb",
            "xiaomi mi 4i",
            "xiaomi im 4i",
            "mi 4",
            "galaxy s20 plus",
            "galaxi s20",
            "飛馬 4",
            "馬飛 4",
            "s20 s20 s20",
        ];
        for wanted in names {
            let wanted: Vec<char> = wanted.chars().collect();
            for name in names {
                let (apart, steps) = (Letters::of(&wanted).apart(name), distance(&wanted, name));
                assert!(apart <= steps, "{wanted:?} {name:?}: {apart} > {steps}");
            }
        }
    }
}
