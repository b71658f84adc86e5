//! The mail channel's adapter for Amazon SES.

use crate::{Channel, Delivery, Mail};
use async_trait::async_trait;
use aws_sdk_ses::Client;
use aws_sdk_ses::error::ProvideErrorMetadata;
use aws_sdk_ses::operation::send_raw_email::SendRawEmailError;
use aws_sdk_ses::primitives::Blob;
use aws_sdk_ses::types::RawMessage;
use contracts::Failure;
use mail_builder::MessageBuilder;
use settings::{Error, Part, Wiring, aws};

/// E-mail through Amazon SES, as raw messages, because only these have attachments.
#[derive(Debug, Clone)]
pub struct SesMail {
    client: Client,
    from: String,
}

impl SesMail {
    /// From this sender, which SES must know: an address, or `Name <address>`.
    pub fn new(client: Client, from: String) -> Self {
        Self { client, from }
    }
}

impl Part for SesMail {
    async fn make(wiring: &Wiring) -> Result<Self, Error> {
        Ok(Self::new(aws::ses(wiring.env())?, wiring.env().text("MAIL_FROM")?))
    }
}

/// The mail in the format of RFC 5322; names and subjects are encoded by RFC 2047.
fn message(from: &str, mail: &Mail) -> Result<Vec<u8>, Failure> {
    let (name, address) = match from.split_once('<') {
        Some((name, address)) => (name.trim().trim_matches('"'), address.trim_end_matches('>')),
        None => ("", from),
    };
    let mut message = MessageBuilder::new()
        .from((name, address))
        .to(mail.to.as_str())
        .subject(mail.letter.subject())
        .text_body(mail.letter.text())
        .html_body(mail.letter.html());
    if let Some(attachment) = &mail.attachment {
        message = message.attachment("application/pdf", attachment.name.as_str(), attachment.pdf.as_slice());
    }
    message.write_to_vec().map_err(|error| Failure::permanent("write a mail", error))
}

#[async_trait]
impl Channel for SesMail {
    async fn send(&self, mail: &Mail) -> Result<Delivery, Failure> {
        let raw = RawMessage::builder().data(Blob::new(message(&self.from, mail)?)).build();
        let raw = raw.map_err(|error| Failure::permanent("write a mail", error))?;
        let send = self.client.send_raw_email().source(&self.from).destinations(&mail.to).raw_message(raw);
        match send.send().await {
            Ok(_) => Ok(Delivery::Sent),
            Err(error) if error.as_service_error().is_some_and(SendRawEmailError::is_message_rejected) => {
                Ok(Delivery::Refused)
            }
            // SES's message may quote the address; its code does not.
            Err(error) => Err(Failure::transient("send a mail", error.code().unwrap_or("no answer"))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Attachment, Letter};
    use contracts::Locale;
    use mail_parser::{MessageParser, MimeHeaders};

    #[test]
    fn another_programme_reads_what_was_written() {
        let subject = format!("Tiket: Ōkami 狼 — {}", "é".repeat(120));
        let letter = Letter::read(&format!("Subject: {subject}\n\nHalo <Siti> & é,\n\nSalam"), Locale::Id).unwrap();
        let attachment = Some(Attachment { name: "token-é.pdf".into(), pdf: vec![0, 255, b'\n'] });
        let mail = Mail { to: "siti@example.com".into(), letter: letter.clone(), attachment };
        for (from, name) in [
            ("tickets@karcis.example", None),
            ("Karcis <tickets@karcis.example>", Some("Karcis")),
            ("\"Karcis, Tiket é\" <tickets@karcis.example>", Some("Karcis, Tiket é")),
        ] {
            let written = message(from, &mail).unwrap();
            // What is not ASCII is encoded: not every server on the way takes it as it is.
            assert!(written.is_ascii(), "{from}");
            let read = MessageParser::new().parse(&written).unwrap();
            let sender = read.from().unwrap().first().unwrap();
            assert_eq!((sender.name(), sender.address()), (name, Some("tickets@karcis.example")), "{from}");
            assert_eq!(read.to().unwrap().first().unwrap().address(), Some("siti@example.com"));
            assert_eq!(read.subject(), Some(subject.as_str()));
            assert_eq!(read.body_text(0).unwrap().replace("\r\n", "\n"), letter.text());
            assert_eq!(read.body_html(0).unwrap().trim_end(), letter.html());
            let attached = read.attachment(0).unwrap();
            assert_eq!((attached.attachment_name(), attached.contents()), (Some("token-é.pdf"), &[0, 255, b'\n'][..]));
        }
    }
}
