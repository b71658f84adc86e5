//! The ticket as PDF: one A5 page with everything a person and a gate need.

use crate::adapters::ticket_code;
use crate::domain::ticket::TicketClaim;
use crate::ports::TicketPrinter;
use contracts::keys::SigningKey;
use contracts::{BookingChanged, BookingSummary, Failure, Reference, TimeZone, folded};
use paper::{ACCENT, Block, Colour, Faces, GREY, INK, Line, WHITE, Weight};
use qrcode::{EcLevel, QrCode};
use time::macros::format_description;

const WIDTH: f32 = 148.0;
const HEIGHT: f32 = 210.0;
const MARGIN: f32 = 12.0;
const BAND: f32 = 46.0;
const QR: f32 = 56.0;

/// Draws tickets. The fonts are read once; each ticket embeds only the letters it uses.
pub struct PdfPrinter {
    faces: Faces,
    key: SigningKey,
    home: TimeZone,
}

impl PdfPrinter {
    /// Signs with `key`. Times are those of the event's zone, or of `home` if it has none.
    pub fn new(key: SigningKey, home: TimeZone) -> Result<Self, Failure> {
        Ok(Self { faces: Faces::new()?, key, home })
    }

    fn lines(&self, told: &BookingChanged, name: &str) -> Result<Vec<Line>, Failure> {
        let booking = &told.booking;
        let mut lines = Vec::new();
        let mut put = |text: &str, x: f32, y: f32, size: f32, weight: Weight, colour: Colour| {
            lines.push(Line { text: text.trim_end().to_owned(), x, y, size, weight, colour });
        };
        let (title, title_rewritten) = self.faces.legible(&booking.event_title);
        let (venue, venue_rewritten) = self.faces.legible(&place(booking));
        let (name, name_rewritten) = self.faces.legible(name);

        put("KARCIS", MARGIN, HEIGHT - 14.0, 10.0, Weight::Bold, ACCENT);
        let wrapped = self.faces.wrap(&title, 19.0, Weight::Bold, WIDTH - 2.0 * MARGIN, 3);
        for (line, y) in wrapped.iter().zip([24.0, 32.5, 41.0]) {
            put(line, MARGIN, HEIGHT - y, 19.0, Weight::Bold, WHITE);
        }

        let seats = booking.seats.iter().map(ToString::to_string).collect::<Vec<_>>().join("  ");
        let (seat_size, seat_lines) = self.seats_fit(&seats);
        let mut y = HEIGHT - BAND - 9.0;
        let left = WIDTH - 2.0 * MARGIN;
        let fields = [
            ("Tempat · Venue", venue, 12.0, 2),
            ("Waktu · Date and time", self.when(booking)?, 12.0, 1),
            ("Kursi · Seats", seats, seat_size, seat_lines),
            ("Nama · Name", name, 12.0, 2),
        ];
        for (label, text, size, most) in fields {
            put(label, MARGIN, y, 7.5, Weight::Regular, GREY);
            y -= 1.2;
            for line in self.faces.wrap(&text, size, Weight::Bold, left, most) {
                y -= size * 0.44;
                put(&line, MARGIN, y, size, Weight::Bold, INK);
            }
            y -= 7.6;
        }

        let beside = MARGIN + QR + 8.0;
        let mut y = MARGIN + QR - 3.0;
        let small = [
            ("Harga · Price", booking.total.to_string(), 12.0),
            ("Nomor pemesanan · Booking", Reference::of(booking.id.uuid()).to_string(), 14.0),
            ("Jumlah kursi · Number of seats", booking.seats.len().to_string(), 12.0),
        ];
        for (label, text, size) in small {
            put(label, beside, y, 7.5, Weight::Regular, GREY);
            for line in self.faces.wrap(&text, size, Weight::Bold, WIDTH - MARGIN - beside, 2) {
                y -= size * 0.44;
                put(&line, beside, y, size, Weight::Bold, INK);
            }
            y -= 8.0;
        }
        let note = "Tunjukkan kode ini di pintu masuk. Show this code at the gate.";
        for line in self.faces.wrap(note, 7.5, Weight::Regular, WIDTH - MARGIN - beside, 3) {
            put(&line, beside, y, 7.5, Weight::Regular, GREY);
            y -= 3.6;
        }
        if title_rewritten || venue_rewritten || name_rewritten {
            let note = "* Nama ditulis dengan huruf Latin. Names are written in Latin letters.";
            put(note, MARGIN, MARGIN - 5.0, 6.5, Weight::Regular, GREY);
        }
        Ok(lines)
    }

