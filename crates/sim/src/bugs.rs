//! Deliberate bugs: they prove that the simulation finds what it should find. Each bug changes calls and answers on the
//! wire, so that the deployed code knows nothing of bugs.

use crate::stage::{Actor, Stage, lock};
use reqwest::Response;
use serde_json::{Value, json};

macro_rules! bugs {
    ($($variant:ident $name:literal $what:literal;)+) => {
        /// A deliberate bug.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Bug {
            $(#[doc = $what] $variant,)+
        }

        impl Bug {
            /// All of them.
            pub const ALL: &[Bug] = &[$(Bug::$variant,)+];

            /// Its name on the command line.
            pub const fn name(self) -> &'static str {
                match self { $(Bug::$variant => $name,)+ }
            }

            /// What is wrong.
            pub const fn what(self) -> &'static str {
                match self { $(Bug::$variant => $what,)+ }
            }
        }
    };
}

bugs! {
    SeatNotOpen       "seat-not-open"       "a hold is not conditional on the seat being open";
    Fence             "fence"               "releasing and confirming are conditional neither on the booking's version nor on whose the seat is";
    LineFirst         "line-first"          "a release is not conditional on nobody waiting";
    LineOrder         "line-order"          "the last in a line is taken for the first";
    Price             "price"               "a hold is not conditional on the price quoted";
    Limit             "limit"               "a buyer's seats are counted without a limit";
    CountedOut        "counted-out"         "a release does not count the buyer's seats down";
    SettleConditional "settle-conditional"  "settling an invoice is not conditional on PENDING";
    VoidConditional   "void-conditional"    "voiding an invoice is not conditional on PENDING";
    Tombstone         "tombstone"           "voiding an unknown invoice leaves nothing for a late create to find";
    NoTimer           "no-timer"            "no timer is sent before a hold";
    VoidFirst         "void-first"          "expiry releases without asking payments to void";
    CancelPaid        "cancel-paid"         "cancelling takes PAID for VOID";
    OutcomeRedrawn    "outcome-redrawn"     "a redelivery draws a payment's outcome again";
    VoidKept          "void-kept"           "money that came for an invoice withdrawn meanwhile is kept if it cannot be paid back at once";
    RecordAfter       "record-after"        "the booking, which is the idempotency record, is written after its seats are held";
    HistoryOrder      "history-order"       "the history takes older versions over newer ones";
    LostOnFailure     "lost-on-failure"     "a failed refund is taken off its queue";
    PlaceKept         "place-kept"          "a hand-over leaves the place in the line";
    RefundUnasked     "refund-unasked"      "refund-booking notes a refund that payments did not make";
    RefusalTaken      "refusal-taken"       "refund-booking takes the provider's refusal to pay back for a refund";
    SilenceRefused    "silence-refused"     "an order that the power company left unanswered is taken for refused";
    PurchaseFence     "purchase-fence"      "changing a purchase is not conditional on its version";
    PurchaseTimer     "purchase-timer"      "no timer is sent before a purchase";
    PurchaseVoidFirst "purchase-void-first" "a purchase expires without asking payments to void";
    LessConfirms      "less-confirms"       "news of less money than a booking costs confirms it";
    RefusalIgnored    "refusal-ignored"     "an organiser's refusal to confirm is taken for agreement";
    RefusedSold       "refused-sold"        "seats that an organiser refused to a buyer who had paid go back on sale";
    PastTheLine       "past-the-line"       "a seat that was given up while nothing was sold goes to the public when the sale goes on";
    UnreleasedAsked   "unreleased-asked"    "an organiser is asked for a seat before it has released its last hold";
    UntoldLapses      "untold-lapses"       "an offer lapses although its buyer was never told";
    OfferClock        "offer-clock"         "the time to pay an offer runs before its buyer is told";
    OldFacts          "old-facts"           "seats are offered at what was true of the event at first";
    NotMoved          "not-moved"           "an event is moved, and its bookings are not";
    RenamedOnce       "renamed-once"        "what a buyer books in the minute after a change of name keeps the earlier name";
    LateForgotten     "late-forgotten"      "bookings whose messages were lost are not started again";
    MonthFreed        "month-freed"         "a purchase that ends without a token stays counted in its meter's month";
}

impl Bug {
    /// The bug of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|bug| bug.name() == name)
    }
}

fn pk(part: &Value) -> &str {
    part["Key"]["PK"]["S"].as_str().or(part["Item"]["PK"]["S"].as_str()).unwrap_or_default()
}

