//! Nothing: its `Cargo.toml` is what matters. `lambda` depends on it, and every program on `lambda`.
