//! The description as OpenAPI 3.1 (spec.openapis.org/oas/v3.1.1).

use crate::operations;
use contracts::{Code, PageRequest};
use lambda::describe::{Content, Operation, Presence, Whom};
use schemars::SchemaGenerator;
use schemars::generate::{Contract, SchemaSettings};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// The description. Its server is the one that serves the description.
pub fn openapi() -> Value {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.definitions_path = "/components/schemas".into();
        settings.contract = Contract::Serialize;
        settings.meta_schema = None;
    });
    let mut answers = settings.into_generator();
    let mut paths: Map<String, Value> = Map::new();
    let operations = operations();
    for one in &operations {
        let method = one.operation.method.to_lowercase();
        let path = paths.entry(one.operation.path).or_insert_with(|| json!({}));
        let operation = described(one.function, &one.operation, &mut answers);
        if one.operation.has_head() {
            path["head"] = headers_alone(&operation);
        }
        path[method] = operation;
    }
    let mut schemas = answers.take_definitions(true);
    schemas.insert("Problem".into(), problem());
    schemas.insert("Message".into(), message());
    let mut tags: Vec<_> = operations.iter().map(|one| one.operation.tag.to_string()).collect();
    tags.dedup();
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Karcis",
            "version": env!("CARGO_PKG_VERSION"),
            "summary": "A ticket-booking platform that sells every seat exactly once.",
            "description": about(),
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": "/"}],
        "tags": tags.iter().map(|tag| json!({"name": tag})).collect::<Vec<_>>(),
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {"bearer": {
                "type": "http",
                "scheme": "bearer",
                "bearerFormat": "JWT",
                "description": "From POST /api/login; services sign their own.",
            }},
        },
    })
}

fn about() -> String {
    format!(
        "Errors are RFC 9457 problems with a stable `code`. Lists come in pages of `limit` items, fewer only on the \
         last one: hand `next_cursor` back as `cursor`. A search that reads {bound} items without filling its page \
         answers what it found, maybe nothing, and a cursor to go on from. Money is in the currency's ISO 4217 minor \
         unit: 5000000 of IDR is Rp 50.000. What absent, `null` and empty say, how text is taken in, and what else \
         holds for every route is in [docs/api.md](api.md).",
        bound = PageRequest::BOUND
    )
}

fn described(function: &str, operation: &Operation, answers: &mut SchemaGenerator) -> Value {
    let mut described = json!({
        "operationId": function,
        "tags": [operation.tag.to_string()],
        "summary": operation.does,
        "description": format!("For {}.", whom(operation.whom)),
        "parameters": parameters(operation),
        "responses": responses(operation, answers),
        "security": if operation.whom.authorized() { json!([{"bearer": []}]) } else { json!([]) },
    });
    if let Some(schema) = &operation.body {
        described["requestBody"] = json!({
            "required": operation.body_presence == Presence::Required,
            "content": {"application/json": {"schema": schema, "example": operation.example}},
        });
    }
    described
}

/// The `HEAD` beside a `GET`: it answers the same without the body (RFC 9110, section 9.3.2).
fn headers_alone(get: &Value) -> Value {
    let mut head = get.clone();
    head["operationId"] = format!("{}-headers", get["operationId"].as_str().unwrap_or_default()).into();
    head["summary"] = "The headers of the same GET.".into();
    for response in head["responses"].as_object_mut().into_iter().flat_map(|all| all.values_mut()) {
        response.as_object_mut().and_then(|response| response.remove("content"));
    }
    head
}

fn whom(whom: Whom) -> String {
    match whom {
        Whom::Everybody => "everybody".into(),
        Whom::Users => "whoever is signed in".into(),
        Whom::Roles(roles) => {
            let names: Vec<_> = roles.iter().filter_map(|role| serde_json::to_value(role).ok()).collect();
            names.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" and ")
        }
        Whom::Services => "services".into(),
        Whom::UsersAndServices => "whoever is signed in, and services".into(),
        Whom::Signed => "payments, by its signature".into(),
    }
}

