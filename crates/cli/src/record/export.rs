//! The record as files: written for anyone, and checked without the house that wrote it.

use std::path::{Component, Path, PathBuf};

use serde_json::json;
use trade::{House, verify_export};

use crate::command::Answer;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Output;
use crate::style::{bad, bold, counted, good};
use crate::typed::NamedPath;

/// The file with the key, beside the checkpoint.
const KEY_FILE: &str = "key";
/// Most bytes of a file of an export: a bundle of 256 entries of 64 KiB each.
const FILE_BYTES_MAX: u64 = 256 * 65_538;

/// Writes the record into a folder.
///
/// # Errors
/// The record is not the one that was signed, or a file cannot be written.
pub async fn write(house: &House, folder: &NamedPath, out: &Output) -> Answer {
    let mut files: Vec<(String, Vec<u8>)> = vec![(
        KEY_FILE.to_owned(),
        format!("{}\n", house.record_key()).into_bytes(),
    )];
    let exported = house.export_record().await?;
    files.extend(exported.into_iter().map(|file| (file.path, file.bytes)));
    for (name, bytes) in &files {
        let path = folder.path.join(name);
        put(&path, bytes).map_err(|error| Failure::file(Exit::CANNOT_CREATE, &path, &error))?;
    }
    let count = u64::try_from(files.len()).unwrap_or(u64::MAX);
    if out.is_json() {
        let answer = json!({ "folder": folder.path, "files": count, "key": house.record_key() });
        out.json(&answer).await;
    } else {
        out.text(format!(
            "{} in {}",
            counted(count, "file"),
            bold(&folder.named)
        ))
        .await;
    }
    Ok(Exit::YES)
}

/// Writes beside and puts in place: a reader never finds half a file.
fn put(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    if std::fs::read(path).is_ok_and(|known| known == bytes) {
        return Ok(());
    }
    let mut beside = path.as_os_str().to_owned();
    beside.push(".new");
    let beside = PathBuf::from(beside);
    std::fs::write(&beside, bytes)?;
    std::fs::rename(&beside, path)
}

/// Checks an export.
///
/// # Errors
/// The key is not one, or there is no such folder.
pub async fn verify(folder: &NamedPath, key: &str, out: &Output) -> Answer {
    if !folder.path.is_dir() {
        let error = std::io::Error::from(std::io::ErrorKind::NotFound);
        return Err(Failure::file(Exit::NO_INPUT, &folder.named, &error));
    }
    let report = verify_export(key, |path| read(&folder.path, path))?;
    let faults: Vec<String> = report.faults.iter().map(ToString::to_string).collect();
    if out.is_json() {
        let answer = json!({
            "is_clean": report.is_clean(),
            "entries": report.size,
            "signed_entries": report.signed_size,
            "root": report.root.to_string(),
            "first_bad_entry": report.first_bad_index,
            "faults": faults,
        });
        out.json(&answer).await;
    } else {
        let state = match (report.is_clean(), report.first_bad_index) {
            (true, _) => good("The record holds."),
            (false, Some(position)) => format!(
                "{} The first bad entry is {position}.",
                bad("The record does not hold.")
            ),
            (false, None) => bad("The record does not hold."),
        };
        let mut lines = vec![
            state,
            String::new(),
            format!(
                "  entries  {}, {} of them signed",
                report.size, report.signed_size
            ),
            format!("  root     {}", report.root),
        ];
        lines.extend(faults.into_iter().map(|fault| format!("  - {fault}")));
        out.text(lines.join("\n")).await;
    }
    Ok(if report.is_clean() {
        Exit::YES
    } else {
        Exit::NO
    })
}

/// A file of the export, if it is there and no larger than it may be.
fn read(folder: &Path, path: &str) -> Option<Vec<u8>> {
    let path = Path::new(path);
    // Paths are made from numbers here, but a folder is not to be left whatever they say.
    let stays = |part: Component<'_>| matches!(part, Component::Normal(_));
    if !path.components().all(stays) {
        return None;
    }
    let path = folder.join(path);
    let size = std::fs::metadata(&path).ok()?.len();
    (size <= FILE_BYTES_MAX).then(|| std::fs::read(&path).ok())?
}
