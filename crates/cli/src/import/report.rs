//! Every fault and remark of an import as a table for a spreadsheet, in which no cell is a formula.
//!
//! For people; programs take `--json`. Knows the table's columns, not what the faults mean.

use domain::fault::Fault;
use web::spreadsheet;

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
    table.push_str(&spreadsheet::row(cells));
    table.push_str(ROW_END);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_of_any_column_is_a_formula() {
        for sign in [
            '=', '+', '-', '@', '＝', '＋', '－', '＠', '\t', '\r', '\n', '\0',
        ] {
            let text = format!("{sign}cmd|' /C calc'!A0");
            let fault = Fault {
                file: text.clone(),
                line: 3,
                column: text.clone(),
                rule: "a.rule",
                found: text.clone(),
                help: text.clone(),
            };
            let table = table([("fault", &fault)].into_iter());
            let (_, rows) = table.split_once(ROW_END).expect("headings");
            let guarded = if sign.is_control() { "\"\\u{" } else { "\"'" };
            assert_eq!(rows.matches(guarded).count(), 4, "{table}");
            assert_eq!(rows.lines().count(), 1, "{table}");
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
