//! Cells of a table that people open in a spreadsheet: none of them is taken for a formula.
//!
//! Whatever leaves the house as CSV goes through here. Programs take JSON. Knows CSV and spreadsheets, not what
//! the cells mean.

/// A row without its end: every cell in quotes (RFC 4180), commas between.
pub fn row(cells: impl IntoIterator<Item = impl AsRef<str>>) -> String {
    let cells = cells.into_iter().map(|text| cell(text.as_ref()));
    cells.collect::<Vec<_>>().join(",")
}

/// In quotes, control characters made visible, and with an apostrophe before whatever a spreadsheet could
/// take for the beginning of a formula: at the cell's start, and where a cell would start if the
/// spreadsheet cut rows at another sign than the comma, or dropped quotes.
fn cell(text: &str) -> String {
    let mut cell = String::with_capacity(text.len() + 2);
    cell.push('"');
    let mut may_start = true;
    for c in text.chars() {
        if is_unseen(c) {
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

/// What would end a line, or turn the text around: made visible.
fn is_unseen(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Also the full-width forms, which spreadsheets read as the others.
const fn begins_formula(c: char) -> bool {
    matches!(c, '=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠')
}

const fn ends_cell(c: char) -> bool {
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
    const BEFORE: [&str; 28] = [
        "", " ", "\t", "\r", "\n", "\r\n", "\0", "\u{feff}", "\u{200b}", "\u{a0}", "\u{2028}",
        "\u{202e}", "\u{85}", "x,", "x;", "x|", "x:", "x\t", "x\r\n", "x\n", "x\0", "\"", "\"\"",
        "x\",\"", "x\";\"", "';", "，", "'",
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
            } else if c == delimiter || matches!(c, '\r' | '\n' | '\0') {
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

    /// Whether the first sign that is seen of a cell begins a formula.
    fn is_live(cell: &str) -> bool {
        let unseen = |c: char| is_blank(c) || c.is_control() || c == '"';
        let first = cell.trim_start_matches(unseen).chars().next();
        first.is_some_and(|c| SIGNS.contains(&c))
    }

    #[test]
    fn no_cell_is_a_formula_however_a_spreadsheet_cuts_the_rows() {
        let (mut tried, mut live) = (0, 0);
        for sign in SIGNS {
            for before in BEFORE {
                let text = format!("{before}{sign}cmd|' /C calc'!A0");
                let table = row(["plain", &text, &text]);
                for delimiter in [',', ';', '\t', '|', ':', '，'] {
                    for cell in cells(&table, delimiter) {
                        assert!(!is_live(&cell), "{text:?} cut at {delimiter:?}: {cell:?}");
                        assert!(!cell.chars().any(is_unseen), "{text:?}: {cell:?}");
                        tried += 1;
                    }
                }
                // The same text as it stands is live in some cut, but where quotes hide it.
                let bare =
                    [',', ';', '\t', '|', ':', '，'].map(|delimiter| cells(&text, delimiter));
                live += u32::from(bare.concat().iter().any(|cell| is_live(cell)));
            }
        }
        assert!(live > 150, "{live} of the texts are live as they stand");
        assert!(tried > 2_000, "{tried}");
    }

    #[test]
    fn an_ordinary_cell_is_what_it_was() {
        for text in [
            "Mi 4i",
            "SM-G930F",
            "2016-02-01",
            "Galaxy S20+",
            "Saïd 飛馬",
            "write 1+1, not x=y",
        ] {
            assert_eq!(row([text]), format!("\"{text}\""));
        }
        assert_eq!(row(["10\" tablet", ""]), "\"10\"\" tablet\",\"\"");
        assert_eq!(row(["two\r\nlines"]), "\"two\\u{d}\\u{a}lines\"");
    }
}
