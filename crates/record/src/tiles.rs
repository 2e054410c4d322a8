//! How is the log published as files, and is a folder of such files what was signed?
//!
//! C2SP tlog-tiles: tiles of 256 hashes, bundles of 256 entries, one checkpoint. Pure functions
//! from hashes and entries to paths and contents; whoever calls them writes and reads the files.
//! It refuses to know folders, addresses and compression.
//!
//! A tile of level `l` holds the roots of complete subtrees of `256^l` entries; the last tile of a
//! level may be partial, and then no upper tile speaks of it.

use crate::note::{Name, NoteError, VerifyingKey};
use crate::report::{Faults, LogFault, Report, Source};
use crate::tree::{HASH_BYTES, Hash, empty_root, leaf_hash, root};

/// Hashes in a full tile, and entries in a full bundle (tlog-tiles, "Merkle Tree").
pub const TILE_WIDTH: u16 = 256;
/// Longest entry that a bundle can hold, in bytes: its length is written in 16 bits (tlog-tiles,
/// "Log entries").
pub const ENTRY_BYTES_MAX: usize = u16::MAX as usize;
/// Path of the checkpoint (tlog-tiles, "Checkpoints").
pub const CHECKPOINT_PATH: &str = "checkpoint";

/// [`TILE_WIDTH`] for slices.
const WIDTH: usize = TILE_WIDTH as usize;

/// A file of the export.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TileFile {
    /// Where, relative to the export's folder, with `/` between its parts.
    pub path: String,
    /// What.
    pub bytes: Vec<u8>,
}

/// An entry too long for a bundle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("entry {position} has {found} bytes; a bundle holds entries of at most {ENTRY_BYTES_MAX}")]
pub struct EntryTooLong {
    /// The entry's index.
    pub position: u64,
    /// Its length, in bytes.
    pub found: usize,
}

/// The path of a tile: `tile/<L>/<N>[.p/<W>]` (tlog-tiles, "Merkle Tree").
///
/// `width` is how many hashes it holds; below [`TILE_WIDTH`] the tile is partial.
pub fn tile_path(level: u8, index: u64, width: u16) -> String {
    format!("tile/{level}/{}", index_path(index, width))
}

/// The path of a bundle: `tile/entries/<N>[.p/<W>]` (tlog-tiles, "Log entries").
pub fn entries_path(index: u64, width: u16) -> String {
    format!("tile/entries/{}", index_path(index, width))
}

/// All tiles of the tree of these leaf hashes, level by level. Full tiles never change again.
pub fn tile_files(leaves: &[Hash]) -> Vec<TileFile> {
    let mut files = Vec::new();
    let mut hashes = leaves.to_vec();
    for level in 0.. {
        if hashes.is_empty() {
            break;
        }
        files.extend(
            spans(hashes.len() as u64)
                .zip(hashes.chunks(WIDTH))
                .map(|(span, tile)| TileFile {
                    path: tile_path(level, span.index, span.width),
                    bytes: tile.iter().flat_map(|hash| *hash.as_bytes()).collect(),
                }),
        );
        hashes = level_above(&hashes);
    }
    files
}

/// The bundles of these entries, from index 0, one at a time: each entry after its length in bytes,
/// 16 bits, big-endian (tlog-tiles, "Log entries").
///
/// Errors: [`EntryTooLong`] in place of a bundle that cannot be written.
pub fn bundle_files<E: AsRef<[u8]>>(
    entries: impl IntoIterator<Item = E>,
) -> impl Iterator<Item = Result<TileFile, EntryTooLong>> {
    let mut entries = entries.into_iter();
    (0..).map_while(move |index| {
        let bundle: Vec<E> = entries.by_ref().take(WIDTH).collect();
        (!bundle.is_empty()).then(|| bundle_file(index, &bundle))
    })
}

