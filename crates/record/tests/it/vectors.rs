//! The proof vectors of transparency-dev/merkle, `testdata/`: 98 of inclusion, 98 of consistency,
//! most of which a verifier must refuse. They are read where they lie, and skipped where they do not.

use std::fs;
use std::path::{Path, PathBuf};

use record::tree::{Hash, verify_consistency, verify_inclusion};

/// The folder of the vectors, if there is one.
#[expect(
    clippy::disallowed_methods,
    reason = "a test is told where outside data lies; the product is not"
)]
fn folder() -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    let shared = std::env::var("PASSBAND_SHARED").map_or_else(|_| beside(), PathBuf::from);
    let folder = shared.join("specs/rfc6962-merkle-vectors");
    folder.is_dir().then_some(folder)
}

fn json_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            json_files(&path, found);
        } else {
            found.push(path);
        }
    }
}

/// What stands after a field's name. The files are flat and escape nothing.
fn field<'a>(json: &'a str, name: &str) -> &'a str {
    let (_, rest) = json.split_once(&format!("\"{name}\":")).unwrap();
    rest.trim_start()
}

fn number(json: &str, name: &str) -> u64 {
    let rest = field(json, name);
    let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap();
    rest[..end].parse().unwrap()
}

fn strings(text: &str) -> Vec<&str> {
    text.split('"').skip(1).step_by(2).collect()
}

/// A hash, or `None` where the vector has bytes of another length.
fn hash(json: &str, name: &str) -> Option<Hash> {
    let rest = field(json, name);
    let end = rest.find(['\n', ',']).unwrap();
    Hash::from_base64(strings(&rest[..end]).first()?).ok()
}

fn proof(json: &str) -> Option<Vec<Hash>> {
    let rest = field(json, "proof");
    if rest.starts_with("null") {
        return Some(Vec::new());
    }
    let end = rest.find(']').unwrap();
    let texts = strings(&rest[..end]);
    texts
        .iter()
        .map(|text| Hash::from_base64(text).ok())
        .collect()
}

/// Whether a proof holds, or `None` where a hash is not of 32 bytes.
type Judge = fn(&str) -> Option<bool>;

fn includes(json: &str) -> Option<bool> {
    let (index, size) = (number(json, "leafIdx"), number(json, "treeSize"));
    let (leaf, root) = (hash(json, "leafHash")?, hash(json, "root")?);
    Some(verify_inclusion(&leaf, index, size, &proof(json)?, &root).is_ok())
}

fn extends(json: &str) -> Option<bool> {
    let (old, new) = (number(json, "size1"), number(json, "size2"));
    let (old_root, new_root) = (hash(json, "root1")?, hash(json, "root2")?);
    Some(verify_consistency(old, new, &proof(json)?, &old_root, &new_root).is_ok())
}

#[test]
fn published_proofs_are_judged_as_published() {
    let Some(folder) = folder() else {
        println!("skipped: no folder of vectors; name its parent in PASSBAND_SHARED");
        return;
    };
    let kinds: [(&str, Judge); 2] = [("inclusion", includes), ("consistency", extends)];
    for (kind, judge) in kinds {
        let mut files = Vec::new();
        json_files(&folder.join(kind), &mut files);
        let mut accepted = 0;
        let mut compared = 0;
        for path in &files {
            let json = fs::read_to_string(path).unwrap();
            let is_refused = field(&json, "wantErr").starts_with("true");
            // Some vectors have hashes of other lengths, which no `Hash` can be.
            let Some(is_good) = judge(&json) else {
                continue;
            };
            assert_eq!(is_good, !is_refused, "{}", path.display());
            compared += 1;
            accepted += usize::from(!is_refused);
        }
        println!(
            "{kind}: {} vectors, {compared} of 32-byte hashes, {accepted} good",
            files.len()
        );
        assert!(
            accepted > 0 && compared > 60,
            "{kind}: the vectors were not read"
        );
    }
}
