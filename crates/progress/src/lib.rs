//! Shows how far a long task is, and how long it will still take: a bar where a person watches, and a line at each
//! tenth elsewhere.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::{IsTerminal, Write};
use std::time::{Duration, Instant};

/// A task that takes less than this shows no progress.
const MOMENT: Duration = Duration::from_secs(2);

/// The progress of a task with a known number of steps.
#[derive(Debug)]
pub struct Progress {
    bar: ProgressBar,
    what: &'static str,
    steps: u64,
    began: Instant,
}

impl Progress {
    /// The progress of `what`, which has this many steps.
    pub fn of(what: &'static str, steps: u64) -> Self {
        let bar = ProgressBar::with_draw_target(Some(steps), ProgressDrawTarget::hidden());
        // If the template were wrong, the bar would keep the library's own style.
        if let Ok(style) = ProgressStyle::with_template("{msg} {wide_bar} {pos}/{len}, {eta} left") {
            bar.set_style(style);
        }
        bar.set_message(what);
        Self { bar, what, steps, began: Instant::now() }
    }

    /// One more step is done.
    pub fn step(&self) {
        self.bar.inc(1);
        if self.began.elapsed() < MOMENT {
            return;
        }
        let (done, watched) = (self.bar.position(), std::io::stderr().is_terminal());
        let tenth = |done: u64| done * 10 / self.steps.max(1);
        if watched && self.bar.is_hidden() {
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
        } else if !watched && tenth(done) > tenth(done - 1) {
            let left = self.bar.eta().as_secs();
            drop(writeln!(std::io::stderr(), "{}: {done} of {}, {left} s left", self.what, self.steps));
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
