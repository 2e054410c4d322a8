//! Exit codes: the answer for scripts.
//!
//! 0, 1 and 2 are answers; from 64 on something was in the way, by the numbers of BSD's `sysexits.h`.
//! docs/guide/command-line.md has the table.

use serde::{Deserialize, Serialize};
use trade::{Code, Kind};

/// How a command ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Exit(pub u8);

impl Exit {
    /// Done; it works; it may be sold; nothing is wrong.
    pub const YES: Self = Self(0);
    /// It does not work; it is refused; something is wrong.
    pub const NO: Self = Self(1);
    /// Not known, or disputed.
    pub const UNKNOWN: Self = Self(2);
    /// The command line itself is wrong.
    pub const USAGE: Self = Self(64);
    /// A file or a value is not what it should be.
    pub const DATA: Self = Self(65);
    /// What was named is not there.
    pub const NO_INPUT: Self = Self(66);
    /// The database, the port or the server cannot be had.
    pub const UNAVAILABLE: Self = Self(69);
    /// A fault of ours.
    pub const SOFTWARE: Self = Self(70);
    /// A file of Passband's own cannot be made or written.
    pub const CANNOT_CREATE: Self = Self(73);
    /// Not now; the same command may work later.
    pub const TEMPORARY: Self = Self(75);
    /// Not allowed.
    pub const NOT_ALLOWED: Self = Self(77);
    /// The configuration is wrong.
    pub const CONFIG: Self = Self(78);

    /// How an error of a use case ends the command.
    #[must_use]
    pub const fn of(code: Code) -> Self {
        match (code, code.kind()) {
            (Code::Busy | Code::OutcomeUnknown, _) => Self::TEMPORARY,
            (_, Kind::NotFound) => Self::NO_INPUT,
            (_, Kind::Conflict | Kind::Invalid) => Self::DATA,
            (_, Kind::NotAllowed) => Self::NOT_ALLOWED,
            (_, Kind::Unavailable) => Self::UNAVAILABLE,
            (_, Kind::Broken) => Self::SOFTWARE,
        }
    }
}

impl From<Exit> for std::process::ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.0)
    }
}
