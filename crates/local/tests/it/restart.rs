//! The process dies without warning, and nothing is lost.

use crate::app::{DEADLINE, eventually};
use reqwest::Client;
use serde_json::{Value, json};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// The program itself, with a port of its own.
pub struct Process {
    pub child: Child,
    pub url: String,
    pub aws_url: String,
    pub client: Client,
}

impl Process {
    pub async fn start(directory: &Path) -> Self {
        Self::start_under("", directory).await
    }

    /// As [`Process::start`], in a shell that first runs `limits`.
    pub async fn start_under(limits: &str, directory: &Path) -> Self {
        Self::start_with(limits, directory, 4).await
    }

    /// As [`Process::start`], with holds of a quarter of an hour.
    pub async fn start_patient(directory: &Path) -> Self {
        Self::start_with("", directory, 900).await
    }

    async fn start_with(limits: &str, directory: &Path, hold_seconds: u32) -> Self {
        let free = || TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port().to_string();
        let (port, aws_port) = (free(), free());
        let mut command = Command::new("sh");
        command.args(["-c", &format!("{limits} exec \"$@\""), "sh", env!("CARGO_BIN_EXE_karcis")]);
        command.args(["--calm", "--port", &port, "--aws-port", &aws_port, "--data-dir"]).arg(directory);
        let hold = hold_seconds.to_string();
        let settings = [("HOLD_SECONDS", &*hold), ("RETRY_SECONDS", "0"), ("PASSWORD_HASH_COST", "4")];
        let child = command.envs(settings).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let at = |port: &str| format!("http://127.0.0.1:{port}");
        let process = Self { child, url: at(&port), aws_url: at(&aws_port), client: Client::new() };
        eventually("it is healthy", || async {
            let health = process.client.get(format!("{}/_local/health", process.url)).send().await.ok()?;
            health.status().is_success().then_some(())
        })
        .await;
        process
    }

    pub async fn get(&self, path: &str, token: &str) -> Value {
        let request = self.client.get(format!("{}{path}", self.url)).bearer_auth(token);
        request.send().await.unwrap().json().await.unwrap()
    }

    pub async fn book(&self, token: &str, event: &str, seat: &str, payment: &str) -> Option<Value> {
        let body = json!({"event_id": event, "seats": [seat], "payment": payment});
        let request = self.client.post(format!("{}/api/bookings", self.url)).bearer_auth(token).json(&body);
        request.send().await.ok()?.json().await.ok()
    }

    pub async fn sign_in(&self) -> String {
        let body = json!({"email": "buyer@karcis.test", "password": "karcis-local-only"});
        let request = self.client.post(format!("{}/api/login", self.url)).json(&body);
        let answer: Value = request.send().await.unwrap().json().await.unwrap();
        answer["access_token"].as_str().unwrap().to_owned()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // SIGKILL: no chance to put anything in order.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_process_loses_no_seat_no_payment_and_no_ticket() {
    let directory = tempfile::tempdir().unwrap();
    let (mut bookings, mut event): (Vec<Value>, _) = (Vec::new(), String::new());
    let mut next = 1;
    for round in 0..4 {
        let process = Process::start(directory.path()).await;
        let token = process.sign_in().await;
        if event.is_empty() {
            let events = process.get("/api/events?limit=100", &token).await;
            let screenings = events["items"].as_array().unwrap().iter();
            let screening = screenings.clone().find(|event| event["title"] == "Sinners").unwrap();
            assert_eq!(screenings.count(), 13);
            event = screening["id"].as_str().unwrap().to_owned();
        }
        // Killed at another moment each round: some bookings are done by then, some on their way, some cut off.
        for n in 0..4 {
            let payment = if n % 2 == 0 { "auto" } else { "manual" };
            let seat = format!("A-{next}");
            let booked = process.book(&token, &event, &seat, payment);
            next += 1;
            if n == 3 {
                let cut_off = tokio::time::timeout(std::time::Duration::from_millis(2 * round), booked).await;
                bookings.extend(cut_off.ok().flatten());
            } else {
                bookings.extend(booked.await);
            }
        }
    }
    let process = Process::start(directory.path()).await;
    let token = process.sign_in().await;
    let path = format!("/api/events/{event}/seats?view=compact");
    let letters = eventually("no seat stays held", || async {
        let map = process.get(&path, &token).await;
        let letters = map["sections"]["REGULAR"].as_str().unwrap().to_owned();
        (!letters.contains('G')).then_some(letters)
    })
    .await;
    let mut confirmed = 0;
    for booking in bookings.iter().filter(|booking| booking["id"].is_string()) {
        let path = format!("/api/bookings/{}", booking["id"].as_str().unwrap());
        let now = process.get(&path, &token).await;
        match now["status"].as_str().unwrap() {
            "CONFIRMED" => {
                confirmed += 1;
                let pdf = eventually("a paid booking has its ticket", || async {
                    let link = process.get(&format!("{path}/ticket"), &token).await;
                    let pdf = process.client.get(link["url"].as_str()?).send().await.ok()?;
                    pdf.bytes().await.ok()
                });
                assert!(tokio::time::timeout(DEADLINE, pdf).await.unwrap().starts_with(b"%PDF-"));
            }
            "EXPIRED" => {}
            other => panic!("{path} is {other}"),
        }
    }
    assert!(confirmed > 0 && letters.matches('B').count() >= confirmed, "{letters}");
}
