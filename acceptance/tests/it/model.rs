//! Whole lives of a house, step by step beside a model that is a list: evidence, withdrawals, policies, orders,
//! decisions, feeds, and a clock that goes back and forth. Each answer is the model's, and so is every listing after it.
//!
//! A life that differs is made shorter before it is shown. The gate alone lives more lives, since it is faster.

use std::path::Path;
use std::sync::Arc;

use acceptance::dice::{Dice, each_seed, repeat};
use acceptance::model::{Due, Model, Shelf, Step, shortest};
use acceptance::place::Place;
use acceptance::shop::{self, Shop, Size, id};
use domain::evidence::{Claim, Evidence, Recorded, Source};
use domain::id::ListingId;
use domain::listing::ListingState;
use domain::scope::Scope;
use domain::{Instant, Period};
use gate::snapshot::Moment;
use gate::{Question, Requirements, Snapshot, Verdict};
use trade::change::{Change, Draft};
use trade::clock::HandClock;
use trade::door::{OrderRequest, Placed, Refusal};
use trade::{Backend, Code, Error, House};

/// Steps of a life.
const STEPS: usize = 100;
/// Lives of a house and of a gate unless said otherwise; the night run has 10,000 of each.
const HOUSES: u64 = 40;
const GATES: u64 = 1_000;
const SHORTER_TRIES_MAX: usize = 300;
const SIZE: Size = Size {
    brands: 2,
    listings: 2,
    units: 5,
};

/// A shop as every life begins with it, in a folder that is copied.
struct Beginning {
    place: Place,
    model: Model,
    listings: Vec<ListingId>,
}

fn noon() -> Instant {
    "2016-03-13T10:00:00Z".parse().expect("an instant")
}

impl Beginning {
    async fn new() -> Self {
        let place = Place::new(Backend::Sqlite).await.expect("a folder");
        let house = place.open_with(Arc::new(HandClock::at(noon())), None).await;
        let shop = Shop::open(&house, SIZE).await;
        let mut shelves = Vec::new();
        for (brand, shelf) in shop.shelves.iter().enumerate() {
            for (at, (listing, _)) in shelf.listings.iter().enumerate() {
                let mut offer = shop::offer(brand, at);
                offer.listing = Some(listing.clone());
                shelves.push(Shelf {
                    offer,
                    number: (brand, at),
                    state: ListingState::Offered,
                    units: SIZE.units,
                    sold: 0,
                });
            }
        }
        let listings: Vec<ListingId> = shelves
            .iter()
            .filter_map(|shelf| shelf.offer.listing.clone())
            .collect();
        let recorded = whole(&house.snapshot(), &listings);
        let now = recorded.last().expect("the shop is on the record").at;
        house.close().await;
        Self {
            place,
            model: Model::of(recorded, shelves, now),
            listings,
        }
    }

    fn life(&self, seed: u64) -> Vec<Step> {
        let mut dice = Dice::of(seed);
        (0..STEPS)
            .map(|_| Step::throw(&mut dice, SIZE.brands, &self.listings))
            .collect()
    }
}

/// The whole record in order.
fn whole(snapshot: &Snapshot, listings: &[ListingId]) -> Vec<Recorded> {
    let mut scopes = vec![Scope::Market(shop::market())];
    for brand in 0..SIZE.brands {
        scopes.push(Scope::Brand(shop::brand(brand)));
        scopes.extend((0..SIZE.listings).map(|at| Scope::Variant(shop::variant(brand, at))));
    }
    scopes.extend(listings.iter().cloned().map(Scope::Listing));
    let named = scopes.iter().flat_map(|scope| snapshot.under(scope));
    let mut all: Vec<Recorded> = named.cloned().collect();
    all.sort_by_key(|one| one.position);
    let length = usize::try_from(snapshot.next_position()).expect("few");
    assert_eq!(all.len(), length, "no other scope has entries");
    all
}

fn evidence(number: u64, scope: Scope, claim: Claim, valid: Period) -> Evidence {
    Evidence {
        valid,
        ..Evidence::entered(
            id(&format!("step-{number}")),
            scope,
            shop::operator(),
            claim,
            Source::own("A letter", "2016"),
        )
    }
}

/// What a step records, if it records.
fn recorded(model: &Model, step: &Step, number: u64) -> Option<Evidence> {
    let (scope, claim, valid) = match step {
        Step::Record(said, from, until) => {
            let (scope, claim) = said.as_ref().clone();
            (scope, claim, model.period(*from, *until))
        }
        Step::End(places, manner, from) => {
            let ended = model.before_last(*places);
            let claim = Claim::Withdrawal {
                ends: ended.id,
                manner: *manner,
            };
            (ended.scope, claim, model.period(*from, None))
        }
        Step::Decide(at, state) => {
            let listing = model.listing(*at);
            let claim = Claim::ListingDecision {
                listing: listing.clone(),
                state: *state,
            };
            (Scope::Listing(listing), claim, Period::ALWAYS)
        }
        _ => return None,
    };
    Some(evidence(number, scope, claim, valid))
}

