//! Drafts: evidence that waits for a second person.

pub mod approve;
pub mod detail;
pub mod discard;
pub mod list;

use super::path::FromPath;

/// Hexadecimal digits of a draft's id after `dr-`.
const DIGITS: usize = 24;

/// A draft's id.
pub struct DraftName(pub String);

impl FromPath for DraftName {
    fn from_path(segments: &[&str]) -> Option<Self> {
        let [only] = segments else { return None };
        let digits = only.strip_prefix("dr-")?;
        let is_digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        let is_id = digits.len() == DIGITS && digits.bytes().all(is_digit);
        is_id.then(|| Self((*only).to_owned()))
    }
}
