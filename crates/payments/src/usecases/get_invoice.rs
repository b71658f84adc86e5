use crate::domain::StoredInvoice;
use crate::ports::{Invoices, PaymentMethods};
use contracts::{Caller, Invoice, InvoiceNumber, PaymentMethod, Problem, Role, UserId};
use schemars::JsonSchema;
use serde::Serialize;

/// An invoice, for its payer. Anybody else gets the same answer as for an invoice that does not exist.
pub async fn get_invoice(
    invoices: &dyn Invoices,
    number: &InvoiceNumber,
    payer: UserId,
) -> Result<StoredInvoice, Problem> {
    let found = invoices.get(number).await?;
    found.filter(|invoice| invoice.is_payable_by(payer)).ok_or_else(Problem::not_found)
}

/// An invoice as its payer sees it.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PayableInvoice {
    /// The invoice.
    #[serde(flatten)]
    pub invoice: Invoice,
    /// How it may be paid, best known first. None: there is no provider, and nobody can pay.
    pub methods: Vec<PaymentMethod>,
    /// Does no real money move?
    pub simulated: bool,
}

/// An invoice, for its payer and for admins, and how it may be paid.
pub async fn show_invoice(
    invoices: &dyn Invoices,
    methods: &dyn PaymentMethods,
    (number, caller): (&InvoiceNumber, &Caller),
    public_url: &str,
) -> Result<PayableInvoice, Problem> {
    let found = match caller.role {
        Role::Admin => invoices.get(number).await?.ok_or_else(Problem::not_found)?,
        _ => get_invoice(invoices, number, caller.id).await?,
    };
    let invoice = found.view(public_url);
    Ok(PayableInvoice { invoice, methods: methods.offered(), simulated: methods.are_simulated() })
}
