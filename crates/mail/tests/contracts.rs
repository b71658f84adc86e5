//! The contract of the mail channel, tested against SES on each engine.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use contract_suite::Engine;
use contracts::Locale;
use mail::{Attachment, Channel, Delivery, Letter, Mail, SesMail};
use settings::aws;

contract_suite::on_each_engine! {
    mails_go_in_two_forms_with_what_is_attached: mails;
}

async fn mails(engine: &Engine) {
    let letter = Letter::read("Subject: Token é\n\nHalo Siti,\n\n[Buka] https://k.test", Locale::Id).unwrap();
    let attachment = Attachment { name: "token.pdf".into(), pdf: b"%PDF-1.7".to_vec() };
    for sender in ["tickets@karcis.example", "Karcis <tickets@karcis.example>"] {
        let channel = SesMail::new(aws::ses(&engine.env).unwrap(), sender.parse().unwrap());
        for attachment in [None, Some(attachment.clone())] {
            let (id, name) = (engine.id(), "Siti, Nurhalizá".to_owned());
            let mail = Mail { id, to: "siti@example.com".into(), name, letter: letter.clone(), attachment };
            assert_eq!(channel.send(&mail).await.unwrap(), Delivery::Sent, "{sender}");
        }
    }
}
