//! Radio facts: access technologies, bands, networks' codes, and what a source claims of them.
//!
//! A source that prints "LTE 1900" has not said which band it means; the claim stays what it is
//! ([`BandClaim::Frequency`]) and only its candidates are known. Whether a device fits a network is
//! the gate's question, not this file's.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use crate::ParseError;

/// A radio access technology, oldest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum AccessTechnology {
    /// GSM, GPRS, EDGE (2G).
    Gsm,
    /// UMTS FDD, HSPA (3G).
    Umts,
    /// TD-SCDMA (3G, China).
    TdScdma,
    /// LTE (4G), FDD and TDD.
    Lte,
    /// NR (5G).
    Nr,
}

impl AccessTechnology {
    /// All of them, oldest first.
    pub const ALL: [Self; 5] = [Self::Gsm, Self::Umts, Self::TdScdma, Self::Lte, Self::Nr];

    /// The trade's short name: `GSM`, `UMTS`, `TD-SCDMA`, `LTE`, `NR`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Gsm => "GSM",
            Self::Umts => "UMTS",
            Self::TdScdma => "TD-SCDMA",
            Self::Lte => "LTE",
            Self::Nr => "NR",
        }
    }
}

impl fmt::Display for AccessTechnology {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for AccessTechnology {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        Self::ALL
            .into_iter()
            .find(|technology| technology.name().eq_ignore_ascii_case(text.trim()))
            .ok_or_else(|| {
                ParseError::new(
                    text,
                    "an access technology",
                    "write GSM, UMTS, TD-SCDMA, LTE or NR",
                )
            })
    }
}

/// An operating band of one access technology.
///
/// Shape: GSM by its name in MHz (`GSM 1900`), the others by number (`UMTS B2`, `LTE B41`, `NR n71`).
/// Source: 3GPP TS 45.005 clause 2 (GSM), TS 25.101 table 5.0 (UMTS), TS 36.101 table 5.5-1 (LTE),
/// TS 38.101-1 table 5.2-1 and 38.101-2 table 5.2-1 (NR). Limits: that the number is assigned is not checked.
///
/// ```
/// use domain::radio::Band;
/// let band: Band = "LTE B41".parse()?;
/// assert_eq!(band.to_string(), "LTE B41");
/// assert!("LTE 1900".parse::<Band>().is_err()); // a frequency is not a band
/// # Ok::<(), domain::ParseError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Band {
    technology: AccessTechnology,
    number: u16,
}

impl Band {
    /// The band `number` of `technology`; for GSM the number is its name in MHz.
    #[must_use]
    pub const fn new(technology: AccessTechnology, number: u16) -> Self {
        Self { technology, number }
    }

    /// Its access technology.
    #[must_use]
    pub const fn technology(self) -> AccessTechnology {
        self.technology
    }

    /// Its number; for GSM its name in MHz.
    #[must_use]
    pub const fn number(self) -> u16 {
        self.number
    }

    /// Without the technology: `1900`, `B2`, `n71`.
    #[must_use]
    pub fn short(self) -> String {
        match self.technology {
            AccessTechnology::Gsm => self.number.to_string(),
            AccessTechnology::Nr => format!("n{}", self.number),
            _ => format!("B{}", self.number),
        }
    }
}

impl fmt::Display for Band {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.technology, self.short())
    }
}

impl FromStr for Band {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let fault =
            || ParseError::new(text, "a band", "write GSM 1900, UMTS B2, LTE B41 or NR n71");
        let (technology, short) = text.trim().rsplit_once(' ').ok_or_else(fault)?;
        let technology: AccessTechnology = technology.parse().map_err(|_| fault())?;
        let digits = match technology {
            AccessTechnology::Gsm => Some(short),
            AccessTechnology::Nr => short.strip_prefix(['n', 'N']),
            _ => short.strip_prefix(['b', 'B']),
        };
        let number = digits
            .and_then(|digits| digits.parse().ok())
            .filter(|number| *number > 0)
            .ok_or_else(fault)?;
        Ok(Self { technology, number })
    }
}

