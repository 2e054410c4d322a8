//! What did not happen: the evidence arrives for one variant. Every step here says that it is invented.

use domain::Period;
use domain::certification::{CertificationResult, DeviceCertification};
use domain::evidence::{Claim, Reach, Standing, WithdrawalManner};
use domain::id::CartId;
use domain::listing::ListingState;
use domain::scope::Scope;
use trade::change::Draft;
use trade::door::{OrderRequest, Placed, Refusal};
use trade::gate::sentence;
use trade::node::DirectoryNames;
use trade::{Code, Error};

use crate::cast::{BRAND, DISTRIBUTOR, HOST, MI_4I, OPERATOR, REDMI_2_PRO, REGULATOR};
use crate::scene::{Heading, Scene, brands_word};
use crate::step::{Detail, Step};
use crate::week::DENIAL;

/// The certification that the race withdraws and returns.
pub const CERTIFICATION: &str = "story-certification";
const SUSPENSION: &str = "story-suspension";
const RETURN: &str = "story-return";
const VARIANT: &str = "xiaomi.2014819";
const CART_SETTING: &str = "story.cart";
const FIRST_ORDER: &str = "story-order-1";
const CARTS_ORDER: &str = "story-order-2";

pub async fn what_would_have_to_arrive(scene: &mut Scene<'_>) -> Result<(), Error> {
    let mut step = scene.begin(&Heading {
        at: "2016-02-09T14:00:00Z",
        code: "what_is_missing",
        title: "What would have to arrive before these phones could be sold?",
        is_fiction: false,
    })?;
    for sku in [MI_4I, REDMI_2_PRO] {
        let judged = scene.judged(&step, DISTRIBUTOR, sku).await?;
        let directory = scene.house.directory();
        let names = DirectoryNames(&directory);
        let lines = judged
            .verdict
            .blocking()
            .filter_map(|reason| sentence::missing(reason, &names))
            .collect();
        step.details.push(Detail::Missing {
            title: judged.listing.title,
            lines,
        });
    }
    step.details.push(Detail::Remark(
        "No paper gives the first phone a band that it does not have. The second, made for Brazil, has two \
         of the network's bands.",
    ));
    scene.end(step);
    Ok(())
}

/// Holds from the step on, so that the verdict of an earlier day does not know it.
fn draft(
    step: &Step,
    scope: Scope,
    issuer: &str,
    claim: Claim,
    title: &str,
) -> Result<Draft, Error> {
    let draft = Draft::own(scope, issuer.parse()?, claim, title, "2016-03 (fiction)");
    Ok(draft.valid(Period::since(step.at)))
}

pub async fn it_arrives(scene: &mut Scene<'_>) -> Result<(), Error> {
    let mut step = scene.begin(&Heading {
        at: "2016-03-01T14:00:00Z",
        code: "offered_again",
        title: "The distributor offers the one phone again. It is still refused, and says why.",
        is_fiction: true,
    })?;
    let which = (DISTRIBUTOR, REDMI_2_PRO);
    scene
        .decide(
            &mut step,
            "story-offer-again",
            which,
            ListingState::Offered,
            DISTRIBUTOR,
        )
        .await?;
    scene.verdict(&mut step, DISTRIBUTOR, REDMI_2_PRO).await?;
    scene.end(step);
    the_brand_changes_its_word(scene).await?;
    the_rest_arrives(scene).await?;
    the_network_certifies(scene).await
}

