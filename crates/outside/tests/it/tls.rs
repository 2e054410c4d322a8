//! The private line: with a certificate that the machine's own openssl makes for the test.

use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use outside::{Mail, MailError, Smtp, Trust};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

use crate::server::{listen, message, talk};

/// A certificate for `localhost` and its key, in PEM; none: there is no openssl here.
fn certificate(folder: &Path) -> Option<(Vec<u8>, Vec<u8>)> {
    let (key, certificate) = (folder.join("key.pem"), folder.join("certificate.pem"));
    let made = Command::new("openssl")
        .args([
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-nodes",
        ])
        .args([
            "-days",
            "2",
            "-subj",
            "/CN=localhost",
            "-addext",
            "subjectAltName=DNS:localhost",
        ])
        .args(["-addext", "basicConstraints=critical,CA:FALSE", "-keyout"])
        .arg(&key)
        .arg("-out")
        .arg(&certificate)
        .output();
    match made {
        Ok(made) if made.status.success() => Some((
            std::fs::read(certificate).expect("a certificate"),
            std::fs::read(key).expect("a key"),
        )),
        _ => {
            println!("skipped: no openssl that makes a certificate");
            None
        }
    }
}

const OFFER: &str = "250-shop\r\n250 AUTH LOGIN PLAIN\r\n";

/// What a server with this certificate heard in private, from somebody who trusts as said.
async fn told(
    scheme: &str,
    (certificate, key): &(Vec<u8>, Vec<u8>),
    trust: Trust,
    offer: &str,
) -> (Result<(), MailError>, Option<Vec<String>>) {
    let chain = CertificateDer::pem_slice_iter(certificate).map(|one| one.expect("a certificate"));
    let key = PrivateKeyDer::from_pem_slice(key).expect("a key");
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(chain.collect(), key)
        .expect("a certificate and its key");
    let (listener, port) = listen().await;
    let smtp: Smtp = format!("{scheme}://me%40shop.example:secret@localhost:{port}")
        .parse()
        .expect("an address");
    let mail = Mail::Smtp(smtp.trusting(trust));
    let serve = async {
        let (mut stream, _) = listener.accept().await.expect("somebody comes");
        let mut greeting = "220 hi\r\n";
        if scheme == "smtp" {
            let answers = [
                ("EHLO", "250-shop\r\n250 STARTTLS\r\n"),
                ("STARTTLS", "220 go\r\n"),
            ];
            (_, stream) = talk(stream, greeting, &answers, "STARTTLS").await;
            greeting = "";
        }
        let stream = TlsAcceptor::from(Arc::new(config))
            .accept(stream)
            .await
            .ok()?;
        let answers = [
            ("EHLO", offer),
            ("AUTH LOGIN", "334 VXNlcm5hbWU6\r\n"),
            ("bWVAc2hvcC5leGFtcGxl", "334 UGFzc3dvcmQ6\r\n"),
            ("DATA", "354 go on\r\n"),
        ];
        Some(talk(stream, greeting, &answers, "QUIT").await.0)
    };
    let sent = message();
    tokio::join!(mail.send(&sent), serve)
}

#[tokio::test]
async fn a_login_and_a_message_go_over_the_private_line() {
    let folder = tempfile::tempdir().expect("a folder");
    let Some(made) = certificate(folder.path()) else {
        return;
    };
    for scheme in ["smtp", "smtps"] {
        for (offer, login) in [
            (OFFER, "AUTH PLAIN AG1lQHNob3AuZXhhbXBsZQBzZWNyZXQ=\r\n"),
            (
                "250-shop\r\n250 AUTH LOGIN\r\n",
                "AUTH LOGIN\r\nbWVAc2hvcC5leGFtcGxl\r\nc2VjcmV0\r\n",
            ),
        ] {
            let trust = Trust::Only(made.0.clone());
            let (sent, heard) = told(scheme, &made, trust, offer).await;
            sent.unwrap_or_else(|error| panic!("{scheme}: {error}"));
            let heard = heard.expect("a private line").concat();
            let start = format!("EHLO shop.example\r\n{login}MAIL FROM:");
            assert!(heard.starts_with(&start), "{heard}");
            assert!(heard.ends_with("End\r\n.\r\nQUIT\r\n"), "{heard}");
        }
    }
}

#[tokio::test]
async fn a_server_that_nobody_vouches_for_hears_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let other = tempfile::tempdir().expect("a folder");
    let (Some(made), Some(others)) = (certificate(folder.path()), certificate(other.path())) else {
        return;
    };
    for scheme in ["smtp", "smtps"] {
        let (sent, heard) = told(scheme, &made, Trust::Only(others.0.clone()), OFFER).await;
        let error = sent.expect_err("is not trusted");
        assert!(error.detail.starts_with("no private line"), "{error}");
        assert!(!error.is_final);
        assert_eq!(heard, None);
    }
}

#[tokio::test]
async fn a_server_that_offers_no_login_is_not_given_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let Some(made) = certificate(folder.path()) else {
        return;
    };
    let trust = Trust::Only(made.0.clone());
    let (sent, heard) = told("smtps", &made, trust, "250-shop\r\n250 AUTH CRAM-MD5\r\n").await;
    assert!(sent.expect_err("no way in").detail.contains("neither"));
    assert_eq!(heard.expect("a private line"), ["EHLO shop.example\r\n"]);
}