    /// The font size at which all seats fit into their space, and the number of lines. No seat may be cut.
    fn seats_fit(&self, seats: &str) -> (f32, usize) {
        let fits = |&(size, lines): &(f32, usize)| {
            self.faces.wrap(seats, size, Weight::Bold, WIDTH - 2.0 * MARGIN, usize::MAX).len() <= lines
        };
        [(20.0, 2), (13.0, 4), (9.0, 5), (7.0, 7)].into_iter().find(fits).unwrap_or((5.5, 9))
    }

    fn when(&self, booking: &BookingSummary) -> Result<String, Failure> {
        let unsaid = || Failure::permanent("print a ticket", "it is not told when the event begins");
        let zone = booking.time_zone.as_ref().unwrap_or(&self.home);
        let clock = zone.clock(booking.starts_at.ok_or_else(unsaid)?);
        let form =
            format_description!("[weekday repr:short], [day padding:none] [month repr:long] [year] · [hour]:[minute]");
        let local = clock.time.format(&form).map_err(|e| Failure::permanent("print a ticket", e))?;
        Ok(format!("{local} {}", clock.zone))
    }
}

/// The venue with its city, unless its name has the city in it.
fn place(booking: &BookingSummary) -> String {
    let venue = booking.venue.clone().unwrap_or_default();
    match &booking.city {
        Some(city) if !folded(&venue).contains(&folded(city)) => format!("{venue}, {city}"),
        _ => venue,
    }
}

/// The QR code, as one rectangle for each run of dark modules.
fn draw_code(code: &QrCode, blocks: &mut Vec<Block>) {
    let modules = code.width();
    let colours = code.to_colors();
    #[expect(clippy::cast_precision_loss, reason = "a QR code has at most 177 modules a side")]
    let millimetres = |modules: usize| modules as f32;
    let side = QR / millimetres(modules.max(1));
    for (row, line) in colours.chunks(modules.max(1)).enumerate() {
        let y = MARGIN + QR - side * millimetres(row + 1);
        let mut column = 0;
        while column < line.len() {
            let run = line.iter().skip(column).take_while(|colour| **colour == qrcode::Color::Dark).count();
            if run > 0 {
                // Slightly taller than a module, so that no light line shows between rows.
                let (x, width) = (MARGIN + side * millimetres(column), side * millimetres(run));
                blocks.push(Block { x, y, width, height: side * 1.01, colour: INK });
            }
            column += run.max(1);
        }
    }
}

