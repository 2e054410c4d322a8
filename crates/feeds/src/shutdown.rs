//! Switched-off technologies in free text: `UMTS shut down July 2022`.
//!
//! Only what is plainly said becomes a fact: the technology first, then "shut down", then a date. Plans
//! ("to shut down"), single frequencies and anything else that speaks of a shutdown become remarks.

use domain::Instant;
use domain::radio::AccessTechnology;
use domain::time::MONTHS;

/// What a text says of one technology's end.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Said {
    /// There is none from `from` on.
    Off {
        technology: AccessTechnology,
        /// The stated day; where only a month or a year is stated, the first day after it.
        from: Instant,
    },
    /// Something was said that is no such fact.
    Unused {
        rule: &'static str,
        /// The words.
        words: String,
    },
}

/// Everything that `text` says of shutdowns of GSM, UMTS, LTE and NR.
pub(crate) fn read(text: &str) -> Vec<Said> {
    // A list may go on after a comma: "GSM shut down Aug 2017, UMTS 2100 – May 2022".
    let mut after_shutdown = false;
    let mut said = Vec::new();
    for clause in text.split([';', ',', '.']).map(str::trim) {
        let lower = clause.to_lowercase();
        let shuts = lower.contains("shut") || (after_shutdown && clause.contains(['–', '-']));
        after_shutdown = shuts;
        let words: Vec<&str> = clause.split_whitespace().collect();
        if !shuts || !words.iter().any(|word| technology(word).is_some()) {
            continue;
        }
        said.push(match plain(&words) {
            Some((technology, from)) => Said::Off { technology, from },
            None => Said::Unused {
                rule: rule(&lower, &words),
                words: clause.to_owned(),
            },
        });
    }
    said
}

fn rule(lower: &str, words: &[&str]) -> &'static str {
    let number = words.get(1).is_some_and(|word| word.parse::<u16>().is_ok());
    if lower.contains("to shut") || lower.contains("to be shut") || lower.contains("planned") {
        "shutdown.planned"
    } else if number {
        "shutdown.one_frequency"
    } else {
        "shutdown.not_plain"
    }
}

fn technology(word: &str) -> Option<AccessTechnology> {
    match word {
        "GSM" | "2G" => Some(AccessTechnology::Gsm),
        "UMTS" | "3G" => Some(AccessTechnology::Umts),
        "LTE" | "4G" => Some(AccessTechnology::Lte),
        "5G" => Some(AccessTechnology::Nr),
        _ => None,
    }
}

fn plain(words: &[&str]) -> Option<(AccessTechnology, Instant)> {
    let (first, rest) = words.split_first()?;
    // "2G" and "3G" may be more than GSM and UMTS.
    let technology = technology(first).filter(|_| !matches!(*first, "2G" | "3G" | "4G"))?;
    let rest = rest.strip_prefix(&["was"]).unwrap_or(rest);
    let rest = rest
        .strip_prefix(&["shut", "down"])
        .or_else(|| rest.strip_prefix(&["shutdown"]))?;
    let rest = rest
        .strip_prefix(&["in"])
        .or_else(|| rest.strip_prefix(&["on"]))
        .unwrap_or(rest);
    Some((technology, first_day_without(rest)?))
}

fn first_day_without(words: &[&str]) -> Option<Instant> {
    let year = |word: &str| {
        let year = word.parse::<u16>().ok();
        year.filter(|year| (1980..2100).contains(year))
    };
    match words {
        [only] => first_day(year(only)? + 1, 1),
        [month, of] => {
            let (year, month) = (year(of)?, month_number(month)?);
            if month == 12 {
                first_day(year + 1, 1)
            } else {
                first_day(year, month + 1)
            }
        }
        [day, month, of] => {
            let day: u8 = day.parse().ok()?;
            let text = format!("{}-{:02}-{day:02}", year(of)?, month_number(month)?);
            text.parse().ok()
        }
        _ => None,
    }
}

fn first_day(year: u16, month: u8) -> Option<Instant> {
    format!("{year}-{month:02}-01").parse().ok()
}

/// By its first three letters: `Dec`, `December`.
fn month_number(word: &str) -> Option<u8> {
    let begins = |month: &&str| {
        let beginning = month.get(..word.len());
        beginning.is_some_and(|beginning| beginning.eq_ignore_ascii_case(word))
    };
    let place = MONTHS
        .iter()
        .position(|month| word.len() >= 3 && begins(month))?;
    u8::try_from(place + 1).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[&str]) {
        let found: Vec<String> = read(text)
            .into_iter()
            .map(|said| match said {
                Said::Off { technology, from } => format!("{technology} {}", from.date()),
                Said::Unused { rule, .. } => rule.to_owned(),
            })
            .collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn only_what_is_plainly_said_is_a_fact() {
        check(
            "Former X. UMTS shut down July 2022, GSM to shut down Apr 2024.",
            &["UMTS 2022-08-01", "shutdown.planned"],
        );
        check("UMTS shut down Dec 2021", &["UMTS 2022-01-01"]);
        check("UMTS shut down on 31 March 2022", &["UMTS 2022-03-31"]);
        check(
            "UMTS shut down 2021, GSM to shut down 2025",
            &["UMTS 2022-01-01", "shutdown.planned"],
        );
        check("GSM shutdown in 2015", &["GSM 2016-01-01"]);
        check(
            "GSM shut down July 2017; UMTS shut down Dec 2018",
            &["GSM 2017-08-01", "UMTS 2019-01-01"],
        );
        check(
            "GSM shut down Aug 2017, UMTS 2100 – May 2022",
            &["GSM 2017-09-01", "shutdown.one_frequency"],
        );
        check("UMTS 2100 shut down Jan 2022", &["shutdown.one_frequency"]);
        check("GSM shutdown started in 2022", &["shutdown.not_plain"]);
        check("Libercom GSM shut down 2018", &["shutdown.not_plain"]);
        check(
            "3G network to be shut down until end of H1 2023",
            &["shutdown.planned"],
        );
        check("GSM shut down 31 Feb 2020", &["shutdown.not_plain"]);
        check(
            "CDMA 850 shut down Nov 2019; shut down May 2016; LTE band 20",
            &[],
        );
    }
}
