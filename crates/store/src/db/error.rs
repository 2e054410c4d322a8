//! What can go wrong with the database, said without its inside words.
//!
//! The texts are safe to show to an operator; what the driver said travels as the source and belongs
//! in a log. Values of columns are never put into either.

use std::fmt;
use std::path::PathBuf;

/// What the driver or the operating system said; for logs, not for people outside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cause(String);

impl Cause {
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Cause {}

/// Why a unit of work did not end as it should.
///
/// All but [`DbError::OutcomeUnknown`] mean that nothing of it was stored.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DbError {
    /// A rule of the schema was broken.
    ///
    /// `name` is the same on both backends: a named constraint or unique index by its name; unnamed
    /// ones as PostgreSQL would name them (`orders_pkey`, `orders_ref_key`); a missing value as
    /// `orders_ref_not_null`; a missing parent row, whichever it is, as [`FOREIGN_KEY`].
    #[error("a rule of the database forbids it: {name}")]
    Constraint {
        /// The rule's name, for the owner of the table to translate.
        name: String,
    },
    /// The work met another's and is to be run again from its start. [`crate::db::Db`] does so itself;
    /// a job meets this only between its statements and passes it on.
    #[error("the work met another's and has to start again")]
    Retry,
    /// The connection broke while the change was being made final. Ask by idempotency key before repeating.
    #[error("it is not known whether the change was stored; look before repeating it")]
    OutcomeUnknown,
    /// This handle takes no more work: it was closed, or the storage failed under it.
    #[error("the database is closed; start Passband again")]
    Closed,
    /// Not now; later it may work.
    #[error("the database is not available: {what}")]
    Unavailable {
        /// What is in the way, as a clause.
        what: &'static str,
        /// What the driver said.
        #[source]
        cause: Option<Cause>,
    },
    /// A fault of the program or of the storage; trying again will not help.
    #[error("the database did not do as it should: {what}")]
    Broken {
        /// What went wrong, as a clause.
        what: &'static str,
        /// What the driver said.
        #[source]
        cause: Option<Cause>,
    },
    /// A row held something else than the program expects.
    #[error("column {index} holds {found}, not {wanted}")]
    Column {
        /// Position in the row, from 0.
        index: usize,
        /// What was asked for.
        wanted: &'static str,
        /// What was there.
        found: &'static str,
    },
}

/// [`DbError::Constraint`]'s name for any missing parent row: SQLite does not say which.
pub const FOREIGN_KEY: &str = "foreign_key";

impl DbError {
    pub(crate) fn broken(what: &'static str) -> Self {
        Self::Broken { what, cause: None }
    }

    pub(crate) fn broken_by(what: &'static str, cause: impl fmt::Display) -> Self {
        Self::Broken {
            what,
            cause: Some(Cause::new(cause.to_string())),
        }
    }

    pub(crate) fn unavailable(what: &'static str) -> Self {
        Self::Unavailable { what, cause: None }
    }

    pub(crate) fn unavailable_by(what: &'static str, cause: impl fmt::Display) -> Self {
        Self::Unavailable {
            what,
            cause: Some(Cause::new(cause.to_string())),
        }
    }
}

/// A setting under which an acknowledged change could be lost, or the order of things would differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnsafeSetting {
    /// The setting's name as the server spells it.
    pub setting: &'static str,
    /// What it is.
    pub found: String,
    /// What it has to be, and how to get there.
    pub help: &'static str,
}

impl fmt::Display for UnsafeSetting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} is {:?}: {}", self.setting, self.found, self.help)
    }
}

fn listed(settings: &[UnsafeSetting]) -> String {
    let lines: Vec<String> = settings.iter().map(ToString::to_string).collect();
    lines.join("; ")
}

