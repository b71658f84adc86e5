//! The functions' environment for `sam local --env-vars`: SAM does not look into Secrets Manager, and does not know
//! what a name in the template is called elsewhere.

use crate::cloud::surroundings;
use crate::options::{Options, TEMPLATE};
use crate::template::Template;
use crate::{Error, keys};
use serde_json::{Map, Value};

/// By function, as in the template: its variables, with AWS's APIs at `aws` and the API at `api`.
pub fn sam_env(options: &Options, aws: &str, api: &str) -> Result<Value, Error> {
    std::fs::create_dir_all(&options.data_dir)?;
    let keys = keys::kept(&options.data_dir)?;
    let template = Template::read(TEMPLATE, &surroundings(options, &keys, api, aws))?;
    let functions = template.functions.into_iter().map(|function| {
        let variables: Map<String, Value> =
            function.environment.into_iter().map(|(name, value)| (name, value.into())).collect();
        (function.logical_id, Value::Object(variables))
    });
    Ok(Value::Object(functions.collect()))
}
