//! How did each step go, and how long did it take?
//!
//! A step that fails does not stop the next one; the closing table and the exit code remember it.
//! A step that could not be done says so as `skipped`, with its reason: it is never shown as passed.

use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::Result;

/// How a step ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    Passed,
    /// Not done, and not a fault of the tree; the text says why.
    Skipped(String),
    Failed(String),
}

struct Row {
    name: &'static str,
    outcome: Outcome,
    took: Duration,
}

/// The steps done so far.
#[derive(Default)]
pub struct Report {
    rows: Vec<Row>,
}

impl Report {
    /// Does one step under its heading and remembers how it ended. An error is a failed step.
    pub fn step(&mut self, name: &'static str, work: impl FnOnce() -> Result<Outcome>) {
        println!("\n==> {name}");
        let start = Instant::now();
        let outcome = work().unwrap_or_else(|error| Outcome::Failed(format!("{error:#}")));
        let took = start.elapsed();
        match &outcome {
            Outcome::Passed => {}
            Outcome::Skipped(why) => println!("skipped: {why}"),
            Outcome::Failed(why) => println!("FAILED: {why}"),
        }
        println!("--- {name}: {} s", took.as_secs());
        self.rows.push(Row {
            name,
            outcome,
            took,
        });
    }

    /// Prints the closing table; the exit code is a failure if any step failed.
    pub fn close(&self) -> ExitCode {
        print!("\n{}", self.table());
        if self.failed() {
            ExitCode::FAILURE
        } else {
            ExitCode::SUCCESS
        }
    }

    fn failed(&self) -> bool {
        self.rows
            .iter()
            .any(|row| matches!(row.outcome, Outcome::Failed(_)))
    }

    fn table(&self) -> String {
        let width = self
            .rows
            .iter()
            .map(|row| row.name.len())
            .max()
            .unwrap_or(0)
            .max("step".len());
        let mut table = format!("{:width$}  {:7}  {:>6}\n", "step", "result", "time");
        for row in &self.rows {
            let (result, why) = match &row.outcome {
                Outcome::Passed => ("passed", ""),
                Outcome::Skipped(why) => ("skipped", why.as_str()),
                Outcome::Failed(why) => ("FAILED", why.as_str()),
            };
            let name = row.name;
            let why = why.lines().next().unwrap_or("");
            let line = format!(
                "{name:width$}  {result:7}  {:>4} s  {why}",
                row.took.as_secs()
            );
            table.push_str(line.trim_end());
            table.push('\n');
        }
        let total: Duration = self.rows.iter().map(|row| row.took).sum();
        table.push_str(&format!(
            "{:width$}  {:7}  {:>4} s\n",
            "all",
            "",
            total.as_secs()
        ));
        table
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_failed_step_fails_the_run_and_the_rest_is_still_done() {
        let mut report = Report::default();
        report.step("first", || anyhow::bail!("broken\nin two lines"));
        report.step("second", || Ok(Outcome::Skipped("no database".to_owned())));
        assert!(report.failed());
        let table = report.table();
        assert!(table.contains("first   FAILED"), "{table}");
        assert!(
            table.contains("second  skipped     0 s  no database"),
            "{table}"
        );
        assert!(
            !table.contains("in two lines"),
            "one row is one line:\n{table}"
        );
    }

    #[test]
    fn a_skipped_step_does_not_fail_the_run() {
        let mut report = Report::default();
        report.step("first", || Ok(Outcome::Passed));
        report.step("second", || Ok(Outcome::Skipped("no network".to_owned())));
        assert!(!report.failed());
        assert!(!report.table().contains("second  passed"));
    }
}
