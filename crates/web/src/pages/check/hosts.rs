//! The hosts of a virtual carrier side by side: what each comes to per service, and which is ahead.
//!
//! What is compared is `trade::carriers`' to say.

use trade::carriers::certain;
use trade::gate::Fit;

use crate::pages::fit_view::ServiceView;
use crate::pages::verdict_view::Badge;

/// One host, in the table.
pub struct HostRow {
    /// Of the part of the page with its answer.
    pub anchor: String,
    pub network: String,
    pub badge: Badge,
    pub services: Vec<ServiceView>,
    pub is_ahead: bool,
    /// Whether a source says of the date asked that the carrier rides there.
    pub is_said_then: bool,
}

/// Which of the fits are ahead of all others; empty where nothing is certain on any.
pub fn ahead(fits: &[&Fit]) -> Vec<bool> {
    let best = fits.iter().filter_map(|fit| certain(fit)).max();
    let fits = fits.iter();
    fits.map(|fit| best.is_some() && certain(fit) == best)
        .collect()
}

/// Which host is the best, in a sentence.
pub fn sentence(hosts: &[HostRow]) -> String {
    let ahead: Vec<&str> = hosts
        .iter()
        .filter(|host| host.is_ahead)
        .map(|host| host.network.as_str())
        .collect();
    match ahead.as_slice() {
        [] => "On none of them is anything certain, so none is named as the best.".to_owned(),
        [only] if hosts.len() == 1 => format!("{only} is the only host that is known."),
        [only] => format!("Most is certain on {only}."),
        [before @ .., last] => {
            format!("{} and {last} come out alike.", before.join(", "))
        }
    }
}
