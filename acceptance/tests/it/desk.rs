//! The desk's rule of the second person, attacked: by one person alone with everything that they may send, by two who
//! decide at once, and by a record that moves between looking and approving.

use std::collections::BTreeSet;

use acceptance::dice::Dice;
use acceptance::on_both;
use acceptance::setting;
use acceptance::shop::{self, Shop, Size, id};
use domain::certification::{Builds, CertificationResult, DeviceCertification};
use domain::evidence::{Claim, Standing, WithdrawalManner};
use domain::id::EvidenceId;
use domain::member::MemberRole;
use domain::policy::Demand;
use domain::scope::Scope;
use domain::{Instant, Period};
use gate::snapshot::Moment;
use trade::change::{Draft, Withdrawal};
use trade::desk::{DraftState, Entered, SecondPerson, Seen};
use trade::people::SignedIn;
use trade::{Code, House};

/// What one person tries, unless said otherwise.
const STEPS: u64 = 150;
/// Drafts on which two decide at once.
const RACES: usize = 25;
const SIZE: Size = Size {
    brands: 2,
    listings: 2,
    units: 10,
};
const HOUR_MS: i64 = 60 * 60 * 1000;

pub async fn person(house: &House, email: &str) -> SignedIn {
    let password = || "correct horse battery".to_owned();
    let added = house.put_user(shop::operator(), email, password()).await;
    added.expect("is added");
    let token = house.sign_in(email, password()).await.expect("signs in");
    let found = house.session(&token).await.expect("reads");
    found.expect("is signed in")
}

/// A shop, and two of the operator's people.
async fn opened(house: &House) -> (Shop, SignedIn, SignedIn) {
    let shop = Shop::open(house, SIZE).await;
    let one = person(house, "one@operator.example").await;
    let other = person(house, "other@operator.example").await;
    assert!(house.second_person().await.expect("reads").is_needed());
    (shop, one, other)
}

/// What is sellable at which of these instants.
async fn sellable(shop: &Shop, instants: &[Instant]) -> BTreeSet<(String, Instant)> {
    let mut found = BTreeSet::new();
    for (listing, _) in shop.shelves.iter().flat_map(|shelf| &shelf.listings) {
        let listed = shop.house.listing(listing).await.expect("reads");
        let offer = listed.expect("is there").offer;
        for at in instants {
            if shop.house.verdict(&offer, Moment::at(*at)).is_sellable() {
                found.insert((listing.to_string(), *at));
            }
        }
    }
    found
}

fn certification(brand: usize, listing: usize, result: CertificationResult) -> (Scope, Claim) {
    let variant = shop::variant(brand, listing);
    let claim = Claim::DeviceCertification(DeviceCertification {
        variant: variant.clone(),
        network: shop::host(),
        result,
        carrier: None,
        builds: Builds::ANY,
        tests: None,
    });
    (Scope::Variant(variant), claim)
}

/// Something that somebody may say.
fn thrown(dice: &mut Dice, known: &[(EvidenceId, Scope)], instants: &[Instant]) -> Draft {
    let (brand, listing) = (dice.index(SIZE.brands), dice.index(SIZE.listings));
    let own = Scope::Brand(shop::brand(brand));
    let (scope, claim) = match dice.below(10) {
        0 | 1 => (own, shop::authorization(&shop::brand(brand), Standing::Yes)),
        2 => (own, shop::authorization(&shop::brand(brand), Standing::No)),
        3 => certification(brand, listing, CertificationResult::Certified),
        4 => certification(brand, listing, CertificationResult::NotCertified),
        5 => {
            let cause = "recall".to_owned();
            (
                Scope::Variant(shop::variant(brand, listing)),
                Claim::StopSale { cause },
            )
        }
        6 => {
            let mut policy = shop::policy();
            for (_, demand) in &mut policy.categories[0].demands {
                *demand = *dice.one(&[Demand::Off, Demand::Must, Demand::Disclose]);
            }
            (Scope::Market(shop::market()), Claim::Policy(policy))
        }
        _ => {
            let (ends, scope) = dice.one(known).clone();
            let manner = *dice.one(&[
                WithdrawalManner::Suspend,
                WithdrawalManner::Suspend,
                WithdrawalManner::Revoke,
            ]);
            (scope, Claim::Withdrawal { ends, manner })
        }
    };
    let from = dice.chance(1, 3).then(|| *dice.one(instants));
    let until = dice.chance(1, 4).then(|| *dice.one(instants));
    let is_period = from.zip(until).is_none_or(|(from, until)| from < until);
    let valid = if is_period {
        Period { from, until }
    } else {
        Period::ALWAYS
    };
    Draft::own(scope, shop::operator(), claim, "Letter", "2016-02-01").valid(valid)
}

