//! What a change would do, as a page shows it before it is made.

use trade::gate::sentence::Names as _;
use trade::impact::{Held, Impact, Way};
use trade::node::DirectoryNames;

use crate::App;
use crate::pages::wording;

/// Most listings that are named on the page.
pub const SHOWN_MAX: usize = 20;

/// A listing that would stop or start, in a line.
pub struct TurnLine {
    pub way: &'static str,
    pub listing: String,
    pub title: String,
    pub seller: String,
    pub held: String,
}

/// What a change would do, from now on.
pub struct ImpactView {
    pub stops: u64,
    pub starts: u64,
    pub held: String,
    pub first: Vec<TurnLine>,
}

impl ImpactView {
    pub fn new(app: &App, impact: &Impact) -> Self {
        let directory = app.house.directory();
        let names = DirectoryNames(&directory);
        let first = impact.affected.iter().take(SHOWN_MAX);
        Self {
            stops: impact.stops,
            starts: impact.starts,
            held: held(impact.carts, impact.orders),
            first: first
                .map(|one| TurnLine {
                    way: match one.way {
                        Way::Stops => "Stops",
                        Way::Starts => "Starts",
                    },
                    listing: one.listing.to_string(),
                    title: one.title.clone(),
                    seller: names.seller(&one.seller),
                    held: match one.way {
                        Way::Stops => held(one.carts, one.orders),
                        Way::Starts => String::new(),
                    },
                })
                .collect(),
        }
    }
}

/// `in 3 carts and 1 order`.
fn held(carts: Held, orders: Held) -> String {
    let count = |count: u64, one: &str| match count {
        1 => format!("1 {one}"),
        many => format!("{} {one}s", wording::grouped(many)),
    };
    format!(
        "in {} and {}",
        count(carts.count, "cart"),
        count(orders.count, "order")
    )
}
