//! What can be answered afterwards: the open question, the same question on other dates, the record itself.

use domain::Instant;
use trade::Error;
use trade::check::CheckRequest;

use crate::cast::{DISTRIBUTOR, MI_4I, REDMI_2_PRO};
use crate::scene::{Heading, Scene};
use crate::step::Detail;

pub async fn the_open_question(scene: &mut Scene<'_>) -> Result<(), Error> {
    let mut step = scene.begin(&Heading {
        at: "2016-03-08T14:00:00Z",
        code: "open_question",
        title: "\"Sold briefly on Monday\", said some; \"none were sold\", said the carrier. The record answers.",
        is_fiction: false,
    })?;
    for sku in [MI_4I, REDMI_2_PRO] {
        let listing = scene.listing(DISTRIBUTOR, sku).await?;
        step.details.push(Detail::Offered {
            title: listing.title.clone(),
            answer: scene.house.offered(&listing.id).await?,
        });
    }
    scene.end(step);
    Ok(())
}

pub async fn the_same_phone_on_other_dates(scene: &mut Scene<'_>) -> Result<(), Error> {
    let mut step = scene.begin(&Heading {
        at: "2016-03-08T15:00:00Z",
        code: "other_dates",
        title: "The same phone on the same network, on other dates.",
        is_fiction: false,
    })?;
    // The first day, the day UMTS was switched off, and the time of the newest list of bands.
    for at in ["2016-02-01", "2022-07-01", "2026-04-01"] {
        let at: Instant = at.parse()?;
        let request = CheckRequest {
            device: "2015015".to_owned(),
            network: "T-Mobile".to_owned(),
            country: "US".parse()?,
            at,
        };
        let checked = scene.house.check(request).await?;
        step.details.push(Detail::Fit(Box::new(checked)));
    }
    scene.end(step);
    Ok(())
}

pub async fn the_record_is_verified(scene: &mut Scene<'_>) -> Result<(), Error> {
    let mut step = scene.begin(&Heading {
        at: "2016-03-08T16:00:00Z",
        code: "record_verified",
        title: "All of this is on the record, signed, and can be checked.",
        is_fiction: false,
    })?;
    scene.house.sign_record().await?;
    let verified = scene.house.verify_record().await?;
    step.details.push(Detail::Verified(Box::new(verified)));
    scene.end(step);
    Ok(())
}
