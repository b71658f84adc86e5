//! Bodies that a client packed (RFC 9110, section 8.4).

use contracts::{Code, Problem};
use flate2::read::{MultiGzDecoder, ZlibDecoder};
use std::borrow::Cow;
use std::io::Read;

/// The codings that are read, as `Accept-Encoding` of a refusal names them.
pub(crate) const READ: &str = "gzip, deflate";

/// A body without its coding: 415 if the coding is none of [`READ`], 413 if the body is larger than `most` bytes, and
/// 400 if it is not what its coding says. Never more than `most` bytes are unpacked.
pub(crate) fn unpacked<'a>(sent: &'a [u8], coding: &str, most: usize) -> Result<Cow<'a, [u8]>, Problem> {
    if sent.len() > most {
        return Err(Problem::new(Code::TooLarge));
    }
    let mut packed: Box<dyn Read + 'a> = match coding.trim().to_ascii_lowercase().as_str() {
        "" | "identity" => return Ok(Cow::Borrowed(sent)),
        "gzip" | "x-gzip" => Box::new(MultiGzDecoder::new(sent)),
        "deflate" => Box::new(ZlibDecoder::new(sent)),
        _ => return Err(Problem::new(Code::UnsupportedEncoding)),
    };
    let mut body = vec![0; most + 1];
    let mut length = 0;
    loop {
        let rest = body.get_mut(length..).unwrap_or_default();
        match packed.read(rest) {
            Ok(0) if length > most => return Err(Problem::new(Code::TooLarge)),
            Ok(0) => break,
            Ok(read) => length += read,
            Err(_) => {
                return Err(Problem::new(Code::MalformedJson).detail("The body is not what its Content-Encoding says."));
            }
        }
    }
    body.truncate(length);
    Ok(Cow::Owned(body))
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::Compression;
    use flate2::write::{GzEncoder, ZlibEncoder};
    use std::io::Write;

    fn gzip(text: &[u8]) -> Vec<u8> {
        let mut packing = GzEncoder::new(Vec::new(), Compression::default());
        packing.write_all(text).unwrap();
        packing.finish().unwrap()
    }

    fn zlib(text: &[u8]) -> Vec<u8> {
        let mut packing = ZlibEncoder::new(Vec::new(), Compression::default());
        packing.write_all(text).unwrap();
        packing.finish().unwrap()
    }

    #[test]
    fn a_body_is_unpacked_within_the_limit() {
        let text = [b'a'; 100];
        for (sent, coding) in [
            (text.to_vec(), ""),
            (text.to_vec(), " Identity "),
            (gzip(&text), "gzip"),
            (gzip(&text), "X-GZIP"),
            ([gzip(&text[..40]), gzip(&text[..60])].concat(), "gzip"),
            (zlib(&text), "deflate"),
        ] {
            assert_eq!(*unpacked(&sent, coding, 100).unwrap(), text, "{coding}");
        }
        assert!(unpacked(&gzip(b""), "gzip", 100).unwrap().is_empty());
    }

    #[test]
    fn what_cannot_be_unpacked_is_refused() {
        let text = [b'a'; 101];
        let half = gzip(&text[..50]);
        for (sent, coding, code) in [
            (text.to_vec(), "", Code::TooLarge),
            (gzip(&text), "gzip", Code::TooLarge),
            (zlib(&vec![b'a'; 10_000_000]), "deflate", Code::TooLarge),
            (text[..9].to_vec(), "br", Code::UnsupportedEncoding),
            (gzip(b"{}"), "gzip, gzip", Code::UnsupportedEncoding),
            (b"{}".to_vec(), "gzip", Code::MalformedJson),
            (half[..half.len() / 2].to_vec(), "gzip", Code::MalformedJson),
            (Vec::new(), "gzip", Code::MalformedJson),
        ] {
            assert_eq!(unpacked(&sent, coding, 100).unwrap_err().code(), code, "{coding} {}", sent.len());
        }
    }
}
