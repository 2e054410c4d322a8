//! Is a JSON value what the OpenAPI document says of it? Stricter than JSON Schema in one thing: a field that is not
//! documented is a fault.

use serde_json::Value;

/// The schema that a reference leads to, or the one that is given.
pub fn resolved<'a>(document: &'a Value, schema: &'a Value) -> &'a Value {
    match schema["$ref"].as_str() {
        Some(reference) => {
            let name = reference.rsplit('/').next().unwrap_or_default();
            &document["components"]["schemas"][name]
        }
        None => schema,
    }
}

/// What of a value its schema does not allow, each with its place.
pub fn faults(document: &Value, schema: &Value, value: &Value, place: &str) -> Vec<String> {
    let schema = resolved(document, schema);
    let is_known = schema.as_object().is_some_and(|schema| !schema.is_empty());
    assert!(is_known, "{place}: there is no schema");
    if let Some(choices) = schema["oneOf"].as_array() {
        let tried: Vec<Vec<String>> = choices
            .iter()
            .map(|choice| faults(document, choice, value, place))
            .collect();
        let fits = tried.iter().any(Vec::is_empty);
        // The nearest is what was meant.
        let nearest = tried.into_iter().min_by_key(Vec::len).unwrap_or_default();
        return if fits { Vec::new() } else { nearest };
    }
    let mut found = Vec::new();
    let mut fault = |what: String| found.push(format!("{place}: {what}"));
    if !types(schema).any(|name| is_of(value, name)) {
        fault(format!("{value} is no {}", schema["type"]));
        return found;
    }
    if let Some(known) = schema["enum"].as_array()
        && !known.contains(value)
    {
        fault(format!("{value} is none of {known:?}"));
    }
    if let Some(number) = value.as_i64() {
        let below = schema["minimum"]
            .as_i64()
            .is_some_and(|least| number < least);
        let above = schema["maximum"].as_i64().is_some_and(|most| number > most);
        let wide = schema["format"] == "int32" && i32::try_from(number).is_err();
        if below || above || wide {
            fault(format!("{number} is out of its range"));
        }
    }
    match value {
        Value::Object(fields) => {
            let required = schema["required"].as_array().into_iter().flatten();
            for name in required.filter_map(Value::as_str) {
                if !fields.contains_key(name) {
                    fault(format!("no {name}"));
                }
            }
            for (name, value) in fields {
                let of_it = &schema["properties"][name];
                let of_any = &schema["additionalProperties"];
                let place = format!("{place}/{name}");
                if of_it.is_object() {
                    found.extend(faults(document, of_it, value, &place));
                } else if of_any.is_object() {
                    found.extend(faults(document, of_any, value, &place));
                } else if schema["properties"].is_object() {
                    found.push(format!("{place}: is not documented"));
                }
            }
        }
        Value::Array(values) if schema["items"].is_object() => {
            for (number, value) in values.iter().enumerate() {
                let place = format!("{place}/{number}");
                found.extend(faults(document, &schema["items"], value, &place));
            }
        }
        _ => {}
    }
    found
}

/// The names of the types that a schema allows; of one that says nothing, any.
fn types(schema: &Value) -> impl Iterator<Item = &str> {
    let names = match &schema["type"] {
        Value::String(name) => vec![name.as_str()],
        Value::Array(names) => names.iter().filter_map(Value::as_str).collect(),
        _ => vec!["any"],
    };
    names.into_iter()
}

fn is_of(value: &Value, name: &str) -> bool {
    match name {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        "any" => true,
        other => panic!("an unknown type: {other}"),
    }
}

#[test]
fn a_value_that_is_not_as_documented_is_seen() {
    use serde_json::json;
    let document = json!({ "components": { "schemas": { "Thing": {
        "type": "object", "required": ["id"],
        "properties": {
            "id": { "type": "string" },
            "count": { "type": ["integer", "null"], "format": "int32", "minimum": 0 },
            "kind": { "type": "string", "enum": ["a", "b"] },
            "parts": { "type": "array", "items": { "$ref": "#/components/schemas/Thing" } },
            "one": { "oneOf": [{ "type": "null" }, { "$ref": "#/components/schemas/Thing" }] },
        },
    } } } });
    let thing = json!({ "$ref": "#/components/schemas/Thing" });
    for (value, expected) in [
        (
            json!({ "id": "x", "count": null, "kind": "a", "one": null }),
            0,
        ),
        (
            json!({ "id": "x", "parts": [{ "id": "y", "one": { "id": "z" } }] }),
            0,
        ),
        (json!({}), 1),
        (json!([]), 1),
        (json!({ "id": 1 }), 1),
        (json!({ "id": "x", "secret": 1 }), 1),
        (json!({ "id": "x", "count": -1 }), 1),
        (json!({ "id": "x", "count": 3_000_000_000_i64 }), 1),
        (json!({ "id": "x", "kind": "c" }), 1),
        (
            json!({ "id": "x", "parts": [{ "id": "y" }, {}, { "id": "z", "more": 1 }] }),
            2,
        ),
        (json!({ "id": "x", "one": {} }), 1),
    ] {
        let found = faults(&document, &thing, &value, "");
        assert_eq!(found.len(), expected, "{value}: {found:?}");
    }
}
