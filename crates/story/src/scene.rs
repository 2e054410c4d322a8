//! The stage: sets the clock, does what is not done yet, and collects what is told of a step.

use domain::Instant;
use domain::evidence::{Authority, Claim, Reach, SalesAuthorization, Standing};
use domain::id::EvidenceId;
use domain::listing::{Listing, ListingState};
use domain::scope::Scope;
use trade::change::{Change, Draft};
use trade::clock::HandClock;
use trade::data_sets::Input;
use trade::gate::snapshot::Moment;
use trade::offers::{FeedFor, Judged};
use trade::record_book::RecordEntry;
use trade::{Code, Error, FileKind, House};

use crate::cast::{BRAND, MARKET, OPERATOR};
use crate::step::{Detail, Step};

pub struct Scene<'a> {
    pub house: &'a House,
    clock: &'a HandClock,
    tell: &'a mut (dyn FnMut(Step) + Send),
}

/// Where a step is headed: its code, its sentence, whether it is invented.
pub struct Heading {
    pub at: &'static str,
    pub code: &'static str,
    pub title: &'static str,
    pub is_fiction: bool,
}

impl<'a> Scene<'a> {
    pub fn new(
        house: &'a House,
        clock: &'a HandClock,
        tell: &'a mut (dyn FnMut(Step) + Send),
    ) -> Self {
        Self { house, clock, tell }
    }

    /// Begins a step: sets the clock to it. It was done if anything it records is there.
    pub fn begin(&self, heading: &Heading) -> Result<Step, Error> {
        let at: Instant = heading.at.parse()?;
        self.clock.set(at);
        Ok(Step {
            at,
            code: heading.code,
            title: heading.title,
            is_fiction: heading.is_fiction,
            was_done: false,
            details: Vec::new(),
        })
    }

    pub fn end(&mut self, step: Step) {
        (self.tell)(step);
    }

    /// Records a piece of evidence once, and tells of it as it is on the record.
    pub async fn record(&self, step: &mut Step, id: &str, draft: Draft) -> Result<(), Error> {
        let entry = self.recorded(step, id, draft).await?;
        step.details.push(Detail::Evidence(entry));
        Ok(())
    }

    async fn recorded(
        &self,
        step: &mut Step,
        id: &str,
        draft: Draft,
    ) -> Result<Box<RecordEntry>, Error> {
        let id: EvidenceId = id.parse()?;
        let change = self.house.record(draft.with_id(id.clone())).await?;
        step.was_done |= matches!(change, Change::Known(_));
        self.entry(&id).await
    }

    /// A piece of evidence as it is on the record.
    pub async fn entry(&self, id: &EvidenceId) -> Result<Box<RecordEntry>, Error> {
        match self.house.evidence(id).await? {
            Some(entry) => Ok(Box::new(entry)),
            None => Err(Error::new(
                Code::NotFound,
                format!("{id} is not on the record"),
            )),
        }
    }

    pub async fn is_recorded(&self, id: &str) -> Result<bool, Error> {
        Ok(self.house.evidence(&id.parse()?).await?.is_some())
    }

    /// A statement on the brand's products: who said what, in which role.
    pub async fn statement(
        &self,
        step: &mut Step,
        id: &str,
        issuer: &str,
        role: &str,
        words: &str,
    ) -> Result<(), Error> {
        let claim = Claim::Statement {
            role: role.to_owned(),
        };
        let scope = Scope::Brand(BRAND.parse()?);
        let draft = Draft::own(
            scope,
            issuer.parse()?,
            claim,
            "Reports of the week",
            "2016-02",
        );
        self.record(step, id, draft.with_words(words)).await
    }

