//! Evidence: recording it, showing it, withdrawing it.

pub mod detail;
pub mod record;
pub mod resting;
pub mod withdraw;

use domain::id::PartyId;

use crate::App;

/// Whether a party is in the directory.
fn is_party(app: &App, id: &PartyId) -> bool {
    let directory = app.house.directory();
    directory.parties.iter().any(|party| party.id == *id)
}
