//! The same seeds tell the same stories, bit for bit, in every run.
#![cfg(test)]

use std::process::Command;

/// What a run prints, without the one line that depends on time.
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
    // A story is also found, shortened and told in the same way.
    let found = ["--seeds", "1", "--bug", "counted-out"];
    let story = printed(&found);
    assert!(story.iter().any(|line| line.contains("again: ")), "{story:#?}");
    assert_eq!(story, printed(&found));
    let one = ["--seed", "3"];
    assert!(printed(&one).len() > 20);
    assert_eq!(printed(&one), printed(&one));
}
