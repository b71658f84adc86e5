//! From where a page may open a connection. A browser says the page's origin; a program need not say any.

/// May a page of `origin` connect? It may where there is none said, where it is the pages' own address `public`, where
/// it is among those allowed (`*` allows all), and where it has the very host that it connects to.
pub fn may_connect(origin: Option<&str>, host: Option<&str>, public: &str, allowed: &str) -> bool {
    let Some(origin) = origin.filter(|origin| !origin.is_empty()) else { return true };
    let same_host = || {
        let authority = origin.split_once("://").map(|(_, authority)| authority);
        authority.is_some() && authority == host
    };
    let is = |known: &str| known == "*" || known.eq_ignore_ascii_case(origin);
    is(public) || allowed.split(',').any(|one| is(one.trim())) || same_host()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_of_other_sites_stay_out() {
        let public = "https://tickets.example.com";
        for (origin, host, allowed, may) in [
            (None, None, "", true),
            (Some("https://tickets.example.com"), Some("abc.execute-api.example"), "", true),
            (Some("http://localhost:3000"), Some("localhost:3000"), "", true),
            (Some("https://shop.example.com"), None, "https://shop.example.com,https://other.example.com", true),
            (Some("https://evil.example"), Some("abc.execute-api.example"), "*", true),
            (Some("https://evil.example"), Some("abc.execute-api.example"), "", false),
            (Some("https://evil.example"), Some("abc.execute-api.example"), "https://shop.example.com", false),
            (Some("https://tickets.example.com.evil.example"), None, "", false),
            (Some("null"), None, "", false),
            (Some("null"), Some("null"), "", false),
        ] {
            assert_eq!(may_connect(origin, host, public, allowed), may, "{origin:?} {host:?} {allowed:?}");
        }
    }
}
