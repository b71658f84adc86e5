//! Erases what is known of a deleted user.

use contracts::{UserNews, World};
use lambda::batch::{self, Retry};
use lambda::{Env, Error, Function, aws};
use std::sync::Arc;
use ticketing::adapters::{DynamoBookings, DynamoLines, S3Tickets};
use ticketing::usecases;

struct ForgetBuyer {
    bookings: DynamoBookings,
    lines: DynamoLines,
    tickets: S3Tickets,
}

/// Settings: `TICKETING_TABLE`, `TICKETS_BUCKET`, `QUEUE_URL`, `DEAD_LETTERS_URL`, `RETRY_SECONDS`.
pub async fn start(env: Env, _: Arc<dyn World>) -> Result<Function, Error> {
    let table = aws::table(&env, "TICKETING_TABLE").await?;
    let on = Arc::new(ForgetBuyer {
        bookings: DynamoBookings::new(table.clone()),
        lines: DynamoLines::new(table),
        tickets: S3Tickets::new(aws::s3(&env)?, env.text("TICKETS_BUCKET")?),
    });
    Ok(batch::sqs(Retry::from_env(&env)?, move |news: UserNews| {
        let on = on.clone();
        async move {
            match news {
                UserNews::Deleted { user_id } => {
                    usecases::forget_buyer(&on.bookings, &on.lines, &on.tickets, user_id).await
                }
                UserNews::Registered { .. } | UserNews::ResetRequested { .. } => Ok(()),
            }
        }
    }))
}
