use crate::ports::Payments;
use async_trait::async_trait;
use contracts::{CreateInvoice, Failure, Invoice, InvoiceNumber, RefundAnswer};

/// The payments service, with power's own key.
pub struct HttpPayments(pub wire::HttpPayments);

#[async_trait]
impl Payments for HttpPayments {
    async fn create_invoice(&self, asked: &CreateInvoice) -> Result<Invoice, Failure> {
        self.0.create_invoice(asked).await
    }

    async fn void_invoice(&self, number: &InvoiceNumber) -> Result<Invoice, Failure> {
        self.0.void_invoice(number).await
    }

    async fn refund_invoice(&self, number: &InvoiceNumber) -> Result<RefundAnswer, Failure> {
        self.0.refund_invoice(number).await
    }
}
