//! Tests of Karcis as a whole, from outside: over HTTP, by events, and as a process. They are one binary, because
//! linking is slow.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod access;
mod accounts;
mod alarms;
mod app;
mod aws_port;
mod bad_input;
mod booking;
mod cancelling;
mod contracts;
mod crowd;
mod dead_letters;
mod description;
mod events;
mod following;
mod heat;
mod keys;
mod laptop;
mod late;
mod leaks;
mod live;
mod loops;
mod migrations;
mod movies;
mod moving;
mod organisers;
mod people;
mod power;
mod queues;
mod replay;
mod restart;
mod rights;
mod sales;
mod security;
mod shape;
mod waiting;
