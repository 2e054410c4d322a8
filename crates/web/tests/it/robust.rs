//! Requests made from the API's own document, with harm in them: none breaks anything, and each answer is one that the
//! document has.
//!
//! `PASSBAND_TEST_CASES` asks for more of them, `PASSBAND_TEST_SEED` for the house of one seed alone.

use std::collections::BTreeMap;

use axum::http::Method;
use domain::member::{MemberRole, TokenScope};
use serde_json::{Map, Value, json};
use web::openapi;

use crate::api_rows::{Named, Row, Sent, rows};
use crate::cast::program;
use crate::harness::{Answer, OPERATOR, Site};
use crate::injection::{escaped, payloads};
use crate::schema::{faults, resolved};

/// Requests in each run, unless said otherwise.
const REQUESTS: u64 = 2_500;
/// Requests to one house; the next has a seed of its own.
const PER_HOUSE: u64 = 2_500;
/// Faults that are told of a house, each once.
const FAULTS_TOLD_MAX: usize = 20;
/// How deep a body is made.
const DEPTH_MAX: u32 = 6;

/// Chance that can be had again (SplitMix64).
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^= mixed >> 31;
        usize::try_from(mixed % end as u64).expect("it is below a length")
    }

    fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    fn one<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }
}

/// Where everything comes from.
struct Source<'a> {
    dice: Dice,
    document: &'a Value,
    named: &'a Named,
    words: &'a [String],
}

impl Source<'_> {
    fn text(&mut self) -> String {
        let dice = &mut self.dice;
        match dice.below(12) {
            0 => String::new(),
            1 => "x".repeat(1 + dice.below(3_000)),
            2 => "\u{0}".to_owned(),
            3 => "\u{1F4A9}".repeat(1 + dice.below(70)),
            4 => dice.below(1 << 40).to_string(),
            5 => "-1".to_owned(),
            6 => (*dice.one(&[
                "2016-02-01",
                "2016-13-40",
                "9999-12-31",
                "0000-01-01",
                "2016-02-01T00:00:00Z",
                "-262144-01-01",
            ]))
            .to_owned(),
            7 => {
                let known = [
                    "brand:xiaomi",
                    "us",
                    "xiaomi",
                    "tmobile-us",
                    "xiaomi.2014819",
                    "omni-electronics",
                    "{listing}",
                    "{evidence}",
                    "{data_set}",
                    "{draft}",
                    "{member}",
                    "{request}",
                ];
                self.named.path(known[dice.below(known.len())])
            }
            _ => dice.one(self.words).clone(),
        }
    }

    fn number(&mut self) -> Value {
        let odd = [
            json!(0),
            json!(-1),
            json!(1),
            json!(i64::MAX),
            json!(i64::MIN),
            json!(u64::MAX),
            json!(1e308),
            json!(0.5),
            json!(2_147_483_648_i64),
        ];
        self.dice.one(&odd).clone()
    }

    /// Something that a field may be sent, whatever it should be.
    fn anything(&mut self, depth: u32) -> Value {
        match self.dice.below(if depth >= DEPTH_MAX { 4 } else { 6 }) {
            0 => Value::Null,
            1 => json!(self.dice.chance(50)),
            2 => self.number(),
            3 => json!(self.text()),
            4 => Value::Array(
                (0..self.dice.below(4))
                    .map(|_| self.anything(depth + 1))
                    .collect(),
            ),
            _ => {
                let fields =
                    (0..self.dice.below(4)).map(|_| (self.text(), self.anything(depth + 1)));
                Value::Object(fields.collect::<Map<_, _>>())
            }
        }
    }

    /// A value of a schema, mostly.
    fn of(&mut self, schema: &Value, depth: u32) -> Value {
        let document = self.document;
        let schema = resolved(document, schema);
        if self.dice.chance(8) || depth >= DEPTH_MAX {
            return self.anything(depth);
        }
        if let Some(known) = schema["enum"].as_array() {
            return self.dice.one(known).clone();
        }
        if let Some(choices) = schema["oneOf"].as_array() {
            let choice = self.dice.one(choices).clone();
            return self.of(&choice, depth + 1);
        }
        let kind = match &schema["type"] {
            Value::Array(names) => self.dice.one(names).clone(),
            name => name.clone(),
        };
        match kind.as_str() {
            Some("object") => {
                let mut body = Map::new();
                for (name, of_it) in schema["properties"].as_object().into_iter().flatten() {
                    if self.dice.chance(75) {
                        body.insert(name.clone(), self.of(of_it, depth + 1));
                    }
                }
                if self.dice.chance(5) {
                    body.insert(self.text(), self.anything(depth + 1));
                }
                Value::Object(body)
            }
            Some("array") => {
                let count = *self.dice.one(&[0, 1, 1, 2, 3, 60]);
                Value::Array(
                    (0..count)
                        .map(|_| self.of(&schema["items"], depth + 1))
                        .collect(),
                )
            }
            Some("integer") => match self.dice.chance(50) {
                true => json!(self.dice.below(5)),
                false => self.number(),
            },
            Some("boolean") => json!(self.dice.chance(50)),
            Some("null") => Value::Null,
            _ => json!(self.text()),
        }
    }

    /// A good body with harm in a few of its places.
    fn spoilt(&mut self, value: &Value, depth: u32) -> Value {
        if self.dice.chance(12) {
            return self.anything(depth);
        }
        match value {
            Value::Object(fields) => {
                let kept = fields
                    .iter()
                    .filter(|_| !self.dice.chance(4))
                    .collect::<Vec<_>>();
                let spoilt = kept
                    .into_iter()
                    .map(|(name, value)| (name.clone(), self.spoilt(value, depth + 1)));
                Value::Object(spoilt.collect())
            }
            Value::Array(values) => Value::Array(
                values
                    .iter()
                    .map(|value| self.spoilt(value, depth + 1))
                    .collect(),
            ),
            other => other.clone(),
        }
    }

    fn bytes(&mut self, good: &[u8]) -> Vec<u8> {
        let mut bytes = good.to_vec();
        for _ in 0..self.dice.below(6) {
            let at = self.dice.below(bytes.len().max(1));
            match self.dice.below(4) {
                0 => bytes.truncate(at),
                1 => bytes.insert(
                    at.min(bytes.len()),
                    *self.dice.one(b"\0\"'<>{}[],;=\n\r\t\xff"),
                ),
                2 if !bytes.is_empty() => bytes[at] ^= 1 << self.dice.below(8),
                _ => {
                    let word = self.text().into_bytes();
                    let at = at.min(bytes.len());
                    bytes.splice(at..at, word);
                }
            }
        }
        bytes
    }
}

