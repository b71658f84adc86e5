//! The simulation that tries to break Karcis's promises (`docs/promises.md`).
//!
//! A story is played from a seed. The deployed functions run with their adapters and the unmodified SDK, wired as
//! `infra/template.yaml` says, against the embedded DynamoDB in memory, in simulated time. The seed decides everything
//! else: when each message, record and timer comes, and whether it comes twice, late or in another order; which call is
//! refused, meets a conflict, or is cut off before or after it took effect; which function dies at which call; how far
//! clocks disagree. Then the promises are checked, from the tables alone.
//!
//! - [`mod@play`]: one story. [`scenes`]: short stories without chance. [`stage`]: where a story is played.
//! - [`props`]: what all stories share.
//! - [`weather`]: what goes wrong. [`dice`]: chance. [`people`]: who wants what.
//! - [`fleet`], [`aws`], [`carrier`], [`queues`], [`streams`], [`database`]: functions, and all that is between them.
//! - [`promises`]: the checks of what the tables say. [`changes`]: the checks of how they came to say it. [`bugs`]:
//!   deliberate bugs, which prove that the checks find such bugs.
//! - [`shorten`]: makes the story of a broken promise short. [`report`]: plays many seeds and sums up their results.

pub mod aws;
pub mod bugs;
pub mod carrier;
pub mod changes;
pub mod database;
pub mod dice;
pub mod fleet;
pub mod lines;
pub mod people;
pub mod play;
pub mod promises;
pub mod props;
pub mod queues;
pub mod report;
pub mod scenes;
pub mod shorten;
pub mod stage;
pub mod streams;
pub mod watchers;
pub mod weather;

pub use play::{Outcome, play};
pub use props::Props;
pub use stage::Wish;
