//! Lists of approved devices: columns by their heads or a mapping, cells, and rows that contradict each other.

use domain::certification::CertificationResult;
use domain::fault::Fault;
use feeds::workbook::{Book, Look};
use feeds::{ApprovalFact, ApprovedMapping, Fact, FileError, Kind, Row};

use crate::collect::{Rows, read};

fn with(text: &[u8], mapping: &ApprovedMapping) -> Result<(String, Vec<Row>), FileError> {
    let mut rows = Rows::default();
    let (origin, summary) = feeds::read_approved("list.csv", text, mapping, &mut rows)?;
    let counts = summary.rows_with_facts + summary.rows_with_faults;
    assert_eq!(summary.rows, counts, "the counts add up");
    Ok((origin.columns, rows.rows))
}

fn rows(text: &str) -> Vec<Row> {
    let read = read("list.csv", text.as_bytes(), Some(Kind::ApprovedDevices));
    read.expect("a list").rows
}

fn mapping(text: &str) -> ApprovedMapping {
    text.parse().expect("a mapping")
}

fn facts(row: &Row) -> Vec<&ApprovalFact> {
    let facts = row.outcome.as_ref().map_or(&[][..], Vec::as_slice);
    let approvals = facts.iter().map(|fact| match fact {
        Fact::Approval(approval) => &**approval,
        other => panic!("an approval, not {other:?}"),
    });
    approvals.collect()
}

fn told(row: &Row) -> Vec<(&str, &str)> {
    let faults = row.outcome.as_ref().err();
    let all = faults.into_iter().flatten().chain(&row.notes);
    all.map(|fault: &Fault| (fault.column.as_str(), fault.rule))
        .collect()
}

/// One row under these heads, and what is told of it: columns with rules.
#[track_caller]
fn check(heads: &str, row: &str, expected: &[(&str, &str)]) {
    let rows = rows(&format!("{heads}\n{row}\n"));
    assert_eq!(rows.len(), 1, "{row}");
    assert_eq!(told(&rows[0]), expected, "{row}");
}

#[test]
fn a_device_goes_by_its_code_its_model_code_or_its_brand_and_name() {
    let rows = rows(
        "TAC Code;Model Number;Manufacturer;Marketing Name;Status;Approval Date;Expiry Date;SW Version;Comment\n\
         86763402, 86763403;2015015;Xiaomi;Mi 4i;Approved;2016-05-03;31.12.2017;V8.1 - V8.9;x\n\
         ;SM-G981B;;;conditionally approved;;;;\n\
         ;;Acme;Phone One;Rejected;;;;\n\
         ;;Acme;Phone Two;Withdrawn;;;;\n\
         ;;Acme;Phone Three;pending;;;;\n",
    );
    let said: Vec<_> = rows.iter().map(facts).collect();
    let first = said[0][0];
    let tacs: Vec<String> = first.tacs.iter().map(ToString::to_string).collect();
    assert_eq!(tacs, ["86763402", "86763403"]);
    assert_eq!(
        (&*first.codes, &*first.brand),
        (&["2015015".to_owned()][..], "Xiaomi")
    );
    assert_eq!(first.result, CertificationResult::Certified);
    let day = |text: &str| text.parse().ok();
    assert_eq!(first.valid.from, day("2016-05-03"));
    assert_eq!(first.valid.until, day("2017-12-31"));
    assert_eq!(first.builds.last, "V8.9".parse().ok());
    let conditional = CertificationResult::Conditional("conditionally approved".to_owned());
    assert_eq!(said[1][0].result, conditional);
    let not = |fact: &ApprovalFact| (fact.result.clone(), fact.is_withdrawn);
    assert_eq!(not(said[2][0]), (CertificationResult::NotCertified, false));
    assert_eq!(not(said[3][0]), (CertificationResult::NotCertified, true));
    assert!(said[4].is_empty());
    assert_eq!(told(&rows[4]), [("status", "result.pending")]);
}

#[test]
fn what_cannot_be_is_a_fault_at_its_column() {
    for (tac, rule) in [
        ("8676340", "tac.length"),
        ("867634021", "tac.length"),
        ("86763402O", "tac.characters"),
        ("8.67E+07", "tac.digits_lost"),
        ("22222222", "tac.made_up"),
        ("00100123", "tac.test"),
        ("77123456", "tac.not_allocated"),
        ("867634020000012", "imei.not_here"),
    ] {
        check("TAC,Status", &format!("{tac},yes"), &[("tac", rule)]);
    }
    for (date, rule) in [
        ("2016-02-30", "date.no_such_day"),
        ("03/04/2016", "date.ambiguous"),
        ("42493", "date.number"),
        ("1616-01-01", "date.no_such_day"),
        ("soon", "date.not_a_date"),
        ("3.4.16", "date.not_a_date"),
    ] {
        check(
            "TAC,Approval Date",
            &format!("86763402,{date}"),
            &[("approval_date", rule)],
        );
    }
    for date in ["31/04/2016", "13/31/2016"] {
        check(
            "TAC,Approval Date",
            &format!("86763402,{date}"),
            &[("approval_date", "date.no_such_day")],
        );
    }
    for date in [
        "2016-05-03",
        "20160503",
        "3.5.2016",
        "3 May 2016",
        "MAY 3 2016",
        "2016-05-03T00:00:00Z",
        "13/5/2016",
        "5/5/2016",
    ] {
        check("TAC,Approval Date", &format!("86763402,{date}"), &[]);
    }
    check(
        "TAC,Approval Date,Expiry",
        "86763402,2016-05-03,2016-05-03",
        &[("expiry", "date.order")],
    );
    check("TAC,Status", "86763402,", &[("status", "result.missing")]);
    check(
        "TAC,Status",
        "86763402,maybe",
        &[("status", "result.unknown")],
    );
    check("TAC,Brand,Model", ",Acme,", &[("", "device.nameless")]);
    check(
        "TAC,Software",
        "86763402,V9 - V8",
        &[("software", "software.not_a_build")],
    );
    check(
        "TAC,Model Code",
        "86763402,SM 867634020000012",
        &[("model_code", "imei.not_here")],
    );
}

