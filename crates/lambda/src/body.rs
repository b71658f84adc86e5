//! Reading JSON bodies: liberal where clients differ without meaning it, and with words for what is wrong.
//!
//! - A byte order mark in front is passed over (RFC 8259, section 8.1).
//! - A number is whole if its value is: `5000000`, `5000000.0` and `5e6` are one.
//! - An optional field that is `null` or an empty text is as if not given; see [`contracts::optional`].
//!
//! An unknown field is refused: a misspelt name must not be passed over in silence.

use crate::describe::taken;
use contracts::optional::is_empty;
use contracts::{Code, Problem};
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde_json::{Number, Value};
use serde_path_to_error::Segment;

/// The largest whole number that every JSON client reads alike (RFC 8259, section 6): 2^53 - 1.
const LARGEST_EXACT: f64 = 9_007_199_254_740_991.0;

/// Reads a body as this type: 400 if it is no JSON, 422 with the field that is wrong and what would be right.
pub(crate) fn read<T: DeserializeOwned + JsonSchema>(bytes: &[u8]) -> Result<T, Problem> {
    let mut value = parsed(bytes)?;
    if !value.is_object() {
        // A list would be read as the fields in their order.
        return Err(Problem::invalid("", "The body is an object."));
    }
    loop {
        let error = match serde_path_to_error::deserialize::<_, T>(&value) {
            Ok(read) => return Ok(read),
            Err(error) => error,
        };
        let said = error.inner().to_string();
        let path: Vec<_> = error.path().iter().cloned().collect();
        // A required field that is empty or null is then refused as missing.
        if said.starts_with("unknown field") || !take_if_empty(&mut value, &path) {
            return Err(refusal(&said, &path, taken::<T>().as_value()));
        }
    }
}

/// A body in the one form that its meaning has: names in order, numbers and spacing alike. A body that is no JSON stays
/// as it is.
pub(crate) fn canonical(bytes: &[u8]) -> Vec<u8> {
    let parsed = parsed(bytes).ok();
    parsed.and_then(|value| serde_json::to_vec(&value).ok()).unwrap_or_else(|| bytes.to_vec())
}

fn parsed(bytes: &[u8]) -> Result<Value, Problem> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut value = serde_json::from_slice(bytes).map_err(|_| Problem::new(Code::MalformedJson))?;
    make_whole(&mut value);
    Ok(value)
}

/// A whole number as bodies have it, of a text that is nothing else.
pub(crate) fn read_number(text: &str) -> Option<u64> {
    let mut value: Value = serde_json::from_str(text).ok()?;
    make_whole(&mut value);
    value.as_u64()
}

/// Numbers whose value is whole become whole numbers.
fn make_whole(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(make_whole),
        Value::Object(members) => members.values_mut().for_each(make_whole),
        Value::Number(number) if number.is_f64() => {
            let exact = number.as_f64().filter(|n| n.fract() == 0.0 && n.abs() <= LARGEST_EXACT);
            // Written without a fraction, it is read as a whole number.
            let whole = exact.and_then(|n| format!("{n:.0}").parse::<i64>().ok());
            if let Some(whole) = whole {
                *number = Number::from(whole);
            }
        }
        _ => {}
    }
}

/// Takes the member at this path away, if it is null or an empty text.
fn take_if_empty(value: &mut Value, path: &[Segment]) -> bool {
    let Some((Segment::Map { key }, above)) = path.split_last() else { return false };
    let parent = above.iter().try_fold(value, |value, segment| match segment {
        Segment::Map { key } => value.get_mut(key),
        Segment::Seq { index } => value.get_mut(index),
        _ => None,
    });
    let Some(Value::Object(members)) = parent else { return false };
    let empty = members.get(key).is_some_and(|value| value.is_null() || value.as_str().is_some_and(is_empty));
    empty && members.remove(key).is_some()
}

