//! What is asked of a PostgreSQL server before anything is sold on it, and bringing its schema up to date.
//!
//! A server that could lose what was acknowledged, or whose locks do not lock, is refused with all its
//! faults listed. Knows nothing of jobs.

use std::time::Duration;

use tokio_postgres::config::{Host, SslMode};
use tokio_postgres::{Client, Config};

use super::connect;
use super::session::Session;
use crate::db::error::{Cause, OpenError, UnsafeSetting};
use crate::db::migrate::{Applied, CREATE_TABLE, Migration, SELECT_APPLIED, pending};
use crate::db::{Hooks, UnsafeSettings};

/// The oldest server that is accepted.
const LEAST_VERSION: i32 = 140_000;
/// Advisory locks of our own; scopes use other numbers. ("PBMIGRAT", "PBCHECK\0" in ASCII.)
const MIGRATION_LOCK: i64 = 0x5042_4d49_4752_4154;
const CHECK_LOCK: i64 = 0x5042_4348_4543_4b00;
/// How long to try to connect, and when a silent connection is taken for dead.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
const SILENCE_MAX: Duration = Duration::from_secs(15);

/// Reads the address and refuses what would need TLS.
pub(super) fn config(url: &str) -> Result<Config, OpenError> {
    // The driver knows require and prefer; what it does not know asks for more than require.
    if url.contains("sslmode=verify") {
        return Err(OpenError::Tls {
            why: "the address asks for a verified certificate",
        });
    }
    let mut config: Config = url.parse().map_err(|error: tokio_postgres::Error| {
        let cause = std::error::Error::source(&error);
        OpenError::Address {
            cause: Cause::new(cause.map_or_else(|| error.to_string(), ToString::to_string)),
        }
    })?;
    match config.get_ssl_mode() {
        SslMode::Disable => {}
        SslMode::Require => {
            return Err(OpenError::Tls {
                why: "the address says sslmode=require",
            });
        }
        // To fall back to plain text unasked would send the password in the clear.
        _ if !config.get_hosts().iter().all(is_local) => {
            return Err(OpenError::Tls {
                why: "the server is on another machine",
            });
        }
        _ => {
            config.ssl_mode(SslMode::Disable);
        }
    }
    if config.get_connect_timeout().is_none() {
        config.connect_timeout(CONNECT_TIMEOUT);
    }
    if config.get_application_name().is_none() {
        config.application_name("passband");
    }
    config
        .tcp_user_timeout(SILENCE_MAX)
        .keepalives_idle(SILENCE_MAX)
        .keepalives_interval(Duration::from_secs(5))
        .keepalives_retries(3);
    Ok(config)
}

fn is_local(host: &Host) -> bool {
    match host {
        Host::Unix(_) => true,
        Host::Tcp(name) => {
            name == "localhost"
                || name
                    .parse::<std::net::IpAddr>()
                    .is_ok_and(|address| address.is_loopback())
        }
    }
}

pub(super) async fn first_session(config: &Config) -> Result<Session, OpenError> {
    connect(config).await.map_err(|error| {
        // The server's own words say what is wrong: no such database, no such role.
        let cause = std::error::Error::source(&error);
        OpenError::Unreachable {
            cause: Cause::new(cause.map_or_else(|| error.to_string(), ToString::to_string)),
        }
    })
}

fn wrong(error: &tokio_postgres::Error) -> OpenError {
    let said = error
        .as_db_error()
        .map_or_else(|| error.to_string(), |answer| answer.message().to_owned());
    OpenError::Broken {
        what: "PostgreSQL refused",
        cause: Some(Cause::new(said)),
    }
}

async fn one(client: &Client, query: &str) -> Result<String, OpenError> {
    let row = client
        .query_one(query, &[])
        .await
        .map_err(|error| wrong(&error))?;
    row.try_get(0).map_err(|error| wrong(&error))
}