async fn the_brand_changes_its_word(scene: &mut Scene<'_>) -> Result<(), Error> {
    let mut step = scene.begin(&Heading {
        at: "2016-03-02T14:00:00Z",
        code: "brand_authorises",
        title: "The brand corrects its denial: it stands for the rest, and this one phone is authorised.",
        is_fiction: true,
    })?;
    let brand = Scope::Brand(BRAND.parse()?);
    let correction = Claim::Withdrawal {
        ends: DENIAL.parse()?,
        manner: WithdrawalManner::Correct,
    };
    let title = "Letter of the brand, correcting its word of February";
    let withdrawn = draft(&step, brand.clone(), BRAND, correction, title)?;
    scene
        .record(&mut step, "story-denial-corrected", withdrawn)
        .await?;
    let rest = Reach::Only(vec![
        "xiaomi.mi-4i".parse()?,
        "xiaomi.redmi-2".parse()?,
        "xiaomi.in-ear-headphones".parse()?,
    ]);
    let denied = [OPERATOR, DISTRIBUTOR];
    let denial = brands_word(Standing::No, &denied, Reach::All, rest)?;
    let denial = draft(&step, brand.clone(), BRAND, denial, title)?;
    scene.record(&mut step, "story-denial-rest", denial).await?;
    let phones = Reach::Only(vec!["smartphone".parse()?]);
    let one = Reach::Only(vec!["xiaomi.redmi-2-pro".parse()?]);
    let authorised = brands_word(Standing::Yes, &[DISTRIBUTOR], phones, one)?;
    let letter = draft(
        &step,
        brand,
        BRAND,
        authorised,
        "Letter of the brand to the distributor",
    )?;
    scene
        .record(&mut step, "story-authorisation", letter)
        .await?;
    scene.verdict(&mut step, DISTRIBUTOR, REDMI_2_PRO).await?;
    scene.end(step);
    Ok(())
}

async fn the_rest_arrives(scene: &mut Scene<'_>) -> Result<(), Error> {
    let mut step = scene.begin(&Heading {
        at: "2016-03-03T14:00:00Z",
        code: "approval_and_custody",
        title: "The equipment authorisation is on file, and the brand vouches for the units.",
        is_fiction: true,
    })?;
    let approval = Claim::RegulatoryApproval {
        variant: VARIANT.parse()?,
        scheme: "FCC".to_owned(),
        identifier: "FICTION-2014819".to_owned(),
        country: "US".parse()?,
        standing: Standing::Yes,
    };
    let grant = draft(
        &step,
        Scope::Variant(VARIANT.parse()?),
        REGULATOR,
        approval,
        "Grant of equipment authorisation",
    )?;
    scene.record(&mut step, "story-approval", grant).await?;
    let custody = Claim::CustodyEvent {
        seller: DISTRIBUTOR.parse()?,
        variant: VARIANT.parse()?,
        standing: Standing::Yes,
        first_sale: None,
    };
    let checked = draft(
        &step,
        Scope::Seller(DISTRIBUTOR.parse()?),
        BRAND,
        custody,
        "Serial numbers compared with the factory's list",
    )?;
    scene.record(&mut step, "story-custody", checked).await?;
    scene.verdict(&mut step, DISTRIBUTOR, REDMI_2_PRO).await?;
    scene.end(step);
    Ok(())
}

async fn the_network_certifies(scene: &mut Scene<'_>) -> Result<(), Error> {
    let mut step = scene.begin(&Heading {
        at: "2016-03-04T14:00:00Z",
        code: "certified",
        title: "The host network certifies the variant. Nobody does anything else, and it is on sale.",
        is_fiction: true,
    })?;
    let certified = Claim::DeviceCertification(DeviceCertification::of(
        VARIANT.parse()?,
        HOST.parse()?,
        CertificationResult::Certified,
    ));
    let report = draft(
        &step,
        Scope::Variant(VARIANT.parse()?),
        HOST,
        certified,
        "Certification of 2014819",
    )?;
    scene.record(&mut step, CERTIFICATION, report).await?;
    scene.verdict(&mut step, DISTRIBUTOR, REDMI_2_PRO).await?;
    scene.end(step);
    Ok(())
}

