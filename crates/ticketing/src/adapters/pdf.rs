//! Tickets as PDF: one A5 page a seat, with everything a person and a gate need. Friends arrive one by one.

use crate::adapters::ticket_code;
use crate::domain::ticket::TicketClaim;
use crate::ports::TicketPrinter;
use contracts::keys::SigningKey;
use contracts::{BookingChanged, BookingSummary, Failure, Reference, SeatDetail, TimeZone, folded};
use paper::{ACCENT, Block, Colour, Faces, GREY, INK, Line, Page, WHITE, Weight};
use qrcode::{EcLevel, QrCode};
use time::macros::format_description;

const WIDTH: f32 = 148.0;
const HEIGHT: f32 = 210.0;
const MARGIN: f32 = 12.0;
const BAND: f32 = 46.0;
/// The side of the code. Around it ISO/IEC 18004 asks for a quiet zone four modules wide. Our smallest code has 45
/// modules a side (version 7): its zone is 5.6 mm wide, and no text is within it.
const QR: f32 = 62.0;
const GAP: f32 = 9.0;
/// The sizes in points, and how many lines of each, in which a section, a row or a number is written.
const SEAT_SIZES: [(f32, usize); 4] = [(20.0, 1), (13.0, 2), (9.0, 3), (7.0, 4)];

