use crate::ports::{Channel, Delivery, Mail};
use async_trait::async_trait;
use aws_sdk_ses::Client;
use aws_sdk_ses::error::ProvideErrorMetadata;
use aws_sdk_ses::operation::send_raw_email::SendRawEmailError;
use aws_sdk_ses::primitives::Blob;
use aws_sdk_ses::types::RawMessage;
use contracts::Failure;
use mail_builder::MessageBuilder;

/// E-mail through Amazon SES, with attachments, which only raw messages have.
#[derive(Debug, Clone)]
pub struct SesMail {
    client: Client,
    from: String,
}

impl SesMail {
    /// From this sender, whom SES must know.
    pub fn new(client: Client, from: String) -> Self {
        Self { client, from }
    }

    /// The mail as RFC 5322 has it.
    fn message(&self, mail: &Mail) -> Result<Vec<u8>, Failure> {
        let (name, address) = match self.from.split_once('<') {
            Some((name, address)) => (name.trim(), address.trim_end_matches('>')),
            None => ("", self.from.as_str()),
        };
        let mut message = MessageBuilder::new()
            .from((name, address))
            .to(mail.to.as_str())
            .subject(mail.subject.as_str())
            .text_body(mail.text.as_str());
        if let Some((name, pdf)) = &mail.attachment {
            message = message.attachment("application/pdf", name.as_str(), pdf.as_slice());
        }
        message.write_to_vec().map_err(|e| Failure::permanent("write a mail", e))
    }
}

#[async_trait]
impl Channel for SesMail {
    async fn send(&self, mail: &Mail) -> Result<Delivery, Failure> {
        let raw = RawMessage::builder().data(Blob::new(self.message(mail)?)).build();
        let raw = raw.map_err(|e| Failure::permanent("write a mail", e))?;
        let send = self.client.send_raw_email().source(&self.from).destinations(&mail.to).raw_message(raw);
        match send.send().await {
            Ok(_) => Ok(Delivery::Sent),
            Err(error) if error.as_service_error().is_some_and(SendRawEmailError::is_message_rejected) => {
                Ok(Delivery::Refused)
            }
            // What SES says may quote the address; its code does not.
            Err(error) => Err(Failure::transient("send a mail", error.code().unwrap_or("no answer"))),
        }
    }
}
