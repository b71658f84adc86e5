//! On a real laptop: few files, two terminals, no network, clients that never end, and Ctrl-C.

use crate::app::{DEADLINE, eventually, options};
use crate::restart::Process;
use local::{Cloud, Options};
use reqwest::Client;
use serde_json::Value;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Command, Output};
use std::time::Duration;

/// Runs the program with these limits of the shell until it ends.
fn ends(limits: &str, directory: &Path) -> Output {
    let program = env!("CARGO_BIN_EXE_karcis");
    let run = format!("{limits} exec {program} --port 0 --aws-port 0 --data-dir {}", directory.display());
    Command::new("sh").args(["-c", &run]).output().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_soft_limit_of_files_is_raised_and_a_hard_one_is_told() {
    let directory = tempfile::tempdir().unwrap();
    // macOS grants 256 to begin with, and more on request.
    let process = Process::start_under("ulimit -Sn 256;", directory.path()).await;
    let health = process.client.get(format!("{}/api/events", process.url)).send().await.unwrap();
    assert_eq!(health.status(), 200);
    drop(process);
    let refused = ends("ulimit -n 256;", directory.path());
    let said = String::from_utf8(refused.stderr).unwrap();
    assert_eq!(refused.status.code(), Some(1), "{said}");
    assert!(said.contains("may open 256 files") && said.contains("ulimit -n"), "{said}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_process_on_one_directory_is_refused_in_words() {
    let directory = tempfile::tempdir().unwrap();
    let process = Process::start(directory.path()).await;
    let refused = ends("", directory.path());
    let said = String::from_utf8(refused.stderr).unwrap();
    assert_eq!(refused.status.code(), Some(1), "{said}");
    assert!(said.contains("another Karcis") && said.contains("--data-dir"), "{said}");
    // The lock ends with its process, even if that is killed.
    drop(process);
    Process::start(directory.path()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_all_of_the_sample_data_karcis_starts_all_the_same() {
    let sample = Options { bare: false, absent: vec!["import-movies".into()], ..options(&[]) };
    let cloud = Cloud::start(&sample).await.unwrap();
    let why = cloud.sample_failure.as_ref().map(ToString::to_string).unwrap_or_default();
    assert!(why.contains("/api/movies/import"), "{why}");
    assert!(local::guide::guide(&cloud, &sample).contains("cargo run -- seed"));
    let events: Value =
        Client::new().get(format!("{}/api/events?limit=100", cloud.url)).send().await.unwrap().json().await.unwrap();
    assert_eq!(events["items"].as_array().map(Vec::len), Some(13), "the rest of the sample data is in");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_that_never_ends_is_closed() {
    let patience = Duration::from_millis(300);
    let cloud = Cloud::start(&Options { request_time: patience, ..options(&[]) }).await.unwrap();
    let address = cloud.url.strip_prefix("http://").unwrap().to_owned();
    for (sent, answer) in [
        ("GET /api/events HTTP/1.1\r\nhost: karcis.test\r\nx-slow: ", ""),
        ("GET /api/ev", ""),
        ("POST /api/login HTTP/1.1\r\nhost: karcis.test\r\ncontent-length: 100\r\n\r\n{\"email\":", "HTTP/1.1 408 "),
        (
            "POST /api/login HTTP/1.1\r\nhost: karcis.test\r\ntransfer-encoding: chunked\r\n\r\n5\r\n{\"ema\r\n",
            "HTTP/1.1 408 ",
        ),
    ] {
        let address = address.clone();
        let told = tokio::task::spawn_blocking(move || {
            let mut stream = TcpStream::connect(address).unwrap();
            stream.set_read_timeout(Some(DEADLINE)).unwrap();
            stream.write_all(sent.as_bytes()).unwrap();
            let mut told = Vec::new();
            // It ends only because the server closes it.
            stream.read_to_end(&mut told).unwrap();
            String::from_utf8_lossy(&told).into_owned()
        });
        let told = told.await.unwrap();
        assert!(told.starts_with(answer) && told.is_empty() == answer.is_empty(), "{sent:?}: {told:?}");
    }
    // Who is quick is served as before.
    assert_eq!(Client::new().get(format!("{}/api/events", cloud.url)).send().await.unwrap().status(), 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ctrl_c_ends_it_whatever_hangs() {
    let directory = tempfile::tempdir().unwrap();
    let mut process = Process::start(directory.path()).await;
    let token = process.sign_in().await;
    let address = process.url.strip_prefix("http://").unwrap();
    let mut hanging = TcpStream::connect(address).unwrap();
    hanging.write_all(b"POST /api/login HTTP/1.1\r\nhost: karcis.test\r\ncontent-length: 100\r\n\r\n{").unwrap();
    let events = process.get("/api/events?limit=100", &token).await;
    let event = events["items"].as_array().unwrap().iter().find(|event| event["title"] == "Sinners").unwrap();
    let booking = process.book(&token, event["id"].as_str().unwrap(), "A-1", "manual").await.unwrap();
    let interrupted = Command::new("kill").args(["-INT", &process.child.id().to_string()]).status().unwrap();
    assert!(interrupted.success());
    let code = eventually("the process ends", || {
        let ended = process.child.try_wait().unwrap();
        async move { ended.map(|status| status.code()) }
    })
    .await;
    assert_eq!(code, Some(0));
    drop(process);
    let process = Process::start(directory.path()).await;
    let path = format!("/api/bookings/{}", booking["id"].as_str().unwrap());
    assert_eq!(process.get(&path, &process.sign_in().await).await["id"], booking["id"], "nothing is lost");
}