/// Checks an export from its checkpoint down: each entry against its tile, each tile against the
/// one above, and the whole against the signed root.
///
/// `read` gives the file at a path, or `None` if there is none. Beside an altered file it names the
/// first entry that the file tells of wrongly. It stops where tile and bundle of the same entries
/// are both unusable, since nothing further can be computed.
pub fn verify_tiles(
    read: impl Fn(&str) -> Option<Vec<u8>>,
    key: &VerifyingKey,
    origin: &Name,
) -> Report {
    let mut faults = Faults::default();
    let Some(note) = read(CHECKPOINT_PATH) else {
        faults.push(LogFault::NoCheckpoint);
        return faults.into_report(0, empty_root(), 0, 0);
    };
    let source = Source::Exported;
    let head = match String::from_utf8(note) {
        Ok(note) => faults.head(source, &note, key, origin),
        Err(_) => {
            let rule = "it is not UTF-8";
            let error = NoteError::Form { rule }.into();
            faults.push(LogFault::Checkpoint {
                checkpoint: source,
                error,
            });
            None
        }
    };
    let Some(head) = head else {
        return faults.into_report(0, empty_root(), 0, 0);
    };

    let mut folder = Folder { read, faults };
    let (from_entries, leaf_tiles) = folder.leaves(head.size);
    let computed = root(&from_entries);
    let size = from_entries.len() as u64;
    if size < head.size {
        return folder.faults.into_report(size, computed, 0, 0);
    }
    let levels = folder.levels(from_entries, leaf_tiles);
    let is_signed = head.root == computed;
    // If the tiles lead to the signed root, what the entries differ in was named above.
    if !is_signed && head.root != root(&levels[0]) && head.root != edge_root(&levels) {
        folder.faults.push(LogFault::OtherRoot {
            checkpoint: source,
            size,
            since: 0,
            signed: head.root,
            computed,
        });
    }
    let signed_size = if is_signed { size } else { 0 };
    folder.faults.into_report(size, computed, signed_size, 1)
}

/// Where a tile or bundle lies in its level.
#[derive(Clone, Copy)]
struct Span {
    index: u64,
    width: u16,
}

impl Span {
    /// The index, in the level, of the first hash or entry.
    const fn start(self) -> u64 {
        self.index * TILE_WIDTH as u64
    }
}

/// The spans that hold `count` hashes or entries; the last may be partial.
fn spans(count: u64) -> impl Iterator<Item = Span> {
    let width = u64::from(TILE_WIDTH);
    let full = (0..count / width).map(|index| Span {
        index,
        width: TILE_WIDTH,
    });
    let partial = Span {
        index: count / width,
        width: (count % width) as u16,
    };
    full.chain((partial.width > 0).then_some(partial))
}

/// `<N>[.p/<W>]`: three digits a part, all but the last after an `x`.
fn index_path(index: u64, width: u16) -> String {
    let mut path = format!("{:03}", index % 1_000);
    let mut rest = index / 1_000;
    while rest > 0 {
        path = format!("x{:03}/{path}", rest % 1_000);
        rest /= 1_000;
    }
    if width < TILE_WIDTH {
        path = format!("{path}.p/{width}");
    }
    path
}

/// The hashes one level up: the roots of the full tiles.
fn level_above(hashes: &[Hash]) -> Vec<Hash> {
    hashes.chunks_exact(WIDTH).map(root).collect()
}

/// The root as a reader of tiles computes it, from the partial tiles alone: those of a level, and
/// after them, as if it were one more, the root of all that is partial below.
fn edge_root(levels: &[Vec<Hash>]) -> Hash {
    let edge = levels.iter().fold(None, |below, hashes| {
        let mut row = hashes.chunks_exact(WIDTH).remainder().to_vec();
        row.extend(below);
        (!row.is_empty()).then(|| root(&row))
    });
    edge.unwrap_or_else(empty_root)
}

fn bundle_file<E: AsRef<[u8]>>(index: u64, entries: &[E]) -> Result<TileFile, EntryTooLong> {
    let mut bytes = Vec::new();
    for (entry, position) in entries.iter().zip(index * u64::from(TILE_WIDTH)..) {
        let entry = entry.as_ref();
        let found = entry.len();
        let length = u16::try_from(found).map_err(|_| EntryTooLong { position, found })?;
        bytes.extend(length.to_be_bytes());
        bytes.extend(entry);
    }
    let path = entries_path(index, entries.len() as u16);
    Ok(TileFile { path, bytes })
}

/// The leaf hashes of a bundle as far as it can be read, and what cannot.
fn read_bundle(bytes: &[u8], width: u16) -> (Vec<Hash>, &[u8]) {
    let mut hashes = Vec::new();
    let mut rest = bytes;
    while hashes.len() < usize::from(width)
        && let Some((length, after)) = rest.split_first_chunk()
        && let Some((entry, after)) = after.split_at_checked(u16::from_be_bytes(*length).into())
    {
        hashes.push(leaf_hash(entry));
        rest = after;
    }
    (hashes, rest)
}

/// An export being read.
struct Folder<R> {
    read: R,
    faults: Faults,
}

