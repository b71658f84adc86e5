//! Changing what others may change too: read, compare the version, change, write on condition, and begin anew if
//! somebody else was faster. When the tries are used up there is one answer, [`Code::Unavailable`]: the same request
//! may succeed later.

use crate::{Code, Failure, Problem};

/// How often to begin anew. Each time somebody else wrote, so that all together get on.
const TRIES: u32 = 4;

/// Something that grows by one version with every change.
pub trait Versioned {
    /// The version that it is at.
    fn version(&self) -> u64;
}

/// The thing, if it is at the version that the caller saw, or they do not say; else 412.
pub fn as_seen<T: Versioned>(thing: T, seen: Option<u64>) -> Result<T, Problem> {
    match seen {
        Some(seen) if seen != thing.version() => Err(Problem::new(Code::VersionMismatch)),
        _ => Ok(thing),
    }
}

/// Tries until an attempt answers; `None` says that somebody else was faster.
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

/// One edit of what `read` answers, by a caller who saw the version `seen`, if they say. `change` answers how it is
/// afterwards, or `None` when there is nothing to change. `write` is given how it was and how it is afterwards; it MUST
/// change nothing and answer `None` when the thing is not as it was any more, and else what it wrote.
pub async fn edit<T, Reading, Writing>(
    seen: Option<u64>,
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
