//! A file or folder as it was typed, and where it is: the one for people, the other for whoever opens it.

use std::convert::Infallible;
use std::path::PathBuf;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A path with the name that it was given by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NamedPath {
    /// As typed.
    pub named: String,
    /// Where it is; absolute once [`NamedPath::settle`] was called.
    pub path: PathBuf,
}

impl NamedPath {
    /// Makes the path mean the same in another process.
    pub fn settle(&mut self) {
        if let Ok(absolute) = std::path::absolute(&self.path) {
            self.path = absolute;
        }
    }
}

impl FromStr for NamedPath {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(Self {
            named: text.to_owned(),
            path: PathBuf::from(text),
        })
    }
}
