//! The first week of February 2016, as the public reports have it.

use domain::Period;
use domain::evidence::{Claim, Reach, Standing};
use domain::listing::ListingState;
use domain::policy::{Demand, Policy, Requirement};
use domain::scope::Scope;
use trade::change::Draft;
use trade::{Code, Error, FileKind, policy_toml};

use crate::cast::{
    ANALYST, BRAND, BRAND_STORE, BRANDS_HEADPHONES, DISTRIBUTOR, DISTRIBUTORS_HEADPHONES, HOST,
    MARKET, MI_4I, OPERATOR, PRESS_A, PRESS_B, REDMI_2, REDMI_2_PRO,
};
use crate::scene::{Heading, Scene, brands_word};
use crate::step::Detail;

/// The brand's denial; the fiction corrects it later.
pub const DENIAL: &str = "story-denial";

const PHONES: [&str; 3] = [MI_4I, REDMI_2, REDMI_2_PRO];

fn policy() -> Result<Policy, Error> {
    let text = include_str!("../../../data/demo/us.toml");
    policy_toml::parse("us.toml", text).map_err(|faults| Error::faults(Code::PolicyInvalid, faults))
}

pub async fn the_market_opens(scene: &mut Scene<'_>) -> Result<(), Error> {
    let mut step = scene.begin(&Heading {
        at: "2016-01-25T14:00:00Z",
        code: "market_opens",
        title: "The virtual carrier opens its market, with a policy: nothing is sold without evidence.",
        is_fiction: false,
    })?;
    let draft = Draft::own(
        Scope::Market(MARKET.parse()?),
        OPERATOR.parse()?,
        Claim::Policy(policy()?),
        "Policy of the market, us.toml",
        "2016-01-25",
    );
    scene.record(&mut step, "story-policy-must", draft).await?;
    step.details.push(Detail::Remark(
        "The radio facts are tables that come with the program. They were written down later; each row \
         names its source and for which time it speaks.",
    ));
    for kind in [FileKind::KnownDevices, FileKind::KnownNetworks] {
        let Some(set) = scene.house.built_in(kind).await? else {
            return Err(Error::new(
                Code::Broken,
                "the built-in tables are not there",
            ));
        };
        let activated = scene
            .house
            .activate(&MARKET.parse()?, &set.id, &OPERATOR.parse()?)
            .await?;
        let id = activated.recorded().evidence.id.clone();
        let entry = scene.entry(&id).await?;
        step.details.push(Detail::Evidence(entry));
    }
    scene.end(step);
    Ok(())
}

pub async fn the_brand_offers_its_headphones(scene: &mut Scene<'_>) -> Result<(), Error> {
    let mut step = scene.begin(&Heading {
        at: "2016-01-26T14:00:00Z",
        code: "brand_offers_headphones",
        title: "The brand offers its own headphones. No network has to certify headphones.",
        is_fiction: false,
    })?;
    let claim = brands_word(
        Standing::Yes,
        &[BRAND_STORE],
        Reach::Only(vec!["headphones".parse()?, "wearable".parse()?]),
        Reach::All,
    )?;
    let draft = Draft::own(
        Scope::Brand(BRAND.parse()?),
        BRAND.parse()?,
        claim,
        "The brand opens its own store in the United States: headphones, a fitness band, no phones",
        "2015-06",
    )
    .valid(Period::since("2015-06-01".parse()?));
    scene.record(&mut step, "story-own-store", draft).await?;
    let text = include_str!("../../../data/demo/xiaomi-store.xml");
    let offer = "story-offer-own";
    scene
        .feed(&mut step, BRAND_STORE, "xiaomi-store.xml", text, offer)
        .await?;
    let which = (BRAND_STORE, BRANDS_HEADPHONES);
    scene
        .decide(&mut step, offer, which, ListingState::Offered, BRAND_STORE)
        .await?;
    scene
        .verdict(&mut step, BRAND_STORE, BRANDS_HEADPHONES)
        .await?;
    scene.end(step);
    Ok(())
}

pub async fn the_distributor_offers(scene: &mut Scene<'_>) -> Result<(), Error> {
    let mut step = scene.begin(&Heading {
        at: "2016-02-01T14:00:00Z",
        code: "distributor_offers",
        title: "Monday: a distributor's feed comes in, with the brand's phones from 119 US dollars.",
        is_fiction: false,
    })?;
    let text = include_str!("../../../data/demo/omni-electronics.tsv");
    let first = "story-offer-1";
    scene
        .feed(&mut step, DISTRIBUTOR, "omni-electronics.tsv", text, first)
        .await?;
    let skus = [MI_4I, REDMI_2, REDMI_2_PRO, DISTRIBUTORS_HEADPHONES];
    for (id, sku) in [first, "story-offer-2", "story-offer-3", "story-offer-4"]
        .into_iter()
        .zip(skus)
    {
        let which = (DISTRIBUTOR, sku);
        scene
            .decide(&mut step, id, which, ListingState::Offered, DISTRIBUTOR)
            .await?;
    }
    step.details.push(Detail::Remark(
        "In 2016 they could be bought for a day. Here they never could.",
    ));
    for sku in skus {
        scene.verdict(&mut step, DISTRIBUTOR, sku).await?;
    }
    scene.end(step);
    Ok(())
}