/// What one person made of a piece of evidence with all that the desk lets them do.
async fn tried(
    house: &House,
    draft: Draft,
    how: u64,
    alone: &SignedIn,
    others: &str,
) -> Result<(), Code> {
    let code = |error: trade::Error| error.code;
    match how {
        0 => match house.enter(draft, alone).await.map_err(code)? {
            Entered::Recorded(_) => Ok(()),
            Entered::Waiting(waiting) => decided(house, &waiting.id, alone).await,
        },
        1 => {
            let kept = house.draft(draft, alone).await.map_err(code)?;
            decided(house, &kept.id, alone).await
        }
        2 => {
            let kept = house.draft(draft, alone).await.map_err(code)?;
            house
                .submit_draft(&kept.id, kept.version, alone)
                .await
                .map_err(code)?;
            decided(house, &kept.id, alone).await
        }
        _ => {
            // What somebody else drafted becomes one's own words by being written anew.
            let known = house
                .find_draft(others)
                .await
                .map_err(code)?
                .expect("is there");
            let kept = house
                .rewrite_draft(others, known.version, draft, alone)
                .await
                .map_err(code)?;
            house
                .submit_draft(others, kept.version, alone)
                .await
                .map_err(code)?;
            decided(house, others, alone).await
        }
    }
}

/// Decides for a draft as it is now.
pub async fn decided(house: &House, id: &str, by: &SignedIn) -> Result<(), Code> {
    let shown = house
        .find_draft(id)
        .await
        .expect("reads")
        .expect("is there");
    let seen = seen(house, id).await?;
    assert_eq!(seen.version, shown.version);
    house
        .record_draft(id, &seen, by)
        .await
        .map(drop)
        .map_err(|error| error.code)
}

pub async fn seen(house: &House, id: &str) -> Result<Seen, Code> {
    let shown = house
        .find_draft(id)
        .await
        .expect("reads")
        .expect("is there");
    let impact = house
        .draft_impact(&shown.draft)
        .await
        .map_err(|error| error.code)?;
    Ok(Seen {
        version: shown.version,
        impact: impact.mark(),
    })
}

async fn others_draft(house: &House, other: &SignedIn) -> String {
    let draft = shop::authorizes(&shop::brand(0));
    house.draft(draft, other).await.expect("is kept").id
}

