//! What a document's words suggest for a form's fields: filled in and marked, for somebody to check.

use std::collections::BTreeMap;

use trade::desk::Suggestion;

use super::Written;

/// From which words each field was filled in.
#[derive(Default)]
pub(super) struct Hints(BTreeMap<&'static str, String>);

impl Hints {
    /// Fills in what nobody wrote yet. A standing is only taken over from words that speak for this kind.
    pub(super) fn fill_in(written: &mut Written, kind: &str, suggestions: Vec<Suggestion>) -> Self {
        let mut hints = Self::default();
        let speaks = suggestions
            .iter()
            .any(|one| one.field == "kind" && one.value == kind);
        if kind == "sales_authorization" {
            "all".clone_into(&mut written.categories);
        }
        for one in suggestions {
            let field = match one.field {
                "issuer" => &mut written.issuer,
                "brand" => &mut written.brand,
                "sellers" => &mut written.sellers,
                "seller" => &mut written.seller,
                "variant" => &mut written.variant,
                "network" => &mut written.network,
                "territory" => &mut written.territory,
                "dated" => &mut written.dated,
                "valid_from" => &mut written.valid_from,
                "valid_until" => &mut written.valid_until,
                "standing" if speaks && kind == "sales_authorization" => &mut written.standing,
                "result" if speaks => &mut written.result,
                "cause" if speaks => &mut written.cause,
                _ => continue,
            };
            // The first of a field is taken; a usual issuer is only a guess.
            if !hints.0.contains_key(one.field) && (field.is_empty() || one.field == "issuer") {
                *field = one.value;
                let from = format!("{}: “{}”, {}", one.at, one.words, one.why);
                hints.0.insert(one.field, from);
            }
        }
        hints
    }

    pub(super) fn of(&self, field: &str) -> Option<&str> {
        self.0.get(field).map(String::as_str)
    }
}
