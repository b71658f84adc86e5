//! `GET /api/tmdb/3/movie/{list}`: the simulated TMDB.

fn main() -> std::process::ExitCode {
    lambda::run(tmdb::start)
}
