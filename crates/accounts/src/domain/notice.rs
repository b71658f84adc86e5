//! What people are told, in their language: subject, text and HTML of each notice.

use contracts::{BookingStatus, BookingSummary, FailureReason, InvoiceLink, Locale, MismatchKind, Timestamp};
use time::UtcOffset;
use time::format_description::BorrowedFormatItem;
use time::macros::format_description;

/// Something to be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// A booking is confirmed; its ticket is at this link.
    Confirmed(BookingSummary, Option<String>),
    /// A booking failed.
    Failed(BookingSummary),
    /// A booking was not paid in time.
    Expired(BookingSummary),
    /// A booking is cancelled; if it was paid, the money is on its way.
    Cancelled(BookingSummary),
    /// The money is back.
    Refunded(BookingSummary),
    /// Seats that one waited for, to be paid until then.
    Offered(BookingSummary, InvoiceLink, Timestamp),
    /// One waited for a seat of an event that does not take place: its title.
    LineClosed(String),
    /// Bookings and invoices of one's event disagree: its title, what, and about which booking or seat.
    Mismatch(String, MismatchKind, String),
    /// Somebody made an account with this address; the link proves that it is theirs.
    ConfirmEmail(String),
    /// Somebody wants a new password; the link leads to it.
    ResetPassword(String),
}

/// A notice as it is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// One line.
    pub subject: String,
    /// Plain text.
    pub text: String,
    /// The same as HTML.
    pub html: String,
}

/// A notice for a person of this name, in this language, with times of the venues' clocks.
pub fn compose(notice: &Notice, locale: Locale, name: &str, clock: UtcOffset) -> Mail {
    let id = locale == Locale::Id;
    let (subject, paragraphs, link) = words(notice, id, clock);
    let greeting = if id { format!("Halo {name},") } else { format!("Hello {name},") };
    let closing = if id { "Salam, Karcis" } else { "Yours, Karcis" };
    let mut text = greeting.clone();
    let mut html = paragraph(&escaped(&greeting));
    for words in &paragraphs {
        text.extend(["\n\n", words]);
        html.push_str(&paragraph(&escaped(words)));
    }
    if let Some((label, url)) = &link {
        text.extend(["\n\n", label, ": ", url]);
        let anchor = format!("<a href=\"{}\">{}</a>", escaped(url), escaped(label));
        html.push_str(&paragraph(&anchor));
    }
    text.extend(["\n\n", closing, "\n"]);
    let language = if id { "id" } else { "en" };
    let html = format!(
        "<!doctype html><html lang=\"{language}\"><head><meta charset=\"utf-8\"><title>{}</title></head>\
         <body style=\"font-family:sans-serif;max-width:36em;margin:2em auto;line-height:1.5\">{html}<p>{closing}</p></body></html>",
        escaped(&subject)
    );
    Mail { subject, text, html }
}

fn paragraph(html: &str) -> String {
    format!("<p>{html}</p>")
}

type Words = (String, Vec<String>, Option<(String, String)>);

