//! Keeps the packed seat maps, from the table's stream.

fn main() -> std::process::ExitCode {
    lambda::run(seat_map::start)
}
