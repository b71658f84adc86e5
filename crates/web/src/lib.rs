//! The pages, at the same addresses and with the same headers as CloudFront has them (`infra/edge.yaml`), packed for
//! who takes them, and not sent again to who has them. What is not there is 404 here; CloudFront answers the same page
//! with 200, and S3's own refusal for a file that is missing.

use bytes::Bytes;
use flate2::write::GzEncoder;
use http_body_util::Full;
use hyper::header::{
    ACCEPT_ENCODING, ALLOW, CONTENT_ENCODING, CONTENT_TYPE, ETAG, HeaderName, HeaderValue, IF_NONE_MATCH, VARY,
};
use hyper::{HeaderMap, Method, Response, StatusCode};
use rust_embed::RustEmbed;
use std::collections::HashMap;
use std::io::Write;
use std::sync::{Mutex, PoisonError};
use template::{Error, edge};

/// The files that a page may consist of. What makes `vendor` is not among them.
#[derive(RustEmbed)]
#[folder = "../../web"]
#[include = "*.html"]
#[include = "*.svg"]
#[include = "css/*.css"]
#[include = "js/*.js"]
#[include = "words/*.json"]
#[include = "vendor/*.js"]
#[include = "vendor/*.LICENSE"]
// In these patterns a `*` stands for folders too.
#[exclude = "vendor/node_modules/*"]
struct Files;

/// The folders whose files have their own addresses.
const FOLDERS: [&str; 4] = ["css", "js", "vendor", "words"];
/// The document that says that there is none.
const NOTHING: &str = "404.html";

/// Serves the pages.
pub struct Pages {
    headers: HeaderMap,
    packed: Mutex<HashMap<(String, Packing), Bytes>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Packing {
    Brotli,
    Gzip,
}

impl Packing {
    const fn name(self) -> &'static str {
        match self {
            Self::Brotli => "br",
            Self::Gzip => "gzip",
        }
    }

    /// The one that is smallest of those that an `Accept-Encoding` (RFC 9110, section 12.5.3) takes.
    fn of(headers: &HeaderMap) -> Option<Self> {
        let asked = headers.get_all(ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
        let asked: Vec<_> = asked.flat_map(|value| value.split(',')).collect();
        let takes = |name: &str| {
            asked.iter().any(|one| {
                let mut parts = one.split(';').map(str::trim);
                let named = parts.next().is_some_and(|coding| coding.eq_ignore_ascii_case(name));
                named && !parts.any(|weight| weight.trim_start_matches("q=").parse() == Ok(0.0))
            })
        };
        [Self::Brotli, Self::Gzip].into_iter().find(|packing| takes(packing.name()))
    }

    fn pack(self, bytes: &[u8]) -> std::io::Result<Vec<u8>> {
        match self {
            Self::Gzip => {
                let mut packer = GzEncoder::new(Vec::new(), flate2::Compression::best());
                packer.write_all(bytes)?;
                packer.finish()
            }
            Self::Brotli => {
                let mut packed = Vec::new();
                let parameters = brotli::enc::BrotliEncoderParams { quality: 9, ..Default::default() };
                brotli::BrotliCompress(&mut &*bytes, &mut packed, &parameters)?;
                Ok(packed)
            }
        }
    }
}

impl Pages {
    /// With the headers of `infra/edge.yaml`.
    ///
    /// # Errors
    ///
    /// If that template cannot be read.
    pub fn new() -> Result<Self, Error> {
        let mut headers = HeaderMap::new();
        for (name, value) in edge::page_headers()? {
            headers.insert(HeaderName::try_from(name)?, HeaderValue::try_from(value)?);
        }
        Ok(Self { headers, packed: Mutex::default() })
    }

