//! Resolves the template's references: `Ref`, `Fn::GetAtt`, `Fn::Sub`, `Fn::Split`, `Fn::If` with its conditions, and
//! Secrets Manager's dynamic references.

use crate::{ACCOUNT, Error, REGION, STACK, Surroundings, members, parameter, physical, plain};
use serde_json::{Map, Value};
use std::collections::HashMap;

/// Everything that the template can refer to by a name.
pub struct Names {
    references: HashMap<String, String>,
    attributes: HashMap<String, Map<String, Value>>,
    secrets: HashMap<String, String>,
    conditions: HashMap<String, bool>,
}

impl Names {
    /// Of a template's parameters and resources.
    pub fn new(template: &Value, around: &Surroundings) -> Result<Self, Error> {
        let pseudo = [
            ("AWS::StackName", STACK),
            ("AWS::Region", REGION),
            ("AWS::AccountId", ACCOUNT),
            ("AWS::Partition", "aws"),
            ("AWS::URLSuffix", "amazonaws.com"),
        ];
        let mut references: HashMap<_, _> = pseudo.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        for (name, parameter) in members(&template["Parameters"]) {
            let given = around.parameters.get(name).cloned().or_else(|| plain(&parameter["Default"]));
            let given = given.ok_or_else(|| format!("the parameter {name} is missing"))?;
            parameter::check(name, parameter, &given)?;
            references.insert(name.to_owned(), given);
        }
        let secrets = around.secrets.iter().map(|(name, value)| (name.clone(), value.clone())).collect();
        let (attributes, conditions) = (HashMap::new(), HashMap::new());
        let mut names = Self { references, attributes, secrets, conditions };
        for (name, condition) in members(&template["Conditions"]) {
            let holds = holds(condition, &names)?;
            names.conditions.insert(name.to_owned(), holds);
        }
        // A rule without a condition of its own (AWS CloudFormation user guide, "CloudFormation template Rules syntax").
        for (name, rule) in members(&template["Rules"]) {
            for assertion in rule["Assertions"].as_array().into_iter().flatten() {
                if !holds(&assertion["Assert"], &names)? {
                    let why = assertion["AssertDescription"].as_str().unwrap_or(name);
                    return Err(format!("the parameters do not go together: {why}").into());
                }
            }
        }
        for (id, resource) in members(&template["Resources"]) {
            // A property whose name ends in `Name` refers only to parameters, so it can be resolved before all names
            // are known.
            let own = members(&resource["Properties"]).filter(|(name, _)| name.ends_with("Name"));
            let own = own.filter_map(|(name, value)| Some((name.to_owned(), resolve(value, &names).ok()?)));
            let own = Value::Object(own.collect());
            let kind = resource["Type"].as_str().unwrap_or_default();
            let (reference, attributes) = physical(id, kind, &own, around);
            names.references.insert(id.to_owned(), reference);
            names.attributes.insert(id.to_owned(), attributes);
        }
        Ok(names)
    }

    /// The name of the function that has this ARN.
    pub fn function_of_arn(&self, arn: &str) -> Option<String> {
        let (id, _) = self.attributes.iter().find(|(_, attributes)| attributes.get("Arn").is_some_and(|a| a == arn))?;
        self.references.get(id).cloned()
    }

    /// Is this resource made? It is not if it has a condition that does not hold or is not there.
    pub fn has(&self, resource: &Value) -> bool {
        let holds = |condition: &str| self.conditions.get(condition).copied().unwrap_or_default();
        resource["Condition"].as_str().is_none_or(holds)
    }

    /// Puts the values of these parameters where a value refers to them, and what conditions choose where they do.
    pub fn fill_in(&self, value: &mut Value, parameters: &[String]) -> Result<(), Error> {
        if value.get("Fn::If").is_some() {
            *value = resolve(value, self)?;
            return Ok(());
        }
        let named = value["Ref"].as_str().filter(|name| parameters.iter().any(|one| one == name));
        if let Some(given) = named.map(|name| self.reference(name)).transpose()? {
            *value = Value::String(given);
            return Ok(());
        }
        match value {
            Value::Object(members) => members.values_mut().try_for_each(|one| self.fill_in(one, parameters)),
            Value::Array(all) => all.iter_mut().try_for_each(|one| self.fill_in(one, parameters)),
            _ => Ok(()),
        }
    }

    /// The value of a parameter, or the name of a resource.
    pub fn reference(&self, name: &str) -> Result<String, Error> {
        self.references
            .get(name)
            .cloned()
            .ok_or_else(|| format!("the template refers to {name}, which is not there").into())
    }

