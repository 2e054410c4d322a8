//! Lists of blocked units: every form of a number, located faults, and never a number in any text.

use domain::number::{Imei, UnitNumber};
use feeds::{BlockedFact, Fact, Kind, Row};

use crate::collect::read;

/// Units that nobody has: the code of a real device with serials made up here.
fn imei(serial: u32) -> String {
    let most = format!("86763402{serial:06}");
    let mut whole = (0..10).map(|check| format!("{most}{check}"));
    whole
        .find(|text| text.parse::<Imei>().is_ok())
        .expect("one of ten digits is right")
}

fn unit(serial: u32) -> UnitNumber {
    imei(serial).parse::<Imei>().expect("reads").unit()
}

fn rows(text: &str) -> Vec<Row> {
    read("blocked.csv", text.as_bytes(), Some(Kind::BlockedDevices))
        .expect("reads")
        .rows
}

fn facts(row: &Row) -> Vec<BlockedFact> {
    let facts = row.outcome.as_ref().expect("a good row");
    let blocked = facts.iter().map(|fact| match fact {
        Fact::Blocked(blocked) => blocked.clone(),
        other => panic!("{other:?}"),
    });
    blocked.collect()
}

#[test]
fn every_form_of_a_number_is_read_whatever_stands_between_columns() {
    let (whole, most) = (imei(1), &imei(1)[..14]);
    let spaced = format!(
        "{}-{}-{}-{}",
        &whole[..2],
        &whole[2..8],
        &whole[8..14],
        &whole[14..]
    );
    for number in [
        whole.clone(),
        most.to_owned(),
        format!("{most}07"),
        format!("{whole}07"),
        spaced,
    ] {
        for text in [
            format!(
                "imei,reason,since,reported_by\n{number},\"lost, and paid\",2026-01-31,a shop\n"
            ),
            format!(
                "\u{feff}IMEI;Reason;Since;Reported by\r\n{number};lost, and paid;2026-01-31;a shop\r\n"
            ),
            format!(
                "reported_by\tsince\treason\timei\na shop\t2026-01-31\tlost, and paid\t {number} \n"
            ),
        ] {
            let fact = BlockedFact {
                unit: unit(1),
                reason: Some("lost, and paid".to_owned()),
                since: "2026-01-31".parse().ok(),
                reported_by: Some("a shop".to_owned()),
            };
            let rows = rows(&text);
            assert_eq!(rows.len(), 1, "{text}");
            assert_eq!(
                (facts(&rows[0]), &rows[0].notes),
                (vec![fact], &vec![]),
                "{text}"
            );
        }
    }
    let short = rows(&format!("imei,reason\n{whole}\n"));
    assert_eq!(facts(&short[0])[0].reason, None);
}

#[test]
fn a_faulty_row_is_located_and_shows_the_code_and_the_length_alone() {
    let right = imei(2);
    let wrong = |by: u8| {
        let last = (right.as_bytes()[14] - b'0' + by) % 10;
        format!("{}{last}", &right[..14])
    };
    let cases = [
        (wrong(1), "imei.check_digit", "86763402… (15 digits)"),
        (
            right[..13].to_owned(),
            "imei.length",
            "86763402… (13 digits)",
        ),
        (
            format!("{right}123"),
            "imei.length",
            "86763402… (18 digits)",
        ),
        (
            format!("{}O", &right[..14]),
            "imei.characters",
            "86763402… (14 digits)",
        ),
        (
            format!("+{right}"),
            "imei.phone_number",
            "86763402… (15 digits)",
        ),
        (
            "8,67634E+14".to_owned(),
            "imei.digits_lost",
            "86763414 (8 digits)",
        ),
        (
            "12345678901234".to_owned(),
            "imei.digits_lost",
            "12345678… (14 digits)",
        ),
        (
            "000000000000000".to_owned(),
            "imei.made_up",
            "00000000… (15 digits)",
        ),
        (
            "８67634020000017".to_owned(),
            "imei.script",
            "８6763402… (15 digits)",
        ),
        (String::new(), "imei.missing", ""),
    ];
    let mut text = "imei;reason\n".to_owned();
    for (number, _, _) in &cases {
        text += &format!("{number};x\n");
    }
    text += &format!("{right};x\n");
    let rows = rows(&text);
    assert_eq!(rows.len(), cases.len() + 1);
    for (row, (number, rule, found)) in rows.iter().zip(&cases) {
        let faults = row.outcome.as_ref().expect_err(number);
        let said = (faults[0].rule, faults[0].found.as_str(), faults[0].line);
        assert_eq!(said, (*rule, *found, row.line), "{number}");
    }
    assert_eq!(facts(&rows[cases.len()])[0].unit, unit(2));
}

#[test]
fn a_unit_that_is_named_twice_counts_once_by_its_first_row() {
    let again = &imei(3)[..14];
    let rows = rows(&format!("imei,reason\n{},first\n{again},second\n", imei(3)));
    assert_eq!(facts(&rows[0])[0].reason.as_deref(), Some("first"));
    assert_eq!(facts(&rows[1]), []);
    let note = &rows[1].notes[0];
    assert_eq!((note.rule, note.line), ("imei.repeated", 3));
    assert!(note.help.contains("line 2"), "{note}");
}

#[test]
fn a_number_in_another_column_is_left_out_and_the_row_stands() {
    let (listed, other) = (imei(4), imei(5));
    let rows = rows(&format!(
        "imei,reason,since\n{listed},came with {other},{other}\n"
    ));
    let fact = &facts(&rows[0])[0];
    assert_eq!((fact.reason.as_ref(), fact.since), (None, None));
    let rules: Vec<&str> = rows[0].notes.iter().map(|note| note.rule).collect();
    assert_eq!(rules, ["imei.not_here", "since.not_a_date"]);
    assert!(!format!("{rows:?}").contains(&other[8..14]), "{rows:?}");
}

#[test]
fn no_text_of_a_file_repeats_a_number_whatever_it_was_taken_for() {
    let number = imei(987_654);
    let secret = &number[8..14];
    let tables = [
        format!("imei,reason\n{number}11,x\n{number}x,{number}\n\"{number}\n"),
        format!("device,{number}\n{number},y\n"),
        format!("{number}\n{number}\n"),
        format!("tac,model,model2\n{number},A,B\n"),
        format!("id,title,price\n{number},{number},{number}\n"),
    ];
    for table in &tables {
        for kind in Kind::ALL.map(Some).into_iter().chain([None]) {
            let said = match read("f", table.as_bytes(), kind) {
                Err(error) => error.to_string(),
                Ok(read) => {
                    let rows = read.rows.iter();
                    let said =
                        rows.map(|row| format!("{:?} {:?}", row.outcome.as_ref().err(), row.notes));
                    said.collect()
                }
            };
            assert!(!said.contains(secret), "{kind:?}: {said}");
        }
    }
}

#[test]
fn a_list_of_blocked_units_is_never_told_by_itself() {
    for (name, head) in [("blocked.csv", "imei,reason\n"), ("imei.csv", "imei\n")] {
        assert_eq!(feeds::detect(name, head.as_bytes()), None, "{name}");
    }
}