    /// Takes a seller's feed in, unless `unless_recorded` shows that this was done.
    pub async fn feed(
        &self,
        step: &mut Step,
        seller: &str,
        file: &'static str,
        text: &'static str,
        unless_recorded: &str,
    ) -> Result<(), Error> {
        let input = Input::Bytes(file.to_owned(), text.as_bytes().to_vec());
        let read = self
            .house
            .import(input, Some(FileKind::MerchantFeed), Authority::Own, |_| {})
            .await?;
        let feed = FeedFor {
            market: MARKET.parse()?,
            currency: domain::money::Currency::USD,
            seller: seller.parse()?,
            file: file.to_owned(),
        };
        let mut faults = read.faults;
        if self.is_recorded(unless_recorded).await? {
            faults.extend(self.house.feed_faults(&feed, &read.items).await?);
        } else {
            faults.extend(self.house.take_feed(feed, &read.items).await?.faults);
        }
        step.details.push(Detail::Feed {
            file: file.to_owned(),
            seller: seller.parse()?,
            items: read.items.len(),
            faults,
        });
        Ok(())
    }

    /// A listing by its seller's key; the feed that brings it came before.
    pub async fn listing(&self, seller: &str, sku: &str) -> Result<Listing, Error> {
        let found = self
            .house
            .listing_by_sku(&MARKET.parse()?, &seller.parse()?, sku)
            .await?;
        found.ok_or_else(|| {
            let detail = format!("the story has no listing {sku} of {seller}");
            Error::new(Code::NotFound, detail)
        })
    }

    /// Records a decision on a listing.
    pub async fn decide(
        &self,
        step: &mut Step,
        id: &str,
        (seller, sku): (&str, &str),
        state: ListingState,
        by: &str,
    ) -> Result<(), Error> {
        let listing = self.listing(seller, sku).await?;
        let claim = Claim::ListingDecision {
            listing: listing.id.clone(),
            state,
        };
        let title = match state {
            ListingState::Offered => format!("{} offers it", seller_words(by)),
            _ => "Decision of the operator".to_owned(),
        };
        let draft = Draft::own(
            Scope::Listing(listing.id),
            by.parse()?,
            claim,
            &title,
            "2016",
        );
        let entry = self.recorded(step, id, draft).await?;
        step.details.push(Detail::Decision {
            title: listing.title,
            state,
            entry,
        });
        Ok(())
    }

    /// What the gate said of a listing at the step's instant, with what was known then.
    pub async fn judged(&self, step: &Step, seller: &str, sku: &str) -> Result<Judged, Error> {
        let listing = self.listing(seller, sku).await?;
        let moment = Moment {
            at: step.at,
            known_at: step.at,
        };
        self.house.judge(listing, moment).await
    }

    /// What it had said just before.
    pub async fn judged_before(
        &self,
        step: &Step,
        seller: &str,
        sku: &str,
    ) -> Result<Judged, Error> {
        let listing = self.listing(seller, sku).await?;
        let before = step.at.plus_ms(-1);
        let moment = Moment {
            at: before,
            known_at: before,
        };
        self.house.judge(listing, moment).await
    }

    /// Tells what the gate said of a listing.
    pub async fn verdict(&self, step: &mut Step, seller: &str, sku: &str) -> Result<(), Error> {
        let judged = self.judged(step, seller, sku).await?;
        step.details.push(Detail::Verdict(Box::new(judged)));
        Ok(())
    }
}

fn seller_words(by: &str) -> &'static str {
    if by == OPERATOR {
        "The operator"
    } else {
        "The seller"
    }
}

/// A word of the brand on one seller in the United States.
pub fn brands_word(
    standing: Standing,
    sellers: &[&str],
    categories: Reach<domain::id::Category>,
    models: Reach<domain::id::ModelId>,
) -> Result<Claim, Error> {
    let sellers: Result<Vec<_>, _> = sellers.iter().map(|one| one.parse()).collect();
    Ok(Claim::SalesAuthorization(SalesAuthorization {
        sellers: Reach::Only(sellers?),
        categories,
        models,
        territory: Reach::Only(vec!["US".parse()?]),
        ..SalesAuthorization::of_everything(standing, BRAND.parse()?)
    }))
}
