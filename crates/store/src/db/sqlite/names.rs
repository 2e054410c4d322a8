//! Which rule of the schema an SQLite error speaks of, by the name PostgreSQL would give.
//!
//! SQLite names a broken `UNIQUE` or `PRIMARY KEY` by its columns only. The names are worked out once
//! from the schema, after the migrations. Knows nothing of what the rules are for.

use std::collections::HashMap;

use rusqlite::Connection;

use crate::db::error::FOREIGN_KEY;

/// Names of unique rules by `table.column, table.column`, as SQLite's message spells them.
#[derive(Default)]
pub(crate) struct Names(HashMap<String, String>);

impl Names {
    /// Reads the names from the schema.
    pub(super) fn read(connection: &Connection) -> rusqlite::Result<Self> {
        let mut names = HashMap::new();
        let mut tables = connection.prepare(
            "SELECT name, sql FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
        )?;
        let tables: Vec<(String, String)> = tables
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect::<Result<_, _>>()?;
        for (table, sql) in &tables {
            let named: HashMap<Vec<String>, String> = named_rules(sql).into_iter().collect();
            for (index, origin) in unique_indexes(connection, table)? {
                let columns = index_columns(connection, &index)?;
                let name = match origin.as_str() {
                    "c" => index,
                    _ if named.contains_key(&columns) => named[&columns].clone(),
                    "pk" => format!("{table}_pkey"),
                    _ => format!("{table}_{}_key", columns.join("_")),
                };
                let columns: Vec<String> = columns.iter().map(|c| format!("{table}.{c}")).collect();
                names.insert(columns.join(", "), name);
            }
        }
        Ok(Self(names))
    }

    /// The name of the rule that an error message speaks of.
    pub(super) fn of(&self, message: &str) -> String {
        let Some((kind, what)) = message.split_once(" constraint failed: ") else {
            return FOREIGN_KEY.to_owned();
        };
        match kind {
            "UNIQUE" => match what.strip_prefix("index '") {
                Some(index) => index.trim_end_matches('\'').to_owned(),
                None => self.0.get(what).cloned().unwrap_or_else(|| what.to_owned()),
            },
            "NOT NULL" => format!("{}_not_null", what.replace('.', "_")),
            _ => what.to_owned(),
        }
    }
}

fn unique_indexes(connection: &Connection, table: &str) -> rusqlite::Result<Vec<(String, String)>> {
    connection
        .prepare("SELECT name, origin FROM pragma_index_list(?1) WHERE \"unique\" = 1")?
        .query_map([table], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect()
}

fn index_columns(connection: &Connection, index: &str) -> rusqlite::Result<Vec<String>> {
    connection
        .prepare("SELECT coalesce(name, '') FROM pragma_index_info(?1) ORDER BY seqno")?
        .query_map([index], |row| row.get(0))?
        .collect()
}

/// The `CONSTRAINT name UNIQUE (a, b)` and `CONSTRAINT name PRIMARY KEY (a, b)` of a `CREATE TABLE`, in a
/// column's definition too.
fn named_rules(sql: &str) -> Vec<(Vec<String>, String)> {
    let words = words(sql);
    let word = |at: usize| words.get(at).map_or("", |(_, word)| word.as_str());
    let is = |at: usize, keyword: &str| word(at).eq_ignore_ascii_case(keyword);
    let mut found = Vec::new();
    let mut column = String::new();
    for at in 0..words.len() {
        let depth = words[at].0;
        if depth == 1 && (is(at, "(") || is(at, ",")) {
            word(at + 1).clone_into(&mut column);
        }
        if !is(at, "CONSTRAINT") {
            continue;
        }
        let after = match (is(at + 2, "UNIQUE"), is(at + 2, "PRIMARY")) {
            (true, _) => at + 3,
            (_, true) => at + 4,
            _ => continue,
        };
        let columns = if is(after, "(") {
            (after + 1..words.len())
                .take_while(|&at| !is(at, ")"))
                .filter(|&at| !is(at, ","))
                .map(|at| word(at).to_owned())
                .collect()
        } else {
            vec![column.clone()]
        };
        found.push((columns, word(at + 1).to_owned()));
    }
    found
}

/// Words and brackets of a statement with the depth of brackets they stand at; comments and texts left out.
fn words(sql: &str) -> Vec<(usize, String)> {
    let mut words: Vec<(usize, String)> = Vec::new();
    let mut depth = 0;
    let mut current = String::new();
    let mut rest = sql.chars().peekable();
    while let Some(char) = rest.next() {
        if char.is_alphanumeric() || char == '_' {
            current.push(char);
            continue;
        }
        if !current.is_empty() {
            words.push((depth, std::mem::take(&mut current)));
        }
        match char {
            '(' => {
                depth += 1;
                words.push((depth, "(".to_owned()));
            }
            ')' => {
                words.push((depth, ")".to_owned()));
                depth = depth.saturating_sub(1);
            }
            ',' => words.push((depth, ",".to_owned())),
            '\'' => while rest.next().is_some_and(|char| char != '\'') {},
            '-' if rest.peek() == Some(&'-') => {
                while rest.next().is_some_and(|char| char != '\n') {}
            }
            _ => {}
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_have_the_names_postgresql_gives() {
        let connection = Connection::open_in_memory().expect("opens");
        connection
            .execute_batch(
                "CREATE TABLE orders (
                    id TEXT NOT NULL PRIMARY KEY, -- CONSTRAINT no UNIQUE
                    ref TEXT CONSTRAINT one_ref UNIQUE,
                    other TEXT UNIQUE,
                    qty BIGINT CONSTRAINT some_qty CHECK (qty > 0),
                    a BIGINT, b BIGINT DEFAULT (1 + 2),
                    CONSTRAINT one_pair UNIQUE (a, b)
                );
                CREATE UNIQUE INDEX one_other_a ON orders (other, a);
                INSERT INTO orders VALUES ('1', 'r', 'o', 1, 1, 1);",
            )
            .expect("schema");
        let names = Names::read(&connection).expect("names");
        let cases = [
            ("('1', 'x', 'x', 1, 2, 2)", "orders_pkey"),
            ("('2', 'r', 'x', 1, 2, 2)", "one_ref"),
            ("('2', 'x', 'o', 1, 2, 2)", "orders_other_key"),
            ("('2', 'x', 'x', 1, 1, 1)", "one_pair"),
            ("('2', 'x', 'x', 0, 2, 2)", "some_qty"),
            ("(NULL, 'x', 'x', 1, 2, 2)", "orders_id_not_null"),
        ];
        for (row, name) in cases {
            let error = connection
                .execute_batch(&format!("INSERT INTO orders VALUES {row}"))
                .expect_err("refused");
            let rusqlite::Error::SqliteFailure(_, Some(message)) = &error else {
                panic!("{error}");
            };
            assert_eq!(names.of(message), name);
        }
        assert_eq!(names.of("FOREIGN KEY constraint failed"), FOREIGN_KEY);
    }
}
