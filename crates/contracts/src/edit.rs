//! Edits of things that several callers may change: read, compare the version, change, write on the condition that
//! nobody else wrote, and otherwise start again. After the last try the answer is always [`Code::Unavailable`]: the
//! same request may succeed later.

use crate::{Code, Failure, Problem};

/// How many times an edit is tried. A try fails only because somebody else wrote, so the callers together always make
/// progress.
const TRIES: u32 = 4;

/// Something that grows by one version with every change.
pub trait Versioned {
    /// The version that it is at.
    fn version(&self) -> u64;
}

/// Which versions of a thing the caller saw.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Seen {
    /// They do not say: any will do.
    #[default]
    Any,
    /// One of these.
    OneOf(Vec<u64>),
}

/// The thing, if it is at a version that the caller saw; otherwise 412.
pub fn as_seen<T: Versioned>(thing: T, seen: &Seen) -> Result<T, Problem> {
    match seen {
        Seen::OneOf(versions) if !versions.contains(&thing.version()) => Err(Problem::new(Code::VersionMismatch)),
        _ => Ok(thing),
    }
}

/// Calls `attempt` until it answers something, a few times at most; `None` means that somebody else was faster.
pub async fn until_done<R, Fut>(mut attempt: impl FnMut() -> Fut) -> Result<R, Problem>
where
    Fut: Future<Output = Result<Option<R>, Problem>>,
{
    for _ in 0..TRIES {
        if let Some(done) = attempt().await? {
            return Ok(done);
        }
    }
    Err(Problem::new(Code::Unavailable))
}

/// Edits the thing that `read` answers; `seen` says which versions the caller saw.
///
/// `change` answers the new state, or `None` when there is nothing to change. `write` takes the old and the new state
/// and answers what it wrote. If the thing is no longer in the old state, `write` MUST change nothing and answer
/// `None`.
pub async fn edit<T, Reading, Writing>(
    seen: &Seen,
    mut read: impl FnMut() -> Reading,
    mut change: impl FnMut(&T) -> Result<Option<T>, Problem>,
    mut write: impl FnMut(T, T) -> Writing,
) -> Result<T, Problem>
where
    T: Versioned,
    Reading: Future<Output = Result<T, Problem>>,
    Writing: Future<Output = Result<Option<T>, Failure>>,
{
    for _ in 0..TRIES {
        let before = as_seen(read().await?, seen)?;
        let Some(after) = change(&before)? else { return Ok(before) };
        if let Some(written) = write(before, after).await? {
            return Ok(written);
        }
    }
    Err(Problem::new(Code::Unavailable))
}
