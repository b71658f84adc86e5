//! What people try first at the port of AWS's APIs, with the requests that AWS's tools send.

use crate::app::{App, eventually};
use crate::restart::Process;
use reqwest::{Client, Method, RequestBuilder};
use serde_json::{Value, json};
use template::STACK;

/// A request as AWS's tools sign it, of which the port reads the service.
fn signed(client: &Client, method: Method, aws_url: &str, path: &str, service: &str) -> RequestBuilder {
    let scope =
        format!("AWS4-HMAC-SHA256 Credential=karcis/20261130/ap-southeast-3/{service}/aws4_request, Signature=0");
    client.request(method, format!("{aws_url}{path}")).header("authorization", scope)
}

/// A request in the protocol AWS JSON 1.1.
pub fn asks(client: &Client, aws_url: &str, service: &str, target: &str, input: &Value) -> RequestBuilder {
    signed(client, Method::POST, aws_url, "/", service).header("x-amz-target", target).json(input)
}

pub async fn answer(request: RequestBuilder) -> (u16, Value) {
    let answer = request.send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn functions_are_listed_and_described_without_their_keys() {
    let app = App::start(&[]).await;
    let get = async |path: &str| {
        answer(signed(&app.client, Method::GET, &app.cloud.aws_url, &format!("/2015-03-31/functions/{path}"), "lambda"))
            .await
    };
    let (status, list) = get("").await;
    assert_eq!((status, list["Functions"].as_array().unwrap().len()), (200, registry::all().len()));
    let (status, book) = get(&format!("{STACK}-book")).await;
    assert_eq!((status, &book["Configuration"]["FunctionName"]), (200, &json!("karcis-book")));
    assert_eq!(book["Configuration"]["LoggingConfig"]["LogGroup"], "/karcis/karcis/ticketing");
    let (status, configuration) = get(&format!("{STACK}-book/configuration")).await;
    assert_eq!((status, &configuration), (200, &book["Configuration"]));
    for key in app.cloud.keys.values() {
        assert!(!list.to_string().contains(key.as_str()));
    }
    let (status, problem) = get("nobody").await;
    assert_eq!(status, 404, "{problem}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_secret_has_the_keys_and_there_is_no_other() {
    let app = App::start(&[]).await;
    let ask = async |id: &str| {
        let target = "secretsmanager.GetSecretValue";
        answer(asks(&app.client, &app.cloud.aws_url, "secretsmanager", target, &json!({"SecretId": id}))).await
    };
    let (status, found) = ask("karcis/keys").await;
    let keys: Value = serde_json::from_str(found["SecretString"].as_str().unwrap()).unwrap();
    assert_eq!((status, keys), (200, json!(app.cloud.keys)));
    assert_eq!(ask(found["ARN"].as_str().unwrap()).await.0, 200);
    let (status, problem) = ask("other").await;
    assert_eq!((status, &problem["__type"]), (400, &json!("ResourceNotFoundException")));
    assert!(problem["message"].as_str().unwrap().contains("karcis/keys"), "{problem}");
}

/// In the program itself, whose lines are kept.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_functions_lines_are_read_as_from_cloudwatch() {
    let directory = tempfile::tempdir().unwrap();
    let process = Process::start(directory.path()).await;
    process.sign_in().await;
    let input = json!({"logGroupName": "/karcis/karcis/accounts", "filterPattern": "answered /api/login"});
    let event = eventually("the log-in is logged", || async {
        let target = "Logs_20140328.FilterLogEvents";
        let (_, found) = answer(asks(&process.client, &process.aws_url, "logs", target, &input)).await;
        found["events"].get(0).cloned()
    })
    .await;
    assert_eq!(event["logStreamName"], "karcis-login");
    let line: Value = serde_json::from_str(event["message"].as_str().unwrap()).unwrap();
    assert_eq!((&line["level"], &line["fields"]["status"]), (&json!("INFO"), &json!(200)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_not_there_is_said_in_the_protocol_of_who_asks() {
    let app = App::start(&[]).await;
    let (client, url) = (&app.client, &app.cloud.aws_url);
    let there = "DynamoDB, SQS, SNS, SES, S3, Lambda";
    let (status, json) = answer(asks(client, url, "kms", "TrentService.ListKeys", &json!({}))).await;
    assert_eq!((status, &json["__type"]), (400, &json!("UnknownOperationException")));
    assert!(json["message"].as_str().unwrap().contains(there), "{json}");
    let query = signed(client, Method::POST, url, "/", "sts")
        .header("content-type", "application/x-www-form-urlencoded; charset=utf-8")
        .body("Action=GetCallerIdentity&Version=2011-06-15");
    let xml = query.send().await.unwrap().text().await.unwrap();
    assert!(xml.contains("<Code>InvalidAction</Code>") && xml.contains(there), "{xml}");
    let rest = signed(client, Method::GET, url, "/v1/apis", "batch").send().await.unwrap();
    assert_eq!(rest.headers()["x-amzn-errortype"], "UnknownOperationException");
    assert!(rest.text().await.unwrap().contains(there));
    let unsigned = client.get(url).send().await.unwrap();
    assert_eq!(unsigned.status(), 404);
    for (service, target) in [("logs", "Logs_20140328.PutLogEvents"), ("secretsmanager", "secretsmanager.ListSecrets")]
    {
        let (status, problem) = answer(asks(client, url, service, target, &json!({}))).await;
        assert!(status == 400 && problem["message"].as_str().unwrap().contains("answers"), "{problem}");
    }
}
