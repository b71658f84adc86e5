//! PDF pages of text lines and rectangles, for the services that print. A PDF embeds only the letters that it uses, and
//! the caller is told when a text had to be rewritten in Latin letters.

use contracts::Failure;
use icu_properties::CodePointSetData;
use icu_properties::props::{EmojiModifier, ExtendedPictographic, RegionalIndicator};
use printpdf::{
    Color, FontId, Mm, Op, PaintMode, ParsedFont, PdfDocument, PdfFontHandle, PdfPage, PdfSaveOptions, Point, Pt, Rect,
    Rgb, TextItem,
};
use std::collections::{BTreeMap, BTreeSet};
use subsetter::GlyphRemapper;

/// A colour: red, green and blue, from 0 to 1.
pub type Colour = [f32; 3];

/// The house's dark blue, for text and bands.
pub const INK: Colour = [0.08, 0.13, 0.24];
/// For labels.
pub const GREY: Colour = [0.42, 0.45, 0.52];
/// For text on a dark background.
pub const WHITE: Colour = [1.0, 1.0, 1.0];
/// The house's yellow.
pub const ACCENT: Colour = [0.96, 0.72, 0.25];

/// How heavy letters are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    /// For labels and notes.
    Regular,
    /// For what matters.
    Bold,
}

/// A line of text. Its place is that of its lower left corner, in millimetres from the page's lower left corner.
#[derive(Debug, Clone)]
pub struct Line {
    /// What it says.
    pub text: String,
    /// From the left.
    pub x: f32,
    /// From below.
    pub y: f32,
    /// In points.
    pub size: f32,
    /// How heavy.
    pub weight: Weight,
    /// In which colour.
    pub colour: Colour,
}

/// A filled rectangle. Its place is that of its lower left corner, in millimetres from the page's lower left corner.
#[derive(Debug, Clone, Copy)]
pub struct Block {
    /// From the left.
    pub x: f32,
    /// From below.
    pub y: f32,
    /// How wide.
    pub width: f32,
    /// How high.
    pub height: f32,
    /// In which colour.
    pub colour: Colour,
}

/// What is on a page: the blocks in their order, and the lines on them.
#[derive(Debug, Clone, Default)]
pub struct Page {
    /// Rectangles.
    pub blocks: Vec<Block>,
    /// Text.
    pub lines: Vec<Line>,
}

/// The typefaces, read once.
pub struct Faces {
    regular: ParsedFont,
    bold: ParsedFont,
}

impl Faces {
    /// Reads them.
    pub fn new() -> Result<Self, Failure> {
        let regular = font(include_bytes!("../fonts/DejaVuSans.ttf"))?;
        let bold = font(include_bytes!("../fonts/DejaVuSans-Bold.ttf"))?;
        Ok(Self { regular, bold })
    }

    fn face(&self, weight: Weight) -> &ParsedFont {
        match weight {
            Weight::Regular => &self.regular,
            Weight::Bold => &self.bold,
        }
    }

    /// How wide a text is, in millimetres.
    pub fn width(&self, text: &str, size: f32, weight: Weight) -> f32 {
        let face = self.face(weight);
        let advance = |c: char| face.lookup_glyph_index(c.into()).and_then(|glyph| face.get_glyph_width(glyph));
        let units: u32 = text.chars().filter_map(advance).map(u32::from).sum();
        let em = f32::from(face.units_per_em.max(1));
        #[expect(clippy::cast_precision_loss, reason = "a line of text is far shorter than 2^24 font units")]
        let width = units as f32 / em * size;
        Mm::from(Pt(width)).0
    }

