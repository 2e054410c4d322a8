//! Checks in bulk: every row one answer, in order, in the form that is asked for.

use serde_json::Value;

use crate::harness::{Answer, Site};

const CHECKS: &str = "/api/v1/checks";
const DATE: &str = "?network=T-Mobile&country=US&at=2016-02-01";

async fn send(site: &Site, query: &str, kind: &str, body: &str) -> Answer {
    let ask = site.post(&format!("{CHECKS}{query}"));
    ask.bytes(kind, body.as_bytes().to_vec()).send().await
}

fn lines(answer: &Answer) -> Vec<Value> {
    assert_eq!(answer.status.as_u16(), 200, "{}", answer.text());
    let text = answer.text();
    let lines = text.lines();
    lines
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect()
}

#[tokio::test]
async fn a_row_is_answered_as_a_check_alone_is() {
    let site = Site::bare().await;
    let query = format!("{DATE}&answer=json_lines");
    let answer = send(
        &site,
        &query,
        "text/csv",
        "device,at\nMi 4i,\nMi 4i,2022-08-01\n",
    )
    .await;
    assert_eq!(answer.header("content-type"), "application/jsonl");
    let rows = lines(&answer);
    for (row, at) in rows.iter().zip(["2016-02-01", "2022-08-01"]) {
        let path = format!("/api/v1/check?device=Mi%204i&network=T-Mobile&country=US&at={at}");
        let alone = site.get(&path).send().await.json(200);
        assert_eq!(row["checked"], alone);
    }
    assert_eq!(rows.len(), 2);
}

#[tokio::test]
async fn a_virtual_carrier_is_answered_for_each_host_and_the_row_is_of_the_best() {
    let site = Site::bare().await;
    let body = "device,network\nMi 4i,US Mobile\nMi 4i,T-Mobile\n";
    let query = format!("{DATE}&answer=json_lines");
    let rows = lines(&send(&site, &query, "text/csv", body).await);
    let path = "/api/v1/check?device=Mi%204i&network=US%20Mobile&country=US&at=2016-02-01";
    let alone = site.get(path).send().await.json(200);
    assert_eq!(rows[0]["checked"], alone);
    assert!(
        alone["hosts"]
            .as_array()
            .is_some_and(|hosts| hosts.len() > 1)
    );

    let answer = send(&site, DATE, "text/csv", body).await;
    let text = answer.text();
    let row = |line: &str| -> Vec<String> {
        let cells = line.split(',');
        cells
            .map(|cell| cell.trim_matches('"').to_owned())
            .collect()
    };
    let cells: Vec<Vec<String>> = text.lines().map(row).collect();
    let at = |name: &str| {
        cells[0]
            .iter()
            .position(|one| *one == name)
            .expect("a column")
    };
    let (carrier, network) = (&cells[1], &cells[2]);
    assert_eq!(at("hosts"), at("grade") + 1);
    assert_eq!(network[at("hosts")], "");
    let hosts = &carrier[at("hosts")];
    assert!(hosts.contains("T-Mobile: fallback only"), "{hosts}");
    assert!(hosts.contains("Verizon: "), "{hosts}");
    // The best is the network that the second row is of.
    for column in ["found_network", "grade", "voice", "gsm_common"] {
        assert_eq!(carrier[at(column)], network[at(column)], "{column}");
    }
}

#[tokio::test]
async fn a_bad_row_says_why_and_stops_no_other() {
    let site = Site::bare().await;
    let body = "{\"device\":\"Mi 4j\"}\n\n{\"device\":1}\nnonsense\n{\"phone\":\"Mi 4i\"}\n\
                {\"device\":\"Mi 4i\",\"country\":\"GBR\"}\n{\"device\":\"Mi 4i\"}\n";
    let rows = lines(&send(&site, DATE, "application/jsonl", body).await);
    let told: Vec<(u64, &str)> = rows
        .iter()
        .map(|row| {
            let code = row["error"]["code"].as_str();
            (row["line"].as_u64().unwrap(), code.unwrap_or("answered"))
        })
        .collect();
    assert_eq!(
        told,
        [
            (1, "device_unknown"),
            (3, "invalid_input"),
            (4, "invalid_input"),
            (5, "invalid_input"),
            (6, "invalid_input"),
            (7, "answered"),
        ]
    );
    assert_eq!(rows[4]["error"]["errors"][0]["place"], ":6:country");
    // Where nobody says which network, each row says so.
    let rows = lines(&send(&site, "", "application/jsonl", "{\"device\":\"Mi 4i\"}").await);
    let places: Vec<&Value> = rows[0]["error"]["errors"]
        .as_array()
        .unwrap()
        .iter()
        .collect();
    assert_eq!(places.len(), 2, "{places:?}");
}

#[tokio::test]
async fn a_table_is_answered_with_a_table_without_live_cells() {
    let site = Site::bare().await;
    let body = "device\nMi 4i\n\"=cmd|'/c calc'!A0\"\n";
    let answer = send(&site, DATE, "text/csv; charset=utf-8", body).await;
    assert_eq!(answer.header("content-type"), "text/csv; charset=utf-8");
    let text = answer.text();
    let rows: Vec<&str> = text.lines().collect();
    assert_eq!(rows.len(), 3, "{text}");
    assert!(rows[1].contains("\"fallback only\""), "{text}");
    assert!(rows[2].starts_with("\"3\",\"'=cmd"), "{text}");
}

#[tokio::test]
async fn what_is_no_table_and_too_many_rows_are_refused_before_any_answer() {
    let site = Site::bare().await;
    let answer = send(&site, DATE, "text/csv", "colour\nred\n").await;
    answer.problem(422, "file_not_understood");
    let answer = send(&site, DATE, "application/json", "{}").await;
    answer.problem(415, "unsupported_media_type");
    let line = "{\"device\":\"\"}\n";
    let many = "{}\n".repeat(10_001);
    let answer = send(&site, DATE, "application/jsonl", &many).await;
    answer.problem(422, "invalid_input");
    let many = format!("device\n{}", "x\n".repeat(10_001));
    let answer = send(&site, DATE, "text/csv", &many).await;
    answer.problem(422, "invalid_input");
    assert_eq!(
        lines(&send(&site, DATE, "application/jsonl", line).await).len(),
        1
    );
}
