//! What CloudFormation takes as a parameter's value, so that a wrong one is refused here too, and in words.

use crate::{Error, plain};
use regex_lite::Regex;
use serde_json::Value;

/// Refuses a value that the parameter does not allow (AWS CloudFormation user guide, "CloudFormation template
/// Parameters syntax"): a pattern must fit the whole value. Times alone may be shorter here than in a deployment:
/// functions check them too, and whoever tries Karcis does not want to wait.
pub fn check(name: &str, parameter: &Value, given: &str) -> Result<(), Error> {
    let refused = |why: String| {
        let what = parameter["Description"].as_str().unwrap_or_default();
        Err(format!("the parameter {name} is {given:?}: {why}. {what}").into())
    };
    if let Some(allowed) = parameter["AllowedValues"].as_array() {
        let allowed: Vec<_> = allowed.iter().filter_map(plain).collect();
        if !allowed.iter().any(|one| one == given) {
            return refused(format!("it is one of {}", allowed.join(", ")));
        }
    }
    if let Some(pattern) = parameter["AllowedPattern"].as_str()
        && !Regex::new(&format!("^(?:{pattern})$"))?.is_match(given)
    {
        return refused(format!("it has the form {pattern}"));
    }
    if parameter["Type"] == "Number" {
        let Some(number) = given.parse::<f64>().ok().filter(|number| number.is_finite()) else {
            return refused("it is a number".to_owned());
        };
        let bound = |bound: &str| plain(&parameter[bound]).and_then(|bound| bound.parse::<f64>().ok());
        let (least, most) = (bound("MinValue").unwrap_or(f64::MIN), bound("MaxValue").unwrap_or(f64::MAX));
        let least = if name.ends_with("Seconds") { least.min(0.0) } else { least };
        if number < least || number > most {
            return refused(format!("it is from {least} to {most}"));
        }
    }
    Ok(())
}