impl<R: Fn(&str) -> Option<Vec<u8>>> Folder<R> {
    /// The leaf hashes that the entries have, and those that the tiles of level 0 have. Where one of
    /// the two is unusable the other stands for it; where both are, the lists end.
    fn leaves(&mut self, size: u64) -> (Vec<Hash>, Vec<Hash>) {
        let (mut from_entries, mut from_tiles) = (Vec::new(), Vec::new());
        for span in spans(size) {
            let tile = self.tile(0, span);
            let entries = self.bundle(span, tile.as_deref());
            let Some(known) = entries.as_ref().or(tile.as_ref()) else {
                break;
            };
            let (entries, tile) = (
                entries.as_ref().unwrap_or(known),
                tile.as_ref().unwrap_or(known),
            );
            for ((computed, kept), position) in entries.iter().zip(tile).zip(span.start()..) {
                if computed != kept {
                    let kept = kept.to_string();
                    self.faults
                        .push(LogFault::leaf_hash(position, &kept, *computed));
                }
            }
            from_entries.extend(entries);
            from_tiles.extend(tile);
        }
        (from_entries, from_tiles)
    }

    /// The hashes of all levels as the tiles have them, from level 0, which is given.
    ///
    /// A hash is right if it is the root of the tile below, or if it is that of the entries: then it
    /// is the tile below, or a bundle, that was altered, and has been named.
    fn levels(&mut self, from_entries: Vec<Hash>, leaf_tiles: Vec<Hash>) -> Vec<Vec<Hash>> {
        let mut computed = from_entries;
        let mut levels = vec![leaf_tiles];
        for level in 1.. {
            computed = level_above(&computed);
            if computed.is_empty() {
                break;
            }
            let below = level_above(&levels[usize::from(level) - 1]);
            let mut hashes = Vec::new();
            for span in spans(computed.len() as u64) {
                let start = span.start() as usize;
                let right = &computed[start..][..usize::from(span.width)];
                let tile = self.tile(level, span).unwrap_or_else(|| right.to_vec());
                hashes.extend(tile);
            }
            for (at, hash) in hashes.iter().enumerate() {
                if *hash != below[at] && *hash != computed[at] {
                    self.unlike_tile(level, at as u64, computed.len() as u64);
                }
            }
            levels.push(hashes);
        }
        levels
    }

    fn unlike_tile(&mut self, level: u8, at: u64, count: u64) {
        let width = u64::from(TILE_WIDTH);
        let index = at / width;
        let tile_width = (count - index * width).min(width) as u16;
        let entries = width.pow(level.into());
        self.faults.push(LogFault::TileHash {
            path: tile_path(level, index, tile_width),
            position: at * entries,
            until: (at + 1) * entries,
        });
    }

    /// The hashes of a tile, if it is there and as long as it must be.
    fn tile(&mut self, level: u8, span: Span) -> Option<Vec<Hash>> {
        let path = tile_path(level, span.index, span.width);
        let position = span.start() * u64::from(TILE_WIDTH).pow(level.into());
        let Some(bytes) = (self.read)(&path) else {
            self.faults.push(LogFault::Missing { path, position });
            return None;
        };
        let (chunks, rest) = bytes.as_chunks::<HASH_BYTES>();
        if chunks.len() != usize::from(span.width) || !rest.is_empty() {
            let rule = "a tile is as many hashes of 32 bytes as its path says, 256 if it says none";
            self.faults.push(LogFault::Malformed {
                path,
                position,
                rule,
            });
            return None;
        }
        Some(chunks.iter().copied().map(Hash::from_bytes).collect())
    }

