//! See [`function`].

use contracts::{Failure, UserNews};
use lambda::prelude::*;
use serde::Deserialize;
use ticketing::adapters::SqsRenamingQueue;
use ticketing::ports::{Renamed, RenamingQueue};
use ticketing::usecases::{self, BookingPorts};

/// Defines this Lambda function.
pub fn function() -> impl Definition {
    Queue::of("rename-buyer", "Gives bookings and places in lines the name that their buyer has now.")
        .handled_by(handle)
}

/// What the queue brings.
#[derive(Deserialize)]
#[serde(untagged)]
enum Message {
    News(UserNews),
    Again(Renamed),
}

parts! {
    struct RenameBuyer {
        ports: BookingPorts,
        queue: SqsRenamingQueue,
    }
}

async fn handle(on: Arc<RenameBuyer>, message: Message) -> Result<(), Failure> {
    match message {
        Message::News(UserNews::Changed { user_id, name, name_version }) => {
            let renamed = Renamed { user_id, name, name_version };
            usecases::rename_buyer(&on.ports, &renamed).await?;
            on.queue.look_again(&renamed).await
        }
        Message::News(UserNews::Registered { .. } | UserNews::ResetRequested { .. } | UserNews::Deleted { .. }) => {
            Ok(())
        }
        Message::Again(renamed) => usecases::rename_buyer(&on.ports, &renamed).await,
    }
}
