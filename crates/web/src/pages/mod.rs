//! The pages: rendered here, whole without a script.
//!
//! Each file is one address or a few that belong together: what it is asked, the struct that its template
//! shows, its handler. Templates only loop and test for presence. What is shown as buyable is what
//! [`trade::offers::Judged::is_buyable`] says, and nothing else.

mod addresses;
mod assets;
mod frame;
mod wording;

mod claims;
mod verdict_view;

mod band_chart;
mod fit_view;

mod account;
mod answer;
mod authorisations;
mod cart;
mod certifications;
mod check;
mod console;
mod desk;
mod errors;
mod form_data;
mod keys;
mod links;
mod listing;
mod orders;
mod partner;
mod people;
mod race;
mod record;
mod shop;
mod sign_in;
mod time_line;

use crate::access::Routes;

pub use claims::sentence as claim_sentence;
pub(crate) use errors::problem_page;
pub(crate) use frame::put_headers;

/// Every page.
pub fn routes() -> Routes {
    Routes::new()
        .merge(assets::routes())
        .merge(shop::routes())
        .merge(listing::routes())
        .merge(time_line::routes())
        .merge(orders::routes())
        .merge(cart::routes())
        .merge(check::routes())
        .merge(race::routes())
        .merge(record::routes())
        .merge(authorisations::routes())
        .merge(answer::routes())
        .merge(errors::routes())
        .merge(sign_in::routes())
        .merge(links::routes())
        .merge(account::routes())
        .merge(people::routes())
        .merge(console::routes())
        .merge(partner::routes())
        .merge(desk::routes())
}
