//! Measures the size of each function's binary, as built and as zipped for Lambda.

use crate::Error;
use std::fmt::Write;
use std::process::Command;

/// Measures every function's binary that was built beside this program. `gzip -9` stands in for zip: it compresses in
/// the same way.
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
