//! Do the tests have teeth? Each planted bug must be caught by the test that says it catches it.
//!
//! acceptance/planted has a patch per bug, with what it does and who catches it in its first lines. Each is
//! applied to a copy of the tree under target/, built, tried and taken away again. A patch that no longer applies,
//! a bug that does not compile, a bug that nobody catches and a test that fails without any bug are all failures.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

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
    /// The files that it spoils.
    files: BTreeSet<String>,
}

/// Plants each bug in turn, or those whose names begin with one of `names`.
///
/// Errors: no bug has such a name, there is no PostgreSQL, or the tree cannot be copied.
pub fn run(names: &[&str]) -> Result<Outcome> {
    let bugs = bugs(&shell::root().join("acceptance/planted"), names)?;
    let server = postgres::Server::start()?;
    let tree = shell::root().join("target/planted/tree");
    copy(&tree)?;
    let unspoilt: BTreeSet<&[String]> = bugs.iter().map(|bug| bug.test.as_slice()).collect();
    let mut failing: BTreeSet<&[String]> = BTreeSet::new();
    for test in unspoilt {
        if let Err(error) = tests_pass(&tree, &server, test) {
            println!("FAILED without any bug: {error:#}");
            failing.insert(test);
        }
    }
    let mut faults = 0;
    for bug in &bugs {
        let watch = Instant::now();
        let planted = match failing.contains(bug.test.as_slice()) {
            true => Err(anyhow::anyhow!("its tests fail without it")),
            false => plant(&tree, &server, bug),
        };
        let told = match planted {
            Ok(()) => "caught".to_owned(),
            Err(error) => {
                faults += 1;
                format!("FAILED: {error:#}")
            }
        };
        let seconds = watch.elapsed().as_secs();
        println!("{}: {told} ({seconds} s)\n    {}", bug.name, bug.about);
    }
    if faults == 0 {
        Ok(Outcome::Passed)
    } else {
        Ok(Outcome::Failed(format!("{faults} of {}", bugs.len())))
    }
}

/// The bugs of a folder, or those whose names begin so; next to each other those that spoil the same files and ask
/// for the same tests, so that little is built anew between them.
fn bugs(folder: &Path, names: &[&str]) -> Result<Vec<Bug>> {
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
    let is_asked =
        |bug: &Bug| names.is_empty() || names.iter().any(|one| bug.name.starts_with(one));
    bugs.retain(is_asked);
    bugs.sort_by(|a, b| (&a.test, &a.files, &a.name).cmp(&(&b.test, &b.files, &b.name)));
    if bugs.is_empty() {
        bail!("there is no such bug in {}", folder.display());
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
    let files = lines.filter_map(|line| line.strip_prefix("+++ b/"));
    Ok(Bug {
        name,
        about: about.to_owned(),
        test: test.split_whitespace().map(str::to_owned).collect(),
        files: files.map(str::to_owned).collect(),
        patch,
    })
}

/// Makes a folder hold the files of the tree as they are now. What is the same stays untouched, so that it need not
/// be built anew.
fn copy(tree: &Path) -> Result<()> {
    let mut list = shell::command("git");
    list.args(["ls-files", "--cached", "--others", "--exclude-standard"]);
    let mut known = BTreeSet::new();
    for name in shell::output(&mut list)?.lines() {
        let (from, to) = (shell::root().join(name), tree.join(name));
        if !from.is_file() {
            continue;
        }
        let content = fs::read(&from).with_context(|| format!("cannot read {name}"))?;
        if fs::read(&to).is_ok_and(|there| there == content) {
            known.insert(to);
            continue;
        }
        let above = to.parent().context("a file lies in a folder")?;
        fs::create_dir_all(above)
            .and_then(|()| fs::write(&to, content))
            .with_context(|| format!("cannot copy {name}"))?;
        known.insert(to);
    }
    remove_others(tree, &known).context("cannot empty target/planted/tree")
}

/// Removes the files that are not among the known.
fn remove_others(folder: &Path, known: &BTreeSet<PathBuf>) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            remove_others(&entry.path(), known)?;
        } else if !known.contains(&entry.path()) {
            fs::remove_file(entry.path())?;
        }
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
    built(tree, server, &bug.test)?;
    if tests_pass(tree, server, &bug.test).is_ok() {
        bail!("nothing failed in: cargo test {}", bug.test.join(" "));
    }
    Ok(())
}

/// Errors: a test fails, or they do not end in time.
fn tests_pass(tree: &Path, server: &postgres::Server, test: &[String]) -> Result<()> {
    built(tree, server, test)?;
    let mut attempt = shell::command("timeout");
    attempt.args([TRY_SECONDS_MAX, "cargo", "test", "--quiet"]);
    shell::output(told(attempt.args(test), tree, server))?;
    Ok(())
}

/// Errors: it does not compile.
fn built(tree: &Path, server: &postgres::Server, test: &[String]) -> Result<()> {
    let mut cargo = shell::cargo(&["test", "--quiet", "--no-run"]);
    let package = test.iter().take_while(|word| *word != "--");
    shell::output(told(cargo.args(package), tree, server))?;
    Ok(())
}

fn told<'a>(command: &'a mut Command, tree: &Path, server: &postgres::Server) -> &'a mut Command {
    command
        .current_dir(tree)
        .env(
            "CARGO_TARGET_DIR",
            shell::root().join("target/planted/target"),
        )
        // Nobody looks at where a bug was caught.
        .env("CARGO_PROFILE_DEV_DEBUG", "none")
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
        let bugs = bugs(&shell::root().join("acceptance/planted"), &[]).expect("they read");
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
            let is_there = |file: &String| shell::root().join(file).is_file();
            assert!(
                !bug.files.is_empty() && bug.files.iter().all(is_there),
                "{}: {:?}",
                bug.name,
                bug.files
            );
        }
        assert!(bugs.len() >= 8);
    }

    #[test]
    fn bugs_are_asked_for_by_the_beginning_of_their_names() {
        let folder = shell::root().join("acceptance/planted");
        let named = bugs(&folder, &["02", "40-"]).expect("they are there");
        let names: Vec<&str> = named.iter().map(|bug| &bug.name[..2]).collect();
        assert_eq!(names.len(), 2);
        assert!(names.contains(&"02") && names.contains(&"40"), "{names:?}");
        assert!(bugs(&folder, &["no-such-bug"]).is_err());
    }

    #[test]
    fn of_a_copy_only_what_is_known_stays() {
        let folder = std::env::temp_dir().join(format!("passband-copy-{}", std::process::id()));
        let (kept, other) = (folder.join("a/kept"), folder.join("b/other"));
        for file in [&kept, &other] {
            fs::create_dir_all(file.parent().expect("a folder")).expect("made");
            fs::write(file, "text").expect("written");
        }
        remove_others(&folder, &BTreeSet::from([kept.clone()])).expect("removed");
        let left = (kept.is_file(), other.exists());
        fs::remove_dir_all(&folder).expect("removed");
        assert_eq!(left, (true, false));
    }
}
