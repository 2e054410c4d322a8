//! How sources write bands: frequencies (`TD-LTE 2500`, `HSDPA 850 / 1700(AWS)`) and numbers
//! (`1, 3, 78 SA/NSA - Global`).
//!
//! Nothing is guessed: what is not plainly a band or a frequency becomes a remark. Which lists are whole
//! sets is for the reader of each file to say.

use domain::radio::{AccessTechnology, Band, BandClaim, Duplex};

use crate::out::Draft;

/// Frequencies below and above these are no carrier's, in MHz.
const MHZ: std::ops::RangeInclusive<u16> = 300..=60_000;
/// 3GPP TS 45.005 clause 2: the names of the GSM bands that are in use.
const GSM_MHZ: [u16; 11] = [380, 410, 450, 480, 700, 710, 750, 810, 850, 900, 1800];
const PCS_MHZ: u16 = 1900;

/// What one cell says.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Said {
    /// Bands and frequencies.
    pub(crate) claims: Vec<BandClaim>,
    /// Technologies that are named without saying where.
    pub(crate) named: Vec<AccessTechnology>,
    /// Which variant the list is of: `Global`, `SM-G981B`.
    pub(crate) variant: Option<String>,
    /// Words that could not be read as a band.
    pub(crate) remarks: Vec<Remark>,
}

/// A word, and by which rule it was set aside or read.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Remark {
    pub(crate) rule: &'static str,
    pub(crate) word: String,
}

impl Said {
    fn remark(&mut self, rule: &'static str, word: &str) {
        let word = word.to_owned();
        self.remarks.push(Remark { rule, word });
    }

    /// Whether the technology occurs at all.
    pub(crate) fn speaks_of(&self, technology: AccessTechnology) -> bool {
        self.named.contains(&technology)
            || self
                .claims
                .iter()
                .any(|claim| claim.technology() == technology)
    }

    /// Its claims of one technology.
    pub(crate) fn of(&self, technology: AccessTechnology) -> Vec<BandClaim> {
        let claims = self.claims.iter().copied();
        claims
            .filter(|claim| claim.technology() == technology)
            .collect()
    }

    /// Writes the remarks as notes, one for each rule.
    pub(crate) fn note(&self, column: &str, draft: &mut Draft) {
        let mut rules: Vec<&'static str> = Vec::new();
        for remark in &self.remarks {
            if !rules.contains(&remark.rule) {
                rules.push(remark.rule);
            }
        }
        for rule in rules {
            let words = self.remarks.iter().filter(|remark| remark.rule == rule);
            let words: Vec<&str> = words.map(|remark| remark.word.as_str()).collect();
            draft.note(column, rule, &words.join(", "), help(rule));
        }
    }
}

