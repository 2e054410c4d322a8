//! What is missing is asked of its issuer: drafted, sent, listed, closed.

use crate::house::{first_listing, set_up};
use crate::program::Program;

/// A house whose only listing is refused for want of the brand's word, and the request that asks for it.
fn drafted() -> (Program, String) {
    let program = set_up();
    let listing = first_listing(&program);
    program.call(&["listing", "offer", &listing]).ends(0);
    let said = program.call(&["ask", "draft", "us", "--json"]).json();
    let requests = said["requests"].as_array().expect("a list");
    let [only] = requests.as_slice() else {
        panic!("{said}")
    };
    (program, only.as_str().expect("an id").to_owned())
}

#[test]
fn a_request_is_sent_to_the_address_that_is_kept_and_its_link_is_shown_to_nobody() {
    let (program, id) = drafted();
    let again = program.call(&["ask", "draft", "us"]).ends(0);
    assert!(again.contains("Nothing new to ask"), "{again}");
    assert!(again.contains("asked already"), "{again}");
    program
        .call(&["ask", "send", &id])
        .fails(65, &["no address of mail", "passband ask contact"]);
    program
        .call(&["ask", "contact", "xiaomi", "a@b, c@d"])
        .fails(65, &["name@example.com"]);
    program
        .call(&["ask", "contact", "xiaomi", "legal@brand.example"])
        .ends(0);
    program.call(&["ask", "send", &id]).ends(0);
    let shown = program.call(&["ask", "show", &id, "--json"]).json();
    assert_eq!(shown["state"], "sent");
    assert_eq!(shown["items"][0]["answer"], serde_json::Value::Null);
    let letters = program.call(&["letters", "--json"]);
    assert!(!letters.out.contains("/answer/"), "{}", letters.out);
    let letters = letters.json();
    assert_eq!(letters[0]["recipient"], "legal@brand.example");
    assert_eq!(letters[0]["state"], "waiting");
    let doctor = program.call(&["doctor"]).ends(0);
    assert!(doctor.contains("1 wait to be sent"), "{doctor}");
    program.call(&["ask", "close", &id]).ends(0);
    let list = program.call(&["ask", "list", "--state", "closed"]).ends(0);
    assert!(list.contains(&id), "{list}");
}

#[test]
fn what_is_not_there_is_told_with_what_to_do() {
    let program = set_up();
    program
        .call(&["ask", "show", "rq-none"])
        .fails(66, &["there is no request rq-none", "passband ask list"]);
    program
        .call(&["ask", "list", "--state", "lost"])
        .fails(64, &["drafted, sent, answered or closed"]);
    program
        .call(&["letters", "--again", "le-none"])
        .fails(66, &["le-none"]);
}
