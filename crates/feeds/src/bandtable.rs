//! 3GPP band tables, each as its columns are: frequencies in MHz or kHz, channel numbers, regions.
//!
//! The header row tells which table it is. A side that a table marks `N/A` is not there; numbers that
//! contradict each other are set aside with a note, as errors of the source are known.

use std::io::{self, BufRead};

use domain::radio::{AccessTechnology, Band};

use crate::earfcn;
use crate::out::{Draft, Out};
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
        if table.whole(&record, &mut draft) {
            let cells = Cells {
                table: &table,
                record: &record,
            };
            if let Some(fact) = band(layout, &cells, &mut draft) {
                draft.fact(Fact::Band(fact));
            }
        }
        out.push(draft);
    }
    Ok(())
}

struct Cells<'a, 't> {
    table: &'a Table<'t>,
    record: &'a Record,
}

impl<'a> Cells<'a, '_> {
    fn get(&self, name: &str) -> &'a str {
        self.record.get(self.table.column(name))
    }

    /// Two columns as a range. None: `N/A` or empty. What is no range is set aside with a note.
    fn range(&self, low: &str, high: &str, unit: Unit, draft: &mut Draft) -> Option<(u32, u32)> {
        let (from, to) = (self.get(low), self.get(high));
        let absent = |text: &str| text.is_empty() || text == "N/A";
        if absent(from) && absent(to) {
            return None;
        }
        let found = format!("{from}..{to}");
        let numbers = unit.read(from).zip(unit.read(to));
        let Some((from, to)) = numbers else {
            let help = "set aside; write numbers, or N/A on both sides";
            draft.note(low, "band.not_a_number", &found, help);
            return None;
        };
        // Channel 0 is one; frequency 0 is none.
        if to == 0 && !matches!(unit, Unit::Channel) {
            let help = "set aside: there is no frequency of zero; is it N/A?";
            draft.note(low, "band.zero", &found, help);
            return None;
        }
        if from == to && !matches!(unit, Unit::Channel) {
            let help = "set aside: a band of no width is none; the end is wrong";
            draft.note(low, "band.no_width", &found, help);
            return None;
        }
        if from > to {
            let help = "set aside: the end is before the start";
            draft.note(low, "band.range_reversed", &found, help);
            return None;
        }
        Some((from, to))
    }
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

fn band(layout: Layout, cells: &Cells<'_, '_>, draft: &mut Draft) -> Option<BandFact> {
    let named = band_of(layout, cells, draft)?;
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
    use Unit::{Channel, Mhz};
    match layout {
        Layout::GsmChannels => {
            fact.uplink_khz =
                cells.range("ul_first_channel_mhz", "ul_last_channel_mhz", Mhz, draft);
            fact.downlink_khz =
                cells.range("dl_first_channel_mhz", "dl_last_channel_mhz", Mhz, draft);
            // GSM numbers a pair of channels.
            fact.downlink_channels = cells.range("arfcn_first", "arfcn_last", Channel, draft);
            fact.uplink_channels = fact.downlink_channels;
            check_spacing(&fact, cells.get("duplex_spacing_mhz_in_source"), draft);
        }
        Layout::Umts | Layout::Edges => {
            fact.uplink_khz = cells.range("f_ul_low", "f_ul_high", Mhz, draft);
            fact.downlink_khz = cells.range("f_dl_low", "f_dl_high", Mhz, draft);
            if layout == Layout::Umts {
                umts_channels(&mut fact, cells, draft);
            }
        }
        Layout::LteChannels => {
            fact.uplink_channels = cells.range("ul_first", "ul_last", Channel, draft);
            fact.downlink_channels = cells.range("dl_first", "dl_last", Channel, draft);
            fact.uplink_khz = spread(khz_of_mhz(cells.get("f_ul_low")), fact.uplink_channels);
            fact.downlink_khz = spread(khz_of_mhz(cells.get("f_dl_low")), fact.downlink_channels);
        }
        Layout::LteKilohertz => {
            fact.uplink_channels = cells.range("ul_earfcn_first", "ul_earfcn_last", Channel, draft);
            fact.downlink_channels =
                cells.range("dl_earfcn_first", "dl_earfcn_last", Channel, draft);
            let khz = |name: &str| cells.get(name).parse().ok();
            fact.uplink_khz = spread(khz("ul_low_khz"), fact.uplink_channels);
            fact.downlink_khz = spread(khz("dl_low_khz"), fact.downlink_channels);
        }
        Layout::LteDownlink => {
            fact.downlink_khz = cells.range("dl_low_mhz", "dl_high_mhz", Mhz, draft);
        }
        Layout::LteRegions => {
            let region = cells.get("geo_area");
            fact.region = (!region.is_empty() && region != "NA").then(|| region.to_owned());
        }
        Layout::Channels => {
            fact.label = cells.get("label").to_owned();
            fact.downlink_channels =
                cells.range("dl_channel_first", "dl_channel_last", Channel, draft);
        }
    }
    if named.technology() == Lte {
        hold_against_standard(layout, &mut fact, cells, draft);
    }
    Some(fact)
}

