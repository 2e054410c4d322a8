//! The check of a phone in a real browser, with a script and without: suggestions, virtual carriers, one unit by
//! its IMEI, lists that disagree.

use acceptance::setting;
use domain::evidence::Authority;
use domain::number::Imei;
use serde_json::Value;
use trade::data_sets::Input;
use trade::{FileKind, House};

use crate::browser::Shown;

/// Every state of the check, for what is demanded of all pages.
pub const PAGES: [&str; 13] = [
    "/check",
    "/check?device=2015015&network=T-Mobile&country=US&at=2016-02-01",
    "/check?device=2015015&network=US%2FT-Mobile&at=2026-11-01",
    "/check?device=2015015&network=US%2FUS+Mobile&at=2026-11-01",
    "/check?device=Xiomi+Mi+4i&network=US%2FVerizon",
    "/check?device=35647100&network=US%2FT-Mobile",
    "/check?device=Galaxy&network=US%2FT-Mobile",
    "/check?device=Pixel&network=T-Mobile&country=US",
    "/check?device=2015015&other=T-Mobil&country=US",
    "/check/unit",
    "/check/unit#imei=listed",
    "/check/unit#imei=torn",
    "/check/unit#imei=wrong",
];

/// A number that nobody has: a code, a serial made up here, the check digit worked out.
fn imei(tac: &str) -> String {
    let most = format!("{tac}271828");
    let mut whole = (0..10).map(|check| format!("{most}{check}"));
    let whole = whole.find(|text| text.parse::<Imei>().is_ok());
    whole.expect("one of ten digits is right")
}

/// Lists that contradict each other, one that forbids commercial use, one of blocked units.
pub async fn bring_lists(house: &House) {
    for (file, text) in [
        (
            "osmocom_tacdb_copy2026.csv",
            "tac,name,name,contributor,comment,gsmarena,gsmarena,aka\n35647100,Siemens,A70,x,,,,\n",
        ),
        (
            "samsung_tacs_2026-05.csv",
            "tac,model,model2\n35647100,SM-A705F,SM-A705FN\n",
        ),
        (
            "supported_devices_2025-01-20.csv",
            "Retail Branding,Marketing Name,Device,Model\nXiaomi,Mi 4i,ferrari,Mi 4i\n",
        ),
        (
            "mobilemodels_parsed.tsv",
            "brand_file\tsection\tgroup\tmodel_code\tmarket_name\n\
             xiaomi_en\tXiaomi phones\t[X9] Mi 4i (ferrari)\t2015015\tMi 4i Global\n",
        ),
    ] {
        let input = Input::Bytes(file.to_owned(), text.as_bytes().to_vec());
        let read = house.import(input, None, Authority::PublicList, |_| {});
        read.await.expect("reads");
    }
    let text = format!("imei;reason;since\n{};theft;2016-02-11\n", imei("86763402"));
    let input = Input::Bytes("list.csv".to_owned(), text.into_bytes());
    let kind = Some(FileKind::BlockedDevices);
    let read = house.import(input, kind, Authority::PublicList, |_| {});
    let units = read.await.expect("reads").blocked;
    let delivered = house.deliver_blocked_list("police", &units, false).await;
    delivered.expect("delivers");
}

/// Types a number into the form of the page that is open, and sends it.
pub fn send_unit(shown: &mut Shown, which: &str) {
    let number = match which {
        "listed" => imei("86763402"),
        "torn" => imei("35647100"),
        _ => imei("86763402")[..14].to_owned(),
    };
    shown.browser.follow(&format!(
        "document.querySelector('input[name=imei]').value = {number:?};
         document.querySelector('.unit-form select').value = 'US/T-Mobile';
         document.querySelector('.unit-form button').click()"
    ));
}

/// Types into the field of the phone, as a keyboard does.
fn typing(text: &str) -> String {
    format!(
        "(() => {{ const field = document.querySelector('input[name=device]');
           field.value = {text:?}; field.dispatchEvent(new Event('input')); }})()"
    )
}

