//! A client that hangs up cuts nothing short: what its request began is done, to the last step.

use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde_json::json;
use tokio::sync::Semaphore;
use trade::Probe;

use crate::harness::Site;

/// How long the work may go on before it counts as cut off.
const ENDS_WITHIN: Duration = Duration::from_secs(60);
/// A change of evidence stands before its commit here.
const STEP: &str = "change.appended";

/// Holds work at one step once it is closed.
struct Gate {
    is_closed: AtomicBool,
    arrived: Semaphore,
    let_through: Semaphore,
}

impl Probe for Gate {
    fn at<'a>(&'a self, step: &'static str) -> Pin<Box<dyn Future<Output = ()> + Send + 'a>> {
        Box::pin(async move {
            if step == STEP && self.is_closed.load(Ordering::SeqCst) {
                self.arrived.add_permits(1);
                let permit = self.let_through.acquire().await;
                permit.expect("nobody closes it").forget();
            }
        })
    }
}

#[tokio::test]
async fn a_withdrawal_whose_sender_hangs_up_is_recorded_and_followed() {
    let gate = Arc::new(Gate {
        is_closed: AtomicBool::new(false),
        arrived: Semaphore::new(0),
        let_through: Semaphore::new(0),
    });
    let (site, cast) = Site::of_the_story_with(Some(gate.clone())).await;
    gate.is_closed.store(true, Ordering::SeqCst);
    let before = site.house.snapshot().next_position();
    let body = json!({ "manner": "suspend", "title": "A test" });
    let path = "/api/v1/evidence/story-certification/withdrawals";
    {
        let mut asking = pin!(site.post(path).operator().json(&body).send());
        tokio::select! {
            _ = &mut asking => panic!("it was answered before it was done"),
            arrived = gate.arrived.acquire() => arrived.unwrap().forget(),
        }
        // The connection is gone, and the request with it.
    }
    gate.let_through.add_permits(1);
    let followed = async {
        while site.house.snapshot().next_position() == before {
            tokio::task::yield_now().await;
        }
    };
    let ended = tokio::time::timeout(ENDS_WITHIN, followed).await;
    ended.expect("the work goes on without its client");
    let path = format!("/api/v1/listings/{}/verdict", cast.race_listing);
    let verdict = site.get(&path).send().await.json(200);
    assert_eq!(verdict["outcome"], "refused");
}
