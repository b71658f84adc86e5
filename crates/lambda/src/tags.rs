//! Entity tags in `If-Match` and `If-None-Match` (RFC 9110, sections 8.8.3, 13.1.1 and 13.1.2): lists of them, weak
//! ones, and ones that a proxy on the way changed. A proxy that compresses makes a tag weak (`W/"2"`), or adds to it
//! (`"2-gzip"`, `"2--br"`, `"2;gzip"`); what a client then sends back still names our version.

/// What a condition names.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Tags<'a> {
    /// `*`: whatever there is.
    Any,
    /// The texts between the quotes.
    These(Vec<&'a str>),
}

impl<'a> Tags<'a> {
    /// Reads a header. Tags without quotes are read too: older clients send them.
    pub(crate) fn read(header: &'a str) -> Self {
        if header.trim() == "*" {
            return Self::Any;
        }
        let mut tags = Vec::new();
        let mut rest = header;
        loop {
            rest = rest.trim_start_matches([',', ' ', '\t']);
            if rest.is_empty() {
                return Self::These(tags);
            }
            let tag = rest.strip_prefix("W/").unwrap_or(rest);
            // A quoted tag may have a comma in it.
            let (tag, after) = match tag.strip_prefix('"') {
                Some(quoted) => quoted.split_once('"').unwrap_or((quoted, "")),
                None => tag.split_once(',').unwrap_or((tag, "")),
            };
            tags.push(tag.trim_end());
            rest = after;
        }
    }

    /// Is this tag of ours named?
    pub(crate) fn name(&self, ours: &str) -> bool {
        match self {
            Self::Any => true,
            Self::These(tags) => tags.iter().any(|tag| tag.strip_prefix(ours).is_some_and(is_addition)),
        }
    }

    /// The versions named: a tag of ours begins with its version.
    pub(crate) fn versions(&self) -> Option<Vec<u64>> {
        let Self::These(tags) = self else { return None };
        let version = |tag: &&str| {
            let digits = tag.bytes().take_while(u8::is_ascii_digit).count();
            let (version, rest) = tag.split_at_checked(digits)?;
            version.parse().ok().filter(|_| is_addition(rest) || rest.starts_with('.'))
        };
        Some(tags.iter().filter_map(version).collect())
    }
}

/// Is this nothing, or what a proxy adds to a tag?
fn is_addition(rest: &str) -> bool {
    rest.is_empty() || rest.starts_with(['-', ';', ':'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_condition_names_versions_however_it_came_through() {
        for (header, versions) in [
            ("\"2\"", vec![2]),
            ("\"2\", \"3\"", vec![2, 3]),
            ("W/\"2\"", vec![2]),
            ("W/\"2\",W/\"3\" , \"4\"", vec![2, 3, 4]),
            ("\"2-gzip\"", vec![2]),
            ("\"2--br\"", vec![2]),
            ("\"2;gzip\"", vec![2]),
            ("\"2:zstd\"", vec![2]),
            ("\"2.0123456789abcdef\"", vec![2]),
            ("W/\"2.0123456789abcdef-gzip\"", vec![2]),
            ("2", vec![2]),
            (", \"2\",,", vec![2]),
            ("\"other, tag\", \"2\"", vec![2]),
            ("\"2x\", \"\", \"abc\", \"-2\"", vec![]),
            ("\"2", vec![2]),
            ("\"99999999999999999999\"", vec![]),
            ("", vec![]),
        ] {
            assert_eq!(Tags::read(header).versions(), Some(versions), "{header}");
        }
        assert_eq!(Tags::read(" * "), Tags::Any);
    }

    #[test]
    fn a_tag_is_known_again() {
        for same in ["\"2.ab\"", "W/\"2.ab\"", "\"1.cd\", \"2.ab\"", "\"2.ab-gzip\"", "\"2.ab;br\"", "*"] {
            assert!(Tags::read(same).name("2.ab"), "{same}");
        }
        for other in ["\"2.abc\"", "\"2.a\"", "\"12.ab\"", "", "\"\"", "\"2.ab.cd\""] {
            assert!(!Tags::read(other).name("2.ab"), "{other}");
        }
    }
}