fn help(rule: &'static str) -> &'static str {
    match rule {
        "bands.technology_not_modelled" => {
            "set aside: only GSM, UMTS, TD-SCDMA, LTE and NR bands are kept"
        }
        "bands.no_band" => "the source names no band here, so it says nothing of them",
        "bands.no_frequency" => "the technology is named without a band; none is assumed",
        "bands.misspelt" => "read as UMTS",
        "bands.no_technology" => "a bare number is set aside: it may be of any technology",
        "bands.not_a_frequency" => "set aside: no band goes by it",
        "bands.unknown_frequency" => "kept as printed; no band is known by this frequency",
        _ => "set aside: it could not be read as a band",
    }
}

/// A network's cell: tokens between `/`, each with its own technology: `GSM 900 / TD-LTE 2300`.
pub(crate) fn network(text: &str) -> Said {
    let mut said = Said::default();
    let tokens = text.split('/').map(plain).filter(|token| !token.is_empty());
    for token in tokens {
        match technology_word(&token) {
            Some((Word::Technology(technology, duplex), rest)) => {
                frequency(&mut said, technology, duplex, rest, &token);
            }
            Some((Word::Misspelt(technology), rest)) => {
                said.remark("bands.misspelt", &token);
                frequency(&mut said, technology, Duplex::Any, rest, &token);
            }
            Some((Word::NotModelled, _)) => {
                said.remark("bands.technology_not_modelled", &token);
            }
            Some((Word::NoBand, _)) => said.remark("bands.no_band", &token),
            None if token.bytes().all(|b| b.is_ascii_digit()) => {
                said.remark("bands.no_technology", &token);
            }
            None => said.remark("bands.unread", &token),
        }
    }
    said
}

/// A phone's 2G or 3G cell: one technology, then frequencies: `HSDPA 850 / 1700(AWS) - Global`, joined
/// with others by `&`. `default` is what numbers without a word are of.
pub(crate) fn phone_frequencies(text: &str, default: AccessTechnology) -> Said {
    let (list, variant) = without_suffix(text);
    let mut said = Said {
        variant,
        ..Said::default()
    };
    for part in list.split('&').map(plain) {
        if part.eq_ignore_ascii_case("n/a") {
            continue;
        }
        let mut current = (default, Duplex::Any);
        for token in part.split('/').map(str::trim) {
            if token.is_empty() {
                continue;
            }
            let rest = match technology_word(token) {
                Some((Word::Technology(technology, duplex), rest)) => {
                    current = (technology, duplex);
                    rest
                }
                Some((Word::Misspelt(technology), rest)) => {
                    said.remark("bands.misspelt", token);
                    current = (technology, Duplex::Any);
                    rest
                }
                Some((Word::NotModelled, _)) => {
                    said.remark("bands.technology_not_modelled", token);
                    break;
                }
                Some((Word::NoBand, _)) => {
                    said.remark("bands.no_band", token);
                    continue;
                }
                None => token,
            };
            phone_frequency(&mut said, current, rest, token);
        }
    }
    said
}

fn phone_frequency(
    said: &mut Said,
    (technology, duplex): (AccessTechnology, Duplex),
    rest: &str,
    token: &str,
) {
    // 3GPP TS 25.101 table 5.0: 1700/2100 (AWS) is band 4, where a bare 1700 may be 4, 9 or 10.
    if technology == AccessTechnology::Umts && rest.replace(' ', "") == "1700(AWS)" {
        said.claims.push(BandClaim::Exact(Band::new(technology, 4)));
    } else {
        frequency(said, technology, duplex, rest, token);
    }
}

/// A phone's 4G or 5G cell: `1, 3, B41, 78 SA/NSA - International`. Also reads frequencies
/// (`LTE 800 / 1800`).
pub(crate) fn phone_numbers(text: &str, technology: AccessTechnology) -> Said {
    let (list, variant) = without_suffix(text);
    if let Some((Word::Technology(..), rest)) = technology_word(&list)
        && rest.starts_with(|c: char| c.is_ascii_digit())
    {
        return phone_frequencies(text, technology);
    }
    let mut said = Said {
        variant,
        ..Said::default()
    };
    for token in list.split(',').map(plain) {
        let word = token.split(' ').next().unwrap_or_default();
        let after = token.get(word.len()..).unwrap_or_default();
        match band_number(word, technology) {
            Some(band) if is_mode(after) => said.claims.push(BandClaim::Exact(band)),
            _ if token.is_empty() || token.eq_ignore_ascii_case("n/a") => {}
            _ if is_mode(&token)
                || matches!(technology_word(&token), Some((Word::Technology(..), ""))) =>
            {
                said.named.push(technology);
                said.remark("bands.no_frequency", &token);
            }
            _ if token.to_ascii_lowercase().contains("(unspecified)") => {
                said.named.push(technology);
                said.remark("bands.no_frequency", &token);
            }
            _ => match technology_word(&token) {
                Some((Word::NotModelled, _)) => {
                    said.remark("bands.technology_not_modelled", &token);
                }
                _ => said.remark("bands.unread", &token),
            },
        }
    }
    said
}

/// Whether a text may be a list of bands: it begins with a technology, or with a band number that a comma
/// or nothing follows. Too much is taken for one rather than too little.
pub(crate) fn may_be_list(text: &str) -> bool {
    let (list, _) = without_suffix(text);
    let first = list.split(',').next().unwrap_or_default();
    let number = first.split(' ').next().unwrap_or_default();
    match technology_word(&list) {
        Some((Word::NoBand, _)) => false,
        Some(_) => true,
        None => band_number(number, AccessTechnology::Nr).is_some() && number.len() <= 4,
    }
}

/// `41`, `B41`, `n78`. The highest that is assigned: LTE 113 (TS 36.104 V19), NR 263 (TS 38.104 V19).
pub(crate) fn band_number(word: &str, technology: AccessTechnology) -> Option<Band> {
    let digits = word.strip_prefix(['B', 'b', 'N', 'n']).unwrap_or(word);
    let highest = match technology {
        AccessTechnology::Umts => 32,
        AccessTechnology::Lte => 113,
        AccessTechnology::Nr => 512,
        AccessTechnology::Gsm | AccessTechnology::TdScdma => return None,
    };
    let number = digits
        .bytes()
        .all(|b| b.is_ascii_digit())
        .then(|| digits.parse::<u16>().ok())
        .flatten()?;
    (1..=highest)
        .contains(&number)
        .then(|| Band::new(technology, number))
}

/// `SA/NSA/Sub6`: modes of NR, no bands.
fn is_mode(text: &str) -> bool {
    text.split(['/', ' '])
        .filter(|word| !word.is_empty())
        .all(|word| matches!(word, "SA" | "NSA" | "Sub6" | "mmWave"))
}

/// A frequency as a claim, if there is a band by that name or could be.
pub(crate) fn claim(technology: AccessTechnology, mhz: u16, duplex: Duplex) -> Option<BandClaim> {
    let known = match technology {
        AccessTechnology::Gsm => GSM_MHZ.contains(&mhz) || mhz == PCS_MHZ,
        _ => MHZ.contains(&mhz),
    };
    known.then(|| BandClaim::frequency(technology, mhz, duplex))
}

fn frequency(
    said: &mut Said,
    technology: AccessTechnology,
    duplex: Duplex,
    rest: &str,
    token: &str,
) {
    let upper = rest.trim().to_ascii_uppercase();
    let digits = upper.trim_end_matches("MHZ").trim();
    if digits.is_empty() {
        said.named.push(technology);
        said.remark("bands.no_frequency", token);
        return;
    }
    let mhz = digits.parse::<u16>().ok();
    let number = digits.bytes().all(|b| b.is_ascii_digit());
    match mhz.and_then(|mhz| claim(technology, mhz, duplex)) {
        Some(claim) => {
            if technology != AccessTechnology::TdScdma && claim.candidates().is_empty() {
                said.remark("bands.unknown_frequency", token);
            }
            said.claims.push(claim);
        }
        None if number => said.remark("bands.not_a_frequency", token),
        None => {
            // "5G mmWave": the technology is named, the band is not.
            said.named.push(technology);
            said.remark("bands.unread", token);
        }
    }
}

enum Word {
    Technology(AccessTechnology, Duplex),
    Misspelt(AccessTechnology),
    NotModelled,
    NoBand,
}

/// The word at the start of a token, and what follows it. Longer words first.
fn technology_word(token: &str) -> Option<(Word, &str)> {
    use AccessTechnology::{Gsm, Lte, Nr, TdScdma, Umts};
    const WORDS: [(&str, Word); 41] = [
        ("TD-SCDMA", Word::Technology(TdScdma, Duplex::Any)),
        ("TD-LTE", Word::Technology(Lte, Duplex::Tdd)),
        ("LTE", Word::Technology(Lte, Duplex::Any)),
        ("TD-5G", Word::Technology(Nr, Duplex::Tdd)),
        ("5G", Word::Technology(Nr, Duplex::Any)),
        ("NR", Word::Technology(Nr, Duplex::Any)),
        ("GSM-R", Word::NotModelled),
        ("GSM", Word::Technology(Gsm, Duplex::Any)),
        ("UMTS-TDD", Word::NotModelled),
        ("UMTS", Word::Technology(Umts, Duplex::Any)),
        ("HSDPA", Word::Technology(Umts, Duplex::Any)),
        ("HSPA", Word::Technology(Umts, Duplex::Any)),
        ("WCDMA", Word::Technology(Umts, Duplex::Any)),
        ("UTMS", Word::Misspelt(Umts)),
        ("CDMA2000", Word::NotModelled),
        ("CDMA", Word::NotModelled),
        ("EVDO", Word::NotModelled),
        ("WIMAX", Word::NotModelled),
        ("IDEN", Word::NotModelled),
        ("TETRA", Word::NotModelled),
        ("SATELLITE MVNO", Word::NoBand),
        ("SATELLITE", Word::NotModelled),
        ("TDMA", Word::NotModelled),
        ("DAMPS", Word::NotModelled),
        ("AMPS", Word::NotModelled),
        ("NAMPS", Word::NotModelled),
        ("PHS", Word::NotModelled),
        ("DMR", Word::NotModelled),
        ("NB-IOT", Word::NotModelled),
        ("PAGING", Word::NotModelled),
        ("CBRS", Word::NotModelled),
        ("UNKNOWN", Word::NoBand),
        ("FULL MVNO", Word::NoBand),
        ("MVNO", Word::NoBand),
        ("MVNE", Word::NoBand),
        ("ANY", Word::NoBand),
        ("TEST", Word::NoBand),
        ("ROAMING SIM", Word::NoBand),
        ("NO CELLULAR", Word::NoBand),
        ("EDGE", Word::NotModelled),
        ("GPRS", Word::NotModelled),
    ];
    WORDS.into_iter().find_map(|(word, meaning)| {
        let start = token.get(..word.len())?;
        let rest = token.get(word.len()..)?;
        let whole = !rest.starts_with(|c: char| c.is_alphabetic());
        (start.eq_ignore_ascii_case(word) && whole)
            .then(|| (meaning, rest.trim_start_matches([' ', '-', '?']).trim()))
    })
}

/// Blanks of every kind become one blank each; trimmed.
fn plain(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// `1, 3 SA/NSA - Global` into list and variant. What a suffix says of SIM slots or of all versions is
/// no variant.
fn without_suffix(text: &str) -> (String, Option<String>) {
    let text = plain(text);
    let Some(at) = text.find(" - ").or_else(|| text.find("- ")) else {
        return (text, None);
    };
    let list = text.get(..at).unwrap_or_default().trim().to_owned();
    let suffix = text.get(at..).unwrap_or_default();
    let suffix = suffix.trim_matches(['-', ' ']);
    let slots = suffix.contains("SIM") || suffix.eq_ignore_ascii_case("all versions");
    let variant = (!slots && !suffix.is_empty()).then(|| suffix.to_owned());
    (list, variant)
}

#[cfg(test)]
mod tests {
    use super::*;
    use AccessTechnology::{Gsm, Lte, Nr, TdScdma, Umts};

    fn words(said: &Said) -> Vec<String> {
        said.claims.iter().map(ToString::to_string).collect()
    }

    fn check(said: &Said, claims: &[&str], rules: &[&str]) {
        assert_eq!(words(said), claims);
        let found: Vec<&str> = said.remarks.iter().map(|remark| remark.rule).collect();
        assert_eq!(found, rules, "{said:?}");
    }

    #[test]
    fn a_networks_frequencies_stay_frequencies_unless_only_one_band_is_meant() {
        check(
            &network("GSM 1900 / LTE 1700 / TD-LTE 2500 / 5G 3500 / LTE 2500"),
            &[
                "GSM 1900",
                "LTE 1700 MHz",
                "LTE B41",
                "NR 3500 MHz",
                "LTE B41",
            ],
            &[],
        );
        check(&network("TD-LTE 2600\u{a0}MHz"), &["LTE TDD 2600 MHz"], &[]);
        check(&network("TD-LTE-2300"), &["LTE B40"], &[]);
        check(&network("LTE450"), &["LTE 450 MHz"], &[]);
        check(&network("TD-5G 2600"), &["NR TDD 2600 MHz"], &[]);
        check(
            &network("GSM 1800/LTE 1800/ LTE 2600/ 5G 2600/ 5G 3800"),
            &[
                "GSM 1800",
                "LTE B3",
                "LTE 2600 MHz",
                "NR 2600 MHz",
                "NR 3800 MHz",
            ],
            &["bands.unknown_frequency"],
        );
    }

    #[test]
    fn traps_become_remarks() {
        check(&network("UTMS 2100"), &["UMTS B1"], &["bands.misspelt"]);
        check(&network("LTE 3"), &[], &["bands.not_a_frequency"]);
        check(&network("Unknown"), &[], &["bands.no_band"]);
        check(&network("MVNO"), &[], &["bands.no_band"]);
        check(&network("any"), &[], &["bands.no_band"]);
        check(&network("Unknown 3500"), &[], &["bands.no_band"]);
        check(
            &network("CDMA 850 / CDMA450 / WiMAX / GSM-R 900 / UMTS-TDD 700 / NB-IoT 700"),
            &[],
            &["bands.technology_not_modelled"; 6],
        );
        check(&network("700/1800"), &[], &["bands.no_technology"; 2]);
        check(
            &network("5G mmWave / LTE?"),
            &[],
            &["bands.unread", "bands.no_frequency"],
        );
        let named = network("LTE / 5G");
        check(&named, &[], &["bands.no_frequency"; 2]);
        assert!(named.speaks_of(Lte) && named.speaks_of(Nr) && !named.speaks_of(Gsm));
        check(&network(" / "), &[], &[]);
    }

    #[test]
    fn a_phones_second_and_third_generation_cells() {
        check(
            &phone_frequencies("GSM 850 / 900 / 1800 / 1900 - SIM 1 & SIM 2", Gsm),
            &["GSM 850", "GSM 900", "GSM 1800", "GSM 1900"],
            &[],
        );
        let wide = phone_frequencies(
            "HSDPA 800 / 850 / 900 / 1700(AWS) / 1900 / 2100 - International",
            Umts,
        );
        check(
            &wide,
            &[
                "UMTS 800 MHz",
                "UMTS B5",
                "UMTS B8",
                "UMTS B4",
                "UMTS B2",
                "UMTS B1",
            ],
            &[],
        );
        assert_eq!(wide.variant.as_deref(), Some("International"));
        check(
            &phone_frequencies("HSDPA 850 / 1700 & TD-SCDMA", Umts),
            &["UMTS B5", "UMTS 1700 MHz"],
            &["bands.no_frequency"],
        );
        let china = phone_frequencies("TD-SCDMA - 4G model", Umts);
        assert!(china.speaks_of(TdScdma) && !china.speaks_of(Umts));
        check(&phone_frequencies("N/A", Gsm), &[], &[]);
        check(
            &phone_frequencies("CDMA 800 & TD-SCDMA", Umts),
            &[],
            &["bands.technology_not_modelled", "bands.no_frequency"],
        );
    }

    #[test]
    fn a_phones_fourth_and_fifth_generation_cells() {
        check(
            &phone_numbers("3, 7, 38, B40", Lte),
            &["LTE B3", "LTE B7", "LTE B38", "LTE B40"],
            &[],
        );
        let nr = phone_numbers("1, 77, 78 SA/NSA/Sub6- International", Nr);
        check(&nr, &["NR n1", "NR n77", "NR n78"], &[]);
        assert_eq!(nr.variant.as_deref(), Some("International"));
        check(&phone_numbers("SA/NSA", Nr), &[], &["bands.no_frequency"]);
        check(
            &phone_numbers("LTE - international model", Lte),
            &[],
            &["bands.no_frequency"],
        );
        check(
            &phone_numbers("LTE (unspecified)", Lte),
            &[],
            &["bands.no_frequency"],
        );
        check(&phone_numbers("N/A", Lte), &[], &[]);
        check(
            &phone_numbers("LTE 800 / 1800", Lte),
            &["LTE 800 MHz", "LTE B3"],
            &[],
        );
        check(
            &phone_numbers("1, 900, many", Lte),
            &["LTE B1"],
            &["bands.unread"; 2],
        );
        check(
            &phone_numbers("CDMA2000 1x", Lte),
            &[],
            &["bands.technology_not_modelled"],
        );
    }
}