fn parameters(operation: &Operation) -> Vec<Value> {
    let mut all = Vec::new();
    for name in lambda::request::names(operation.path) {
        // A part that cannot be read names nothing: it is 404, like everything that does not exist.
        all.push(json!({"name": name, "in": "path", "required": true, "schema": {"type": "string", "minLength": 1}}));
    }
    for (name, schema) in &operation.query {
        all.push(json!({"name": name, "in": "query", "schema": schema}));
    }
    if operation.conditional {
        let about = "The ETag last seen; 412 if it changed since.";
        all.push(json!({"name": "If-Match", "in": "header", "schema": {"type": "string"}, "description": about}));
    }
    if operation.keyed {
        let about = "The same key and body answers the same thing.";
        let schema = json!({"type": "string", "minLength": 1, "maxLength": 255});
        all.push(json!({"name": "Idempotency-Key", "in": "header", "schema": schema, "description": about}));
    }
    all
}

fn responses(operation: &Operation, answers: &mut SchemaGenerator) -> Value {
    let mut success = json!({"description": "Done."});
    match operation.content {
        Content::Empty => {}
        Content::Redirect => success["headers"] = json!({"Location": {"schema": {"type": "string"}}}),
        Content::Json(schema) => success["content"]["application/json"]["schema"] = schema(answers).into(),
        Content::Page(schema) => success["content"]["application/json"]["schema"] = page(schema(answers).into()),
    }
    for content_type in &operation.also {
        success["content"][content_type]["schema"] = json!({"type": "string"});
    }
    let mut responses = Map::from_iter([(operation.status.to_string(), success)]);
    if operation.kept {
        responses.insert("304".into(), json!({"description": "Not modified: your copy is current."}));
    }
    let mut by_status: BTreeMap<u16, Vec<Code>> = BTreeMap::new();
    for code in &operation.problems {
        by_status.entry(code.status()).or_default().push(*code);
    }
    for (status, codes) in by_status {
        responses.insert(status.to_string(), refusal(status, &codes, operation.whom));
    }
    if operation.whom.authorized() {
        responses.insert("401".into(), gateway_or(&responses, "401", "There is no token."));
    }
    responses.into()
}

fn page(items: Value) -> Value {
    json!({
        "type": "object",
        "required": ["items", "next_cursor"],
        "properties": {"items": {"type": "array", "items": items}, "next_cursor": {"type": ["string", "null"]}},
        "additionalProperties": false,
    })
}

fn refusal(status: u16, codes: &[Code], whom: Whom) -> Value {
    let lines: Vec<_> = codes.iter().map(|code| format!("`{}`: {}", code.code(), code.title())).collect();
    let mut content = json!({"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}});
    if status == 403 && whom.authorized() {
        // The gateway's own answer to a bad token.
        content["application/json"] = json!({"schema": {"$ref": "#/components/schemas/Message"}});
    }
    json!({"description": lines.join(" "), "content": content})
}

/// Adds the gateway's own answer to our answer of the same status.
fn gateway_or(responses: &Map<String, Value>, status: &str, description: &str) -> Value {
    let mut answer = responses.get(status).cloned().unwrap_or_else(|| json!({"description": description}));
    answer["content"]["application/json"] = json!({"schema": {"$ref": "#/components/schemas/Message"}});
    answer
}

fn problem() -> Value {
    let codes: Vec<_> = Code::ALL.iter().map(|code| code.code()).collect();
    json!({
        "type": "object",
        "description": "RFC 9457. Some codes add members of their own, such as `seats`.",
        "required": ["type", "title", "status", "code", "retryable"],
        "properties": {
            "type": {"type": "string"},
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "code": {"type": "string", "enum": codes},
            "retryable": {"type": "boolean", "description": "May the same request succeed later, unchanged?"},
            "detail": {"type": "string"},
            "field": {"type": "string"},
        },
    })
}

fn message() -> Value {
    json!({
        "type": "object",
        "description": "The gateway's own answer.",
        "required": ["message"],
        "properties": {"message": {"type": "string"}},
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reference_leads_somewhere() {
        let description = openapi();
        let text = description.to_string();
        let mut rest = text.as_str();
        let mut seen = 0;
        while let Some((_, after)) = rest.split_once("\"#/components/schemas/") {
            let (name, after) = after.split_once('"').unwrap();
            assert!(description["components"]["schemas"].get(name).is_some(), "{name}");
            (rest, seen) = (after, seen + 1);
        }
        assert!(seen > 100, "{seen}");
    }
}
