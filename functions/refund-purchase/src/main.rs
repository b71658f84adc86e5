//! Has the money of purchases paid back that the power company refused.

fn main() -> std::process::ExitCode {
    lambda::run(refund_purchase::start)
}
