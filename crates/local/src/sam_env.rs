//! The functions' environment for `sam local --env-vars`. It is needed because SAM does not read Secrets Manager, and
//! does not know the local names and addresses of the template's resources.

use crate::options::Options;
use serde_json::{Map, Value};
use template::{Error, Surroundings, TEXT, Template, keys};

/// The variables of each function, by its name in the template, with AWS's APIs at `aws` and Karcis's API at `api`.
pub fn sam_env(options: &Options, aws: &str, api: &str) -> Result<Value, Error> {
    std::fs::create_dir_all(&options.data_dir)?;
    let keys = keys::kept(&options.data_dir)?;
    let template = Template::read(TEXT, &Surroundings::local(&options.parameters, &keys, api, aws))?;
    let functions = template.functions.into_iter().map(|function| {
        let variables: Map<String, Value> =
            function.environment.into_iter().map(|(name, value)| (name, value.into())).collect();
        (function.logical_id, Value::Object(variables))
    });
    Ok(Value::Object(functions.collect()))
}
