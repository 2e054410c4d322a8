//! Every fault and remark of an import as a table for a spreadsheet, in which no cell is a formula.
//!
//! For people; programs take `--json`. Knows CSV and spreadsheets, not what the faults mean.

use domain::fault::Fault;

/// RFC 4180 ends rows so, and the mark tells spreadsheets that the text is UTF-8.
const ROW_END: &str = "\r\n";
const UTF8_MARK: char = '\u{feff}';
const COLUMNS: [&str; 7] = ["what", "file", "line", "column", "rule", "found", "help"];

/// The table, headings first.
pub fn table<'a>(rows: impl Iterator<Item = (&'static str, &'a Fault)>) -> String {
    let mut table = UTF8_MARK.to_string();
    put(&mut table, COLUMNS);
    for (what, fault) in rows {
        let line = match fault.line {
            0 => String::new(),
            line => line.to_string(),
        };
        let found = &fault.found;
        let (file, column, help) = (&fault.file, &fault.column, &fault.help);
        put(
            &mut table,
            [what, file, &line, column, fault.rule, found, help],
        );
    }
    table
}

fn put(table: &mut String, cells: [&str; 7]) {
    table.push_str(&cells.map(cell).join(","));
    table.push_str(ROW_END);
}

/// In quotes, control characters made visible, and with an apostrophe before whatever a spreadsheet could
/// take for the beginning of a formula: at the cell's start, and where a cell would start if the
/// spreadsheet cut rows at another sign than the comma.
fn cell(text: &str) -> String {
    let mut cell = String::with_capacity(text.len() + 2);
    cell.push('"');
    let mut may_start = true;
    for c in text.chars() {
        if c.is_control() {
            cell.extend(c.escape_unicode());
            may_start = false;
            continue;
        }
        if may_start && begins_formula(c) {
            cell.push('\'');
        }
        if c == '"' {
            cell.push('"');
        }
        cell.push(c);
        may_start = ends_cell(c) || (may_start && is_blank(c));
    }
    cell.push('"');
    cell
}

/// Also the full-width forms, which spreadsheets read as the others.
fn begins_formula(c: char) -> bool {
    matches!(c, '=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠')
}

fn ends_cell(c: char) -> bool {
    matches!(c, ',' | ';' | '|' | ':' | '"' | '\'' | '，' | '；')
}

/// What does not show, so that the next sign may be the first to be seen.
fn is_blank(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIGNS: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];
    const BEFORE: [&str; 20] = [
        "", " ", "\t", "\r", "\n", "\r\n", "\0", "\u{feff}", "\u{200b}", "\u{a0}", "x,", "x;",
        "x|", "x\t", "x\r\n", "x\n", "\"", "x\",\"", "x\";\"", "';",
    ];

    /// Cells as a program sees them that cuts rows at `delimiter`: quotes count only at a cell's start.
    fn cells(table: &str, delimiter: char) -> Vec<String> {
        let mut cells = vec![String::new()];
        let (mut quoted, mut at_start) = (false, true);
        let mut signs = table.chars().peekable();
        while let Some(c) = signs.next() {
            let last = cells.last_mut().expect("one at least");
            if quoted && c == '"' {
                if signs.next_if_eq(&'"').is_some() {
                    last.push('"');
                } else {
                    quoted = false;
                }
            } else if quoted {
                last.push(c);
            } else if c == delimiter || c == '\r' || c == '\n' {
                cells.push(String::new());
                at_start = true;
                continue;
            } else if c == '"' && at_start {
                quoted = true;
            } else {
                last.push(c);
            }
            at_start = false;
        }
        cells
    }

    #[test]
    fn no_cell_is_a_formula_however_a_spreadsheet_cuts_the_rows() {
        for sign in SIGNS {
            for before in BEFORE {
                let text = format!("{before}{sign}cmd|' /C calc'!A0");
                let fault = Fault {
                    file: text.clone(),
                    line: 3,
                    column: text.clone(),
                    rule: "a.rule",
                    found: text.clone(),
                    help: text.clone(),
                };
                let table = table([("fault", &fault)].into_iter());
                for delimiter in [',', ';', '\t', '|'] {
                    for cell in cells(&table, delimiter) {
                        let first = cell
                            .trim_start_matches(|c| is_blank(c) || c == '"')
                            .chars()
                            .next();
                        let is_live = first.is_some_and(|c| SIGNS.contains(&c) || c.is_control());
                        assert!(!is_live, "{text:?} cut at {delimiter:?}: {cell:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn what_is_no_formula_stands_as_it_is() {
        let fault = Fault {
            file: "a, b.csv".to_owned(),
            line: 12,
            column: String::new(),
            rule: "row.columns",
            found: "10\" – 3 columns".to_owned(),
            help: "write 1+1, not x=y".to_owned(),
        };
        let table = table([("remark", &fault)].into_iter());
        assert_eq!(
            table,
            "\u{feff}\"what\",\"file\",\"line\",\"column\",\"rule\",\"found\",\"help\"\r\n\
             \"remark\",\"a, b.csv\",\"12\",\"\",\"row.columns\",\"10\"\" – 3 columns\",\"write 1+1, not x=y\"\r\n"
        );
    }
}
