//! Karcis as a whole, through its doors: HTTP, events, and the process itself. One binary, because linking is slow.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod app;
mod bad_input;
mod booking;
mod crowd;
mod queues;
mod replay;
mod restart;
mod shape;
