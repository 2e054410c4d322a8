//! Verdicts: whether a listing may be sold in a market at an instant, per host network, and why.
//!
//! A verdict is put together from parts (`crate::parts`), and of the present each part is worked out once and
//! remembered until evidence changes under it; any other moment is worked out anew by the same functions. So
//! the usual question costs a look at two answers (the build's and the deal's, about three steps in a table each,
//! most of it waiting for memory) and at the seller, model and listing for what may stop it: some 30 ns for yes or
//! no, and as much again for who says so and until when. What no one asked before costs a few microseconds once.

use std::borrow::Cow;
use std::num::NonZeroUsize;

use domain::Instant;
use domain::id::HostNetworkId;
use domain::listing::Offer;
use domain::policy::{Demand, Requirement};
use domain::scope::Scope;

use crate::parts::{Case, Glance, Part};
use crate::reason::{Brief, Outcome, Reason, ReasonCode, Requirements};
use crate::requirements::Under;
use crate::snapshot::{
    Held, Key, Kind, Memo, Moment, NOBODY, Place, Seat, Seen, Snapshot, Stretch,
};

/// What is asked.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// Of which offer.
    pub offer: &'a Offer,
    /// For when, and with what knowledge.
    pub moment: Moment,
}

/// Whether an offer may be sold, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// The answer for the market.
    pub outcome: Outcome,
    /// The answer per host network; empty where nothing asked depends on one.
    pub networks: Vec<(HostNetworkId, Outcome)>,
    /// One or more per requirement asked, in the order of [`Requirement::ALL`], then of the networks.
    pub reasons: Vec<Reason>,
    /// As of when.
    pub at: Instant,
    /// The first instant at which a fact in the offer's scopes begins or ends, future ones included.
    pub holds_until: Option<Instant>,
    /// The scopes that it rests on and their versions.
    pub scopes: Vec<(Scope, u64)>,
}

impl Verdict {
    /// Whether the offer may be sold.
    #[must_use]
    pub fn is_sellable(&self) -> bool {
        self.outcome == Outcome::Sellable
    }

    /// The reasons that keep it off sale.
    pub fn blocking(&self) -> impl Iterator<Item = &Reason> {
        self.reasons.iter().filter(|reason| reason.blocks())
    }

    /// The reasons that do not block but must be shown.
    pub fn notices(&self) -> impl Iterator<Item = &Reason> {
        self.reasons.iter().filter(|reason| {
            reason.demand == Demand::Disclose && reason.outcome() != Outcome::Sellable
        })
    }
}

/// A part of a verdict with the stretch for which it holds, remembered or worked out for this question.
#[derive(Debug)]
enum Worked<'a> {
    Before(&'a Held<Part>),
    Now(Box<Held<Part>>),
}

impl std::ops::Deref for Worked<'_> {
    type Target = Held<Part>;

    fn deref(&self) -> &Held<Part> {
        match self {
            Self::Before(held) => held,
            Self::Now(held) => held,
        }
    }
}

/// A part of a verdict, with who says so or at a glance.
#[derive(Debug)]
enum Known<'a> {
    AtAGlance(&'a Seen<Key>),
    Whole(Worked<'a>),
}

impl Known<'_> {
    fn until(&self) -> Option<Instant> {
        match self {
            Self::AtAGlance(seen) => seen.until,
            Self::Whole(worked) => worked.stretch.until(),
        }
    }

    fn briefs_of(part: Option<&Self>) -> [&[Brief]; 2] {
        part.map_or([&[]; 2], Self::briefs)
    }

    /// The stop-sales and the reasons in brief, and those for which there was no room beside the outcome.
    fn briefs(&self) -> [&[Brief]; 2] {
        let more = match self {
            Self::AtAGlance(_) => &[],
            Self::Whole(worked) => worked.value.said.more(),
        };
        [self.glance().briefs(), more]
    }
}

/// A part as whoever asks wants it: at a glance if that is enough, or with who says so.
trait Form<'a>: From<Worked<'a>> {
    /// A part that stands on a market's board.
    fn found(asking: &Asking<'a>, part: OnBoard) -> Self;

    fn glance(&self) -> &Glance;
}

impl<'a> From<Worked<'a>> for Known<'a> {
    fn from(worked: Worked<'a>) -> Self {
        Self::Whole(worked)
    }
}

