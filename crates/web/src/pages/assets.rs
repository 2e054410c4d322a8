//! The stylesheet, the script and the icon, served from the executable.
//!
//! Their names carry the hash of what is in them, so that a browser keeps them for a year and a new
//! program is seen at once. The brand's colours come from the house's settings, as a stylesheet of their own.

use std::sync::LazyLock;

use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use trade::change::sha256;

use crate::App;
use crate::access::{Access, Routes};
use crate::problem::Problem;

const FOR_A_YEAR: &str = "public, max-age=31536000, immutable";
const FOR_A_MINUTE: &str = "public, max-age=60";

struct Asset {
    address: String,
    kind: &'static str,
    text: &'static str,
}

fn asset(stem: &str, ending: &str, kind: &'static str, text: &'static str) -> Asset {
    let hash = sha256(text.as_bytes());
    let address = format!("/assets/{stem}-{}.{ending}", &hash[..12]);
    Asset {
        address,
        kind,
        text,
    }
}

static STYLE: LazyLock<Asset> = LazyLock::new(|| {
    let text = include_str!("../../assets/passband.css");
    asset("passband", "css", "text/css; charset=utf-8", text)
});
static SCRIPT: LazyLock<Asset> = LazyLock::new(|| {
    let text = include_str!("../../assets/passband.js");
    asset("passband", "js", "text/javascript; charset=utf-8", text)
});
static ICON: LazyLock<Asset> = LazyLock::new(|| {
    let text = include_str!("../../assets/icon.svg");
    asset("icon", "svg", "image/svg+xml", text)
});

/// Where the stylesheet is.
pub fn style() -> &'static str {
    &STYLE.address
}

/// Where the script is.
pub fn script() -> &'static str {
    &SCRIPT.address
}

/// Where the icon is.
pub fn icon() -> &'static str {
    &ICON.address
}

pub fn routes() -> Routes {
    Routes::new()
        .get("/assets/brand.css", Access::Public, brand)
        .get("/assets/{name}", Access::Public, serve)
}

async fn serve(Path(name): Path<String>) -> Result<Response, Problem> {
    let address = format!("/assets/{name}");
    let found = [&*STYLE, &*SCRIPT, &*ICON]
        .into_iter()
        .find(|asset| asset.address == address)
        .ok_or_else(|| Problem::not_found("file", &name))?;
    let headers = [
        (header::CONTENT_TYPE, found.kind),
        (header::CACHE_CONTROL, FOR_A_YEAR),
    ];
    Ok((headers, found.text).into_response())
}

/// The setting with the brand's colour on light ground, `#rrggbb`.
pub const ACCENT: &str = "site.accent";
/// The setting with the brand's colour on dark ground.
pub const ACCENT_DARK: &str = "site.accent_dark";

async fn brand(State(app): State<App>) -> Result<Response, Problem> {
    let light = app.house.setting(ACCENT).await?.and_then(colour);
    let dark = app.house.setting(ACCENT_DARK).await?.and_then(colour);
    let mut text = String::new();
    if let Some(colour) = light {
        let rules = rules(&colour);
        text = format!("@media not (prefers-color-scheme: dark) {{ :root {{ {rules} }} }}\n");
    }
    if let Some(colour) = dark {
        let rules = rules(&colour);
        let rule = format!("@media (prefers-color-scheme: dark) {{ :root {{ {rules} }} }}\n");
        text.push_str(&rule);
    }
    let headers = [
        (header::CONTENT_TYPE, "text/css; charset=utf-8"),
        (header::CACHE_CONTROL, FOR_A_MINUTE),
    ];
    Ok((headers, text).into_response())
}

/// A colour, if it is one: nothing else of a setting gets into a stylesheet.
pub fn colour(text: String) -> Option<String> {
    let is_hex = text
        .strip_prefix('#')
        .is_some_and(|hex| hex.len() == 6 && hex.bytes().all(|b| b.is_ascii_hexdigit()));
    is_hex.then_some(text)
}

/// The colour, and black or white to write on it, whichever reads better.
fn rules(colour: &str) -> String {
    let on = if luminance(colour) > LUMINANCE_MIDDLE {
        "#000000"
    } else {
        "#ffffff"
    };
    format!("--accent: {colour}; --on-accent: {on};")
}

/// Where black and white contrast equally with a ground: 1.05 / (x + 0.05) = (x + 0.05) / 0.05.
const LUMINANCE_MIDDLE: f64 = 0.179;

/// Relative luminance (WCAG 2.2). A colour was checked before.
fn luminance(colour: &str) -> f64 {
    let channel = |at: usize| {
        let hex = colour.get(at..at + 2).unwrap_or_default();
        let share = f64::from(u8::from_str_radix(hex, 16).unwrap_or_default()) / 255.0;
        if share <= 0.04045 {
            share / 12.92
        } else {
            ((share + 0.055) / 1.055).powf(2.4)
        }
    };
    0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_colour_gets_into_the_stylesheet() {
        assert_eq!(colour("#0a5C66".to_owned()).as_deref(), Some("#0a5C66"));
        for bad in ["red", "#0a5c6", "#0a5c66;}", "#0a5c6é", ""] {
            assert_eq!(colour(bad.to_owned()), None, "{bad}");
        }
    }

    #[test]
    fn what_stands_on_the_brands_colour_can_be_read() {
        assert!(rules("#0a5c66").ends_with("--on-accent: #ffffff;"));
        assert!(rules("#ffd400").ends_with("--on-accent: #000000;"));
    }

    #[test]
    fn a_name_carries_the_hash_of_what_is_in_it() {
        let (one, other) = (asset("a", "css", "", "x"), asset("a", "css", "", "y"));
        assert_ne!(one.address, other.address);
        assert!(style().starts_with("/assets/passband-"));
    }
}
