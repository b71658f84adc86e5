//! Secrets Manager's `GetSecretValue` (AWS Secrets Manager API reference), for the one secret that there is: the keys.

use crate::json;
use bytes::Bytes;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::{Request, Response};
use serde_json::json;
use std::collections::BTreeMap;
use std::sync::OnceLock;
use template::{ACCOUNT, REGION};

/// The secret, once it is known.
#[derive(Default)]
pub struct Secrets(OnceLock<(String, String)>);

impl Secrets {
    /// From now on these keys are in the secret of this name.
    pub fn has(&self, name: String, keys: &BTreeMap<String, String>) {
        drop(self.0.set((name, json!(keys).to_string())));
    }

    /// Answers a request to Secrets Manager.
    pub async fn answer(&self, request: Request<Incoming>) -> Response<Full<Bytes>> {
        let (operation, input) = match json::request(request).await {
            Ok(read) => read,
            Err(refusal) => return refusal,
        };
        if operation != "GetSecretValue" {
            return json::refusal("InvalidRequestException", "This port answers GetSecretValue alone of this service.");
        }
        let asked = input["SecretId"].as_str().unwrap_or_default();
        let arn = |name: &str| format!("arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:{name}");
        match self.0.get() {
            Some((name, text)) if asked == name || asked == arn(name) => {
                json::answer(200, &json!({"ARN": arn(name), "Name": name, "SecretString": text}))
            }
            known => {
                let there = known.map_or("none yet", |(name, _)| name.as_str());
                let said = format!("Secrets Manager can't find the specified secret. There is: {there}.");
                json::refusal("ResourceNotFoundException", &said)
            }
        }
    }
}
