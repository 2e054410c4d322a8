//! Figures of this process: times on the processor, memory, and rows of a table.
//!
//! Knows nothing of what is measured, and judges no figure.

use std::fs;
use std::time::{Duration, Instant as Watch};

use super::world::Outcome;

/// Of each figure.
pub const RUNS: usize = 5;
const RUN_LASTS: Duration = Duration::from_millis(300);

/// Times each of [`RUNS`] runs, in nanoseconds of processor time for one of `count`.
pub fn time(what: &str, count: usize, run: impl FnMut()) -> Outcome<()> {
    let mut run = run;
    let times: Outcome<Vec<f64>> = (0..RUNS).map(|_| one_run(count, &mut run)).collect();
    print(what, times?, "ns");
    Ok(())
}

/// Nanoseconds of processor time for one of `count`, from one run.
pub fn one_run(count: usize, mut run: impl FnMut()) -> Outcome<f64> {
    let (watch, begun) = (Watch::now(), on_processor()?);
    let mut rounds = 0;
    // The kernel counts in steps of some milliseconds.
    while watch.elapsed() < RUN_LASTS {
        run();
        rounds += 1;
    }
    let spent = on_processor()? - begun;
    Ok(spent / (count * rounds) as f64)
}

/// For how long this thread was on a processor, in nanoseconds: other work on the machine does not count, though
/// its use of the caches does.
fn on_processor() -> Outcome<f64> {
    std::thread::yield_now();
    let told = fs::read_to_string("/proc/thread-self/schedstat")?;
    let nanoseconds = told.split_whitespace().next().ok_or("no processor time")?;
    Ok(nanoseconds.parse()?)
}

/// Milliseconds by the clock, and how many this process spent on processors meanwhile, all threads together.
pub struct Span {
    watch: Watch,
    spent: f64,
}

impl Span {
    /// From now on.
    pub fn begin() -> Outcome<Self> {
        Ok(Self {
            watch: Watch::now(),
            spent: all_threads()?,
        })
    }

    /// So far: by the clock, and on processors.
    pub fn so_far(&self) -> Outcome<(f64, f64)> {
        let elapsed = self.watch.elapsed().as_secs_f64() * 1e3;
        Ok((elapsed, all_threads()? - self.spent))
    }
}

/// Milliseconds of processor time of all threads; the kernel counts them in hundredths of a second.
fn all_threads() -> Outcome<f64> {
    let told = fs::read_to_string("/proc/self/stat")?;
    let after_name = told.rsplit(") ").next().ok_or("no processor time")?;
    let mut ticks = 0.0;
    for field in after_name.split(' ').skip(11).take(2) {
        ticks += field.parse::<f64>()?;
    }
    Ok(ticks * 10.0)
}

/// Memory of this process, in bytes: resident pages of 4 KiB.
pub fn resident() -> Outcome<usize> {
    let told = fs::read_to_string("/proc/self/statm")?;
    let pages = told.split_whitespace().nth(1).ok_or("no resident pages")?;
    Ok(pages.parse::<usize>()? * 4096)
}

/// The head of a table of figures.
pub fn begin_table() {
    println!("| what | median | least | most | unit |");
    println!("|---|---:|---:|---:|---|");
}

/// A row of it.
pub fn print(what: &str, mut figures: Vec<f64>, unit: &str) {
    figures.sort_by(f64::total_cmp);
    let (least, most) = (figures[0], figures[figures.len() - 1]);
    let median = figures[figures.len() / 2];
    println!("| {what} | {median:.0} | {least:.0} | {most:.0} | {unit} |");
}