/// What one request was, to be told where it fails.
struct Sending {
    method: Method,
    path: String,
    kind: &'static str,
    body: Vec<u8>,
    headers: Vec<(&'static str, String)>,
}

fn sending(source: &mut Source<'_>, row: &Row) -> Sending {
    let operation = &source.document["paths"][row.path][row.method.as_str().to_lowercase()].clone();
    let mut path = row.path.to_owned();
    for part in row.path.split('/').filter(|part| part.starts_with('{')) {
        if source.dice.chance(25) {
            path = path.replace(part, &escaped(&source.text()));
        }
    }
    path = source.named.path(&path);
    let mut pairs: Vec<String> = Vec::new();
    if source.dice.chance(60) {
        pairs.extend(
            row.query
                .trim_start_matches('?')
                .split('&')
                .filter(|pair| !pair.is_empty())
                .map(str::to_owned),
        );
    }
    for parameter in operation["parameters"].as_array().into_iter().flatten() {
        let name = parameter["name"].as_str().expect("a name");
        if parameter["in"] == "query" && source.dice.chance(40) {
            let value = match source.of(&parameter["schema"], 0) {
                Value::String(text) => text,
                other => other.to_string(),
            };
            pairs.push(format!("{name}={}", escaped(&value)));
        }
    }
    if !pairs.is_empty() {
        path = format!("{path}?{}", pairs.join("&"));
    }
    let (kind, body) = match &row.sent {
        Sent::Nothing => ("", Vec::new()),
        Sent::Json(good) => {
            let good: Value =
                serde_json::from_str(&source.named.path(&good.to_string())).expect("JSON");
            let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
            let value = match source.dice.chance(50) {
                true => source.spoilt(&good, 0),
                false => source.of(schema, 0),
            };
            let text = value.to_string().into_bytes();
            let text = if source.dice.chance(5) {
                source.bytes(&text)
            } else {
                text
            };
            ("application/json", text)
        }
        Sent::Toml => (
            "application/toml",
            source.bytes(crate::api_rows::POLICY.as_bytes()),
        ),
        Sent::File(text) => ("application/octet-stream", source.bytes(text.as_bytes())),
        Sent::Csv(text) => ("text/csv", source.bytes(text.as_bytes())),
    };
    let mut headers = Vec::new();
    let odd = [
        "idempotency-key",
        "if-none-match",
        "accept",
        "origin",
        "cookie",
        "x-forwarded-for",
        "range",
        "content-encoding",
    ];
    for name in odd {
        let is_wanted = name == "idempotency-key" && source.dice.chance(70);
        if is_wanted || source.dice.chance(2) {
            let value: String = source
                .text()
                .chars()
                .filter(|c| (' '..='~').contains(c))
                .take(400)
                .collect();
            headers.push((name, value));
        }
    }
    Sending {
        method: row.method.clone(),
        path,
        kind,
        body,
        headers,
    }
}

/// What of an answer the document does not have.
fn outside(document: &Value, row: &Row, answer: &Answer) -> Vec<String> {
    let status = answer.status.as_u16();
    if answer.status.is_server_error() && status != 503 {
        return vec!["it broke".to_owned()];
    }
    let operation = &document["paths"][row.path][row.method.as_str().to_lowercase()];
    let of_status = &operation["responses"][status.to_string()];
    let response = match of_status.is_object() {
        true => of_status,
        // Any problem may be the default; nothing else may.
        false if status >= 400 => &operation["responses"]["default"],
        false => return vec![format!("{status} is not documented")],
    };
    let kind = answer
        .header("content-type")
        .split(';')
        .next()
        .unwrap_or_default();
    if answer.body.is_empty() && (status == 204 || status == 304) {
        return Vec::new();
    }
    let content = &response["content"][kind];
    if !content.is_object() {
        return vec![format!("{status} with {kind:?} is not documented")];
    }
    if !kind.ends_with("json") || kind == "application/jsonl" {
        return Vec::new();
    }
    match serde_json::from_slice(&answer.body) {
        Ok(value) => faults(document, &content["schema"], &value, ""),
        Err(error) => vec![format!("no JSON: {error}")],
    }
}

/// Ends a session or takes somebody's rights away: tried in the matrix, and in the way here.
fn ends(row: &Row) -> bool {
    row.method != Method::GET
        && ["/api/v1/sessions", "/api/v1/members"]
            .iter()
            .any(|start| row.path.starts_with(start))
}

async fn one_house(
    seed: u64,
    requests: u64,
    document: &Value,
    tally: &mut [u64; 6],
) -> BTreeMap<String, String> {
    let mut faults = BTreeMap::new();
    let (site, cast) = Site::of_the_story().await;
    let named = Named::of(&site, &cast).await;
    let brand = site
        .session_as("xiaomi", "clerk@xiaomi.example", MemberRole::Clerk)
        .await;
    let reader = site
        .session_as(OPERATOR, "reader@us-mobile.example", MemberRole::Reader)
        .await;
    let (_, token) = program(&site, &site.operator, &TokenScope::ALL, 30).await;
    let askers = [
        None,
        Some(&site.operator),
        Some(&site.operator),
        Some(&site.operator),
        Some(&brand),
        Some(&reader),
        Some(&token),
    ];
    let words = payloads();
    let rows: Vec<Row> = rows().into_iter().filter(|row| !ends(row)).collect();
    let mut source = Source {
        dice: Dice(seed),
        document,
        named: &named,
        words: &words,
    };
    for number in 0..requests {
        if number % 50 == 0 {
            site.house.follow().await.expect("follows");
        }
        let row = source.dice.one(&rows);
        let asker = *source.dice.one(&askers);
        let sending = sending(&mut source, row);
        let mut ask = site.ask(sending.method.clone(), &sending.path);
        if !sending.kind.is_empty() {
            ask = ask.bytes(sending.kind, sending.body.clone());
        }
        for (name, value) in &sending.headers {
            ask = ask.header(name, value);
        }
        if let Some(token) = asker {
            ask = ask.bearer(token);
        }
        let answer = ask.send().await;
        tally[usize::from(answer.status.as_u16() / 100)] += 1;
        let found = outside(document, row, &answer);
        if !found.is_empty() && faults.len() < FAULTS_TOLD_MAX {
            faults.entry(format!("{} {found:?}", row.name())).or_insert_with(|| {
                let Sending { method, path, headers, body, .. } = &sending;
                let sent: String = String::from_utf8_lossy(body).chars().take(600).collect();
                let got: String = answer.text().chars().take(600).collect();
                let again = format!("PASSBAND_TEST_SEED={seed} cargo test -p passband-web robust::");
                format!("request {number} of {again}\n  {method} {path} {headers:?}\n  {sent}\n  => {} {got}", answer.status)
            });
        }
    }
    let checked = site.house.verify_record().await.expect("reads");
    assert!(checked.is_clean(), "seed {seed}");
    faults
}

#[tokio::test]
async fn whatever_is_sent_the_answer_is_one_that_is_documented() {
    let document: Value = serde_json::from_str(openapi()).expect("JSON");
    let number = |name: &str| {
        let value = std::env::var_os(name)?;
        let number = value.to_str().and_then(|text| text.parse::<u64>().ok());
        Some(number.unwrap_or_else(|| panic!("{name} is {value:?}, which is no number")))
    };
    let (mut tally, mut faults) = ([0; 6], BTreeMap::new());
    if let Some(seed) = number("PASSBAND_TEST_SEED") {
        faults = one_house(seed, PER_HOUSE, &document, &mut tally).await;
    } else {
        let all = number("PASSBAND_TEST_CASES").unwrap_or(REQUESTS);
        for seed in 0..all.div_ceil(PER_HOUSE) {
            let requests = PER_HOUSE.min(all - seed * PER_HOUSE);
            faults.extend(one_house(seed, requests, &document, &mut tally).await);
        }
    }
    let [_, _, good, _, refused, busy] = tally;
    println!("{good} answered, {refused} refused, {busy} told to come again");
    let told: Vec<String> = faults
        .iter()
        .map(|(what, how)| format!("{what}\n  {how}"))
        .collect();
    assert!(faults.is_empty(), "{}", told.join("\n"));
    let all: u64 = tally.iter().sum();
    assert!(good > all / 10 && refused > all / 10, "{tally:?}: too dull");
}
