//! Does a part of the atlas answer as the whole does, whatever lists say?

use std::sync::Arc;

use catalogue::identity::{self, Missing};
use domain::evidence::Authority;
use store::db::{Job, Tx};

use super::{build, keeper};
use crate::clock::SystemClock;
use crate::data_sets::Input;
use crate::error::Error;
use crate::house::{House, HouseOptions};

/// A draw from a few words, so that names, codes and brands meet by chance.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("31 bits") % limit
    }

    fn of<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words[self.below(words.len())]
    }
}

const CASES: u64 = 12;
const BRANDS: [&str; 5] = ["Acme", "ACME", "Redmi", "Xiaomi", ""];
const NAMES: [&str; 8] = [
    "One",
    "one",
    "Two AC-1001",
    "Redmi 3",
    "Three",
    "Android",
    "AC-2002",
    "A1",
];
const CODES: [&str; 6] = ["AC-1001", "AC-2002", "A1", "One", "Android", "AC 1001"];
const TACS: [&str; 4] = ["35647101", "35647102", "35647103", "3564710"];
const SLUGS: [&str; 4] = ["acme_one-1", "acme_three-2", "xiaomi_redmi_3-3", "phones-4"];

fn google(dice: &mut Dice) -> String {
    let mut text = "Retail Branding,Marketing Name,Device,Model\n".to_owned();
    for _ in 0..dice.below(12) {
        let row = [
            dice.of(&BRANDS),
            dice.of(&NAMES),
            dice.of(&["uno", "dos"]),
            dice.of(&CODES),
        ];
        text += &format!("{}\n", row.join(","));
    }
    text
}

fn osmocom(dice: &mut Dice) -> String {
    let mut text =
        "(c) somebody\ntac,name,name,contributor,comment,gsmarena,gsmarena,aka\n".to_owned();
    for _ in 0..dice.below(12) {
        let (tac, brand, name) = (dice.of(&TACS), dice.of(&BRANDS), dice.of(&NAMES));
        let (slug, aka) = (dice.of(&SLUGS), dice.of(&NAMES));
        text += &format!("{tac},{brand},{name},,,http://www.gsmarena.com/{slug}.php,,{aka}\n");
    }
    text
}

fn samsung(dice: &mut Dice) -> String {
    let mut text = "tac,model,model2\n".to_owned();
    for _ in 0..dice.below(8) {
        text += &format!(
            "{},{},{}\n",
            dice.of(&TACS),
            dice.of(&CODES),
            dice.of(&CODES)
        );
    }
    text
}

fn sheets(dice: &mut Dice) -> String {
    let mut text = String::new();
    for _ in 0..1 + dice.below(6) {
        let (brand, name, code) = (dice.of(&BRANDS[..4]), dice.of(&NAMES), dice.of(&CODES));
        let band = dice.of(&["1, 3", "2, 4", "41"]);
        text += &format!(
            "{{\"Brand\":\"{brand}\",\"Model Name\":\"{brand} {name}\",\"Technology\":\"LTE\",\"4G bands\":\"{band}\",\"Models\":\"{code}\"}}\n"
        );
    }
    text
}

/// The answer to each text, from the part that it needs.
struct Parts(Vec<String>);

type Said = Result<(String, Vec<(String, String, Vec<String>)>), String>;

impl Job for Parts {
    type Out = Vec<(Said, Said)>;
    type Err = Error;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Self::Out, Error> {
        let sets = keeper::sets(tx).await?;
        let whole = build::read(tx, Arc::clone(&sets)).await?;
        let mut answers = Vec::new();
        for text in &self.0 {
            let (part, of_part) = keeper::part(tx, &sets, text).await?.expect("few keys");
            let of_whole = identity::find(&whole.claims, text, &mut Missing::new());
            answers.push((said(&part, of_part, text), said(&whole, of_whole, text)));
        }
        Ok(answers)
    }
}

/// An answer in words that do not depend on how rows are numbered.
fn said(atlas: &super::Atlas, answer: identity::Answer, text: &str) -> Said {
    match atlas.one(answer, text) {
        Ok(Some(device)) => {
            let claims = &atlas.claims;
            let rows = device.rows.iter().map(|row| {
                let codes = claims.codes(*row).map(str::to_owned).collect();
                (
                    claims.brand(*row).to_owned(),
                    claims.model(*row).to_owned(),
                    codes,
                )
            });
            let title = format!(
                "{} {:?} {:?}",
                atlas.called(device.title),
                device.basis,
                device.codes_meant
            );
            Ok((title, rows.collect()))
        }
        Ok(None) => Err("nothing".to_owned()),
        Err(error) => Err(format!("{} {:?}", error.detail, error.candidates)),
    }
}

#[tokio::test]
async fn a_part_answers_as_the_whole_whatever_lists_say() {
    let mut kinds = [0_usize; 3];
    for seed in 0..CASES {
        let mut dice = Dice(seed);
        let folder = tempfile::tempdir().expect("a folder");
        let house = House::open(HouseOptions::new(folder.path(), Arc::new(SystemClock)));
        let house = house.await.expect("opens");
        let lists = [
            (feeds::Kind::GoogleDevices, google(&mut dice)),
            (feeds::Kind::OsmocomTacs, osmocom(&mut dice)),
            (feeds::Kind::SamsungTacs, samsung(&mut dice)),
            (feeds::Kind::GsmarenaSheets, sheets(&mut dice)),
        ];
        for (kind, text) in lists {
            let input = Input::Bytes(format!("{kind}"), text.into_bytes());
            let read = house
                .import(input, Some(kind), Authority::PublicList, |_| {})
                .await;
            read.expect("is read");
        }
        let texts = BRANDS
            .iter()
            .flat_map(|brand| NAMES.map(|name| format!("{brand} {name}")));
        let asked = [&CODES[..], &TACS, &["uno", "dos", "3100"]].concat();
        let texts: Vec<String> = texts.chain(asked.into_iter().map(str::to_owned)).collect();
        let answers = house.db.read(Parts(texts.clone())).await.expect("is read");
        for (text, (of_part, of_whole)) in texts.iter().zip(&answers) {
            assert_eq!(of_part, of_whole, "seed {seed}: {text}");
            kinds[match of_whole {
                Ok(_) => 0,
                Err(why) if why == "nothing" => 1,
                Err(_) => 2,
            }] += 1;
        }
        house.close().await;
    }
    assert!(
        kinds.iter().all(|count| *count > 10),
        "{kinds:?} shows too little"
    );
}
