//! Where is axe-core, which the browser test lets look at every page for people who cannot see it?
//!
//! Kept under target/tools, brought by npm in the version and with the content named here, and never
//! installed for the machine. Where there is no npm, the test says that it was skipped.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::shell;

/// What npm is to bring. Neither file says from where.
const WANTED: [(&str, &str); 2] = [
    (
        "package.json",
        r#"{"name": "look", "version": "1.0.0", "private": true, "dependencies": {"axe-core": "4.14.1"}}"#,
    ),
    (
        "package-lock.json",
        r#"{"name": "look", "version": "1.0.0", "lockfileVersion": 3, "requires": true, "packages": {
            "": {"name": "look", "version": "1.0.0", "dependencies": {"axe-core": "4.14.1"}},
            "node_modules/axe-core": {"version": "4.14.1", "license": "MPL-2.0",
                "integrity": "sha512-FHfa+lmNjQZfJz1q8wKqIDwC6DExcHt/pkjNQb09a3NPjCKg2rhu5qb2S4r76ASyFNNtuFooJpZe37OgudVGtQ=="}}}"#,
    ),
];

fn folder() -> PathBuf {
    shell::root().join("target/tools/axe")
}

/// The script, if it is here.
pub fn present() -> Option<PathBuf> {
    let script = folder().join("node_modules/axe-core/axe.min.js");
    script.is_file().then_some(script)
}

/// The script, brought if it is not here; none where there is no npm.
///
/// Errors: npm is there and could not bring it.
pub fn provide() -> Result<Option<PathBuf>> {
    if let Some(script) = present() {
        return Ok(Some(script));
    }
    let Some(npm) = shell::find_in(&shell::path_folders(), "npm") else {
        return Ok(None);
    };
    let folder = folder();
    fs::create_dir_all(&folder).context("cannot make target/tools/axe")?;
    for (name, text) in WANTED {
        let file = folder.join(name);
        fs::write(&file, text).with_context(|| format!("cannot write {}", file.display()))?;
    }
    let mut bring = shell::command(npm);
    bring.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]);
    shell::must(bring.current_dir(&folder))?;
    present()
        .map(Some)
        .context("npm ended well, but brought no axe.min.js")
}