    /// Answers a request for a page, or for a file that a page uses.
    pub fn answer(&self, method: &Method, path: &str, asked: &HeaderMap) -> Response<Full<Bytes>> {
        let mut answer = Response::new(Full::default());
        *answer.headers_mut() = self.headers.clone();
        if !matches!(*method, Method::GET | Method::HEAD) {
            *answer.status_mut() = StatusCode::METHOD_NOT_ALLOWED;
            answer.headers_mut().insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
            return answer;
        }
        let name = file(path);
        let (name, status) = match Files::get(&name).filter(|_| name != NOTHING) {
            Some(_) => (name.as_str(), StatusCode::OK),
            None => (NOTHING, StatusCode::NOT_FOUND),
        };
        let Some(found) = Files::get(name) else { return answer };
        let tag = tag(&found.metadata.sha256_hash());
        let headers = answer.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind(name)));
        headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
        if let Ok(tag) = HeaderValue::try_from(&tag) {
            headers.insert(ETAG, tag);
        }
        let known = asked.get_all(IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
        if status == StatusCode::OK && known.flat_map(|value| value.split(',')).any(|known| is_same(known, &tag)) {
            *answer.status_mut() = StatusCode::NOT_MODIFIED;
            return answer;
        }
        *answer.status_mut() = status;
        let body =
            match Packing::of(asked).and_then(|packing| Some((packing, self.packed(name, packing, &found.data)?))) {
                Some((packing, packed)) => {
                    answer.headers_mut().insert(CONTENT_ENCODING, HeaderValue::from_static(packing.name()));
                    packed
                }
                None => Bytes::from(found.data.into_owned()),
            };
        answer.headers_mut().insert(hyper::header::CONTENT_LENGTH, body.len().into());
        if *method == Method::GET {
            *answer.body_mut() = Full::new(body);
        }
        answer
    }

    /// A file packed, which is done once.
    fn packed(&self, name: &str, packing: Packing, bytes: &[u8]) -> Option<Bytes> {
        let mut all = self.packed.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(packed) = all.get(&(name.to_owned(), packing)) {
            return Some(packed.clone());
        }
        let packed = Bytes::from(packing.pack(bytes).ok()?);
        all.insert((name.to_owned(), packing), packed.clone());
        Some(packed)
    }
}

/// The file of an address. The first part of an address names its document: `/event/{id}` is `event.html`.
fn file(path: &str) -> String {
    let path = path.trim_start_matches('/');
    let first = path.split('/').next().unwrap_or_default();
    if FOLDERS.contains(&first) || first.contains('.') {
        return path.to_owned();
    }
    format!("{}.html", if first.is_empty() { "index" } else { first })
}

fn tag(digest: &[u8]) -> String {
    let number = digest.iter().take(16).fold(0, |number, byte| number << 8 | u128::from(*byte));
    format!("\"{number:x}\"")
}

/// Compared weakly (RFC 9110, section 13.1.2).
fn is_same(known: &str, tag: &str) -> bool {
    let known = known.trim();
    known == "*" || known.trim_start_matches("W/") == tag
}

