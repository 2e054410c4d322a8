//! Whatever is done to an export shows, and the first bad entry is named.

use std::collections::BTreeMap;

use record::report::{LogFault, Report};
use record::tiles::{
    CHECKPOINT_PATH, bundle_files, entries_path, tile_files, tile_path, verify_tiles,
};
use record::tree::{HASH_BYTES, Hash, leaf_hash};

use crate::{Seeded, bodies, checkpoint_of, key, name};

/// Two full tiles and a partial one, and so two hashes in a tile of level 1.
const ENTRIES: usize = 700;
const WIDTH: usize = 256;
const MUTATIONS: u64 = 900;

type Folder = BTreeMap<String, Vec<u8>>;

fn folder_of(bodies: &[Vec<u8>]) -> Folder {
    let leaves: Vec<Hash> = bodies.iter().map(|body| leaf_hash(body)).collect();
    let bundles = bundle_files(bodies).map(Result::unwrap);
    let files = tile_files(&leaves).into_iter().chain(bundles);
    let mut folder: Folder = files.map(|file| (file.path, file.bytes)).collect();
    let checkpoint = checkpoint_of(bodies).into_bytes();
    folder.insert(CHECKPOINT_PATH.to_owned(), checkpoint);
    folder
}

fn check(folder: &Folder) -> Report {
    verify_tiles(|path| folder.get(path).cloned(), &key().verifier(), &name())
}

fn width_of(index: usize) -> usize {
    WIDTH.min(ENTRIES - index * WIDTH)
}

fn bundle_path(index: usize) -> String {
    entries_path(index as u64, width_of(index) as u16)
}

fn leaf_tile_path(index: usize) -> String {
    tile_path(0, index as u64, width_of(index) as u16)
}

/// The bundle at this index with these entries in it, whatever their number.
fn bundle(entries: &[Vec<u8>]) -> Vec<u8> {
    let prefixed = entries.iter().map(|entry| {
        let length = u16::try_from(entry.len()).unwrap().to_be_bytes();
        [&length[..], entry].concat()
    });
    prefixed.collect::<Vec<_>>().concat()
}

/// The first entry that the byte at this place of a file tells of, if it tells of any.
fn told_of(path: &str, at: usize, bodies: &[Vec<u8>]) -> Option<usize> {
    let start = |index: usize| index * WIDTH;
    for index in 0..ENTRIES.div_ceil(WIDTH) {
        if path == leaf_tile_path(index) {
            return Some(start(index) + at / HASH_BYTES);
        }
        if path == bundle_path(index) {
            let mut end = 0;
            return bodies[start(index)..].iter().zip(start(index)..).find_map(
                |(body, position)| {
                    end += 2 + body.len();
                    (at < end).then_some(position)
                },
            );
        }
    }
    (path != CHECKPOINT_PATH).then(|| start(at / HASH_BYTES))
}

/// Does one thing to the folder; the first index that a check must name, if it must name one.
fn tamper(
    folder: &mut Folder,
    bodies: &[Vec<u8>],
    kind: u64,
    seeded: &mut Seeded,
) -> Option<usize> {
    let paths: Vec<String> = folder.keys().cloned().collect();
    let path = &paths[seeded.below(paths.len())];
    let at = seeded.below(ENTRIES);
    let (index, in_bundle) = (at / WIDTH, at % WIDTH);
    let mut entries = bodies[index * WIDTH..][..width_of(index)].to_vec();
    match kind {
        0 => {
            let file = folder.get_mut(path).unwrap();
            let byte = seeded.flip(file);
            told_of(path, byte, bodies)
        }
        1 => {
            folder.remove(path);
            told_of(path, 0, bodies)
        }
        2 => {
            let file = folder.get_mut(path).unwrap();
            let end = seeded.below(file.len());
            file.truncate(end);
            let is_bundle = path.contains("entries");
            told_of(path, if is_bundle { end } else { 0 }, bodies)
        }
        3 => {
            let (one, other) = seeded.pair_below(ENTRIES);
            let mut swapped = bodies.to_vec();
            swapped.swap(one, other);
            for (index, entries) in swapped.chunks(WIDTH).enumerate() {
                folder.insert(bundle_path(index), bundle(entries));
            }
            Some(one)
        }
        4 => {
            entries.remove(in_bundle);
            folder.insert(bundle_path(index), bundle(&entries));
            Some(at)
        }
        5 => {
            let copy = entries[in_bundle].clone();
            let last = entries.len() - 1;
            entries.insert(in_bundle, copy);
            folder.insert(bundle_path(index), bundle(&entries));
            // After the last entry of a bundle there is none to name but it.
            Some(index * WIDTH + (in_bundle + 1).min(last))
        }
        6 => {
            seeded.flip(&mut entries[in_bundle]);
            folder.insert(bundle_path(index), bundle(&entries));
            Some(at)
        }
        7 => {
            // A longer file than its path says.
            let file = folder.get_mut(path).unwrap();
            file.push(b'\n');
            match path.contains("entries") {
                true => told_of(path, file.len() - 2, bodies),
                false => told_of(path, 0, bodies),
            }
        }
        _ => {
            // Entry and leaf hash altered together: only what is above them tells.
            seeded.flip(&mut entries[in_bundle]);
            let altered = leaf_hash(&entries[in_bundle]);
            folder.insert(bundle_path(index), bundle(&entries));
            let tile = folder.get_mut(&leaf_tile_path(index)).unwrap();
            tile[in_bundle * HASH_BYTES..][..HASH_BYTES].copy_from_slice(altered.as_bytes());
            let is_partial = width_of(index) < WIDTH;
            Some(if is_partial { 0 } else { index * WIDTH })
        }
    }
}