/// What is to be said of a verdict: the answer, and what keeps it off sale.
fn substance(verdict: &Verdict) -> (&'static str, Vec<&'static str>) {
    let failing: Requirements = verdict.blocking().map(|one| one.requirement).collect();
    let failing = failing.iter().map(domain::policy::Requirement::name);
    (verdict.outcome.name(), failing.collect())
}

fn is_same<T: PartialEq + std::fmt::Debug>(what: &str, house: &T, model: &T) -> Result<(), String> {
    if house == model {
        return Ok(());
    }
    Err(format!(
        "{what}: the house says {house:?}, the model {model:?}"
    ))
}

/// A gate's life; the first difference.
fn live_as_gate(beginning: &Beginning, steps: &[Step]) -> Result<(), String> {
    let mut model = beginning.model.clone();
    let mut snapshot = Snapshot::new();
    for one in &model.recorded {
        snapshot.apply(one.clone()).expect("they come in order");
    }
    for (number, step) in steps.iter().enumerate() {
        if let Step::Tick(ms) = step {
            model.now = model.now.plus_ms(*ms);
        }
        if let Some(evidence) = recorded(&model, step, number as u64) {
            model.record(evidence);
            for one in &model.recorded[usize::try_from(snapshot.next_position()).expect("few")..] {
                snapshot.apply(one.clone()).expect("they come in order");
            }
        }
        let (at, moment) = looked_at(&model, step, number);
        let offer = &model.shelves[at].offer;
        let verdict = snapshot.verdict(&Question { offer, moment });
        let told = model.told(offer, moment.at, moment.known_at);
        let context = format!("step {number}, {step:?}");
        is_same(
            &context,
            &substance(&verdict),
            &(told.answer.word(), told.failing),
        )?;
    }
    Ok(())
}

/// Which listing is looked at after a step, and when.
fn looked_at(model: &Model, step: &Step, number: usize) -> (usize, Moment) {
    let present = model.present();
    match step {
        Step::Look(at, ago, known) => {
            let known_at = known.map_or(Instant::MAX, |ago| present.plus_ms(-ago));
            let at_instant = present.plus_ms(-ago);
            (
                *at,
                Moment {
                    at: at_instant,
                    known_at,
                },
            )
        }
        _ => (number % model.shelves.len(), Moment::at(present)),
    }
}

fn copy(from: &Path, to: &Path) {
    for entry in std::fs::read_dir(from).expect("reads") {
        let from = entry.expect("reads").path();
        let name = from.file_name().expect("a file has a name");
        std::fs::copy(&from, to.join(name)).expect("copies");
    }
}

/// A house's life; the first difference.
async fn live_as_house(beginning: &Beginning, steps: &[Step]) -> Result<(), String> {
    let mut model = beginning.model.clone();
    let place = Place::new(Backend::Sqlite).await.expect("a folder");
    copy(beginning.place.folder(), place.folder());
    let clock = Arc::new(HandClock::at(model.now));
    let house = place.open_with(Arc::<HandClock>::clone(&clock), None).await;
    let mut lived = Ok(());
    for (number, step) in steps.iter().enumerate() {
        lived = take(&house, &clock, &mut model, step, number).await;
        if let Err(difference) = lived {
            lived = Err(format!("step {number}, {step:?}: {difference}"));
            break;
        }
    }
    if lived.is_ok() {
        lived = ends_alike(&house, &model).await;
    }
    house.close().await;
    lived
}

