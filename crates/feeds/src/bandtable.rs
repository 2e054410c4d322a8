//! 3GPP band tables, each as its columns are: frequencies in MHz or kHz, channel numbers, regions.
//!
//! The header row tells which table it is. A side that a table marks `N/A` is not there. Each row is held
//! against what 3GPP prints; what differs is set aside with a note that has both.

use std::io::{self, BufRead};

use domain::radio::{AccessTechnology, Band};

use crate::out::{Draft, Out};
use crate::standard::{self, Side, Standard};
use crate::table::{Record, Table};
use crate::{BandFact, Fact};

use AccessTechnology::{Gsm, Lte, Nr, TdScdma, Umts};

/// Which table it is, by its columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Layout {
    /// `band,arfcn_first,…`: GSM by channel.
    GsmChannels,
    /// `band,f_ul_low,…,duplex_mode,dl_offset_khz,…`: UMTS.
    Umts,
    /// `band,f_ul_low,f_ul_high,f_dl_low,f_dl_high,duplex_mode`: LTE or NR, by the letter before the number.
    Edges,
    /// `band,f_dl_low,dl_offset,dl_first,…`: LTE channels.
    LteChannels,
    /// `band,dl_low_khz,dl_earfcn_first,…`.
    LteKilohertz,
    /// `band,dl_low_mhz,dl_high_mhz,…`.
    LteDownlink,
    /// `band,dl_low_mhz,…,geo_area`.
    LteRegions,
    /// `rat,band,label,dl_channel_first,dl_channel_last`.
    Channels,
}

impl Layout {
    /// By the header row.
    pub(crate) fn of(columns: &[String]) -> Option<Self> {
        let has = |name: &str| columns.iter().any(|column| column == name);
        let layouts = [
            (
                Self::GsmChannels,
                &["band", "arfcn_first", "arfcn_last"][..],
            ),
            (
                Self::Umts,
                &["band", "f_ul_low", "f_dl_high", "dl_uarfcn_first"],
            ),
            (
                Self::Edges,
                &[
                    "band",
                    "f_ul_low",
                    "f_ul_high",
                    "f_dl_low",
                    "f_dl_high",
                    "duplex_mode",
                ],
            ),
            (
                Self::LteChannels,
                &["band", "f_dl_low", "dl_first", "dl_last", "ul_first"],
            ),
            (
                Self::LteKilohertz,
                &["band", "dl_low_khz", "dl_earfcn_last"],
            ),
            (Self::LteRegions, &["band", "dl_low_mhz", "geo_area"]),
            (Self::LteDownlink, &["band", "dl_low_mhz", "dl_high_mhz"]),
            (
                Self::Channels,
                &["rat", "band", "label", "dl_channel_first"],
            ),
        ];
        layouts
            .into_iter()
            .find_map(|(layout, names)| names.iter().all(|name| has(name)).then_some(layout))
    }
}

pub(crate) fn read(text: &mut dyn BufRead, out: &mut Out<'_>) -> io::Result<()> {
    let mut table = Table::open(text)?;
    let Some(layout) = Layout::of(table.columns()) else {
        return Ok(());
    };
    while let Some(record) = table.next()? {
        if out.full(record.line) {
            return Ok(());
        }
        let mut draft = out.draft(record.line);
        if table.whole(&record, &mut draft)
            && let Some(fact) = band(layout, &table, &record, &mut draft)
        {
            draft.fact(Fact::Band(fact));
        }
        out.push(draft);
    }
    Ok(())
}

struct Cells<'a, 't> {
    layout: Layout,
    table: &'a Table<'t>,
    record: &'a Record,
    /// What 3GPP prints of the row's band.
    standard: Option<Standard>,
}

#[derive(Clone, Copy, PartialEq)]
enum Direction {
    Down,
    Up,
}