impl<'a> Form<'a> for Known<'a> {
    #[inline]
    fn found(asking: &Asking<'a>, part: OnBoard) -> Self {
        let place = asking.place(part);
        match place.and_then(|place| place.glance(asking.moment.at)) {
            Some(seen) => Self::AtAGlance(seen),
            None => Self::Whole(asking.looked_up(part, place)),
        }
    }

    #[inline]
    fn glance(&self) -> &Glance {
        match self {
            Self::AtAGlance(seen) => &seen.glance,
            Self::Whole(worked) => &worked.value.glance,
        }
    }
}

impl<'a> Form<'a> for Worked<'a> {
    fn found(asking: &Asking<'a>, part: OnBoard) -> Self {
        asking.looked_up(part, asking.place(part))
    }

    fn glance(&self) -> &Glance {
        &self.value.glance
    }
}

/// The parts of a verdict that stand on a market's board.
#[derive(Clone, Copy, Debug)]
enum OnBoard {
    Build,
    Deal,
    Units,
}

/// The parts of one verdict.
#[derive(Debug)]
struct Parts<P> {
    build: P,
    rest: Rest<P>,
}

/// Whether anything that is asked rests on the seller's units.
fn asks_units(asked: Requirements) -> bool {
    asked.contains(Requirement::Authenticity) || asked.contains(Requirement::LawfulResale)
}

/// What counts beside the build, if the policy asks anything.
#[derive(Debug)]
struct Rest<P> {
    deal: Option<P>,
    units: Option<P>,
    /// What stops the sale at the seller, the model or the listing.
    stops: Vec<P>,
}

impl<P> Parts<P> {
    fn iter(&self) -> impl Iterator<Item = &P> {
        std::iter::once(&self.build).chain(self.rest.iter())
    }
}

impl<P> Rest<P> {
    fn iter(&self) -> impl Iterator<Item = &P> {
        self.deal.iter().chain(&self.units).chain(&self.stops)
    }
}

/// A verdict with its reasons in brief; the facts that they rest on still lie in the snapshot.
#[derive(Debug)]
pub struct Judgement<'a> {
    /// The answer for the market.
    pub outcome: Outcome,
    /// Which requirements keep it off sale, on one host network at least.
    pub blocking: Requirements,
    /// As of when.
    pub at: Instant,
    /// Which requirements the policy asks at all.
    asked: Requirements,
    asking: Asking<'a>,
    parts: Parts<Known<'a>>,
}

/// Stands where no stop-sale does.
static STOP_SALE_NONE: Reason = Reason::of(ReasonCode::StopSaleNone, Demand::Must);
static NO_STOP: Brief = STOP_SALE_NONE.brief(Brief::NO_NETWORK);

impl<'a> Judgement<'a> {
    /// Whether the offer may be sold.
    #[must_use]
    pub fn is_sellable(&self) -> bool {
        self.outcome == Outcome::Sellable
    }

    /// All reasons in brief, part by part: enough to act on, and nothing beyond them is touched.
    pub fn briefs(&self) -> impl Iterator<Item = &Brief> {
        let no_stop = match self.has_no_stop() {
            true => std::slice::from_ref(&NO_STOP),
            false => &[],
        };
        let Parts { build, rest } = &self.parts;
        let ([build, more], [deal, more_of_deal]) =
            (build.briefs(), Known::briefs_of(rest.deal.as_ref()));
        let [units, more_of_units] = Known::briefs_of(rest.units.as_ref());
        let on_board = [
            no_stop,
            build,
            more,
            deal,
            more_of_deal,
            units,
            more_of_units,
        ];
        let stops = rest.stops.iter().flat_map(Known::briefs);
        on_board.into_iter().chain(stops).flatten()
    }

    /// As [`Verdict::holds_until`].
    #[must_use]
    pub fn holds_until(&self) -> Option<Instant> {
        let Asking { snapshot, seat, .. } = self.asking;
        let [seller, model, listing] = self.asking.stoppers();
        let by_scope = [(Kind::Brand, seat.brand), seller, model, listing]
            .into_iter()
            .filter_map(|(kind, number)| snapshot.facts_at(kind, number)?.next_change(self.at));
        // The build's holds for as long as the market's, the networks' and the variant's facts do; the others rest on
        // some of the facts under these scopes, and on who belongs to a group of countries.
        let by_part = self.parts.iter().filter_map(Known::until);
        by_scope.chain(by_part).min()
    }

    /// The same offer judged by the same snapshot at another instant, with all that is known.
    #[must_use]
    pub fn at(&self, at: Instant) -> Self {
        let Asking { snapshot, seat, .. } = self.asking;
        snapshot.judge(seat, Moment::at(at))
    }

