//! The least versions of what we stand on, in what was really built: SQLite as it runs, the rest as locked.

use std::path::Path;

/// Older ones can lose committed rows of the write-ahead log.
const SQLITE_MIN: i32 = 3_051_003;

/// Crate and least version, each for a fault that is known below it.
const LOCKED_MIN: [(&str, [u64; 3]); 4] = [
    // One tag of a hostile file can hold a parser for minutes (RUSTSEC-2026-0194, -0195).
    ("quick-xml", [0, 41, 0]),
    // A hostile peer can hold a server up (RUSTSEC-2026-0258).
    ("h2", [0, 4, 16]),
    // A link in an archive leads out of its folder (RUSTSEC-2025-0168).
    ("zip", [2, 3, 0]),
    // The first that bundles SQLite 3.51.3.
    ("libsqlite3-sys", [0, 37, 0]),
];

#[test]
fn sqlite_is_new_enough_and_the_bundled_one() {
    assert!(
        rusqlite::version_number() >= SQLITE_MIN,
        "SQLite {}",
        rusqlite::version()
    );
    let connection = rusqlite::Connection::open_in_memory().expect("in memory");
    let source: String = connection
        .query_row("SELECT sqlite_version()", [], |row| row.get(0))
        .expect("answers");
    assert_eq!(
        source,
        rusqlite::version(),
        "built with one, running on another"
    );
}

#[test]
fn what_is_locked_is_no_older_than_the_known_faults() {
    let lock = Path::new(env!("CARGO_MANIFEST_DIR")).join("../Cargo.lock");
    let lock = std::fs::read_to_string(lock).expect("the lock file");
    let mut seen = 0;
    for (name, least) in LOCKED_MIN {
        for found in versions(&lock, name) {
            assert!(found >= least, "{name} {found:?}, at least {least:?}");
            seen += 1;
        }
    }
    assert!(seen >= 2, "quick-xml and SQLite are built in");
    assert_eq!(versions(&lock, "quick-xml").len(), 1);
    assert_eq!(
        versions("name = \"h2\"\nversion = \"0.4.9\"\n", "h2"),
        [[0, 4, 9]]
    );
}

/// The versions of a crate in a lock file.
fn versions(lock: &str, name: &str) -> Vec<[u64; 3]> {
    let named = format!("name = \"{name}\"");
    let lines: Vec<&str> = lock.lines().collect();
    lines
        .windows(2)
        .filter(|pair| pair[0] == named)
        .map(|pair| {
            let text = pair[1]
                .trim_start_matches("version = \"")
                .trim_end_matches('"');
            let mut parts = text
                .split(['.', '-', '+'])
                .map(|part| part.parse().unwrap_or(0));
            [(); 3].map(|()| parts.next().unwrap_or(0))
        })
        .collect()
}