fn words(notice: &Notice, id: bool, clock: UtcOffset) -> Words {
    let say = |indonesian: &str, english: &str| (if id { indonesian } else { english }).to_owned();
    match notice {
        Notice::Confirmed(booking, ticket) => (
            format!("{} {}", say("Tiket Anda:", "Your ticket:"), booking.event_title),
            vec![
                say(
                    "Pembayaran diterima dan kursi Anda terkonfirmasi.",
                    "Your payment arrived, and the seats are yours.",
                ),
                facts(booking, id),
            ],
            ticket.clone().map(|url| (say("Buka tiket (PDF)", "Open the ticket (PDF)"), url)),
        ),
        Notice::Failed(booking) => (
            format!("{} {}", say("Pemesanan gagal:", "Booking failed:"), booking.event_title),
            vec![reason(booking, id), facts(booking, id)],
            None,
        ),
        Notice::Expired(booking) => (
            format!("{} {}", say("Pemesanan kedaluwarsa:", "Booking expired:"), booking.event_title),
            vec![
                say(
                    "Pembayaran tidak diterima tepat waktu, sehingga kursi dilepas. Tidak ada uang yang ditagih.",
                    "No payment came in time, so the seats were let go. Nothing was charged.",
                ),
                facts(booking, id),
            ],
            None,
        ),
        Notice::Cancelled(booking) => {
            let by_event = booking.reason == Some(FailureReason::EventCancelled);
            let mut paragraphs = vec![if by_event {
                say("Acara ini dibatalkan oleh penyelenggara.", "The organiser cancelled this event.")
            } else {
                say("Pemesanan Anda dibatalkan.", "Your booking is cancelled.")
            }];
            if booking.status == BookingStatus::Refunding {
                paragraphs.push(say("Uang Anda sedang dikembalikan.", "Your money is on its way back."));
            }
            paragraphs.push(facts(booking, id));
            (format!("{} {}", say("Dibatalkan:", "Cancelled:"), booking.event_title), paragraphs, None)
        }
        Notice::Refunded(booking) => (
            format!("{} {}", say("Dana dikembalikan:", "Refunded:"), booking.event_title),
            vec![format!("{} {}", say("Kami telah mengembalikan", "We paid back"), booking.total), facts(booking, id)],
            None,
        ),
        Notice::Offered(booking, invoice, until) => (
            format!("{} {}", say("Kursi tersedia untuk Anda:", "A seat for you:"), booking.event_title),
            vec![
                format!(
                    "{} {}.",
                    say(
                        "Kursi yang Anda tunggu kini milik Anda bila dibayar sebelum",
                        "The seat you waited for is yours if you pay before"
                    ),
                    moment(*until, clock)
                ),
                facts(booking, id),
            ],
            Some((say("Bayar", "Pay"), invoice.payment_url.clone())),
        ),
        Notice::LineClosed(title) => (
            format!("{} {title}", say("Acara dibatalkan:", "Event cancelled:")),
            vec![say(
                "Anda menunggu kursi acara ini. Acara dibatalkan oleh penyelenggara, dan daftar tunggu ditutup.",
                "You waited for a seat of this event. Its organiser cancelled it, and the waiting list is closed.",
            )],
            None,
        ),
        Notice::Mismatch(title, kind, subject) => (
            format!("{} {title}", say("Selisih pada acara:", "Mismatch in your event:")),
            vec![format!("{} ({subject})", mismatch(*kind, id))],
            None,
        ),
        Notice::ConfirmEmail(url) => (
            say("Konfirmasi alamat e-mail Anda", "Confirm your e-mail address"),
            vec![say(
                "Akun Karcis dibuat dengan alamat ini. Bila itu Anda, konfirmasikan alamatnya.",
                "A Karcis account was made with this address. If that was you, confirm it.",
            )],
            Some((say("Konfirmasi", "Confirm"), url.clone())),
        ),
        Notice::ResetPassword(url) => (
            say("Kata sandi baru", "A new password"),
            vec![say(
                "Seseorang meminta kata sandi baru untuk akun ini. Bila bukan Anda, abaikan surat ini.",
                "Somebody asked for a new password for this account. If it was not you, ignore this mail.",
            )],
            Some((say("Pilih kata sandi baru", "Choose a new password"), url.clone())),
        ),
    }
}

fn facts(booking: &BookingSummary, id: bool) -> String {
    let seats: Vec<_> = booking.seats.iter().map(ToString::to_string).collect();
    let (event, seat, total, number) =
        if id { ("Acara", "Kursi", "Jumlah", "Nomor") } else { ("Event", "Seats", "Total", "Number") };
    let BookingSummary { event_title, total: sum, id: booking_id, .. } = booking;
    format!("{event}: {event_title}. {seat}: {}. {total}: {sum}. {number}: {booking_id}.", seats.join(", "))
}

fn reason(booking: &BookingSummary, id: bool) -> String {
    let (indonesian, english) = match booking.reason {
        Some(FailureReason::OrganiserRefused) => {
            ("Penyelenggara tidak menyetujui kursi ini.", "The organiser did not agree to these seats.")
        }
        Some(FailureReason::OrganiserUnavailable) => {
            ("Sistem penyelenggara tidak menjawab.", "The organiser's system did not answer.")
        }
        Some(FailureReason::PaymentUnavailable) => {
            ("Layanan pembayaran tidak menjawab.", "The payment service did not answer.")
        }
        Some(FailureReason::PaymentFailed) | None => ("Pembayaran gagal.", "The payment failed."),
        Some(FailureReason::EventCancelled) => {
            ("Acara ini dibatalkan oleh penyelenggara.", "The organiser cancelled this event.")
        }
    };
    let after = if id { "Tidak ada uang yang ditagih." } else { "Nothing was charged." };
    format!("{} {after}", if id { indonesian } else { english })
}

