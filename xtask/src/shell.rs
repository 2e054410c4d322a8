//! How is another program run, and where is it?
//!
//! Refuses to know what the programs are for.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};

use anyhow::{Context, Result, bail};

/// The workspace's root: the folder above this crate.
pub fn root() -> &'static Path {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here)
}

/// Source data that is not part of this tree: where `PASSBAND_SHARED` says, else `../shared`; none: there is none.
pub fn shared() -> Option<PathBuf> {
    let beside = || Some(root().parent()?.join("shared"));
    let named = std::env::var_os("PASSBAND_SHARED").map(PathBuf::from);
    named.or_else(beside).filter(|folder| folder.is_dir())
}

/// A command that starts in the workspace's root and reads nothing.
pub fn command(program: impl AsRef<Path>) -> Command {
    let mut command = Command::new(program.as_ref());
    command.current_dir(root()).stdin(Stdio::null());
    command
}

/// `cargo` with its arguments, in the workspace's root.
pub fn cargo(args: &[&str]) -> Command {
    let mut cargo = command("cargo");
    cargo.args(args);
    cargo
}

/// The command as a person would type it.
pub fn shown(command: &Command) -> String {
    let mut words = vec![command.get_program().to_string_lossy().into_owned()];
    words.extend(
        command
            .get_args()
            .map(|word| word.to_string_lossy().into_owned()),
    );
    words.join(" ")
}

/// Says what is run, runs it in the open, and waits for it.
///
/// Errors: it could not be started.
pub fn attempt(command: &mut Command) -> Result<ExitStatus> {
    println!("$ {}", shown(command));
    command
        .status()
        .with_context(|| format!("cannot start `{}`", shown(command)))
}

/// As [`attempt`], and demands success.
///
/// Errors: it could not be started, or it failed.
pub fn must(command: &mut Command) -> Result<()> {
    let status = attempt(command)?;
    if !status.success() {
        bail!("`{}` ended with {status}", shown(command));
    }
    Ok(())
}

/// Runs a command and returns what it wrote to standard output.
///
/// Errors: it could not be started, failed (its standard error is then in the text), or wrote no UTF-8.
pub fn output(command: &mut Command) -> Result<String> {
    let output = command
        .output()
        .with_context(|| format!("cannot start `{}`", shown(command)))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        bail!(
            "`{}` ended with {}: {}",
            shown(command),
            output.status,
            said.trim()
        );
    }
    String::from_utf8(output.stdout).with_context(|| format!("`{}` wrote no UTF-8", shown(command)))
}

/// Whether the command can be started and succeeds; nothing is shown.
pub fn works(program: impl AsRef<Path>, args: &[&str]) -> bool {
    let mut probe = command(program);
    probe.args(args).stdout(Stdio::null()).stderr(Stdio::null());
    probe.status().is_ok_and(|status| status.success())
}

/// The folders in which the shell looks for programs.
pub fn path_folders() -> Vec<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .filter(|folder| !folder.as_os_str().is_empty())
        .collect()
}

/// The first file called `name` in `folders`.
pub fn find_in(folders: &[PathBuf], name: &str) -> Option<PathBuf> {
    folders
        .iter()
        .map(|folder| folder.join(name))
        .find(|file| file.is_file())
}

/// Whether this process runs as root, and so may install and must not run a database itself.
pub fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt;
    std::fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failing_program_is_an_error_that_names_it() {
        let error = must(&mut command("false")).unwrap_err();
        assert!(error.to_string().contains("`false`"), "{error}");
        let error = output(command("sh").args(["-c", "echo because >&2; exit 3"])).unwrap_err();
        assert!(error.to_string().contains("because"), "{error}");
        assert!(output(&mut command("no-such-program")).is_err());
        assert!(!works("no-such-program", &[]));
    }

    #[test]
    fn a_program_is_found_only_where_it_is() {
        let folders = [root().join("docs"), root().join("xtask")];
        assert_eq!(
            find_in(&folders, "Cargo.toml"),
            Some(root().join("xtask/Cargo.toml"))
        );
        assert_eq!(find_in(&folders, "src"), None, "a folder is no program");
    }
}
