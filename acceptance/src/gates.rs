//! Holding work at a named step until the test lets it go on.
//!
//! A held step says who has arrived, so a test waits for a thing to happen and never for time to pass.

use std::collections::HashMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::Semaphore;
use trade::Probe;

/// Steps of an order, in its order: before its locks, then behind them.
pub const ORDER_STEPS: [&str; 7] = [
    "order.scoped",
    "order.locked",
    "order.looked",
    "order.asked",
    "order.stocked",
    "order.inserted",
    "db.commit",
];
/// Steps of a change of evidence, in its order: before its lock, then behind it.
pub const CHANGE_STEPS: [&str; 5] = [
    "change.begun",
    "change.locked",
    "change.versioned",
    "change.appended",
    "db.commit",
];

/// A probe that holds whoever comes to a step.
#[derive(Default)]
pub struct Gates {
    held: Mutex<HashMap<&'static str, Arc<Held>>>,
}

struct Held {
    arrived: Semaphore,
    let_through: Semaphore,
}

impl Gates {
    /// No step is held yet.
    #[must_use]
    pub fn new() -> Arc<Self> {
        Arc::new(Self::default())
    }

    fn at_step(&self, step: &str) -> Option<Arc<Held>> {
        let held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.get(step).map(Arc::clone)
    }

    /// Holds all that come to `step` from now on.
    pub fn hold(&self, step: &'static str) {
        let gate = Held {
            arrived: Semaphore::new(0),
            let_through: Semaphore::new(0),
        };
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.insert(step, Arc::new(gate));
    }

    /// Waits until one more has come to `step`, which is held.
    pub async fn arrived(&self, step: &'static str) {
        let gate = self.at_step(step).expect("the test holds this step");
        let permit = gate.arrived.acquire().await;
        permit.expect("the semaphore is never closed").forget();
    }

    /// Lets everyone through `step`, now and later.
    pub fn open(&self, step: &'static str) {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let gate = held.remove(step).expect("the test holds this step");
        gate.let_through.add_permits(Semaphore::MAX_PERMITS / 2);
    }
}

impl Probe for Gates {
    fn at<'a>(&'a self, step: &'static str) -> Pin<Box<dyn Future<Output = ()> + Send + 'a>> {
        Box::pin(async move {
            if let Some(gate) = self.at_step(step) {
                gate.arrived.add_permits(1);
                let permit = gate.let_through.acquire().await;
                permit.expect("the semaphore is never closed").forget();
            }
        })
    }
}

/// Whether a future has ended, after giving it one chance to go on.
///
/// On SQLite one chance is enough for a job to reach the writer's queue.
pub async fn has_ended<F: Future + Unpin>(future: &mut F) -> Option<F::Output> {
    tokio::select! {
        biased;
        output = future => Some(output),
        () = std::future::ready(()) => None,
    }
}