/// Refuses a server that is too old or unsafe. All faults are collected.
pub(super) async fn check(
    client: &Client,
    other: &Client,
    unsafe_settings: UnsafeSettings,
) -> Result<(), OpenError> {
    let number = one(client, "SELECT current_setting('server_version_num')").await?;
    if number.parse::<i32>().unwrap_or(0) < LEAST_VERSION {
        return Err(OpenError::EngineTooOld {
            engine: "PostgreSQL",
            found: one(client, "SELECT current_setting('server_version')").await?,
            least: "14",
        });
    }
    let mut faults = Vec::new();
    for (setting, query, wanted, help) in NEVER_ALLOWED {
        let found = one(client, query).await?;
        if found != *wanted {
            faults.push(UnsafeSetting {
                setting,
                found,
                help,
            });
        }
    }
    faults.extend(locks_fault(client, other).await?);
    if unsafe_settings == UnsafeSettings::Refuse {
        for (setting, bad, help) in NOT_DURABLE {
            let found = one(client, &format!("SELECT current_setting('{setting}')")).await?;
            if found == *bad {
                faults.push(UnsafeSetting {
                    setting,
                    found,
                    help,
                });
            }
        }
    }
    if faults.is_empty() {
        Ok(())
    } else {
        Err(OpenError::Unsafe(faults))
    }
}

/// Name, question, the only good answer, help.
const NEVER_ALLOWED: &[(&str, &str, &str, &str)] = &[
    (
        "pg_is_in_recovery()",
        "SELECT CAST(pg_is_in_recovery() AS TEXT)",
        "false",
        "this is a replica: connect to the primary",
    ),
    (
        "server_encoding",
        "SELECT current_setting('server_encoding')",
        "UTF8",
        "create the database with ENCODING 'UTF8' TEMPLATE template0",
    ),
    (
        // Orders of text are pages' cursors, and have to be the same on both backends: by bytes.
        "the order of text",
        "SELECT CASE WHEN 'Z' < 'a' AND 'a-b' < 'aa' AND 'aB' < 'aa' THEN 'by bytes' ELSE 'by language' END",
        "by bytes",
        "create the database with LC_COLLATE 'C' TEMPLATE template0",
    ),
    (
        "version()",
        "SELECT CASE WHEN version() LIKE '%-YB-%' THEN 'YugabyteDB' ELSE 'PostgreSQL' END",
        "PostgreSQL",
        "its READ COMMITTED may be another isolation: use PostgreSQL itself",
    ),
];

/// Name, the bad value, help.
const NOT_DURABLE: &[(&str, &str, &str)] = &[
    (
        "fsync",
        "off",
        "set fsync = on, or a power cut loses orders",
    ),
    (
        "full_page_writes",
        "off",
        "set full_page_writes = on, or a power cut corrupts the database",
    ),
    (
        "synchronous_commit",
        "off",
        "set synchronous_commit = on, or a crash loses orders that were answered",
    ),
];

/// Whether a lock that one session holds keeps out another, in the isolation that orders use.
async fn locks_fault(client: &Client, other: &Client) -> Result<Option<UnsafeSetting>, OpenError> {
    let begin = "BEGIN ISOLATION LEVEL READ COMMITTED";
    let take = format!("{begin}; SELECT pg_advisory_xact_lock({CHECK_LOCK})");
    client
        .batch_execute(&take)
        .await
        .map_err(|error| wrong(&error))?;
    other
        .batch_execute(begin)
        .await
        .map_err(|error| wrong(&error))?;
    let isolation = one(client, "SELECT current_setting('transaction_isolation')").await;
    let got = one(
        other,
        &format!("SELECT CAST(pg_try_advisory_xact_lock({CHECK_LOCK}) AS TEXT)"),
    )
    .await;
    for session in [client, other] {
        session
            .batch_execute("ROLLBACK")
            .await
            .map_err(|error| wrong(&error))?;
    }
    let isolation = isolation?;
    if isolation != "read committed" {
        return Ok(Some(UnsafeSetting {
            setting: "transaction_isolation",
            found: isolation,
            help: "READ COMMITTED has to be what it says",
        }));
    }
    Ok((got? != "false").then(|| UnsafeSetting {
        setting: "pg_advisory_xact_lock",
        found: "two sessions hold it at once".to_owned(),
        help: "a withdrawal could pass an order: use a server or pooler with real advisory locks",
    }))
}

