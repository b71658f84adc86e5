//! `cargo run -p sim -- --seeds 10000`: plays many stories and says which promises they broke.

mod kills;

use clap::Parser;
use sim::bugs::Bug;
use sim::promises::Findings;
use sim::report::play_all;
use sim::shorten::shorten;
use sim::{Props, Wish, play};
use std::collections::BTreeSet;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;
use template::Error;

/// Half of a story's work is making requests and reading answers, which needs many small allocations.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Plays stories from seeds and looks for broken promises.
#[derive(Debug, Parser)]
struct Options {
    /// How many seeds to play.
    #[arg(long, default_value_t = 100)]
    seeds: u64,
    /// Begins with this seed instead of 0.
    #[arg(long, default_value_t = 0)]
    from: u64,
    /// Plays this one seed and tells its story.
    #[arg(long)]
    seed: Option<u64>,
    /// With --seed: plays it with only these faults and acts, separated by commas.
    #[arg(long, value_delimiter = ',')]
    only: Option<Vec<String>>,
    /// Plays with this deliberate bug in the code.
    #[arg(long)]
    bug: Option<String>,
    /// Looks for every deliberate bug in turn, in --seeds seeds each; fails if one is not found.
    #[arg(long)]
    bugs: bool,
    /// Instead, kills the local cloud this many times under load; --seed decides when, and what people do.
    #[arg(long)]
    kills: Option<u64>,
    /// With --kills: the program to be killed; `karcis` beside this one if not given.
    #[arg(long)]
    karcis: Option<PathBuf>,
    /// Stories played side by side.
    #[arg(long, default_value_t = std::thread::available_parallelism().map_or(1, std::num::NonZero::get))]
    jobs: usize,
    /// Names the pairs of step and fault that did not happen.
    #[arg(long)]
    missing: bool,
}

fn main() -> ExitCode {
    match run(&Options::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            drop(writeln!(std::io::stderr(), "sim: {error}"));
            ExitCode::FAILURE
        }
    }
}

fn say(line: &str) -> Result<(), Error> {
    Ok(writeln!(std::io::stdout(), "{line}")?)
}

fn run(options: &Options) -> Result<bool, Error> {
    if let Some(kills) = options.kills {
        return kills::run(kills, options.seed.unwrap_or(1), options.karcis.clone());
    }
    let bug = match &options.bug {
        None => None,
        Some(name) => Some(Bug::named(name).ok_or_else(|| format!("there is no bug {name}"))?),
    };
    let props = Props::make()?;
    if options.bugs {
        return prove(&props, options);
    }
    let wish = Wish { bug, kept: options.only.clone().map(BTreeSet::from_iter), ..Wish::default() };
    if let Some(seed) = options.seed {
        let outcome = play(&props, seed, &Wish { told: true, ..wish })?;
        for line in &outcome.story {
            say(line)?;
        }
        say(&verdict(&outcome.broken))?;
        return Ok(outcome.broken.is_empty());
    }
    let began = Instant::now();
    let summary = play_all(&props, options.from..options.from + options.seeds, &wish, options.jobs, false, "stories")?;
    let speed = f64::from(u32::try_from(summary.played)?) / began.elapsed().as_secs_f64();
    say(&format!("seeds played: {}", summary.played))?;
    say(&format!("seeds/s: {speed:.1}"))?;
    let (all, met) = summary.pairs();
    say(&format!("coverage: {met} of {all} pairs of step and fault"))?;
    if options.missing {
        for pair in summary.missing() {
            say(&format!("  never: {pair}"))?;
        }
    }
    say(&format!("seeds that broke a promise: {}", summary.broken.len()))?;
    for (seed, broken) in summary.broken.iter().take(3) {
        tell(&props, *seed, broken, &wish)?;
    }
    for (seed, broken) in summary.broken.iter().skip(3).take(40) {
        say(&format!("seed {seed}: {broken}"))?;
    }
    Ok(summary.broken.is_empty())
}

fn verdict(broken: &Findings) -> String {
    if broken.is_empty() { "no promise was broken".into() } else { format!("BROKEN: {broken}") }
}

/// Tells the shortened story of a seed that broke a promise, and how to play it again.
fn tell(props: &Arc<Props>, seed: u64, broken: &Findings, wish: &Wish) -> Result<(), Error> {
    say(&format!("\nseed {seed}: {broken}"))?;
    let (short, kept) = shorten(props, seed, wish)?;
    for line in &short.story {
        say(&format!("  {line}"))?;
    }
    let only: Vec<_> = kept.into_iter().collect();
    let bug = wish.bug.map_or(String::new(), |bug| format!(" --bug {}", bug.name()));
    say(&format!("  again: cargo run --profile sim -p sim -- --seed {seed}{bug} --only '{}'", only.join(",")))
}

/// Looks for every deliberate bug.
fn prove(props: &Arc<Props>, options: &Options) -> Result<bool, Error> {
    let mut all_found = true;
    for bug in Bug::ALL {
        let wish = Wish { bug: Some(*bug), ..Wish::default() };
        let summary = play_all(props, 0..options.seeds, &wish, options.jobs, true, bug.name())?;
        if let Some((seed, broken)) = summary.broken.first_key_value() {
            let first = broken.broken_promise().map_or(String::new(), ToString::to_string);
            say(&format!("{:<20} found by seed {seed:>4}: {first}", bug.name()))?;
        } else {
            all_found = false;
            say(&format!("{:<20} NOT FOUND in {} seeds ({})", bug.name(), options.seeds, bug.what()))?;
        }
    }
    Ok(all_found)
}
