//! Authorise, withdraw, authorise again, suspend, reinstate, deny: after each step the verdict is a model's
//! that knows nothing but a list of words, and the door says the same.

use acceptance::dice::{Dice, each_seed, repeat};
use acceptance::on_both;
use acceptance::setting;
use acceptance::shop::{self, Shop, Size, id, order_at};
use domain::Instant;
use domain::evidence::{
    Claim, Evidence, Reach, Recorded, SalesAuthorization, Source, Standing, WithdrawalManner,
};
use domain::id::EvidenceId;
use domain::scope::Scope;
use gate::snapshot::Moment;
use gate::{Question, Snapshot};
use trade::door::Placed;
use trade::{Code, House};

const SEQUENCES: u64 = 5_000;
const STEPS: u64 = 16;
/// Sequences through the door.
const SEQUENCES_IN_HOUSE: u64 = 25;

/// A word of the brand, as the model keeps it.
#[derive(Clone, Debug)]
struct Word {
    id: EvidenceId,
    says_yes: bool,
    is_revoked: bool,
    suspensions: Vec<EvidenceId>,
}

impl Word {
    fn stands(&self) -> bool {
        !self.is_revoked && self.suspensions.is_empty()
    }
}

/// What happens next.
#[derive(Clone, Debug)]
enum Step {
    Authorize(EvidenceId),
    /// Somebody is authorised, but nobody: the list of sellers is empty.
    AuthorizeNobody(EvidenceId),
    Deny(EvidenceId),
    End(EvidenceId, EvidenceId, WithdrawalManner),
    Lift(EvidenceId, EvidenceId),
}

#[derive(Default)]
struct Model {
    words: Vec<Word>,
    steps: u64,
    prefix: String,
}

impl Model {
    /// Sold only if some yes stands and no no does.
    fn is_open(&self) -> bool {
        let stands = |says_yes| {
            self.words
                .iter()
                .any(|word| word.says_yes == says_yes && word.stands())
        };
        stands(true) && !stands(false)
    }

    fn next_id(&mut self) -> EvidenceId {
        self.steps += 1;
        id(&format!("{}{}", self.prefix, self.steps))
    }

    /// Throws the next step and takes it in.
    fn step(&mut self, dice: &mut Dice) -> Step {
        let new = self.next_id();
        let standing: Vec<usize> = (0..self.words.len())
            .filter(|at| self.words[*at].stands())
            .collect();
        let suspended: Vec<usize> = (0..self.words.len())
            .filter(|at| !self.words[*at].suspensions.is_empty())
            .collect();
        match dice.below(6) {
            0 => {
                self.word(&new, true);
                Step::Authorize(new)
            }
            1 => {
                if dice.chance(1, 2) {
                    return Step::AuthorizeNobody(new);
                }
                self.word(&new, false);
                Step::Deny(new)
            }
            2 | 3 if !standing.is_empty() => {
                let word = &mut self.words[*dice.one(&standing)];
                let manners = [
                    WithdrawalManner::Suspend,
                    WithdrawalManner::Revoke,
                    WithdrawalManner::Correct,
                ];
                let manner = *dice.one(&manners);
                if manner == WithdrawalManner::Suspend {
                    word.suspensions.push(new.clone());
                } else {
                    word.is_revoked = true;
                }
                Step::End(new, word.id.clone(), manner)
            }
            _ if !suspended.is_empty() => {
                let word = &mut self.words[*dice.one(&suspended)];
                let at = dice.index(word.suspensions.len());
                let suspension = word.suspensions.remove(at);
                Step::Lift(new, suspension)
            }
            _ => {
                self.word(&new, true);
                Step::Authorize(new)
            }
        }
    }

    fn word(&mut self, id: &EvidenceId, says_yes: bool) {
        self.words.push(Word {
            id: id.clone(),
            says_yes,
            is_revoked: false,
            suspensions: Vec::new(),
        });
    }
}

impl Step {
    /// The step's id and what is recorded.
    fn claim(&self) -> (EvidenceId, Claim) {
        let brand = shop::brand(0);
        match self {
            Self::Authorize(id) => (id.clone(), shop::authorization(&brand, Standing::Yes)),
            Self::Deny(id) => (id.clone(), shop::authorization(&brand, Standing::No)),
            Self::AuthorizeNobody(id) => {
                let nobody = SalesAuthorization {
                    sellers: Reach::Only(Vec::new()),
                    ..SalesAuthorization::of_everything(Standing::Yes, brand)
                };
                (id.clone(), Claim::SalesAuthorization(nobody))
            }
            Self::End(id, ends, manner) => {
                let claim = Claim::Withdrawal {
                    ends: ends.clone(),
                    manner: *manner,
                };
                (id.clone(), claim)
            }
            Self::Lift(id, ends) => {
                let claim = Claim::Withdrawal {
                    ends: ends.clone(),
                    manner: WithdrawalManner::Revoke,
                };
                (id.clone(), claim)
            }
        }
    }
}

