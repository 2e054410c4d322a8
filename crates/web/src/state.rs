//! What every handler is given, and how this house is served.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::sync::Semaphore;
use trade::House;

use crate::limits::Limits;
use crate::proxies::Proxies;
use crate::race::Crowd;

/// One house, served. Clones are the same one.
#[derive(Clone)]
pub struct App {
    /// The use cases.
    pub house: House,
    /// Set when the house is a demonstration: the race may be run by anyone who sees the page.
    pub demo: Option<Arc<Demo>>,
    /// How it is served.
    pub serving: Arc<Serving>,
    /// The crowd of the race; nobody is in it unless the house is a demonstration.
    pub crowd: Crowd,
    pub(crate) seats: Arc<Seats>,
    pub(crate) limits: Arc<Limits>,
    pub(crate) request_ids: Arc<RequestIds>,
}

impl App {
    /// A house, served as [`Serving::default`] has it, and no demonstration.
    #[must_use]
    pub fn new(house: House) -> Self {
        let request_ids = RequestIds::new(house.now().epoch_ms());
        Self {
            house,
            demo: None,
            crowd: Crowd::default(),
            serving: Arc::new(Serving::default()),
            seats: Arc::new(Seats::of(&Serving::default())),
            limits: Arc::default(),
            request_ids: Arc::new(request_ids),
        }
    }

    /// As a demonstration.
    #[must_use]
    pub fn with_demo(mut self, demo: Demo) -> Self {
        self.demo = Some(Arc::new(demo));
        self
    }

    /// Served otherwise.
    #[must_use]
    pub fn with_serving(mut self, serving: Serving) -> Self {
        self.seats = Arc::new(Seats::of(&serving));
        self.serving = Arc::new(serving);
        self
    }
}

/// How a house is served.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Serving {
    /// Where visitors find it, as letters write it: `https://shop.example`.
    pub public_url: String,
    /// Whether visitors reach it by https: cookies are then `Secure`, and origins must be https.
    pub is_https: bool,
    /// Whose word is taken on who asks.
    pub proxies: Proxies,
    /// How long a request may take before it is answered with 503. What it began is not cut short.
    pub request_timeout: Duration,
    /// Most requests of the public at work at once; more are answered with 503 and `Retry-After`.
    pub public_requests_max: usize,
    /// Most requests of people who are signed in at work at once. Apart from the public's, so that no
    /// crowd keeps a withdrawal out.
    pub signed_in_requests_max: usize,
    /// Most bytes of a JSON body or a form.
    pub body_bytes_max: usize,
    /// Most bytes of a feed or a data set.
    pub file_bytes_max: usize,
}

impl Default for Serving {
    fn default() -> Self {
        Self {
            public_url: "http://localhost:8080".to_owned(),
            is_https: false,
            proxies: Proxies::default(),
            request_timeout: Duration::from_secs(30),
            public_requests_max: 512,
            signed_in_requests_max: 64,
            body_bytes_max: 1024 * 1024,
            file_bytes_max: 16 * 1024 * 1024,
        }
    }
}

/// Requests at work.
pub(crate) struct Seats {
    pub public: Semaphore,
    pub signed_in: Semaphore,
    /// Those of other parties' people: apart, so that none of them keeps the operator out.
    pub partners: Semaphore,
    /// Turns at having one's session looked up.
    pub at_the_door: Semaphore,
    /// Checks in bulk; held until the last row is answered.
    pub in_bulk: Arc<Semaphore>,
}

/// Sessions that are looked up at once.
const LOOKED_UP_AT_ONCE: usize = 16;
/// Requests of other parties' people at once.
const PARTNERS_AT_ONCE: usize = 32;
/// Checks in bulk that are answered at once; each keeps the database busy.
const IN_BULK_AT_ONCE: usize = 2;

impl Seats {
    fn of(serving: &Serving) -> Self {
        Self {
            public: Semaphore::new(serving.public_requests_max),
            signed_in: Semaphore::new(serving.signed_in_requests_max),
            partners: Semaphore::new(PARTNERS_AT_ONCE),
            at_the_door: Semaphore::new(LOOKED_UP_AT_ONCE),
            in_bulk: Arc::new(Semaphore::new(IN_BULK_AT_ONCE)),
        }
    }
}

/// Names requests: start of the process, its number, a count. Unique without drawing randomness.
pub(crate) struct RequestIds {
    prefix: String,
    next: AtomicU64,
}

impl RequestIds {
    fn new(started_ms: i64) -> Self {
        Self {
            prefix: format!("{started_ms:x}-{:x}", std::process::id()),
            next: AtomicU64::new(0),
        }
    }

    pub(crate) fn next(&self) -> String {
        format!(
            "{}-{:x}",
            self.prefix,
            self.next.fetch_add(1, Ordering::Relaxed)
        )
    }
}

/// What the demonstration's pages need to know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Demo {
    /// The market of the story.
    pub market: domain::id::MarketId,
    /// The listing whose verdict follows the date slider: a phone of 2016.
    pub slider_listing: domain::id::ListingId,
    /// The listing that the crowd buys in the race.
    pub race_listing: domain::id::ListingId,
    /// The certification that the race withdraws and returns.
    pub race_certification: domain::id::EvidenceId,
    /// Who issued it.
    pub race_issuer: domain::id::PartyId,
    /// Who signs in, for the sign-in page's hint.
    pub operator_email: String,
}
