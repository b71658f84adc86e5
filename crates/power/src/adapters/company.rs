//! Asks the power company over HTTP. Anything unclear counts as no answer.

use crate::COMPANY;
use crate::domain::{Meter, MeterQuery, Order, Tariff, Token};
use crate::ports::{Answer, Inquiry, PowerCompany};
use async_trait::async_trait;
use contracts::{Failure, line};
use reqwest::{RequestBuilder, Response, StatusCode};
use serde::Deserialize;
use serde_json::Value;
use std::sync::Arc;
use std::time::Duration;
use wire::{Http, ServiceTokens};

/// The power company over HTTP.
///
/// - `GET {url}/meters/{number}`, by meter or customer: 200 with the meter, 404, or 422 if it is blocked. A tariff that
///   cannot be read is an answer too.
/// - `POST {url}/orders {reference, meter_number, nominal}`: 200 with the order, its `status` and its `token`.
/// - `GET {url}/orders/{reference}?meter_number=…&nominal=…`, the nominal in rupiah's minor unit: the same, or 404 if
///   the company never got the order.
///
/// Any other response counts as no answer. A closed company answers 503.
pub struct HttpPowerCompany {
    http: Http,
    tokens: Arc<ServiceTokens>,
    url: Option<String>,
}

/// How long to wait for an answer: both questions of one try must fit into the function's time.
const PATIENCE: Duration = Duration::from_secs(3);

/// The longest name of a meter's owner, in characters.
const LONGEST_NAME: usize = 100;

#[derive(Deserialize)]
struct Answered {
    #[serde(flatten)]
    order: AnsweredOrder,
    status: Status,
    token: Option<Token>,
}

/// The order that an answer is about. It is a type of its own, because [`Order`] refuses unknown fields.
#[derive(Deserialize)]
struct AnsweredOrder {
    reference: contracts::PurchaseId,
    meter_number: crate::domain::MeterNumber,
    nominal: contracts::Money,
}

#[derive(Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum Status {
    Issued,
    Refused,
}

impl HttpPowerCompany {
    /// At `url`, without a slash at its end. Without one there is no company, which never answers.
    pub fn new(http: Http, tokens: Arc<ServiceTokens>, url: Option<String>) -> Self {
        Self { http, tokens, url }
    }

    fn at(&self, what: &str, path: &str) -> Result<String, Failure> {
        let url = self.url.as_deref().ok_or_else(|| Failure::transient(what, "there is no power company"))?;
        Ok(format!("{url}{path}"))
    }

    async fn send(&self, what: &str, request: RequestBuilder) -> Result<Response, Failure> {
        self.http.send(what, request.timeout(PATIENCE).bearer_auth(self.tokens.to(COMPANY)?)).await
    }
}

/// The final answer about this order. An answer about another order counts as none.
async fn final_answer(what: &str, response: Response, order: &Order) -> Result<Answer, Failure> {
    if response.status() != StatusCode::OK {
        return Err(Failure::transient(what, response.status()));
    }
    let answered: Answered = response.json().await.map_err(|e| Failure::transient(what, e.without_url()))?;
    let AnsweredOrder { reference, meter_number, nominal } = answered.order;
    if (Order { reference, meter_number, nominal }) != *order {
        return Err(Failure::transient(what, "the answer is about another order"));
    }
    match (answered.status, answered.token) {
        (Status::Issued, Some(token)) => Ok(Answer::Issued(token)),
        (Status::Refused, None) => Ok(Answer::Refused),
        (Status::Issued, None) | (Status::Refused, Some(_)) => {
            Err(Failure::transient(what, "a token and a refusal in one answer, or neither"))
        }
    }
}

/// The meter that an answer tells of; `None` if its tariff is none that can be read. The owner's name is a stranger's
/// text.
fn meter(mut answered: Value) -> Result<Option<Meter>, serde_json::Error> {
    if let Some(billed) = answered["tariff"].as_str() {
        let Ok(tariff) = Tariff::as_billed(billed) else { return Ok(None) };
        answered["tariff"] = tariff.as_str().into();
    }
    if let Some(name) = answered["name"].as_str().map(owner) {
        answered["name"] = name.into();
    }
    serde_json::from_value(answered).map(Some)
}

