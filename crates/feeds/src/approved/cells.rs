//! What stands in the cells of a list of approved devices: codes, results, dates, software builds.
//!
//! Nothing is repaired, and what can be read in two ways is not read: the row is a fault with what helps.

use catalogue::tac::is_made_up;
use domain::certification::{Builds, CertificationResult};
use domain::number::{ReportingBody, Tac, holds_imei};
use domain::software::SoftwareBuild;
use domain::time::MONTHS;
use domain::{Instant, Period};

use super::heads::{ApprovedColumn, Places};
use crate::ApprovalFact;
use crate::limits::APPROVED_TEXT_CHARS;
use crate::out::Draft;

/// Codes in one cell.
const IN_A_CELL_MAX: usize = 64;
/// Approvals of phones are not older, and none is given so far ahead.
const YEARS: std::ops::RangeInclusive<u16> = 1990..=2100;

/// What a row says; nothing if it has faults.
pub(super) fn row<'a>(
    places: &Places,
    at: impl Fn(usize) -> &'a str,
    draft: &mut Draft,
) -> Vec<ApprovalFact> {
    let get = |column| places.place(column).map_or("", &at).trim();
    if ApprovedColumn::ALL
        .iter()
        .all(|column| get(*column).is_empty())
    {
        draft.note(
            "",
            "row.blank",
            "",
            "nothing stands in the columns that are read",
        );
        return Vec::new();
    }
    let tacs = tacs(
        get(ApprovedColumn::Tac),
        places.head(ApprovedColumn::Tac),
        draft,
    );
    let codes = codes(
        get(ApprovedColumn::Code),
        places.head(ApprovedColumn::Code),
        draft,
    );
    let text = |column, draft: &mut Draft| text(get(column), places.head(column), draft);
    let brand = text(ApprovedColumn::Brand, draft);
    let model = text(ApprovedColumn::Model, draft);
    let condition = text(ApprovedColumn::Condition, draft);
    if tacs.is_empty()
        && codes.is_empty()
        && (brand.is_empty() || model.is_empty())
        && !draft.has_faults()
    {
        let help = "a device needs a type allocation code, a model code, or a brand and a name";
        draft.fault("", "device.nameless", &format!("{brand} {model}"), help);
    }
    unheard(places, &at, draft);
    let has_result = places.place(ApprovedColumn::Result).is_some();
    let said = has_result.then(|| get(ApprovedColumn::Result));
    let Some(said) = result(said, condition, places.head(ApprovedColumn::Result), draft) else {
        return Vec::new();
    };
    let valid = valid(&get, places, draft);
    let builds = builds(
        get(ApprovedColumn::Software),
        places.head(ApprovedColumn::Software),
        draft,
    );
    if draft.has_faults() {
        return Vec::new();
    }
    let facts = builds.into_iter().map(|builds| ApprovalFact {
        brand: brand.clone(),
        model: model.clone(),
        codes: codes.clone(),
        tacs: tacs.clone(),
        result: said.0.clone(),
        is_withdrawn: said.1,
        builds,
        valid,
    });
    facts.collect()
}

fn text(said: &str, head: &str, draft: &mut Draft) -> String {
    if said.chars().nth(APPROVED_TEXT_CHARS).is_some() {
        let help = format!("at most {APPROVED_TEXT_CHARS} characters are read");
        draft.fault(head, "text.too_long", said, &help);
    }
    said.chars().take(APPROVED_TEXT_CHARS).collect()
}

/// The parts of a cell that lists several, as `35847206; 35847207` or on lines.
fn parts(said: &str) -> impl Iterator<Item = &str> {
    let parts = said.split([',', ';', '|', '\n']).map(str::trim);
    parts.filter(|part| !part.is_empty())
}

fn is_few(said: &str, head: &str, draft: &mut Draft) -> bool {
    let is_few = parts(said).nth(IN_A_CELL_MAX).is_none();
    if !is_few {
        let help = format!("at most {IN_A_CELL_MAX} stand in one cell; use a row for each");
        draft.fault(head, "cell.too_many", said, &help);
    }
    is_few
}

fn tacs(said: &str, head: &str, draft: &mut Draft) -> Vec<Tac> {
    if !is_few(said, head, draft) {
        return Vec::new();
    }
    let tacs = parts(said).filter_map(|part| tac(part, head, draft));
    let mut tacs: Vec<Tac> = tacs.collect();
    tacs.sort_unstable();
    tacs.dedup();
    tacs
}

