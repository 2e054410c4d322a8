//! A host network's list of approved devices on the command line: its columns remembered, its deliveries compared, a fall
//! held.

use crate::house::set_up;
use crate::program::Program;

const POLICY: &str = r#"
market = "us"
carrier = "carrier"
country = "US"
currency = "USD"
hosts = ["tmobile-us"]

[trust]
device_certification = [{ issuers = ["host"] }]

[[category]]
name = "smartphone"
requirements = { device_certification = "must" }
"#;

const HEAD: &str = "TAC Code;Model No.;Brand;Ampel\n";
const ROW: &str = ";2015015;Xiaomi;approved\n";

fn others(many: usize) -> String {
    (1..=many)
        .map(|n| format!(";A{n};Acme;approved\n"))
        .collect()
}

/// The code of the certification's reason.
fn code(program: &Program) -> String {
    let check = [
        "check", "--json", "-d", "2015015", "--seller", "shop", "--market", "us",
    ];
    let answer = program.call(&check).json();
    let reasons = answer["verdict"]["reasons"].as_array().expect("reasons");
    let mut reasons = reasons.iter();
    let of_network = reasons.find(|one| one["requirement"] == "device_certification");
    let code = of_network.expect("asked")["code"].as_str();
    code.expect("a code").to_owned()
}

#[test]
fn a_list_is_delivered_compared_held_and_its_columns_are_remembered() {
    let program = set_up();
    let policy = program.file("policy.toml", POLICY);
    program.call(&["policy", "set", &policy]).ends(0);
    let deliver = |text: String, more: &[&str]| {
        let file = program.file("approved.csv", &text);
        let args = ["import", &file, "--network", "tmobile-us"];
        program.call(&[&args[..], more].concat())
    };
    let file = program.file("approved.csv", &format!("{HEAD}{ROW}"));
    program
        .call(&["import", &file, "--kind", "approved-devices"])
        .fails(64, &["--network"]);
    program
        .call(&["import", &file, "--network", "tmobile"])
        .fails(66, &["there is no host network tmobile", "tmobile-us"]);
    deliver(format!("{HEAD}{ROW}"), &["--map", "colour=Ampel"])
        .fails(64, &["--map", "result=HEAD"]);

    let all = format!("{HEAD}{ROW}{}", others(5));
    let out = deliver(all.clone(), &["--activate", "us"]).ends(0);
    assert!(
        out.contains("6 rows = 6 with facts + 0 with faults"),
        "{out}"
    );
    assert!(
        out.contains("columns: tac=tac_code; code=model_no.; brand=brand"),
        "{out}"
    );
    assert!(out.contains("activated in market:us"), "{out}");
    // `Ampel` is no head that is known, and was not said: every row is an approval.
    assert_eq!(code(&program), "certification_on_file");

    // A column that nobody mapped does not say no unheard.
    let unheard = format!("{HEAD}{ROW};A1;Acme;refused\n");
    deliver(unheard, &[])
        .ends(0)
        .contains("result.unheard")
        .then_some(())
        .expect("it is told");
    let mapped = format!(
        "{HEAD}{ROW};A1;Acme;refused\n{}",
        others(5).replacen(";A1;Acme;approved\n", "", 1)
    );
    let out = deliver(mapped, &["--map", "result=Ampel", "--activate", "us"]).ends(0);
    assert!(out.contains("result=ampel"), "{out}");
    let out = deliver(format!("{HEAD}{}", others(5)), &["--activate", "us"]).ends(0);
    assert!(
        out.contains("result=ampel"),
        "the columns are remembered: {out}"
    );
    assert_eq!(code(&program), "certification_withdrawn");

    deliver(format!("{HEAD}{}", others(3)), &["--activate", "us"]).fails(65, &["2 of 5 facts"]);
    deliver(
        format!("{HEAD}{}", others(3)),
        &["--activate", "us", "--yes"],
    )
    .ends(0);
    deliver(
        "Code;Brand;Ampel\n2015015;Xiaomi;approved\n".to_owned(),
        &[],
    )
    .fails(65, &["tac_code", "code, brand, ampel"]);
    let out = deliver(all, &["--activate", "us"]).ends(0);
    assert!(out.contains("activated in market:us"), "{out}");
    assert_eq!(code(&program), "certification_on_file");
}

#[test]
fn a_list_speaks_in_an_audit_of_devices_that_the_directory_does_not_have() {
    let program = set_up();
    let policy = program.file("policy.toml", POLICY);
    program.call(&["policy", "set", &policy]).ends(0);
    let deliver = |rows: &str| {
        let file = program.file("approved.csv", &format!("{HEAD}{rows}{}", others(9)));
        let args = ["import", &file, "--network", "tmobile-us"];
        program
            .call(&[&args[..], &["--map", "result=Ampel", "--activate", "us"]].concat())
            .ends(0);
    };
    let goods = program.file(
        "goods.csv",
        "title,brand,mpn\nGalaxy S7,Samsung,SM-G930F\nGalaxy S7,Samsung,\nMi 4i,Xiaomi,2015015\nMi 4i,Xiaomi,2015999\n",
    );
    let audit = || -> Vec<(String, String)> {
        let told = program.call(&["audit", "--json", &goods, "--market", "us"]);
        let told = told.ends(1);
        let rows = told
            .lines()
            .filter_map(|line| serde_json::from_str(line).ok());
        rows.map(|row: serde_json::Value| {
            let text = |name: &str| row[name].as_str().unwrap_or_default().to_owned();
            (text("outcome"), row["why"].to_string())
        })
        .collect()
    };
    let outcomes = |rows: &[(String, String)]| -> Vec<String> {
        rows.iter().map(|(outcome, _)| outcome.clone()).collect()
    };
    assert_eq!(outcomes(&audit()), ["refused"; 4]);

    deliver(";SM-G930F;Samsung;approved\n;2015015;;approved\n");
    let rows = audit();
    // An approval is of one variant: of a name alone, or of another code, nothing is said.
    let expected = ["sellable", "refused", "sellable", "unknown"];
    assert_eq!(outcomes(&rows), expected, "{rows:#?}");
    assert!(rows[3].1.contains("model code 2015999"), "{rows:#?}");

    deliver(";2015015;;approved\n");
    let rows = audit();
    let expected = ["refused", "refused", "sellable", "unknown"];
    assert_eq!(outcomes(&rows), expected, "{rows:#?}");
    assert!(rows[0].1.contains("withdr"), "{rows:#?}");
}
