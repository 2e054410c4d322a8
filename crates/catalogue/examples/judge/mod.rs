//! How right are titles read, by the clusters of a price comparison?
//!
//! Every pair of titles is one question: do they mean one thing? The clusters are the answers as they are.
//! Beside them stand the figures without the pairs whose label contradicts the titles themselves
//! ([`Pair::contradiction`]); no label is ever changed. Only the even clusters were looked at while the rules
//! were written, and only their errors are listed.

use std::collections::BTreeMap;

use catalogue::title::{Matcher, Model, Reading, Variant};

/// A title of a shop and the cluster that the price comparison put it into.
pub struct Offer {
    pub title: String,
    pub cluster: u32,
}

struct Read<'a> {
    offer: &'a Offer,
    reading: Reading,
    variant: Option<Variant>,
}

struct Pair<'a>(&'a Read<'a>, &'a Read<'a>);

impl Pair<'_> {
    fn is_due(&self) -> bool {
        self.0.offer.cluster == self.1.offer.cluster
    }

    fn is_said(&self) -> bool {
        self.0.variant.is_some() && self.0.variant == self.1.variant
    }

    /// What in the two titles contradicts their label: one cluster for two sizes or two numbers of SIM cards,
    /// or two clusters for one model, where both say the same size and the same, or nothing, of SIM cards.
    fn contradiction(&self) -> Option<&'static str> {
        let (a, b) = (&self.0.reading, &self.1.reading);
        let differ = |a: Option<u32>, b: Option<u32>| a.zip(b).is_some_and(|(a, b)| a != b);
        if self.is_due() {
            if differ(a.storage_gb, b.storage_gb) {
                return Some("one cluster, two sizes");
            }
            return differ(a.sims.map(u32::from), b.sims.map(u32::from))
                .then_some("one cluster, two numbers of SIM cards");
        }
        let is_same = a.device().is_some()
            && a.device() == b.device()
            && a.storage_gb.is_some()
            && a.storage_gb == b.storage_gb
            && a.sims == b.sims
            && a.product_red == b.product_red;
        is_same.then_some("two clusters, one model, size and number of SIM cards")
    }

    /// Why the reading differs from the label.
    fn error(&self) -> Option<&'static str> {
        let class = match (self.is_due(), self.is_said()) {
            (true, true) | (false, false) => return None,
            (false, true) => "made one: the titles leave out what the label tells apart",
            (true, false) => match (&self.0.variant, &self.1.variant) {
                (Some(a), Some(b)) if a.model != b.model => match (&a.model, &b.model) {
                    (Model::Known(_), Model::Known(_)) => "missed: two known models are named",
                    _ => "missed: a model that no list has",
                },
                (Some(a), Some(b)) if a.storage_gb != b.storage_gb => "missed: a size is left out",
                (Some(_), Some(_)) => "missed: SIM cards or edition are left out",
                _ => "missed: a title names no model",
            },
        };
        Some(self.contradiction().unwrap_or(class))
    }
}

