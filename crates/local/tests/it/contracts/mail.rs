use super::engine::Engine;
use contracts::Locale;
use mail::{Attachment, Channel, Delivery, Letter, Mail, SesMail};
use settings::aws;

pub async fn mails(engine: &Engine) {
    let letter = Letter::read("Subject: Token é\n\nHalo Siti,\n\n[Buka] https://k.test", Locale::Id).unwrap();
    let attachment = Attachment { name: "token.pdf".into(), pdf: b"%PDF-1.7".to_vec() };
    for sender in ["tickets@karcis.example", "Karcis <tickets@karcis.example>"] {
        let channel = SesMail::new(aws::ses(&engine.env).unwrap(), sender.into());
        for attachment in [None, Some(attachment.clone())] {
            let mail = Mail { to: "siti@example.com".into(), letter: letter.clone(), attachment };
            assert_eq!(channel.send(&mail).await.unwrap(), Delivery::Sent, "{sender}");
        }
    }
}
