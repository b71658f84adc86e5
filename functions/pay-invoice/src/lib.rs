//! `POST /api/invoices/{number}/pay`: its payer pays.

use contracts::World;
use lambda::{Answer, Env, Error, Function, Request, aws, http};
use payments::adapters::{DynamoInvoices, SqsPaymentQueue};
use payments::usecases;
use std::sync::Arc;

struct PayInvoice {
    invoices: DynamoInvoices,
    queue: SqsPaymentQueue,
    world: Arc<dyn World>,
    public_url: String,
}

/// Settings: `PAYMENTS_TABLE`, `PUBLIC_URL`; and for each client `PAYMENT_QUEUE_URL_<CLIENT>`.
pub async fn start(env: Env, world: Arc<dyn World>) -> Result<Function, Error> {
    let invoices = DynamoInvoices::new(aws::table(&env, "PAYMENTS_TABLE").await?);
    let urls = env.of_services("PAYMENT_QUEUE_URL_")?.into_iter().map(|of| (of.service, of.value));
    let queue = SqsPaymentQueue::new(aws::sqs(&env)?, urls);
    let on = Arc::new(PayInvoice { invoices, queue, world, public_url: env.text("PUBLIC_URL")? });
    Ok(Function::http(move |request| handle(on.clone(), request)))
}

async fn handle(on: Arc<PayInvoice>, request: Request) -> Answer {
    let caller = http::caller(&request)?;
    let number = http::path(&request, "number")?;
    let invoice = usecases::pay_invoice(&on.invoices, &on.queue, &*on.world, &number, caller.id).await?;
    http::json(202, &invoice.view(&on.public_url))
}