fn tac(said: &str, head: &str, draft: &mut Draft) -> Option<Tac> {
    let digits: String = said.chars().filter(|c| !matches!(c, ' ' | '-')).collect();
    let is_digits = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    let (rule, help) = match digits.parse::<Tac>() {
        Ok(tac) if is_made_up(tac) => (
            "tac.made_up",
            "its digits repeat or are counted up, so nobody allocated it; look it up on the device with *#06#",
        ),
        Ok(tac) => match tac.reporting_body() {
            Some(ReportingBody::Allocating(_)) => return Some(tac),
            Some(ReportingBody::Test) => (
                "tac.test",
                "codes that begin so are for test devices, which no shop may sell",
            ),
            None => (
                "tac.not_allocated",
                "no body allocates codes that begin so; a digit was mistyped",
            ),
        },
        Err(_) if !is_digits && digits.to_ascii_lowercase().contains("e+") => (
            "tac.digits_lost",
            "a spreadsheet wrote it as a power of ten; format the column as text and export it again",
        ),
        Err(_) if !is_digits => ("tac.characters", "write eight digits"),
        Err(_) if digits.len() == 7 => (
            "tac.length",
            "it has 7 digits and needs 8; if a spreadsheet dropped a zero in front, format the column as text",
        ),
        Err(_) if digits.len() >= 14 => (
            "imei.not_here",
            "it is the number of one unit, which is personal data; write its first eight digits",
        ),
        Err(_) => (
            "tac.length",
            "a type allocation code has 8 digits, and no check digit",
        ),
    };
    // Nothing more than a code has is repeated: it may be a unit's number.
    let shown: String = said.chars().take(8).collect();
    let more = if said.chars().nth(8).is_some() {
        "…"
    } else {
        ""
    };
    draft.fault(head, rule, &format!("{shown}{more}"), help);
    None
}

fn codes(said: &str, head: &str, draft: &mut Draft) -> Vec<String> {
    if !is_few(said, head, draft) {
        return Vec::new();
    }
    let mut codes: Vec<String> = Vec::new();
    for part in parts(said) {
        if holds_imei(part) {
            let help =
                "it holds the number of a unit, which is personal data; write the model code";
            draft.fault(head, "imei.not_here", "", help);
        } else if catalogue::key::join(part).is_empty() {
            let help = "a model code has letters or digits";
            draft.fault(head, "code.empty", part, help);
        } else {
            let code = text(part, head, draft);
            if !codes.contains(&code) {
                codes.push(code);
            }
        }
    }
    codes
}

/// Words for results, folded. What is under way has no result yet.
const APPROVED: &str = "approved, certified, accepted, pass, passed, yes, y, ok, active, current, live, granted, supported, full, \
    full approval, fully approved, freigegeben, zugelassen, zertifiziert, ja, approuvé, homologué, oui, aprobado, \
    homologado, sí, approvato, omologato, true";
const CONDITIONAL: &str = "conditional, conditionally approved, approved with conditions, approved conditionally, \
    conditional approval, provisional, provisionally approved, limited, limited approval, partial, partially approved, \
    restricted, approved with restrictions, waiver, approved with waiver, bedingt, bedingt freigegeben, \
    mit auflagen, conditionnel, condicional, condizionato";
const REFUSED: &str = "refused, rejected, denied, fail, failed, no, n, not approved, not certified, not accepted, \
    not supported, declined, unapproved, abgelehnt, nicht freigegeben, nein, refusé, non, rechazado, no aprobado, \
    respinto, false";
const WITHDRAWN: &str = "withdrawn, revoked, suspended, expired, removed, cancelled, canceled, blocked, deprecated, \
    end of life, eol, discontinued, inactive, no longer approved, zurückgezogen, widerrufen, gesperrt, abgelaufen, \
    retiré, révoqué, retirado, revocado, ritirato, revocato";
const PENDING: &str = "pending, in progress, in test, testing, submitted, planned, tbd, tba, under test, open, new, \
    in prüfung, geplant, en cours, en curso, in corso";

/// Characters of a word that means a no in any column; `no` may stand in one on 5G.
const NO_CHARS_MIN: usize = 6;

