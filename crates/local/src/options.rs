//! What one may say on the command line and in the environment.

use clap::{Parser, Subcommand};
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::path::PathBuf;
use template::{Error, TEXT, parameters};

/// Karcis on this machine: builds and starts everything in one process.
///
/// Settings are environment variables with the names of the template's parameters, such as HOLD_SECONDS,
/// ORGANISER_FAILURE_RATE and PAYMENT_FAILURE_RATE.
#[derive(Debug, Clone, Parser)]
#[command(name = "karcis", version)]
pub struct Options {
    /// Where to listen.
    #[arg(long, default_value = "127.0.0.1")]
    pub host: IpAddr,
    /// The port of pages and API.
    #[arg(long, default_value_t = 3000)]
    pub port: u16,
    /// The port of AWS's APIs: DynamoDB, SQS, SNS and S3 together.
    #[arg(long, default_value_t = 4566)]
    pub aws_port: u16,
    /// Where state is kept.
    #[arg(long, default_value = ".karcis")]
    pub data_dir: PathBuf,
    /// Keep state in a temporary directory: nothing outlives the process.
    #[arg(long)]
    pub ephemeral: bool,
    /// No simulated failures: every rate is 0.
    #[arg(long)]
    pub calm: bool,
    /// The template's parameters, where they are not its defaults.
    #[arg(skip)]
    pub parameters: BTreeMap<String, String>,
    /// Leave the sample data out.
    #[arg(skip)]
    pub bare: bool,
    /// Functions, by package, that are not there although the template has them.
    #[arg(skip)]
    pub absent: Vec<String>,
    /// What to do instead of running.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// What there is to do besides running.
#[derive(Debug, Clone, Subcommand)]
pub enum Command {
    /// Prints new keys for a deployment, as the JSON of the secret that the template's KeysSecret names.
    Keys,
    /// Prints the API's description, OpenAPI 3.1, made from what every function says of itself.
    Openapi,
    /// Prints the API as a Postman collection, with the whole story as a folder that runs.
    Postman,
    /// Prints what of the template is kept or said (tables, queues, topics, buckets), as a CloudFormation template
    /// without functions, for LocalStack or any other endpoint.
    Resources,
    /// Prints the functions' environment for `sam local --env-vars`, with the keys of the data directory.
    SamEnv {
        /// Where AWS's APIs are, as seen from a container.
        #[arg(long, default_value = "http://host.docker.internal:4566")]
        aws: String,
        /// Where the API is, as seen from a container.
        #[arg(long, default_value = "http://host.docker.internal:3000")]
        api: String,
    },
    /// Puts the sample data (movies, events and their seats; as an admin, power products and meters too) into a running
    /// Karcis, through its API. What is there already stays.
    Seed {
        /// Where it is.
        #[arg(long, default_value = "http://127.0.0.1:3000")]
        url: String,
        /// An organiser's or an admin's e-mail.
        #[arg(long, default_value = "organiser@karcis.test")]
        email: String,
        /// Their password.
        #[arg(
            long,
            env = "KARCIS_PASSWORD",
            hide_env_values = true,
            default_value = "karcis-local-only",
            hide_default_value = true
        )]
        password: String,
    },
    /// Brings the tables up to this version; what is done stays done, and what broke off goes on. Credentials and
    /// region are those of the environment (AWS_ACCESS_KEY_ID and so on).
    Migrate {
        /// Where DynamoDB is; if not given, at AWS, or without credentials at the local cloud.
        #[arg(long)]
        endpoint: Option<String>,
        /// The stack.
        #[arg(long, default_value = "karcis")]
        stack: String,
    },
}

impl Options {
    /// A Karcis of its own: any free ports, state in memory, no sample data.
    pub fn in_memory(parameters: &[(&str, &str)]) -> Self {
        let parameters = parameters.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let host = IpAddr::from([127, 0, 0, 1]);
        let data_dir = PathBuf::from(".karcis");
        Self {
            host,
            port: 0,
            aws_port: 0,
            data_dir,
            ephemeral: true,
            calm: false,
            parameters,
            bare: true,
            absent: Vec::new(),
            command: None,
        }
    }

    /// Takes the template's parameters from an environment, and makes rates 0 when it shall be calm.
    pub fn with_environment(mut self, environment: &BTreeMap<String, String>) -> Result<Self, Error> {
        for parameter in parameters(TEXT)? {
            if let Some(value) = environment.get(&setting(&parameter)) {
                self.parameters.insert(parameter.clone(), value.clone());
            }
            if self.calm && parameter.ends_with("FailureRate") {
                self.parameters.insert(parameter, "0".into());
            }
        }
        Ok(self)
    }
}

/// `HoldSeconds` is `HOLD_SECONDS` in an environment.
fn setting(parameter: &str) -> String {
    let mut name = String::new();
    for letter in parameter.chars() {
        if letter.is_ascii_uppercase() && !name.is_empty() {
            name.push('_');
        }
        name.push(letter.to_ascii_uppercase());
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_reach_the_template_and_calm_silences_them() {
        let given = [("HOLD_SECONDS", "2"), ("PAYMENT_FAILURE_RATE", "1"), ("PATH", "/bin")];
        let environment = given.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        let options = Options::parse_from(["karcis"]).with_environment(&environment).unwrap();
        assert_eq!(options.parameters.len(), 2);
        assert_eq!(options.parameters["HoldSeconds"], "2");
        let calm = Options::parse_from(["karcis", "--calm"]).with_environment(&environment).unwrap();
        assert_eq!(calm.parameters["PaymentFailureRate"], "0");
        assert_eq!(calm.parameters["OrganiserFailureRate"], "0");
    }
}
