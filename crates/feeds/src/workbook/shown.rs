//! Numbers as a person sees them: `8806085123457` and not `8.806085123457E12`, a day where the cell shows one,
//! `00123` where the cell pads. Digits are moved as text; nothing passes through a float.

use domain::Instant;

/// Digits that a spreadsheet shows of a number; what it stores beyond them is noise.
const DIGITS_MAX: usize = 15;
/// Digits of a number that is written out; one that is longer stays as it is stored.
const WRITTEN_DIGITS_MAX: i32 = 30;
const DAY_SECONDS: u64 = 86_400;
/// Days from 1899-12-30 to 1970-01-01, and from there to 1904-01-01 the other way of counting.
const DAYS_TO_1970: i64 = 25_569;
const DAYS_TO_1904: i64 = 1_462;
/// 9999-12-31.
const DAY_MAX: i64 = 2_958_465;

/// How a cell shows its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// As a number.
    Number,
    /// As a number, with zeros before it up to so many digits.
    Padded(u8),
    /// As a day, a day with its time, or a time.
    Date,
    DateTime,
    Time,
}

impl Format {
    /// Of the formats that have a number and no code (ECMA-376 part 1, 18.8.30).
    pub const fn built_in(id: u32) -> Self {
        match id {
            14..=17 | 27..=31 | 34..=36 | 50..=58 => Self::Date,
            18..=21 | 32 | 33 | 45..=47 => Self::Time,
            22 => Self::DateTime,
            _ => Self::Number,
        }
    }

    /// Of a code as people write it: `yyyy-mm-dd`, `00000`, `#,##0.00 "$"`.
    pub fn of_code(code: &str) -> Self {
        let bare = without_texts(code);
        if bare.eq_ignore_ascii_case("general") {
            return Self::Number;
        }
        let has = |letters: &str| {
            bare.chars()
                .any(|c| letters.contains(c.to_ascii_lowercase()))
        };
        let zeros = bare.len();
        // E is the year of an era only where there is no digit: 0.0E+00 is a number.
        match (has("yd"), has("hs"), has("0#?")) {
            (true, true, _) => Self::DateTime,
            (true, false, _) => Self::Date,
            (false, true, _) => Self::Time,
            (false, false, false) if has("m") => Self::Date,
            _ if zeros > 1 && bare.bytes().all(|byte| byte == b'0') => {
                Self::Padded(u8::try_from(zeros).unwrap_or(u8::MAX).min(DIGITS_MAX as u8))
            }
            _ => Self::Number,
        }
    }
}

/// The first section of a code without what is shown as it stands.
fn without_texts(code: &str) -> String {
    let mut bare = String::new();
    let mut signs = code.chars();
    while let Some(c) = signs.next() {
        match c {
            ';' => break,
            '"' => while signs.next().is_some_and(|c| c != '"') {},
            '[' => {
                // [h] is hours; [Red], [$-409] and [>100] are none.
                let inside: String = signs.by_ref().take_while(|c| *c != ']').collect();
                let is_elapsed = inside
                    .chars()
                    .all(|c| matches!(c, 'h' | 'H' | 'm' | 'M' | 's' | 'S'));
                if is_elapsed {
                    bare.push_str(&inside);
                }
            }
            '\\' | '_' | '*' => {
                signs.next();
            }
            c => bare.push(c),
        }
    }
    bare
}

/// A stored number as it is shown; what is none comes out as it stands.
pub fn number(stored: &str, format: Format, is_1904: bool) -> String {
    let Some(parsed) = Decimal::parse(stored) else {
        return stored.to_owned();
    };
    match format {
        Format::Number => parsed.written(0, stored),
        Format::Padded(digits) => parsed.written(usize::from(digits), stored),
        Format::Date | Format::DateTime | Format::Time => parsed
            .moment(format, is_1904)
            .unwrap_or_else(|| parsed.written(0, stored)),
    }
}