fn kind(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, end)| end) {
        Some("html") => "text/html; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("json") => "application/json",
        Some("svg") => "image/svg+xml",
        _ => "text/plain; charset=utf-8",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::read::GzDecoder;
    use http_body_util::BodyExt;
    use serde_json::{Map, Value};
    use std::collections::BTreeSet;
    use std::io::Read;

    fn text(name: &str) -> String {
        String::from_utf8(Files::get(name).unwrap_or_else(|| panic!("no {name}")).data.into_owned()).unwrap()
    }

    fn files(end: &str) -> Vec<String> {
        Files::iter().map(|name| name.to_string()).filter(|name| name.ends_with(end)).collect()
    }

    /// What stands between quotes behind each `before`.
    fn quoted(text: &str, before: &str) -> Vec<String> {
        text.split(before).skip(1).filter_map(|rest| Some(rest.split_once('"')?.0.to_owned())).collect()
    }

    fn asked(headers: &[(HeaderName, &'static str)]) -> HeaderMap {
        headers.iter().map(|(name, value)| (name.clone(), HeaderValue::from_static(value))).collect()
    }

    /// Status, headers and body.
    fn get(path: &str, headers: &[(HeaderName, &'static str)]) -> (u16, HeaderMap, Vec<u8>) {
        let (parts, body) = Pages::new().unwrap().answer(&Method::GET, path, &asked(headers)).into_parts();
        let mut body = std::pin::pin!(body.collect());
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        let std::task::Poll::Ready(Ok(body)) = body.as_mut().poll(&mut context) else { panic!("a body that waits") };
        (parts.status.as_u16(), parts.headers, body.to_bytes().to_vec())
    }

    #[test]
    fn an_address_has_its_document_here_and_on_cloudfront() {
        for (path, status, begins) in [
            ("/", 200, "films.title"),
            ("/event/019a5f3c", 200, "event.title"),
            ("/bookings", 200, "bookings.title"),
            ("/booking/019a5f3c", 200, "booking.title"),
            ("/pay/inv-ticketing-019a5f3c", 200, "pay.title"),
            ("/power", 200, "power.title"),
            ("/purchase/019a5f3c", 200, "purchase.title"),
            ("/confirm-email", 200, "confirm.title"),
            ("/reset-password", 200, "reset.title"),
            ("/nowhere", 404, "lost.title"),
            ("/nowhere/at/all", 404, "lost.title"),
            ("/404", 404, "lost.title"),
            ("/js/nothing.js", 404, "lost.title"),
            ("/vendor/build.mjs", 404, "lost.title"),
            ("/vendor/package.json", 404, "lost.title"),
            ("/vendor/node_modules/preact/dist/preact.js", 404, "lost.title"),
            ("/../Cargo.toml", 404, "lost.title"),
            ("/%2e%2e/Cargo.toml", 404, "lost.title"),
        ] {
            let (answered, _, body) = get(path, &[]);
            assert_eq!(answered, status, "{path}");
            assert!(String::from_utf8(body).unwrap().contains(begins), "{path}");
        }
        // CloudFront's function names the same documents and folders.
        let code = edge::documents_code().unwrap();
        let listed = |name: &str| -> BTreeSet<String> {
            let list = code.split_once(&format!("const {name} = [")).unwrap().1.split_once(']').unwrap().0;
            list.split(',').map(|one| one.trim().trim_matches('"').to_owned()).collect()
        };
        let documents = files(".html").into_iter().filter(|name| name != NOTHING);
        let documents: BTreeSet<_> = documents.map(|name| name.replace(".html", "").replace("index", "")).collect();
        assert_eq!(listed("documents"), documents);
        assert_eq!(listed("folders"), FOLDERS.map(str::to_owned).into());
    }

    #[test]
    fn a_file_is_packed_for_who_takes_it_and_not_sent_to_who_has_it() {
        let (_, headers, plain) = get("/js/api.js", &[]);
        let tag = headers[ETAG].to_str().unwrap().to_owned();
        for (takes, packing) in [
            ("br, gzip", Some("br")),
            ("gzip", Some("gzip")),
            ("gzip;q=1.0, br;q=0", Some("gzip")),
            ("GZIP", Some("gzip")),
            ("br;q=0.5", Some("br")),
            ("deflate, zstd", None),
            ("identity", None),
            ("gzip;q=0.0", None),
        ] {
            let (_, headers, body) = get("/js/api.js", &[(ACCEPT_ENCODING, takes)]);
            let told = headers.get(CONTENT_ENCODING).map(|value| value.to_str().unwrap());
            assert_eq!(told, packing, "{takes}");
            let mut unpacked = Vec::new();
            match packing {
                Some("br") => drop(brotli::BrotliDecompress(&mut &*body, &mut unpacked)),
                Some(_) => drop(GzDecoder::new(&*body).read_to_end(&mut unpacked)),
                None => unpacked.clone_from(&body),
            }
            assert!(unpacked == plain, "{takes}");
        }
        let known: &'static str = Box::leak(format!("\"x\", W/{tag}").into_boxed_str());
        let (status, headers, body) = get("/js/api.js", &[(IF_NONE_MATCH, known)]);
        assert!(status == 304 && body.is_empty() && headers[ETAG] == tag);
        assert_eq!(get("/js/api.js", &[(IF_NONE_MATCH, "\"x\"")]).0, 200);
        // What is not there is never "as you have it".
        assert_eq!(get("/nowhere", &[(IF_NONE_MATCH, "*")]).0, 404);
    }

    #[test]
    fn a_page_is_read_and_nothing_else() {
        let pages = Pages::new().unwrap();
        let head = pages.answer(&Method::HEAD, "/", &HeaderMap::new());
        assert!(head.status() == 200 && head.headers()["content-length"] != "0");
        for method in [Method::POST, Method::PUT, Method::DELETE, Method::OPTIONS] {
            let answer = pages.answer(&method, "/", &HeaderMap::new());
            assert_eq!((answer.status().as_u16(), answer.headers()[ALLOW].to_str().unwrap()), (405, "GET, HEAD"));
        }
    }

    #[test]
    fn a_page_obeys_its_own_policy() {
        let (_, headers, _) = get("/", &[]);
        let policy = headers["content-security-policy"].to_str().unwrap();
        assert!(!policy.contains("unsafe") && policy.contains("default-src 'none'"), "{policy}");
        assert_eq!(headers["referrer-policy"], "no-referrer", "addresses of mails have tokens");
        for name in files(".html") {
            let document = text(&name);
            for forbidden in ["<style", " style=", " onclick=", "javascript:", "http://", "https://"] {
                assert!(!document.contains(forbidden), "{name} has {forbidden}");
            }
            assert_eq!(document.matches("<script").count(), document.matches("<script type=\"module\" src=").count());
        }
        for name in files(".js").iter().filter(|name| !name.starts_with("vendor/")) {
            let (script, own) = (text(name), name.clone());
            for forbidden in ["eval(", "innerHTML", "document.cookie", "dangerouslySetInnerHTML", "https://"] {
                assert!(!script.contains(forbidden), "{own} has {forbidden}");
            }
        }
    }

    #[test]
    fn every_document_has_the_same_frame() {
        let frame = |name: &str| {
            let own = ["<title>", "<h1 ", "<body ", "<script "];
            let lines: Vec<_> = text(name).lines().map(str::to_owned).collect();
            lines.into_iter().filter(|line| !own.iter().any(|start| line.starts_with(start))).collect::<Vec<_>>()
        };
        for name in files(".html") {
            assert_eq!(frame(&name), frame("index.html"), "{name}");
        }
    }

    /// A document and everything that it loads, by name.
    fn loaded(document: &str) -> BTreeSet<String> {
        let mut all = BTreeSet::from([document.to_owned(), "words/id.json".to_owned()]);
        let text_of = text(document);
        let named = [quoted(&text_of, "href=\"/"), quoted(&text_of, "src=\"/")].concat();
        let mut open: Vec<_> = named.into_iter().filter(|name| Files::get(name).is_some()).collect();
        while let Some(name) = open.pop() {
            if !all.insert(name.clone()) || !kind(&name).starts_with("text/javascript") {
                continue;
            }
            let (folder, _) = name.rsplit_once('/').unwrap();
            let script = text(&name);
            let imports =
                ["from \"", "from\"", "import \"", "import\""].iter().flat_map(|before| quoted(&script, before));
            for import in imports.filter(|name| name.starts_with('.')) {
                open.push(match import.strip_prefix("../") {
                    Some(from_root) => from_root.to_owned(),
                    None => format!("{folder}/{}", import.trim_start_matches("./")),
                });
            }
        }
        all
    }

    #[test]
    fn a_page_is_small_and_all_that_it_loads_is_there() {
        for document in files(".html") {
            let packed = |name: &String| Packing::Gzip.pack(text(name).as_bytes()).unwrap().len();
            let all = loaded(&document);
            let bytes: usize = all.iter().map(packed).sum();
            assert!(all.iter().any(|name| name == "vendor/preact.js"), "{all:?}");
            assert!(bytes < 50_000, "{document} loads {bytes} bytes: {all:?}");
        }
    }

    #[test]
    fn both_languages_have_every_word_and_no_other() {
        const OF_ONE: &str = ".one";
        let words = |language: &str| -> Map<String, Value> {
            serde_json::from_str(&text(&format!("words/{language}.json"))).unwrap()
        };
        let (indonesian, english) = (words("id"), words("en"));
        let names: BTreeSet<_> = indonesian.keys().collect();
        // English says some things otherwise of one.
        let (of_one, of_all): (BTreeSet<_>, BTreeSet<_>) =
            english.keys().partition(|name| name.strip_suffix(OF_ONE).is_some());
        assert_eq!(names, of_all);
        for name in of_one {
            let of_many = &english[name.trim_end_matches(OF_ONE)];
            assert!(of_many.as_str().unwrap().contains("{n}"), "{name} is of a number");
        }
        let values = |text: &Value| -> BTreeSet<String> {
            text.as_str().unwrap().split('{').skip(1).map(|rest| rest.split('}').next().unwrap().to_owned()).collect()
        };
        for name in &names {
            assert_eq!(values(&indonesian[*name]), values(&english[*name]), "{name}");
        }
        let sources: String = [files(".js"), files(".html")]
            .concat()
            .iter()
            .filter(|name| !name.starts_with("vendor/"))
            .map(|name| text(name))
            .collect();
        // Names that a script makes of a status, a reason or a code.
        let made = [
            "failed.",
            "status.",
            "ended.",
            "purchase.ended.",
            "reason.",
            "mark.",
            "method.",
            "event.screen",
            "event.stage",
            "event.free",
            "event.held",
            "event.sold",
            "event.yours",
            "event.own",
            "account.",
        ];
        for name in &names {
            let used = sources.contains(&format!("\"{name}\"")) || made.iter().any(|start| name.starts_with(start));
            assert!(used, "nothing says {name}");
        }
        for said in ["say(\"", "data-say=\""].iter().flat_map(|before| quoted(&sources, before)) {
            assert!(indonesian.contains_key(&said), "{said} is said, and no word of ours");
        }
    }
}
