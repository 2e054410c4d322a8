//! Do the tests have teeth? Each planted bug must be caught by the test that says it catches it.
//!
//! acceptance/planted has a patch per bug, with what it does and who catches it in its first lines. Each is
//! applied to a copy of the tree under target/, built, tried and taken away again. A patch that no longer applies,
//! a bug that does not compile and a bug that nobody catches are all failures.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::postgres;
use crate::report::Outcome;
use crate::shell;

/// A test with a bug in it may never end; then it is caught as well.
const TRY_SECONDS_MAX: &str = "300";
const CAUGHT_BY: &str = "# caught by: ";

/// One bug, as its patch tells of it.
struct Bug {
    name: String,
    patch: PathBuf,
    about: String,
    /// What Cargo is asked to test.
    test: Vec<String>,
}

/// Plants each bug in turn.
///
/// Errors: there is no PostgreSQL, or the tree cannot be copied or built without any bug.
pub fn run() -> Result<Outcome> {
    let bugs = bugs(&shell::root().join("acceptance/planted"))?;
    let server = postgres::Server::start()?;
    let tree = shell::root().join("target/planted/tree");
    copy(&tree)?;
    shell::must(&mut cargo(
        &tree,
        &server,
        &["test", "--no-run"],
        &bugs[0].test,
    ))?;
    let mut faults = 0;
    for bug in &bugs {
        let told = match plant(&tree, &server, bug) {
            Ok(()) => "caught".to_owned(),
            Err(error) => {
                faults += 1;
                format!("FAILED: {error:#}")
            }
        };
        println!("{}: {told}\n    {}", bug.name, bug.about);
    }
    if faults == 0 {
        Ok(Outcome::Passed)
    } else {
        Ok(Outcome::Failed(format!("{faults} of {}", bugs.len())))
    }
}

fn bugs(folder: &Path) -> Result<Vec<Bug>> {
    let mut bugs = Vec::new();
    for entry in fs::read_dir(folder).context("cannot read acceptance/planted")? {
        let patch = entry?.path();
        if patch
            .extension()
            .is_some_and(|extension| extension == "patch")
        {
            bugs.push(bug(patch)?);
        }
    }
    bugs.sort_by(|a, b| a.name.cmp(&b.name));
    if bugs.is_empty() {
        bail!("there is no bug in {}", folder.display());
    }
    Ok(bugs)
}

fn bug(patch: PathBuf) -> Result<Bug> {
    let text = fs::read_to_string(&patch).context("cannot read a patch")?;
    let name = patch
        .file_stem()
        .map_or_else(String::new, |stem| stem.to_string_lossy().into_owned());
    let mut lines = text.lines();
    let about = lines.next().and_then(|line| line.strip_prefix("# "));
    let test = lines.next().and_then(|line| line.strip_prefix(CAUGHT_BY));
    let (Some(about), Some(test)) = (about, test) else {
        bail!("{name}: a patch begins with a line `# what it does` and a line `{CAUGHT_BY}...`");
    };
    Ok(Bug {
        name,
        about: about.to_owned(),
        test: test.split_whitespace().map(str::to_owned).collect(),
        patch,
    })
}

/// The files of the tree as they are now, in an empty folder.
fn copy(tree: &Path) -> Result<()> {
    if tree.exists() {
        fs::remove_dir_all(tree).context("cannot empty target/planted/tree")?;
    }
    let mut list = shell::command("git");
    list.args(["ls-files", "--cached", "--others", "--exclude-standard"]);
    for name in shell::output(&mut list)?.lines() {
        let (from, to) = (shell::root().join(name), tree.join(name));
        if !from.is_file() {
            continue;
        }
        let above = to.parent().context("a file lies in a folder")?;
        fs::create_dir_all(above)
            .and_then(|()| fs::copy(&from, &to))
            .with_context(|| format!("cannot copy {name}"))?;
    }
    Ok(())
}

/// Applies the bug, tries it, takes it away.
///
/// Errors: it does not apply or compile, or the test passed.
fn plant(tree: &Path, server: &postgres::Server, bug: &Bug) -> Result<()> {
    shell::output(&mut git_apply(tree, &[], &bug.patch))?;
    let tried = try_out(tree, server, bug);
    shell::output(&mut git_apply(tree, &["--reverse"], &bug.patch))?;
    tried
}

fn try_out(tree: &Path, server: &postgres::Server, bug: &Bug) -> Result<()> {
    shell::output(&mut cargo(
        tree,
        server,
        &["test", "--quiet", "--no-run"],
        &bug.test,
    ))?;
    let mut words: Vec<&str> = vec![TRY_SECONDS_MAX, "cargo", "test", "--quiet"];
    words.extend(bug.test.iter().map(String::as_str));
    let mut attempt = shell::command("timeout");
    attempt.args(words);
    if shell::output(told(&mut attempt, tree, server)).is_ok() {
        bail!("nothing failed in: cargo test {}", bug.test.join(" "));
    }
    Ok(())
}

fn cargo(tree: &Path, server: &postgres::Server, words: &[&str], package: &[String]) -> Command {
    let mut cargo = shell::cargo(words);
    let package = package.iter().take_while(|word| *word != "--");
    told(cargo.args(package), tree, server);
    cargo
}

fn told<'a>(command: &'a mut Command, tree: &Path, server: &postgres::Server) -> &'a mut Command {
    command
        .current_dir(tree)
        .env(
            "CARGO_TARGET_DIR",
            shell::root().join("target/planted/target"),
        )
        .env("PASSBAND_TEST_POSTGRES", server.url())
}

/// `git apply` as if the copy lay in no repository, so that it reads paths from the copy's root.
fn git_apply(tree: &Path, options: &[&str], patch: &Path) -> Command {
    let mut git = shell::command("git");
    git.arg("apply").args(options).arg(patch).current_dir(tree);
    git.env(
        "GIT_CEILING_DIRECTORIES",
        shell::root().join("target/planted"),
    );
    git
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_planted_bug_says_what_it_does_and_who_catches_it() {
        let bugs = bugs(&shell::root().join("acceptance/planted")).expect("they read");
        let page = fs::read_to_string(shell::root().join("docs/guide/planted-bugs.md"));
        let page = page.expect("the page is there");
        for bug in &bugs {
            assert!(bug.about.ends_with('.'), "{}: {}", bug.name, bug.about);
            assert!(
                bug.test.contains(&"--".to_owned()),
                "{}: {:?}",
                bug.name,
                bug.test
            );
            assert!(
                page.contains(&format!("`{}`", bug.name)),
                "{} is not in the page",
                bug.name
            );
        }
        assert!(bugs.len() >= 8);
    }
}