impl<'a> Cells<'a, '_> {
    fn get(&self, name: &str) -> &'a str {
        self.record.get(self.table.column(name))
    }

    fn side(&self, direction: Direction) -> Option<&Side> {
        let standard = self.standard.as_ref()?;
        match direction {
            Direction::Down => standard.downlink.as_ref(),
            Direction::Up => standard.uplink.as_ref(),
        }
    }

    /// Two columns as a range. None: `N/A` or empty, or zeros where 3GPP has no such side. What is no range is
    /// set aside with a note.
    fn range(
        &self,
        [low, high]: [&str; 2],
        unit: Unit,
        direction: Direction,
        draft: &mut Draft,
    ) -> Option<(u32, u32)> {
        let (from, to) = (self.get(low), self.get(high));
        let absent = |text: &str| text.is_empty() || text == "N/A";
        if absent(from) && absent(to) {
            return None;
        }
        let found = format!("{from}..{to}");
        let (rule, help) = match unit.read(from).zip(unit.read(to)) {
            None => ("band.not_a_number", "write numbers, or N/A on both sides"),
            // Channel 0 is one; frequency 0 is none.
            Some((from, 0)) if !matches!(unit, Unit::Channel) => {
                let has_none = self.standard.is_some() && self.side(direction).is_none();
                if from == 0 && has_none {
                    return None;
                }
                ("band.zero", "there is no frequency of zero; is it N/A?")
            }
            Some((from, to)) if from == to && !matches!(unit, Unit::Channel) => (
                "band.no_width",
                "a band of no width is none; the end is wrong",
            ),
            Some((from, to)) if from > to => ("band.range_reversed", "the end is before the start"),
            Some(range) => return Some(range),
        };
        let help = format!("set aside: {help}{}", self.right(unit, direction));
        draft.note(low, rule, &found, &help);
        None
    }

    /// What 3GPP has in that place, for a note's help.
    fn right(&self, unit: Unit, direction: Direction) -> String {
        let Some(standard) = &self.standard else {
            return String::new();
        };
        let right = match self.side(direction) {
            None => "no such side".to_owned(),
            Some(side) => match unit {
                Unit::Mhz => format!("{}..{} kHz", side.khz.0, side.khz.1),
                Unit::Channel => runs(&side.channels),
            },
        };
        format!("; {} has {right}", standard.document)
    }
}

fn runs(channels: &[(u32, u32)]) -> String {
    let runs = channels
        .iter()
        .map(|(first, last)| format!("{first}..{last}"));
    runs.collect::<Vec<_>>().join(" and ")
}

#[derive(Clone, Copy)]
enum Unit {
    Mhz,
    Channel,
}

impl Unit {
    fn read(self, text: &str) -> Option<u32> {
        match self {
            Self::Channel => text.parse().ok(),
            Self::Mhz => khz_of_mhz(text),
        }
    }
}

/// `1626.5` MHz to 1,626,500 kHz; more than three decimals are no kHz.
pub(crate) fn khz_of_mhz(text: &str) -> Option<u32> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || part.len() > 3 || !digits(whole) || !digits(part) {
        return None;
    }
    let khz: u32 = format!("{part:0<3}").parse().ok()?;
    whole
        .parse::<u32>()
        .ok()?
        .checked_mul(1_000)?
        .checked_add(khz)
}