/// Why a database was not opened. Each text says the place, the rule and what helps.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// Another process has the data folder open.
    #[error(
        "{path}: another Passband has it open; stop that one first, or give the command to it", path = .0.display()
    )]
    InUse(PathBuf),
    /// It had to exist already.
    #[error(
        "{place}: there is no Passband database; check the path, or begin a house there with `passband serve`"
    )]
    Missing {
        /// Path, or server and database name.
        place: String,
    },
    /// The file is something else.
    #[error(
        "{path}: this file is not an SQLite database; check the path, or restore a backup", path = .0.display()
    )]
    NotADatabase(PathBuf),
    /// A database, but with someone else's tables.
    #[error("{place}: this database belongs to another program; choose another path")]
    NotOurs {
        /// Path, or server and database name.
        place: String,
    },
    /// The folder or a file in it cannot be used.
    #[error("{path}: cannot be used; check that the folder exists and may be written", path = .path.display())]
    Folder {
        /// The folder or file.
        path: PathBuf,
        /// What the operating system said.
        #[source]
        cause: Cause,
    },
    /// The database engine has known faults that lose data, or lacks what is used.
    #[error("{engine} {found} is too old; Passband needs {least} or later")]
    EngineTooOld {
        /// SQLite or PostgreSQL.
        engine: &'static str,
        /// Its version.
        found: String,
        /// The oldest version that is accepted.
        least: &'static str,
    },
    /// Settings under which promises could not be kept; all that were found.
    #[error("the database's settings are not safe: {}", listed(.0))]
    Unsafe(Vec<UnsafeSetting>),
    /// Encrypted connections cannot be made.
    #[error(
        "this build connects to PostgreSQL without TLS only: {why}; use a local socket or a private network and say sslmode=disable"
    )]
    Tls {
        /// What asked for it.
        why: &'static str,
    },
    /// The PostgreSQL address does not parse. The address itself is not repeated: it may hold a password.
    #[error(
        "the PostgreSQL address does not parse; write postgres://user@host/database?sslmode=disable"
    )]
    Address {
        /// What the driver said.
        #[source]
        cause: Cause,
    },
    /// No connection.
    #[error("the database cannot be reached; check that it runs and that the address is right")]
    Unreachable {
        /// What the driver said.
        #[source]
        cause: Cause,
    },
    /// Written by a later program.
    #[error(
        "this database was written by a newer Passband (schema {found}, this one knows {known}); install that version, or restore a backup made before"
    )]
    Newer {
        /// The schema version found.
        found: i64,
        /// The latest this program knows.
        known: i64,
    },
    /// A migration that was applied has another text now.
    #[error(
        "migration {version} ({name}) has changed since it was applied; install the version of Passband that wrote this database"
    )]
    ChangedMigration {
        /// Its number.
        version: i64,
        /// Its name here.
        name: String,
    },
    /// A migration did not run; nothing of it was kept.
    #[error("migration {version} ({name}) failed and was undone; the database is as it was before")]
    Migration {
        /// Its number.
        version: i64,
        /// Its name.
        name: &'static str,
        /// What the driver said.
        #[source]
        cause: Cause,
    },
    /// A fault of the program or of the storage.
    #[error("the database could not be opened: {what}")]
    Broken {
        /// What went wrong, as a clause.
        what: &'static str,
        /// What the driver said.
        #[source]
        cause: Option<Cause>,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inside_words_stay_in_the_source() {
        let error = DbError::broken_by("a statement failed", "near \"FROM\": syntax error");
        assert_eq!(
            error.to_string(),
            "the database did not do as it should: a statement failed"
        );
        let source = std::error::Error::source(&error).expect("has a source");
        assert_eq!(source.to_string(), "near \"FROM\": syntax error");
    }

    #[test]
    fn every_unsafe_setting_is_listed() {
        let setting = |setting| UnsafeSetting {
            setting,
            found: "off".to_owned(),
            help: "turn it on",
        };
        let error = OpenError::Unsafe(vec![setting("fsync"), setting("full_page_writes")]);
        let text = error.to_string();
        assert!(text.contains("fsync is \"off\": turn it on"), "{text}");
        assert!(text.contains("full_page_writes"), "{text}");
    }
}