#[test]
fn every_mutation_is_found_and_the_first_bad_entry_named() {
    let bodies = bodies(ENTRIES);
    let sound = folder_of(&bodies);
    let report = check(&sound);
    assert!(report.is_clean(), "{report:?}");
    assert_eq!((report.size, report.signed_size), (700, 700));

    for seed in 0..MUTATIONS {
        let mut folder = sound.clone();
        let first = tamper(&mut folder, &bodies, seed % 9, &mut Seeded(seed));
        let report = check(&folder);
        assert!(!report.is_clean(), "seed {seed}: nothing found");
        let named = report.first_bad_index.map(|index| index as usize);
        assert_eq!(named, first, "seed {seed}: {:#?}", report.faults);
    }
    println!("export: {MUTATIONS} mutations of 9 kinds, all found and named");
}

#[test]
fn an_upper_tile_is_told_from_the_entries_below_it() {
    let bodies = bodies(ENTRIES);
    let mut folder = folder_of(&bodies);
    folder.get_mut("tile/1/000.p/2").unwrap()[HASH_BYTES] ^= 1;
    let report = check(&folder);
    let expected = LogFault::TileHash {
        path: "tile/1/000.p/2".to_owned(),
        position: 256,
        until: 512,
    };
    assert_eq!(report.faults, [expected]);
    // The entries are as signed all the same.
    assert_eq!(report.signed_size, 700);
}

#[test]
fn an_export_of_any_size_is_clean() {
    let bodies = bodies(600);
    for size in [0, 1, 255, 256, 257, 512, 600] {
        let folder = folder_of(&bodies[..size]);
        let report = check(&folder);
        assert!(report.is_clean(), "size {size}: {report:?}");
        assert_eq!(report.signed_size, size as u64);
    }
}

#[test]
fn several_faults_are_all_collected() {
    let bodies = bodies(ENTRIES);
    let mut folder = folder_of(&bodies);
    folder.remove(&leaf_tile_path(0));
    folder.get_mut(&leaf_tile_path(1)).unwrap()[3 * HASH_BYTES] ^= 1;
    folder.get_mut(&bundle_path(2)).unwrap().pop();
    folder.remove("tile/1/000.p/2");
    let report = check(&folder);
    assert!(
        matches!(
            report.faults[..],
            [
                LogFault::Missing { position: 0, .. },
                LogFault::LeafHash { position: 259, .. },
                LogFault::Malformed { position: 699, .. },
                LogFault::Missing { position: 0, .. },
            ]
        ),
        "{report:#?}"
    );
}

#[test]
fn a_signed_size_without_files_ends_the_reading() {
    let bodies = bodies(300);
    let mut folder = folder_of(&bodies);
    folder.retain(|path, _| !path.contains("001"));
    let report = check(&folder);
    assert_eq!(report.first_bad_index, Some(256));
    assert_eq!((report.size, report.signed_size), (256, 0));
    assert_eq!(report.faults.len(), 2);

    folder.remove(CHECKPOINT_PATH);
    assert_eq!(check(&folder).faults, [LogFault::NoCheckpoint]);
}
