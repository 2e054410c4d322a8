//! Which migrations a database still needs, and whether it is one this program may open.
//!
//! Pure: rows in, decision out. How a migration is run is each backend's own.

use std::fmt::Write as _;

use sha2::{Digest, Sha256};

use super::error::{Cause, OpenError};

/// One step of the schema, written once for both backends.
///
/// Limits: `TEXT`, `BIGINT` and `BOOLEAN` columns; no `BEGIN` or `COMMIT` of its own: each step is run
/// in one transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Migration {
    /// Its number, from 1, rising.
    pub version: i64,
    /// What it does, in a few words.
    pub name: &'static str,
    /// One or more statements.
    pub sql: &'static str,
}

impl Migration {
    /// SHA-256 of the text, in hexadecimal.
    #[must_use]
    pub fn hash(&self) -> String {
        let mut text = String::with_capacity(64);
        for byte in Sha256::digest(self.sql.as_bytes()) {
            // Writing to a String cannot fail.
            let _ = write!(text, "{byte:02x}");
        }
        text
    }
}

/// One row of the table `migrations`.
pub(crate) struct Applied {
    pub version: i64,
    pub hash: String,
}

pub(crate) const CREATE_TABLE: &str = "CREATE TABLE IF NOT EXISTS migrations (
    version BIGINT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    hash TEXT NOT NULL,
    applied_at BIGINT NOT NULL
)";
pub(crate) const SELECT_APPLIED: &str = "SELECT version, hash FROM migrations ORDER BY version";

/// The migrations still to run, in order.
///
/// # Errors
/// The database is newer than the program, or an applied migration has another text now.
pub(crate) fn pending(
    applied: &[Applied],
    known: &'static [Migration],
) -> Result<&'static [Migration], OpenError> {
    let rising = known
        .windows(2)
        .all(|pair| pair[0].version < pair[1].version);
    if !rising {
        return Err(OpenError::Broken {
            what: "the program's migrations are not in rising order",
            cause: None,
        });
    }
    // A deferred rule would be checked at COMMIT, where one job's fault would undo its whole batch.
    if known
        .iter()
        .any(|m| m.sql.to_ascii_uppercase().contains("DEFERRABLE"))
    {
        return Err(OpenError::Broken {
            what: "a migration has a DEFERRABLE rule",
            cause: None,
        });
    }
    for (row, migration) in applied.iter().zip(known) {
        if row.version != migration.version {
            return Err(OpenError::Broken {
                what: "the database has a migration that this program does not know",
                cause: Some(Cause::new(format!("version {}", row.version))),
            });
        }
        if row.hash != migration.hash() {
            return Err(OpenError::ChangedMigration {
                version: migration.version,
                name: migration.name.to_owned(),
            });
        }
    }
    if applied.len() > known.len() {
        return Err(OpenError::Newer {
            found: applied.last().map_or(0, |row| row.version),
            known: known.last().map_or(0, |migration| migration.version),
        });
    }
    Ok(&known[applied.len()..])
}

#[cfg(test)]
mod tests {
    use super::*;

    const KNOWN: &[Migration] = &[
        Migration {
            version: 1,
            name: "first",
            sql: "CREATE TABLE a (id TEXT)",
        },
        Migration {
            version: 3,
            name: "second",
            sql: "CREATE TABLE b (id TEXT)",
        },
    ];

    fn row(version: i64, hash: &str) -> Applied {
        Applied {
            version,
            hash: hash.to_owned(),
        }
    }

    #[test]
    fn what_was_not_applied_is_pending() {
        assert_eq!(pending(&[], KNOWN).map(<[_]>::len), Ok(2));
        let first = row(1, &KNOWN[0].hash());
        assert_eq!(pending(&[first], KNOWN), Ok(&KNOWN[1..]));
    }

    #[test]
    fn a_newer_a_changed_and_a_strange_database_are_refused() {
        let newer = [
            row(1, &KNOWN[0].hash()),
            row(3, &KNOWN[1].hash()),
            row(4, "x"),
        ];
        assert_eq!(
            pending(&newer, KNOWN),
            Err(OpenError::Newer { found: 4, known: 3 })
        );
        assert!(matches!(
            pending(&[row(1, "other")], KNOWN),
            Err(OpenError::ChangedMigration { version: 1, .. })
        ));
        assert!(matches!(
            pending(&[row(2, "x")], KNOWN),
            Err(OpenError::Broken { .. })
        ));
    }

    #[test]
    fn the_hash_is_plain_sha256() {
        let empty = Migration {
            version: 1,
            name: "",
            sql: "",
        };
        assert_eq!(
            empty.hash(),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        );
    }
}
