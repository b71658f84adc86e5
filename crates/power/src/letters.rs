//! The letters that power sends, in each language. Their words are in `letters/<language>`. A case without words in one
//! of the languages does not compile.
#![expect(clippy::unnested_or_patterns, reason = "a template knows no nested ones")]

use crate::domain::{Contact, Purchase, PurchaseStatus, Reason, Token};
use askama::Template;
use contracts::{Failure, Locale};
use mail::Letter;

/// What a letter says about a purchase.
enum Said<'a> {
    /// Here is the token.
    Issued(&'a Token),
    /// Nothing was bought, and nothing paid.
    Failed,
    /// Less money came than it costs, and goes back.
    Underpaid,
    /// The power company refused, and the money is on its way back.
    Refunding,
    /// The money is back.
    Refunded,
}

#[derive(Template)]
#[template(path = "en/purchase.letter")]
struct English<'a> {
    said: Said<'a>,
    purchase: &'a Purchase,
    contact: &'a Contact,
}

#[derive(Template)]
#[template(path = "id/purchase.letter")]
struct Indonesian<'a> {
    said: Said<'a>,
    purchase: &'a Purchase,
    contact: &'a Contact,
}

/// Writes the letter about a status that a purchase has or had; `None` if there is nothing to say about it.
///
/// # Errors
///
/// A permanent failure if the text of the template is not a letter.
pub fn letter(purchase: &Purchase, about: PurchaseStatus, contact: &Contact) -> Result<Option<Letter>, Failure> {
    let said = match (about, &purchase.token) {
        (PurchaseStatus::Issued, Some(token)) => Said::Issued(token),
        (PurchaseStatus::Failed, _) => Said::Failed,
        (PurchaseStatus::Refunding, _) if purchase.reason == Some(Reason::PaymentFailed) => Said::Underpaid,
        (PurchaseStatus::Refunding, _) => Said::Refunding,
        (PurchaseStatus::Refunded, _) => Said::Refunded,
        (PurchaseStatus::Issued | PurchaseStatus::AwaitingPayment | PurchaseStatus::Issuing, _) => return Ok(None),
    };
    let locale = contact.locale;
    match locale {
        Locale::En => Letter::write(&English { said, purchase, contact }, locale),
        Locale::Id => Letter::write(&Indonesian { said, purchase, contact }, locale),
    }
    .map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::purchase::tests::purchase;
    use PurchaseStatus::{AwaitingPayment, Failed, Issued, Issuing, Refunded, Refunding};

    #[test]
    fn every_end_of_a_purchase_is_a_whole_letter_in_each_language() {
        let said = [
            ("issued", Issued, None),
            ("payment-failed", Failed, Some(Reason::PaymentFailed)),
            ("payment-unavailable", Failed, Some(Reason::PaymentUnavailable)),
            ("expired", Failed, Some(Reason::Expired)),
            ("refunding", Refunding, Some(Reason::CompanyRefused)),
            ("refunding-underpaid", Refunding, Some(Reason::PaymentFailed)),
            ("refunded", Refunded, Some(Reason::CompanyRefused)),
        ];
        for (what, status, reason) in said {
            for (language, locale) in [("en", Locale::En), ("id", Locale::Id)] {
                let contact = Contact {
                    name: "<b>Siti</b> & Co".into(),
                    email: "siti@example.com".into(),
                    locale,
                    meter_name: "Rumah \"Contoh\"".into(),
                };
                let letter = letter(&Purchase { reason, ..purchase(status) }, status, &contact).unwrap().unwrap();
                let shown = format!("{}\n\n{}\n{}", letter.subject(), letter.text(), letter.html());
                insta::assert_snapshot!(format!("{what}.{language}"), shown);
            }
        }
    }

    #[test]
    fn nothing_is_said_on_the_way() {
        let contact =
            Contact { name: "Siti".into(), email: "s@k.test".into(), locale: Locale::Id, meter_name: "Siti".into() };
        for (stands, about) in [(Issued, AwaitingPayment), (Issued, Issuing), (Issuing, Issued)] {
            assert_eq!(letter(&purchase(stands), about, &contact).unwrap(), None, "{about:?}");
        }
    }
}
