//! What a path names: ids and positions, read once.
//!
//! Something that cannot be an id names nothing, so it is answered as what is not there; a caller learns no
//! more of what there is than from any other absent thing.

use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::request::Parts;
use domain::id::Id;
use domain::number::Tac;

use crate::App;
use crate::problem::Problem;

/// What the path names, in the order of its segments.
pub struct At<T>(pub T);

impl<T: FromPath> FromRequestParts<App> for At<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let nothing = || Problem::not_found("such", "thing");
        let params = RawPathParams::from_request_parts(parts, app)
            .await
            .map_err(|_| nothing())?;
        let texts: Vec<&str> = params.iter().map(|(_, text)| text).collect();
        T::from_path(&texts).map(Self).ok_or_else(nothing)
    }
}

/// Reads itself from the varying segments of a path.
pub trait FromPath: Sized {
    /// None: nothing goes by that.
    fn from_path(segments: &[&str]) -> Option<Self>;
}

impl<K> FromPath for Id<K> {
    fn from_path(segments: &[&str]) -> Option<Self> {
        match segments {
            [only] => only.parse().ok(),
            _ => None,
        }
    }
}

impl<A, B> FromPath for (Id<A>, Id<B>) {
    fn from_path(segments: &[&str]) -> Option<Self> {
        match segments {
            [a, b] => Some((a.parse().ok()?, b.parse().ok()?)),
            _ => None,
        }
    }
}

impl FromPath for Tac {
    fn from_path(segments: &[&str]) -> Option<Self> {
        match segments {
            [only] => only.parse().ok(),
            _ => None,
        }
    }
}

/// A SHA-256 as 64 lower hexadecimal digits.
pub struct Hash(pub String);

impl FromPath for Hash {
    fn from_path(segments: &[&str]) -> Option<Self> {
        let is_digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        match segments {
            [only] if only.len() == 64 && only.bytes().all(is_digit) => {
                Some(Self((*only).to_owned()))
            }
            _ => None,
        }
    }
}

/// The id of something that is no part of the record, as of a member, a token or a request: lower case letters, digits and hyphens.
pub struct Name(pub String);

/// Most characters of such an id.
const NAME_CHARS_MAX: usize = 64;

impl FromPath for Name {
    fn from_path(segments: &[&str]) -> Option<Self> {
        let is_meant = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'z' | b'-');
        match segments {
            [only] if only.len() <= NAME_CHARS_MAX && only.bytes().all(is_meant) => {
                Some(Self((*only).to_owned()))
            }
            _ => None,
        }
    }
}

impl FromPath for u64 {
    fn from_path(segments: &[&str]) -> Option<Self> {
        match segments {
            [only] if only.bytes().all(|byte| byte.is_ascii_digit()) => only.parse().ok(),
            _ => None,
        }
    }
}
