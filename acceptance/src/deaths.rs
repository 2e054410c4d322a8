//! A process that dies at a named step, and what it said before.
//!
//! The child is the test binary again, with settings that make its test work instead of watch.

use std::future::Future;
use std::io::{BufRead, BufReader, Write};
use std::pin::Pin;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use trade::Probe;

const NOT_ARMED: u64 = u64::MAX;
/// So long before the death whoever was answered can say so.
const LAST_WORDS: Duration = Duration::from_millis(20);

/// Ends the process at the n-th arrival at a step, once armed.
pub struct Dies {
    step: String,
    arrivals_left: AtomicU64,
}

impl Dies {
    /// At this step, not armed yet.
    #[must_use]
    pub fn at(step: &str) -> Arc<Self> {
        Arc::new(Self {
            step: step.to_owned(),
            arrivals_left: AtomicU64::new(NOT_ARMED),
        })
    }

    /// At the n-th arrival from now on.
    pub fn arm(&self, nth: u64) {
        self.arrivals_left.store(nth, Ordering::SeqCst);
    }
}

impl Probe for Dies {
    fn at<'a>(&'a self, step: &'static str) -> Pin<Box<dyn Future<Output = ()> + Send + 'a>> {
        Box::pin(async move {
            if step != self.step || self.arrivals_left.load(Ordering::SeqCst) == NOT_ARMED {
                return;
            }
            if self.arrivals_left.fetch_sub(1, Ordering::SeqCst) == 1 {
                // What was answered before this step, though it should not have been, is heard before the death.
                std::thread::sleep(LAST_WORDS);
                // No unwinding, no flushing, no closing: as a kill from outside.
                std::process::abort();
            }
        })
    }
}

/// Says a line to the parent.
pub fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    // A parent that is gone hears nothing.
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}

/// One test of this binary in a process of its own.
///
/// # Panics
/// This binary has no path.
#[must_use]
pub fn command(test: &str, settings: &[(&str, String)]) -> Command {
    let exe = std::env::current_exe().expect("a path");
    let mut command = Command::new(exe);
    command
        .args([test, "--exact", "--nocapture", "--test-threads=1"])
        .envs(settings.iter().map(|(name, value)| (*name, value)));
    command
}

/// Runs one test of this binary in a process of its own until it dies, and gives what it said.
///
/// # Panics
/// It does not start, or ends otherwise.
#[must_use]
pub fn child(test: &str, settings: &[(&str, String)]) -> Vec<String> {
    let mut child = command(test, settings)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("starts");
    let said = BufReader::new(child.stdout.take().expect("piped")).lines();
    let said: Vec<String> = said.map_while(Result::ok).collect();
    let status = child.wait().expect("ends");
    assert_eq!(status.code(), None, "it ends by the death alone: {status}");
    said
}
