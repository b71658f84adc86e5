//! SES, embedded: no mail leaves the machine. The mails are kept in a file, so that people can read them after a
//! restart too.

use bytes::Bytes;
use mail_parser::{MessageParser, MimeHeaders};
use rustack_ses_core::config::SesConfig;
use rustack_ses_core::handler::RustackSesHandler;
use rustack_ses_core::provider::RustackSes;
use rustack_ses_core::retrospection::SentEmail;
use rustack_ses_http::body::SesResponseBody;
use rustack_ses_http::dispatch::SesHandler;
use rustack_ses_http::service::{SesHttpConfig, SesHttpService};
use rustack_ses_model::error::SesError;
use rustack_ses_model::operations::SesOperation;
use serde_json::{Value, json};
use std::fs::{File, OpenOptions};
use std::future::Future;
use std::io::Write;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use template::{ACCOUNT, Error, REGION};

/// SES: nothing leaves the machine, and what was "sent" can be read, after a restart too.
pub struct Ses {
    engine: RustackSesHandler,
    provider: Arc<RustackSes>,
    kept: Mutex<Kept>,
}

/// The mails, in memory and on disk.
struct Kept {
    file: Option<File>,
    mails: Vec<SentEmail>,
}

/// What SES's HTTP layer calls.
pub struct Handler(Arc<Ses>);

impl Ses {
    /// With the mails of this file, if there is one.
    pub fn start(file: Option<PathBuf>) -> Result<Arc<Self>, Error> {
        let config = SesConfig {
            skip_signature_validation: true,
            default_region: REGION.to_owned(),
            default_account_id: ACCOUNT.to_owned(),
            require_verified_identity: false,
            max_24_hour_send: f64::MAX,
            max_send_rate: f64::MAX,
        };
        let provider = Arc::new(RustackSes::new(config));
        let mut mails = Vec::new();
        let file = match file {
            None => None,
            Some(path) => {
                // A crash may have cut the last line short; then it is not a mail.
                let text = std::fs::read(&path).unwrap_or_default();
                for line in text.split(|byte| *byte == b'\n') {
                    mails.extend(serde_json::from_slice::<SentEmail>(line));
                }
                let mut file = OpenOptions::new().create(true).append(true).open(path)?;
                file.write_all(b"\n")?;
                Some(file)
            }
        };
        let (engine, kept) = (RustackSesHandler::new(Arc::clone(&provider)), Mutex::new(Kept { file, mails }));
        Ok(Arc::new(Self { engine, provider, kept }))
    }

    /// Its HTTP layer.
    pub fn http(self: Arc<Self>) -> SesHttpService<Handler> {
        SesHttpService::new(Arc::new(Handler(self)), SesHttpConfig::default())
    }

    /// The mails to this address, or to anybody, newest first.
    pub fn mails(&self, to: Option<&str>) -> Vec<Value> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let theirs =
            |mail: &&SentEmail| to.is_none_or(|to| mail.destination.to_addresses.iter().any(|address| address == to));
        let mut mails: Vec<_> = kept.mails.iter().filter(theirs).collect();
        mails.sort_by(|a, b| b.timestamp.cmp(&a.timestamp));
        mails.into_iter().map(view).collect()
    }

    /// An attachment of a mail, by its place: its content type and its bytes.
    pub fn attachment(&self, mail: &str, place: usize) -> Option<(String, Vec<u8>)> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let raw = kept.mails.iter().find(|kept| kept.id == mail)?.raw_data.as_ref()?;
        let message = MessageParser::new().parse(raw)?;
        let part = message.attachments().nth(place)?;
        let kind = part.content_type()?;
        Some((format!("{}/{}", kind.ctype(), kind.subtype().unwrap_or("*")), part.contents().to_vec()))
    }

    /// Writes new mails down, before their sender gets an answer. The engine keeps no mails: it would copy all of them
    /// each time it is asked.
    fn keep(&self) -> Result<(), Error> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        for mail in self.provider.email_store().query(None, None) {
            if let Some(file) = &mut kept.file {
                file.write_all(format!("{}\n", serde_json::to_string(&mail)?).as_bytes())?;
            }
            self.provider.email_store().remove(&mail.id);
            kept.mails.push(mail);
        }
        Ok(())
    }
}

/// A mail as people see it. The text of a raw mail is taken from its parts.
fn view(mail: &SentEmail) -> Value {
    let raw = mail.raw_data.as_ref().and_then(|raw| MessageParser::new().parse(raw));
    let body = mail.body.as_ref();
    let raw_text = raw.as_ref().and_then(|raw| raw.body_text(0)).map(|text| text.into_owned().into());
    let text = body.and_then(|body| body.text_part.clone()).map(Value::from).or(raw_text);
    let raw_html = raw.as_ref().and_then(|raw| raw.body_html(0)).map(|html| html.into_owned().into());
    let html = body.and_then(|body| body.html_part.clone()).map(Value::from).or(raw_html);
    let subject = mail.subject.clone().or_else(|| raw.as_ref()?.subject().map(str::to_owned));
    let attachments = raw.iter().flat_map(mail_parser::Message::attachments).enumerate().map(|(place, part)| {
        json!({
            "name": part.attachment_name(),
            "bytes": part.contents().len(),
            "url": format!("/_local/mail/{}/{place}", mail.id),
        })
    });
    json!({
        "id": mail.id,
        "sent_at": mail.timestamp,
        "from": mail.source,
        "to": mail.destination.to_addresses,
        "subject": subject,
        "text": text,
        "html": html,
        "attachments": attachments.collect::<Vec<_>>(),
    })
}

impl SesHandler for Handler {
    fn handle_operation(
        &self,
        op: SesOperation,
        body: Bytes,
    ) -> Pin<Box<dyn Future<Output = Result<hyper::Response<SesResponseBody>, SesError>> + Send>> {
        let ses = Arc::clone(&self.0);
        Box::pin(async move {
            let answer = ses.engine.handle_operation(op, body).await?;
            ses.keep().map_err(|why| SesError::internal_error(why.to_string()))?;
            Ok(answer)
        })
    }

    fn handle_v2_operation(
        &self,
        method: hyper::Method,
        path: String,
        body: Bytes,
    ) -> Pin<Box<dyn Future<Output = Result<hyper::Response<SesResponseBody>, SesError>> + Send>> {
        self.0.engine.handle_v2_operation(method, path, body)
    }

    fn query_emails(&self, filter_id: Option<&str>, filter_source: Option<&str>) -> String {
        self.0.engine.query_emails(filter_id, filter_source)
    }

    fn clear_emails(&self, filter_id: Option<&str>) {
        self.0.engine.clear_emails(filter_id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(flavor = "current_thread")]
    async fn mails_are_there_after_a_restart() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("mail.jsonl");
        let handler = Handler(Ses::start(Some(file.clone())).unwrap());
        let body = "Action=SendEmail&Source=a%40karcis.test&Destination.ToAddresses.member.1=b%40karcis.test\
            &Message.Subject.Data=Hello&Message.Body.Text.Data=World";
        handler.handle_operation(SesOperation::SendEmail, Bytes::from(body)).await.unwrap();
        OpenOptions::new().append(true).open(&file).unwrap().write_all(b"{\"cut").unwrap();
        let mails = Ses::start(Some(file)).unwrap().mails(Some("b@karcis.test"));
        assert_eq!((mails.len(), mails[0]["subject"].as_str()), (1, Some("Hello")));
    }
}