/// What a source says of one band: the band itself, or a frequency that several bands may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum BandClaim {
    /// The source names the band.
    Exact(Band),
    /// The source names a frequency.
    Frequency {
        /// Of this technology.
        technology: AccessTechnology,
        /// As printed, in MHz: 1900, 2500.
        mhz: u16,
        /// Which duplex modes it may be.
        duplex: Duplex,
    },
}

/// What a source says of the duplex mode: `TD-LTE 2300` says TDD, `LTE 2300` says nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Duplex {
    /// Not said.
    Any,
    /// Time division.
    Tdd,
}

impl BandClaim {
    /// A frequency as a source prints it. Where only one band can be meant, the claim is that band:
    /// a GSM band is named by its frequency, and `UMTS 1900` is band 2.
    #[must_use]
    pub fn frequency(technology: AccessTechnology, mhz: u16, duplex: Duplex) -> Self {
        if technology == AccessTechnology::Gsm {
            return Self::Exact(Band::new(technology, mhz));
        }
        match candidates(technology, mhz, duplex) {
            [only] => Self::Exact(Band::new(technology, *only)),
            _ => Self::Frequency {
                technology,
                mhz,
                duplex,
            },
        }
    }

    /// Its access technology.
    #[must_use]
    pub const fn technology(&self) -> AccessTechnology {
        match self {
            Self::Exact(band) => band.technology,
            Self::Frequency { technology, .. } => *technology,
        }
    }

    /// The numbers of the bands of its technology that it may be. Empty: a frequency that no band of the technology
    /// is known by.
    #[must_use]
    pub const fn numbers(&self) -> &[u16] {
        match self {
            Self::Exact(band) => std::slice::from_ref(&band.number),
            Self::Frequency {
                technology,
                mhz,
                duplex,
            } => candidates(*technology, *mhz, *duplex),
        }
    }

    /// The bands that it may be, by [`BandClaim::numbers`].
    #[must_use]
    pub fn candidates(&self) -> Vec<Band> {
        let numbers = self.numbers().iter();
        let band = |number: &u16| Band::new(self.technology(), *number);
        numbers.map(band).collect()
    }

    /// Without the technology: `B2`, or `1900 MHz` where the source says no more.
    #[must_use]
    pub fn short(&self) -> String {
        match self {
            Self::Exact(band) => band.short(),
            Self::Frequency { mhz, duplex, .. } => match duplex {
                Duplex::Any => format!("{mhz} MHz"),
                Duplex::Tdd => format!("TDD {mhz} MHz"),
            },
        }
    }
}

impl fmt::Display for BandClaim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exact(band) => band.fmt(f),
            Self::Frequency { technology, .. } => write!(f, "{technology} {}", self.short()),
        }
    }
}

impl FromStr for BandClaim {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        if let Ok(band) = text.parse() {
            return Ok(Self::Exact(band));
        }
        let fault = || {
            ParseError::new(
                text,
                "a band or a frequency",
                "write LTE B41, LTE 1900 MHz or LTE TDD 2300 MHz",
            )
        };
        let (technology, rest) = text.trim().split_once(' ').ok_or_else(fault)?;
        let technology: AccessTechnology = technology.parse().map_err(|_| fault())?;
        let (duplex, rest) = match rest.strip_prefix("TDD ") {
            Some(rest) => (Duplex::Tdd, rest),
            None => (Duplex::Any, rest),
        };
        let mhz = rest
            .trim_end_matches("MHz")
            .trim()
            .parse()
            .map_err(|_| fault())?;
        Ok(Self::frequency(technology, mhz, duplex))
    }
}