fn recorded(position: u64, scope: Scope, version: u64, id: EvidenceId, claim: Claim) -> Recorded {
    Recorded {
        position,
        at: Instant::from_epoch_ms(1_454_284_800_000 + i64::try_from(position).expect("small")),
        scope_version: version,
        evidence: Evidence::entered(
            id,
            scope,
            shop::operator(),
            claim,
            Source::own("A letter", "2016"),
        ),
    }
}

#[test]
fn the_return_is_exact_after_each_step() {
    let test = "sequences::the_return_is_exact_after_each_step";
    each_seed(test, SEQUENCES, |seed| {
        let mut dice = Dice::of(seed);
        let mut model = Model {
            prefix: "w".to_owned(),
            ..Model::default()
        };
        let mut snapshot = Snapshot::new();
        let policy = Claim::Policy(shop::authorization_only());
        let policy = recorded(0, Scope::Market(shop::market()), 1, id("policy"), policy);
        snapshot.apply(policy).expect("the first");
        let offer = shop::offer(0, 0);
        let mut told = Vec::new();
        for position in 1..=STEPS {
            let step = model.step(&mut dice);
            let (id, claim) = step.claim();
            told.push(step);
            let brand = Scope::Brand(shop::brand(0));
            let one = recorded(position, brand, position, id, claim);
            let at = one.at;
            snapshot.apply(one).expect("in order");
            let verdict = snapshot.verdict(&Question {
                offer: &offer,
                moment: Moment::at(at),
            });
            assert_eq!(
                verdict.is_sellable(),
                model.is_open(),
                "{told:#?}\n{verdict:#?}\n{}",
                repeat(test, seed)
            );
        }
    });
}

async fn take(house: &House, step: &Step) {
    let (id, claim) = step.claim();
    let scope = Scope::Brand(shop::brand(0));
    let draft =
        trade::change::Draft::own(scope, shop::operator(), claim, "A letter", "2016").with_id(id);
    house
        .record(draft)
        .await
        .unwrap_or_else(|error| panic!("{step:?}: {error}"));
}

on_both! {
    async fn the_door_says_the_same_after_each_step(place: &Place) {
        let sequences = setting::number("PASSBAND_TEST_CASES").unwrap_or(SEQUENCES_IN_HOUSE);
        let house = place.open().await;
        let shop = Shop::open(&house, Size { brands: 1, listings: 1, units: 1_000_000 }).await;
        let listing = &shop.shelves[0].listings[0].0;
        let cart = house.open_cart().await.expect("a cart");
        shop.withdraw(&shop.shelves[0].authorization, WithdrawalManner::Revoke).await.expect("a clean start");
        for seed in 0..sequences {
            let mut dice = Dice::of(seed);
            let mut model = Model { prefix: format!("s{seed}-"), ..Model::default() };
            for number in 0..STEPS / 2 {
                let step = model.step(&mut dice);
                take(&house, &step).await;
                // Told twice it is recorded once.
                take(&house, &step).await;
                let key = format!("{seed}-{number}");
                let placed = order_at(&house, &key, listing).await.expect("answered");
                let is_accepted = matches!(placed, Placed::Accepted(_));
                assert_eq!(is_accepted, model.is_open(), "seed {seed}, step {number}: {step:?}");
                // No cart is stuck: it holds what cannot be bought now, and can be ordered when it can.
                house.put_in_cart(&cart, listing, 1).await.expect("a cart takes it");
                let placed = house.check_out(&cart, &format!("cart-{key}")).await.expect("answered");
                assert_eq!(matches!(placed, Placed::Accepted(_)), model.is_open(), "seed {seed}, cart");
            }
            // End what still stands, for the next sequence.
            for word in model.words.iter().filter(|word| !word.is_revoked) {
                shop.withdraw(&word.id, WithdrawalManner::Revoke).await.expect("ends");
            }
        }
        house.close().await;
    }

    async fn what_was_ended_for_good_stays_ended(place: &Place) {
        let house = place.open().await;
        let shop = Shop::open(&house, Size { brands: 1, listings: 1, units: 10 }).await;
        let authorization = &shop.shelves[0].authorization;
        for manner in [WithdrawalManner::Revoke, WithdrawalManner::Correct] {
            let ended = shop.withdraw(authorization, manner).await.expect("ends");
            let error = shop.withdraw(&ended.recorded().evidence.id, WithdrawalManner::Revoke).await;
            assert_eq!(error.expect_err("for good").code, Code::AlreadyWithdrawn);
        }
        house.close().await;
    }
}