/// The name of a meter's owner as every text is taken in, cut to what a name may have; a dash if nobody could read it.
fn owner(given: &str) -> String {
    let plain: String = given.chars().filter(|c| c.is_whitespace() || !c.is_control()).take(LONGEST_NAME).collect();
    line(&plain, LONGEST_NAME).unwrap_or_else(|| "-".to_owned())
}

#[async_trait]
impl PowerCompany for HttpPowerCompany {
    async fn inquire(&self, number: &MeterQuery) -> Result<Inquiry, Failure> {
        let what = "ask whose a meter is";
        let request = self.http.get(self.at(what, &format!("/meters/{}", number.as_str()))?);
        let response = self.send(what, request).await?;
        match response.status() {
            StatusCode::OK => {
                let answered: Value = response.json().await.map_err(|e| Failure::transient(what, e.without_url()))?;
                let is_blocked = answered["blocked"] == true;
                let Some(meter) = meter(answered).map_err(|e| Failure::transient(what, e))? else {
                    return Ok(if is_blocked { Inquiry::Blocked } else { Inquiry::OtherTariff });
                };
                if !meter.answers_to(number) {
                    return Err(Failure::transient(what, "the answer is about another meter"));
                }
                Ok(if meter.blocked { Inquiry::Blocked } else { Inquiry::Found(meter) })
            }
            StatusCode::NOT_FOUND => Ok(Inquiry::Unknown),
            StatusCode::UNPROCESSABLE_ENTITY => Ok(Inquiry::Blocked),
            status => Err(Failure::transient(what, status)),
        }
    }

    async fn buy(&self, order: &Order) -> Result<Answer, Failure> {
        let what = "buy a token";
        let response = self.send(what, self.http.post(self.at(what, "/orders")?).json(order)).await?;
        final_answer(what, response, order).await
    }

    async fn status(&self, order: &Order) -> Result<Option<Answer>, Failure> {
        let what = "ask what became of an order";
        let Order { reference, meter_number, nominal } = order;
        let about = format!("{reference}?meter_number={meter_number}&nominal={}", nominal.amount);
        let response = self.send(what, self.http.get(self.at(what, &format!("/orders/{about}"))?)).await?;
        if response.status() == StatusCode::NOT_FOUND {
            return Ok(None);
        }
        final_answer(what, response, order).await.map(Some)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_meter_is_taken_in_whatever_the_company_says_of_it() {
        let told = |changes: Value| {
            let mut answer =
                json!({"number": "14000000001", "name": "Siti", "tariff": "R1", "power_va": 1300, "local_tax": 300});
            for (name, value) in changes.as_object().unwrap() {
                answer[name] = value.clone();
            }
            meter(answer)
        };
        for (name, kept) in [
            ("  Siti\u{200b}  Rahmawati ", "Siti Rahmawati"),
            ("Siti\u{0}\u{7}\nRahmawati", "Siti Rahmawati"),
            ("\u{202e}itiS", "itiS"),
            ("", "-"),
            ("\u{200b}", "-"),
            (&"x".repeat(5_000), &"x".repeat(100)),
        ] {
            assert_eq!(told(json!({"name": name})).unwrap().unwrap().name, kept, "{name:?}");
        }
        for (billed, tariff) in [("B2", "B2"), ("P-1/TR", "P1"), ("s-2", "S2")] {
            let meter = told(json!({"tariff": billed, "power_va": 1301})).unwrap().unwrap();
            assert_eq!((meter.connection.tariff.as_str(), meter.connection.power_va), (tariff, 1301));
        }
        for other in ["", "?", "\u{202e}1R", &"R".repeat(5_000)] {
            assert!(told(json!({"tariff": other})).unwrap().is_none(), "{other}");
        }
        for no_answer in [json!({"tariff": 7}), json!({"number": "x"}), json!({"name": null})] {
            assert!(told(no_answer.clone()).is_err(), "{no_answer}");
        }
    }
}
