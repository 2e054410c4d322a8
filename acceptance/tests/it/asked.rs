//! Requests, from what is missing to the answer: asked once, answered once, and no evidence until somebody records it.

use acceptance::on_both;
use acceptance::place::Place;
use acceptance::shop::{self, Shop, Size, id};
use domain::evidence::WithdrawalManner;
use domain::id::{EvidenceId, PartyId};
use domain::{Instant, Period};
use gate::reason::ReasonCode;
use gate::snapshot::Moment;
use trade::change::{Change, Draft};
use trade::desk::Entered;
use trade::expiring::DueFor;
use trade::letters::Post;
use trade::letters::outside::Mail;
use trade::requests::{Answering, GivenAnswer, ItemAnswer, NotAsked, Request, RequestState};
use trade::{Code, House};

use crate::desk::{decided, person};

const SIZE: Size = Size {
    brands: 2,
    listings: 2,
    units: 5,
};
const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// A shop in which both brands have withdrawn their word.
async fn refused(place: &Place) -> Shop {
    let shop = Shop::open(&place.open().await, SIZE).await;
    shop.house.set_post(Post {
        mail: Mail::Folder(place.folder().join("mail")),
        from: "desk@shop.example".parse().expect("an address"),
        url: "https://shop.example/".parse().expect("an address"),
    });
    for shelf in &shop.shelves {
        let withdrawn = shop
            .withdraw(&shelf.authorization, WithdrawalManner::Revoke)
            .await;
        withdrawn.expect("withdraws");
    }
    shop
}

async fn drafted(house: &House) -> (Vec<String>, Vec<NotAsked>) {
    let drafted = house
        .draft_requests(&shop::market(), "clerk", web::claim_sentence)
        .await;
    let drafted = drafted.expect("drafts");
    assert!(!drafted.is_cut);
    let why = drafted.unasked.iter().map(|one| one.why);
    (drafted.requests, why.collect())
}

async fn request(house: &House, request: &str) -> Request {
    house
        .request(request)
        .await
        .expect("reads")
        .expect("is there")
}

/// Sends a request and takes the token of its link out of the letter.
async fn sent(place: &Place, house: &House, request: &str) -> String {
    house.send_request(request).await.expect("is sent");
    let folder = place.folder().join("mail");
    let _before = std::fs::remove_dir_all(&folder);
    let done = house
        .deliver_due(house.now().plus_ms(1000))
        .await
        .expect("delivers");
    assert_eq!(done.sent, 1);
    let mut files = std::fs::read_dir(folder).expect("a folder");
    let file = files.next().expect("a letter").expect("a letter").path();
    let letter = std::fs::read_to_string(file).expect("reads");
    assert!(
        letter.contains("\r\nTo: <legal@brand.example>\r\n"),
        "{letter}"
    );
    let start = "https://shop.example/answer/";
    let at = letter.find(start).expect("a link") + start.len();
    letter[at..]
        .chars()
        .take_while(char::is_ascii_lowercase)
        .collect()
}

async fn asked_of(place: &Place, house: &House, brand: &str) -> (String, String) {
    drafted(house).await;
    house
        .put_contact(&id(brand), "legal@brand.example", "clerk")
        .await
        .expect("is kept");
    let open = house.requests(RequestState::Drafted).await.expect("reads");
    if let Some(row) = open.iter().find(|row| row.party.as_str() == brand) {
        let token = sent(place, house, &row.id).await;
        return (row.id.clone(), token);
    }
    panic!("nothing was drafted for {brand}");
}

fn answering(answers: &[(u32, ItemAnswer)]) -> Answering {
    Answering {
        name: "A. Person".to_owned(),
        remark: "As agreed".to_owned(),
        items: answers
            .iter()
            .map(|(number, answer)| GivenAnswer {
                number: *number,
                answer: *answer,
                identifier: String::new(),
            })
            .collect(),
        document: None,
    }
}

async fn is_dead(house: &House, token: &str) -> bool {
    let error = house.asked_by_link(token).await.err();
    error.is_some_and(|error| error.code == Code::LinkNotGood)
}

/// The codes that keep the first listing of the first brand off sale.
fn blocking(house: &House) -> Vec<ReasonCode> {
    let verdict = house.verdict(&shop::offer(0, 0), Moment::at(house.present()));
    verdict.blocking().map(|reason| reason.code).collect()
}

