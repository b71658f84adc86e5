//! `cargo run`: Karcis on this machine.

use clap::Parser;
use local::options::{Command, TEMPLATE};
use local::{Cloud, Error, Options, guide, keys, sam_env, template};
use std::io::{IsTerminal, Write};
use std::process::ExitCode;
use tracing_subscriber::EnvFilter;

fn main() -> ExitCode {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn"));
    let colours = std::io::stderr().is_terminal();
    tracing_subscriber::fmt().with_writer(std::io::stderr).with_ansi(colours).with_env_filter(filter).init();
    #[expect(clippy::disallowed_methods, reason = "the one place where settings enter")]
    let environment = std::env::vars().collect();
    let outcome = Options::parse().with_environment(&environment).and_then(|options| match &options.command {
        None => tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(serve(&options)),
        Some(Command::Keys) => print(&serde_json::to_string_pretty(&keys::generate()?)?),
        Some(Command::Resources) => print(&serde_json::to_string_pretty(&template::resources(TEMPLATE)?)?),
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

async fn serve(options: &Options) -> Result<(), Error> {
    let cloud = Cloud::start(options).await?;
    print(&guide::guide(&cloud, options))?;
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    tokio::select! {
        interrupted = tokio::signal::ctrl_c() => interrupted?,
        _ = terminate.recv() => {}
    }
    // State is whole at every moment, so there is nothing to put in order.
    Ok(())
}

fn print(text: &str) -> Result<(), Error> {
    Ok(writeln!(std::io::stdout(), "{text}")?)
}
