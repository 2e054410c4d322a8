//! Google's product categories: an id and a path, `267 - Electronics > Communications > Telephony > Mobile
//! Phones`, a category a line; the first line is the version.

use std::io::{self, BufRead};

use crate::lines::Lines;
use crate::out::{Draft, Out};
use crate::{CategoryFact, Fact};

/// How the version's line begins.
pub(crate) const VERSION: &str = "# Google_Product_Taxonomy_Version:";

pub(crate) fn read(text: &mut dyn BufRead, out: &mut Out<'_>) -> io::Result<()> {
    let mut lines = Lines::new(text);
    while let Some(line) = lines.next()? {
        let is_blank = line.bytes.iter().all(u8::is_ascii_whitespace);
        if is_blank || line.bytes.starts_with(b"#") {
            continue;
        }
        if out.full(line.number) {
            return Ok(());
        }
        let mut draft = out.draft(line.number);
        match std::str::from_utf8(&line.bytes) {
            Ok(text) if !line.cut => category(text, &mut draft),
            _ => draft.fault(
                "",
                "text.not_utf8",
                "",
                "save the file as UTF-8, a category a line",
            ),
        }
        out.push(draft);
    }
    Ok(())
}

fn category(text: &str, draft: &mut Draft) {
    let parts = text.split_once(" - ");
    let read = parts.and_then(|(id, path)| Some((id.trim().parse().ok()?, path.trim())));
    match read.filter(|(_, path)| !path.is_empty()) {
        Some((id, path)) => draft.fact(Fact::Category(CategoryFact {
            id,
            path: path
                .split(" > ")
                .map(|name| name.trim().to_owned())
                .collect(),
        })),
        None => {
            let help = "write the id, a dash and the path: 267 - Electronics > Communications";
            draft.fault("", "category.malformed", text, help);
        }
    }
}
