//! Where are the checkers that npm brings: axe-core, which looks at every page for people who cannot see it, and the Nu
//! HTML checker?
//!
//! Kept under target/tools, in the version and with the content named here, and never installed for the machine. Where
//! there is no npm, the tests say that they were skipped.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::shell;

/// Something that npm brings, without anything that it would rest on.
pub struct Package {
    /// Its name there.
    pub name: &'static str,
    version: &'static str,
    licence: &'static str,
    /// npm's hash of it.
    integrity: &'static str,
    /// The one file of it that is wanted.
    file: &'static str,
    /// What tells the tests where that is.
    pub variable: &'static str,
}

/// The checkers of pages.
pub const CHECKERS: [Package; 2] = [
    Package {
        name: "axe-core",
        version: "4.14.1",
        licence: "MPL-2.0",
        integrity: "sha512-FHfa+lmNjQZfJz1q8wKqIDwC6DExcHt/pkjNQb09a3NPjCKg2rhu5qb2S4r76ASyFNNtuFooJpZe37OgudVGtQ==",
        file: "axe.min.js",
        variable: "PASSBAND_AXE",
    },
    // Its tests need a Java, too, and say so.
    Package {
        name: "vnu-jar",
        version: "26.9.27",
        licence: "MIT",
        integrity: "sha512-TkQd5DFfOaWC9ebtvozTsrH2Vaod3jYg+vrOeREzIXxBexLz9+rS2DNtjn7+RPUiZhgli0SghgBX6RJRNea0KA==",
        file: "build/dist/vnu.jar",
        variable: "PASSBAND_VNU",
    },
];

impl Package {
    fn folder(&self) -> PathBuf {
        shell::root().join("target/tools").join(self.name)
    }

    /// The file, if it is here.
    fn present(&self) -> Option<PathBuf> {
        let modules = self.folder().join("node_modules");
        let file = modules.join(self.name).join(self.file);
        file.is_file().then_some(file)
    }

    /// What npm is told. Neither file says from where.
    fn wanted(&self) -> [(&'static str, String); 2] {
        let Self {
            name,
            version,
            licence,
            integrity,
            ..
        } = self;
        let look = format!(
            r#""name": "look", "version": "1.0.0", "dependencies": {{"{name}": "{version}"}}"#
        );
        let lock = format!(
            r#"{{"name": "look", "version": "1.0.0", "lockfileVersion": 3, "requires": true, "packages": {{"": {{{look}}},
                "node_modules/{name}": {{"version": "{version}", "license": "{licence}", "integrity": "{integrity}"}}}}}}"#
        );
        [
            ("package.json", format!(r#"{{{look}, "private": true}}"#)),
            ("package-lock.json", lock),
        ]
    }

    /// The file, brought if it is not here; none where there is no npm.
    ///
    /// Errors: npm is there and could not bring it.
    pub fn provide(&self) -> Result<Option<PathBuf>> {
        if let Some(file) = self.present() {
            return Ok(Some(file));
        }
        let Some(npm) = shell::find_in(&shell::path_folders(), "npm") else {
            return Ok(None);
        };
        let folder = self.folder();
        fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
        for (name, text) in self.wanted() {
            let file = folder.join(name);
            fs::write(&file, text).with_context(|| format!("cannot write {}", file.display()))?;
        }
        let mut bring = shell::command(npm);
        bring.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]);
        shell::must(bring.current_dir(&folder))?;
        let brought = self.present();
        brought
            .map(Some)
            .with_context(|| format!("npm ended well, but brought no {}", self.file))
    }
}
