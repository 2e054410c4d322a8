//! Mail by a mail server: one connection for each message (RFC 5321, 3207, 8314, 4954).
//!
//! Passwords go over TLS alone. Everything has its time and its size; a server that answers otherwise than the
//! standard has it is told nothing more.

mod dialogue;

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use domain::ParseError;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

use self::dialogue::Dialogue;
use crate::{MailError, Message};

/// How long handing one message over may take, from the first packet to the last answer.
const WITHIN: Duration = Duration::from_secs(120);
const HELP: &str = "write smtp://user:password@host:587, smtps://user:password@host:465, \
    or smtp://host:25?tls=none for a server on this machine or network";

/// How the line is kept from others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Privacy {
    /// TLS from the first byte (RFC 8314 clause 3.3).
    Tls,
    /// TLS before anything is told; a server without it is told nothing (RFC 3207).
    StartTls,
    /// In the clear, and then without a password.
    Clear,
}

/// Whose word counts on who a server is.
#[derive(Clone, Debug, Default)]
pub enum Trust {
    /// Those whom this machine trusts.
    #[default]
    System,
    /// These alone: certificates in PEM.
    Only(Vec<u8>),
}

/// A mail server, with how it is reached. Prints without its password.
#[derive(Clone)]
pub struct Smtp {
    host: String,
    port: u16,
    privacy: Privacy,
    login: Option<(String, String)>,
    trust: Trust,
}

impl fmt::Debug for Smtp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Smtp({}:{}, {:?})", self.host, self.port, self.privacy)
    }
}

impl FromStr for Smtp {
    type Err = ParseError;

    /// `smtp://[user:password@]host[:port][?tls=none]` or `smtps://…`; user and password are percent-encoded.
    fn from_str(text: &str) -> Result<Self, ParseError> {
        // What was written may hold a password, so it is not repeated.
        let fault = || ParseError::new("", "the address of a mail server", HELP);
        let (scheme, rest) = text.trim().split_once("://").ok_or_else(fault)?;
        let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
        let privacy = match (scheme, query) {
            ("smtps", "") => Privacy::Tls,
            ("smtp", "") => Privacy::StartTls,
            ("smtp", "tls=none") => Privacy::Clear,
            _ => return Err(fault()),
        };
        let (login, place) = match rest.trim_end_matches('/').rsplit_once('@') {
            Some((login, place)) => {
                let (user, password) = login.split_once(':').ok_or_else(fault)?;
                let (user, password) = (decoded(user), decoded(password));
                (Some(user.zip(password).ok_or_else(fault)?), place)
            }
            None => (None, rest.trim_end_matches('/')),
        };
        if login.is_some() && privacy == Privacy::Clear {
            return Err(fault());
        }
        let usual = match privacy {
            Privacy::Tls => 465,
            Privacy::StartTls => 587,
            Privacy::Clear => 25,
        };
        let (host, port) = match place.rsplit_once(':') {
            Some((host, port)) => (host, port.parse().map_err(|_| fault())?),
            None => (place, usual),
        };
        let is_host = !host.is_empty()
            && host
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'.');
        if !is_host {
            return Err(fault());
        }
        Ok(Self {
            host: host.to_owned(),
            port,
            privacy,
            login,
            trust: Trust::System,
        })
    }
}

/// Percent-decoded; none: it is not UTF-8, or holds a zero byte, which a login cannot carry (RFC 4616).
fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        if *first == b'%' {
            let digits = std::str::from_utf8(after.get(..2)?).ok()?;
            bytes.push(u8::from_str_radix(digits, 16).ok()?);
            rest = &after[2..];
        } else {
            bytes.push(*first);
        }
    }
    String::from_utf8(bytes)
        .ok()
        .filter(|text| !text.contains('\0'))
}

impl Smtp {
    /// With another answer to who the server is.
    #[must_use]
    pub fn trusting(mut self, trust: Trust) -> Self {
        self.trust = trust;
        self
    }

    /// Hands a message over.
    ///
    /// # Errors
    /// It was not taken, in [`WITHIN`].
    pub(crate) async fn send(&self, message: &Message) -> Result<(), MailError> {
        let within = tokio::time::timeout(WITHIN, self.hand_over(message)).await;
        within.unwrap_or_else(|_| {
            let seconds = WITHIN.as_secs();
            let detail = format!("{} did not answer within {seconds} seconds", self.place());
            Err(MailError::for_now(detail))
        })
    }

    fn place(&self) -> String {
        format!("the mail server {}:{}", self.host, self.port)
    }

