//! Draws the receipt of a power token as PDF.

use crate::domain::Purchase;
use crate::ports::ReceiptPrinter;
use contracts::{Failure, TimeZone};
use paper::{ACCENT, Block, Colour, Faces, GREY, INK, Line, Page, WHITE, Weight};
use time::macros::format_description;

const WIDTH: f32 = 105.0;
const HEIGHT: f32 = 148.0;
const MARGIN: f32 = 10.0;
const BAND: f32 = 40.0;

/// Draws receipts: one A6 page with the token large enough to be typed from.
pub struct PdfReceipts {
    faces: Faces,
    zone: TimeZone,
}

impl PdfReceipts {
    /// Writes times as clocks in this zone show them.
    pub fn new(zone: TimeZone) -> Result<Self, Failure> {
        Ok(Self { faces: Faces::new()?, zone })
    }

    fn lines(&self, purchase: &Purchase, meter_name: &str) -> Result<Vec<Line>, Failure> {
        let missing = || Failure::permanent("print a receipt", "there is no token yet");
        let token = purchase.token.as_ref().ok_or_else(missing)?.as_str();
        let mut lines = Vec::new();
        let mut put = |text: &str, x: f32, y: f32, size: f32, weight: Weight, colour: Colour| {
            lines.push(Line { text: text.trim_end().to_owned(), x, y, size, weight, colour });
        };
        put("KARCIS", MARGIN, HEIGHT - 10.0, 9.0, Weight::Bold, ACCENT);
        put("Token listrik · Power token", MARGIN, HEIGHT - 17.0, 9.0, Weight::Regular, WHITE);
        // Three groups of four digits, then two: a line is not wider than the page, and groups are typed as they are
        // read.
        let (first, second) = token.split_at_checked(14).unwrap_or((token, ""));
        put(first, MARGIN, HEIGHT - 27.0, 20.0, Weight::Bold, WHITE);
        put(second.trim_start_matches('-'), MARGIN, HEIGHT - 36.0, 20.0, Weight::Bold, WHITE);

        let (name, rewritten) = self.faces.legible(meter_name);
        let connection = format!("{} / {} VA", purchase.connection.tariff, purchase.connection.power_va);
        let fields = [
            ("Nomor meter · Meter", purchase.meter_number.to_string()),
            ("Nama · Name", name),
            ("Tarif/daya · Tariff/power", connection),
            ("Nominal", purchase.nominal.to_string()),
            ("Pajak di dalamnya · Tax within", purchase.local_tax.to_string()),
            ("kWh", purchase.kwh.indonesian()),
            ("Biaya admin · Admin fee", purchase.admin_fee.to_string()),
            ("Total", purchase.total.to_string()),
            ("Waktu · Time", self.when(purchase)?),
        ];
        let (mut y, beside) = (HEIGHT - BAND - 9.0, 48.0);
        for (label, text) in fields {
            put(label, MARGIN, y, 7.0, Weight::Regular, GREY);
            for line in self.faces.wrap(&text, 9.5, Weight::Bold, WIDTH - MARGIN - beside, 2) {
                put(&line, beside, y, 9.5, Weight::Bold, INK);
                y -= 4.6;
            }
            y -= 3.4;
        }
        let number = format!("Nomor pembelian · Purchase {}", purchase.reference());
        put(&number, MARGIN, MARGIN + 1.0, 8.0, Weight::Regular, GREY);
        if rewritten {
            let note = "* Nama ditulis dengan huruf Latin. The name is written in Latin letters.";
            put(note, MARGIN, MARGIN - 3.0, 6.0, Weight::Regular, GREY);
        }
        Ok(lines)
    }

    fn when(&self, purchase: &Purchase) -> Result<String, Failure> {
        let clock = self.zone.clock(purchase.updated_at);
        let form = format_description!("[day padding:none] [month repr:short] [year] [hour]:[minute]");
        let local = clock.time.format(&form).map_err(|e| Failure::permanent("print a receipt", e))?;
        Ok(format!("{local} {}", clock.zone))
    }
}

impl ReceiptPrinter for PdfReceipts {
    fn print(&self, purchase: &Purchase, meter_name: &str) -> Result<Vec<u8>, Failure> {
        let blocks = vec![
            Block { x: 0.0, y: HEIGHT - BAND, width: WIDTH, height: BAND, colour: INK },
            Block { x: 0.0, y: HEIGHT - BAND - 1.0, width: WIDTH, height: 1.0, colour: ACCENT },
        ];
        self.faces.print((WIDTH, HEIGHT), vec![Page { blocks, lines: self.lines(purchase, meter_name)? }])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::PurchaseStatus;
    use crate::domain::purchase::tests::purchase;

    fn printer() -> PdfReceipts {
        PdfReceipts::new("Asia/Jakarta".parse().unwrap()).unwrap()
    }

    #[test]
    fn a_receipt_says_what_was_bought_for_whom_and_for_how_much() {
        let issued = purchase(PurchaseStatus::Issued);
        let lines = printer().lines(&issued, "Siti Rahmawati").unwrap();
        let texts: Vec<_> = lines.iter().map(|line| line.text.as_str()).collect();
        for text in
            ["14000000001", "Siti Rahmawati", "R1 / 1300 VA", "Rp 100.000", "3,00 %", "67,14", "Rp 1.500", "Rp 101.500"]
        {
            assert!(texts.contains(&text), "{text}: {texts:?}");
        }
        // The whole token, in two lines, larger than all else.
        let largest = lines.iter().map(|line| line.size).fold(0.0, f32::max);
        let token: Vec<_> = lines.iter().filter(|l| l.size >= largest).map(|l| l.text.as_str()).collect();
        assert_eq!(token.join("-"), issued.token.as_ref().unwrap().as_str());
        assert!(
            lines.iter().all(|line| (0.0..WIDTH).contains(&line.x) && (0.0..HEIGHT).contains(&line.y)),
            "{lines:?}"
        );
    }

    #[test]
    fn nothing_is_printed_without_a_token() {
        assert!(printer().print(&purchase(PurchaseStatus::Issuing), "Siti").is_err());
        assert!(printer().print(&purchase(PurchaseStatus::Issued), "Siti").unwrap().starts_with(b"%PDF"));
    }
}