/// Sets aside what differs from 3GPP TS 36.104, each with a note.
fn hold_against_standard(
    layout: Layout,
    fact: &mut BandFact,
    cells: &Cells<'_, '_>,
    draft: &mut Draft,
) {
    let Some(standard) = earfcn::of(fact.band) else {
        let help = "not in TS 36.104, so nothing here could be held against it";
        draft.note("band", "band.not_in_ts36104", cells.get("band"), help);
        return;
    };
    for (side, channels, khz, low, first) in [
        (
            standard.downlink,
            &mut fact.downlink_channels,
            &mut fact.downlink_khz,
            "dl_low_mhz",
            "dl_earfcn_first",
        ),
        (
            standard.uplink,
            &mut fact.uplink_channels,
            &mut fact.uplink_khz,
            "ul_low_mhz",
            "ul_earfcn_first",
        ),
    ] {
        // A side that the standard does not have is in no table as numbers.
        let Some(side) = side else { continue };
        let mut differs = |column: &str, stated: (u32, u32), right: (u32, u32), unit: &str| {
            if stated != right {
                let help = format!("set aside: TS 36.104 has {}..{}{unit}", right.0, right.1);
                let found = format!("{}..{}{unit}", stated.0, stated.1);
                draft.note(column, "band.not_as_in_ts36104", &found, &help);
            }
            stated != right
        };
        if channels.is_some_and(|stated| differs(first, stated, side.channels, "")) {
            // Where a table gives channels, its frequencies were worked out from them.
            (*channels, *khz) = (None, None);
        }
        if khz.is_some_and(|stated| differs(low, stated, side.khz, " kHz")) {
            *khz = None;
        }
        if matches!(layout, Layout::LteDownlink | Layout::LteRegions) {
            first_number(first, side.channels.0, cells, draft);
        }
        if layout == Layout::LteRegions {
            lowest_frequency(low, side.khz.0, cells, draft);
        }
    }
}

/// A column that gives only where channels begin. Zero is none, but for the first band's.
fn first_number(column: &str, right: u32, cells: &Cells<'_, '_>, draft: &mut Draft) {
    let stated = cells.get(column);
    let number: Option<u32> = stated.parse().ok();
    if number.is_some_and(|number| number != right && number != 0) {
        let help = format!("not read: TS 36.104 has {right}");
        draft.note(column, "band.not_as_in_ts36104", stated, &help);
    }
}

/// A column that gives only where a band begins.
fn lowest_frequency(column: &str, right: u32, cells: &Cells<'_, '_>, draft: &mut Draft) {
    let stated = cells.get(column);
    match khz_of_mhz(stated) {
        Some(0) => {
            let help = "not read: there is no frequency of zero; is it N/A?";
            draft.note(column, "band.zero", stated, help);
        }
        Some(khz) if khz != right => {
            let help = format!("not read: TS 36.104 has {right} kHz");
            draft.note(column, "band.not_as_in_ts36104", stated, &help);
        }
        _ => {}
    }
}

fn band_of(layout: Layout, cells: &Cells<'_, '_>, draft: &mut Draft) -> Option<Band> {
    let name = cells.get("band");
    let technology = match layout {
        Layout::GsmChannels => Gsm,
        Layout::Umts => Umts,
        Layout::LteChannels | Layout::LteKilohertz | Layout::LteDownlink | Layout::LteRegions => {
            Lte
        }
        Layout::Edges if name.starts_with(['n', 'N']) => Nr,
        Layout::Edges => Lte,
        Layout::Channels => match cells.get("rat") {
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
        draft.note("band", "band.several", cells.get("label"), help);
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

fn check_spacing(fact: &BandFact, spacing: &str, draft: &mut Draft) {
    let (Some(up), Some(down), Some(spacing_khz)) =
        (fact.uplink_khz, fact.downlink_khz, khz_of_mhz(spacing))
    else {
        return;
    };
    if down.0.checked_sub(up.0) != Some(spacing_khz) {
        let help = "set aside: the frequencies of the same row are further or less apart";
        draft.note(
            "duplex_spacing_mhz_in_source",
            "band.spacing_contradicted",
            spacing,
            help,
        );
    }
}

/// 3GPP TS 25.101, clause 5.4: channel / 5 + offset is the centre; the band ends 2.4 MHz beyond it. A
/// table that prints band ends 0.1 MHz off is still believed.
fn umts_channels(fact: &mut BandFact, cells: &Cells<'_, '_>, draft: &mut Draft) {
    const SLACK_KHZ: i64 = 200;
    for (first, last, offset, edges, into) in [
        (
            "ul_uarfcn_first",
            "ul_uarfcn_last",
            "ul_offset_khz",
            fact.uplink_khz,
            &mut fact.uplink_channels,
        ),
        (
            "dl_uarfcn_first",
            "dl_uarfcn_last",
            "dl_offset_khz",
            fact.downlink_khz,
            &mut fact.downlink_channels,
        ),
    ] {
        let Some(channels) = cells.range(first, last, Unit::Channel, draft) else {
            continue;
        };
        let offset: i64 = cells.get(offset).parse().unwrap_or(0);
        let computed = (
            i64::from(channels.0) * 200 + offset - 2_400,
            i64::from(channels.1) * 200 + offset + 2_400,
        );
        let fits = edges.is_none_or(|(low, high)| {
            (computed.0 - i64::from(low)).abs() <= SLACK_KHZ
                && (computed.1 - i64::from(high)).abs() <= SLACK_KHZ
        });
        if fits {
            *into = Some(channels);
        } else {
            let found = format!("{}..{}", channels.0, channels.1);
            let help = "set aside: these channels are not those of the row's frequencies";
            draft.note(first, "band.channels_contradicted", &found, help);
        }
    }
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