#[test]
fn a_name_is_suggested_while_it_is_typed_and_found_without_a_script_too() {
    let Some(mut shown) = Shown::new() else {
        return;
    };
    shown.open("/check");
    shown.browser.evaluate(&typing("xiaomi mi 4"));
    let offers = |name: &str| {
        format!(
            "[...document.querySelector('#devices').options].some(one => one.value === {name:?})"
        )
    };
    shown.until("a suggestion", &offers("Xiaomi Mi 4i"));
    let code = "document.querySelector('#devices option[value=\"2015015\"]') === null";
    assert_eq!(
        shown.browser.evaluate(code),
        Value::Bool(true),
        "the list is the server's"
    );

    for scripts in [true, false] {
        shown.browser.scripts(scripts);
        shown.open("/check?device=Xiomi+Mi+4i&network=US%2FT-Mobile");
        let said = shown.text("#as-of");
        assert!(said.contains("Understood as Xiaomi Mi 4i"), "{said}");
        let others = "document.querySelectorAll('#as-of .close a').length";
        assert!(shown.browser.evaluate(others).as_u64() > Some(0), "{said}");
        shown.open("/check?device=35647100&network=US%2FT-Mobile");
        assert!(shown.text("#as-of").contains("Siemens A70"));
        shown
            .browser
            .follow("document.querySelector('#as-of .close a').click()");
        let asked = shown
            .browser
            .evaluate("document.querySelector('input[name=device]').value");
        assert_ne!(asked, "35647100", "the link asks for another");
    }
}

#[test]
fn a_virtual_carrier_is_answered_host_by_host_with_and_without_a_script() {
    let Some(mut shown) = Shown::new() else {
        return;
    };
    for scripts in [true, false] {
        shown.browser.scripts(scripts);
        shown.open("/check?device=2015015&network=US%2FUS+Mobile&at=2016-02-01");
        assert!(shown.text("#as-of").contains("Most is certain on T-Mobile"));
        let targets = "[...document.querySelectorAll('.hosts a')]
            .every(one => document.querySelector(one.getAttribute('href')))";
        assert_eq!(shown.browser.evaluate(targets), Value::Bool(true));
        let hosts = shown
            .browser
            .evaluate("document.querySelectorAll('.hosts a').length");
        assert_eq!(hosts, 3);
    }
}

#[test]
fn an_imei_is_answered_by_its_own_form_and_leaves_the_other_without_being_sent() {
    let Some(mut shown) = Shown::new() else {
        return;
    };
    let secret = "271828";
    for scripts in [true, false] {
        shown.browser.scripts(scripts);
        shown.open("/check/unit#imei=listed");
        let said = shown.text("main");
        assert!(said.contains("on a list of blocked units"), "{said}");
        assert!(said.contains("Xiaomi Mi 4i on T-Mobile"), "{said}");
        let whole = "document.documentElement.outerHTML + location.href
            + document.querySelector('input[name=imei]').value";
        let whole = shown.browser.evaluate(whole);
        assert!(!whole.as_str().unwrap_or_default().contains(secret));
        shown.open("/check/unit#imei=wrong");
        assert!(
            shown
                .text("[role=alert]")
                .contains("check digit is missing")
        );

        // The browser itself does not send a form whose field breaks its pattern.
        shown.open("/check");
        let number = imei("86763402");
        let spaced = format!("{} {}-{}", &number[..8], &number[8..14], &number[14..]);
        for (typed, is_sent) in [
            (number.as_str(), false),
            (&spaced, false),
            ("86763402", true),
        ] {
            let valid = format!(
                "(() => {{ const field = document.querySelector('input[name=device]');
                   field.value = {typed:?}; return field.form.checkValidity(); }})()"
            );
            assert_eq!(
                shown.browser.evaluate(&valid),
                Value::Bool(is_sent),
                "{typed}"
            );
        }
    }
}

#[test]
fn the_chart_is_whole_on_paper_and_every_detail_is_open_there() {
    let Some(mut shown) = Shown::new() else {
        return;
    };
    shown.browser.size(1280, 844);
    shown.browser.scripts(false);
    shown.open("/check?device=2015015&network=US%2FT-Mobile&at=2016-02-01");
    if let Some(folder) = setting::text("PASSBAND_PICTURES") {
        let picture = shown.browser.picture_of(".chart-figure");
        std::fs::write(format!("{folder}/band-chart.png"), picture).expect("the folder is there");
    }
    let seen = |selector: &str| format!("document.querySelector({selector:?}).checkVisibility()");
    let is_open = "[...document.querySelectorAll('#as-of details')]
        .every(one => one.offsetHeight > one.querySelector('summary').offsetHeight + 40)";
    assert_eq!(shown.browser.evaluate(is_open), Value::Bool(false));
    shown.browser.media("print", "light");
    assert_eq!(shown.browser.evaluate(is_open), Value::Bool(true));
    assert_eq!(
        shown.browser.evaluate(&seen(".chart.wide")),
        Value::Bool(true)
    );
    let form = shown.browser.evaluate(&seen(".check-form"));
    assert_eq!(form, Value::Bool(false));
}