/// What is wrong with a body, and what would be right there. `said` is the error in serde's words, which are not for
/// clients: they may repeat the input.
fn refusal(said: &str, path: &[Segment], schema: &Value) -> Problem {
    let missing = said.strip_prefix("missing field `").and_then(|rest| rest.split('`').next());
    let mut names: Vec<_> = path.iter().map(ToString::to_string).collect();
    names.extend(missing.map(str::to_owned));
    let field = names.iter().fold(String::new(), |path, name| {
        if path.is_empty() || name.starts_with('[') { path + name } else { format!("{path}.{name}") }
    });
    // The path may contain a name that the sender chose, so only a path that looks like one of ours is answered.
    let ours = field.len() <= 64 && field.bytes().all(|b| b.is_ascii_alphanumeric() || b"_.[]".contains(&b));
    let field = if ours { field } else { String::new() };
    if said.starts_with("unknown field") {
        return Problem::invalid(&field, "There is no such field.");
    }
    let wanted = names.iter().try_fold(schema, |schema, name| below(schema, name)).and_then(words);
    let wanted = wanted.unwrap_or_else(|| "A field is of the wrong type or form.".to_owned());
    let required = if missing.is_some() { "Required. " } else { "" };
    Problem::invalid(&field, format!("{required}{wanted}"))
}

/// The schema of a member, or of an item.
fn below<'a>(schema: &'a Value, name: &str) -> Option<&'a Value> {
    let schema = present(schema);
    if name.starts_with('[') { schema.get("items") } else { schema.get("properties")?.get(name) }
}

/// The schema of what may be absent, when it is there.
fn present(schema: &Value) -> &Value {
    let choices = schema["anyOf"].as_array().map(Vec::as_slice).unwrap_or_default();
    choices.iter().find(|choice| choice["type"] != "null").unwrap_or(schema)
}