    /// Whether a policy asks and no stop-sale stands.
    fn has_no_stop(&self) -> bool {
        !self.asked.is_empty() && !self.blocking.contains(Requirement::NoStopSale)
    }

    /// Who says so: the same answer with the facts that it rests on. Nothing is copied and no text is made.
    #[must_use]
    pub fn because(&self) -> Because<'a> {
        Because {
            has_no_stop: self.has_no_stop(),
            parts: self.asking.parts(),
        }
    }
}

/// What a judgement rests on.
#[derive(Debug)]
pub struct Because<'a> {
    has_no_stop: bool,
    parts: Parts<Worked<'a>>,
}

impl Because<'_> {
    /// The answer per host network; empty where nothing asked depends on one.
    #[must_use]
    pub fn networks(&self) -> &[(HostNetworkId, Outcome)] {
        &self.parts.build.value.said.networks
    }

    /// All reasons, part by part; [`Verdict::reasons`] has them in order.
    pub fn reasons(&self) -> impl Iterator<Item = &Reason> {
        let stops = self.stops().map(|(_, reason)| reason);
        self.no_stop().into_iter().chain(stops).chain(self.others())
    }

    fn parts(&self) -> impl Iterator<Item = &Part> {
        self.parts.iter().map(|part| &part.value)
    }

    fn stops(&self) -> impl Iterator<Item = &(Scope, Reason)> {
        self.parts().flat_map(|part| &part.said.stops)
    }

    fn others(&self) -> impl Iterator<Item = &Reason> {
        self.parts().flat_map(|part| &part.said.reasons)
    }

    /// The reason that says that none stops it.
    fn no_stop(&self) -> Option<&'static Reason> {
        self.has_no_stop.then_some(&STOP_SALE_NONE)
    }

    /// All reasons in the order of [`Requirement::ALL`], stop-sales by scope.
    fn in_order(&self) -> Vec<Reason> {
        let mut stops: Vec<&(Scope, Reason)> = self.stops().collect();
        stops.sort_by_key(|(scope, _)| scope);
        let stops = stops.into_iter().map(|(_, reason)| reason);
        let all = self.no_stop().into_iter().chain(stops).chain(self.others());
        let mut all: Vec<Reason> = all.cloned().collect();
        all.sort_by_key(|reason| reason.requirement);
        all
    }
}

/// One offer being judged.
#[derive(Clone, Copy, Debug)]
struct Asking<'a> {
    snapshot: &'a Snapshot,
    seat: &'a Seat,
    /// The seat's offer, where whoever asks has it at hand.
    offer: Option<&'a Offer>,
    moment: Moment,
    /// Whether what was worked out before may be used: all is known, it is not about the past, and the seat is one of
    /// the snapshot's.
    is_present: bool,
}