pub async fn the_week_answers(scene: &mut Scene<'_>) -> Result<(), Error> {
    let mut step = scene.begin(&Heading {
        at: "2016-02-02T15:00:00Z",
        code: "week_answers",
        title: "The week answers: the brand, the host network, the analyst, customer service, the press.",
        is_fiction: false,
    })?;
    let denied = [OPERATOR, DISTRIBUTOR];
    let denial = brands_word(Standing::No, &denied, Reach::All, Reach::All)?;
    let draft = Draft::own(
        Scope::Brand(BRAND.parse()?),
        BRAND.parse()?,
        denial,
        "The brand to the press: the carrier is not authorised to sell its products in the United States",
        "2016-02",
    );
    let draft = draft.valid(Period::since(step.at));
    scene.record(&mut step, DENIAL, draft).await?;
    step.details.push(Detail::Remark(
        "The brand spoke of all its products and named the carrier. The denial is read as meant for whoever \
         supplies the carrier's marketplace too.",
    ));
    for (id, issuer, role, words) in STATEMENTS {
        scene.statement(&mut step, id, issuer, role, words).await?;
    }
    scene.verdict(&mut step, DISTRIBUTOR, MI_4I).await?;
    scene.end(step);
    Ok(())
}

/// Id, who, in which role, what; in our words.
const STATEMENTS: [(&str, &str, &str, &str); 7] = [
    (
        "story-said-brand",
        BRAND,
        "brand",
        "There is no plan to sell phones through any authorised distributor in the United States.",
    ),
    (
        "story-said-host",
        HOST,
        "host network",
        "Devices must be fully compatible with the network's technologies and meet minimum quality standards.",
    ),
    (
        "story-said-analyst",
        ANALYST,
        "analyst",
        "The devices do not support LTE in the United States and are not fully optimised for Google's \
         services. The carrier has less than 0.25 % of the market.",
    ),
    (
        "story-said-service",
        BRAND,
        "customer service of the brand",
        "No retailers are assigned for the sale of smartphones in the United States, and the authenticity \
         of items that were not bought through the official channel cannot be promised.",
    ),
    (
        "story-said-operator",
        OPERATOR,
        "virtual carrier",
        "The phones must be certified before they are allowed back; if certification succeeds, distributors \
         may offer them again. None were sold through the site.",
    ),
    (
        "story-said-press-a",
        PRESS_A,
        "press",
        "The phones were the Redmi 2, the Mi 3 and the Mi 4i, and were sold briefly on Monday.",
    ),
    (
        "story-said-press-b",
        PRESS_B,
        "press",
        "One of the phones was the Mi 4.",
    ),
];

pub async fn the_listings_are_taken_down(scene: &mut Scene<'_>) -> Result<(), Error> {
    let mut step = scene.begin(&Heading {
        at: "2016-02-02T18:00:00Z",
        code: "listings_taken_down",
        title: "Tuesday: the carrier takes the phones down.",
        is_fiction: false,
    })?;
    for (id, sku) in ["story-down-1", "story-down-2", "story-down-3"]
        .into_iter()
        .zip(PHONES)
    {
        let which = (DISTRIBUTOR, sku);
        scene
            .decide(&mut step, id, which, ListingState::TakenDown, OPERATOR)
            .await?;
    }
    scene.end(step);
    Ok(())
}

pub async fn the_policy_decides_on_headphones(scene: &mut Scene<'_>) -> Result<(), Error> {
    let mut step = scene.begin(&Heading {
        at: "2016-02-08T14:00:00Z",
        code: "headphones_disclosed",
        title: "Authorised by the brand is one fact, lawful to resell is another: the carrier now only \
                discloses the first for headphones.",
        is_fiction: true,
    })?;
    let before = scene.judged_before(&step, DISTRIBUTOR, DISTRIBUTORS_HEADPHONES);
    step.details.push(Detail::Verdict(Box::new(before.await?)));
    let mut policy = policy()?;
    for category in &mut policy.categories {
        if category.category.as_str() == "headphones" {
            for (requirement, demand) in &mut category.demands {
                if *requirement == Requirement::SalesAuthorization {
                    *demand = Demand::Disclose;
                }
            }
        }
    }
    let draft = Draft::own(
        Scope::Market(MARKET.parse()?),
        OPERATOR.parse()?,
        Claim::Policy(policy),
        "Policy of the market: headphones are sold with a notice",
        "2016-02-08",
    );
    let draft = draft.valid(Period::since(step.at));
    scene
        .record(&mut step, "story-policy-disclose", draft)
        .await?;
    scene
        .verdict(&mut step, DISTRIBUTOR, DISTRIBUTORS_HEADPHONES)
        .await?;
    scene.verdict(&mut step, DISTRIBUTOR, MI_4I).await?;
    scene.end(step);
    Ok(())
}
