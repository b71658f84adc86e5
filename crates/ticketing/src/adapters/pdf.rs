//! The ticket as PDF: one A5 page with everything a person and a gate need.

use crate::adapters::ticket_code;
use crate::domain::ticket::TicketClaim;
use crate::ports::TicketPrinter;
use contracts::keys::SigningKey;
use contracts::{BookingChanged, Failure};
use printpdf::{
    Color, FontId, Mm, Op, PaintMode, ParsedFont, PdfDocument, PdfFontHandle, PdfPage, PdfSaveOptions, Point, Pt, Rect,
    Rgb, TextItem,
};
use qrcode::{EcLevel, QrCode};
use std::collections::{BTreeMap, BTreeSet};
use subsetter::GlyphRemapper;
use time::UtcOffset;
use time::macros::format_description;

const WIDTH: f32 = 148.0;
const HEIGHT: f32 = 210.0;
const MARGIN: f32 = 12.0;
const BAND: f32 = 46.0;
const QR: f32 = 56.0;

const INK: [f32; 3] = [0.08, 0.13, 0.24];
const GREY: [f32; 3] = [0.42, 0.45, 0.52];
const WHITE: [f32; 3] = [1.0, 1.0, 1.0];
const ACCENT: [f32; 3] = [0.96, 0.72, 0.25];

/// Draws tickets. The fonts are read once; each ticket embeds only the letters it uses.
pub struct PdfPrinter {
    regular: ParsedFont,
    bold: ParsedFont,
    key: SigningKey,
    offset: UtcOffset,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Weight {
    Regular,
    Bold,
}

/// A line of text, from its lower left corner, in millimetres from the page's.
struct Line {
    text: String,
    x: f32,
    y: f32,
    size: f32,
    weight: Weight,
    colour: [f32; 3],
}

impl PdfPrinter {
    /// Signs with `key`, and writes times as clocks show them `offset` away from UTC.
    pub fn new(key: SigningKey, offset: UtcOffset) -> Result<Self, Failure> {
        let regular = font(include_bytes!("../../fonts/DejaVuSans.ttf"))?;
        let bold = font(include_bytes!("../../fonts/DejaVuSans-Bold.ttf"))?;
        Ok(Self { regular, bold, key, offset })
    }

    fn face(&self, weight: Weight) -> &ParsedFont {
        match weight {
            Weight::Regular => &self.regular,
            Weight::Bold => &self.bold,
        }
    }

    /// In millimetres.
    fn width(&self, text: &str, size: f32, weight: Weight) -> f32 {
        let face = self.face(weight);
        let advance = |c: char| face.lookup_glyph_index(c.into()).and_then(|glyph| face.get_glyph_width(glyph));
        let units: u32 = text.chars().filter_map(advance).map(u32::from).sum();
        let em = f32::from(face.units_per_em.max(1));
        #[expect(clippy::cast_precision_loss, reason = "a line of text is far shorter than 2^24 font units")]
        let width = units as f32 / em * size;
        Mm::from(Pt(width)).0
    }

    /// Breaks text into lines no wider than `most` millimetres, at spaces where it can, `lines` at most.
    fn wrap(&self, text: &str, size: f32, weight: Weight, most: f32, lines: usize) -> Vec<String> {
        let mut wrapped: Vec<String> = vec![String::new()];
        for word in text.split_inclusive(' ') {
            let current = wrapped.last().map_or("", String::as_str);
            if !current.is_empty() && self.width(&format!("{current}{}", word.trim_end()), size, weight) > most {
                wrapped.push(String::new());
            }
            for letter in word.chars() {
                let Some(line) = wrapped.last_mut() else { break };
                line.push(letter);
                if self.width(line.trim_end(), size, weight) > most {
                    line.pop();
                    wrapped.push(letter.to_string());
                }
            }
        }
        if wrapped.len() > lines {
            wrapped.truncate(lines);
            if let Some(last) = wrapped.last_mut() {
                while last.pop().is_some() && self.width(&format!("{last}…"), size, weight) > most {}
                last.push('…');
            }
        }
        wrapped
    }

