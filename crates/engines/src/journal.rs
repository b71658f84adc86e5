//! The journal of the queues: messages must outlive the process, and the engine keeps them only in memory.
//!
//! Each line is one fact in JSON: a message was sent, or a message is done with. A line is written to the kernel before
//! the sender gets an answer. So it survives a crash of the process, though not one of the machine.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::HashMap;
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use template::Error;

/// A message that was sent and is not done with.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Sent {
    /// Its queue's name.
    pub queue: String,
    /// What was sent.
    pub body: String,
    /// Its `MessageAttributes`.
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub attributes: Value,
    /// When it may first be received, in milliseconds since 1970.
    pub due: u64,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Fact {
    Sent { id: String, message: Sent },
    Done { id: String },
}

/// The journal of all queues.
pub struct Journal {
    file: File,
    path: PathBuf,
    live: HashMap<String, Sent>,
    lines: usize,
}

impl Journal {
    /// Opens a journal and answers the messages that were not done with. The new journal is empty: the caller sends
    /// these messages again, and so they are written to it.
    pub fn open(path: &Path) -> Result<(Self, Vec<Sent>), Error> {
        let mut live: HashMap<String, Sent> = HashMap::new();
        let mut order: Vec<String> = Vec::new();
        let old = std::fs::read(path).unwrap_or_default();
        for line in old.split(|byte| *byte == b'\n') {
            // The last line may be cut off, even inside a character: its sender never got an answer.
            match serde_json::from_slice(line) {
                Ok(Fact::Sent { id, message }) => {
                    order.push(id.clone());
                    live.insert(id, message);
                }
                Ok(Fact::Done { id }) => drop(live.remove(&id)),
                Err(_) => {}
            }
        }
        let left: Vec<_> = order.iter().filter_map(|id| live.remove(id)).collect();
        // The old journal stays until the new one has each of its messages.
        let fresh = path.with_extension("new");
        let file = OpenOptions::new().create(true).write(true).truncate(true).open(&fresh)?;
        Ok((Self { file, path: path.to_owned(), live: HashMap::new(), lines: 0 }, left))
    }

    /// Puts this journal in the place of the old one.
    pub fn commit(&self) -> Result<(), Error> {
        std::fs::rename(self.path.with_extension("new"), &self.path)?;
        Ok(())
    }

    /// Notes a message that was taken.
    pub fn sent(&mut self, id: &str, message: Sent) -> Result<(), Error> {
        self.write(&Fact::Sent { id: id.to_owned(), message: message.clone() })?;
        self.live.insert(id.to_owned(), message);
        Ok(())
    }

    /// Notes a message that is done with.
    pub fn done(&mut self, id: &str) -> Result<(), Error> {
        self.live.remove(id);
        self.write(&Fact::Done { id: id.to_owned() })?;
        if self.lines > 10_000 && self.lines > 4 * self.live.len() { self.shrink() } else { Ok(()) }
    }

    fn write(&mut self, fact: &Fact) -> Result<(), Error> {
        let mut line = serde_json::to_vec(fact)?;
        line.push(b'\n');
        self.lines += 1;
        Ok(self.file.write_all(&line)?)
    }

    /// Writes the journal anew, without what is done with.
    fn shrink(&mut self) -> Result<(), Error> {
        let fresh = self.path.with_extension("new");
        self.file = OpenOptions::new().create(true).write(true).truncate(true).open(&fresh)?;
        self.lines = 0;
        let live: Vec<_> = self.live.iter().map(|(id, message)| (id.clone(), message.clone())).collect();
        for (id, message) in live {
            self.write(&Fact::Sent { id, message })?;
        }
        self.commit()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(body: &str) -> Sent {
        Sent { queue: "q".into(), body: body.into(), attributes: Value::Null, due: 5 }
    }

    #[test]
    fn what_is_not_done_with_comes_back_in_order() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("messages.jsonl");
        let (mut journal, left) = Journal::open(&path).unwrap();
        journal.commit().unwrap();
        assert!(left.is_empty());
        for id in ["1", "2", "3"] {
            journal.sent(id, message(id)).unwrap();
        }
        journal.done("2").unwrap();
        journal.file.write_all(b"{\"sent\":{\"id\":\"4\xc3").unwrap();
        let (_, left) = Journal::open(&path).unwrap();
        assert_eq!(left.iter().map(|m| m.body.as_str()).collect::<Vec<_>>(), ["1", "3"]);
        assert_eq!(left[0].due, 5);
        // Nothing was sent again yet, so the old journal still stands.
        assert_eq!(Journal::open(&path).unwrap().1.len(), 2);
    }

    #[test]
    fn it_shrinks_and_loses_nothing() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("messages.jsonl");
        let (mut journal, _) = Journal::open(&path).unwrap();
        journal.commit().unwrap();
        journal.sent("kept", message("kept")).unwrap();
        for n in 0..6_000 {
            journal.sent(&n.to_string(), message("x")).unwrap();
            journal.done(&n.to_string()).unwrap();
        }
        assert!(std::fs::read_to_string(&path).unwrap().lines().count() < 10_001);
        assert_eq!(Journal::open(&path).unwrap().1[0].body, "kept");
    }
}
