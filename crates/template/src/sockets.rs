//! The WebSocket API: which function is behind which route, and whether its answer is sent back.

use crate::{Error, STACK, text};
use serde_json::Value;
use std::collections::{HashMap, HashSet};

/// A route of the WebSocket API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SocketRouteSpec {
    /// `$connect`, `$disconnect`, or the `action` of messages.
    pub key: String,
    /// The function's name in the account.
    pub function: String,
    /// Is the function's answer sent to the connection?
    pub answers: bool,
}

/// The parts of the API, which refer to each other.
#[derive(Debug, Default)]
pub struct Parts {
    /// URIs of integrations, by reference.
    integrations: HashMap<String, String>,
    /// References, keys and targets of routes.
    routes: Vec<(String, String, String)>,
    /// References of routes that have a response.
    responses: HashSet<String>,
}

impl Parts {
    /// Takes a resource whose type begins with `AWS::ApiGatewayV2::`.
    pub fn take(&mut self, id: &str, kind: &str, properties: &Value) -> Result<(), Error> {
        let reference = format!("{STACK}-{id}");
        match kind {
            "Integration" => drop(self.integrations.insert(reference, text(properties, "IntegrationUri")?)),
            "Route" => self.routes.push((reference, text(properties, "RouteKey")?, text(properties, "Target")?)),
            "RouteResponse" => drop(self.responses.insert(text(properties, "RouteId")?)),
            "Api" => {
                let selection = text(properties, "RouteSelectionExpression")?;
                if selection != "$request.body.action" {
                    return Err(format!("the local cloud does not select routes by {selection}").into());
                }
            }
            "Stage" => {}
            other => return Err(format!("the local cloud does not know AWS::ApiGatewayV2::{other} ({id})").into()),
        }
        Ok(())
    }

    /// The routes, once all resources are taken. `function_of` answers the function that has an ARN.
    pub fn routes(&self, function_of: impl Fn(&str) -> Option<String>) -> Result<Vec<SocketRouteSpec>, Error> {
        let route = |(reference, key, target): &(String, String, String)| {
            let integration = target.strip_prefix("integrations/").and_then(|one| self.integrations.get(one));
            let arn = integration.and_then(|uri| uri.split_once("/functions/")?.1.strip_suffix("/invocations"));
            let function =
                arn.and_then(&function_of).ok_or_else(|| format!("no function is behind the route {key}"))?;
            Ok(SocketRouteSpec { key: key.clone(), function, answers: self.responses.contains(reference) })
        };
        self.routes.iter().map(route).collect()
    }
}