pub async fn an_order_is_accepted(scene: &mut Scene<'_>) -> Result<(), Error> {
    let mut step = scene.begin(&Heading {
        at: "2016-03-05T14:00:00Z",
        code: "order_accepted",
        title: "Somebody buys one. Somebody else puts one in the cart and waits.",
        is_fiction: true,
    })?;
    let listing = scene.listing(DISTRIBUTOR, REDMI_2_PRO).await?.id;
    if scene.house.setting(CART_SETTING).await?.is_none() {
        let cart = scene.house.open_cart().await?;
        scene.house.put_in_cart(&cart, &listing, 1).await?;
        scene.house.set_setting(CART_SETTING, cart.as_str()).await?;
    }
    // The same key is the same order, so asking again is safe.
    let request = OrderRequest {
        key: FIRST_ORDER.to_owned(),
        lines: vec![(listing, 1)],
    };
    let placed = scene.house.place_order(&request).await?;
    tell_order(&mut step, placed);
    step.was_done = scene.is_recorded(SUSPENSION).await?;
    scene.end(step);
    Ok(())
}

fn tell_order(step: &mut Step, placed: Placed) {
    step.details.push(match placed {
        Placed::Accepted(order) => Detail::Order(order),
        Placed::Refused(refusal) => Detail::Refused(refusal),
    });
}

pub async fn the_certification_is_withdrawn(scene: &mut Scene<'_>) -> Result<(), Error> {
    let mut step = scene.begin(&Heading {
        at: "2016-03-06T14:00:00Z",
        code: "certification_withdrawn",
        title: "The host network suspends its certification. The cart is refused, and says why.",
        is_fiction: true,
    })?;
    let suspended = Claim::Withdrawal {
        ends: CERTIFICATION.parse()?,
        manner: WithdrawalManner::Suspend,
    };
    let notice = draft(
        &step,
        Scope::Variant(VARIANT.parse()?),
        HOST,
        suspended,
        "Notice of suspension",
    )?;
    scene.record(&mut step, SUSPENSION, notice).await?;
    let judged = scene.judged(&step, DISTRIBUTOR, REDMI_2_PRO).await?;
    if scene.is_recorded(RETURN).await? {
        // It was refused then; asked now it would not be, so the answer of then is told.
        let lines = vec![(judged.listing.id.clone(), judged.verdict.clone())];
        step.details
            .push(Detail::Refused(Box::new(Refusal::NotSellable { lines })));
    } else {
        let placed = scene
            .house
            .check_out(&cart(scene).await?, CARTS_ORDER)
            .await?;
        tell_order(&mut step, placed);
    }
    scene.verdict(&mut step, DISTRIBUTOR, REDMI_2_PRO).await?;
    scene.end(step);
    Ok(())
}

async fn cart(scene: &Scene<'_>) -> Result<CartId, Error> {
    match scene.house.setting(CART_SETTING).await? {
        Some(id) => Ok(id.parse()?),
        None => Err(Error::new(Code::NotFound, "the story has no cart")),
    }
}

pub async fn it_returns(scene: &mut Scene<'_>) -> Result<(), Error> {
    let mut step = scene.begin(&Heading {
        at: "2016-03-07T14:00:00Z",
        code: "certification_returned",
        title: "The suspension is lifted. The listing is back, and the cart goes through.",
        is_fiction: true,
    })?;
    let lifted = Claim::Withdrawal {
        ends: SUSPENSION.parse()?,
        manner: WithdrawalManner::Revoke,
    };
    let notice = draft(
        &step,
        Scope::Variant(VARIANT.parse()?),
        HOST,
        lifted,
        "Suspension lifted",
    )?;
    scene.record(&mut step, RETURN, notice).await?;
    scene.verdict(&mut step, DISTRIBUTOR, REDMI_2_PRO).await?;
    // An emptied cart that is asked with the same key answers with its order.
    let cart = cart(scene).await?;
    let placed = scene.house.check_out(&cart, CARTS_ORDER).await?;
    tell_order(&mut step, placed);
    scene.end(step);
    Ok(())
}
