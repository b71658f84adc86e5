//! What each function weighs, as built and as zipped for Lambda.

use crate::Error;
use std::fmt::Write;
use std::process::Command;

/// Every function, as built beside this program. Zipping is `gzip -9`'s, which packs as a zip archive does.
pub fn measure() -> Result<String, Error> {
    let mut report = String::from("function                       binary      gzip -9\n");
    for name in registry::all().iter().map(|entry| entry.name) {
        let binary = crate::karcis::built(name)?;
        let size = std::fs::metadata(&binary)?.len();
        let zipped = Command::new("gzip").args(["-9", "-c"]).arg(&binary).output()?.stdout.len();
        writeln!(report, "{name:<25} {size:>11} {zipped:>12}")?;
    }
    Ok(report)
}