impl<'a> Asking<'a> {
    /// All parts of the verdict.
    #[inline]
    fn parts<F: Form<'a>>(&self) -> Parts<F> {
        let build = F::found(self, OnBoard::Build);
        let rest = self.rest(build.glance().asked);
        Parts { build, rest }
    }

    /// The parts beside the build, if anything is asked.
    #[inline]
    fn rest<F: Form<'a>>(&self, asked: Requirements) -> Rest<F> {
        let mut rest = Rest {
            deal: None,
            units: None,
            stops: Vec::new(),
        };
        if asked.is_empty() {
            return rest;
        }
        rest.deal = Some(F::found(self, OnBoard::Deal));
        rest.units = asks_units(asked).then(|| F::found(self, OnBoard::Units));
        rest.stops.extend(self.stops());
        rest
    }

    /// What stops the sale at the seller, the model or the listing, each looked for when it is wanted.
    #[inline]
    fn stops<F: Form<'a>>(&self) -> impl Iterator<Item = F> {
        self.stoppers().into_iter().filter_map(|(kind, number)| {
            let facts = self.snapshot.facts_at(kind, number)?;
            facts.has_stops().then(|| {
                let memo = Some(&facts.stops).filter(|_| self.is_present);
                self.answer(memo, (), |case| case.stops(facts)).into()
            })
        })
    }

    /// The scopes that have no other part in a verdict than to stop it.
    const fn stoppers(&self) -> [(Kind, u32); 3] {
        [
            (Kind::Seller, self.seat.seller),
            (Kind::Model, self.seat.model),
            (Kind::Listing, self.seat.listing),
        ]
    }

    /// Where the answer to a part of the verdict is kept, if it may be used.
    #[inline]
    fn place(&self, part: OnBoard) -> Option<Place<'a>> {
        let seat = self.seat;
        if !self.is_present || seat.category == NOBODY {
            return None;
        }
        let board = self.snapshot.board(seat.market)?;
        match part {
            OnBoard::Build => {
                // Where no certification names builds, one is as good as any other.
                if !self.snapshot.turns_on_builds(seat.variant) {
                    return board.build(seat.variant, (seat.category, NOBODY));
                }
                let states_one = |offer: &Offer| offer.build.is_some();
                // A build that was never met has no number, and is not the same as one that is not stated.
                if seat.build == NOBODY && self.offer.is_some_and(states_one) {
                    return None;
                }
                board.build(seat.variant, (seat.category, seat.build))
            }
            OnBoard::Deal => {
                let model = seat.model;
                // A model that no authorisation of the brand names is as good as any other.
                let is_named = self.snapshot.is_named(seat.brand, model);
                let key = (seat.category, if is_named { model } else { NOBODY });
                board.deal(seat.brand, seat.deal, key)
            }
            OnBoard::Units => {
                let facts = self.snapshot.facts_at(Kind::Seller, seat.seller);
                let key = (seat.category, seat.brand);
                // Of a variant that no evidence names at this seller nobody spoke, and so for every seller.
                match facts.and_then(|facts| facts.place_of_named(seat.variant)) {
                    Some(named) => board.units(seat.seller, named, key),
                    None => board.unspoken(seat.brand, key),
                }
            }
        }
    }

    #[cold]
    fn looked_up(&self, part: OnBoard, place: Option<Place<'a>>) -> Worked<'a> {
        let rule = |case: &Case<'_>| match part {
            OnBoard::Build => case.build(),
            OnBoard::Deal => case.deal(),
            OnBoard::Units => case.units(),
        };
        let Some(place) = place else {
            return self.answer(None, (NOBODY, NOBODY), rule);
        };
        let worked = self.answer(Some(place.memo()), place.key, rule);
        if let Worked::Before(held) = &worked {
            place.mark(held);
        }
        worked
    }

    /// The remembered answer, or the one that `rule` gives.
    fn answer<K: Copy + PartialEq>(
        &self,
        memo: Option<&'a Memo<K, Part>>,
        key: K,
        rule: impl Fn(&Case<'_>) -> (Part, Option<Instant>),
    ) -> Worked<'a> {
        match memo {
            Some(memo) => match memo.get(key, self.moment.at) {
                Some(held) => Worked::Before(held),
                None => self.remember(memo, key, rule),
            },
            None => Worked::Now(Box::new(self.work_out(self.moment, &rule))),
        }
    }

    /// Works an answer out, from the last thing that was recorded on, and keeps it.
    #[cold]
    fn remember<K: Copy + PartialEq>(
        &self,
        memo: &'a Memo<K, Part>,
        key: K,
        rule: impl Fn(&Case<'_>) -> (Part, Option<Instant>),
    ) -> Worked<'a> {
        let at = self.moment.at;
        let mut from = self.snapshot.last_at();
        for _ in 0..CHANGES_MAX {
            if !memo.has_room() {
                break;
            }
            let held = self.work_out(Moment::at(from), &rule);
            match held.stretch.until().filter(|until| *until <= at) {
                Some(until) => from = until,
                None => {
                    memo.keep(key, held);
                    match memo.get(key, at) {
                        Some(held) => return Worked::Before(held),
                        None => break,
                    }
                }
            }
        }
        Worked::Now(Box::new(self.work_out(self.moment, &rule)))
    }

    fn work_out(
        &self,
        moment: Moment,
        rule: &impl Fn(&Case<'_>) -> (Part, Option<Instant>),
    ) -> Held<Part> {
        let offer = match self.offer {
            Some(offer) => Some(Cow::Borrowed(offer)),
            // No part but the stop-sales that stand under it rests on the listing.
            None => {
                let listing = NOBODY;
                let seat = Seat {
                    listing,
                    ..*self.seat
                };
                self.snapshot.offer(&seat).map(Cow::Owned)
            }
        };
        let (value, until) = match &offer {
            Some(offer) => rule(&Case {
                snapshot: self.snapshot,
                offer,
                under: self.snapshot.under_seat(self.seat),
                moment,
            }),
            None => (Part::closed(), None),
        };
        let stretch = Stretch::new(moment.at, until);
        Held { stretch, value }
    }

    fn judge(&self) -> Judgement<'a> {
        let parts: Parts<Known<'a>> = self.parts();
        let build = parts.build.glance();
        let (mut outcome, mut blocking) = (build.outcome, build.blocking);
        for part in parts.rest.iter() {
            let glance = part.glance();
            outcome = outcome.max(glance.outcome);
            blocking = blocking.and(glance.blocking);
        }
        Judgement {
            outcome,
            blocking,
            at: self.moment.at,
            asked: build.asked,
            asking: *self,
            parts,
        }
    }
}

