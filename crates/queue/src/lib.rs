//! A queue on SQS, shared by the services that send messages.

use aws_sdk_sqs::Client;
use aws_sdk_sqs::error::DisplayErrorContext;
use contracts::Failure;
use serde::Serialize;
use std::time::Duration;

/// The longest delay of a message, in seconds (Amazon SQS developer guide, "Message quotas"). A timer that is due later
/// comes early and is sent again.
const LONGEST_DELAY: u64 = 900;

/// A queue on SQS.
#[derive(Debug, Clone)]
pub struct Queue {
    client: Client,
    url: String,
}

impl Queue {
    /// The queue at this URL.
    pub fn new(client: Client, url: String) -> Self {
        Self { client, url }
    }

    /// Sends a message as JSON, to be delivered after `delay` or [`LONGEST_DELAY`], whichever is sooner. `what` names
    /// the task in the log.
    pub async fn send(&self, what: &str, message: &impl Serialize, delay: Duration) -> Result<(), Failure> {
        let body = serde_json::to_string(message).map_err(|e| Failure::permanent(what, e))?;
        let send = self.client.send_message().queue_url(&self.url).message_body(body).delay_seconds(seconds(delay));
        send.send().await.map(drop).map_err(|e| Failure::transient(what, DisplayErrorContext(e)))
    }
}

/// Rounded up to whole seconds: a timer that comes early would have to be sent again.
fn seconds(delay: Duration) -> i32 {
    let seconds = (delay.as_secs() + u64::from(delay.subsec_nanos() > 0)).min(LONGEST_DELAY);
    i32::try_from(seconds).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_delay_is_whole_seconds_within_what_sqs_takes() {
        for (millis, whole) in [(0, 0), (1, 1), (1_000, 1), (1_001, 2), (900_000, 900), (86_400_000, 900)] {
            assert_eq!(seconds(Duration::from_millis(millis)), whole, "{millis}");
        }
    }
}
