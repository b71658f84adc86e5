//! The options of the command line and of the environment.

use crate::dead_letters;
use crate::rights::Watch;
use crate::sockets::{SOCKET_LIMITS, SocketLimits};
use clap::{Parser, Subcommand};
use std::collections::BTreeMap;
use std::fmt;
use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use template::{Error, TEXT, parameters};
use triggers::gateway::REQUEST_TIME;

/// Karcis on this machine: builds and starts everything in one process.
///
/// Settings are environment variables with the names of the template's parameters, such as HOLD_SECONDS,
/// ORGANISER_FAILURE_RATE and PAYMENT_FAILURE_RATE.
#[derive(Debug, Clone, Parser)]
#[command(name = "karcis", version)]
pub struct Options {
    /// The address to listen on. Whoever reaches it may do everything, and read the keys: the port of AWS's APIs checks
    /// no signature.
    #[arg(long, default_value = "127.0.0.1")]
    pub host: IpAddr,
    /// The port of the API and the local pages.
    #[arg(long, default_value_t = 3000)]
    pub port: u16,
    /// The port of AWS's APIs, all together.
    #[arg(long, default_value_t = 4566)]
    pub aws_port: u16,
    /// The directory that keeps the state.
    #[arg(long, default_value = ".karcis")]
    pub data_dir: PathBuf,
    /// Keep state in a temporary directory: nothing outlives the process.
    #[arg(long)]
    pub ephemeral: bool,
    /// Simulate no failures: every failure rate is 0.
    #[arg(long)]
    pub calm: bool,
    /// How many executions of all functions together run at once, as in an AWS account: 10 in a new one, 1,000 in most.
    /// If not given, there is no limit.
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..))]
    pub concurrency: Option<u16>,
    /// Values of the template's parameters that replace its defaults.
    #[arg(skip)]
    pub parameters: BTreeMap<String, String>,
    /// Leave the sample data out.
    #[arg(skip)]
    pub bare: bool,
    /// Functions, by package, that are left out although the template has them.
    #[arg(skip)]
    pub absent: Vec<String>,
    /// Rights that the template grants and that are taken away: functions, by package, and actions.
    #[arg(skip)]
    pub denied: Vec<(String, String)>,
    /// How long a request may take to come in.
    #[arg(skip = REQUEST_TIME)]
    pub request_time: Duration,
    /// What a connection of the WebSocket API may do.
    #[arg(skip = SOCKET_LIMITS)]
    pub socket_limits: SocketLimits,
    /// Sees each call of AWS that a function makes.
    #[arg(skip)]
    pub watch: Option<Watched>,
    /// The command to run instead of the local cloud.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// Who sees each call of AWS that a function makes.
#[derive(Clone)]
pub struct Watched(pub Arc<dyn Watch>);

impl fmt::Debug for Watched {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Watched")
    }
}

/// The commands besides running the local cloud.
#[derive(Debug, Clone, Subcommand)]
pub enum Command {
    /// Prints the keys of a deployment, as the JSON of the secret that the template's parameter KeysSecret names: new
    /// ones, or with a change those read from standard input, changed. What is to be done next is said beside it.
    Keys {
        /// What is changed.
        #[command(subcommand)]
        change: Option<KeysChange>,
    },
    /// Prints the API's description (OpenAPI 3.1), made from the descriptions of all functions.
    Openapi,
    /// Prints the API as a Postman collection, with a folder of requests that runs the whole story from top to bottom.
    Postman,
    /// Prints the template's tables, queues, topics and buckets as a CloudFormation template without functions, for
    /// LocalStack or any other endpoint.
    Resources,
    /// Prints the functions' environment for `sam local --env-vars`, with the keys of the data directory.
    SamEnv {
        /// The URL of AWS's APIs, as seen from a container.
        #[arg(long, default_value = "http://host.docker.internal:4566")]
        aws: String,
        /// The URL of Karcis's API, as seen from a container.
        #[arg(long, default_value = "http://host.docker.internal:3000")]
        api: String,
    },
    /// Adds the sample data to a running Karcis, through its API: movies, events and their seats; as an admin, power
    /// products and meters too. Existing data stays as it is.
    Seed {
        /// The URL of the running Karcis.
        #[arg(long, default_value = "http://127.0.0.1:3000")]
        url: String,
        /// The e-mail address of an organiser or an admin.
        #[arg(long, default_value = "organiser@karcis.test")]
        email: String,
        /// The password of that account.
        #[arg(
            long,
            env = "KARCIS_PASSWORD",
            hide_env_values = true,
            default_value = "karcis-local-only",
            hide_default_value = true
        )]
        password: String,
    },
    /// Lists, reads, replays and drops what queues, schedules and streams gave up: the messages of all queues of dead
    /// letters, and the objects of the failed-records bucket. Credentials and region come from the environment
    /// (AWS_ACCESS_KEY_ID and so on).
    DeadLetters {
        /// What is done with them.
        #[command(subcommand)]
        action: dead_letters::Action,
        /// The URL of SQS, S3, Lambda and DynamoDB. If not given: AWS, or the local cloud if the environment has no
        /// credentials.
        #[arg(long, global = true)]
        endpoint: Option<String>,
        /// The name of the stack.
        #[arg(long, global = true, default_value = "karcis")]
        stack: String,
    },
    /// Migrates the tables to this version. A finished migration is not repeated, and an interrupted one continues.
    /// Credentials and region come from the environment (AWS_ACCESS_KEY_ID and so on).
    Migrate {
        /// The URL of DynamoDB. If not given: AWS, or the local cloud if the environment has no credentials.
        #[arg(long)]
        endpoint: Option<String>,
        /// The name of the stack.
        #[arg(long, default_value = "karcis")]
        stack: String,
    },
}

/// The changes of keys.
#[derive(Debug, Clone, Subcommand)]
pub enum KeysChange {
    /// Adds what is missing, such as what a later version needs, and replaces nothing.
    Complete,
    /// Does the next step of replacing a key, while the stack sells.
    Rotate {
        /// Which. A wrong name is answered with those that there are.
        name: String,
    },
    /// Has an earlier key no longer trusted.
    Retire {
        /// Which. A wrong name is answered with those that there are.
        name: String,
    },
}

impl Options {
    /// Options of a separate Karcis: any free ports, state in memory, no sample data.
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
            concurrency: None,
            parameters,
            bare: true,
            absent: Vec::new(),
            denied: Vec::new(),
            watch: None,
            request_time: REQUEST_TIME,
            socket_limits: SOCKET_LIMITS,
            command: None,
        }
    }

    /// Takes the template's parameters from an environment. With `calm`, every failure rate is 0.
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