fn is_seat(part: &Value) -> bool {
    part["Key"]["SK"]["S"].as_str().is_some_and(|sk| sk.starts_with("SEAT#"))
}

fn condition(part: &Value) -> &str {
    part["ConditionExpression"].as_str().unwrap_or_default()
}

fn set_condition(part: &mut Value, condition: &str) {
    part["ConditionExpression"] = condition.into();
}

/// Drops values that no expression names any more: DynamoDB refuses those.
fn tidy(part: &mut Value) {
    let used = format!(
        "{} {} {}",
        part["UpdateExpression"].as_str().unwrap_or_default(),
        part["ConditionExpression"].as_str().unwrap_or_default(),
        part["KeyConditionExpression"].as_str().unwrap_or_default()
    );
    let names =
        |name: &String| used.split(|c: char| !(c.is_alphanumeric() || ":#_".contains(c))).any(|word| word == name);
    for field in ["ExpressionAttributeValues", "ExpressionAttributeNames"] {
        if let Some(values) = part[field].as_object_mut() {
            values.retain(|name, _| names(name));
            if values.is_empty()
                && let Some(part) = part.as_object_mut()
            {
                part.remove(field);
            }
        }
    }
}

fn unconditional(part: &mut Value) {
    if let Some(part) = part.as_object_mut() {
        part.remove("ConditionExpression");
    }
    tidy(part);
}

/// Changes the parts of a transaction.
fn each_part(request: &mut Value, mut change: impl FnMut(&str, &mut Value)) {
    for item in request["TransactItems"].as_array_mut().into_iter().flatten() {
        for (kind, part) in item.as_object_mut().into_iter().flatten() {
            change(kind, part);
        }
    }
}

/// The answer to a message that was not sent.
fn sent() -> String {
    json!({"MessageId": "none", "MD5OfMessageBody": ""}).to_string()
}

