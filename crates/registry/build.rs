//! Lists the folders of `functions/` and `simulators/`: each is a crate whose `function()` says what it is.

use std::error::Error;
use std::fmt::Write;
use std::path::Path;
use std::{env, fs};

#[expect(clippy::disallowed_methods, reason = "cargo hands a build script its folders in the environment")]
fn main() -> Result<(), Box<dyn Error>> {
    let root = Path::new(&env::var("CARGO_MANIFEST_DIR")?).join("../..");
    let mut entries = String::new();
    for (folder, simulated) in [("functions", false), ("simulators", true)] {
        println!("cargo::rerun-if-changed={}", root.join(folder).display());
        let mut names = Vec::new();
        for entry in fs::read_dir(root.join(folder))? {
            let entry = entry?;
            if entry.path().join("Cargo.toml").exists() {
                names.push(entry.file_name().into_string().map_err(|name| format!("{} is no name", name.display()))?);
            }
        }
        names.sort();
        for name in names {
            let package = name.replace('-', "_");
            writeln!(entries, "entry!(\"{name}\", {package}, {simulated}),")?;
        }
    }
    fs::write(Path::new(&env::var("OUT_DIR")?).join("entries.rs"), format!("[{entries}]"))?;
    Ok(())
}