/// Runs what is missing, each in a transaction of its own, under a lock against other nodes.
pub(super) async fn migrate(
    session: &mut Session,
    known: &'static [Migration],
    must_exist: bool,
    hooks: &Hooks,
) -> Result<(), OpenError> {
    let client = &session.client;
    if must_exist && one(client, MIGRATIONS_TABLE).await? == "absent" {
        return Err(OpenError::Missing {
            place: one(client, "SELECT CAST(current_database() AS TEXT)").await?,
        });
    }
    loop {
        // A migration may take long, and another node's may have to be waited for.
        client
            .batch_execute(&format!(
                "BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL statement_timeout = 0;
                 SET LOCAL lock_timeout = 0; SELECT pg_advisory_xact_lock({MIGRATION_LOCK})"
            ))
            .await
            .map_err(|error| wrong(&error))?;
        match migrate_one(client, known, hooks).await {
            Ok(Done::All) => return end(client, "COMMIT").await,
            Ok(Done::One) => end(client, "COMMIT").await?,
            Err(error) => {
                end(client, "ROLLBACK").await?;
                return Err(error);
            }
        }
    }
}

const MIGRATIONS_TABLE: &str =
    "SELECT CASE WHEN to_regclass('migrations') IS NULL THEN 'absent' ELSE 'present' END";

enum Done {
    All,
    One,
}

async fn end(client: &Client, how: &str) -> Result<(), OpenError> {
    client
        .batch_execute(how)
        .await
        .map_err(|error| wrong(&error))
}

async fn migrate_one(
    client: &Client,
    known: &'static [Migration],
    hooks: &Hooks,
) -> Result<Done, OpenError> {
    if one(client, MIGRATIONS_TABLE).await? == "absent" {
        client
            .batch_execute(CREATE_TABLE)
            .await
            .map_err(|error| wrong(&error))?;
    }
    let rows = client
        .query(SELECT_APPLIED, &[])
        .await
        .map_err(|error| wrong(&error))?;
    let applied: Vec<Applied> = rows
        .iter()
        .map(|row| {
            Ok(Applied {
                version: row.try_get(0)?,
                hash: row.try_get(1)?,
            })
        })
        .collect::<Result<_, tokio_postgres::Error>>()
        .map_err(|error| wrong(&error))?;
    let Some(migration) = pending(&applied, known)?.first() else {
        return Ok(Done::All);
    };
    apply(client, migration, hooks)
        .await
        .map_err(|error| OpenError::Migration {
            version: migration.version,
            name: migration.name,
            cause: Cause::new(
                error
                    .as_db_error()
                    .map_or_else(|| error.to_string(), |answer| answer.message().to_owned()),
            ),
        })?;
    Ok(Done::One)
}

async fn apply(
    client: &Client,
    migration: &Migration,
    hooks: &Hooks,
) -> Result<(), tokio_postgres::Error> {
    client.batch_execute(migration.sql).await?;
    client
        .execute(
            "INSERT INTO migrations (version, name, hash, applied_at) VALUES ($1, $2, $3, $4)",
            &[
                &migration.version,
                &migration.name,
                &migration.hash(),
                &hooks.clock.now().epoch_ms(),
            ],
        )
        .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_that_need_tls_are_refused() {
        let refused = [
            "postgres://a@localhost/b?sslmode=require",
            "postgres://a@localhost/b?sslmode=verify-full",
            "postgres://a:secret@db.example.net/b",
            "postgres://a@10.0.0.7/b?sslmode=prefer",
        ];
        for url in refused {
            let error = config(url).expect_err(url);
            assert!(matches!(error, OpenError::Tls { .. }), "{url}: {error}");
            assert!(error.to_string().contains("sslmode=disable"), "{error}");
        }
        let accepted = [
            "postgres://a@localhost/b",
            "postgres://a@127.0.0.1:5433/b",
            "postgres://a@10.0.0.7/b?sslmode=disable",
            "host=/run/postgresql dbname=b",
        ];
        for url in accepted {
            let config = config(url).expect(url);
            assert_eq!(config.get_ssl_mode(), SslMode::Disable, "{url}");
        }
    }

    #[test]
    fn an_address_that_does_not_parse_is_not_repeated() {
        let error = config("postgres://a:secret@host:notaport/b").expect_err("refused");
        let mut text = error.to_string();
        let mut source = std::error::Error::source(&error);
        while let Some(cause) = source {
            text.push_str(&cause.to_string());
            source = cause.source();
        }
        assert!(!text.contains("secret"), "{text}");
    }
}
