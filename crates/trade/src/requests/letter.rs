//! The letter that a request is: its first draft, and what is added when it is sent.

use domain::Instant;
use domain::id::PartyId;
use gate::sentence::Names as _;
use store::directory::Directory;

use super::{Item, operator_name};
use crate::letters::Post;
use crate::node::DirectoryNames;

/// A subject and a text.
pub fn written(party: &PartyId, items: &[Item], directory: &Directory) -> (String, String) {
    let name = DirectoryNames(directory).party(party);
    let operator = operator_name(directory);
    let points = match items.len() {
        1 => "one point".to_owned(),
        many => format!("{many} points"),
    };
    let subject = format!("{operator} asks {name} to confirm {points}");
    let mut text = format!(
        "To {name}\n\n{operator} sells a product only while those concerned say that it may be sold. \
         Please tell us of each point below whether it is so:\n\n"
    );
    for (number, item) in (1..).zip(items) {
        text.push_str(&format!("{number}. {}\n", item.sentence));
    }
    text.push_str(&format!(
        "\nA letter, a certificate or a list in a file is as welcome as a yes or a no.\n\n{operator}\n"
    ));
    (subject, text)
}

/// The letter with its link.
pub fn with_link(text: &str, post: &Post, token: &str, until: Instant) -> String {
    format!(
        "{}\n\nPlease answer on this page. It needs no account and takes one answer, until {}:\n\n{}\n\n\
         If it does not open, write to {}.\n",
        text.trim_end(),
        until.date(),
        post.url.link(&format!("/answer/{token}")),
        post.from,
    )
}
