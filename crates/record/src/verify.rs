//! Is the log still what was signed, and if not, where is the first entry that is not?
//!
//! It is given what a store kept: entries, the leaf hash written beside each when it was appended,
//! signed checkpoints, and the checkpoint that a witness saw. It collects faults and goes on. It
//! refuses to know where these were kept, and who is to blame. Next: `tiles.rs`, for an export.
//!
//! Three things say what an entry was: its bytes, its kept leaf hash, and the signed roots above
//! it. If bytes and hash differ, the index is known. If both were altered together, only the signed
//! roots tell, and the index lies between two checkpoints; frequent checkpoints make that narrow.
//! Entries past the last checkpoint are not signed yet: see [`Report::signed_size`].

use crate::note::{Name, VerifyingKey};
use crate::report::{Faults, Head, LogFault, Report, Source};
use crate::tree::{Frontier, Hash, leaf_hash};

/// One entry as a store kept it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredEntry {
    /// Its index in the log; the first is 0.
    pub position: u64,
    /// Its bytes, as they were hashed.
    pub body: Vec<u8>,
    /// Its leaf hash as written when it was appended: the text as found, whatever it says.
    pub leaf_hash: String,
}

/// Checks a log against itself and against all that was signed of it.
///
/// `entries` come in ascending order of position; `checkpoints` are signed notes in any order;
/// `witnessed` is the note that somebody else kept, the one guard against a log cut off together
/// with its checkpoints. Every checkpoint must be signed by `key` and name `origin`.
/// It takes two hashes an entry and one signature check a checkpoint; entries are not kept.
pub fn verify_log<S: AsRef<str>>(
    entries: impl IntoIterator<Item = StoredEntry>,
    checkpoints: &[S],
    witnessed: Option<&str>,
    key: &VerifyingKey,
    origin: &Name,
) -> Report {
    let mut faults = Faults::default();
    let stored = checkpoints.iter().enumerate();
    let stored = stored.map(|(at, note)| (Source::Stored(at), note.as_ref()));
    let witnessed = witnessed.map(|note| (Source::Witnessed, note));
    let mut heads: Vec<Head> = stored
        .chain(witnessed)
        .filter_map(|(source, note)| faults.head(source, note, key, origin))
        .collect();
    heads.sort_by_key(|head| head.size);
    faults.forks(&heads);

    let mut walk = Walk::new(&heads);
    for entry in entries {
        walk.step(&entry, &mut faults);
    }
    walk.finish(faults)
}

/// The walk along the entries.
struct Walk<'a> {
    /// All heads, by size.
    heads: &'a [Head],
    /// How many of them were compared.
    compared: usize,
    /// The position due next.
    next: u64,
    /// Whether no position was missing yet; after a gap no root can be computed any more.
    is_whole: bool,
    /// The tree of the entries' bytes.
    computed: Frontier,
    /// The tree of the kept leaf hashes, from the first that differs on. If a signed root is that of
    /// this tree, the bytes were altered and the hashes were not, and the faults named already
    /// account for the difference.
    kept: Option<Frontier>,
    /// The last head that fits.
    signed: Option<Head>,
    /// Heads that do not fit: the head, the last one that fitted before, the root computed.
    unlike: Vec<(Head, u64, Hash)>,
}

impl<'a> Walk<'a> {
    fn new(heads: &'a [Head]) -> Self {
        let mut walk = Self {
            heads,
            compared: 0,
            next: 0,
            is_whole: true,
            computed: Frontier::new(),
            kept: None,
            signed: None,
            unlike: Vec::new(),
        };
        walk.compare_heads();
        walk
    }

    fn step(&mut self, entry: &StoredEntry, faults: &mut Faults) {
        let position = entry.position;
        let computed = leaf_hash(&entry.body);
        let kept = entry.leaf_hash.parse::<Hash>().ok();
        if kept != Some(computed) {
            faults.push(LogFault::leaf_hash(position, &entry.leaf_hash, computed));
        }
        if position < self.next {
            faults.push(LogFault::Repeated { position });
            return;
        }
        if position > self.next {
            let (position, found) = (self.next, position);
            faults.push(LogFault::Gap { position, found });
            self.is_whole = false;
        }
        self.next = position.saturating_add(1);
        if self.is_whole {
            self.push(computed, kept.unwrap_or(computed));
            self.compare_heads();
        }
    }

    fn push(&mut self, computed: Hash, kept: Hash) {
        if kept != computed && self.kept.is_none() {
            self.kept = Some(self.computed.clone());
        }
        self.computed.push(computed);
        if let Some(frontier) = &mut self.kept {
            frontier.push(kept);
        }
    }

    /// Compares the heads of the size reached.
    fn compare_heads(&mut self) {
        let reached = self.computed.size();
        let due = self.heads[self.compared..].iter();
        let due: Vec<Head> = due
            .copied()
            .take_while(|head| head.size == reached)
            .collect();
        self.compared += due.len();
        for head in due {
            let computed = self.computed.root();
            let kept = self.kept.as_ref().map(Frontier::root);
            if head.root == computed || Some(head.root) == kept {
                self.signed = Some(head);
            } else {
                self.unlike.push((head, self.signed_size(), computed));
            }
        }
    }

    fn finish(self, mut faults: Faults) -> Report {
        for (head, since, computed) in &self.unlike {
            if let Some(fault) = self.judge(head, *since, *computed) {
                faults.push(fault);
            }
        }
        for head in &self.heads[self.compared..] {
            // A head between a gap and the end can be compared with nothing; the gap is the fault.
            if head.size > self.next {
                faults.push(LogFault::Truncated {
                    checkpoint: head.source,
                    size: head.size,
                    since: self.signed_size(),
                    end: self.next,
                });
            }
        }
        faults.into_report(
            self.computed.size(),
            self.computed.root(),
            self.signed_size(),
            self.compared as u64,
        )
    }

    fn signed_size(&self) -> u64 {
        self.signed.map_or(0, |head| head.size)
    }

    /// What it means that a head does not fit. If a larger one does, the entries are as signed, and
    /// so the key signed two histories.
    fn judge(&self, head: &Head, since: u64, computed: Hash) -> Option<LogFault> {
        let size = head.size;
        match self.signed {
            Some(signed) if signed.size >= size => {
                let (one, other) = (head.source, signed.source);
                // A fork between two heads of this size was found when they were sorted.
                (!self.has_twin(head)).then_some(LogFault::Fork { size, one, other })
            }
            _ => Some(LogFault::OtherRoot {
                checkpoint: head.source,
                size,
                since,
                signed: head.root,
                computed,
            }),
        }
    }

    /// Whether another head of this size has another root.
    fn has_twin(&self, head: &Head) -> bool {
        let from = self.heads.partition_point(|other| other.size < head.size);
        let same_size = self.heads[from..].iter();
        same_size
            .take_while(|other| other.size == head.size)
            .any(|other| other.root != head.root)
    }
}

#[cfg(test)]
mod tests;
