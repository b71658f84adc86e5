//! `cargo run`: Karcis on this machine.

use clap::Parser;
use engines::{ACCESS_KEY, SECRET_KEY};
use lambda::Env;
use local::dead_letters::dead_letters;
use local::options::{Command, KeysChange};
use local::{Cloud, Options, guide, limits, log_lines, migrate, sam_env, seed};
use std::collections::BTreeMap;
use std::io::{IsTerminal, Write};
use std::process::ExitCode;
use std::time::Duration;
use template::{Error, REGION, TEXT, keys};
use tracing::Level;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// How long work on other threads may go on after Ctrl-C.
const LAST_MOMENT: Duration = Duration::from_millis(300);

fn main() -> ExitCode {
    #[expect(clippy::disallowed_methods, reason = "the one place where settings enter")]
    let environment: BTreeMap<String, String> = std::env::vars().collect();
    let said = environment.get("RUST_LOG").and_then(|said| said.parse().ok());
    let quiet = || Targets::new().with_default(Level::WARN).with_target("dynoxide", Level::ERROR);
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    let lines = lines.with_ansi(std::io::stderr().is_terminal());
    let lines = lines.with_filter(said.unwrap_or_else(quiet));
    tracing_subscriber::registry().with(lines).with(log_lines::layer()).init();
    let outcome = Options::parse().with_environment(&environment).and_then(|options| match &options.command {
        None => {
            if let Some(warning) = limits::raise_open_files()? {
                writeln!(std::io::stderr(), "{warning}")?;
            }
            let runtime = runtime()?;
            let served = runtime.block_on(serve(&options));
            // What still runs is cut off: the state on disk is consistent at every moment.
            runtime.shutdown_timeout(LAST_MOMENT);
            served
        }
        Some(Command::Keys { change }) => changed_keys(change.as_ref()),
        Some(Command::Openapi) => print(&serde_json::to_string_pretty(&api::openapi())?),
        Some(Command::Postman) => print(&serde_json::to_string_pretty(&api::postman())?),
        Some(Command::Resources) => {
            print(&serde_json::to_string_pretty(&template::resources(TEXT, &options.parameters)?)?)
        }
        Some(Command::Seed { url, email, password }) => {
            let made = runtime()?.block_on(seed::seed_sales(url, email, password))?;
            print(if made { "The sample data is in." } else { "The sample data was in already." })
        }
        Some(Command::DeadLetters { action, endpoint, stack }) => {
            let env = environment_of_aws(&environment, endpoint.as_deref());
            runtime()?.block_on(dead_letters(&env, stack, action, |line| print(&line)))
        }
        Some(Command::Migrate { endpoint, stack }) => {
            let env = environment_of_aws(&environment, endpoint.as_deref());
            print(&runtime()?.block_on(migrate::migrate(&env, stack))?.join("\n"))
        }
        Some(Command::SamEnv { aws, api }) => {
            print(&serde_json::to_string_pretty(&sam_env::sam_env(&options, aws, api)?)?)
        }
    });
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            drop(writeln!(std::io::stderr(), "karcis: {error}"));
            ExitCode::FAILURE
        }
    }
}

/// Prints keys, and beside them, for people, what is to be done next.
fn changed_keys(change: Option<&KeysChange>) -> Result<(), Error> {
    let Some(change) = change else { return print(&serde_json::to_string_pretty(&keys::generate()?)?) };
    let given = std::io::read_to_string(std::io::stdin())?;
    let given = serde_json::from_str(&given).map_err(|why| format!("standard input is not a secret's JSON: {why}"))?;
    let (keys, next) = match change {
        KeysChange::Complete => {
            let (keys, made) = keys::complete(given)?;
            let made =
                if made.is_empty() { "Nothing was missing".to_owned() } else { format!("New: {}", made.join(", ")) };
            (keys, format!("{made}. Deploy with a new KeysVersion."))
        }
        KeysChange::Rotate { name } => keys::rotate(given, name)?,
        KeysChange::Retire { name } => keys::retire(given, name)?,
    };
    writeln!(std::io::stderr(), "{next}")?;
    print(&serde_json::to_string_pretty(&keys)?)
}

fn runtime() -> Result<tokio::runtime::Runtime, Error> {
    Ok(tokio::runtime::Builder::new_multi_thread().enable_all().build()?)
}

/// The process's environment, with AWS's services at this endpoint.
///
/// If the environment has no credentials, those of the local cloud are used. If no endpoint is given either, it is the
/// local cloud's too.
fn environment_of_aws(environment: &BTreeMap<String, String>, endpoint: Option<&str>) -> Env {
    let mut settings = environment.clone();
    let local = (!environment.contains_key("AWS_ACCESS_KEY_ID")).then_some("http://127.0.0.1:4566");
    if let Some(endpoint) = endpoint.or(local) {
        settings.retain(|name, _| !name.starts_with("AWS_ENDPOINT_URL_"));
        settings.insert("AWS_ENDPOINT_URL".into(), endpoint.to_owned());
        settings.entry("AWS_ACCESS_KEY_ID".into()).or_insert_with(|| ACCESS_KEY.into());
        settings.entry("AWS_SECRET_ACCESS_KEY".into()).or_insert_with(|| SECRET_KEY.into());
    }
    let region = environment.get("AWS_DEFAULT_REGION").cloned().unwrap_or_else(|| REGION.into());
    settings.entry("AWS_REGION".into()).or_insert(region);
    settings.into_iter().collect()
}

async fn serve(options: &Options) -> Result<(), Error> {
    let cloud = Cloud::start(options).await?;
    print(&guide::guide(&cloud, options))?;
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    tokio::select! {
        interrupted = tokio::signal::ctrl_c() => interrupted?,
        _ = terminate.recv() => {}
    }
    Ok(())
}

fn print(text: &str) -> Result<(), Error> {
    Ok(writeln!(std::io::stdout(), "{text}")?)
}