/// Changes a call to AWS as the bug would; answers a made-up body if the bug suppresses the call.
#[expect(clippy::too_many_lines, reason = "a table of all bugs, each a line or a few")]
pub fn on_call(stage: &Stage, role: &str, operation: &str, request: &mut Value) -> Option<String> {
    let bug = stage.bug?;
    match bug {
        Bug::SeatNotOpen if role == "book" => each_part(request, |_, part| {
            if is_seat(part) {
                unconditional(part);
            }
        }),
        Bug::Price if role == "book" => each_part(request, |_, part| {
            if is_seat(part) && condition(part).contains(":price") {
                set_condition(part, "#status = :open");
                tidy(part);
            }
        }),
        Bug::Limit => each_part(request, |_, part| {
            if condition(part).contains(":room") {
                unconditional(part);
            }
        }),
        Bug::Fence => {
            each_part(request, |_, part| {
                let seat = is_seat(part) && condition(part).contains(":booking");
                if seat || condition(part) == "version = :before" || pk(part).starts_with("ENDED#") {
                    unconditional(part);
                }
            });
            if operation == "UpdateItem" && condition(request) == "version = :before" {
                unconditional(request);
            }
        }
        Bug::LineFirst => each_part(request, |_, part| {
            if is_seat(part) && condition(part).starts_with("booking = :booking AND") {
                set_condition(part, "booking = :booking");
                tidy(part);
            }
        }),
        Bug::LineOrder if operation == "Query" && request["Limit"] == 1 => {
            let of_a_line = request["ExpressionAttributeValues"][":pk"]["S"].as_str();
            if of_a_line.is_some_and(|pk| pk.starts_with("LINE#")) {
                request["ScanIndexForward"] = false.into();
            }
        }
        Bug::LateForgotten if role == "resume-bookings" && operation == "Query" => {
            return Some(json!({"Items": [], "Count": 0, "ScannedCount": 0}).to_string());
        }
        Bug::UnreleasedAsked if role == "book" => each_part(request, |_, part| {
            if is_seat(part) && condition(part).contains("unreleased") {
                let rest = condition(part).replace(" AND attribute_not_exists(unreleased)", "");
                set_condition(part, &rest);
                tidy(part);
            }
        }),
        Bug::PastTheLine if role == "book" => each_part(request, |_, part| {
            if is_seat(part) && condition(part).contains(":nobody") {
                let rest = condition(part).replace(" AND (attribute_not_exists(waiters) OR waiters = :nobody)", "");
                set_condition(part, &rest);
                tidy(part);
            }
        }),
        Bug::RefusedSold => each_part(request, |_, part| {
            if is_seat(part) && part.pointer("/ExpressionAttributeValues/:yes").is_some() {
                part["ExpressionAttributeValues"][":withdrawn"]["S"] = "OPEN".into();
            }
        }),
        Bug::OfferClock if role == "offer-seat" && operation == "UpdateItem" => {
            if let Some(expression) = request["UpdateExpression"].as_str().map(str::to_owned) {
                request["UpdateExpression"] = expression.replace(", hold_expires_at = :until", "").into();
                tidy(request);
            }
        }
        Bug::CountedOut => {
            if let Some(parts) = request["TransactItems"].as_array_mut() {
                let counted_out = |part: &Value| {
                    part["Update"]["UpdateExpression"].as_str().is_some_and(|e| e.contains("DELETE bookings"))
                };
                // DynamoDB reports refusals by a part's position, so the part stays and does nothing.
                for part in parts.iter_mut().filter(|part| counted_out(part)) {
                    part["Update"]["ExpressionAttributeValues"][":seats"]["N"] = "0".into();
                }
            }
        }
        Bug::SettleConditional | Bug::OutcomeRedrawn if role == "payment-worker" && operation == "UpdateItem" => {
            unconditional(request);
        }
        Bug::VoidConditional if role == "void-invoice" && operation == "UpdateItem" => {
            set_condition(request, "attribute_exists(PK)");
            tidy(request);
        }
        Bug::Tombstone if role == "void-invoice" && operation == "PutItem" => return Some("{}".into()),
        Bug::NoTimer if role == "book" && operation == "SendMessage" => {
            let timers = request["QueueUrl"].as_str().is_some_and(|url| url.ends_with("-expire-hold"));
            return timers.then(sent);
        }
        Bug::PurchaseTimer if role == "buy-token" && operation == "SendMessage" => {
            let timers = request["QueueUrl"].as_str().is_some_and(|url| url.ends_with("-expire-purchase"));
            return timers.then(sent);
        }
        Bug::NotMoved if role == "update-event" && operation == "SendMessage" => {
            return Some(sent());
        }
        Bug::RenamedOnce if role == "rename-buyer" && operation == "SendMessage" => {
            return Some(sent());
        }
        Bug::PurchaseFence => {
            let changes = |part: &Value| pk(part).starts_with("PURCHASE#") && condition(part) == "version = :before";
            if changes(request) {
                unconditional(request);
            }
            each_part(request, |_, part| {
                if changes(part) {
                    unconditional(part);
                }
            });
        }
        Bug::MonthFreed => each_part(request, |_, part| {
            if let Some(value) = part.pointer_mut("/ExpressionAttributeValues/:kwh/N")
                && value.as_str().is_some_and(|kwh| kwh.starts_with('-'))
            {
                *value = "0".into();
            }
        }),
        Bug::HistoryOrder if role == "record-history" && matches!(operation, "PutItem" | "UpdateItem") => {
            unconditional(request);
        }
        Bug::PlaceKept if operation == "TransactWriteItems" => {
            let offers =
                template::call::parts(request).any(|(kind, part)| kind == "Put" && pk(part).starts_with("BOOKING#"));
            if offers
                && role != "book"
                && let Some(parts) = request["TransactItems"].as_array_mut()
            {
                parts.retain(|part| !pk(&part["Delete"]).starts_with("LINE#"));
            }
        }
        _ => {}
    }
    None
}

/// Takes a part out of a call, and answers it as the `PutItem` that the bug sends only after the call succeeded.
pub fn after_call(stage: &Stage, role: &str, operation: &str, request: &mut Value) -> Option<Value> {
    if stage.bug != Some(Bug::RecordAfter) || role != "book" || operation != "TransactWriteItems" {
        return None;
    }
    let parts = request["TransactItems"].as_array_mut()?;
    let part = parts.iter_mut().find(|part| pk(&part["Put"]).starts_with("BOOKING#"))?;
    let put = part["Put"].take();
    // DynamoDB reports refusals by a part's position, so a harmless part takes this position.
    *part = json!({"ConditionCheck": {
        "TableName": put["TableName"],
        "Key": {"PK": {"S": "NOTHING"}, "SK": {"S": "NOTHING"}},
        "ConditionExpression": "attribute_not_exists(PK)",
    }});
    Some(json!({"TableName": put["TableName"], "Item": put["Item"]}))
}