fn band(layout: Layout, table: &Table<'_>, record: &Record, draft: &mut Draft) -> Option<BandFact> {
    let named = band_of(layout, table, record, draft)?;
    let cells = &Cells {
        layout,
        table,
        record,
        standard: standard::of(named),
    };
    let mut fact = BandFact {
        band: named,
        label: cells.get("band").to_owned(),
        uplink_khz: None,
        downlink_khz: None,
        duplex: cells.get("duplex_mode").to_owned(),
        uplink_channels: None,
        downlink_channels: None,
        region: None,
    };
    use Direction::{Down, Up};
    use Unit::{Channel, Mhz};
    match layout {
        Layout::GsmChannels => {
            let mhz = ["ul_first_channel_mhz", "ul_last_channel_mhz"];
            fact.uplink_khz = cells.range(mhz, Mhz, Up, draft);
            let mhz = ["dl_first_channel_mhz", "dl_last_channel_mhz"];
            fact.downlink_khz = cells.range(mhz, Mhz, Down, draft);
            // GSM numbers a pair of channels.
            fact.downlink_channels =
                cells.range(["arfcn_first", "arfcn_last"], Channel, Down, draft);
            fact.uplink_channels = fact.downlink_channels;
        }
        Layout::Umts | Layout::Edges => {
            fact.uplink_khz = cells.range(["f_ul_low", "f_ul_high"], Mhz, Up, draft);
            fact.downlink_khz = cells.range(["f_dl_low", "f_dl_high"], Mhz, Down, draft);
            if layout == Layout::Umts {
                let channels = ["ul_uarfcn_first", "ul_uarfcn_last"];
                fact.uplink_channels = cells.range(channels, Channel, Up, draft);
                let channels = ["dl_uarfcn_first", "dl_uarfcn_last"];
                fact.downlink_channels = cells.range(channels, Channel, Down, draft);
            }
        }
        Layout::LteChannels => {
            fact.uplink_channels = cells.range(["ul_first", "ul_last"], Channel, Up, draft);
            fact.downlink_channels = cells.range(["dl_first", "dl_last"], Channel, Down, draft);
            fact.uplink_khz = spread(khz_of_mhz(cells.get("f_ul_low")), fact.uplink_channels);
            fact.downlink_khz = spread(khz_of_mhz(cells.get("f_dl_low")), fact.downlink_channels);
        }
        Layout::LteKilohertz => {
            let channels = ["ul_earfcn_first", "ul_earfcn_last"];
            fact.uplink_channels = cells.range(channels, Channel, Up, draft);
            let channels = ["dl_earfcn_first", "dl_earfcn_last"];
            fact.downlink_channels = cells.range(channels, Channel, Down, draft);
            let khz = |name: &str| cells.get(name).parse().ok();
            fact.uplink_khz = spread(khz("ul_low_khz"), fact.uplink_channels);
            fact.downlink_khz = spread(khz("dl_low_khz"), fact.downlink_channels);
        }
        Layout::LteDownlink => {
            fact.downlink_khz = cells.range(["dl_low_mhz", "dl_high_mhz"], Mhz, Down, draft);
        }
        Layout::LteRegions => {
            let region = cells.get("geo_area");
            fact.region = (!region.is_empty() && region != "NA").then(|| region.to_owned());
        }
        Layout::Channels => {
            fact.label = cells.get("label").to_owned();
            let channels = ["dl_channel_first", "dl_channel_last"];
            fact.downlink_channels = cells.range(channels, Channel, Down, draft);
        }
    }
    if named.technology() == Gsm {
        hold_gsm_against_standard(&mut fact, cells, draft);
    } else if standard::document(named.technology()).is_some() {
        hold_against_standard(&mut fact, cells, draft);
    }
    Some(fact)
}

/// For a side's frequencies and its channels, the columns in which they begin.
const fn columns_of(layout: Layout, direction: Direction) -> [&'static str; 2] {
    match (layout, direction) {
        (Layout::GsmChannels, Direction::Down) => ["dl_first_channel_mhz", "arfcn_first"],
        (Layout::GsmChannels, Direction::Up) => ["ul_first_channel_mhz", "arfcn_first"],
        (Layout::Umts, Direction::Down) => ["f_dl_low", "dl_uarfcn_first"],
        (Layout::Umts, Direction::Up) => ["f_ul_low", "ul_uarfcn_first"],
        (Layout::Edges | Layout::LteChannels, Direction::Down) => ["f_dl_low", "dl_first"],
        (Layout::Edges | Layout::LteChannels, Direction::Up) => ["f_ul_low", "ul_first"],
        (Layout::LteKilohertz, Direction::Down) => ["dl_low_khz", "dl_earfcn_first"],
        (Layout::LteKilohertz, Direction::Up) => ["ul_low_khz", "ul_earfcn_first"],
        (Layout::LteDownlink | Layout::LteRegions, Direction::Down) => {
            ["dl_low_mhz", "dl_earfcn_first"]
        }
        (Layout::LteDownlink | Layout::LteRegions, Direction::Up) => {
            ["ul_low_mhz", "ul_earfcn_first"]
        }
        (Layout::Channels, _) => ["", "dl_channel_first"],
    }
}

