//! One test a rule of [`super`], on rows that were made up for it.

use domain::number::Tac;

use super::*;

/// `brand|model|codes|tacs`, and after them in any order: `bands`, `free`, `aka NAME`, `sheet NAME`, `cn CODENAME`,
/// `list NUMBER`; else each row is of a list of its own.
fn claims(rows: &[&str]) -> Claims {
    let mut builder = ClaimsBuilder::default();
    for (number, row) in (1000_u16..).zip(rows) {
        let cells: Vec<&str> = row.split('|').collect();
        let list = |at: usize| -> Vec<String> {
            let words = cells.get(at).unwrap_or(&"").split(',').map(str::trim);
            words
                .filter(|word| !word.is_empty())
                .map(str::to_owned)
                .collect()
        };
        let more = cells.get(4..).unwrap_or_default();
        let said = |prefix: &str| -> Vec<String> {
            let found = more.iter().filter_map(|word| word.strip_prefix(prefix));
            found.map(str::to_owned).collect()
        };
        let tacs: Vec<Tac> = list(3)
            .iter()
            .map(|tac| tac.parse().expect("a code"))
            .collect();
        builder.push(&Row {
            brand: cells[0],
            model: cells[1],
            codes: &list(2),
            codenames: &said("cn "),
            aliases: &said("aka "),
            sheet: said("sheet ").first().map_or("", String::as_str),
            tacs: &tacs,
            has_bands: more.contains(&"bands"),
            is_free_text: more.contains(&"free"),
            list: said("list ")
                .first()
                .map_or(number, |list| list.parse().expect("a number")),
        });
    }
    builder.finish()
}

fn shown(claims: &Claims, row: u32) -> String {
    full_name(claims.brand(row), claims.model(row))
}

/// `NAME: rows`, `several: NAME or NAME`, with `contradiction` or `variants` where that is why, or `nothing`.
fn said(claims: &Claims, text: &str) -> String {
    match find(claims, text, &mut Missing::new()) {
        Answer::Device(device) => {
            let basis = match device.basis {
                Basis::Listed => "",
                Basis::Followed => " (followed)",
                Basis::FreeText => " (free text)",
            };
            let rows: Vec<String> = device.rows.iter().map(u32::to_string).collect();
            format!("{}{basis}: {}", shown(claims, device.title), rows.join(" "))
        }
        Answer::Several(several) => {
            let why = match several.why {
                Why::Names => "several",
                Why::Variants => "variants",
                Why::Contradiction => "contradiction",
            };
            let candidates = several.candidates.iter();
            let asks: Vec<&str> = candidates.map(|one| one.ask.as_str()).collect();
            format!("{why}: {}", asks.join(" or "))
        }
        Answer::Nothing => "nothing".to_owned(),
    }
}

fn check(rows: &[&str], answers: &[(&str, &str)]) {
    let claims = claims(rows);
    for (text, answer) in answers {
        assert_eq!(said(&claims, text), *answer, "{text}");
    }
}

#[test]
fn rule_1_spellings_are_one_name() {
    let rows = [
        "Xiaomi|Mi 4i|2015015||bands",
        "XIAOMI|Xiaomi Mi-4i||86763402",
        "Xiаomi|MI 4І|2015015",
        "Redmi|Note 8|M1908C3JG",
        "Xiaomi|Redmi Note 8|||bands",
        "LG|Optimus",
        "Alcatel|POP 2",
    ];
    let answers = [
        ("mi4i", "Xiaomi Mi 4i: 0 1 2"),
        ("xiaomi mi 4i", "Xiaomi Mi 4i: 0 1 2"),
        ("86763402", "Xiaomi Mi 4i: 0 1 2"),
        ("M1908C3JG", "Xiaomi Redmi Note 8: 3 4"),
        ("redmi note 8", "Xiaomi Redmi Note 8: 3 4"),
        ("LGE Optimus", "LG Optimus: 5"),
        ("tct (alcatel) pop 2", "Alcatel POP 2: 6"),
    ];
    check(&rows, &answers);
}

