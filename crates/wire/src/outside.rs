//! Checks of addresses that others chose. An organiser chooses the address of their own system, so a stranger decides
//! whom we call. That address must not reach what only we may reach (OWASP, "Server-Side Request Forgery Prevention
//! Cheat Sheet").

use reqwest::Url;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// Why an address may not be called.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// Not https, or with a user's name or password.
    #[error("the address is not a plain https one")]
    Form,
    /// Loopback, private, link-local and so on.
    #[error("the address is not on the public Internet")]
    NotPublic,
}

/// May this address be called? An IP address is checked here, because nothing resolves it. A name is checked when it is
/// resolved, because its addresses may change.
pub(crate) fn check(url: &Url) -> Result<(), Refused> {
    if url.scheme() != "https" || !url.username().is_empty() || url.password().is_some() {
        return Err(Refused::Form);
    }
    let host = url.host_str().unwrap_or_default();
    let number: Option<IpAddr> = host.trim_start_matches('[').trim_end_matches(']').parse().ok();
    if number.is_none_or(is_public) { Ok(()) } else { Err(Refused::NotPublic) }
}

/// Resolves names as the system does, and drops addresses that are not public. The connection goes to one of the
/// addresses answered here: there is no second look-up that could answer another one.
#[derive(Debug)]
pub(crate) struct PublicNames;

impl Resolve for PublicNames {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let public: Vec<SocketAddr> = found.filter(|address| is_public(address.ip())).collect();
            if public.is_empty() {
                return Err(Refused::NotPublic.into());
            }
            Ok(Box::new(public.into_iter()) as Addrs)
        })
    }
}

/// Networks that are not part of the public Internet (IANA IPv4 Special-Purpose Address Registry), and multicast.
const SPECIAL_V4: &[(Ipv4Addr, u32)] = &[
    (Ipv4Addr::UNSPECIFIED, 8),
    (Ipv4Addr::new(10, 0, 0, 0), 8),
    (Ipv4Addr::new(100, 64, 0, 0), 10),
    (Ipv4Addr::new(127, 0, 0, 0), 8),
    (Ipv4Addr::new(169, 254, 0, 0), 16),
    (Ipv4Addr::new(172, 16, 0, 0), 12),
    (Ipv4Addr::new(192, 0, 0, 0), 24),
    (Ipv4Addr::new(192, 0, 2, 0), 24),
    (Ipv4Addr::new(192, 88, 99, 0), 24),
    (Ipv4Addr::new(192, 168, 0, 0), 16),
    (Ipv4Addr::new(198, 18, 0, 0), 15),
    (Ipv4Addr::new(198, 51, 100, 0), 24),
    (Ipv4Addr::new(203, 0, 113, 0), 24),
    (Ipv4Addr::new(224, 0, 0, 0), 4),
    (Ipv4Addr::new(240, 0, 0, 0), 4),
];

/// The only network from which public addresses are assigned (IANA IPv6 Address Space).
const PUBLIC_V6: (Ipv6Addr, u32) = (Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0), 3);

/// Parts of it that are not public (IANA IPv6 Special-Purpose Address Registry), or that carry an IPv4 address inside:
/// Teredo, 6to4.
const SPECIAL_V6: &[(Ipv6Addr, u32)] = &[
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23),
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32),
    (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16),
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20),
];

/// Is it an address of the public Internet?
fn is_public(address: IpAddr) -> bool {
    // An IPv4-mapped IPv6 address is checked as the IPv4 address.
    match address.to_canonical() {
        IpAddr::V4(v4) => {
            let within = |(net, bits): &(Ipv4Addr, u32)| (v4.to_bits() ^ net.to_bits()) >> (32 - bits) == 0;
            !SPECIAL_V4.iter().any(within)
        }
        IpAddr::V6(v6) => {
            let within = |(net, bits): &(Ipv6Addr, u32)| (v6.to_bits() ^ net.to_bits()) >> (128 - bits) == 0;
            within(&PUBLIC_V6) && !SPECIAL_V6.iter().any(within)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_public_internet_is_public() {
        for public in [
            "1.1.1.1",
            "9.255.255.255",
            "11.0.0.0",
            "100.63.255.255",
            "100.128.0.0",
            "126.255.255.255",
            "128.0.0.0",
            "172.15.255.255",
            "172.32.0.0",
            "192.167.255.255",
            "192.169.0.0",
            "198.17.255.255",
            "198.20.0.0",
            "223.255.255.255",
            "2001:200::1",
            "2404:6800:4003:c00::65",
            "2606:4700::1111",
            "::ffff:1.1.1.1",
        ] {
            assert!(is_public(public.parse().unwrap()), "{public}");
        }
        for special in [
            "0.0.0.0",
            "0.1.2.3",
            "10.0.0.1",
            "10.255.255.255",
            "100.64.0.1",
            "100.127.255.255",
            "127.0.0.1",
            "127.255.255.255",
            "169.254.169.254",
            "169.254.170.2",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.192",
            "192.0.2.1",
            "192.88.99.1",
            "192.168.0.1",
            "198.18.0.1",
            "198.19.255.255",
            "198.51.100.1",
            "203.0.113.1",
            "224.0.0.1",
            "239.255.255.255",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::7f00:1",
            "::ffff:127.0.0.1",
            "::ffff:169.254.169.254",
            "64:ff9b::7f00:1",
            "100::1",
            "2001::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "3fff::1",
            "5f00::1",
            "fc00::1",
            "fd00:ec2::254",
            "fe80::1",
            "fec0::1",
            "ff02::1",
        ] {
            assert!(!is_public(special.parse().unwrap()), "{special}");
        }
    }

    #[test]
    fn an_address_is_looked_at_however_it_is_written() {
        let checked = |url: &str| check(&Url::parse(url).unwrap());
        for good in ["https://organiser.example/api", "https://organiser.example:8443", "https://1.1.1.1/x"] {
            assert_eq!(checked(good), Ok(()), "{good}");
        }
        for form in [
            "http://organiser.example",
            "ftp://organiser.example",
            "file:///etc/passwd",
            "data:text/plain,x",
            "https://user@organiser.example",
            "https://user:password@organiser.example",
            "https://:password@organiser.example",
        ] {
            assert_eq!(checked(form), Err(Refused::Form), "{form}");
        }
        for inside in [
            "https://127.0.0.1",
            "https://127.1",
            "https://2130706433",
            "https://0x7f000001",
            "https://0x7f.0.0.1",
            "https://0177.0.0.1",
            "https://017700000001",
            "https://0",
            "https://%31%32%37.0.0.1",
            "https://１２７.0.0.1",
            "https://127.0.0.1.",
            "https://169.254.169.254/latest/meta-data/",
            "https://2852039166",
            "https://10.0.0.1:8443",
            "https://[::1]",
            "https://[::ffff:127.0.0.1]",
            "https://[::ffff:a9fe:a9fe]",
            "https://[0:0:0:0:0:0:0:1]:443",
            "https://[fd00:ec2::254]",
        ] {
            assert_eq!(checked(inside), Err(Refused::NotPublic), "{inside}");
        }
    }

    #[tokio::test(flavor = "current_thread")]
    async fn a_name_of_this_machine_resolves_to_nothing() {
        let name = "localhost".parse().unwrap();
        let why = PublicNames.resolve(name).await.err().unwrap();
        assert_eq!(why.downcast_ref(), Some(&Refused::NotPublic));
    }
}