on_both! {
    async fn each_issuer_is_asked_once_for_all_that_it_can_supply(place: &Place) {
        let shop = refused(place).await;
        let house = &shop.house;
        let (requests, unasked) = drafted(house).await;
        assert_eq!((requests.len(), unasked.len()), (2, 0), "one for each brand");
        for one in &requests {
            let found = request(house, one).await;
            // Two listings of one model need one word of its brand.
            assert_eq!(found.items.len(), 1);
            assert_eq!(found.items[0].item.offers, 2);
            assert_eq!(found.row.state, RequestState::Drafted);
        }
        let (again, unasked) = drafted(house).await;
        assert_eq!(again.len(), 0);
        assert_eq!(unasked, [NotAsked::AskedAlready, NotAsked::AskedAlready]);

        // Two who draft at once draft it once.
        for one in &requests {
            house.close_request(one).await.expect("closes");
        }
        let (one, other) = (house.clone(), house.clone());
        let one = tokio::spawn(async move { drafted(&one).await.0.len() });
        let other = tokio::spawn(async move { drafted(&other).await.0.len() });
        assert_eq!(one.await.expect("ends") + other.await.expect("ends"), 2);
        shop.house.clone().close().await;
    }

    async fn a_request_needs_an_address_and_its_letter_can_be_changed_until_it_is_sent(place: &Place) {
        let shop = refused(place).await;
        let house = &shop.house;
        let (requests, _) = drafted(house).await;
        let one = &requests[0];
        let party: PartyId = request(house, one).await.row.party;
        let code = |error: Result<(), trade::Error>| error.expect_err("is refused").code;
        assert_eq!(code(house.send_request(one).await), Code::NoContact);
        assert_eq!(code(house.put_contact(&party, "a@b\r\nBcc: c@d.example", "x").await), Code::InvalidInput);
        assert_eq!(code(house.put_contact(&id("nobody"), "a@b.example", "x").await), Code::NotFound);
        house.put_contact(&party, "legal@brand.example", "clerk").await.expect("is kept");
        assert_eq!(code(house.edit_request(one, "  ", "Text").await), Code::InvalidInput);
        house.edit_request(one, "Please\r\nBcc: x", "Our own words").await.expect("is changed");
        sent(place, house, one).await;
        let found = request(house, one).await;
        assert_eq!((found.row.subject.as_str(), found.row.state), ("Please  Bcc: x", RequestState::Sent));
        assert_eq!(code(house.edit_request(one, "Late", "Late").await), Code::StateConflict);
        house.close_request(one).await.expect("closes");
        assert_eq!(code(house.send_request(one).await), Code::StateConflict);
        assert_eq!(code(house.close_request(one).await), Code::StateConflict);
        assert_eq!(code(house.close_request("rq-none").await), Code::NotFound);
        shop.house.clone().close().await;
    }

    async fn a_link_takes_one_answer_and_looking_at_it_changes_nothing(place: &Place) {
        let shop = refused(place).await;
        let house = &shop.house;
        let (asked, token) = asked_of(place, house, "brand-0").await;
        for _ in 0..3 {
            let shown = house.asked_by_link(&token).await.expect("is open");
            assert_eq!(shown.row.id, asked);
        }
        assert_eq!(request(house, &asked).await.row.state, RequestState::Sent);
        let faulty = house.answer_request(&token, answering(&[(1, ItemAnswer::Document), (7, ItemAnswer::Refused)])).await;
        let faulty = faulty.expect_err("two faults");
        assert!(faulty.detail.contains("Point 1") && faulty.detail.contains("Point 7"), "{faulty}");

        // Several at once: one is heard.
        let position = house.snapshot().next_position();
        let answers = [ItemAnswer::Confirmed, ItemAnswer::Refused, ItemAnswer::Confirmed, ItemAnswer::Refused];
        let work = answers.map(|answer| {
            let (house, token) = (house.clone(), token.clone());
            tokio::spawn(async move { house.answer_request(&token, answering(&[(1, answer)])).await })
        });
        let mut heard = Vec::new();
        for (answer, done) in answers.into_iter().zip(work) {
            match done.await.expect("ends") {
                Ok(()) => heard.push(answer),
                Err(error) => assert_eq!(error.code, Code::LinkNotGood, "{error}"),
            }
        }
        assert_eq!(heard.len(), 1);
        let found = request(house, &asked).await;
        assert_eq!((found.row.state, found.items[0].answer), (RequestState::Answered, Some(heard[0])));
        assert_eq!(found.row.answered_by.as_deref(), Some("A. Person"));
        assert!(is_dead(house, &token).await);
        house.follow().await.expect("follows");
        assert_eq!(house.snapshot().next_position(), position, "an answer is no evidence");
        shop.house.clone().close().await;
    }

    async fn a_link_that_is_over_replaced_or_closed_is_as_good_as_none(place: &Place) {
        let shop = refused(place).await;
        let house = &shop.house;
        let (asked, first) = asked_of(place, house, "brand-0").await;
        let second = sent(place, house, &asked).await;
        assert!(is_dead(house, &first).await, "replaced");
        assert!(!is_dead(house, &second).await);
        for made_up in ["", "x", &"a".repeat(64), &"A".repeat(64), &second[1..], &format!("{second}a")] {
            assert!(is_dead(house, made_up).await, "{made_up}");
        }
        let hand = place.hand().await;
        let texts = hand.texts("SELECT link_hash FROM requests WHERE link_hash IS NOT NULL").await;
        assert!(texts.iter().flatten().all(|hash| *hash != second), "the token itself is not kept");
        let until = request(house, &asked).await.row.link_until.expect("has an end");
        let days = (until.epoch_ms() - house.now().epoch_ms()) as f64 / DAY_MS as f64;
        assert!((29.9..30.1).contains(&days), "{days}");
        hand.run("UPDATE requests SET link_until = 1 WHERE state = 'sent'").await;
        assert!(is_dead(house, &second).await, "over");
        let late = house.answer_request(&second, answering(&[(1, ItemAnswer::Confirmed)])).await;
        assert_eq!(late.expect_err("over").code, Code::LinkNotGood);
        let third = sent(place, house, &asked).await;
        house.close_request(&asked).await.expect("closes");
        assert!(is_dead(house, &third).await, "closed");
        shop.house.clone().close().await;
    }

    async fn a_refusal_is_recorded_by_one_person_and_a_yes_waits_for_a_second(place: &Place) {
        let shop = refused(place).await;
        let house = &shop.house;
        assert_eq!(blocking(house), [ReasonCode::AuthorizationWithdrawn]);
        let (asked, token) = asked_of(place, house, "brand-0").await;
        let mut yes = answering(&[(1, ItemAnswer::Confirmed)]);
        yes.document = Some(("letter.pdf".to_owned(), b"%PDF-1.7".to_vec()));
        house.answer_request(&token, yes).await.expect("is heard");
        let drafts = house.answer_drafts(&asked).await.expect("reads");
        assert_eq!((drafts.len(), drafts[0].says_no), (1, false));
        let kept = drafts[0].draft.document.clone().expect("came along");
        assert_eq!(house.document(&kept).await.expect("reads").expect("is kept").bytes, b"%PDF-1.7");
        let one = person(house, "one@operator.example").await;
        let other = person(house, "other@operator.example").await;
        let entered = house.enter_answer(&asked, 1, &one).await.expect("is entered");
        let Entered::Waiting(waiting) = entered else { panic!("it would open a sale") };
        assert_eq!(blocking(house), [ReasonCode::AuthorizationWithdrawn]);
        decided(house, &waiting.id, &other).await.expect("is approved");
        assert_eq!(blocking(house), []);
        assert!(house.answer_drafts(&asked).await.expect("reads").is_empty());

        let (asked, token) = asked_of(place, house, "brand-1").await;
        house.answer_request(&token, answering(&[(1, ItemAnswer::Refused)])).await.expect("is heard");
        let first = house.enter_answer(&asked, 1, &one).await.expect("one person may");
        assert!(matches!(first, Entered::Recorded(Change::Recorded(_))));
        let offer = shop::offer(1, 0);
        let verdict = house.verdict(&offer, Moment::at(house.present()));
        let codes: Vec<_> = verdict.blocking().map(|reason| reason.code).collect();
        assert_eq!(codes, [ReasonCode::AuthorizationWithdrawn, ReasonCode::AuthorizationDenied]);
        assert_eq!(house.enter_answer(&asked, 1, &one).await.expect_err("done").code, Code::NotFound);
        shop.house.clone().close().await;
    }

    async fn what_ends_soon_is_said_once_at_each_stage(place: &Place) {
        let shop = refused(place).await;
        let house = &shop.house;
        let now = house.present();
        house.put_user(shop::operator(), "clerk@shop.example", "a long password".to_owned()).await.expect("is added");
        house.remind(now).await.expect("reminds");
        let letters = || async { house.letters().await.expect("reads").len() };
        let before = letters().await;
        let end = now.plus_ms(100 * DAY_MS);
        let evidence: EvidenceId = id("ev-ends");
        let draft = shop::authorizes(&shop::brand(0));
        let draft = Draft { dated: String::new(), ..draft };
        let draft = draft.with_id(evidence.clone()).valid(Period::between(now, end));
        house.record(draft.clone()).await.expect("is recorded");
        let ends = |days: i64| end.plus_ms(-days * DAY_MS);
        let due = |at: Instant| {
            let evidence = evidence.clone();
            async move {
                let found = house.expiring(at).await.expect("reads");
                let own = found.due.into_iter().find(|one| one.recorded.evidence.id == evidence);
                own.map(|one| (one.why, one.is_urgent(at)))
            }
        };
        assert_eq!(due(ends(31)).await, None);
        assert_eq!(due(ends(30)).await, Some((DueFor::Ending(end), false)));
        assert_eq!(due(ends(7)).await, Some((DueFor::Ending(end), true)));
        assert_eq!(due(end).await, None, "it is over");
        for (days, said) in [(31, 0), (30, 1), (29, 0), (7, 1), (1, 0)] {
            assert_eq!(house.remind(ends(days)).await.expect("reminds"), said, "{days} days before");
        }
        assert_eq!(letters().await, before + 2);

        // Renewed by one click; said again, nothing is due.
        let brand: PartyId = id("brand-0");
        let drafted = house.draft_renewal(&brand, ends(7), "clerk", web::claim_sentence).await.expect("drafts");
        assert_eq!(drafted.requests.len(), 1);
        let found = request(house, &drafted.requests[0]).await;
        assert!(found.items.iter().any(|one| one.item.renews == Some(evidence.clone())), "{found:?}");
        let again = Draft { dated: String::new(), ..shop::authorizes(&shop::brand(0)) };
        house.record(again).await.expect("is recorded");
        assert_eq!(due(ends(7)).await, None, "it was said again, without an end");
        shop.house.clone().close().await;
    }

    async fn old_evidence_is_to_be_confirmed_and_late_answers_are_told(place: &Place) {
        let shop = Shop::open(&place.open().await, SIZE).await;
        let house = &shop.house;
        // The shop's certifications are dated 2016-02-01.
        let before: Instant = "2017-01-30T23:59:59Z".parse().expect("an instant");
        let after: Instant = "2017-01-31".parse().expect("an instant");
        let confirming = |at: Instant| async move {
            let found = house.expiring(at).await.expect("reads").due;
            found.iter().filter(|one| matches!(one.why, DueFor::Confirming(_))).count()
        };
        // Nothing is in force before it was valid, and these are valid since ever.
        assert_eq!(confirming(before).await, 0);
        assert_eq!(confirming(after).await, SIZE.brands * SIZE.listings + SIZE.brands);
        shop.house.clone().close().await;
    }

    async fn a_request_without_an_answer_is_overdue_after_fourteen_days(place: &Place) {
        let shop = refused(place).await;
        let house = &shop.house;
        house.put_user(shop::operator(), "clerk@shop.example", "a long password".to_owned()).await.expect("is added");
        let (asked, token) = asked_of(place, house, "brand-0").await;
        let sent_at = request(house, &asked).await.row.sent_at.expect("was sent");
        let overdue = |days: i64| async move {
            let found = house.expiring(sent_at.plus_ms(days * DAY_MS)).await.expect("reads");
            found.overdue.len()
        };
        assert_eq!((overdue(13).await, overdue(14).await), (0, 1));
        assert!(request(house, &asked).await.is_overdue(sent_at.plus_ms(14 * DAY_MS)));
        let late = sent_at.plus_ms(14 * DAY_MS);
        assert!(house.remind(late).await.expect("reminds") >= 1);
        assert_eq!(house.remind(late).await.expect("reminds"), 0);
        house.answer_request(&token, answering(&[(1, ItemAnswer::Refused)])).await.expect("is heard");
        assert_eq!(overdue(14).await, 0);
        shop.house.clone().close().await;
    }
}