#[test]
fn rule_2_placeholders_name_nothing() {
    let rows = [
        "AGM|A9|Android||bands",
        "AGM|A10|Android||bands",
        "TCL|TBD|9132S",
    ];
    let answers = [
        ("Android", "nothing"),
        ("TBD", "nothing"),
        ("agm a9", "AGM A9: 0"),
        ("9132S", "TCL TBD (followed): 2"),
    ];
    check(&rows, &answers);
}

#[test]
fn rule_3_a_free_text_never_outranks_a_list() {
    let rows = [
        "Acme|One||11111112",
        "|ACME TWO||11111112|free",
        "|ACME TWO||11111113|free",
        "|PHONE OF MY AUNT||11111114|free",
        "Acme|One|||bands",
        "Acme|Two|||bands",
    ];
    let answers = [
        ("11111112", "Acme One: 0 1 4"),
        ("11111113", "Acme Two (free text): 2 5"),
        ("11111114", "PHONE OF MY AUNT (free text): 3"),
        ("phone of my aunt", "nothing"),
    ];
    check(&rows, &answers);
}

#[test]
fn rule_3_a_vague_free_text_says_nothing_beside_a_better_one() {
    let rows = [
        "Acme|Acme||",
        "Acme|Star|||bands",
        "Acme|Star 6S|||bands",
        "HTC|Wonder|||cn acme",
        "|ACME STAR||11111115|free",
        "|ACME STAR 6S||11111115|free",
        "|ACME||11111115|free",
        "|ACME||11111116|free",
        "|ACME STAR||11111117|free",
        "|ACME STAR||11111117|free",
    ];
    let answers = [
        ("11111115", "Acme Star 6S (free text): 2 4 5 6"),
        ("11111116", "ACME (free text): 7"),
        ("11111117", "Acme Star (free text): 1 8 9"),
    ];
    check(&rows, &answers);
}

#[test]
fn rule_4_codes_inside_names_are_codes() {
    let rows = [
        "Samsung|Galaxy S7 SM-G930F||35647101",
        "Samsung|Galaxy S7|SM-G930F||bands",
        "Samsung|SGH-C170||35647102",
        "Samsung|C170|||bands",
        "Other|C170|||bands",
    ];
    let answers = [
        ("35647101", "Samsung Galaxy S7 (followed): 0 1"),
        ("smg930f", "Samsung Galaxy S7: 0 1"),
        ("35647102", "Samsung C170 (followed): 2 3"),
    ];
    check(&rows, &answers);
}

#[test]
fn rule_5_a_short_code_counts_within_its_brand() {
    let rows = [
        "Lenovo|Tab M10|M10||bands",
        "Olla|M10|M10|35647101",
        "LG|G2|LG-F320K||bands",
        "LGX|Optimus G2|LG-F320K|35647102",
    ];
    let answers = [
        ("M10", "several: Lenovo Tab M10 or Olla M10"),
        ("35647101", "Olla M10: 1"),
        ("LG-F320K", "LG G2: 2 3"),
    ];
    check(&rows, &answers);
    let crowd: Vec<String> = (0..30).map(|n| format!("B|Name {n}|AB-1234")).collect();
    let mut rows: Vec<&str> = crowd.iter().map(String::as_str).collect();
    rows.push("B||AB-1234|35647101");
    check(&rows, &[("35647101", "B: 30")]);
}

#[test]
fn rule_6_rows_with_bands_decide_what_a_code_means() {
    let rows = [
        "Acme|One Global|AC-1001",
        "Acme|One|AC-1001||bands",
        "Acme|Two|AC-2002",
        "Acme|Deux|AC-2002",
        "Acme|Three|AC3||bands",
        "Acme|Four|AC3||bands",
    ];
    let answers = [
        ("AC-1001", "Acme One: 0 1"),
        ("AC-2002", "Acme Two: 2 3"),
        ("AC3", "several: Acme Three or Acme Four"),
    ];
    check(&rows, &answers);
}