    /// The leaf hashes of a bundle, if it is there and can be read to its end. If it cannot, the
    /// tile, where there is one, tells which entry is the first that differs.
    fn bundle(&mut self, span: Span, tile: Option<&[Hash]>) -> Option<Vec<Hash>> {
        let path = entries_path(span.index, span.width);
        let Some(bytes) = (self.read)(&path) else {
            let position = span.start();
            self.faults.push(LogFault::Missing { path, position });
            return None;
        };
        let (hashes, rest) = read_bundle(&bytes, span.width);
        let width = usize::from(span.width);
        if hashes.len() == width && rest.is_empty() {
            return Some(hashes);
        }
        let mut pairs = hashes.iter().zip(tile.unwrap_or(&hashes));
        let unlike = pairs.position(|(computed, kept)| computed != kept);
        let at = unlike.unwrap_or(hashes.len()).min(width - 1);
        self.faults.push(LogFault::Malformed {
            path,
            position: span.start() + at as u64,
            rule: "a bundle is as many entries as its path says, each after its length in 16 bits",
        });
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leaves(size: u64) -> Vec<Hash> {
        (0..size).map(|at| leaf_hash(&at.to_be_bytes())).collect()
    }

    fn hashes(file: &TileFile) -> Vec<Hash> {
        let (chunks, rest) = file.bytes.as_chunks();
        assert!(rest.is_empty());
        chunks.iter().copied().map(Hash::from_bytes).collect()
    }

    #[test]
    fn paths_are_as_published() {
        // tlog-tiles, "Merkle Tree": index 1234067 is `x001/x234/067`.
        assert_eq!(tile_path(0, 1_234_067, 256), "tile/0/x001/x234/067");
        assert_eq!(tile_path(63, 0, 1), "tile/63/000.p/1");
        assert_eq!(entries_path(1_234_067, 8), "tile/entries/x001/x234/067.p/8");
        assert_eq!(entries_path(999, 256), "tile/entries/999");
        assert_eq!(entries_path(1_000, 256), "tile/entries/x001/000");
    }

    #[test]
    fn a_tree_of_70000_has_the_published_tiles() {
        // tlog-tiles, "Partial Tiles".
        let leaves = leaves(70_000);
        let files = tile_files(&leaves);
        let count = |start: &str| {
            files
                .iter()
                .filter(|file| file.path.starts_with(start))
                .count()
        };
        assert_eq!(
            [count("tile/0/"), count("tile/1/"), count("tile/2/")],
            [274, 2, 1]
        );
        let width = |path: &str| {
            let file = files.iter().find(|file| file.path == path).unwrap();
            file.bytes.len() / HASH_BYTES
        };
        assert_eq!(width("tile/0/272"), 256);
        assert_eq!(width("tile/0/273.p/112"), 112);
        assert_eq!(width("tile/1/000"), 256);
        assert_eq!(width("tile/1/001.p/17"), 17);
        assert_eq!(width("tile/2/000.p/1"), 1);
        let top = hashes(files.last().unwrap());
        assert_eq!(top, [root(&leaves[..65_536])]);
    }

    #[test]
    fn a_tree_of_256_has_the_published_tiles() {
        let paths: Vec<String> = tile_files(&leaves(256))
            .into_iter()
            .map(|file| file.path)
            .collect();
        assert_eq!(paths, ["tile/0/000", "tile/1/000.p/1"]);
        assert_eq!(tile_files(&[]), []);
    }

    #[test]
    fn the_partial_tiles_lead_to_the_root() {
        for size in [
            0, 1, 2, 3, 255, 256, 257, 511, 512, 700, 65_535, 65_536, 65_793, 70_000,
        ] {
            let leaves = leaves(size);
            let mut levels = vec![leaves.clone()];
            while let Some(last) = levels.last().filter(|last| !last.is_empty()) {
                levels.push(level_above(last));
            }
            assert_eq!(edge_root(&levels), root(&leaves), "size {size}");
        }
    }

    #[test]
    fn bundles_are_entries_after_their_lengths() {
        let entries: [&[u8]; 3] = [b"", b"ab", &[7; 258]];
        let files: Vec<TileFile> = bundle_files(entries).map(Result::unwrap).collect();
        let expected = [&[0, 0, 0, 2, b'a', b'b', 1, 2][..], &[7; 258]].concat();
        assert_eq!(files.len(), 1);
        assert_eq!(files[0].path, "tile/entries/000.p/3");
        assert_eq!(files[0].bytes, expected);
        let (hashes, rest) = read_bundle(&expected, 3);
        assert_eq!(hashes, entries.map(leaf_hash));
        assert_eq!(rest, []);

        let entries = (0..513u32).map(u32::to_be_bytes);
        let paths: Vec<String> = bundle_files(entries)
            .map(|file| file.unwrap().path)
            .collect();
        assert_eq!(
            paths,
            [
                "tile/entries/000",
                "tile/entries/001",
                "tile/entries/002.p/1"
            ]
        );
        assert_eq!(bundle_files([[0; 0]; 0]).count(), 0);
    }

    #[test]
    fn an_entry_too_long_is_named() {
        let mut entries = vec![Vec::new(); 300];
        entries[299] = vec![0; ENTRY_BYTES_MAX];
        assert!(bundle_files(&entries).all(|file| file.is_ok()));
        entries[299].push(0);
        let expected = EntryTooLong {
            position: 299,
            found: ENTRY_BYTES_MAX + 1,
        };
        assert_eq!(bundle_files(&entries).last(), Some(Err(expected)));
    }
}
