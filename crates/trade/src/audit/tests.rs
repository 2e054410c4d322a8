//! As many answers as rows, in their order; no number of a unit comes out again; what to ask is gathered.

use super::*;
use crate::clock::SystemClock;
use crate::house::HouseOptions;
use feeds::goods::GoodsSink;

/// A house that knows nothing but what comes with the program.
async fn house() -> (tempfile::TempDir, House) {
    let folder = tempfile::tempdir().expect("a folder");
    let house = House::open(HouseOptions::new(folder.path(), Arc::new(SystemClock))).await;
    (folder, house.expect("opens"))
}

fn asked(market: &str) -> AuditFor {
    AuditFor {
        market: market.parse().expect("an id"),
        starter: None,
        networks: Vec::new(),
        seller: None,
        category: "smartphone".parse().expect("an id"),
        at: None,
    }
}

#[derive(Default)]
struct Kept(Vec<Goods>);

impl GoodsSink for Kept {
    fn head(&mut self, _: Head) {}

    fn row(&mut self, goods: Goods) -> bool {
        self.0.push(goods);
        true
    }

    fn progress(&mut self, _: u64, _: u64) {}
}

fn rows_of(text: &str) -> Vec<Goods> {
    let mut kept = Kept::default();
    feeds::goods::read_goods("list.csv", text.as_bytes(), None, &mut kept).expect("reads");
    kept.0
}

#[tokio::test]
async fn there_are_as_many_answers_as_rows_and_in_their_order() {
    let (_folder, house) = house().await;
    let mut auditor = house.auditor(&asked("us")).await.expect("ready");
    let words = [
        "Xiaomi Mi 4i",
        "Galaxy S7",
        "case for Mi 4i",
        "",
        "\"",
        "490154203237518",
        "x",
    ];
    let mut text = "title,brand,price\n".to_owned();
    // Enough for several chunks, and for both threads.
    for number in 0..5_000_usize {
        let word = words[number % words.len()];
        text.push_str(&format!("{word},Brand {},{number}\n", number % 3));
    }
    let rows = rows_of(&text);
    let lines: Vec<u64> = rows.iter().map(|row| row.line).collect();
    let mut answered = Vec::new();
    for chunk in rows.chunks(1_234) {
        let some;
        (auditor, some) = auditor.answer(chunk.to_vec()).await.expect("answers");
        assert_eq!(some.len(), chunk.len());
        answered.extend(some);
    }
    assert_eq!(
        answered
            .iter()
            .map(|row| row.goods.line)
            .collect::<Vec<_>>(),
        lines
    );
    assert!(answered.iter().all(|row| !row.why().is_empty()));
    let told = |came| answered.iter().filter(|row| row.came == came).count();
    for came in [Came::Refused, Came::Aside, Came::Unmatched, Came::Unread] {
        assert!(told(came) > 0, "{came:?}");
    }
    // No number of a unit comes out again.
    let said = |row: &Audited| {
        Column::ALL
            .map(|column| row.goods.said(column).to_owned())
            .concat()
    };
    assert!(
        answered
            .iter()
            .all(|row| !said(row).contains("490154203237518"))
    );
    house.close().await;
}

#[tokio::test]
async fn what_is_missing_is_asked_of_each_once_with_the_devices() {
    let (_folder, house) = house().await;
    let auditor = house.auditor(&asked("us")).await.expect("ready");
    let rows = rows_of("title\nXiaomi Mi 4i\nXiaomi Mi 4i 16GB\nSAMSUNG Galaxy S7 SM-G930F\n");
    let (auditor, answered) = auditor.answer(rows).await.expect("answers");
    assert!(
        answered.iter().all(|row| row.came == Came::Refused),
        "{answered:?}"
    );
    let requests = auditor.requests().drafted();
    let host = requests
        .iter()
        .find(|one| one.who == "T-Mobile")
        .expect("asked");
    assert_eq!(host.devices, 2);
    // Once under each of the two things that are asked of it.
    let times = host.text.matches("Xiaomi Mi 4i\n").count();
    assert_eq!(times, 2, "{}", host.text);
    let brand = requests
        .iter()
        .find(|one| one.who == "Xiaomi")
        .expect("asked");
    assert_eq!(brand.devices, 1);
    assert!(brand.text.contains("authorise"), "{}", brand.text);
    let missing = house.auditor(&asked("fr")).await.map(drop);
    assert_eq!(missing.map_err(|error| error.code), Err(Code::NotFound));
    house.close().await;
}
