//! Who is the visitor behind the proxies that a request came through?
//!
//! Only proxies that were named are believed, and each only about who asked it: the list that they append to is read
//! from its end, up to the first address that is none of theirs. What stands before that anybody may have written.
//! One header is believed, the one that the proxies write: the other one passes them as whoever asks wrote it.
//! Knows nothing of what an address is wanted for. Sources: RFC 7239 for `Forwarded`, custom for `X-Forwarded-For`.

use std::net::IpAddr;
use std::str::FromStr;

use axum::http::HeaderMap;
use domain::ParseError;

/// Most networks that can be named.
const NETWORKS_MAX: usize = 64;
/// Most proxies that a request is followed back through.
const HOPS_MAX: usize = 32;

/// The header that the proxies write.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ProxyHeader {
    /// Addresses with commas between them.
    #[default]
    XForwardedFor,
    /// RFC 7239.
    Forwarded,
}

impl ProxyHeader {
    const fn name(self) -> &'static str {
        match self {
            Self::XForwardedFor => "x-forwarded-for",
            Self::Forwarded => "forwarded",
        }
    }

    /// The address that one entry of the list names; none: it is hidden, or is none.
    fn address(self, entry: &[u8]) -> Option<IpAddr> {
        let entry = std::str::from_utf8(entry).ok()?.trim();
        if self == Self::XForwardedFor {
            return node(entry);
        }
        let pairs = entry.split(';').filter_map(|pair| pair.split_once('='));
        let mut named = pairs.filter(|(name, _)| name.trim().eq_ignore_ascii_case("for"));
        let (_, value) = named.next()?;
        let value = value.trim();
        let value = value
            .strip_prefix('"')
            .and_then(|rest| rest.strip_suffix('"'))
            .unwrap_or(value);
        // Said twice, it is not known which of them the proxy wrote.
        node(value).filter(|_| named.next().is_none())
    }
}

impl FromStr for ProxyHeader {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let known = [Self::XForwardedFor, Self::Forwarded];
        let found = known
            .into_iter()
            .find(|header| text.trim().eq_ignore_ascii_case(header.name()));
        let help = "write x-forwarded-for or forwarded, whichever your proxies write";
        found.ok_or_else(|| ParseError::new(text, "a header of proxies", help))
    }
}

/// An address, with or without a port, as both headers write it.
fn node(text: &str) -> Option<IpAddr> {
    let bare = match text.strip_prefix('[') {
        Some(rest) => {
            let (inside, after) = rest.split_once(']')?;
            Some(inside).filter(|_| after.is_empty() || after.starts_with(':'))?
        }
        None => match text.split_once(':') {
            Some((address, port)) if !port.contains(':') => address,
            _ => text,
        },
    };
    let address: IpAddr = bare.parse().ok()?;
    Some(address.to_canonical())
}

/// An address as a number, and how many bits it has.
fn number(address: IpAddr) -> (u128, u32) {
    match address {
        IpAddr::V4(address) => (address.to_bits().into(), 32),
        IpAddr::V6(address) => (address.to_bits(), 128),
    }
}

/// The addresses that begin with the same bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Network {
    first: IpAddr,
    prefix_bits: u32,
}

impl Network {
    fn has(self, address: IpAddr) -> bool {
        let ((first, bits), (number, of)) = (number(self.first), number(address));
        bits == of && (first ^ number) >> (bits - self.prefix_bits) == 0
    }
}

impl FromStr for Network {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let fault = |help| ParseError::new(text, "the address of a proxy or of a network", help);
        let form = || fault("write addresses or networks, 10.0.0.7 or 10.0.0.0/8, with commas");
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix)),
            None => (text, None),
        };
        let written: IpAddr = address.parse().map_err(|_| form())?;
        let first = written.to_canonical();
        if prefix.is_some() && first != written {
            return Err(fault("write a network of IPv4 addresses as 10.0.0.0/8"));
        }
        let (number, bits) = number(first);
        let prefix_bits = match prefix {
            None => bits,
            Some(prefix) => {
                let digits = prefix.bytes().all(|byte| byte.is_ascii_digit());
                let prefix = prefix.parse().ok().filter(|_| digits);
                prefix.filter(|prefix| *prefix <= bits).ok_or_else(form)?
            }
        };
        if prefix_bits == 0 {
            return Err(fault("name your proxies: /0 would believe everybody"));
        }
        let network = Self { first, prefix_bits };
        if number & ((1 << (bits - prefix_bits)) - 1) != 0 {
            return Err(fault(
                "end the network's first address in zeros, 10.1.0.0/16, or leave out the /",
            ));
        }
        Ok(network)
    }
}

/// The proxies that are believed, and by which header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proxies {
    networks: Vec<Network>,
    header: ProxyHeader,
}

impl Proxies {
    /// Nobody is believed.
    #[must_use]
    pub const fn none() -> Self {
        Self {
            networks: Vec::new(),
            header: ProxyHeader::XForwardedFor,
        }
    }