/// A no in a column that is not read must not be taken for an approval.
fn unheard<'a>(places: &Places, at: &impl Fn(usize) -> &'a str, draft: &mut Draft) {
    let is_no = |folded: &str| {
        let mut words = [REFUSED, WITHDRAWN, PENDING].into_iter();
        let is_long = folded.chars().count() >= NO_CHARS_MIN;
        is_long && words.any(|words| words.split(", ").any(|word| word == folded))
    };
    for (place, head) in places.unheard() {
        let said = at(place);
        if is_no(&catalogue::key::fold(said)) {
            let help = "the list has no column of results that is known, and this looks like one; map it: result=HEAD, or \
                        result=- if it has none";
            draft.fault(head, "result.unheard", said, help);
        }
    }
}

/// What it says, and whether it says that it was withdrawn; none: it says nothing yet, or it cannot be told.
fn result(
    said: Option<&str>,
    condition: String,
    head: &str,
    draft: &mut Draft,
) -> Option<(CertificationResult, bool)> {
    let approved = |condition: String| {
        if condition.is_empty() {
            (CertificationResult::Certified, false)
        } else {
            (CertificationResult::Conditional(condition), false)
        }
    };
    let Some(said) = said else {
        return Some(approved(condition));
    };
    let folded = catalogue::key::fold(said);
    let is_one_of = |words: &str| words.split(", ").any(|word| word == folded);
    if folded.is_empty() {
        let help = "say what was found: approved, conditional, refused or withdrawn";
        draft.fault(head, "result.missing", said, help);
        None
    } else if is_one_of(APPROVED) {
        Some(approved(condition))
    } else if is_one_of(CONDITIONAL) {
        let condition = if condition.is_empty() {
            said.trim().to_owned()
        } else {
            condition
        };
        Some((CertificationResult::Conditional(condition), false))
    } else if is_one_of(REFUSED) {
        Some((CertificationResult::NotCertified, false))
    } else if is_one_of(WITHDRAWN) {
        Some((CertificationResult::NotCertified, true))
    } else if is_one_of(PENDING) {
        let help = "nothing was found yet, so the row says nothing";
        draft.note(head, "result.pending", said, help);
        None
    } else {
        let help = "write approved, conditional, refused, withdrawn or pending";
        draft.fault(head, "result.unknown", said, help);
        None
    }
}

fn valid<'a>(
    get: &impl Fn(ApprovedColumn) -> &'a str,
    places: &Places,
    draft: &mut Draft,
) -> Period {
    let mut day = |column| date(get(column), places.head(column), draft);
    let (from, until) = (day(ApprovedColumn::Approved), day(ApprovedColumn::Expires));
    if let (Some(from), Some(until)) = (from, until)
        && until <= from
    {
        let head = places.head(ApprovedColumn::Expires);
        let help = format!("it ends no later than it begins, {}", from.date());
        draft.fault(head, "date.order", get(ApprovedColumn::Expires), &help);
    }
    Period { from, until }
}

/// A day, from its first instant in UTC on.
fn date(said: &str, head: &str, draft: &mut Draft) -> Option<Instant> {
    if said.is_empty() {
        return None;
    }
    let (rule, help) = match day_of(said) {
        Ok(day) => return Some(day),
        Err(Unread::Ambiguous) => (
            "date.ambiguous",
            "the day and the month cannot be told apart; write 2016-01-31",
        ),
        Err(Unread::Number) => (
            "date.number",
            "a spreadsheet wrote the date as a number; format the column as a date and export it again",
        ),
        Err(Unread::NoDay) => ("date.no_such_day", "there is no such day; write 2016-01-31"),
        Err(Unread::Other) => ("date.not_a_date", "write a date as 2016-01-31"),
    };
    draft.fault(head, rule, said, help);
    None
}

enum Unread {
    Ambiguous,
    Number,
    NoDay,
    Other,
}