    /// The text as our fonts can show it, and whether it had to be rewritten. They hold Latin, Greek and Cyrillic; all
    /// else is written in Latin letters, and the ticket says so.
    fn legible(&self, text: &str) -> (String, bool) {
        let ours = |c: char| {
            let simple = matches!(u32::from(c), 0x20..0x590 | 0x1E00..0x2190);
            simple
                && self.regular.lookup_glyph_index(c.into()).is_some()
                && self.bold.lookup_glyph_index(c.into()).is_some()
        };
        if text.chars().all(ours) {
            return (text.to_owned(), false);
        }
        let rewritten = text
            .chars()
            .map(|c| if ours(c) { c.to_string() } else { deunicode::deunicode_char(c).unwrap_or("?").to_owned() });
        (rewritten.collect::<String>().trim().to_owned(), true)
    }

    fn lines(&self, told: &BookingChanged, name: &str) -> Result<Vec<Line>, Failure> {
        let booking = &told.booking;
        let mut lines = Vec::new();
        let mut put = |text: &str, x: f32, y: f32, size: f32, weight: Weight, colour: [f32; 3]| {
            lines.push(Line { text: text.trim_end().to_owned(), x, y, size, weight, colour });
        };
        let (title, title_rewritten) = self.legible(&booking.event_title);
        let (venue, venue_rewritten) = self.legible(&told.venue);
        let (name, name_rewritten) = self.legible(name);

        put("KARCIS", MARGIN, HEIGHT - 14.0, 10.0, Weight::Bold, ACCENT);
        let wrapped = self.wrap(&title, 19.0, Weight::Bold, WIDTH - 2.0 * MARGIN, 3);
        for (line, y) in wrapped.iter().zip([24.0, 32.5, 41.0]) {
            put(line, MARGIN, HEIGHT - y, 19.0, Weight::Bold, WHITE);
        }

        let seats = booking.seats.iter().map(ToString::to_string).collect::<Vec<_>>().join("  ");
        let (seat_size, seat_lines) = self.seats_fit(&seats);
        let mut y = HEIGHT - BAND - 9.0;
        let left = WIDTH - 2.0 * MARGIN;
        let fields = [
            ("Tempat · Venue", venue, 12.0, 2),
            ("Waktu · Date and time", self.when(told)?, 12.0, 1),
            ("Kursi · Seats", seats, seat_size, seat_lines),
            ("Nama · Name", name, 12.0, 2),
        ];
        for (label, text, size, most) in fields {
            put(label, MARGIN, y, 7.5, Weight::Regular, GREY);
            y -= 1.2;
            for line in self.wrap(&text, size, Weight::Bold, left, most) {
                y -= size * 0.44;
                put(&line, MARGIN, y, size, Weight::Bold, INK);
            }
            y -= 7.6;
        }

        let beside = MARGIN + QR + 8.0;
        let mut y = MARGIN + QR - 3.0;
        let small = [
            ("Harga · Price", booking.total.to_string(), 12.0),
            ("Nomor pemesanan · Booking", booking.id.to_string(), 6.6),
            ("Jumlah kursi · Number of seats", booking.seats.len().to_string(), 12.0),
        ];
        for (label, text, size) in small {
            put(label, beside, y, 7.5, Weight::Regular, GREY);
            for line in self.wrap(&text, size, Weight::Bold, WIDTH - MARGIN - beside, 2) {
                y -= size * 0.44;
                put(&line, beside, y, size, Weight::Bold, INK);
            }
            y -= 8.0;
        }
        let note = "Tunjukkan kode ini di pintu masuk. Show this code at the gate.";
        for line in self.wrap(note, 7.5, Weight::Regular, WIDTH - MARGIN - beside, 3) {
            put(&line, beside, y, 7.5, Weight::Regular, GREY);
            y -= 3.6;
        }
        if title_rewritten || venue_rewritten || name_rewritten {
            let note = "* Nama ditulis dengan huruf Latin. Names are written in Latin letters.";
            put(note, MARGIN, MARGIN - 5.0, 6.5, Weight::Regular, GREY);
        }
        Ok(lines)
    }