/// A number as digits: `0.digits` times ten to the `point`.
struct Decimal {
    is_negative: bool,
    digits: String,
    point: i32,
}

impl Decimal {
    fn parse(text: &str) -> Option<Self> {
        let (is_negative, rest) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (mantissa, exponent) = match rest.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent.parse::<i16>().ok()?),
            None => (rest, 0),
        };
        let (whole, part) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if whole.len() + part.len() == 0 || !is_digits(whole) || !is_digits(part) {
            return None;
        }
        let all = format!("{whole}{part}");
        let digits = all.trim_start_matches('0');
        let zeros = all.len() - digits.len();
        let point = i32::try_from(whole.len()).ok()? - i32::try_from(zeros).ok()?;
        let mut number = Self {
            is_negative,
            digits: digits.to_owned(),
            point: point + i32::from(exponent),
        };
        number.round();
        Some(number)
    }

    /// To the digits that are shown.
    fn round(&mut self) {
        if self.digits.len() > DIGITS_MAX {
            let is_up = self.digits.as_bytes().get(DIGITS_MAX) >= Some(&b'5');
            self.digits.truncate(DIGITS_MAX);
            if is_up {
                let nines = self.digits.trim_end_matches('9').len();
                self.digits.truncate(nines);
                match self.digits.pop() {
                    Some(last) => self.digits.push(char::from(last as u8 + 1)),
                    None => {
                        self.digits.push('1');
                        self.point += 1;
                    }
                }
            }
        }
        let end = self.digits.trim_end_matches('0').len();
        self.digits.truncate(end);
    }

    /// The digits before the point and behind it.
    fn split(&self) -> (String, String) {
        match usize::try_from(self.point) {
            Err(_) => {
                let zeros = "0".repeat(self.point.unsigned_abs() as usize);
                (String::new(), format!("{zeros}{}", self.digits))
            }
            Ok(point) if point >= self.digits.len() => {
                let zeros = "0".repeat(point - self.digits.len());
                (format!("{}{zeros}", self.digits), String::new())
            }
            Ok(point) => {
                let (whole, part) = self.digits.split_at(point);
                (whole.to_owned(), part.to_owned())
            }
        }
    }

    fn written(&self, digits_least: usize, stored: &str) -> String {
        if self.digits.is_empty() {
            return "0".repeat(digits_least.max(1));
        }
        if self.point.abs() > WRITTEN_DIGITS_MAX {
            return stored.to_owned();
        }
        let (whole, part) = self.split();
        let sign = if self.is_negative { "-" } else { "" };
        let zeros = "0".repeat(digits_least.max(1).saturating_sub(whole.len()));
        let point = if part.is_empty() { "" } else { "." };
        format!("{sign}{zeros}{whole}{point}{part}")
    }

    fn moment(&self, format: Format, is_1904: bool) -> Option<String> {
        if self.is_negative || self.point > 7 || self.point < -9 {
            return None;
        }
        let (whole, part) = self.split();
        let mut days: i64 = if whole.is_empty() {
            0
        } else {
            whole.parse().ok()?
        };
        let part: String = part.chars().chain("000000000".chars()).take(9).collect();
        let billionths: u64 = part.parse().ok()?;
        let mut seconds = (billionths * DAY_SECONDS + 500_000_000) / 1_000_000_000;
        if seconds == DAY_SECONDS {
            (days, seconds) = (days + 1, 0);
        }
        let clock = format!("{:02}:{:02}", seconds / 3_600, seconds / 60 % 60);
        let clock = match seconds % 60 {
            0 => clock,
            rest => format!("{clock}:{rest:02}"),
        };
        if format == Format::Time && days == 0 {
            return Some(clock);
        }
        if is_1904 {
            days += DAYS_TO_1904;
        } else if days < 60 {
            // Day 60 is 1900-02-29, which never was; those before it are counted from a day later.
            days += 1;
        }
        if days > DAY_MAX {
            return None;
        }
        let day = Instant::from_epoch_ms((days - DAYS_TO_1970) * 1_000 * DAY_SECONDS as i64).date();
        Some(match format {
            Format::Date if seconds == 0 => day,
            _ => format!("{day} {clock}"),
        })
    }
}

