//! What this machine grants a process, and what Karcis needs: each function has a connection of its own to each service
//! that it calls, and all of them are in this process.

use template::Error;

/// Files, which is mostly sockets, that a start takes: about 310 were counted, and some are for the first requests.
const TO_START: u64 = 400;
/// Enough for a crowd of a few hundred.
const FOR_A_CROWD: u64 = 4_096;

/// Raises the soft limit of open files as far as the hard one allows, up to what is of use. Answers what to say to the
/// person at the terminal where that does not reach for a crowd.
///
/// # Errors
///
/// Karcis cannot start within the limit; the words say what to do.
pub fn raise_open_files() -> Result<Option<String>, Error> {
    let granted = rlimit::increase_nofile_limit(FOR_A_CROWD * 4)?;
    let advice = "raise it with `ulimit -n 4096` in this terminal, or ask your administrator";
    if granted < TO_START {
        let why = format!("this process may open {granted} files and needs {TO_START} to start: {advice}");
        return Err(why.into());
    }
    Ok((granted < FOR_A_CROWD)
        .then(|| format!("This process may open {granted} files, too few for a crowd of buyers: {advice}.")))
}