    /// Believed by another header.
    #[must_use]
    pub const fn by(mut self, header: ProxyHeader) -> Self {
        self.header = header;
        self
    }

    fn know(&self, address: IpAddr) -> bool {
        self.networks.iter().any(|network| network.has(address))
    }

    /// Who asks, of a request on a connection from this address. What cannot be read, or is hidden, ends the way back:
    /// it counts for the last proxy that was come to.
    pub(crate) fn visitor(&self, connected: IpAddr, headers: &HeaderMap) -> IpAddr {
        let mut visitor = connected.to_canonical();
        let lines = headers.get_all(self.header.name()).iter().rev();
        // A comma in quotes parts the list, too: no proxy writes one there, and whoever asks could leave a quote open.
        let entries = lines.flat_map(|line| line.as_bytes().rsplit(|byte| *byte == b','));
        for entry in entries.take(HOPS_MAX) {
            if !self.know(visitor) {
                break;
            }
            match self.header.address(entry) {
                Some(address) => visitor = address,
                None => break,
            }
        }
        visitor
    }
}

impl Default for Proxies {
    /// Those on this machine, by `X-Forwarded-For`.
    fn default() -> Self {
        let network = |first: IpAddr, prefix_bits| Network { first, prefix_bits };
        Self {
            networks: vec![
                network([127, 0, 0, 0].into(), 8),
                network(std::net::Ipv6Addr::LOCALHOST.into(), 128),
            ],
            header: ProxyHeader::default(),
        }
    }
}

impl FromStr for Proxies {
    type Err = ParseError;