    async fn hand_over(&self, message: &Message) -> Result<(), MailError> {
        let place = self.place();
        let stream = TcpStream::connect((self.host.as_str(), self.port)).await;
        let stream = stream
            .map_err(|error| MailError::for_now(format!("{place} cannot be reached: {error}")))?;
        let name = message.from.domain();
        match self.privacy {
            Privacy::Clear => {
                let mut line = Dialogue::new(stream, &place);
                line.greeted().await?;
                line.hello(name).await?;
                line.hand_over(message).await
            }
            Privacy::StartTls => {
                let mut line = Dialogue::new(stream, &place);
                line.greeted().await?;
                line.hello(name).await?;
                let stream = line.start_tls().await?;
                let line = Dialogue::new(self.wrapped(stream).await?, &place);
                self.private(line, message).await
            }
            Privacy::Tls => {
                let mut line = Dialogue::new(self.wrapped(stream).await?, &place);
                line.greeted().await?;
                self.private(line, message).await
            }
        }
    }

    /// What is said once nobody else hears it.
    async fn private<S: dialogue::Line>(
        &self,
        mut line: Dialogue<S>,
        message: &Message,
    ) -> Result<(), MailError> {
        let offered = line.hello(message.from.domain()).await?;
        if let Some((user, password)) = &self.login {
            line.log_in(&offered, user, password).await?;
        }
        line.hand_over(message).await
    }

    async fn wrapped(
        &self,
        stream: TcpStream,
    ) -> Result<tokio_rustls::client::TlsStream<TcpStream>, MailError> {
        let place = self.place();
        let refused =
            |what: String| MailError::for_now(format!("no private line to {place}: {what}"));
        let trust = self.trust.clone();
        // Reading the machine's certificates is reading files.
        let roots = tokio::task::spawn_blocking(move || roots(&trust)).await;
        let roots =
            roots.map_err(|_| refused("reading the certificates did not end".to_owned()))?;
        if roots.is_empty() {
            let what = "this machine has no certificates of authorities (install ca-certificates)";
            return Err(refused(what.to_owned()));
        }
        let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|error| refused(error.to_string()))?
            .with_root_certificates(roots)
            .with_no_client_auth();
        let name = ServerName::try_from(self.host.clone());
        let name = name.map_err(|error| refused(error.to_string()))?;
        let connected = TlsConnector::from(Arc::new(config)).connect(name, stream);
        connected.await.map_err(|error| refused(error.to_string()))
    }
}

fn roots(trust: &Trust) -> RootCertStore {
    let certificates: Vec<CertificateDer<'static>> = match trust {
        Trust::System => rustls_native_certs::load_native_certs().certs,
        Trust::Only(pem) => CertificateDer::pem_slice_iter(pem)
            .filter_map(Result::ok)
            .collect(),
    };
    let mut roots = RootCertStore::empty();
    // One that cannot be used vouches for nobody.
    let _counts = roots.add_parsable_certificates(certificates);
    roots
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_says_how_the_line_is_kept_private() {
        for (text, port, privacy) in [
            ("smtp://mail.example", 587, Privacy::StartTls),
            ("smtps://mail.example/", 465, Privacy::Tls),
            ("smtp://127.0.0.1?tls=none", 25, Privacy::Clear),
            (
                "smtp://a%40b.example:p%3Aw%25@mail.example:2525",
                2525,
                Privacy::StartTls,
            ),
        ] {
            let smtp: Smtp = text.parse().expect(text);
            assert_eq!((smtp.port, smtp.privacy), (port, privacy), "{text}");
        }
        let smtp: Smtp = "smtps://a%40b.example:p%3Aw%25@mail.example"
            .parse()
            .expect("reads");
        let login = ("a@b.example".to_owned(), "p:w%".to_owned());
        assert_eq!(smtp.login, Some(login));
        assert!(!format!("{smtp:?}").contains("p:w"), "{smtp:?}");
    }

    #[test]
    fn a_password_never_goes_in_the_clear_and_is_never_repeated() {
        for bad in [
            "smtp://user:secret@mail.example?tls=none",
            "smtp://user@mail.example",
            "smtp://user:secret@mail.example?tls=maybe",
            "smtp://user:%ff@mail.example",
            "smtp://user:%00@mail.example",
            "smtp://mail.example:99999",
            "smtp://ma il.example",
            "http://mail.example",
            "smtp://",
            "",
        ] {
            let error = bad.parse::<Smtp>().expect_err(bad);
            assert!(!error.to_string().contains("secret"), "{error}");
        }
    }
}