/// An answer is not remembered if more changes than this lie between the last recorded instant and the one asked.
const CHANGES_MAX: usize = 16;

impl Snapshot {
    /// What is recorded under the scopes of a seat.
    pub(crate) fn under_seat(&self, seat: &Seat) -> Under<'_> {
        Under {
            market: self.facts_at(Kind::Market, seat.market),
            brand: self.facts_at(Kind::Brand, seat.brand),
            seller: self.facts_at(Kind::Seller, seat.seller),
            variant: self.facts_at(Kind::Variant, seat.variant),
        }
    }

    fn asking<'a>(
        &'a self,
        seat: &'a Seat,
        offer: Option<&'a Offer>,
        moment: Moment,
    ) -> Asking<'a> {
        Asking {
            snapshot: self,
            seat,
            offer,
            moment,
            is_present: self.is_own(seat)
                && moment.at >= self.last_at()
                && moment.known_at >= self.last_at(),
        }
    }

    /// Whether an offer may be sold, and which facts say so. A seat of another snapshot's is refused.
    #[must_use]
    pub fn judge<'a>(&'a self, seat: &'a Seat, moment: Moment) -> Judgement<'a> {
        self.asking(seat, None, moment).judge()
    }

    /// Whether an offer may be sold, with all that is known: what a search asks of each that it finds.
    #[must_use]
    pub fn is_sellable(&self, seat: &Seat, at: Instant) -> bool {
        let asking = self.asking(seat, None, Moment::at(at));
        let is_sellable = |part: Known<'_>| part.glance().outcome == Outcome::Sellable;
        let found = |part| Known::found(&asking, part);
        let build = found(OnBoard::Build);
        let asked = build.glance().asked;
        // The first no is enough, so what comes after it is not looked for. What may be sold was asked something: that
        // nothing stops it, at least.
        is_sellable(build)
            && is_sellable(found(OnBoard::Deal))
            && (!asks_units(asked) || is_sellable(found(OnBoard::Units)))
            && asking.stops().all(is_sellable)
    }

    /// Judges many offers, shared among so many threads, and what `tell` makes of each, in their order.
    pub fn judge_all<T: Send>(
        &self,
        seats: &[Seat],
        moment: Moment,
        threads: NonZeroUsize,
        tell: impl Fn(&Judgement<'_>) -> T + Sync,
    ) -> Vec<T> {
        let each = seats.len().div_ceil(threads.get()).max(1);
        let told = std::thread::scope(|scope| {
            let work: Vec<_> = seats
                .chunks(each)
                .map(|seats| {
                    let told = seats.iter().map(|seat| tell(&self.judge(seat, moment)));
                    scope.spawn(|| told.collect::<Vec<T>>())
                })
                .collect();
            work.into_iter()
                .map(|work| {
                    work.join()
                        .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
                })
                .collect::<Vec<_>>()
        });
        told.into_iter().flatten().collect()
    }

    /// Whether an offer may be sold, and why.
    #[must_use]
    pub fn verdict(&self, question: &Question<'_>) -> Verdict {
        let seat = self.find_seat(question.offer);
        self.told(
            &self.asking(&seat, Some(question.offer), question.moment),
            question,
        )
    }

    /// As [`Snapshot::verdict`], with nothing taken from what was worked out before.
    #[must_use]
    pub fn verdict_anew(&self, question: &Question<'_>) -> Verdict {
        let seat = self.find_seat(question.offer);
        let mut asking = self.asking(&seat, Some(question.offer), question.moment);
        asking.is_present = false;
        self.told(&asking, question)
    }

    fn told(&self, asking: &Asking<'_>, question: &Question<'_>) -> Verdict {
        let judgement = asking.judge();
        let because = judgement.because();
        let policy = self.policy(&question.offer.market, question.moment);
        let hosts = policy.map_or(&[][..], |(policy, _)| &policy.hosts);
        let scopes = Scope::of(question.offer, hosts).into_iter();
        Verdict {
            outcome: judgement.outcome,
            networks: because.networks().to_vec(),
            reasons: because.in_order(),
            at: judgement.at,
            holds_until: judgement.holds_until(),
            scopes: scopes
                .map(|scope| {
                    let version = self.version(&scope);
                    (scope, version)
                })
                .collect(),
        }
    }
}