    /// Breaks text into lines no wider than `most` millimetres, at spaces where it can, `lines` at most.
    pub fn wrap(&self, text: &str, size: f32, weight: Weight, most: f32, lines: usize) -> Vec<String> {
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

    /// The text as our fonts can show it, and whether it had to be rewritten.
    ///
    /// We use the fonts for Latin, Greek and Cyrillic. Every other letter is rewritten in Latin letters, and the caller
    /// says so on the page. Pictures are left out: their names in English are no part of a title.
    pub fn legible(&self, text: &str) -> (String, bool) {
        let ours = |c: char| {
            let simple = matches!(u32::from(c), 0x20..0x590 | 0x1E00..0x2190);
            simple
                && self.regular.lookup_glyph_index(c.into()).is_some()
                && self.bold.lookup_glyph_index(c.into()).is_some()
        };
        let letters = || text.chars().filter(|c| !joins_a_picture(*c) && (ours(*c) || !is_of_a_picture(*c)));
        let rewritten = !letters().all(ours);
        let shown: String = letters()
            .map(|c| if ours(c) { c.to_string() } else { deunicode::deunicode_char(c).unwrap_or("?").to_owned() })
            .collect();
        let shown = shown.split_whitespace().collect::<Vec<_>>().join(" ");
        (if shown.is_empty() { "\u{2014}".to_owned() } else { shown }, rewritten)
    }

    /// Pages of this size in millimetres as a PDF.
    pub fn print(&self, (width, height): (f32, f32), pages: Vec<Page>) -> Result<Vec<u8>, Failure> {
        let mut document = PdfDocument::new("Karcis");
        let mut handle = |weight: Weight| -> Result<FontId, Failure> {
            let lines = pages.iter().flat_map(|page| &page.lines).filter(|line| line.weight == weight);
            let text: String = lines.map(|line| line.text.as_str()).collect();
            Ok(document.add_font(&subset(self.face(weight), &text)?))
        };
        let fonts = (handle(Weight::Regular)?, handle(Weight::Bold)?);
        let pages = pages.into_iter().map(|page| PdfPage::new(Mm(width), Mm(height), page.ops(&fonts)));
        let pages = pages.collect();
        Ok(document.with_pages(pages).save(&PdfSaveOptions::default(), &mut Vec::new()))
    }
}

impl Page {
    fn ops(self, (regular, bold): &(FontId, FontId)) -> Vec<Op> {
        let Self { blocks, lines } = self;
        let mut ops = Vec::new();
        let mut colour = None;
        for block in blocks {
            if colour.replace(block.colour) != Some(block.colour) {
                ops.push(fill(block.colour));
            }
            ops.push(rectangle(block));
        }
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
        ops
    }
}

fn font(bytes: &[u8]) -> Result<ParsedFont, Failure> {
    ParsedFont::from_bytes(bytes, 0, &mut Vec::new()).ok_or_else(|| Failure::permanent("read a font", "not a font"))
}

/// The font with only the letters of `text`. printpdf subsets fonts only with its layout engine, which is far larger
/// than the rest of a function; this is the part of it that a page needs.
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

fn fill([r, g, b]: Colour) -> Op {
    Op::SetFillColor { col: Color::Rgb(Rgb { r, g, b, icc_profile: None }) }
}

fn rectangle(Block { x, y, width, height, .. }: Block) -> Op {
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

/// Is this character a picture, or a visible part of one: a flag's letter, a colour of skin (Unicode Technical Standard
/// 51, section 1.4)?
fn is_of_a_picture(c: char) -> bool {
    CodePointSetData::new::<ExtendedPictographic>().contains(c)
        || CodePointSetData::new::<EmojiModifier>().contains(c)
        || CodePointSetData::new::<RegionalIndicator>().contains(c)
}

/// Does this character only join or colour pictures? No script that our fonts show needs one.
fn joins_a_picture(c: char) -> bool {
    matches!(u32::from(c), 0x200D | 0x20E3 | 0xFE00..=0xFE0F | 0xE0020..=0xE007F)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_legible_or_honestly_rewritten() {
        let faces = Faces::new().unwrap();
        for own in ["Nguyễn Thị Ánh", "Дмитрий", "Ελένη", "Łukasz O’Brien"] {
            assert_eq!(faces.legible(own), (own.to_owned(), false));
        }
        for (foreign, latin) in [("王小明", "Wang Xiao Ming"), ("محمد", "mHmd")] {
            assert_eq!(faces.legible(foreign), (latin.to_owned(), true));
        }
        for (pictured, plain) in [
            ("Rock 🎸 Night", "Rock Night"),
            ("🎉Pesta🎉", "Pesta"),
            ("Keluarga 👨‍👩‍👧‍👦 Cemara", "Keluarga Cemara"),
            ("Indonesia 🇮🇩 Raya ❤️", "Indonesia Raya"),
            ("Hip-hop 👍🏽 1️⃣", "Hip-hop 1"),
            ("© Karcis ™", "© Karcis ™"),
            ("🎸🎸", "—"),
        ] {
            assert_eq!(faces.legible(pictured), (plain.to_owned(), false), "{pictured}");
        }
        assert_eq!(faces.legible("王 🎸"), ("Wang".to_owned(), true));
    }

    #[test]
    fn text_is_broken_where_it_does_not_fit_and_cut_where_nothing_else_helps() {
        let faces = Faces::new().unwrap();
        let wrapped = faces.wrap(&"Wide ".repeat(40), 12.0, Weight::Bold, 60.0, 3);
        assert_eq!(wrapped.len(), 3);
        assert!(wrapped.iter().all(|line| faces.width(line.trim_end(), 12.0, Weight::Bold) <= 60.0), "{wrapped:?}");
        assert!(wrapped[2].ends_with('…'));
    }
}