on_both! {
    async fn no_steps_of_one_person_alone_make_anything_sellable(place: &Place) {
        let house = place.open().await;
        let (shop, alone, other) = opened(&house).await;
        let now = house.present();
        let instants: Vec<Instant> = [1, 24, 48, 24 * 400].map(|hours| now.plus_ms(hours * HOUR_MS)).to_vec();
        let steps = setting::number("PASSBAND_TEST_CASES").unwrap_or(STEPS);
        let mut dice = Dice::of(setting::number("PASSBAND_TEST_SEED").unwrap_or(2016));
        let mut known: Vec<(EvidenceId, Scope)> = Vec::new();
        let (mut recorded, mut refused) = (0, 0);
        let mut others = others_draft(&house, &other).await;
        let mut read = 0;
        for number in 0..steps {
            for entry in house.record_page(read, 100).await.expect("reads") {
                let evidence = entry.recorded.evidence;
                read = entry.recorded.position + 1;
                if !matches!(evidence.claim, Claim::ListingDecision { .. }) {
                    known.push((evidence.id, evidence.scope));
                }
            }
            if number % 15 == 14 {
                // What two people could do brings the shelves back.
                for brand in 0..SIZE.brands {
                    house.record(shop::authorizes(&shop::brand(brand))).await.expect("authorises");
                    for listing in 0..SIZE.listings {
                        shop.certify(brand, listing).await;
                    }
                }
            }
            let before = sellable(&shop, &instants).await;
            let draft = thrown(&mut dice, &known, &instants);
            let (claim, how) = (draft.claim.clone(), dice.below(4));
            match tried(&house, draft, how, &alone, &others).await {
                Ok(()) => recorded += 1,
                Err(Code::SecondPersonNeeded) => refused += 1,
                Err(Code::AlreadyWithdrawn | Code::ImpactChanged) => {}
                Err(code) => panic!("step {number}: {claim:?}: {code:?}"),
            }
            let state = house.find_draft(&others).await.expect("reads").expect("is there").state;
            if state == DraftState::Recorded {
                others = others_draft(&house, &other).await;
            }
            let after = sellable(&shop, &instants).await;
            let opened: Vec<_> = after.difference(&before).collect();
            assert!(opened.is_empty(), "step {number}, in way {how}: {claim:?} opened {opened:?}");
        }
        println!("{recorded} recorded by one person, {refused} refused");
        assert!(recorded > steps / 8 && refused > steps / 8, "{recorded} and {refused}: the steps are too dull");
        house.close().await;
    }

    async fn of_two_who_decide_at_once_one_decides(place: &Place) {
        let house = place.open().await;
        let (shop, one, other) = opened(&house).await;
        let third = person(&house, "third@operator.example").await;
        let (mut approved, mut discarded) = (0, 0);
        for number in 0..RACES {
            let draft = shop::authorizes(&shop.shelves[number % SIZE.brands].brand);
            let Entered::Waiting(waiting) = house.enter(draft, &one).await.expect("is kept") else {
                panic!("an authorisation needs two");
            };
            let id = waiting.id.clone();
            let seen = seen(&house, &id).await.expect("an impact");
            let approve = |by: &SignedIn| {
                let (house, id, seen, by) = (house.clone(), id.clone(), seen.clone(), by.clone());
                tokio::spawn(async move { house.record_draft(&id, &seen, &by).await })
            };
            // An approval works out the impact first, so beside a discard it mostly comes too late.
            let discard = (number % 2 == 0).then(|| {
                let (house, id, by) = (house.clone(), id.clone(), third.clone());
                let version = waiting.version;
                tokio::spawn(async move { house.discard_draft(&id, version, &by, "").await })
            });
            let (first, second) = (approve(&other), approve(&third));
            let done = [first.await.expect("ends").is_ok(), second.await.expect("ends").is_ok()];
            let is_discarded = match discard {
                Some(discard) => discard.await.expect("ends").is_ok(),
                None => false,
            };
            let evidence = waiting.draft.id.clone().expect("an id");
            let is_recorded = house.evidence(&evidence).await.expect("reads").is_some();
            let state = house.find_draft(&id).await.expect("reads").expect("is there").state;
            match (done, is_discarded) {
                ([true, false] | [false, true], false) => {
                    approved += 1;
                    assert!(is_recorded && state == DraftState::Recorded, "{number}: {state}");
                }
                ([false, false], true) => {
                    discarded += 1;
                    assert!(!is_recorded && state == DraftState::Discarded, "{number}: {state}");
                }
                other => panic!("{number}: approved and discarded: {other:?}"),
            }
            let steps = house.draft_steps(&id).await.expect("reads");
            let ends = steps.iter().filter(|step| ["recorded", "discarded"].contains(&step.step.as_str()));
            assert_eq!(ends.count(), 1, "{number}: {steps:?}");
        }
        println!("{approved} approved, {discarded} discarded");
        assert!(approved >= RACES / 2, "{approved} approved");
        house.close().await;
    }

    async fn nobody_approves_what_they_were_not_shown(place: &Place) {
        let house = place.open().await;
        let (shop, one, other) = opened(&house).await;
        let authorization = &shop.shelves[0].authorization;
        shop.withdraw(authorization, WithdrawalManner::Revoke).await.expect("is withdrawn");
        let drafted = house.draft(shop::authorizes(&shop.shelves[0].brand), &one).await.expect("is kept");
        let refused = |error: trade::Error| error.code;
        let shown = seen(&house, &drafted.id).await.expect("an impact");
        let unasked = house.record_draft(&drafted.id, &shown, &other).await;
        assert_eq!(unasked.map_err(refused).err(), Some(Code::SecondPersonNeeded), "it was not submitted");
        house.submit_draft(&drafted.id, drafted.version, &one).await.expect("is submitted");

        let shown = seen(&house, &drafted.id).await.expect("an impact");
        let own = house.record_draft(&drafted.id, &shown, &one).await;
        assert_eq!(own.map_err(refused).err(), Some(Code::SecondPersonNeeded), "it is their own");
        let reader = SignedIn { role: MemberRole::Reader, ..other.clone() };
        let read = house.record_draft(&drafted.id, &shown, &reader).await;
        assert_eq!(read.map_err(refused).err(), Some(Code::ReaderOnly));

        // Of the two listings that it would open one is stopped meanwhile.
        let (_, certification) = &shop.shelves[0].listings[0];
        let withdrawal = Withdrawal {
            id: None,
            ends: certification.clone(),
            manner: WithdrawalManner::Suspend,
            issuer: id("tower"),
            from: None,
            title: "Letter".to_owned(),
            dated: String::new(),
            words: None,
            document: None,
        };
        let closed = house.enter_withdrawal(withdrawal, &one).await.expect("one is enough");
        assert!(matches!(closed, Entered::Recorded(_)), "a withdrawn certification closes");
        let late = house.record_draft(&drafted.id, &shown, &other).await;
        assert_eq!(late.map_err(refused).err(), Some(Code::ImpactChanged));
        assert!(house.evidence(drafted.draft.id.as_ref().expect("an id")).await.expect("reads").is_none());

        let shown = seen(&house, &drafted.id).await.expect("an impact");
        let change = house.record_draft(&drafted.id, &shown, &other).await.expect("is approved");
        assert_eq!(change.recorded().evidence.id, drafted.draft.id.clone().expect("an id"));
        // Something that changes nothing of what was seen does not stand in the way.
        let drafted = house.draft(shop::authorizes(&shop.shelves[1].brand), &one).await.expect("is kept");
        house.submit_draft(&drafted.id, drafted.version, &one).await.expect("is submitted");
        let shown = seen(&house, &drafted.id).await.expect("an impact");
        shop.certify(1, 0).await;
        house.record_draft(&drafted.id, &shown, &other).await.expect("is approved");
        house.close().await;
    }

    async fn where_one_person_may_write_or_it_was_decided_so_one_is_enough(place: &Place) {
        let house = place.open().await;
        let shop = Shop::open(&house, SIZE).await;
        let one = person(&house, "one@operator.example").await;
        let brand = &shop.shelves[0].brand;
        let entered = house.enter(shop::authorizes(brand), &one).await.expect("is entered");
        assert!(matches!(entered, Entered::Recorded(_)), "there is nobody else");
        house.decide_second_person(SecondPerson::Required).await.expect("is decided");
        let entered = house.enter(shop::authorizes(brand), &one).await.expect("is entered");
        assert!(matches!(entered, Entered::Waiting(_)), "it was decided");
        person(&house, "two@operator.example").await;
        house.decide_second_person(SecondPerson::Off).await.expect("is decided");
        let entered = house.enter(shop::authorizes(brand), &one).await.expect("is entered");
        assert!(matches!(entered, Entered::Recorded(_)), "it was decided");
        house.close().await;
    }
}