#[test]
fn rule_6_a_peculiar_code_means_the_name_that_most_lists_with_its_bands_give_it() {
    let rows = [
        "Samsung|Galaxy S7|SM-G930F||bands|list 1",
        "Samsung|Galaxy S7|SM-G930F,SM-G930A||bands|list 2",
        "Samsung|Galaxy S7|SM-G930F,SM-G930A||bands|list 3",
        "Samsung|Galaxy S7 (USA)|SM-G930A,SM-G930F||bands|list 2",
        "Samsung|Galaxy S7 (USA)|SM-G930A,SM-G930F||bands|list 3",
        "Samsung|Galaxy S7|SM-G930F|35332508",
        // One list with two rows is one voice.
        "Acme|One|XY-1234A||bands|list 1",
        "Acme|One|XY-1234A||bands|list 1",
        "Acme|Two|XY-1234A||bands|list 2",
    ];
    let answers = [
        ("SM-G930F", "Samsung Galaxy S7: 0 1 2 5"),
        (
            "SM-G930A",
            "several: Samsung Galaxy S7 or Samsung Galaxy S7 (USA)",
        ),
        ("XY-1234A", "several: Acme One or Acme Two"),
    ];
    check(&rows, &answers);
    let claims = claims(&rows);
    let Answer::Device(device) = find(&claims, "SM-G930F", &mut Missing::new()) else {
        panic!("one device");
    };
    let others: Vec<String> = device
        .others
        .iter()
        .map(|row| shown(&claims, *row))
        .collect();
    assert_eq!(others, ["Samsung Galaxy S7 (USA)"]);
}

#[test]
fn rule_6_several_codes_mean_the_name_that_all_of_them_have() {
    let rows = [
        "Samsung|Galaxy S7|SM-G930F||bands",
        "Samsung|Galaxy S7|SM-G930A",
        "Samsung|Galaxy S7 (USA)|SM-G930A||bands",
        "Samsung||SM-G930F,SM-G930A,SM-G930X|35647101",
        // One hardware by two names, of which no bands are known.
        "Samsung|Galaxy S22|SM-S901B",
        "Samsung|Galaxy S22 5G|SM-S901B",
        "Samsung||SM-S901B|35647102",
        // Two hardwares without a name in common are two.
        "Samsung|Tab S7|SM-T875N",
        "Samsung||SM-T875N,SM-S901B|35647103",
    ];
    let answers = [
        ("35647101", "Samsung Galaxy S7: 0 1 2 3"),
        ("35647102", "Samsung Galaxy S22: 4 5 6 8"),
        (
            "35647103",
            "several: Samsung Galaxy S22 or Samsung Galaxy S22 5G or Samsung Tab S7",
        ),
    ];
    check(&rows, &answers);
}

#[test]
fn rule_7_a_name_without_bands_is_followed() {
    let rows = [
        "Samsung|SGH M610||35647101|sheet samsung m610",
        "Samsung|M610|||bands",
        "Motorola|AC2 Phone||35647102|aka C300",
        "Motorola|C300|||bands",
        "Nokia|Both||35647103|aka 3100|aka 3120",
        "Nokia|3100|||bands",
        "Nokia|3120|||bands",
    ];
    let answers = [
        ("35647101", "Samsung M610 (followed): 0 1"),
        ("SGH M610", "Samsung M610 (followed): 0 1"),
        ("35647102", "Motorola C300 (followed): 2 3"),
        ("35647103", "Nokia Both: 4"),
        ("nokia both", "Nokia Both: 4"),
    ];
    check(&rows, &answers);
}

