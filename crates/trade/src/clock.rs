//! The clocks: the machine's, and one that is set by hand.

use std::sync::atomic::{AtomicI64, Ordering};

use domain::{Clock, Instant};

/// The machine's clock. The only place that reads it.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one place that reads the machine's clock"
    )]
    fn now(&self) -> Instant {
        let since = std::time::SystemTime::now()
            .duration_since(std::time::UNIX_EPOCH)
            .unwrap_or_default();
        Instant::from_epoch_ms(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }
}

/// A clock that stands still until it is set; released, it is the machine's.
///
/// The demonstration plays 2016 by it, and tests put expiry into the middle of a checkout.
#[derive(Debug)]
pub struct HandClock(AtomicI64);

const RELEASED: i64 = i64::MIN;

impl HandClock {
    /// Stands at `at`.
    #[must_use]
    pub const fn at(at: Instant) -> Self {
        Self(AtomicI64::new(at.epoch_ms()))
    }

    /// Sets it.
    pub fn set(&self, at: Instant) {
        self.0.store(at.epoch_ms(), Ordering::SeqCst);
    }

    /// From now on it is the machine's clock.
    pub fn release(&self) {
        self.0.store(RELEASED, Ordering::SeqCst);
    }
}

impl Clock for HandClock {
    fn now(&self) -> Instant {
        match self.0.load(Ordering::SeqCst) {
            RELEASED => SystemClock.now(),
            ms => Instant::from_epoch_ms(ms),
        }
    }
}
