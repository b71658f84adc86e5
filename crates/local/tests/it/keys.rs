//! The keys of a stack: replaced while it sells, and checked at the start.

use crate::app::{App, User, eventually, options};
use crate::description::functions;
use crate::shape::root;
use local::Options;
use serde_json::Value;
use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::sync::Arc;
use template::{Surroundings, TEXT, Template, keys};
use tokio::runtime::Runtime;

/// A meter whose tokens are issued.
const METER: &str = "14000000001";

/// Lets a Karcis that keeps its state in `directory` run for as long as `story`, and answers what that does.
fn while_it_runs<T>(directory: &Path, story: impl AsyncFnOnce(App) -> T) -> T {
    let runtime = Runtime::new().unwrap();
    let kept = Options { ephemeral: false, data_dir: directory.to_owned(), ..options(&[]) };
    let told = runtime.block_on(async { story(App::with(&kept).await).await });
    drop(runtime);
    told
}

/// Runs `karcis keys` with these arguments and this input.
fn karcis_keys(arguments: &[&str], input: &[u8]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_karcis"));
    command.arg("keys").args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(input).unwrap();
    child.wait_with_output().unwrap()
}

/// Changes the kept keys by these commands, as one would change a deployment's secret.
fn change(directory: &Path, commands: &[[&str; 2]]) {
    let file = directory.join("keys.json");
    for command in commands {
        let done = karcis_keys(command, &std::fs::read(&file).unwrap());
        let said = String::from_utf8(done.stderr).unwrap();
        assert!(done.status.success() && said.contains("KeysVersion"), "{command:?}: {said}");
        std::fs::write(&file, done.stdout).unwrap();
    }
}

/// Everything that keys sign works: signing in, calls between services, webhooks, tickets, and the deletion of an
/// account. Answers a new sign-in of the buyer.
async fn all_is_well(app: &App, buyer: &User, leaves: &User, event: &str, seat: &str, product: &str) -> User {
    let buyer = app.signed_in(buyer).await;
    let booking = app.confirmed(&buyer, event, &[seat]).await;
    eventually("the ticket is there", || app.pdf(&buyer, &booking)).await;
    app.issued(&buyer, METER, product).await;
    let leaves = app.signed_in(leaves).await;
    assert_eq!(app.delete("/api/profile", &leaves).await.0, 204);
    buyer
}

#[test]
fn all_keys_that_sign_are_replaced_step_by_step_while_it_sells() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    let (first, leaving, event, product, ticket) = while_it_runs(directory, async |app| {
        let (buyer, event) = app.buyer_and_event("A:1-9").await;
        let product = app.product(20_000).await;
        let leaving = [app.buyer().await, app.buyer().await, app.buyer().await, app.buyer().await];
        let buyer = all_is_well(&app, &buyer, &leaving[0], &event, "A-1", &product).await;
        let (_, codes) = app.get("/api/bookings", &buyer).await;
        let id = codes["items"][0]["id"].as_str().unwrap().to_owned();
        let (status, codes) = app.get(&format!("/api/bookings/{id}/codes"), &buyer).await;
        assert_eq!(status, 200, "{codes}");
        (buyer, leaving, event, product, (id, codes))
    });
    let (issuers, webhooks) =
        (["login", "accounts", "ticketing", "power"], ["webhook_secret_ticketing", "webhook_secret_power"]);
    let all = || issuers.into_iter().chain(webhooks);
    let steps: [Vec<_>; 3] = [
        all().map(|name| ["rotate", name]).collect(),
        issuers.map(|name| ["rotate", name]).to_vec(),
        all().map(|name| ["retire", name]).collect(),
    ];
    let mut before = first.clone();
    for (step, commands) in steps.iter().enumerate() {
        change(directory, commands);
        before = while_it_runs(directory, async |app| {
            // Who signed in before the change is signed in still, unless their key was retired.
            assert_eq!(app.get("/api/profile", &before).await.0, 200, "step {step}");
            let of_the_first_key = app.get("/api/profile", &first).await.0;
            assert_eq!(of_the_first_key, if step == 2 { 403 } else { 200 }, "step {step}");
            let seat = format!("A-{}", step + 2);
            let buyer = all_is_well(&app, &first, &leaving[step + 1], &event, &seat, &product).await;
            let (id, codes) = &ticket;
            assert_eq!(
                app.get(&format!("/api/bookings/{id}/codes"), &buyer).await.1,
                *codes,
                "the ticket is as printed"
            );
            buyer
        });
    }
}