#[test]
fn rule_8_a_type_allocation_code_means_what_all_its_rows_have_in_common() {
    let rows = [
        "Siemens|A70||35647100",
        "Samsung||SM-A705F,SM-A705FN|35647100",
        "Samsung|Galaxy A70|SM-A705F",
        "Samsung|Galaxy A70||35647101",
        "Samsung||SM-A705F|35647101",
        "Samsung||SM-X999Z|35647102",
        "Siemens|||35647102",
    ];
    let answers = [
        (
            "35647100",
            "contradiction: Siemens A70 or Samsung Galaxy A70",
        ),
        ("35647101", "Samsung Galaxy A70: 1 2 3 4"),
        ("35647102", "contradiction: SM-X999Z or "),
    ];
    check(&rows, &answers);
}

#[test]
fn rule_9_a_code_means_its_own_hardware_and_a_name_every_variant() {
    let rows = [
        "Samsung|Galaxy S24|SM-S921B||bands",
        "Samsung|Galaxy S24|SM-S921U||bands",
        "Samsung|Galaxy S24||35647101",
        "Samsung||SM-S921U|35647102",
        "Samsung||SM-S921N|35647103",
        "Samsung|Galaxy S24|SM-S921N",
        "Acme|One|AC-1001||bands",
        "Acme|One|||bands",
        "Acme|AC-3003|A1||bands",
    ];
    let answers = [
        ("galaxy s24", "variants: SM-S921B or SM-S921U"),
        ("35647101", "variants: SM-S921B or SM-S921U"),
        ("AC-3003", "Acme AC-3003: 8"),
        ("SM-S921U", "Samsung Galaxy S24: 1 2 3 5"),
        ("35647102", "Samsung Galaxy S24: 1 2 3 5"),
        ("35647103", "Samsung Galaxy S24: 2 4 5"),
        ("acme one", "Acme One: 6 7"),
        ("AC-1001", "Acme One: 6 7"),
    ];
    check(&rows, &answers);
}

#[test]
fn rule_10_digits_are_never_mended() {
    let rows = ["Acme|One||01234500"];
    check(
        &rows,
        &[
            ("01234500", "Acme One: 0"),
            ("1234500", "nothing"),
            ("22222222", "nothing"),
        ],
    );
}

#[test]
fn a_part_that_has_every_key_asked_for_answers_as_the_whole() {
    let rows = ["Acme|One|AC-1001|35647101|bands", "Acme|One|||cn uno"];
    let whole = claims(&rows);
    let mut missing = Missing::new();
    let mut builder = ClaimsBuilder::default();
    builder.push(&Row::default());
    let nothing = builder.finish_part([]);
    assert_eq!(find(&nothing, "AC-1001", &mut missing), Answer::Nothing);
    let asked: Vec<&str> = missing.iter().map(String::as_str).collect();
    let due = [
        "alias:ac1001",
        "code:ac1001",
        "codename:ac1001",
        "device:ac1001",
        "model:ac1001",
    ];
    assert_eq!(asked, due);
    let mut missing = Missing::new();
    find(&whole, "AC-1001", &mut missing);
    assert!(missing.is_empty());
}

#[test]
fn codes_of_which_the_same_is_said_mean_the_same() {
    let rows = [
        "Samsung||SM-G930F|35647101",
        "Samsung||SM-G930F|35647102",
        "Samsung||SM-G930A|35647103",
        "Samsung||SM-G930F|35647104|bands",
        "|GALAXY||35647105|free",
        "|GALAXY||35647106|free",
        "|GALAXY||35647106|free",
        "|GALAXY||35647107",
    ];
    let groups = claims(&rows).tacs_alike();
    let groups: Vec<String> = groups
        .iter()
        .map(|tacs| {
            tacs.iter()
                .map(|tac| tac.to_string()[6..].to_owned() + " ")
                .collect()
        })
        .collect();
    assert_eq!(groups, ["01 02 ", "03 ", "04 ", "05 ", "06 ", "07 "]);
}
