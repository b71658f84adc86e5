//! Takes the lines that functions write to CloudWatch Logs, in the form in which they write them at AWS.

use engines::Logs;
use std::io::{self, Write};
use std::sync::Arc;
use tracing::Subscriber;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::registry::LookupSpan;

tokio::task_local! {
    static WRITES_TO: Stream;
}

/// Where the function in hand writes.
#[derive(Clone)]
pub struct Stream {
    /// All lines.
    pub logs: Arc<Logs>,
    /// Its group.
    pub group: String,
    /// Its name in the account.
    pub function: String,
}

impl Stream {
    /// Keeps a line.
    pub fn write(&self, line: &str) {
        self.logs.write(&self.group, &self.function, line);
    }

    /// Runs a function whose lines go here.
    pub async fn of<F: Future>(self, work: F) -> F::Output {
        WRITES_TO.scope(self, work).await
    }
}

/// What a program adds to its subscriber, so that functions' lines are kept. Other lines pass by.
pub fn layer<S: Subscriber + for<'a> LookupSpan<'a>>() -> impl Layer<S> {
    lambda::log_lines(Lines).with_filter(LevelFilter::INFO)
}

struct Lines;

impl MakeWriter<'_> for Lines {
    type Writer = Line;

    fn make_writer(&self) -> Line {
        Line(Vec::new())
    }
}

/// One line, kept once it is whole.
struct Line(Vec<u8>);

impl Write for Line {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        // Without a function in hand, the line is none of theirs.
        if let Ok(stream) = WRITES_TO.try_with(Clone::clone) {
            stream.write(&String::from_utf8_lossy(&self.0));
        }
    }
}
