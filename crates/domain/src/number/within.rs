//! Numbers of units within a text: is there one, and the text without it.
//!
//! For places where an IMEI does not belong and somebody wrote it all the same, right or mistyped. It looks
//! at digits and how they are grouped; whether such a unit exists is not known here.

use std::ops::Range;

/// Digits of a unit's number in its forms: without check digit, with it, with a software version, with both.
const DIGITS: std::ops::RangeInclusive<usize> = 14..=17;
/// Groups in which people write one: `35-209900-176148-1`, `352 099 001 761 481`, `3520 9900 1761 481`.
const GROUPS_MAX: usize = 5;
/// Signs between two groups.
const GAP_CHARS_MAX: usize = 3;
/// From so many hexadecimal digits on, a word with letters is an id or a hash, and its digits are its own.
const HEX_CHARS_MIN: usize = 20;

/// Whether a text holds what reads as the number of a unit: 14 to 17 digits of any script, in one group or a
/// few. A date with its time (`20160201123000`) is none: nothing was ever allocated under 19 or 20.
///
/// ```
/// use domain::number::holds_imei;
/// assert!(holds_imei("my phone 49-015420-323751-8"));
/// assert!(!holds_imei("bands 2 4 5 12 17 25 26 41 66 71"));
/// ```
#[must_use]
pub fn holds_imei(text: &str) -> bool {
    !found(text).is_empty()
}

/// The text with all but the first eight digits of each such number taken away: `49015420…`.
#[must_use]
pub fn without_imeis(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut from = 0;
    for range in found(text) {
        kept.push_str(&text[from..range.start]);
        let digits = text[range.clone()].chars().filter(|c| c.is_numeric());
        kept.extend(digits.take(8));
        kept.push('…');
        from = range.end;
    }
    kept.push_str(&text[from..]);
    kept
}

/// Digits in a row.
struct Group {
    range: Range<usize>,
    digits: usize,
    /// Whether so little stands between it and the group before that they may be one number.
    goes_on: bool,
}

fn found(text: &str) -> Vec<Range<usize>> {
    let groups = groups(text);
    let mut found = Vec::new();
    let mut first = 0;
    while first < groups.len() {
        let last = number_from(&groups[first..]).map(|count| first + count - 1);
        match last {
            Some(last) if !is_date(&text[groups[first].range.clone()]) => {
                found.push(groups[first].range.start..groups[last].range.end);
                first = last + 1;
            }
            _ => first += 1,
        }
    }
    found
}

/// How many groups, from the first on, make a number: 15 digits where that can be had.
fn number_from(groups: &[Group]) -> Option<usize> {
    let mut digits = 0;
    let mut found = None;
    for (index, group) in groups.iter().take(GROUPS_MAX).enumerate() {
        digits += group.digits;
        if (index > 0 && !group.goes_on) || digits > *DIGITS.end() {
            break;
        }
        if DIGITS.contains(&digits) {
            found = Some(index + 1);
        }
        if digits > *DIGITS.start() {
            break;
        }
    }
    found
}

fn is_date(group: &str) -> bool {
    group.starts_with("19") || group.starts_with("20")
}

fn groups(text: &str) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    let mut chars = text.char_indices().peekable();
    // How many separators stood since the last group; none: something else did.
    let mut gap: Option<usize> = None;
    while let Some((start, c)) = chars.next() {
        if !c.is_numeric() {
            gap = gap
                .filter(|_| is_separator(&text[..start], c))
                .map(|chars| chars + 1);
            continue;
        }
        let mut end = start + c.len_utf8();
        let mut digits = 1;
        while let Some((at, c)) = chars.next_if(|(_, c)| c.is_numeric()) {
            end = at + c.len_utf8();
            digits += 1;
        }
        if is_of_a_hash(text, start..end) {
            gap = None;
            continue;
        }
        groups.push(Group {
            range: start..end,
            digits,
            goes_on: gap.is_some_and(|chars| (1..=GAP_CHARS_MAX).contains(&chars)),
        });
        gap = Some(0);
    }
    groups
}

/// Two points are a range, and a new line is another matter.
fn is_separator(before: &str, c: char) -> bool {
    match c {
        '.' => !before.ends_with('.'),
        '\r' | '\n' => false,
        '-' | '/' | '–' | '+' => true,
        c => c.is_whitespace(),
    }
}

/// Whether the digits stand in a long word of hexadecimal digits that has letters too.
fn is_of_a_hash(text: &str, digits: Range<usize>) -> bool {
    let is_hex = |byte: &&u8| byte.is_ascii_hexdigit();
    let bytes = text.as_bytes();
    let before = bytes[..digits.start].iter().rev().take_while(is_hex);
    let after = bytes[digits.end..].iter().take_while(is_hex);
    let around = before.count() + after.count();
    around > 0 && around + digits.len() >= HEX_CHARS_MIN
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_number_is_found_however_people_write_it() {
        for text in [
            "490154203237518",
            "49015420323751",
            "4901542032375186",
            "49015420323751864",
            "49-015420-323751-8",
            "490154/20/323751/8",
            "490 154 203 237 518",
            "4901 5420 3237 518",
            "49.015420.323751.8",
            "49 - 015420 - 323751 - 8",
            "IMEI:490154203237518.",
            "imei490154203237518",
            "device490154203237518",
            "/api/v1/listings/490154203237518",
            "490154203237518 490154203237526",
            "490154203237518/490154203237526",
            "٤٩٠١٥٤٢٠٣٢٣٧٥١٨",
            "４９０１５４２０３２３７５１８",
            "490154203237517",
        ] {
            assert!(holds_imei(text), "{text}");
            let left = without_imeis(text);
            assert!(!left.contains("323751"), "{text}: {left}");
            assert!(!left.contains("237 518"), "{text}: {left}");
            assert!(!holds_imei(&left), "{text}: {left}");
        }
    }

    #[test]
    fn what_is_no_unit_is_left_as_it_is() {
        for text in [
            "",
            "Mi 4i",
            "86763402",
            "2015015",
            "+1 202 555 0123",
            "20160201123000",
            "2016-02-01T12:30:00.123Z",
            "2016-02-01 2016-03-01",
            "bands 2 4 5 12 17 25 26 41 66 71",
            "8901260123456789012",
            "18446744073709551616",
            "ls-1234567890123456789abcde",
            "ls-abcde1234567890123456789",
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            "1479999999999",
            "LTE B22: 3500000..3590000 kHz",
            "35000000\n35000001",
        ] {
            assert!(!holds_imei(text), "{text}");
            assert_eq!(without_imeis(text), text);
        }
    }

    proptest! {
        #[test]
        fn what_is_left_of_any_text_holds_none(text in "[ 0-9a-f/x.-]{0,60}|\\PC{0,40}") {
            let left = without_imeis(&text);
            prop_assert_eq!(holds_imei(&text), left != text);
        }
    }
}
