//! One id for all that follows from one request: functions that call each other, messages in queues, and what is asked
//! of outside systems. Every line of the log that is written meanwhile bears it, in its span.
//!
//! A request from outside begins a chain, whose id is the gateway's own for that request; the gateway tells it to the
//! caller (`apigw-requestid`) and to its access log. The id goes on in the header [`HEADER`] and in the message
//! attribute [`ATTRIBUTE`]. A table's stream carries nothing of its own: bookings and purchases keep their chain's id
//! in their items, and the messages about them say it.

use contracts::CorrelationId;
use std::future::Future;
use tracing::Instrument;

/// The header of our calls over HTTP, to our own services and to outside systems.
pub const HEADER: &str = "x-correlation-id";
/// The message attribute of our messages in queues.
pub const ATTRIBUTE: &str = "CorrelationId";

tokio::task_local! {
    static IN_HAND: CorrelationId;
    static CALL: String;
}

/// Does `work` as this call of a function. Lambda's own lines about a call, such as that its time ran out, have this id
/// alone, so every line has it beside the chain's.
pub async fn called<F: Future>(request: String, work: F) -> F::Output {
    CALL.scope(request, work).await
}

/// Does `work` in the chain of this id, if there is one.
pub async fn following<F: Future>(id: Option<CorrelationId>, work: F) -> F::Output {
    let Some(id) = id else { return work.await };
    let call = CALL.try_with(Clone::clone).unwrap_or_default();
    let span = tracing::info_span!("following", correlation = %id, request = call);
    IN_HAND.scope(id, work.instrument(span)).await
}

/// The id of the chain that this task works in.
pub fn in_hand() -> Option<CorrelationId> {
    IN_HAND.try_with(Clone::clone).ok()
}