async fn take(
    house: &House,
    clock: &HandClock,
    model: &mut Model,
    step: &Step,
    number: usize,
) -> Result<(), String> {
    let shop = Shop {
        house: house.clone(),
        shelves: Vec::new(),
    };
    let mut due = Due::Nothing;
    let mut answered = Due::Nothing;
    if let Some(evidence) = recorded(model, step, number as u64) {
        let draft = Draft::own(
            evidence.scope.clone(),
            evidence.issuer.clone(),
            evidence.claim.clone(),
            "A letter",
            "2016",
        );
        let draft = draft.with_id(evidence.id.clone()).valid(evidence.valid);
        due = model.record(evidence);
        answered = change(house.record(draft).await);
    }
    match step {
        Step::Tick(ms) => {
            model.now = model.now.plus_ms(*ms);
            clock.set(model.now);
        }
        Step::Order(key, lines) => {
            due = model.order(*key, lines);
            let lines = lines.iter().map(|(at, units)| (model.listing(*at), *units));
            let request = OrderRequest {
                key: format!("key-{key}"),
                lines: lines.collect(),
            };
            answered = placed(house.place_order(&request).await);
        }
        Step::Feed(at, units) => {
            let shelf = &mut model.shelves[*at];
            let (brand, listing) = shelf.number;
            let fed = shop.feed(std::iter::once((brand, listing, *units))).await;
            let outcome = fed.map_err(|error| error.to_string())?;
            is_same("faults of a feed", &outcome.faults.len(), &0)?;
            is_same("listings of a feed", &outcome.listed.len(), &0)?;
            shelf.units = *units;
        }
        _ => {}
    }
    is_same("the answer", &answered, &due)?;
    house.follow().await.map_err(|error| error.to_string())?;
    let (at, moment) = looked_at(model, step, number);
    let found = house.listing(&model.listing(at)).await;
    let found = found.map_err(|error| error.to_string())?;
    let listing = found.ok_or("the listing is gone")?;
    let shelf = &model.shelves[at];
    is_same("state", &listing.state, &shelf.state)?;
    is_same("units", &listing.stock, &shelf.units)?;
    let judged = house.judge(listing, moment).await;
    let judged = judged.map_err(|error| error.to_string())?;
    let told = model.told(&shelf.offer, moment.at, moment.known_at);
    is_same(
        "verdict",
        &substance(&judged.verdict),
        &(told.answer.word(), told.failing),
    )?;
    is_same("buyable", &judged.is_buyable, &model.is_buyable(at))
}

fn change(answer: Result<Change, Error>) -> Due {
    match answer {
        Ok(Change::Recorded(one)) => Due::Recorded(one.position, one.at, one.scope_version),
        Ok(Change::Known(one)) => panic!("{} was recorded before", one.evidence.id),
        Err(error) if error.code == Code::AlreadyWithdrawn => Due::AlreadyWithdrawn,
        Err(error) if error.code == Code::StateConflict => Due::StateConflict,
        Err(error) => panic!("{error}"),
    }
}

fn placed(answer: Result<Placed, Error>) -> Due {
    match answer {
        Ok(Placed::Accepted(order)) => Due::Accepted(order.accepted_at),
        Ok(Placed::Refused(refusal)) => match *refusal {
            Refusal::NotSellable { lines } => {
                Due::NotSellable(lines.into_iter().map(|(listing, _)| listing).collect())
            }
            Refusal::NotOffered { listing, .. } => Due::NotOffered(listing),
            Refusal::SoldOut { listing, available } => Due::SoldOut(listing, available),
            Refusal::QuotaUsedUp { .. } => panic!("the model authorises without a quantity"),
        },
        Err(error) if error.code == Code::KeyReused => Due::KeyReused,
        Err(error) => panic!("{error}"),
    }
}

/// At the end: every unit, every order, and a record that holds.
async fn ends_alike(house: &House, model: &Model) -> Result<(), String> {
    for (at, shelf) in model.shelves.iter().enumerate() {
        let sold = house.order_count(&model.listing(at)).await;
        let (_, sold) = sold.map_err(|error| error.to_string())?;
        is_same("units sold", &sold, &u64::from(shelf.sold))?;
    }
    let entries = house.snapshot().next_position();
    is_same("entries", &entries, &(model.recorded.len() as u64))?;
    let verified = house.verify_record().await;
    let verified = verified.map_err(|error| error.to_string())?;
    is_same("a record that holds", &verified.is_clean(), &true)
}

/// Shows a life that differs, shortened.
fn show(test: &str, seed: u64, difference: &str, steps: &[Step]) -> ! {
    panic!(
        "{difference}\n{} steps are enough: {steps:#?}\n{}",
        steps.len(),
        repeat(test, seed)
    )
}

#[test]
fn a_gate_lives_as_its_model_does() {
    let test = "model::a_gate_lives_as_its_model_does";
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let beginning = runtime.block_on(Beginning::new());
    each_seed(test, GATES, |seed| {
        let steps = beginning.life(seed);
        if live_as_gate(&beginning, &steps).is_err() {
            let fails = |steps: &[Step]| live_as_gate(&beginning, steps).is_err();
            let steps = shortest(steps, SHORTER_TRIES_MAX, fails);
            let difference = live_as_gate(&beginning, &steps).expect_err("it differs");
            show(test, seed, &difference, &steps);
        }
    });
}

#[test]
fn a_house_lives_as_its_model_does() {
    let test = "model::a_house_lives_as_its_model_does";
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let beginning = runtime.block_on(Beginning::new());
    each_seed(test, HOUSES, |seed| {
        let live = |steps: &[Step]| runtime.block_on(live_as_house(&beginning, steps));
        let steps = beginning.life(seed);
        if live(&steps).is_err() {
            let steps = shortest(steps, SHORTER_TRIES_MAX, |steps| live(steps).is_err());
            let difference = live(&steps).expect_err("it differs");
            show(test, seed, &difference, &steps);
        }
    });
}