/// A schema in a sentence, with the description that the field has.
fn words(schema: &Value) -> Option<String> {
    let described = schema["description"].as_str().map(|text| text.split_whitespace().collect::<Vec<_>>().join(" "));
    let schema = present(schema);
    let named = schema["oneOf"].as_array().into_iter().flatten().filter_map(|one| one["const"].as_str());
    let listed = schema["enum"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let choices: Vec<_> = named.chain(listed).collect();
    let is = |kind: &str| schema["type"] == kind || schema["type"][0] == kind;
    let range = |least: &str, most: &str| match (schema[least].as_u64(), schema[most].as_u64()) {
        (Some(least), Some(most)) => format!(" from {least} to {most}"),
        (Some(0) | None, None) => String::new(),
        (Some(least), None) => format!(" of at least {least}"),
        (None, Some(most)) => format!(" of at most {most}"),
    };
    let kind = if !choices.is_empty() {
        format!("One of {}.", choices.join(", "))
    } else if schema["format"] == "uuid" {
        "An id, which is a UUID.".to_owned()
    } else if schema["format"] == "date-time" {
        "A time such as 2030-01-01T12:00:00Z.".to_owned()
    } else if is("integer") {
        format!("A whole number{}.", range("minimum", "maximum"))
    } else if is("boolean") {
        "true or false.".to_owned()
    } else if is("array") {
        let each = schema.get("items").and_then(words).map(|each| format!(" Each: {each}"));
        format!("A list.{}", each.unwrap_or_default())
    } else if is("object") {
        "An object.".to_owned()
    } else if let Some(form) = schema["x-form"].as_str() {
        let example = schema["examples"][0].as_str().filter(|_| !form.contains("such as"));
        let example = example.map(|example| format!(", such as {example}")).unwrap_or_default();
        format!("{}{example}.", capitalised(form))
    } else if let Some(example) = schema["examples"][0].as_str() {
        format!("A text such as {example}.")
    } else if is("string") && described.as_ref().is_some_and(|described| says_range(described, schema)) {
        return described;
    } else if is("string") {
        format!("A text{}.", range("minLength", "maxLength").replace(" from", " of characters from"))
    } else {
        return described;
    };
    Some(described.map_or(kind.clone(), |described| format!("{kind} {described}")))
}

/// Does a description say from how many characters to how many?
fn says_range(described: &str, schema: &Value) -> bool {
    let (least, most) = (schema["minLength"].as_u64(), schema["maxLength"].as_u64());
    least.zip(most).is_some_and(|(least, most)| described.contains(&format!("{least} to {most}")))
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use contracts::{EventId, Locale, Money, SeatLabel, Timestamp};
    use serde::Deserialize;
    use serde_json::json;

    #[derive(Debug, PartialEq, Deserialize, JsonSchema)]
    #[serde(deny_unknown_fields)]
    struct Body {
        /// Which one.
        id: EventId,
        /// From 1 to 9.
        #[schemars(range(min = 1, max = 9))]
        many: u8,
        price: Option<Money>,
        /// When it begins.
        at: Option<Timestamp>,
        locale: Option<Locale>,
        #[serde(default)]
        flag: bool,
        /// Seats by their labels.
        labels: Option<Vec<SeatLabel>>,
    }

    const ID: &str = "019a5f3c-7c1e-7d60-9b57-2f8d1c0a4e11";

    fn given(change: &Value) -> Result<Body, Problem> {
        let mut body = json!({"id": ID, "many": 2});
        for (name, value) in change.as_object().unwrap() {
            body[name] = value.clone();
        }
        read(body.to_string().as_bytes())
    }

    #[test]
    fn a_body_is_read_as_it_is_meant() {
        let plain = given(&json!({})).unwrap();
        for same in [
            json!({"many": 2.0}),
            json!({"many": 20e-1}),
            json!({"price": null}),
            json!({"price": ""}),
            json!({"flag": null}),
            json!({"at": ""}),
            json!({"at": " ", "locale": "", "labels": "\u{a0}"}),
        ] {
            assert_eq!(given(&same).unwrap(), plain, "{same}");
        }
        let marked = format!("\u{feff}{}", json!({"id": ID, "many": 2}));
        assert_eq!(read::<Body>(marked.as_bytes()).unwrap(), plain);
        let priced = given(&json!({"price": {"amount": 5e6, "currency": "IDR"}})).unwrap();
        assert_eq!(priced.price, Some(Money::idr(5_000_000)));
        assert_eq!(given(&json!({"locale": "in_ID"})).unwrap().locale, Some(Locale::Id));
    }

    #[test]
    fn a_refusal_says_which_field_and_what_would_be_right() {
        for (change, field, detail) in [
            (json!({"many": "2"}), "many", "A whole number from 1 to 9. From 1 to 9."),
            (json!({"many": 2.5}), "many", "A whole number from 1 to 9. From 1 to 9."),
            (json!({"many": ""}), "many", "Required. A whole number from 1 to 9. From 1 to 9."),
            (json!({"id": "x"}), "id", "An id, which is a UUID. Which one."),
            (json!({"id": null}), "id", "Required. An id, which is a UUID. Which one."),
            (json!({"many": 9_007_199_254_740_993.0}), "many", "A whole number from 1 to 9."),
            (json!({"at": "tomorrow"}), "at", "A time such as 2030-01-01T12:00:00Z. When it begins."),
            (json!({"locale": "fr"}), "locale", "One of id, en."),
            (json!({"flag": "yes"}), "flag", "true or false."),
            (json!({"labels": ["A-1", "a 1"]}), "labels[1]", "A seat label is 1 to 16 capital letters, digits"),
            (json!({"labels": "A-1"}), "labels", "A list. Each: A seat label is 1 to 16 capital letters, digits"),
            (json!({"price": {"amount": 1}}), "price.currency", "Required. "),
            (json!({"extra": 1}), "extra", "There is no such field."),
            (json!({"extra": ""}), "extra", "There is no such field."),
            (json!({"<script>": 1}), "", "There is no such field."),
        ] {
            let problem = given(&change).unwrap_err().body();
            assert_eq!(problem["field"].as_str().unwrap_or_default(), field, "{change}");
            assert!(problem["detail"].as_str().unwrap().starts_with(detail), "{change}: {problem}");
            assert!(!problem["detail"].as_str().unwrap().contains("tomorrow"), "the input is not repeated");
        }
        assert_eq!(read::<Body>(b"{\"id\":").unwrap_err().code(), Code::MalformedJson);
        for no_object in ["[]", "null", "\"x\"", "7"] {
            assert_eq!(read::<Body>(no_object.as_bytes()).unwrap_err().code(), Code::Invalid, "{no_object}");
        }
        assert_eq!(read::<Body>(b"").unwrap_err().code(), Code::MalformedJson);
    }

    #[test]
    fn one_meaning_has_one_canonical_form() {
        let one = canonical(br#"{"a": 5e6, "b": {"d": null, "c": "x"}}"#);
        for same in [
            &br#"{"b":{"c":"x","d":null},"a":5000000}"#[..],
            b"\xef\xbb\xbf{ \"a\" : 5000000.0, \"b\": {\"c\": \"\\u0078\", \"d\": null}}\n",
        ] {
            assert_eq!(canonical(same), one);
        }
        assert_ne!(canonical(br#"{"a": 5000001, "b": {"d": null, "c": "x"}}"#), one);
        assert_eq!(canonical(b"no JSON"), b"no JSON");
    }
}
