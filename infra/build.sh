#!/usr/bin/env bash
# Builds every function for Lambda, where the template looks for it. Takes options of `cargo lambda build`, such as
# --arm64. Needs cargo-lambda.
set -euo pipefail
cd "$(dirname "$0")/.."
mapfile -t names < <(ls functions && ls simulators)
cargo lambda build --release "${names[@]/#/-p=}" "$@"
