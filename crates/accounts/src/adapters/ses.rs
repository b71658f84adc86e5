use crate::domain::{Mail, User};
use crate::ports::{Channel, Delivery};
use async_trait::async_trait;
use aws_sdk_ses::Client;
use aws_sdk_ses::error::ProvideErrorMetadata;
use aws_sdk_ses::operation::send_email::SendEmailError;
use aws_sdk_ses::types::{Body, Content, Destination, Message};
use contracts::Failure;

/// E-mail through Amazon SES.
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
}

fn content(text: &str) -> Result<Content, Failure> {
    Content::builder().charset("UTF-8").data(text).build().map_err(|e| Failure::permanent("send a mail", e))
}

#[async_trait]
impl Channel for SesMail {
    async fn send(&self, to: &User, mail: &Mail) -> Result<Delivery, Failure> {
        let body = Body::builder().text(content(&mail.text)?).html(content(&mail.html)?).build();
        let message = Message::builder().subject(content(&mail.subject)?).body(body).build();
        let destination = Destination::builder().to_addresses(to.email.as_str()).build();
        let send = self.client.send_email().source(&self.from).destination(destination).message(message);
        match send.send().await {
            Ok(_) => Ok(Delivery::Sent),
            Err(error) if error.as_service_error().is_some_and(SendEmailError::is_message_rejected) => {
                Ok(Delivery::Refused)
            }
            // What SES says may quote the address; its code does not.
            Err(error) => Err(Failure::transient("send a mail", error.code().unwrap_or("no answer"))),
        }
    }
}
