//! Reads YAML with CloudFormation's short forms, and answers JSON with the long forms.

use crate::Error;
use saphyr::{LoadableYamlNode, Scalar, Yaml};
use serde_json::{Map, Value, json};

/// Reads one document.
pub fn parse(text: &str) -> Result<Value, Error> {
    let documents = Yaml::load_from_str(text)?;
    convert(documents.first().ok_or("the template is empty")?)
}

fn convert(node: &Yaml<'_>) -> Result<Value, Error> {
    Ok(match node {
        Yaml::Value(Scalar::Null) => Value::Null,
        Yaml::Value(Scalar::Boolean(truth)) => (*truth).into(),
        Yaml::Value(Scalar::Integer(number)) => (*number).into(),
        Yaml::Value(Scalar::FloatingPoint(number)) => number.into_inner().into(),
        Yaml::Value(Scalar::String(text)) | Yaml::Representation(text, ..) => text.as_ref().into(),
        Yaml::Sequence(items) => items.iter().map(convert).collect::<Result<_, _>>()?,
        Yaml::Mapping(members) => {
            let member = |(name, value): (&Yaml<'_>, &Yaml<'_>)| {
                let name = match convert(name)? {
                    Value::String(name) => name,
                    other => other.to_string(),
                };
                Ok::<_, Error>((name, convert(value)?))
            };
            Value::Object(members.iter().map(member).collect::<Result<Map<_, _>, _>>()?)
        }
        Yaml::Tagged(tag, inner) => long_form(&tag.suffix, convert(inner)?),
        Yaml::Alias(_) | Yaml::BadValue => return Err("the template is no YAML, or has an alias".into()),
    })
}

fn long_form(tag: &str, inner: Value) -> Value {
    match (tag, &inner) {
        ("Ref" | "Condition", _) => json!({ tag: inner }),
        ("GetAtt", Value::String(path)) => json!({"Fn::GetAtt": path.splitn(2, '.').collect::<Vec<_>>()}),
        _ => json!({format!("Fn::{tag}"): inner}),
    }
}