fn mismatch(kind: MismatchKind, id: bool) -> String {
    let (indonesian, english) = match kind {
        MismatchKind::PaidWithoutBooking => {
            ("Tagihan lunas tanpa pemesanan terkonfirmasi", "An invoice is paid, and its booking is not confirmed")
        }
        MismatchKind::ConfirmedWithoutPayment => {
            ("Pemesanan terkonfirmasi tanpa tagihan lunas", "A booking is confirmed, and its invoice is not paid")
        }
        MismatchKind::SeatWithoutBooking => {
            ("Kursi terjual tanpa pemesanan terkonfirmasi", "A seat is sold, and there is no confirmed booking of it")
        }
        MismatchKind::SumsDiffer => {
            ("Jumlah pemesanan dan tagihan berbeda", "Booking and invoice are about different sums")
        }
    };
    (if id { indonesian } else { english }).to_owned()
}

fn moment(at: Timestamp, clock: UtcOffset) -> String {
    const FORM: &[BorrowedFormatItem<'static>] = format_description!("[hour]:[minute]");
    let (hours, minutes, _) = clock.as_hms();
    let time = at.at(clock).format(FORM).unwrap_or_default();
    format!("{time} (UTC{hours:+03}:{:02})", minutes.abs())
}

/// For HTML, in text and in attributes.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            c => safe.push(c),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;
    use contracts::{BookingId, EventId, Money};
    use uuid::Uuid;

    fn booking(status: BookingStatus, reason: Option<FailureReason>) -> BookingSummary {
        BookingSummary {
            id: BookingId::new(Uuid::from_u128(1)),
            event_id: EventId::new(Uuid::from_u128(2)),
            event_title: "Rock & <Roll>".into(),
            seats: vec!["A-1".parse().unwrap(), "A-2".parse().unwrap()],
            status,
            reason,
            total: Money::idr(10_000_000),
            created_at: Timestamp::from_millis(0),
            updated_at: Timestamp::from_millis(0),
        }
    }

    #[test]
    fn a_notice_speaks_the_users_language_and_nothing_of_theirs_is_markup() {
        let notice =
            Notice::Confirmed(booking(BookingStatus::Confirmed, None), Some("https://k.test/t?a=1&b=2".into()));
        let english = compose(&notice, Locale::En, "<script>", UtcOffset::UTC);
        assert_eq!(english.subject, "Your ticket: Rock & <Roll>");
        assert!(english.text.contains("Seats: A-1, A-2. Total: Rp 100.000."), "{}", english.text);
        assert!(english.text.contains("Open the ticket (PDF): https://k.test/t?a=1&b=2"), "{}", english.text);
        assert!(english.html.contains("Hello &lt;script&gt;,"), "{}", english.html);
        assert!(english.html.contains("href=\"https://k.test/t?a=1&amp;b=2\""), "{}", english.html);
        let indonesian = compose(&notice, Locale::Id, "Siti", UtcOffset::UTC);
        assert!(indonesian.text.starts_with("Halo Siti,") && indonesian.text.contains("Kursi: A-1, A-2."));
    }

    #[test]
    fn who_cancelled_and_whether_money_comes_back_is_said() {
        let of = |status, reason| {
            compose(&Notice::Cancelled(booking(status, reason)), Locale::En, "Siti", UtcOffset::UTC).text
        };
        let own = of(BookingStatus::Cancelled, None);
        assert!(own.contains("Your booking is cancelled.") && !own.contains("money"), "{own}");
        let event = of(BookingStatus::Refunding, Some(FailureReason::EventCancelled));
        assert!(event.contains("The organiser cancelled") && event.contains("money is on its way"), "{event}");
    }

    #[test]
    fn an_offer_says_until_when() {
        let clock = UtcOffset::from_hms(7, 0, 0).unwrap();
        assert_eq!(moment("2026-11-21T05:15:00Z".parse().unwrap(), clock), "12:15 (UTC+07:00)");
    }
}