/// The bands that a technology's frequency name may stand for.
///
/// Names are those in common use for the bands of TS 25.101 table 5.0, TS 36.101 table 5.5-1 and TS 38.101-1/-2
/// table 5.2-1 (version 19): the downlink, except where the pair is known by its uplink (`1700` for AWS).
const fn candidates(technology: AccessTechnology, mhz: u16, duplex: Duplex) -> &'static [u16] {
    match technology {
        AccessTechnology::Gsm | AccessTechnology::TdScdma => &[],
        AccessTechnology::Umts => match mhz {
            700 => &[12, 13, 14],
            800 => &[6, 19, 20],
            850 => &[5],
            900 => &[8],
            1500 => &[11, 21, 32],
            1700 => &[4, 9, 10],
            1800 => &[3],
            1900 => &[2],
            2100 => &[1],
            2600 => &[7],
            3500 => &[22],
            _ => &[],
        },
        AccessTechnology::Lte => lte_candidates(mhz, duplex),
        AccessTechnology::Nr => match mhz {
            600 => &[71],
            700 => &[12, 13, 14, 28, 29, 67, 85],
            800 => &[18, 20],
            850 => &[5, 26],
            900 => &[8],
            1400 | 1500 => &[50, 51, 74, 75, 76],
            1700 => &[66, 70],
            1800 => &[3],
            1900 => &[2, 25],
            2100 => &[1, 65],
            2300 => &[30, 40],
            2500 => &[41, 90],
            2600 => &[7, 38, 41, 90],
            3500 => &[48, 77, 78],
            3600 | 3700 => &[77, 78],
            4500 | 4700 | 4900 => &[79],
            26000 => &[258],
            28000 => &[257, 261],
            39000 => &[260],
            40000 => &[259],
            _ => &[],
        },
    }
}

const fn lte_candidates(mhz: u16, duplex: Duplex) -> &'static [u16] {
    match (mhz, duplex) {
        (1900, Duplex::Tdd) => &[33, 35, 36, 37, 39],
        (2000, Duplex::Tdd) => &[34],
        (2300, Duplex::Tdd) => &[40],
        (2500, _) => &[41],
        (2600, Duplex::Tdd) => &[38, 41],
        (3500, Duplex::Tdd) => &[42, 48],
        (3600 | 3700, _) => &[43, 48],
        (410, _) => &[87, 88],
        (450, _) => &[31, 72, 73],
        (600, _) => &[71],
        (700, _) => &[12, 13, 14, 17, 28, 29, 67, 68, 85],
        (800, _) => &[18, 19, 20, 27],
        (850, _) => &[5, 26],
        (900, _) => &[8],
        (1400 | 1500, _) => &[11, 21, 32, 45, 50, 51, 74, 75, 76],
        (1600, _) => &[24],
        (1700, _) => &[4, 9, 10, 66],
        (1800, _) => &[3],
        (1900, Duplex::Any) => &[2, 25],
        (2000, Duplex::Any) => &[23, 34],
        (2100, _) => &[1, 65],
        (2300, Duplex::Any) => &[30, 40],
        (2600, Duplex::Any) => &[7, 38, 41, 69],
        (3500, Duplex::Any) => &[22, 42, 48],
        (5000 | 5200, _) => &[46],
        _ => &[],
    }
}

/// What one source says of the bands of one access technology.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BandList {
    /// The technology that this list is about.
    pub technology: AccessTechnology,
    /// What is there, sorted, each once. Empty and exhaustive: there are none.
    pub claims: Vec<BandClaim>,
    /// Whether the source offers the list as the whole set. Absence from a list that is not says nothing.
    pub exhaustive: bool,
}

impl BandList {
    /// A list from claims in any order.
    #[must_use]
    pub fn new(technology: AccessTechnology, mut claims: Vec<BandClaim>, exhaustive: bool) -> Self {
        claims.retain(|claim| claim.technology() == technology);
        claims.sort_unstable();
        claims.dedup();
        Self {
            technology,
            claims,
            exhaustive,
        }
    }
}

/// What one source says of a device's or a network's radio. At most one list per technology; where
/// there is none, the source does not speak.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Radio {
    /// Sorted by technology; shared by all that say the same.
    pub lists: Arc<[BandList]>,
    /// Voice over LTE: whether a device can, or a network offers it; none: not said.
    pub volte: Option<bool>,
}