#[test]
fn the_command_refuses_what_is_no_secret_and_prints_nothing() {
    for (arguments, input, words) in [
        (vec!["complete"], "", "standard input"),
        (vec!["complete"], "[]", "standard input"),
        (vec!["complete"], r#"{"login_key":"x"}"#, "login_key"),
        (vec!["rotate", "login"], "{}", "complete it first"),
        (vec!["rotate", "ticket_key"], keys::OF_TESTS, "people have"),
        (vec!["rotate", "nobody"], keys::OF_TESTS, "those are login"),
        (vec!["retire", "login"], keys::OF_TESTS, "no earlier login"),
    ] {
        let done = karcis_keys(&arguments, input.as_bytes());
        let said = String::from_utf8(done.stderr).unwrap();
        assert!(!done.status.success() && done.stdout.is_empty() && said.contains(words), "{arguments:?}: {said}");
    }
    let new = karcis_keys(&[], b"");
    let (one, other): (Value, Value) =
        (serde_json::from_slice(&new.stdout).unwrap(), serde_json::from_slice(&karcis_keys(&[], b"").stdout).unwrap());
    for (field, key) in one.as_object().unwrap() {
        assert_ne!(key, &other[field], "two stacks share no keys");
    }
}

/// A wrong, empty or half secret stops a function at its start, and is named.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_function_does_not_start_with_a_wrong_key_and_says_which() {
    let app = App::start(&[]).await;
    let secrets = keys::generate().unwrap();
    let url = "http://127.0.0.1:1";
    let template = Template::read(TEXT, &Surroundings::local(&BTreeMap::new(), &secrets, url, url)).unwrap();
    let mut tried = 0;
    for (entry, _, whole) in functions(&template) {
        for (setting, kept) in &whole.environment {
            let is_kept = |(field, key): &(&String, &String)| *key == kept && *field != "tmdb_token";
            let Some((field, _)) = secrets.iter().find(is_kept) else { continue };
            for wrong in ["", "x", &kept[..kept.len() / 3]] {
                let mut spec = whole.clone();
                spec.environment.insert(setting.clone(), wrong.to_owned());
                let env = triggers::settings(&spec, &app.cloud.runtime);
                let started = (entry.start)(env, Arc::new(contracts::SystemWorld)).await;
                let said = started.err().map(|why| why.to_string());
                assert!(said.as_deref().is_some_and(|said| said.contains(setting.as_str())), "{field}: {said:?}");
                assert!(wrong.len() < 2 || !said.unwrap().contains(wrong), "a secret is not shown");
                tried += 1;
            }
        }
    }
    assert!(tried > 60, "{tried}");
}

/// AWS's policy ReadOnlyAccess shows everybody who has it the environment of functions that Lambda's own key encrypts.
#[test]
fn who_may_look_at_functions_may_not_read_their_keys() {
    let (before, resources) = TEXT.split_once("\nResources:\n").unwrap();
    assert!(before.split_once("\nGlobals:\n").unwrap().1.contains("\n    KmsKeyArn: !GetAtt EnvironmentKey.Arn"));
    assert!(resources.contains("\n  EnvironmentKey:\n    Type: AWS::KMS::Key\n"));
    assert!(!resources.contains("KmsKeyArn"), "no function has another");
}

#[test]
fn the_secret_has_no_name_by_default_so_that_two_stacks_share_no_keys() {
    let of_parameter = |text: &str| {
        let (_, after) = text.split_once("\n  KeysSecret:\n").unwrap();
        after.lines().take_while(|line| line.starts_with("    ")).map(str::to_owned).collect::<Vec<_>>()
    };
    for text in [TEXT, &std::fs::read_to_string(root().join("infra/edge.yaml")).unwrap()] {
        assert!(of_parameter(text).iter().all(|line| !line.contains("Default:")));
    }
}
