//! Emphasis as marks inside text, columns and numbers, and what a terminal may be shown.
//!
//! A command does not know whether a terminal reads it, so it marks words with control characters that
//! occur in no text; whoever prints turns them into colours or leaves them out. Every other control
//! character is made visible: names and titles come from files of others, and must not command a terminal.

use std::fmt::Write as _;

const BOLD: char = '\u{1}';
const GOOD: char = '\u{2}';
const WARN: char = '\u{3}';
const BAD: char = '\u{4}';
const DIM: char = '\u{5}';
const PLAIN: char = '\u{6}';

/// Of weight.
pub fn bold(text: &str) -> String {
    format!("{BOLD}{text}{PLAIN}")
}

/// As it should be.
pub fn good(text: &str) -> String {
    format!("{GOOD}{text}{PLAIN}")
}

/// Not settled.
pub fn warn(text: &str) -> String {
    format!("{WARN}{text}{PLAIN}")
}

/// Not as it should be.
pub fn bad(text: &str) -> String {
    format!("{BAD}{text}{PLAIN}")
}

/// Beside the point.
pub fn dim(text: &str) -> String {
    format!("{DIM}{text}{PLAIN}")
}

/// `text`, with blanks up to `width` characters as a terminal shows them.
pub fn padded(text: &str, width: usize) -> String {
    let shown = text.chars().filter(|c| !is_mark(*c)).count();
    format!("{text}{}", " ".repeat(width.saturating_sub(shown)))
}

fn is_mark(c: char) -> bool {
    (BOLD..=PLAIN).contains(&c)
}

/// What is written: marks as colours or left out, other control characters made visible.
pub fn shown(text: &str, in_colour: bool) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        let code = match c {
            BOLD => "1",
            GOOD => "32",
            WARN => "33",
            BAD => "31",
            DIM => "2",
            PLAIN => "0",
            '\n' => {
                shown.push(c);
                continue;
            }
            _ if c.is_control() || is_direction(c) => {
                shown.extend(c.escape_unicode());
                continue;
            }
            _ => {
                shown.push(c);
                continue;
            }
        };
        if in_colour {
            // Writing to a String cannot fail.
            let _ = write!(shown, "\u{1b}[{code}m");
        }
    }
    shown
}

/// What is written of JSON: the same characters made visible as JSON writes them, so that it stays JSON.
pub fn shown_in_json(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        if c != '\n' && (c.is_control() || is_direction(c)) {
            // All of them lie below U+10000. Writing to a String cannot fail.
            let _ = write!(shown, "\\u{:04x}", u32::from(c));
        } else {
            shown.push(c);
        }
    }
    shown
}

/// Characters that turn the direction of what follows, and so can make one line read as another.
fn is_direction(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// `45832` as `45,832`.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `1 row`, `2 rows`.
pub fn counted(number: u64, one: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{} {one}{plural}", grouped(number))
}

#[cfg(test)]
mod tests {
    #[test]
    fn json_stays_json_whatever_characters_it_holds() {
        let odd = "a\u{202e}b\u{85}c\u{1b}[2Jd";
        let text =
            serde_json::to_string_pretty(&serde_json::json!({ "name": odd })).expect("writes");
        let shown = super::shown_in_json(&text);
        assert!(!shown.contains(|c: char| c != '\n' && (c.is_control() || super::is_direction(c))));
        let read: serde_json::Value = serde_json::from_str(&shown).expect("is JSON");
        assert_eq!(read["name"], odd);
    }
    use super::*;

    #[test]
    fn marks_are_colours_on_a_terminal_and_nothing_elsewhere() {
        let text = format!("{} and {}", good("yes"), dim("no"));
        assert_eq!(shown(&text, false), "yes and no");
        assert_eq!(
            shown(&text, true),
            "\u{1b}[32myes\u{1b}[0m and \u{1b}[2mno\u{1b}[0m"
        );
        assert_eq!(padded(&bold("ab"), 4), format!("{}  ", bold("ab")));
    }

    #[test]
    fn a_name_from_a_file_cannot_command_the_terminal() {
        assert_eq!(shown("Mi\u{1b}[2J 4i\r", false), "Mi\\u{1b}[2J 4i\\u{d}");
        assert_eq!(shown("abc\u{202e}fed", true), "abc\\u{202e}fed");
    }

    #[test]
    fn numbers_are_grouped_by_thousands() {
        for (number, text) in [(0, "0"), (999, "999"), (1_000, "1,000"), (45_832, "45,832")] {
            assert_eq!(grouped(number), text);
        }
        assert_eq!(counted(1, "row"), "1 row");
        assert_eq!(counted(1_234_567, "row"), "1,234,567 rows");
    }
}
