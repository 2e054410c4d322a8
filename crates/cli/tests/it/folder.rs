//! A folder of others' files: is every file read or named with why not, and do the counts add up?

use crate::program::Program;

const CARRIERS: &str = "country,carrier,lte_bands,nr_bands\n\
    United States,Deep,B1|B3,n78\n\
    Freedonia,=cmd(),B1|=2+5,\n\
    Germany,,B1,\n";

fn a_folder(program: &Program) {
    program.file("in/b/carrier_bands.csv", CARRIERS);
    program.file(
        "in/a.csv",
        "frequency,band,technology,status\n1900 MHz,2,GSM,In Service\n",
    );
    program.file("in/README.md", "# What this is\n");
    program.file("in/.hidden.csv", CARRIERS);
    program.file("in/notes.txt", "hello\n");
    program.file("in/naming-rules.md", "# How codes are formed\n");
    program.file("in/offers.tsv", "id\ttitle\tprice\n1\tPhone\t1 USD\n");
}

#[test]
fn every_file_of_a_folder_is_read_or_named_with_why_not() {
    let program = Program::new();
    a_folder(&program);
    let answer = program.call(&["import", "--json", "in"]).json();
    let files: Vec<&str> = answer["files"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|file| file["file"].as_str().expect("a name"))
        .collect();
    let expected = ["in/a.csv", "in/b/carrier_bands.csv", "in/offers.tsv"];
    assert_eq!(files, expected);
    assert_eq!(
        answer["files"][2]["not_listed"],
        "offers: not listed, say --seller and --market"
    );
    let not_read: Vec<String> = answer["not_read"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|one| format!("{} {}", one["file"], one["why"]).replace('"', ""))
        .collect();
    assert_eq!(
        not_read,
        [
            "in/.hidden.csv hidden",
            "in/README.md for people to read",
            "in/naming-rules.md for people to read",
            "in/notes.txt of no kind that is known, by its name and by its head",
        ]
    );
    for key in ["rows", "rows_with_facts", "rows_with_faults", "facts"] {
        let all = answer["files"].as_array().expect("a list").iter();
        let sum: u64 = all.map(|file| file[key].as_u64().expect("a number")).sum();
        assert_eq!(answer["together"][key], sum, "{key}");
    }
    assert_eq!(answer["together"]["rows"], 5);
    assert_eq!(answer["together"]["rows_with_faults"], 2);

    let out = program.call(&["import", "in"]).ends(0);
    let words = |start: &str| {
        let line = out.lines().find(|line| line.starts_with(start));
        let line = line.unwrap_or_else(|| panic!("no {start} in\n{out}"));
        line.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    assert_eq!(
        words("in/a.csv"),
        "in/a.csv tmobile-bands 1 1 0 0 known already"
    );
    assert_eq!(
        words("in/b/carrier"),
        "in/b/carrier_bands.csv carrier-bands 3 2 1 2 known already"
    );
    // A feed of which nobody said whose it is was read and is no failure, even if no row of it reads.
    assert_eq!(
        words("in/offers.tsv"),
        "in/offers.tsv merchant-feed 1 0 1 0 offers: not listed, say --seller and --market"
    );
    assert_eq!(words("together"), "together 5 3 2 2");
    assert!(out.contains("Not read: 4 files"), "{out}");
}

#[test]
fn a_kind_that_is_named_passes_over_files_of_others() {
    let program = Program::new();
    a_folder(&program);
    let answer = program
        .call(&["import", "in", "--kind", "carrier-bands", "--json"])
        .json();
    assert_eq!(answer["together"]["files"], 1);
    assert_eq!(
        answer["not_read"][2]["why"],
        "of another kind, tmobile-bands"
    );
}

#[test]
fn a_file_that_breaks_in_a_folder_is_named_and_the_next_is_read() {
    let program = Program::new();
    a_folder(&program);
    program.file("in/b/a_list.csv.zst", "no archive");
    program.file("in/b/carrier_bands_old.csv", "name,price\nx,1\n");
    let said = program.call(&["import", "in"]);
    assert!(said.out.contains("together"), "{}", said.out);
    assert!(
        said.out.contains("in/b/carrier_bands_old.csv: "),
        "{}",
        said.out
    );
    said.fails(65, &["carrier_bands_old.csv", "not a carrier-bands file"]);
    program.call(&["import", "nowhere"]).fails(65, &["nowhere"]);
}

#[cfg(unix)]
#[test]
fn a_link_is_not_followed_out_of_the_folder() {
    let program = Program::new();
    let outside = program.file("carrier_bands.csv", CARRIERS);
    program.file("in/notes.txt", "hello\n");
    std::os::unix::fs::symlink(&outside, program.home().join("in/carrier_bands.csv"))
        .expect("links");
    std::os::unix::fs::symlink(program.home(), program.home().join("in/up")).expect("links");
    let answer = program.call(&["import", "in", "--json"]).json();
    assert_eq!(answer["together"]["files"], 0);
    assert_eq!(answer["not_read"].as_array().map(Vec::len), Some(3));
}

#[test]
fn all_faults_and_remarks_are_written_as_a_table_without_formulas() {
    let program = Program::new();
    a_folder(&program);
    program
        .call(&["import", "in", "--faults", "faults.csv"])
        .ends(0);
    let table = std::fs::read_to_string(program.home().join("faults.csv")).expect("written");
    let lines: Vec<&str> = table.trim_start_matches('\u{feff}').lines().collect();
    assert_eq!(
        lines.len(),
        1 + 1 + 2 + 1,
        "headings, a fault, two remarks, a fault of the feed\n{table}"
    );
    assert!(
        lines[1]
            .starts_with("\"fault\",\"in/b/carrier_bands.csv\",\"4\",\"carrier\",\"name.missing\"")
    );
    assert!(lines[2].contains("\"bands.unread\",\"'=2+5\""), "{table}");
    // A machine reads the same, unchanged.
    let answer = program
        .call(&["import", "in", "--json", "--remarks"])
        .json();
    assert_eq!(answer["files"][1]["remarks"][0]["found"], "=2+5");
    let nowhere = ["import", "in", "--faults", "no/such/folder/f.csv"];
    program.call(&nowhere).fails(73, &["f.csv"]);
}

#[test]
fn the_list_says_kind_date_rows_and_licence() {
    let program = Program::new();
    a_folder(&program);
    program.call(&["import", "in"]).ends(0);
    let out = program.call(&["import", "--list"]).ends(0);
    let mut lines = out.lines();
    let line = lines.find(|line| line.starts_with("carrier_bands.csv  carrier-bands  ds-"));
    assert!(line.is_some(), "{out}");
    assert_eq!(
        lines.next(),
        Some("  2026-04; 2 of 3 rows, 2 facts; licence: none stated")
    );
    assert!(out.starts_with("imported 20"), "{out}");
    assert!(out.lines().all(|line| line.chars().count() <= 100), "{out}");
}