fn pairs<'a>(read: &'a [Read<'a>], half: Option<u32>) -> impl Iterator<Item = Pair<'a>> {
    let is_in = move |r: &&Read<'_>| half.is_none_or(|rest| r.offer.cluster % 2 == rest);
    let at = |n: usize| read[n + 1..].iter();
    read.iter()
        .enumerate()
        .filter(move |(_, a)| is_in(a))
        .flat_map(move |(n, a)| at(n).filter(is_in).map(move |b| Pair(a, b)))
}

fn row(what: &str, labels: &str, pairs: impl Iterator<Item = (bool, bool)>) {
    let (mut right, mut said, mut due) = (0_u32, 0_u32, 0_u32);
    for (is_due, is_said) in pairs {
        due += u32::from(is_due);
        said += u32::from(is_said);
        right += u32::from(is_due && is_said);
    }
    let precision = f64::from(right) / f64::from(said);
    let recall = f64::from(right) / f64::from(due);
    let f1 = 2.0 * precision * recall / (precision + recall);
    println!("| {what} | {labels} | {due} | {said} | {precision:.3} | {recall:.3} | {f1:.3} |");
}

/// Prints the figures, and with `is_listing` the contradicted clusters and the errors of the even half.
pub fn judge(matcher: &Matcher, offers: &[Offer], is_listing: bool) {
    let readings: Vec<Reading> = offers.iter().map(|o| matcher.read(&o.title)).collect();
    let variants = matcher.settle(&readings);
    let read: Vec<Read<'_>> = offers
        .iter()
        .zip(readings)
        .zip(variants)
        .map(|((offer, reading), variant)| Read {
            offer,
            reading,
            variant,
        })
        .collect();
    println!("\nPairs of titles that mean one thing, by the clusters of a price comparison.\n");
    println!("| clusters | labels | due | said | precision | recall | F1 |");
    println!("|---|---|---:|---:|---:|---:|---:|");
    for (what, half) in [
        ("even, seen while the rules were written", Some(0)),
        ("odd, held out", Some(1)),
        ("all", None),
    ] {
        let answers = |pair: &Pair<'_>| (pair.is_due(), pair.is_said());
        row(what, "as they are", pairs(&read, half).map(|p| answers(&p)));
        let sound = pairs(&read, half).filter(|p| p.contradiction().is_none());
        row(what, "not contradicted", sound.map(|p| answers(&p)));
    }
    let mut contradicted: BTreeMap<(&str, u32, u32), (u32, Pair<'_>)> = BTreeMap::new();
    for pair in pairs(&read, None) {
        if let Some(why) = pair.contradiction() {
            let (a, b) = (pair.0.offer.cluster, pair.1.offer.cluster);
            let key = (why, a.min(b), a.max(b));
            contradicted.entry(key).or_insert((0, pair)).0 += 1;
        }
    }
    println!("\nLabels that the titles contradict.\n\n| what | clusters | pairs of titles |");
    println!("|---|---:|---:|");
    let mut sums: BTreeMap<&str, (u32, u32)> = BTreeMap::new();
    for ((why, _, _), (count, _)) in &contradicted {
        let (clusters, pairs) = sums.entry(why).or_default();
        (*clusters, *pairs) = (*clusters + 1, *pairs + count);
    }
    for (why, (clusters, pairs)) in sums {
        println!("| {why} | {clusters} | {pairs} |");
    }
    if is_listing {
        for ((why, a, b), (count, Pair(first, second))) in &contradicted {
            let (first, second) = (&first.offer.title, &second.offer.title);
            println!("\n{why}: {a}, {b}: {count} pairs\n  {first}\n  {second}");
        }
        list_errors(&read);
    }
}

fn list_errors(read: &[Read<'_>]) {
    let mut errors: BTreeMap<&str, BTreeMap<(u32, u32), Vec<Pair<'_>>>> = BTreeMap::new();
    for pair in pairs(read, Some(0)) {
        if let Some(class) = pair.error() {
            let (a, b) = (pair.0.offer.cluster, pair.1.offer.cluster);
            let of_class = errors.entry(class).or_default();
            of_class.entry((a.min(b), a.max(b))).or_default().push(pair);
        }
    }
    println!("\nErrors of the even half.\n\n| class | pairs of titles |\n|---|---:|");
    for (class, places) in &errors {
        println!(
            "| {class} | {} |",
            places.values().map(Vec::len).sum::<usize>()
        );
    }
    for (class, places) in &errors {
        println!("\n{class}");
        for (clusters, pairs) in places {
            let Pair(a, b) = &pairs[0];
            println!("  {clusters:?}: {} pairs", pairs.len());
            println!("    {} -> {:?}", a.offer.title, a.variant);
            println!("    {} -> {:?}", b.offer.title, b.variant);
        }
    }
}
