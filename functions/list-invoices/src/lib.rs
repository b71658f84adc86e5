//! See [`function`].

use contracts::{Invoice, Page, PageRequest, Service, Timestamp};
use lambda::prelude::*;
use payments::adapters::DynamoInvoices;
use payments::usecases;
use settings::PublicUrl;

/// Defines this Lambda function.
pub fn function() -> impl Definition {
    Route::get(Tag::Invoices, "/api/invoices", "The calling service's invoices, oldest first.")
        .open_to(ServicesCalling(payments::NAME))
        .served_by(handle)
}

lambda::query! {
    struct Asked {
        /// Only invoices made at this time or later.
        since: Timestamp,
    }
}

parts! {
    struct ListInvoices {
        invoices: DynamoInvoices,
        public_url: PublicUrl,
    }
}

async fn handle(
    on: Arc<ListInvoices>,
    (client, Query(which), asked): (Service, Query<Asked>, PageRequest),
) -> Result<Page<Invoice>, Problem> {
    let since = which.since.unwrap_or(Timestamp::from_millis(0));
    let page = usecases::list_invoices(&on.invoices, &client, since, &asked).await?;
    Ok(page.map(|invoice| invoice.view(&on.public_url.0)))
}
