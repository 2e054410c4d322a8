//! Pages of a list: a cursor is opaque and versioned, and carries the sort and the last key.
//!
//! A cursor belongs to the list that gave it: another list refuses it, so that a key is never read as another
//! kind of key.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use std::ops::RangeInclusive;

use utoipa::IntoParams;

use super::form::{Form, FromForm};

/// Items of a page, unless it is said.
pub const PAGE_DEFAULT: u32 = 50;
/// Most items of a page.
pub const PAGE_MAX: u32 = 200;
const LIMITS: RangeInclusive<u32> = 1..=PAGE_MAX;
/// Changes when the same text would mean another place.
const VERSION: &str = "1";
/// Most characters of a cursor.
const CURSOR_CHARS_MAX: usize = 400;

/// Which page is asked for.
#[derive(Clone, Debug, PartialEq, Eq, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Paging {
    /// At most so many items.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200, default = 50)]
    pub limit: u32,
    /// `next` of the page before, as it is; left out: the first page.
    #[param(rename = "cursor", value_type = Option<String>)]
    after: Option<(String, String)>,
}

impl Paging {
    /// Takes `limit` and `cursor`.
    pub fn take(form: &mut Form) -> Self {
        let limit = form.may_number("limit", &LIMITS).unwrap_or(PAGE_DEFAULT);
        let cursor = form.may_text("cursor", CURSOR_CHARS_MAX);
        let after = cursor.and_then(|text| {
            let read = read_cursor(&text);
            if read.is_none() {
                refuse(form, &text);
            }
            read
        });
        Self { limit, after }
    }

    /// The key after which the page begins in a list of this sort; none: at the first.
    ///
    /// # Errors
    /// The cursor is of another list.
    pub fn after(&self, sort: &str) -> Result<Option<&str>, crate::Problem> {
        match &self.after {
            None => Ok(None),
            Some((known, last)) if known == sort => Ok(Some(last)),
            Some(_) => Err(super::form::invalid_at(
                "?cursor",
                "cursor.other_list",
                "",
                HELP,
            )),
        }
    }

    /// How many items at most.
    pub fn items(&self) -> usize {
        usize::try_from(self.limit).unwrap_or(usize::MAX)
    }

    /// The cursor of what comes after a key in a list of this sort.
    pub fn cursor(sort: &str, last: &str) -> String {
        write_cursor(sort, last)
    }

    /// The items of this page of one more than its limit, and the cursor of the next page if there is one.
    pub fn cut<T>(
        &self,
        mut items: Vec<T>,
        sort: &str,
        key: impl Fn(&T) -> String,
    ) -> (Vec<T>, Option<String>) {
        let limit = self.items();
        let has_more = items.len() > limit;
        items.truncate(limit);
        let next = match items.last() {
            Some(last) if has_more => Some(write_cursor(sort, &key(last))),
            _ => None,
        };
        (items, next)
    }
}

impl FromForm for Paging {
    fn from_form(form: &mut Form) -> Option<Self> {
        Some(Self::take(form))
    }
}

const HELP: &str = "send `next` of the page before as it is, to the same list, or leave it out";

fn refuse(form: &mut Form, text: &str) {
    form.fault("cursor", "cursor.not_ours", text, HELP);
}

fn write_cursor(sort: &str, last: &str) -> String {
    URL_SAFE_NO_PAD.encode(format!("{VERSION} {sort} {last}"))
}

fn read_cursor(text: &str) -> Option<(String, String)> {
    let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
    let text = String::from_utf8(bytes).ok()?;
    let mut parts = text.splitn(3, ' ');
    let (version, sort, last) = (parts.next()?, parts.next()?, parts.next()?);
    (version == VERSION).then(|| (sort.to_owned(), last.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_reads_back_and_a_changed_one_does_not() {
        let cursor = write_cursor("listings:us", "li-1");
        let read = read_cursor(&cursor);
        assert_eq!(read, Some(("listings:us".to_owned(), "li-1".to_owned())));
        let other_version = URL_SAFE_NO_PAD.encode("2 listings:us li-1");
        let no_key = URL_SAFE_NO_PAD.encode("1 listings:us");
        for bad in ["", "li-1", "%00", &cursor[1..], &other_version, &no_key] {
            assert_eq!(read_cursor(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_page_ends_with_a_cursor_only_if_more_comes() {
        let paging = Paging {
            limit: 2,
            after: None,
        };
        let (items, next) = paging.cut(vec![1, 2, 3], "numbers", u32::to_string);
        assert_eq!(items, [1, 2]);
        assert_eq!(next, Some(write_cursor("numbers", "2")));
        assert_eq!(paging.cut(vec![1, 2], "numbers", u32::to_string).1, None);
    }
}
