//! The same seeds tell the same stories, bit for bit, whoever plays them when.
#![cfg(test)]

use std::process::Command;

/// What a run prints, but for the one line that bears a time.
fn printed(arguments: &[&str]) -> Vec<String> {
    let run = Command::new(env!("CARGO_BIN_EXE_sim")).args(arguments).output().unwrap();
    let text = String::from_utf8(run.stdout).unwrap();
    let (times, lines): (Vec<_>, Vec<_>) =
        text.lines().map(str::to_owned).partition(|line| line.starts_with("seeds/s: "));
    assert_eq!(times.len(), usize::from(arguments.contains(&"--seeds")), "{text}");
    lines
}

#[test]
fn two_runs_print_the_same() {
    let summary = ["--seeds", "8", "--missing"];
    assert_eq!(printed(&summary), printed(&summary));
    // Found, shortened and told: every step of the way is the same.
    let found = ["--seeds", "1", "--bug", "counted-out"];
    let story = printed(&found);
    assert!(story.iter().any(|line| line.contains("again: ")), "{story:#?}");
    assert_eq!(story, printed(&found));
    let one = ["--seed", "3"];
    assert!(printed(&one).len() > 20);
    assert_eq!(printed(&one), printed(&one));
}