/// A text with its `_x000D_` resolved (ECMA-376 part 1, 22.9.2.19): how signs that XML does not know are stored.
pub fn unescaped(text: &str) -> String {
    if !text.contains("_x") {
        return text.to_owned();
    }
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("_x") {
        let (before, from) = rest.split_at(at);
        plain.push_str(before);
        let code = from
            .get(2..6)
            .filter(|_| from.as_bytes().get(6) == Some(&b'_'));
        let code = code.and_then(|code| u32::from_str_radix(code, 16).ok());
        match code.and_then(char::from_u32) {
            Some(c) => {
                plain.push(c);
                rest = from.get(7..).unwrap_or_default();
            }
            None => {
                plain.push_str("_x");
                rest = from.get(2..).unwrap_or_default();
            }
        }
    }
    plain.push_str(rest);
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_what_is_seen() {
        for (stored, shown) in [
            ("8.8060851234570005E12", "8806085123457"),
            ("1.0E9", "1000000000"),
            ("199.99000000000001", "199.99"),
            ("0.1", "0.1"),
            ("1E-3", "0.001"),
            ("-12.50", "-12.5"),
            ("999999999999999.9", "1000000000000000"),
            ("0", "0"),
            ("007", "7"),
            ("1E300", "1E300"),
            ("x", "x"),
            ("1.2.3", "1.2.3"),
            ("", ""),
        ] {
            assert_eq!(number(stored, Format::Number, false), shown, "{stored}");
        }
        assert_eq!(number("123", Format::Padded(5), false), "00123");
        assert_eq!(number("0", Format::Padded(3), false), "000");
    }

    #[test]
    fn a_day_is_a_day_and_a_time_a_time() {
        for (stored, format, shown) in [
            // ECMA-376 part 1, 18.17.4.1: 1900-01-01 is 1; 1900-02-28 is 59, 1900-03-01 is 61.
            ("1", Format::Date, "1900-01-01"),
            ("59", Format::Date, "1900-02-28"),
            ("61", Format::Date, "1900-03-01"),
            ("42401", Format::Date, "2016-02-01"),
            ("42401.4375", Format::DateTime, "2016-02-01 10:30"),
            ("0.4375", Format::Time, "10:30"),
            ("42401.500011574", Format::DateTime, "2016-02-01 12:00:01"),
            ("2958466", Format::Date, "2958466"),
            ("-1", Format::Date, "-1"),
        ] {
            assert_eq!(number(stored, format, false), shown, "{stored}");
        }
        // 1904-01-01 is 0 there.
        assert_eq!(number("40939", Format::Date, true), "2016-02-01");
    }

    #[test]
    fn codes_are_told_apart() {
        for (code, format) in [
            ("General", Format::Number),
            ("#,##0.00\\ \"days\"", Format::Number),
            ("[Red]0.00;[$-409]d", Format::Number),
            ("0.0E+00", Format::Number),
            ("yyyy\\-mm\\-dd", Format::Date),
            ("[$-407]d. mmmm yyyy", Format::Date),
            ("mmm", Format::Date),
            ("dd/mm/yyyy hh:mm", Format::DateTime),
            ("[h]:mm", Format::Time),
            ("00000", Format::Padded(5)),
            ("0", Format::Number),
        ] {
            assert_eq!(Format::of_code(code), format, "{code}");
        }
    }

    #[test]
    fn escaped_signs_come_back() {
        assert_eq!(unescaped("a_x000D_b_x005F_x0041_"), "a\rb_x0041_");
        assert_eq!(unescaped("_xyz_ _x00"), "_xyz_ _x00");
    }
}