#[test]
fn a_no_in_a_column_that_is_not_read_is_never_taken_for_an_approval() {
    check(
        "TAC,Ampel",
        "86763402,Refused",
        &[("ampel", "result.unheard")],
    );
    check("TAC,Ampel", "86763402,no", &[]);
    check("TAC,Status,Notes", "86763402,yes,Expired", &[]);
    let none = "result=-".parse().expect("a mapping");
    let (_, rows) = with(b"TAC,Ampel\n86763402,Refused\n", &none).expect("reads");
    assert_eq!(facts(&rows[0])[0].result, CertificationResult::Certified);
}

#[test]
fn a_number_of_a_unit_is_never_repeated() {
    let imei = "867634020000012";
    let text =
        format!("TAC,Model Code,Status,Date\n{imei},{imei},{imei},{imei}\n86763402,A,yes,\n");
    for row in rows(&text) {
        assert!(!format!("{row:?}").contains("8676340200"), "{row:?}");
    }
}

#[test]
fn rows_that_contradict_each_other_both_are_faults_and_the_others_stand() {
    let read = rows(
        "TAC,Model Code,Status,Approved on,Expires\n\
         86763402,,approved,,\n\
         86763403,,approved,,\n\
         86763402,,refused,,\n\
         86763403,,approved,,\n\
         86763404,,approved,2016-01-01,2017-01-01\n\
         86763404,,refused,2017-01-01,\n\
         ,A1,approved,,\n\
         ,a-1,withdrawn,,\n",
    );
    let rules: Vec<_> = read
        .iter()
        .map(|row| told(row).first().map(|(_, rule)| *rule))
        .collect();
    let (no, repeated) = (Some("approval.contradicted"), Some("approval.repeated"));
    assert_eq!(rules, [no, None, no, repeated, None, None, no, no]);
    let fault = read[0].outcome.as_ref().expect_err("a fault");
    assert!(
        fault[0].help.starts_with("line 4 says"),
        "{}",
        fault[0].help
    );
    assert_eq!(fault[0].line, 2);
}

#[test]
fn a_mapping_is_used_as_it_was_and_a_head_that_is_gone_is_told_beside_those_there_are() {
    let first = "TAC Code,OK?,Sold as\n86763402,yes,Mi 4i\n";
    let said = mapping("result=OK?");
    let (columns, read) = with(first.as_bytes(), &said).expect("reads");
    assert_eq!(columns, "tac=tac_code; result=ok?");
    assert_eq!(facts(&read[0])[0].result, CertificationResult::Certified);

    let before = mapping(&columns).used_before();
    let refused =
        |text: &str, mapping: &ApprovedMapping| with(text.as_bytes(), mapping).expect_err(text);
    let renamed = refused("Type,OK?\n86763402,no\n", &before);
    assert!(
        matches!(renamed, FileError::NoSuchColumn { .. }),
        "{renamed}"
    );
    let words = renamed.to_string();
    assert!(
        words.contains("tac_code") && words.contains("type, ok?"),
        "{words}"
    );

    // A column that could close a sale is not passed over because the mapping does not know it.
    let text = "TAC Code,OK?,Expiry Date\n86763402,yes,2016-01-01\n";
    let more = refused(text, &before);
    assert!(matches!(more, FileError::ColumnNotMapped { .. }), "{more}");
    let (columns, read) =
        with(text.as_bytes(), &before.with(&mapping("expires=-"))).expect("left out");
    assert_eq!(columns, "tac=tac_code; result=ok?; expires=-");
    assert_eq!(facts(&read[0])[0].valid.until, None);
    let (_, read) = with(
        text.as_bytes(),
        &before.with(&mapping("expires=Expiry Date")),
    )
    .expect("mapped");
    assert!(facts(&read[0])[0].valid.until.is_some());

    let none = refused("Price,Shop\n1,x\n", &ApprovedMapping::default());
    assert!(matches!(none, FileError::NoColumn { .. }), "{none}");
    for wrong in ["tac", "tac=", "brand=A; brand=B", "colour=A"] {
        assert!(wrong.parse::<ApprovedMapping>().is_err(), "{wrong}");
    }
}

#[test]
fn a_spreadsheet_and_json_say_the_same_as_a_table() {
    let cells = [
        ["Approved devices", "", ""],
        ["TAC", "Status", "Approved on"],
        ["86763402", "Approved", "2016-05-03"],
        ["86763403", "Refused", ""],
    ];
    let mut book = Book::default();
    book.sheet("List", &[12; 3]).expect("a sheet");
    for row in &cells {
        book.row(row.iter().copied(), Look::Plain, &[])
            .expect("a row");
    }
    let bytes = book.finish().expect("a spreadsheet");
    let json = r#"[{"TAC": "86763402", "Status": "Approved", "Approved on": "2016-05-03"},
        {"TAC": 86763403, "Status": "Refused"}]"#;
    let table = cells.map(|row| row.join("\t")).join("\n");
    let said = |text: &[u8]| {
        let (_, rows) = with(text, &ApprovedMapping::default()).expect("reads");
        let facts = rows.iter().flat_map(facts).cloned();
        facts.collect::<Vec<_>>()
    };
    let of_table = said(table.as_bytes());
    assert_eq!(of_table.len(), 2);
    assert_eq!(said(&bytes), of_table);
    assert_eq!(said(json.as_bytes()), of_table);
}
