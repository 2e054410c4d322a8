//! Which files of a folder are read, and which are not and why.
//!
//! Looks at names and heads only; what the files say is no business of this one.

use std::fs::{DirEntry, FileType};
use std::path::Path;

use trade::FileKind;
use trade::data_sets::kind_of_file;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::typed::NamedPath;

/// Files and folders that are looked at below one folder.
const ENTRIES_MAX: usize = 10_000;
/// Folders within folders.
const FOLDERS_DEEP_MAX: usize = 16;
/// How the names of files begin that people read, not programs.
const FOR_PEOPLE: [&str; 7] = [
    "readme",
    "licence",
    "license",
    "copying",
    "notice",
    "changelog",
    // MobileModels' page on how makers form their codes.
    "naming-rules",
];

/// A file or folder that is passed over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotRead {
    /// As it would be typed.
    pub file: String,
    /// In words.
    pub why: String,
}

/// What is in a folder, in the order of names.
#[derive(Debug, Default)]
pub struct Found {
    /// To be read.
    pub files: Vec<NamedPath>,
    /// Passed over.
    pub not_read: Vec<NotRead>,
    seen: usize,
}

/// Walks a folder. With a `kind`, files of another kind are passed over.
///
/// # Errors
/// The folder cannot be listed, or holds more than is looked at.
pub fn walk(folder: &NamedPath, kind: Option<FileKind>) -> Result<Found, Failure> {
    let mut found = Found::default();
    let entries = listed(&folder.path)
        .map_err(|error| Failure::file(Exit::NO_INPUT, &folder.named, &error))?;
    found.enter(folder, entries, kind, 1)?;
    Ok(found)
}

impl Found {
    fn enter(
        &mut self,
        folder: &NamedPath,
        entries: Vec<DirEntry>,
        kind: Option<FileKind>,
        depth: usize,
    ) -> Result<(), Failure> {
        for entry in entries {
            self.seen += 1;
            if self.seen > ENTRIES_MAX {
                return Err(Failure::usage(
                    format!("{} holds more than {ENTRIES_MAX} files", folder.named),
                    "import its folders one by one",
                ));
            }
            let name = entry.file_name();
            let named = Path::new(&folder.named).join(&name);
            let one = NamedPath {
                named: named.display().to_string(),
                path: entry.path(),
            };
            let name = name.to_string_lossy();
            match entry.file_type() {
                Err(error) => self.pass(one, error.to_string()),
                Ok(_) if name.starts_with('.') => self.pass(one, "hidden"),
                Ok(what) if what.is_dir() && depth == FOLDERS_DEEP_MAX => {
                    self.pass(one, format!("more than {FOLDERS_DEEP_MAX} folders deep"));
                }
                Ok(what) if what.is_dir() => match listed(&one.path) {
                    Ok(entries) => self.enter(&one, entries, kind, depth + 1)?,
                    Err(error) => self.pass(one, error.to_string()),
                },
                Ok(what) => match why_not(&one.path, &name, what, kind) {
                    Some(why) => self.pass(one, why),
                    None => self.files.push(one),
                },
            }
        }
        Ok(())
    }

    fn pass(&mut self, one: NamedPath, why: impl Into<String>) {
        self.not_read.push(NotRead {
            file: one.named,
            why: why.into(),
        });
    }
}

/// By name, so that the same folder is always read in the same order.
fn listed(folder: &Path) -> std::io::Result<Vec<DirEntry>> {
    let entries = std::fs::read_dir(folder)?.take(ENTRIES_MAX + 1);
    let mut entries = entries.collect::<Result<Vec<_>, _>>()?;
    entries.sort_by_key(DirEntry::file_name);
    Ok(entries)
}

/// Why a file is passed over, if it is.
fn why_not(path: &Path, name: &str, what: FileType, wanted: Option<FileKind>) -> Option<String> {
    let lower = name.to_lowercase();
    if what.is_symlink() {
        return Some("a link; name the file itself".to_owned());
    }
    if !what.is_file() {
        return Some("not a file".to_owned());
    }
    if FOR_PEOPLE.iter().any(|start| lower.starts_with(start)) {
        return Some("for people to read".to_owned());
    }
    match (kind_of_file(path), wanted) {
        (Err(error), _) => Some(error.detail),
        (Ok(None), _) => Some("of no kind that is known, by its name and by its head".to_owned()),
        (Ok(Some(kind)), Some(wanted)) if kind != wanted => {
            Some(format!("of another kind, {kind}"))
        }
        (Ok(Some(_)), _) => None,
    }
}
