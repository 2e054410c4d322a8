//! Is the committed OpenAPI document what is served, and does it name every route and no other?

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::{Map, Value};
use web::{Access, route_table};

use crate::api_rows::{Named, Sent, rows};
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
        let is_public = operation["security"].is_null();
        assert_eq!(is_public, row.access == Access::Public, "{place}");
        let scope = operation["security"][0]["bearer"][0].as_str();
        assert_eq!(scope, row.scope.map(|scope| scope.as_str()), "{place}");
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

/// The rules that an answer's faults broke, with their places.
fn broken(answer: &Value) -> Vec<(String, String)> {
    let errors = answer["errors"].as_array().cloned().unwrap_or_default();
    let text = |error: &Value, field: &str| error[field].as_str().unwrap_or_default().to_owned();
    let errors = errors.iter();
    errors
        .map(|error| (text(error, "rule"), text(error, "place")))
        .collect()
}

#[tokio::test]
async fn the_fields_of_a_body_are_those_that_are_documented() {
    let (site, cast) = Site::of_the_story().await;
    let named = Named::of(&site, &cast).await;
    let document = document();
    for row in rows() {
        let Sent::Json(_) = row.sent else { continue };
        let operation = &document["paths"][row.path][row.method.as_str().to_lowercase()];
        let schema = &operation["requestBody"]["content"]["application/json"]["schema"]["$ref"];
        let name = schema.as_str().unwrap().rsplit('/').next().unwrap();
        let schema = &document["components"]["schemas"][name];
        // Every documented field, as if left out: known, and missing where it is said to be needed.
        let fields = schema["properties"].as_object().unwrap().keys();
        let body: Map<String, Value> = fields.map(|name| (name.clone(), Value::Null)).collect();
        let ask = row.ask(&site, &named).json(&Value::Object(body));
        let mut found = broken(&ask.operator().send().await.json(422));
        let required = schema["required"].as_array().unwrap().iter();
        let mut expected: Vec<(String, String)> = required
            .map(|name| {
                let place = format!("/{}", name.as_str().unwrap());
                ("field.missing".to_owned(), place)
            })
            .collect();
        found.sort_unstable();
        expected.sort_unstable();
        assert_eq!(found, expected, "{}", row.name());
    }
}

#[tokio::test]
async fn every_documented_parameter_is_known() {
    let (site, cast) = Site::of_the_story().await;
    let named = Named::of(&site, &cast).await;
    let document = document();
    let mut tried = 0;
    for row in rows() {
        let operation = &document["paths"][row.path][row.method.as_str().to_lowercase()];
        let parameters = operation["parameters"]
            .as_array()
            .cloned()
            .unwrap_or_default();
        for parameter in parameters.iter().filter(|one| one["in"] == "query") {
            let name = parameter["name"].as_str().unwrap();
            let path = format!("{}?{name}=%00", named.path(row.path));
            let answer = row.ask_at(&site, &path, &named).operator().send().await;
            let found = broken(&answer.json(422));
            let place = format!("?{name}");
            let of_it: Vec<_> = found.iter().filter(|(_, at)| *at == place).collect();
            assert_eq!(of_it.len(), 1, "{} {name}: {found:?}", row.name());
            assert_ne!(of_it[0].0, "field.unknown", "{} {name}", row.name());
            tried += 1;
        }
    }
    assert!(tried > 15, "only {tried} were tried");
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