/// Draws tickets. The fonts are read once; each PDF embeds only the letters it uses.
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

    /// The page of the seat that is `place` of `of` in its booking, from 1.
    fn page(&self, booking: &BookingSummary, name: &str, (place, of): (usize, usize)) -> Result<Page, Failure> {
        let seat =
            booking.seat_details.get(place - 1).ok_or_else(|| Failure::permanent("print a ticket", "no seat"))?;
        let claim = TicketClaim { booking_id: booking.id, event_id: booking.event_id, seats: vec![seat.label.clone()] };
        let code = QrCode::with_error_correction_level(ticket_code::sign(&claim, &self.key)?, EcLevel::M)
            .map_err(|e| Failure::permanent("draw a QR code", e))?;
        let mut blocks = vec![
            Block { x: 0.0, y: HEIGHT - BAND, width: WIDTH, height: BAND, colour: INK },
            Block { x: 0.0, y: HEIGHT - BAND - 1.2, width: WIDTH, height: 1.2, colour: ACCENT },
        ];
        draw_code(&code, &mut blocks);

        let mut lines = Vec::new();
        let mut put = |text: &str, x: f32, y: f32, size: f32, weight: Weight, colour: Colour| {
            lines.push(Line { text: text.trim_end().to_owned(), x, y, size, weight, colour });
        };
        let (title, title_rewritten) = self.faces.legible(&booking.event_title);
        let (venue, venue_rewritten) = self.faces.legible(&venue(booking));
        let (name, name_rewritten) = self.faces.legible(name);

        put("KARCIS", MARGIN, HEIGHT - 14.0, 10.0, Weight::Bold, ACCENT);
        let wrapped = self.faces.wrap(&title, 19.0, Weight::Bold, WIDTH - 2.0 * MARGIN, 3);
        for (line, y) in wrapped.iter().zip([24.0, 32.5, 41.0]) {
            put(line, MARGIN, HEIGHT - y, 19.0, Weight::Bold, WHITE);
        }

        let mut y = HEIGHT - BAND - 9.0;
        let broad = WIDTH - 2.0 * MARGIN;
        let upper = [("Tempat · Venue", venue, 2), ("Waktu · Date and time", self.when(booking)?, 1)];
        for (label, text, most) in upper {
            self.field((label, &text), (MARGIN, broad), &mut y, &[(12.0, most)], &mut put);
        }
        // Side by side: who looks for the seat reads them in this order.
        let (mut x, top) = (MARGIN, y);
        for (label, text, width) in chair(seat, broad) {
            let mut under = top;
            self.field((label, text), (x, width - GAP), &mut under, &SEAT_SIZES, &mut put);
            (x, y) = (x + width, y.min(under));
        }
        self.field(("Nama · Name", &name), (MARGIN, broad), &mut y, &[(12.0, 2)], &mut put);

        let beside = (MARGIN + QR + GAP, WIDTH - 2.0 * MARGIN - QR - GAP);
        let mut y = MARGIN + QR - 3.0;
        let reference = Reference::of(booking.id.uuid()).to_string();
        self.field(("Nomor pemesanan · Booking", &reference), beside, &mut y, &[(14.0, 1)], &mut put);
        let (ticket, price) = (format!("{place} / {of}"), seat.price.map(|price| price.to_string()));
        self.field(("Tiket · Ticket", &ticket), beside, &mut y, &[(12.0, 1)], &mut put);
        if let Some(price) = price {
            self.field(("Harga · Price", &price), beside, &mut y, &[(12.0, 1)], &mut put);
        }
        let note = "Tunjukkan kode ini di pintu masuk. Show this code at the gate.";
        for line in self.faces.wrap(note, 7.5, Weight::Regular, beside.1, 3) {
            put(&line, beside.0, y, 7.5, Weight::Regular, GREY);
            y -= 3.6;
        }
        if title_rewritten || venue_rewritten || name_rewritten {
            let note = "* Nama ditulis dengan huruf Latin. Names are written in Latin letters.";
            y -= 2.0;
            for line in self.faces.wrap(note, 6.5, Weight::Regular, beside.1, 3) {
                put(&line, beside.0, y, 6.5, Weight::Regular, GREY);
                y -= 3.2;
            }
        }
        Ok(Page { blocks, lines })
    }

    /// Writes a label and its text below each other from `y` downwards, in the first of `sizes` (a size and how many
    /// lines) in which nothing is cut, else in the last.
    fn field(
        &self,
        (label, text): (&str, &str),
        (x, width): (f32, f32),
        y: &mut f32,
        sizes: &[(f32, usize)],
        put: &mut impl FnMut(&str, f32, f32, f32, Weight, Colour),
    ) {
        let fits =
            |&(size, lines): &(f32, usize)| self.faces.wrap(text, size, Weight::Bold, width, usize::MAX).len() <= lines;
        let Some((size, lines)) = sizes.iter().copied().find(fits).or_else(|| sizes.last().copied()) else { return };
        put(label, x, *y, 7.5, Weight::Regular, GREY);
        *y -= 1.2;
        for line in self.faces.wrap(text, size, Weight::Bold, width, lines) {
            *y -= size * 0.44;
            put(&line, x, *y, size, Weight::Bold, INK);
        }
        *y -= 7.6;
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

/// What stands on the chair, each with its label and its share of this width.
fn chair(seat: &SeatDetail, width: f32) -> Vec<(&'static str, &str, f32)> {
    let section = seat.section.as_ref().map(|section| ("Bagian · Section", section.as_str(), 3.0));
    let row = seat.row.as_deref().map(|row| ("Baris · Row", row, 2.0));
    let parts: Vec<_> = section.into_iter().chain(row).chain([("Kursi · Seat", seat.number.as_str(), 2.0)]).collect();
    let shares: f32 = parts.iter().map(|(_, _, share)| share).sum();
    parts.into_iter().map(|(label, text, share)| (label, text, width * share / shares)).collect()
}

/// The venue with its city, unless its name has the city in it.
fn venue(booking: &BookingSummary) -> String {
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
        let booking = told.booking.clone().completed();
        let of = booking.seat_details.len();
        let pages = (1..=of).map(|place| self.page(&booking, name, (place, of))).collect::<Result<_, _>>()?;
        self.faces.print((WIDTH, HEIGHT), pages)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use contracts::{BookingId, BookingStatus, EventId, Money, Timestamp, UserId};
    use hayro::hayro_interpret::InterpreterSettings;
    use hayro::hayro_syntax::Pdf;
    use uuid::Uuid;

    const SIZE: f32 = 390.0;

    fn printer() -> (PdfPrinter, String) {
        let key = SigningKey::parse(&SigningKey::generate("ticket-1").unwrap()).unwrap();
        let public = key.public();
        (PdfPrinter::new(key, "Asia/Jakarta".parse().unwrap()).unwrap(), public)
    }

    fn seat(section: &str, label: &str) -> SeatDetail {
        let price = Some(Money::idr(5_000_000));
        let section = Some(section.parse().unwrap());
        SeatDetail { section, price, ..SeatDetail::new(label.parse().unwrap(), Some(&"BAL".parse().unwrap())) }
    }

    /// Twenty seats whose labels are as long as they may be.
    fn long() -> Vec<SeatDetail> {
        (10..30).map(|n| seat(&"W".repeat(32), &format!("WWWWWWWWWWWWW-{n}"))).collect()
    }

    fn booking(title: &str, seats: Vec<SeatDetail>) -> BookingChanged {
        let booking = BookingSummary {
            id: BookingId::new(Uuid::from_u128(0x019a_5f3c_7c1e_7d60_9b57_2f8d_1c0a_4e11)),
            reference: None,
            event_id: EventId::new(Uuid::from_u128(2)),
            event_title: title.into(),
            venue: Some("Bioskop Karcis, Studio 1, Jakarta".into()),
            city: Some("Jakarta".into()),
            starts_at: Some("2026-11-23T12:00:00Z".parse().unwrap()),
            time_zone: None,
            seats: seats.iter().map(|seat| seat.label.clone()).collect(),
            seat_details: seats,
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
            user_name: Some("Siti".into()),
            hold_expires_at: None,
            invoice: None,
            offer: false,
            moved: None,
            was_paid: false,
            ticket_url: None,
            again: false,
            correlation: None,
        }
    }

    /// A page as a picture in grey.
    struct Picture {
        width: usize,
        height: usize,
        grey: Vec<u8>,
    }

    /// Renders the pages 390 pixels wide, as a phone shows them.
    fn render(pdf: Vec<u8>) -> Vec<Picture> {
        let pdf = Pdf::new(pdf).unwrap();
        let scale = SIZE / (WIDTH / 25.4 * 72.0);
        let pages =
            hayro::render_pdf(&pdf, scale, InterpreterSettings::default(), &hayro::RenderSettings::default(), None);
        let picture = |page: hayro::vello_cpu::Pixmap| {
            let grey = |p: &[u8]| u8::try_from((u16::from(p[0]) + u16::from(p[1]) + u16::from(p[2])) / 3).unwrap();
            let grey = page.data_as_u8_slice().chunks(4).map(grey).collect();
            Picture { width: page.width().into(), height: page.height().into(), grey }
        };
        pages.unwrap().into_iter().map(picture).collect()
    }

    fn as_rqrr_reads(Picture { width, height, grey }: &Picture) -> String {
        let mut image = rqrr::PreparedImage::prepare_from_greyscale(*width, *height, |x, y| grey[y * width + x]);
        image.detect_grids().first().unwrap().decode().unwrap().1
    }

    fn as_zxing_reads(Picture { width, height, grey }: &Picture) -> String {
        let (width, height) = (u32::try_from(*width).unwrap(), u32::try_from(*height).unwrap());
        rxing::helpers::detect_in_luma(grey.clone(), width, height, Some(rxing::BarcodeFormat::QR_CODE))
            .unwrap()
            .getText()
            .to_owned()
    }

    #[test]
    fn each_page_has_the_code_of_its_seat_and_a_phone_reads_it() {
        let (printer, public) = printer();
        let short = vec![seat("STALLS", "A-1"), seat("BALCONY", "BAL-A-1"), seat("VIP", "7"), seat("STALLS", "A-2")];
        for (title, seats) in [
            ("Mission: Impossible - The Final Reckoning", short.clone()),
            ("周杰倫", short),
            (&"Wide ".repeat(40), long()),
        ] {
            let told = booking(title, seats.clone());
            let pdf = printer.print(&told, "Siti Nurhaliza").unwrap();
            assert!(pdf.len() < 10_000 + 12_000 * seats.len(), "{} bytes for {} pages", pdf.len(), seats.len());
            let pages = render(pdf);
            assert_eq!(pages.len(), seats.len());
            for (page, seat) in pages.iter().zip(seats) {
                let read = as_rqrr_reads(page);
                assert_eq!(as_zxing_reads(page), read);
                let claim = ticket_code::verify(&read, "ticket-1", &public).unwrap();
                assert_eq!((claim.booking_id, claim.event_id), (told.booking.id, told.booking.event_id));
                assert_eq!(claim.seats, [seat.label]);
            }
        }
    }

    #[test]
    fn nothing_is_off_the_page_or_in_the_quiet_zone_of_the_code() {
        let (printer, _) = printer();
        // The longest texts come nearest to the code, and a text that is rewritten has a note.
        for (title, name) in [("Wide ".repeat(40), "W".repeat(100)), ("周杰倫".repeat(20), "王小明".repeat(10))] {
            for seats in [vec![seat("A", "7")], long()] {
                let told = booking(&title, seats).booking;
                let page = printer.page(&told, &name, (1, told.seats.len())).unwrap();
                let code = page.blocks.iter().filter(|block| block.y < MARGIN + QR + 1.0);
                let module = code.clone().map(|block| block.height / 1.01).fold(f32::MAX, f32::min);
                let (from, to) = (MARGIN - 4.0 * module, MARGIN + QR + 4.0 * module);
                assert!(from > 0.0, "the zone is off the page");
                for line in &page.lines {
                    let end = line.x + printer.faces.width(&line.text, line.size, line.weight);
                    assert!(end <= WIDTH - MARGIN + 0.1 && line.y > 0.0, "{line:?} ends at {end}");
                    let top = line.y + line.size * 0.36;
                    let clear = line.x > to || end < from || line.y > to || top < from;
                    assert!(clear, "{line:?} is in the quiet zone");
                }
                let others: Vec<_> = page.blocks.iter().filter(|block| block.y >= MARGIN + QR + 1.0).collect();
                assert!(others.len() == 2 && others.iter().all(|block| block.y > to), "{others:?}");
            }
        }
    }

    /// The text below a label, until the next label.
    fn below(page: &Page, label: &str) -> Option<String> {
        let mut lines = page.lines.iter().skip_while(|line| line.text != label);
        lines.next()?;
        Some(lines.take_while(|line| line.weight == Weight::Bold).map(|line| line.text.as_str()).collect())
    }

    #[test]
    fn a_page_names_section_row_and_number_uncut() {
        let (printer, _) = printer();
        let (broad, wide) = ("CATEGORY-1-EAST-STAND-UPPER-TIER", "W".repeat(32));
        for (detail, section, row, number) in [
            (seat("STALLS", "A-1"), Some("STALLS"), Some("A"), "1"),
            (seat("BALCONY", "BAL-A-1"), Some("BALCONY"), Some("A"), "1"),
            (seat("VIP", "7"), Some("VIP"), None, "7"),
            (seat(broad, "AA-120"), Some(broad), Some("AA"), "120"),
            (long().remove(0), Some(wide.as_str()), Some("WWWWWWWWWWWWW"), "10"),
            // A message of an older version.
            (SeatDetail::new("A-1".parse().unwrap(), None), None, Some("A"), "1"),
        ] {
            let told = booking("Concert", vec![detail]).booking;
            let page = printer.page(&told, "Siti", (1, 1)).unwrap();
            let shown = ["Bagian · Section", "Baris · Row", "Kursi · Seat"].map(|label| below(&page, label));
            assert_eq!(shown.each_ref().map(Option::as_deref), [section, row, Some(number)]);
        }
    }
}