/// Sets aside what differs from 3GPP, each with a note.
fn hold_against_standard(fact: &mut BandFact, cells: &Cells<'_, '_>, draft: &mut Draft) {
    let Some(standard) = &cells.standard else {
        let document = standard::document(fact.band.technology()).unwrap_or_default();
        let help = format!("not in {document}, so nothing here could be held against it");
        draft.note("band", "band.not_in_3gpp", cells.get("band"), &help);
        return;
    };
    for (direction, channels, khz) in [
        (
            Direction::Down,
            &mut fact.downlink_channels,
            &mut fact.downlink_khz,
        ),
        (
            Direction::Up,
            &mut fact.uplink_channels,
            &mut fact.uplink_khz,
        ),
    ] {
        let [low, first] = columns_of(cells.layout, direction);
        let side = cells.side(direction);
        let differs = |column: &str, stated: (u32, u32), unit: Unit, draft: &mut Draft| {
            let named = if matches!(unit, Unit::Mhz) {
                " kHz"
            } else {
                ""
            };
            let found = format!("{}..{}{named}", stated.0, stated.1);
            let help = format!("set aside{}", cells.right(unit, direction));
            draft.note(column, "band.not_as_in_3gpp", &found, &help);
        };
        if let Some(stated) = *channels
            && side.is_none_or(|side| !side.channels.is_empty() && !side.channels.contains(&stated))
        {
            differs(first, stated, Unit::Channel, draft);
            *channels = None;
            if matches!(cells.layout, Layout::LteChannels | Layout::LteKilohertz) {
                // The frequencies were worked out from the channels.
                *khz = None;
            }
        }
        if let Some(stated) = *khz
            && side.is_none_or(|side| side.khz != stated)
        {
            differs(low, stated, Unit::Mhz, draft);
            *khz = None;
        }
        let Some(side) = side else { continue };
        if matches!(cells.layout, Layout::LteDownlink | Layout::LteRegions)
            && let Some((right, _)) = side.channels.first()
        {
            first_number(first, *right, cells, standard.document, draft);
        }
        if cells.layout == Layout::LteRegions {
            lowest_frequency(low, side.khz.0, cells, standard.document, draft);
        }
    }
}

/// GSM's channels have their frequencies by computation; a table may give a part of a band.
fn hold_gsm_against_standard(fact: &mut BandFact, cells: &Cells<'_, '_>, draft: &mut Draft) {
    let Some(channels) = fact.downlink_channels else {
        return;
    };
    let Some([uplink, downlink]) = standard::gsm::centres(fact.band.number(), channels) else {
        let found = runs(&[channels]);
        let help = "set aside: TS 45.005 has no such channels in the band";
        let [_, first] = columns_of(cells.layout, Direction::Down);
        draft.note(first, "band.not_as_in_3gpp", &found, help);
        (fact.uplink_channels, fact.downlink_channels) = (None, None);
        return;
    };
    for (direction, khz, right) in [
        (Direction::Up, &mut fact.uplink_khz, uplink),
        (Direction::Down, &mut fact.downlink_khz, downlink),
    ] {
        if khz.is_some_and(|stated| stated != right) {
            let found = khz.map(|stated| runs(&[stated])).unwrap_or_default();
            let help = format!("set aside: TS 45.005 has {} kHz", runs(&[right]));
            let [low, _] = columns_of(cells.layout, direction);
            draft.note(low, "band.not_as_in_3gpp", &format!("{found} kHz"), &help);
            *khz = None;
        }
    }
    let column = "duplex_spacing_mhz_in_source";
    let (stated, right) = (cells.get(column), downlink.0 - uplink.0);
    if !stated.is_empty() && khz_of_mhz(stated) != Some(right) {
        let help = format!("not read: TS 45.005 has {} MHz", right / 1_000);
        draft.note(column, "band.not_as_in_3gpp", stated, &help);
    }
}