    /// The size in which all seats fit into the room that there is for them, and their lines: a seat must not be cut.
    fn seats_fit(&self, seats: &str) -> (f32, usize) {
        let fits = |&(size, lines): &(f32, usize)| {
            self.wrap(seats, size, Weight::Bold, WIDTH - 2.0 * MARGIN, usize::MAX).len() <= lines
        };
        [(20.0, 2), (13.0, 4), (9.0, 5), (7.0, 7)].into_iter().find(fits).unwrap_or((5.5, 9))
    }

    fn when(&self, told: &BookingChanged) -> Result<String, Failure> {
        let (hours, minutes, _) = self.offset.as_hms();
        let form =
            format_description!("[weekday repr:short], [day padding:none] [month repr:long] [year] · [hour]:[minute]");
        let local =
            told.starts_at.at(self.offset).format(&form).map_err(|e| Failure::permanent("print a ticket", e))?;
        Ok(format!("{local} (UTC{hours:+03}:{:02})", minutes.abs()))
    }
}

fn font(bytes: &[u8]) -> Result<ParsedFont, Failure> {
    ParsedFont::from_bytes(bytes, 0, &mut Vec::new()).ok_or_else(|| Failure::permanent("read a font", "not a font"))
}

/// The font with only the letters of `text`. printpdf subsets fonts only with its layout engine, which is far larger
/// than the rest of a function; this is the part of it that a ticket needs.
fn subset(face: &ParsedFont, text: &str) -> Result<ParsedFont, Failure> {
    let letters: BTreeSet<u32> = text.chars().map(u32::from).collect();
    let mut remapper = GlyphRemapper::new();
    let (mut glyphs, mut widths) = (BTreeMap::new(), BTreeMap::new());
    for letter in letters {
        let Some(old) = face.lookup_glyph_index(letter) else { continue };
        let new = remapper.remap(old);
        glyphs.insert(letter, new);
        widths.insert(new, face.get_glyph_width(old).unwrap_or(0));
    }
    let bytes = subsetter::subset(&face.original_bytes, 0, &remapper)
        .map_err(|e| Failure::permanent("subset a font", format!("{e:?}")))?;
    Ok(ParsedFont { original_bytes: bytes, codepoint_to_glyph: glyphs, glyph_widths: widths, ..without_glyphs(face) })
}

fn without_glyphs(face: &ParsedFont) -> ParsedFont {
    ParsedFont {
        original_bytes: Vec::new(),
        font_index: 0,
        font_name: face.font_name.clone(),
        codepoint_to_glyph: BTreeMap::new(),
        glyph_widths: BTreeMap::new(),
        units_per_em: face.units_per_em,
        font_metrics: face.font_metrics.clone(),
        font_type: face.font_type,
        pdf_font_metrics: face.pdf_font_metrics.clone(),
    }
}

fn fill([r, g, b]: [f32; 3]) -> Op {
    Op::SetFillColor { col: Color::Rgb(Rgb { r, g, b, icc_profile: None }) }
}

fn rectangle(x: f32, y: f32, width: f32, height: f32) -> Op {
    let rectangle = Rect {
        x: Mm(x).into(),
        y: Mm(y).into(),
        width: Mm(width).into(),
        height: Mm(height).into(),
        mode: Some(PaintMode::Fill),
        winding_order: None,
    };
    Op::DrawRectangle { rectangle }
}

/// The QR code, as one rectangle for each run of dark modules.
fn draw_code(code: &QrCode, ops: &mut Vec<Op>) {
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
                // A hair taller than a module, so that no light line shows between rows.
                ops.push(rectangle(MARGIN + side * millimetres(column), y, side * millimetres(run), side * 1.01));
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
        let mut document = PdfDocument::new("Karcis");
        let mut handle = |weight: Weight| -> Result<FontId, Failure> {
            let text: String =
                lines.iter().filter(|line| line.weight == weight).map(|line| line.text.as_str()).collect();
            Ok(document.add_font(&subset(self.face(weight), &text)?))
        };
        let (regular, bold) = (handle(Weight::Regular)?, handle(Weight::Bold)?);
        let mut ops = vec![fill(INK), rectangle(0.0, HEIGHT - BAND, WIDTH, BAND)];
        ops.extend([fill(ACCENT), rectangle(0.0, HEIGHT - BAND - 1.2, WIDTH, 1.2), fill(INK)]);
        draw_code(&code, &mut ops);
        for line in lines {
            let font = match line.weight {
                Weight::Regular => regular.clone(),
                Weight::Bold => bold.clone(),
            };
            ops.extend([
                Op::StartTextSection,
                fill(line.colour),
                Op::SetFont { font: PdfFontHandle::External(font), size: Pt(line.size) },
                Op::SetTextCursor { pos: Point { x: Mm(line.x).into(), y: Mm(line.y).into() } },
                Op::ShowText { items: vec![TextItem::Text(line.text)] },
                Op::EndTextSection,
            ]);
        }
        let page = PdfPage::new(Mm(WIDTH), Mm(HEIGHT), ops);
        Ok(document.with_pages(vec![page]).save(&PdfSaveOptions::default(), &mut Vec::new()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use contracts::{BookingId, BookingStatus, BookingSummary, EventId, Money, Timestamp, UserId};
    use hayro::hayro_interpret::InterpreterSettings;
    use hayro::hayro_syntax::Pdf;
    use uuid::Uuid;

    fn booking(name: &str, title: &str, seats: usize) -> BookingChanged {
        let booking = BookingSummary {
            id: BookingId::new(Uuid::from_u128(0x019a_5f3c_7c1e_7d60_9b57_2f8d_1c0a_4e11)),
            event_id: EventId::new(Uuid::from_u128(2)),
            event_title: title.into(),
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
            venue: "Bioskop Karcis, Studio 1, Jakarta".into(),
            starts_at: "2026-11-23T12:00:00Z".parse().unwrap(),
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
        let printer = PdfPrinter::new(key, UtcOffset::from_hms(7, 0, 0).unwrap()).unwrap();
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
    fn names_are_legible_or_honestly_rewritten() {
        let key = SigningKey::parse(&SigningKey::generate("ticket-1").unwrap()).unwrap();
        let printer = PdfPrinter::new(key, UtcOffset::UTC).unwrap();
        for own in ["Nguyễn Thị Ánh", "Дмитрий", "Ελένη", "Łukasz O’Brien"] {
            assert_eq!(printer.legible(own), (own.to_owned(), false));
        }
        for (foreign, latin) in [("王小明", "Wang Xiao Ming"), ("محمد", "mHmd")] {
            assert_eq!(printer.legible(foreign), (latin.to_owned(), true));
        }
    }

    #[test]
    fn long_titles_are_cut_and_not_lost_off_the_page() {
        let key = SigningKey::parse(&SigningKey::generate("ticket-1").unwrap()).unwrap();
        let printer = PdfPrinter::new(key, UtcOffset::UTC).unwrap();
        let name = "W".repeat(100);
        for line in printer.lines(&booking(&name, &"Wide ".repeat(40), 20), &name).unwrap() {
            let end = line.x + printer.width(&line.text, line.size, line.weight);
            assert!(end <= WIDTH - MARGIN + 0.1, "{} ends at {end}", line.text);
            assert!(line.y > 0.0, "{}", line.text);
        }
    }

    #[test]
    fn no_seat_is_cut_however_long_its_label() {
        let key = SigningKey::parse(&SigningKey::generate("ticket-1").unwrap()).unwrap();
        let printer = PdfPrinter::new(key, UtcOffset::UTC).unwrap();
        let mut booking = booking("Siti", "Concert", 1);
        booking.booking.seats = (10..30).map(|n| format!("WWWWWWWWWWWWW-{n}").parse().unwrap()).collect();
        let text: String = printer.lines(&booking, "Siti").unwrap().iter().map(|line| line.text.as_str()).collect();
        for seat in &booking.booking.seats {
            assert!(text.contains(seat.as_str()), "{seat} is cut from {text}");
        }
    }
}
