//! Addresses of pages, with what varies in them escaped.

use std::fmt::Write as _;

use crate::problem::Problem;
use domain::id::Id;

/// What a visitor wrote in an address, as an id. What cannot be one names nothing.
pub fn id<K>(text: &str, what: &str) -> Result<Id<K>, Problem> {
    text.parse().map_err(|_| {
        let short: String = text.chars().take(40).collect();
        Problem::not_found(what, short)
    })
}

/// Escapes a value for a query (RFC 3986 clause 2.3: all but the unreserved).
pub fn escaped(value: &str) -> String {
    let mut escaped = String::with_capacity(value.len());
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            escaped.push(char::from(byte));
        } else {
            // Writing to a string does not fail.
            let _ = write!(escaped, "%{byte:02X}");
        }
    }
    escaped
}

/// A path with a query; values that are empty are left out.
pub fn with_query(path: &str, pairs: &[(&str, &str)]) -> String {
    let query: Vec<String> = pairs
        .iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| format!("{name}={}", escaped(value)))
        .collect();
    if query.is_empty() {
        path.to_owned()
    } else {
        format!("{path}?{}", query.join("&"))
    }
}

/// Where to go after a sign-in: a path of this site, else home.
pub fn place_here<'a>(wanted: Option<&'a str>, home: &'a str) -> &'a str {
    match wanted {
        Some(place)
            if place.starts_with('/')
                && !place.starts_with("//")
                && !place.contains('\\')
                && !place.chars().any(char::is_control) =>
        {
            place
        }
        _ => home,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_escaped_and_an_empty_one_left_out() {
        let found = with_query("/check", &[("device", "Mi 4i & co"), ("at", "")]);
        assert_eq!(found, "/check?device=Mi%204i%20%26%20co");
        assert_eq!(with_query("/check", &[("at", "")]), "/check");
    }

    #[test]
    fn a_sign_in_leads_to_no_other_site() {
        for bad in [
            "https://evil.example",
            "//evil.example",
            "/\\evil.example",
            "",
            "/a\nb",
        ] {
            assert_eq!(place_here(Some(bad), "/desk"), "/desk", "{bad:?}");
        }
        assert_eq!(
            place_here(Some("/console/feeds"), "/desk"),
            "/console/feeds"
        );
    }
}
