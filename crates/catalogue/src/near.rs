//! Near misses: which known names are close to one that is not known.

/// At most this many are offered.
pub const NEAR_MAX: usize = 5;

/// The names closest to `wanted`, closest first; none that differ in more than a third of it.
///
/// Cost: one edit distance a name, each at most `wanted.len() * name.len()` steps.
pub fn near<'a>(wanted: &str, names: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let wanted: Vec<char> = wanted.chars().collect();
    let most = (wanted.len() / 3).max(1);
    let mut found: Vec<(usize, &str)> = names
        .filter(|name| name.len().abs_diff(wanted.len()) <= most * 2)
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

/// Levenshtein distance, with a swap of neighbours as one step.
fn distance(wanted: &[char], name: &str) -> usize {
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
}