impl Radio {
    /// From lists in any order; of two lists for one technology the claims are joined, and the result
    /// is exhaustive only if both are.
    #[must_use]
    pub fn new(lists: impl IntoIterator<Item = BandList>, volte: Option<bool>) -> Self {
        let mut joined: Vec<BandList> = Vec::new();
        for list in lists {
            match joined.iter_mut().find(|j| j.technology == list.technology) {
                Some(known) => {
                    let mut claims = std::mem::take(&mut known.claims);
                    claims.extend(list.claims);
                    *known =
                        BandList::new(list.technology, claims, known.exhaustive && list.exhaustive);
                }
                None => joined.push(list),
            }
        }
        joined.sort_by_key(|list| list.technology);
        Self {
            lists: joined.into(),
            volte,
        }
    }

    /// What the source says of `technology`, if anything.
    #[must_use]
    pub fn list(&self, technology: AccessTechnology) -> Option<&BandList> {
        self.lists.iter().find(|list| list.technology == technology)
    }
}

/// A public land mobile network's code: country and network.
///
/// Shape: `310-260`; three digits, a dash, two or three digits. `02` and `002` are different networks.
/// Source: ITU-T E.212; 3GPP TS 23.003, clause 2.2.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Plmn {
    mcc: u16,
    mnc: u16,
    mnc_digits: u8,
}

impl FromStr for Plmn {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
        let parts = text.trim().split_once('-').filter(|(mcc, mnc)| {
            mcc.len() == 3 && matches!(mnc.len(), 2 | 3) && digits(mcc) && digits(mnc)
        });
        let numbers = parts.and_then(|(mcc, mnc)| {
            let mnc_digits = u8::try_from(mnc.len()).ok()?;
            Some((mcc.parse().ok()?, mnc.parse().ok()?, mnc_digits))
        });
        let (mcc, mnc, mnc_digits) = numbers.ok_or_else(|| {
            ParseError::new(
                text,
                "a network code",
                "write the country code, a dash and the network code: 310-260",
            )
        })?;
        Ok(Self {
            mcc,
            mnc,
            mnc_digits,
        })
    }
}

impl fmt::Display for Plmn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = usize::from(self.mnc_digits);
        write!(f, "{:03}-{:0width$}", self.mcc, self.mnc)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn claims_print_and_parse_back() {
        for text in [
            "GSM 1900",
            "UMTS B2",
            "UMTS 1700 MHz",
            "LTE B41",
            "LTE 1900 MHz",
            "LTE TDD 1900 MHz",
            "NR n71",
            "NR 2500 MHz",
        ] {
            let claim: BandClaim = text.parse().expect(text);
            assert_eq!(claim.to_string(), text);
        }
    }

    #[test]
    fn a_frequency_that_only_one_band_has_is_that_band() {
        let umts = BandClaim::frequency(AccessTechnology::Umts, 1900, Duplex::Any);
        assert_eq!(umts.to_string(), "UMTS B2");
        let lte = BandClaim::frequency(AccessTechnology::Lte, 2500, Duplex::Any);
        assert_eq!(lte.to_string(), "LTE B41");
        let open = BandClaim::frequency(AccessTechnology::Lte, 1900, Duplex::Any);
        let bands: Vec<String> = open.candidates().iter().map(|b| b.short()).collect();
        assert_eq!(bands, ["B2", "B25"]);
    }

    #[test]
    fn network_codes_keep_their_digits() {
        let two: Plmn = "310-02".parse().expect("two digits");
        let three: Plmn = "310-002".parse().expect("three digits");
        assert_ne!(two, three);
        assert_eq!(
            (two.to_string(), three.to_string()),
            ("310-02".into(), "310-002".into())
        );
        for bad in ["310", "310-?", "31-260", "310-1900", "310 260"] {
            assert!(bad.parse::<Plmn>().is_err(), "{bad}");
        }
    }

    #[test]
    fn two_lists_of_one_technology_are_joined() {
        let lte = |numbers: &[u16], exhaustive| {
            let claims = numbers
                .iter()
                .map(|n| BandClaim::Exact(Band::new(AccessTechnology::Lte, *n)));
            BandList::new(AccessTechnology::Lte, claims.collect(), exhaustive)
        };
        let radio = Radio::new([lte(&[4, 2], true), lte(&[2, 12], false)], None);
        assert_eq!(*radio.lists, [lte(&[2, 4, 12], false)]);
    }
}