impl TicketPrinter for PdfPrinter {
    fn print(&self, told: &BookingChanged, name: &str) -> Result<Vec<u8>, Failure> {
        let booking = &told.booking;
        let claim = TicketClaim { booking_id: booking.id, event_id: booking.event_id, seats: booking.seats.clone() };
        let code = QrCode::with_error_correction_level(ticket_code::sign(&claim, &self.key)?, EcLevel::M)
            .map_err(|e| Failure::permanent("draw a QR code", e))?;
        let lines = self.lines(told, name)?;
        let mut blocks = vec![
            Block { x: 0.0, y: HEIGHT - BAND, width: WIDTH, height: BAND, colour: INK },
            Block { x: 0.0, y: HEIGHT - BAND - 1.2, width: WIDTH, height: 1.2, colour: ACCENT },
        ];
        draw_code(&code, &mut blocks);
        self.faces.print((WIDTH, HEIGHT), &blocks, lines)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use contracts::{BookingId, BookingStatus, EventId, Money, Timestamp, UserId};
    use hayro::hayro_interpret::InterpreterSettings;
    use hayro::hayro_syntax::Pdf;
    use uuid::Uuid;

    fn booking(name: &str, title: &str, seats: usize) -> BookingChanged {
        let booking = BookingSummary {
            id: BookingId::new(Uuid::from_u128(0x019a_5f3c_7c1e_7d60_9b57_2f8d_1c0a_4e11)),
            reference: None,
            event_id: EventId::new(Uuid::from_u128(2)),
            event_title: title.into(),
            venue: Some("Bioskop Karcis, Studio 1, Jakarta".into()),
            city: Some("Jakarta".into()),
            starts_at: Some("2026-11-23T12:00:00Z".parse().unwrap()),
            time_zone: None,
            seats: (1..=seats).map(|n| format!("A-{n}").parse().unwrap()).collect(),
            status: BookingStatus::Confirmed,
            reason: None,
            total: Money::idr(10_000_000),
            created_at: Timestamp::from_millis(0),
            updated_at: Timestamp::from_millis(0),
        };
        BookingChanged {
            booking,
            version: 3,
            user_id: UserId::new(Uuid::from_u128(3)),
            user_name: Some(name.into()),
            hold_expires_at: None,
            invoice: None,
            offer: false,
            ticket_url: None,
        }
    }

    /// Renders the first page at three times its size, in grey.
    fn render(pdf: Vec<u8>) -> (usize, usize, Vec<u8>) {
        let pdf = Pdf::new(pdf).unwrap();
        let pages =
            hayro::render_pdf(&pdf, 3.0, InterpreterSettings::default(), &hayro::RenderSettings::default(), None);
        let page = pages.unwrap().into_iter().next().unwrap();
        let (width, height) = (usize::from(page.width()), usize::from(page.height()));
        let data = page.data_as_u8_slice();
        let grey =
            data.chunks(4).map(|p| u8::try_from((u16::from(p[0]) + u16::from(p[1]) + u16::from(p[2])) / 3).unwrap());
        (width, height, grey.collect())
    }

    #[test]
    fn the_qr_code_of_the_rendered_page_bears_our_signature() {
        let key = SigningKey::parse(&SigningKey::generate("ticket-1").unwrap()).unwrap();
        let public = key.public();
        let printer = PdfPrinter::new(key, "Asia/Jakarta".parse().unwrap()).unwrap();
        for seats in [2, 20] {
            let booking = booking("Siti Nurhaliza", "Mission: Impossible - The Final Reckoning", seats);
            let pdf = printer.print(&booking, "Siti Nurhaliza").unwrap();
            let booking = booking.booking;
            assert!(pdf.len() < 40_000, "{} bytes", pdf.len());
            let (width, height, grey) = render(pdf);
            let mut image = rqrr::PreparedImage::prepare_from_greyscale(width, height, |x, y| grey[y * width + x]);
            let (_, code) = image.detect_grids().first().unwrap().decode().unwrap();
            let claim = ticket_code::verify(&code, "ticket-1", &public).unwrap();
            assert_eq!((claim.booking_id, claim.event_id, claim.seats), (booking.id, booking.event_id, booking.seats));
            let forged = code.replacen("KARCIS1.ticket-1.e", "KARCIS1.ticket-1.f", 1);
            assert_eq!(ticket_code::verify(&forged, "ticket-1", &public), None);
        }
    }

    #[test]
    fn long_titles_are_cut_and_not_lost_off_the_page() {
        let key = SigningKey::parse(&SigningKey::generate("ticket-1").unwrap()).unwrap();
        let printer = PdfPrinter::new(key, "UTC".parse().unwrap()).unwrap();
        let name = "W".repeat(100);
        for line in printer.lines(&booking(&name, &"Wide ".repeat(40), 20), &name).unwrap() {
            let end = line.x + printer.faces.width(&line.text, line.size, line.weight);
            assert!(end <= WIDTH - MARGIN + 0.1, "{} ends at {end}", line.text);
            assert!(line.y > 0.0, "{}", line.text);
        }
    }

    #[test]
    fn no_seat_is_cut_however_long_its_label() {
        let key = SigningKey::parse(&SigningKey::generate("ticket-1").unwrap()).unwrap();
        let printer = PdfPrinter::new(key, "UTC".parse().unwrap()).unwrap();
        let mut booking = booking("Siti", "Concert", 1);
        booking.booking.seats = (10..30).map(|n| format!("WWWWWWWWWWWWW-{n}").parse().unwrap()).collect();
        let text: String = printer.lines(&booking, "Siti").unwrap().iter().map(|line| line.text.as_str()).collect();
        for seat in &booking.booking.seats {
            assert!(text.contains(seat.as_str()), "{seat} is cut from {text}");
        }
    }
}