    fn attribute(&self, id: &str, name: &str) -> Result<String, Error> {
        let value = self.attributes.get(id).and_then(|attributes| attributes.get(name)).and_then(plain);
        value.ok_or_else(|| format!("the template refers to {id}.{name}, which is not there").into())
    }

    /// `${Name}` and `${Resource.Attribute}`, then `{{resolve:secretsmanager:<secret>:SecretString:<field>}}`.
    fn substitute(&self, text: &str) -> Result<String, Error> {
        let mut done = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("${") {
            let (name, after) = after.split_once('}').ok_or("a ${ without its }")?;
            done.push_str(before);
            done.push_str(&match name.split_once('.') {
                Some((id, attribute)) => self.attribute(id, attribute)?,
                None => self.reference(name)?,
            });
            rest = after;
        }
        done.push_str(rest);
        match done.strip_prefix("{{resolve:secretsmanager:").and_then(|rest| rest.strip_suffix("}}")) {
            None => Ok(done),
            Some(secret) => {
                let field = secret.rsplit(':').next().unwrap_or_default();
                let value = self.secrets.get(field).cloned();
                value.ok_or_else(|| format!("the secret has no field {field}").into())
            }
        }
    }
}

/// A part of the template, with every reference replaced by its value.
pub fn resolve(part: &Value, names: &Names) -> Result<Value, Error> {
    Ok(match part {
        Value::Array(items) => items.iter().map(|item| resolve(item, names)).collect::<Result<_, _>>()?,
        Value::Object(object) => match single(object) {
            Some(("Ref", Value::String(name))) if name == "AWS::NoValue" => Value::Null,
            Some(("Ref", Value::String(name))) => names.reference(name)?.into(),
            Some(("Fn::Split", Value::Array(parts))) => match parts.as_slice() {
                [Value::String(between), text] => {
                    let text = plain(&resolve(text, names)?).ok_or("Fn::Split without a text")?;
                    text.split(between.as_str()).collect()
                }
                _ => return Err("Fn::Split without a separator and a text".into()),
            },
            Some(("Fn::If", Value::Array(parts))) => match parts.as_slice() {
                [Value::String(name), then, otherwise] => {
                    let known = names.conditions.get(name).copied();
                    let holds = known.ok_or_else(|| format!("there is no condition {name}"))?;
                    resolve(if holds { then } else { otherwise }, names)?
                }
                _ => return Err("Fn::If without condition and two values".into()),
            },
            Some(("Fn::Sub", Value::String(text))) => names.substitute(text)?.into(),
            Some(("Fn::GetAtt", Value::Array(path))) => match path.as_slice() {
                [Value::String(id), Value::String(attribute)] => names.attribute(id, attribute)?.into(),
                _ => return Err("Fn::GetAtt without resource and attribute".into()),
            },
            Some((function, _)) if function.starts_with("Fn::") => {
                return Err(format!("the local cloud does not know {function}").into());
            }
            _ => {
                let member = |(name, value): (&String, &Value)| Ok::<_, Error>((name.clone(), resolve(value, names)?));
                Value::Object(object.iter().map(member).collect::<Result<_, _>>()?)
            }
        },
        other => other.clone(),
    })
}

/// Does a condition hold? `Fn::And`, `Fn::Or`, `Fn::Equals` and `Fn::Not` are known.
fn holds(condition: &Value, names: &Names) -> Result<bool, Error> {
    match condition.as_object().and_then(single) {
        Some(("Fn::Not", Value::Array(inner))) if inner.len() == 1 => Ok(!holds(&inner[0], names)?),
        Some(("Fn::And", Value::Array(all))) => {
            all.iter().try_fold(true, |so_far, one| Ok(holds(one, names)? && so_far))
        }
        Some(("Fn::Or", Value::Array(all))) => {
            all.iter().try_fold(false, |so_far, one| Ok(holds(one, names)? || so_far))
        }
        Some(("Fn::Equals", Value::Array(sides))) if sides.len() == 2 => {
            let sides = sides.iter().map(|side| Ok::<_, Error>(plain(&resolve(side, names)?)));
            let sides = sides.collect::<Result<Vec<_>, _>>()?;
            Ok(sides.first() == sides.last())
        }
        _ => Err("a condition that the local cloud does not know".into()),
    }
}

fn single(object: &Map<String, Value>) -> Option<(&str, &Value)> {
    let mut members = object.iter();
    match (members.next(), members.next()) {
        (Some((name, value)), None) => Some((name, value)),
        _ => None,
    }
}
