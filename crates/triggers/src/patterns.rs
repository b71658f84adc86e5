//! Filter criteria of event sources, as far as the template uses them: exact values, `prefix`, `exists` and
//! `anything-but` (AWS Lambda developer guide, "Filter rule syntax").

use serde_json::Value;

/// Does an event match a pattern? All members of an object must match, and one alternative of each list.
pub fn matches(pattern: &Value, event: &Value) -> bool {
    match pattern {
        Value::Object(members) => members.iter().all(|(name, inner)| matches(inner, &event[name.as_str()])),
        Value::Array(alternatives) => alternatives.iter().any(|alternative| matches_one(alternative, event)),
        _ => false,
    }
}

fn matches_one(alternative: &Value, value: &Value) -> bool {
    let Value::Object(rule) = alternative else { return alternative == value };
    if let Some(prefix) = rule.get("prefix").and_then(Value::as_str) {
        return value.as_str().is_some_and(|text| text.starts_with(prefix));
    }
    if let Some(exists) = rule.get("exists").and_then(Value::as_bool) {
        return value.is_null() != exists;
    }
    match rule.get("anything-but") {
        Some(Value::Array(banned)) => !value.is_null() && !banned.contains(value),
        Some(banned) => !value.is_null() && banned != value,
        // An unknown rule matches nothing; a test of the template would show that.
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn patterns_select() {
        let event = json!({"eventName": "MODIFY", "dynamodb": {"Keys": {"SK": {"S": "SEAT#A-1"}}, "NewImage": {"status": {"S": "HELD"}}}});
        let yes = [
            json!({"eventName": ["INSERT", "MODIFY"]}),
            json!({"dynamodb": {"NewImage": {"status": {"S": [{"exists": true}]}}}}),
            json!({"dynamodb": {"NewImage": {"reason": {"S": [{"exists": false}]}}}}),
            json!({"dynamodb": {"Keys": {"SK": {"S": [{"prefix": "SEAT#"}]}}}}),
            json!({"dynamodb": {"NewImage": {"status": {"S": [{"anything-but": ["CONFIRMED"]}]}}}}),
        ];
        let no = [
            json!({"eventName": ["REMOVE"]}),
            json!({"dynamodb": {"NewImage": {"reason": {"S": [{"exists": true}]}}}}),
            json!({"dynamodb": {"Keys": {"SK": {"S": ["BOOKING"]}}}}),
            json!({"dynamodb": {"NewImage": {"status": {"S": [{"anything-but": ["HELD"]}]}}}}),
            json!({"dynamodb": {"OldImage": {"status": {"S": [{"anything-but": ["HELD"]}]}}}}),
            json!({"eventName": [{"suffix": "FY"}]}),
        ];
        assert!(yes.iter().all(|pattern| matches(pattern, &event)));
        assert!(!no.iter().any(|pattern| matches(pattern, &event)));
    }
}
