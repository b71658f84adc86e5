//! The mail channel's adapter for Amazon SES.

use crate::{Channel, Delivery, Mail};
use async_trait::async_trait;
use aws_sdk_ses::Client;
use aws_sdk_ses::error::ProvideErrorMetadata;
use aws_sdk_ses::primitives::Blob;
use aws_sdk_ses::types::RawMessage;
use contracts::Failure;
use mail_builder::MessageBuilder;
use mail_builder::headers::raw::Raw;
use settings::{Error, Part, Wiring, aws};
use std::str::FromStr;

/// E-mail through Amazon SES, as raw messages, because only these have attachments.
#[derive(Debug, Clone)]
pub struct SesMail {
    client: Client,
    from: Sender,
}

/// Whom mail comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sender {
    name: String,
    address: String,
}

impl FromStr for Sender {
    type Err = ();

    /// Reads an address, or `Name <address>` with the name quoted or not (RFC 5322, section 3.4).
    fn from_str(text: &str) -> Result<Self, ()> {
        let (name, address) = match text.rsplit_once('<') {
            Some((name, address)) => (name.trim(), address.trim().strip_suffix('>').ok_or(())?),
            None => ("", text.trim()),
        };
        let name = match name.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
            Some(quoted) => quoted.replace("\\\"", "\"").replace("\\\\", "\\"),
            None => name.to_owned(),
        };
        let (local, domain) = address.split_once('@').ok_or(())?;
        let plain = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_graphic() && !"@<>,".contains(c));
        if plain(local) && plain(domain) { Ok(Self { name, address: address.to_owned() }) } else { Err(()) }
    }
}

impl SesMail {
    /// From this sender, which SES must know.
    pub const fn new(client: Client, from: Sender) -> Self {
        Self { client, from }
    }
}

impl Part for SesMail {
    async fn make(wiring: &Wiring) -> Result<Self, Error> {
        Ok(Self::new(aws::ses(wiring.env())?, wiring.env().parse("MAIL_FROM")?))
    }
}

/// The mail in the format of RFC 5322; names and subjects are encoded by RFC 2047. It says that a program sent it (RFC
/// 3834), so that no other program answers.
fn message(from: &Sender, mail: &Mail) -> Result<Vec<u8>, Failure> {
    let domain = from.address.rsplit('@').next().unwrap_or_default();
    let mut message = MessageBuilder::new()
        .from((from.name.as_str(), from.address.as_str()))
        .to((mail.name.as_str(), mail.to.as_str()))
        .message_id(format!("{}@{domain}", mail.id))
        .header("Auto-Submitted", Raw::new("auto-generated"))
        .subject(mail.letter.subject())
        .text_body(mail.letter.text())
        .html_body(mail.letter.html());
    if let Some(attachment) = &mail.attachment {
        message = message.attachment("application/pdf", attachment.name.as_str(), attachment.pdf.as_slice());
    }
    message.write_to_vec().map_err(|error| Failure::permanent("write a mail", error))
}

/// Does SES refuse this mail for good? `InvalidParameterValue` is an address that it cannot read. Other errors are
/// about the account or the moment, and pass. (Amazon SES API reference, `SendRawEmail` and "Common errors".)
fn is_final(code: Option<&str>) -> bool {
    matches!(code, Some("MessageRejected" | "InvalidParameterValue"))
}