/// A column that gives only where channels begin. Zero is none, but for the first band's.
fn first_number(
    column: &str,
    right: u32,
    cells: &Cells<'_, '_>,
    document: &str,
    draft: &mut Draft,
) {
    let stated = cells.get(column);
    let number: Option<u32> = stated.parse().ok();
    if number.is_some_and(|number| number != right && number != 0) {
        let help = format!("not read: {document} has {right}");
        draft.note(column, "band.not_as_in_3gpp", stated, &help);
    }
}

/// A column that gives only where a band begins.
fn lowest_frequency(
    column: &str,
    right: u32,
    cells: &Cells<'_, '_>,
    document: &str,
    draft: &mut Draft,
) {
    let stated = cells.get(column);
    match khz_of_mhz(stated) {
        Some(0) => {
            let help =
                format!("not read: there is no frequency of zero; {document} has {right} kHz");
            draft.note(column, "band.zero", stated, &help);
        }
        Some(khz) if khz != right => {
            let help = format!("not read: {document} has {right} kHz");
            draft.note(column, "band.not_as_in_3gpp", stated, &help);
        }
        _ => {}
    }
}

fn band_of(layout: Layout, table: &Table<'_>, record: &Record, draft: &mut Draft) -> Option<Band> {
    let get = |name: &str| record.get(table.column(name));
    let name = get("band");
    let technology = match layout {
        Layout::GsmChannels => Gsm,
        Layout::Umts => Umts,
        Layout::LteChannels | Layout::LteKilohertz | Layout::LteDownlink | Layout::LteRegions => {
            Lte
        }
        Layout::Edges if name.starts_with(['n', 'N']) => Nr,
        Layout::Edges => Lte,
        Layout::Channels => match get("rat") {
            "GSM" => Gsm,
            "WCDMA" => Umts,
            "TDSCDMA" => TdScdma,
            "LTE" => Lte,
            "NR" => Nr,
            other => {
                let help = "write GSM, WCDMA, TDSCDMA, LTE or NR";
                draft.fault("rat", "technology.unknown", other, help);
                return None;
            }
        },
    };
    if technology == Gsm && name.is_empty() {
        let help = "1800 or 1900, by country; the row gives no single band";
        draft.note("band", "band.several", get("label"), help);
        return None;
    }
    // 3GPP TS 25.102 names its bands by letter; they are not those of UMTS FDD.
    if technology == Umts && matches!(name, "A" | "B" | "C" | "D" | "E" | "F") {
        let help = "a band of UMTS TDD, which is not kept; the row is, without a fact";
        draft.note("band", "band.not_modelled", name, help);
        return None;
    }
    let number = if technology == Gsm {
        gsm_name(name)
    } else {
        let digits = name.strip_prefix(['B', 'n']).unwrap_or(name);
        digits.parse().ok().filter(|number| *number > 0)
    };
    if number.is_none() {
        draft.fault(
            "band",
            "band.unread",
            name,
            "write the band's number: 2, B2 or n41",
        );
    }
    number.map(|number| Band::new(technology, number))
}

/// `PCS1900`, `E900`, `850`: the digits are the band's name; 3GPP TS 45.005 has several 900 bands.
fn gsm_name(text: &str) -> Option<u16> {
    let digits = text.trim_start_matches(|c: char| c.is_ascii_alphabetic());
    digits.parse().ok().filter(|mhz| (300..=2000).contains(mhz))
}

/// Channels of 100 kHz from `low` on: 3GPP TS 36.104, clause 5.7.3.
fn spread(low: Option<u32>, channels: Option<(u32, u32)>) -> Option<(u32, u32)> {
    let (first, last) = channels?;
    let low = low.filter(|low| *low > 0)?;
    let width = (last - first).checked_add(1)?.checked_mul(100)?;
    Some((low, low.checked_add(width)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn megahertz_become_kilohertz_exactly() {
        for (text, khz) in [
            ("1920", Some(1_920_000)),
            ("1626.5", Some(1_626_500)),
            ("0.001", Some(1)),
            ("1.0001", None),
            ("", None),
            ("-5", None),
            ("N/A", None),
            ("9999999999", None),
        ] {
            assert_eq!(khz_of_mhz(text), khz, "{text}");
        }
    }
}