/// Changes an answer of AWS as the bug would.
pub fn on_answer(stage: &Stage, role: &str, operation: &str, body: String) -> String {
    let Some(bug) = stage.bug.filter(|_| operation == "GetItem") else { return body };
    let Ok(mut answer) = serde_json::from_str::<Value>(&body) else { return body };
    let (status, key) =
        (answer["Item"]["status"]["S"].as_str().unwrap_or_default(), answer["Item"]["PK"]["S"].as_str());
    match (bug, status, role) {
        (Bug::UntoldLapses, "HELD", "expire-hold") => drop(answer["Item"]["previous"].take()),
        (Bug::OldFacts, "SCHEDULED", _) => {
            let Some(key) = key.map(str::to_owned) else { return body };
            return lock(&stage.first_seen).entry(key).or_insert(body).clone();
        }
        (Bug::OutcomeRedrawn, "PAID" | "FAILED", "payment-worker") => {
            answer["Item"]["status"]["S"] = "PENDING".into();
            // The provider's outcome depends on the reference, so another reference draws again.
            let reference = answer["Item"]["reference"]["S"].as_str().unwrap_or_default();
            let another: String = reference.chars().rev().collect();
            answer["Item"]["reference"]["S"] = uuid_of(&another).into();
        }
        (Bug::VoidKept, "VOID", "payment-worker") => answer["Item"]["status"]["S"] = "REFUNDED".into(),
        _ => return body,
    }
    answer.to_string()
}

/// A UUID with these hex digits, wherever the dashes are.
fn uuid_of(letters: &str) -> String {
    let digits = u128::from_str_radix(&letters.replace('-', ""), 16).unwrap_or_default();
    uuid::Uuid::from_u128(digits).to_string()
}

/// The answer that the bug makes up for a request between services, which is then not sent.
pub fn on_http(stage: &Stage, actor: &Actor, request: &reqwest::Request) -> Option<Value> {
    let bug = stage.bug?;
    let path = request.url().path();
    let number = path.strip_prefix("/api/invoices/")?.split('/').next()?;
    let invoice = |status: &str| {
        let (client, reference) = number.strip_prefix("inv-").and_then(|rest| rest.split_once('-')).unwrap_or_default();
        json!({"number": number, "status": status, "client": client, "reference": reference,
            "payment_url": format!("{}{path}", crate::props::URL)})
    };
    match bug {
        Bug::VoidFirst if &*actor.role == "expire-hold" && path.ends_with("/void") => Some(invoice("VOID")),
        Bug::PurchaseVoidFirst if &*actor.role == "expire-purchase" && path.ends_with("/void") => Some(invoice("VOID")),
        Bug::CancelPaid if &*actor.role == "cancel-booking" && path.ends_with("/void") => Some(invoice("VOID")),
        Bug::RefundUnasked if &*actor.role == "refund-booking" && path.ends_with("/refund") => {
            Some(invoice("REFUNDED"))
        }
        _ => None,
    }
}

/// What the bug takes an answer for.
pub fn on_response(stage: &Stage, request: &reqwest::Request, answer: Response) -> Response {
    let path = request.url().path();
    let confirms = path.starts_with("/api/organiser-system/") && path.ends_with("/confirm");
    if stage.bug == Some(Bug::RefusalIgnored) && confirms && answer.status().is_client_error() {
        let mut agreed = hyper::Response::new("");
        *agreed.status_mut() = hyper::StatusCode::NO_CONTENT;
        return agreed.into();
    }
    let refunds = path.starts_with("/api/invoices/") && path.ends_with("/refund");
    if stage.bug == Some(Bug::RefusalTaken) && refunds && answer.status() == hyper::StatusCode::CONFLICT {
        return hyper::Response::new("").into();
    }
    answer
}

/// The answer that the bug assumes if none came in time.
pub fn on_silence(stage: &Stage, actor: &Actor, request: &reqwest::Request) -> Option<Response> {
    let order = request.method() == "POST" && request.url().path() == "/api/power-company/orders";
    if stage.bug != Some(Bug::SilenceRefused) || &*actor.role != "issue-power-token" || !order {
        return None;
    }
    let mut refused: Value = serde_json::from_slice(request.body()?.as_bytes()?).ok()?;
    refused["status"] = "REFUSED".into();
    Some(hyper::Response::new(refused.to_string()).into())
}

/// Does the bug lose a failed message of this queue?
pub fn forgets(stage: &Stage, queue: &str) -> bool {
    stage.bug == Some(Bug::LostOnFailure) && queue.ends_with("-refund-booking")
}