#[async_trait]
impl Channel for SesMail {
    async fn send(&self, mail: &Mail) -> Result<Delivery, Failure> {
        let raw = RawMessage::builder().data(Blob::new(message(&self.from, mail)?)).build();
        let raw = raw.map_err(|error| Failure::permanent("write a mail", error))?;
        // The envelope has addresses alone: names are in the message, encoded.
        let send = self.client.send_raw_email().source(&self.from.address).destinations(&mail.to).raw_message(raw);
        match send.send().await {
            Ok(_) => Ok(Delivery::Sent),
            Err(error) if is_final(error.code()) => Ok(Delivery::Refused),
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
    use settings::Env;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;
    use uuid::Uuid;

    #[test]
    fn another_programme_reads_what_was_written() {
        let subject = format!("Tiket: Ōkami 狼 — {}", "é".repeat(120));
        let letter = Letter::read(&format!("Subject: {subject}\n\nHalo <Siti> & é,\n\nSalam"), Locale::Id).unwrap();
        let attachment = Some(Attachment { name: "token-é.pdf".into(), pdf: vec![0, 255, b'\n'] });
        let mut mail = Mail {
            id: Uuid::from_u128(7),
            to: "siti@example.com".into(),
            name: String::new(),
            letter: letter.clone(),
            attachment,
        };
        for (from, name, whom) in [
            ("tickets@karcis.example", None, "Siti"),
            ("Karcis <tickets@karcis.example>", Some("Karcis"), "Régine Zoé"),
            ("\"Karcis, Tiket é\" <tickets@karcis.example>", Some("Karcis, Tiket é"), "Nurhaliza, Siti"),
            ("Tiket é <tickets@karcis.example>", Some("Tiket é"), "Siti \"Bunga\" <x@evil.test>"),
            ("\"A \\\"B\\\" C\" <tickets@karcis.example>", Some("A \"B\" C"), "狼 Ōkami 🎸"),
        ] {
            mail.name = whom.into();
            let written = message(&from.parse().unwrap(), &mail).unwrap();
            // What is not ASCII is encoded: not every server on the way takes it as it is.
            assert!(written.is_ascii(), "{from}");
            let read = MessageParser::new().parse(&written).unwrap();
            let sender = read.from().unwrap().first().unwrap();
            assert_eq!((sender.name(), sender.address()), (name, Some("tickets@karcis.example")), "{from}");
            let to: Vec<_> = read.to().unwrap().iter().map(|one| (one.name(), one.address())).collect();
            assert_eq!(to, [(Some(whom), Some("siti@example.com"))], "{whom}");
            assert_eq!(read.message_id(), Some("00000000-0000-0000-0000-000000000007@karcis.example"));
            assert_eq!(read.header_raw("Auto-Submitted").map(str::trim), Some("auto-generated"));
            assert_eq!(read.subject(), Some(subject.as_str()));
            assert_eq!(read.body_text(0).unwrap().replace("\r\n", "\n"), letter.text());
            assert_eq!(read.body_html(0).unwrap().trim_end(), letter.html());
            let attached = read.attachment(0).unwrap();
            assert_eq!((attached.attachment_name(), attached.contents()), (Some("token-é.pdf"), &[0, 255, b'\n'][..]));
        }
        for wrong in ["", "Karcis", "Karcis <tickets@>", "@karcis.example", "Karcis <a@b", "a@b,c@d", "A <a @b>"] {
            assert!(wrong.parse::<Sender>().is_err(), "{wrong}");
        }
    }

    /// SES as it answers with this error.
    async fn refusing(status: u16, code: &str) -> SesMail {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let said = format!("<ErrorResponse><Error><Code>{code}</Code><Message>no</Message></Error></ErrorResponse>");
        let length = said.len();
        let answer =
            format!("HTTP/1.1 {status} No\r\ncontent-type: text/xml\r\ncontent-length: {length}\r\n\r\n{said}");
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let answer = answer.clone();
                tokio::spawn(async move {
                    // The request is smaller than this, and comes at once.
                    let mut asked = vec![0; 65_536];
                    while let Ok(1..) = stream.read(&mut asked).await {
                        stream.write_all(answer.as_bytes()).await.unwrap();
                    }
                });
            }
        });
        let settings = [
            ("AWS_REGION", "ap-southeast-3"),
            ("AWS_ACCESS_KEY_ID", "x"),
            ("AWS_SECRET_ACCESS_KEY", "x"),
            ("AWS_ENDPOINT_URL_SES", url.as_str()),
        ];
        let env: Env = settings.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        SesMail::new(aws::ses(&env).unwrap(), "tickets@karcis.example".parse().unwrap())
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn what_ses_refuses_for_good_is_not_tried_again() {
        let letter = Letter::read("Subject: x\n\ny", Locale::Id).unwrap();
        let (id, to, name) = (Uuid::from_u128(7), "siti@example.com".to_owned(), "Siti".to_owned());
        let mail = Mail { id, to, name, letter, attachment: None };
        for (status, code, refused) in [
            (400, "MessageRejected", true),
            (400, "InvalidParameterValue", true),
            (400, "MailFromDomainNotVerifiedException", false),
            (400, "AccountSendingPausedException", false),
            (400, "Throttling", false),
            (503, "ServiceUnavailable", false),
        ] {
            let outcome = refusing(status, code).await.send(&mail).await;
            match outcome {
                Ok(delivery) => assert!(refused && delivery == Delivery::Refused, "{code}"),
                Err(failure) => assert!(!refused && matches!(failure, Failure::Transient { .. }), "{code}: {failure}"),
            }
        }
    }
}
