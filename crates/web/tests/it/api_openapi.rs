//! Is the committed OpenAPI document what is served, and does it name every route and no other?

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;
use web::{Access, route_table};

use crate::harness::Site;

fn document() -> Value {
    serde_json::from_str(web::openapi()).expect("JSON")
}

#[test]
fn the_committed_document_is_the_one_that_is_served() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/api/openapi.json");
    if std::env::var_os("PASSBAND_UPDATE").is_some() {
        std::fs::write(&path, web::openapi()).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        committed == web::openapi(),
        "docs/api/openapi.json is not what the API says; look at the difference after \
         PASSBAND_UPDATE=1 cargo test -p passband-web the_committed_document"
    );
}

#[tokio::test]
async fn the_document_is_served_and_kept_by_its_tag() {
    let site = Site::bare().await;
    let answer = site.get("/api/v1/openapi.json").send().await;
    assert_eq!(answer.text(), web::openapi());
    let again = site
        .get("/api/v1/openapi.json")
        .header("if-none-match", answer.header("etag"))
        .send()
        .await;
    assert_eq!((again.status.as_u16(), again.body.len()), (304, 0));
    let other = site
        .get("/api/v1/openapi.json")
        .header("if-none-match", "\"another\"")
        .send()
        .await;
    assert_eq!(other.status.as_u16(), 200);
}

#[test]
fn every_served_route_is_documented_and_no_other() {
    let served: BTreeSet<(String, String)> = route_table()
        .iter()
        .filter(|row| row.path.starts_with("/api/") || row.path.ends_with('z'))
        .map(|row| (row.path.to_owned(), row.method.to_lowercase()))
        .collect();
    let mut documented = BTreeSet::new();
    for (path, item) in document()["paths"].as_object().unwrap() {
        for method in item.as_object().unwrap().keys() {
            documented.insert((path.clone(), method.clone()));
        }
    }
    assert_eq!(served, documented);
}

#[test]
fn each_operation_says_who_may_use_it_and_what_goes_wrong() {
    let document = document();
    for row in route_table() {
        let operation = &document["paths"][row.path][row.method.to_lowercase()];
        if operation.is_null() {
            continue;
        }
        let place = format!("{} {}", row.method, row.path);
        let is_for_operators = !operation["security"].is_null();
        assert_eq!(is_for_operators, row.access == Access::SignedIn, "{place}");
        assert!(operation["summary"].is_string(), "{place} has no summary");
        let responses = operation["responses"].as_object().unwrap();
        for (status, response) in responses {
            let kinds = response["content"].as_object();
            if row.path.starts_with("/api/") && !status.starts_with(['2', '3']) {
                let problem = &response["content"]["application/problem+json"]["schema"]["$ref"];
                assert_eq!(problem, "#/components/schemas/Problem", "{place} {status}");
            }
            let is_empty = status == "204";
            assert_eq!(kinds.is_none(), is_empty, "{place} {status} has no body");
        }
        for name in row.path.split('/').filter(|part| part.starts_with('{')) {
            let parameters = operation["parameters"].as_array().unwrap();
            let name = name.trim_matches(['{', '}']);
            let found = parameters.iter().find(|one| one["name"] == name);
            let text = found.and_then(|one| one["description"].as_str());
            assert!(text.is_some_and(|text| !text.is_empty()), "{place}: {name}");
        }
    }
}

#[test]
fn every_reference_leads_somewhere_and_every_field_is_described() {
    let document = document();
    let schemas = document["components"]["schemas"].as_object().unwrap();
    let mut references = Vec::new();
    collect(&document, &mut references);
    assert!(references.len() > 50, "the document is nearly empty");
    for reference in references {
        let name = reference.trim_start_matches("#/components/schemas/");
        assert!(schemas.contains_key(name), "{reference} leads nowhere");
    }
    for (name, schema) in schemas {
        let is_variant = schema["oneOf"].is_array();
        assert!(
            is_variant || schema["description"].is_string(),
            "schema {name} says nothing of itself"
        );
    }
}

fn collect(value: &Value, references: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                match value {
                    Value::String(text) if name == "$ref" => references.push(text.clone()),
                    value => collect(value, references),
                }
            }
        }
        Value::Array(values) => values.iter().for_each(|value| collect(value, references)),
        _ => {}
    }
}