/// `2016-01-31`, `31.1.2016`, `1/31/2016` where only one reading is a day, `31 January 2016`, `Jan 31, 2016`; a time after
/// the day is passed over.
fn day_of(said: &str) -> Result<Instant, Unread> {
    let said = said.trim();
    if said.bytes().all(|byte| byte.is_ascii_digit()) && said.len() != 8 {
        return Err(Unread::Number);
    }
    let is_number = |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit());
    let words: Vec<&str> = said
        .split([' ', ',', '/', '.', '-'])
        .filter(|word| !word.is_empty())
        // `31T00:00:00Z`
        .map(|word| match word.split_once('T') {
            Some((number, _)) if is_number(number) => number,
            _ => word,
        })
        .collect();
    if words.len() == 1 && is_number(said) {
        // `20160131`.
        let (year, rest) = said.split_at_checked(4).ok_or(Unread::Other)?;
        let (month, of_month) = rest.split_at_checked(2).ok_or(Unread::Other)?;
        return day(year, month, of_month);
    }
    let month = |word: &str| {
        let mut months = MONTHS.iter();
        let lower = word.to_lowercase();
        // `Jan` and `January`, and `Sept`, which is neither.
        let is_short = (3..=4).contains(&lower.len());
        let is_it = |name: &str| {
            let name = name.to_lowercase();
            name == lower || is_short && name.starts_with(&lower)
        };
        let at = months.position(|name| is_it(name));
        at.map(|at| (at + 1).to_string())
    };
    // A time follows the day.
    let &[first, second, third, ..] = words.as_slice() else {
        return Err(Unread::Other);
    };
    if let Some(month) = month(second) {
        return day(third, &month, first);
    }
    if let Some(month) = month(first) {
        return day(third, &month, second);
    }
    if ![first, second, third].into_iter().all(is_number) {
        return Err(Unread::Other);
    }
    match (first.len(), third.len()) {
        (4, 1..=2) => day(first, second, third),
        (1..=2, 4) if said.contains('.') => day(third, second, first),
        (1..=2, 4) => {
            let (day_first, month_first) = (day(third, second, first), day(third, first, second));
            match (day_first, month_first) {
                (Ok(one), Ok(other)) if one == other => Ok(one),
                (Ok(_), Ok(_)) => Err(Unread::Ambiguous),
                (Ok(one), Err(_)) | (Err(_), Ok(one)) => Ok(one),
                (Err(error), Err(_)) => Err(error),
            }
        }
        _ => Err(Unread::Other),
    }
}

fn day(year: &str, month: &str, day: &str) -> Result<Instant, Unread> {
    let number = |text: &str| text.parse::<u16>().map_err(|_| Unread::Other);
    let (year, month, day) = (number(year)?, number(month)?, number(day)?);
    if !YEARS.contains(&year) {
        return Err(Unread::NoDay);
    }
    let day = format!("{year:04}-{month:02}-{day:02}").parse();
    day.map_err(|_| Unread::NoDay)
}

/// `V8.1`, `V8.1 - V8.9`, `V8.1 and later`, `up to V8.9`, or several; empty: any.
fn builds(said: &str, head: &str, draft: &mut Draft) -> Vec<Builds> {
    let folded = catalogue::key::fold(said);
    if folded.is_empty() || matches!(folded.as_str(), "any" | "all" | "n a" | "alle" | "tous") {
        return vec![Builds::ANY];
    }
    if !is_few(said, head, draft) {
        return Vec::new();
    }
    let mut found = Vec::new();
    for part in parts(said) {
        match range(part) {
            Ok(builds) => found.push(builds),
            Err(error) => {
                let help = format!("{}; write V8.1, V8.1 - V8.9, or V8.1 and later", error.help);
                draft.fault(head, "software.not_a_build", part, &help);
            }
        }
    }
    found
}

fn range(part: &str) -> Result<Builds, domain::ParseError> {
    const LATER: [&str; 6] = [
        " and later",
        " or later",
        " and above",
        " or higher",
        " and newer",
        "+",
    ];
    const EARLIER: [&str; 4] = ["up to ", "until ", "<=", "before or at "];
    const FROM: [&str; 3] = ["from ", "since ", ">="];
    let build = |text: &str| text.trim().parse::<SoftwareBuild>();
    let lower = part.to_ascii_lowercase();
    let cut_end = |end: &str| {
        let is_end = lower.len() == part.len() && lower.ends_with(end);
        is_end.then(|| part.get(..part.len() - end.len())).flatten()
    };
    let cut_start = |start: &str| {
        let is_start = lower.len() == part.len() && lower.starts_with(start);
        is_start.then(|| part.get(start.len()..)).flatten()
    };
    if let Some(first) = LATER.iter().find_map(|end| cut_end(end)) {
        return Builds::new(Some(build(first)?), None);
    }
    if let Some(first) = FROM.iter().find_map(|start| cut_start(start)) {
        return Builds::new(Some(build(first)?), None);
    }
    if let Some(last) = EARLIER.iter().find_map(|start| cut_start(start)) {
        return Builds::new(None, Some(build(last)?));
    }
    for dash in [" - ", " – ", " to "] {
        if let Some((first, last)) = part.split_once(dash) {
            return Builds::new(Some(build(first)?), Some(build(last)?));
        }
    }
    Builds::new(Some(build(part)?), Some(build(part)?))
}
