use crate::adapters::{DynamoBookings, DynamoEvents, DynamoLines, SqsQueues};
use crate::usecases::Saga;
use contracts::World;
use std::sync::Arc;
use std::time::Duration;
use table::Table;

/// What a [`Saga`] stands on, of one function.
pub struct SagaPorts {
    bookings: DynamoBookings,
    lines: DynamoLines,
    events: DynamoEvents,
    queues: SqsQueues,
    world: Arc<dyn World>,
    offer: Duration,
}

impl SagaPorts {
    /// In this table and these queues, of which it needs the timers'; `offer` is how long one who waited has to pay.
    pub fn new(table: Table, queues: SqsQueues, world: Arc<dyn World>, offer: Duration) -> Self {
        Self {
            bookings: DynamoBookings::new(table.clone()),
            lines: DynamoLines::new(table.clone()),
            events: DynamoEvents::new(table),
            queues,
            world,
            offer,
        }
    }

    /// The saga.
    pub fn saga(&self) -> Saga<'_> {
        Saga {
            bookings: &self.bookings,
            lines: &self.lines,
            events: &self.events,
            queues: &self.queues,
            world: &*self.world,
            offer: self.offer,
        }
    }
}