    /// Addresses and networks with commas between them; of none, nobody is believed.
    fn from_str(text: &str) -> Result<Self, ParseError> {
        if text.trim().is_empty() {
            return Ok(Self::none());
        }
        let parts = text.split(',');
        let networks: Vec<Network> = parts
            .map(|part| part.trim().parse())
            .collect::<Result<_, _>>()?;
        if networks.len() > NETWORKS_MAX {
            let help = "name at most 64 networks";
            return Err(ParseError::new(text, "a list of proxies", help));
        }
        Ok(Self {
            networks,
            header: ProxyHeader::default(),
        })
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    const NAMED: &str = "10.0.0.0/8, 2001:db8:ffff::/48, 127.0.0.1";

    #[track_caller]
    fn check(proxies: &Proxies, connected: &str, lines: &[(&str, &str)], expected: &str) {
        let mut headers = HeaderMap::new();
        for (name, line) in lines {
            let name: axum::http::HeaderName = name.parse().expect("a name");
            let line = HeaderValue::from_str(line).expect("a value");
            headers.append(name, line);
        }
        let connected = connected.parse().expect("an address");
        let found = proxies.visitor(connected, &headers);
        assert_eq!(found.to_string(), expected, "{connected} {lines:?}");
    }

    #[test]
    fn a_list_is_believed_from_its_end_up_to_the_first_that_is_no_proxy() {
        let proxies: Proxies = NAMED.parse().expect("reads");
        let by = |connected, lines: &[&str], expected| {
            let lines: Vec<_> = lines
                .iter()
                .map(|line| ("x-forwarded-for", *line))
                .collect();
            check(&proxies, connected, &lines, expected);
        };
        by("10.0.0.1", &[], "10.0.0.1");
        by("10.0.0.1", &["203.0.113.7"], "203.0.113.7");
        by("::ffff:10.0.0.1", &["203.0.113.7"], "203.0.113.7");
        by("2001:db8:ffff::1", &["2001:db8::7"], "2001:db8::7");
        // What the visitor wrote stands before what the proxies add.
        by("10.0.0.1", &["198.51.100.1, 203.0.113.7"], "203.0.113.7");
        by(
            "10.0.0.1",
            &["10.9.9.9, 203.0.113.7, 10.0.0.2"],
            "203.0.113.7",
        );
        by("10.0.0.1", &["198.51.100.1", "203.0.113.7"], "203.0.113.7");
        by("10.0.0.1", &["127.0.0.1,203.0.113.7"], "203.0.113.7");
        // Whoever is no proxy is not believed at all.
        by("203.0.113.7", &["198.51.100.1"], "203.0.113.7");
        by("11.0.0.1", &["198.51.100.1"], "11.0.0.1");
        by("127.0.0.2", &["198.51.100.1"], "127.0.0.2");
        by("2001:db8:fffe::1", &["198.51.100.1"], "2001:db8:fffe::1");
        // All are proxies: the first of them.
        by("10.0.0.1", &["10.0.0.3, 10.0.0.2"], "10.0.0.3");
        // What cannot be read counts for the proxy that passed it on.
        for bad in [
            "",
            "unknown",
            "203.0.113.7,",
            "999.1.1.1",
            "1.2.3.4.",
            "\"203.0.113.7\"",
            "a:b:c",
        ] {
            by("10.0.0.1", &[bad], "10.0.0.1");
            by("10.0.0.1", &[&format!("{bad}, 10.0.0.2")], "10.0.0.2");
        }
        for (ported, expected) in [
            ("203.0.113.7:4711", "203.0.113.7"),
            ("[2001:db8::7]:4711", "2001:db8::7"),
            ("[2001:db8::7]", "2001:db8::7"),
            ("[2001:db8::7]x", "10.0.0.1"),
        ] {
            by("10.0.0.1", &[ported], expected);
        }
        let long = format!("203.0.113.7{}", ", 10.0.0.2".repeat(10_000));
        by("10.0.0.1", &[&long], "10.0.0.2");
    }

    #[test]
    fn the_other_header_is_as_the_visitor_wrote_it_and_says_nothing() {
        let (xff, forwarded) = ("x-forwarded-for", "forwarded");
        let lines = [(xff, "203.0.113.7"), (forwarded, "for=198.51.100.1")];
        let proxies: Proxies = NAMED.parse().expect("reads");
        check(&proxies, "10.0.0.1", &lines, "203.0.113.7");
        check(&proxies, "10.0.0.1", &lines[1..], "10.0.0.1");
        let by_forwarded = proxies.by(ProxyHeader::Forwarded);
        check(&by_forwarded, "10.0.0.1", &lines, "198.51.100.1");
        check(&by_forwarded, "10.0.0.1", &lines[..1], "10.0.0.1");
        check(&Proxies::none(), "127.0.0.1", &lines, "127.0.0.1");
        check(&Proxies::default(), "127.0.0.9", &lines, "203.0.113.7");
        check(&Proxies::default(), "::1", &lines, "203.0.113.7");
        check(&Proxies::default(), "10.0.0.1", &lines, "10.0.0.1");
    }

    #[test]
    fn the_standard_header_is_read_with_its_quotes_and_its_other_parts() {
        let proxies: Proxies = NAMED.parse().expect("reads");
        let proxies = proxies.by(ProxyHeader::Forwarded);
        for (line, expected) in [
            ("for=203.0.113.7", "203.0.113.7"),
            ("For=203.0.113.7;proto=https;by=10.0.0.1", "203.0.113.7"),
            ("proto=https; for=\"203.0.113.7:4711\"", "203.0.113.7"),
            ("for=\"[2001:db8::7]\"", "2001:db8::7"),
            ("for=\"[2001:db8::7]:_port\"", "2001:db8::7"),
            ("for=198.51.100.1, for=203.0.113.7", "203.0.113.7"),
            ("for=203.0.113.7, for=10.0.0.2;proto=http", "203.0.113.7"),
            // Hidden, unknown, or said twice.
            ("for=_hidden", "10.0.0.1"),
            ("for=unknown", "10.0.0.1"),
            ("for=198.51.100.1;for=203.0.113.7", "10.0.0.1"),
            ("by=203.0.113.7", "10.0.0.1"),
            ("203.0.113.7", "10.0.0.1"),
            // A quote that the visitor left open swallows nothing of what the proxy adds.
            ("for=\"198.51.100.1, for=203.0.113.7", "203.0.113.7"),
            ("for=\"x\\\", for=203.0.113.7", "203.0.113.7"),
        ] {
            check(&proxies, "10.0.0.1", &[("forwarded", line)], expected);
        }
    }

    #[test]
    fn what_names_no_proxies_is_refused_with_what_to_write() {
        for (text, help) in [
            ("proxy.example", "10.0.0.0/8, with commas"),
            ("10.0.0.0/33", "10.0.0.0/8, with commas"),
            ("2001:db8::/129", "10.0.0.0/8, with commas"),
            ("10.0.0.0/", "10.0.0.0/8, with commas"),
            ("10.0.0.0/+8", "10.0.0.0/8, with commas"),
            ("10.0.0.1,", "10.0.0.0/8, with commas"),
            ("10.0.0.1 10.0.0.2", "10.0.0.0/8, with commas"),
            ("10.0.0.1:80", "10.0.0.0/8, with commas"),
            ("0.0.0.0/0", "would believe everybody"),
            ("::/0", "would believe everybody"),
            ("10.1.2.3/8", "in zeros"),
            ("2001:db8::1/64", "in zeros"),
            ("::ffff:10.0.0.0/104", "as 10.0.0.0/8"),
        ] {
            let error = text.parse::<Proxies>().expect_err(text);
            assert!(error.help.contains(help), "{text}: {}", error.help);
        }
        assert!(["10.0.0.1"; 65].join(",").parse::<Proxies>().is_err());
        assert_eq!(" ".parse(), Ok(Proxies::none()));
        let default = Proxies::default();
        assert_eq!("127.0.0.0/8, ::1".parse(), Ok(default));
        assert!("x-real-ip".parse::<ProxyHeader>().is_err());
        assert_eq!("Forwarded".parse(), Ok(ProxyHeader::Forwarded));
    }
}
