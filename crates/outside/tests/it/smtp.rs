//! The dialogue in the clear, and how it fails.

use outside::{Mail, MailError, Smtp};

use crate::server::{listen, message, talk};

const HELLO: (&str, &str) = ("EHLO", "250-shop\r\n250 SIZE 1000\r\n");
const DATA: (&str, &str) = ("DATA", "354 go on\r\n");
const QUIT: &str = "QUIT";

/// What a server heard that greets and answers so, and what came of it.
async fn told(greeting: &str, answers: &[(&str, &str)]) -> (Result<(), MailError>, Vec<String>) {
    let (listener, port) = listen().await;
    let smtp: Smtp = format!("smtp://127.0.0.1:{port}?tls=none")
        .parse()
        .expect("an address");
    let mail = Mail::Smtp(smtp);
    let serve = async {
        let (stream, _) = listener.accept().await.expect("somebody comes");
        talk(stream, greeting, answers, QUIT).await.0
    };
    let sent = message();
    tokio::join!(mail.send(&sent), serve)
}

#[tokio::test]
async fn a_message_arrives_as_it_was_written() {
    let (sent, heard) = told("220-hi\r\n220 there\r\n", &[HELLO, DATA]).await;
    sent.expect("is taken");
    let heard = heard.concat();
    let start = "EHLO shop.example\r\nMAIL FROM:<house@shop.example>\r\n\
        RCPT TO:<desk@brand.example>\r\nDATA\r\nDate: ";
    assert!(heard.starts_with(start), "{heard}");
    assert!(
        heard.ends_with("\r\n\r\n..\r\n...two\r\nEnd\r\n.\r\nQUIT\r\n"),
        "{heard}"
    );
}

#[tokio::test]
async fn only_a_no_to_the_recipient_is_final() {
    for (greeting, answers, is_final, told_on) in [
        ("554 closed\r\n", vec![], false, "554 closed"),
        (
            "220 hi\r\n",
            vec![("EHLO", "502 what\r\n")],
            false,
            "502 what",
        ),
        (
            "220 hi\r\n",
            vec![HELLO, ("MAIL", "550 not you\r\n")],
            false,
            "550 not you",
        ),
        (
            "220 hi\r\n",
            vec![HELLO, ("RCPT", "450 later\r\n")],
            false,
            "450 later",
        ),
        (
            "220 hi\r\n",
            vec![HELLO, ("RCPT", "550 nobody\r\n")],
            true,
            "550 nobody",
        ),
        (
            "220 hi\r\n",
            vec![HELLO, ("DATA", "452 full\r\n")],
            false,
            "452 full",
        ),
        (
            "220 hi\r\n",
            vec![HELLO, DATA, (".", "554 spam\r\n")],
            false,
            "554 spam",
        ),
    ] {
        let (sent, _) = told(greeting, &answers).await;
        let error = sent.expect_err(told_on);
        assert_eq!(error.is_final, is_final, "{error}");
        assert!(error.detail.contains(told_on), "{error}");
    }
}

#[tokio::test]
async fn a_server_that_does_not_speak_smtp_is_told_nothing() {
    let endless = "220-x\r\n".repeat(1000);
    let long = format!("220 {}\r\n", "x".repeat(10_000));
    for greeting in [
        "HTTP/1.1 400 Bad Request\r\n",
        "22\r\n",
        "220?what\r\n",
        &endless,
        &long,
    ] {
        let (sent, heard) = told(greeting, &[]).await;
        sent.expect_err("is not taken");
        assert!(heard.is_empty(), "{heard:?}");
    }
}

#[tokio::test]
async fn a_server_without_tls_hears_neither_password_nor_message() {
    let (listener, port) = listen().await;
    let smtp: Smtp = format!("smtp://user:secret@127.0.0.1:{port}")
        .parse()
        .expect("an address");
    let mail = Mail::Smtp(smtp);
    let serve = async {
        let (stream, _) = listener.accept().await.expect("somebody comes");
        let answers = [HELLO, ("STARTTLS", "502 no\r\n")];
        talk(stream, "220 hi\r\n", &answers, QUIT).await.0
    };
    let sent = message();
    let (sent, heard) = tokio::join!(mail.send(&sent), serve);
    let error = sent.expect_err("is not taken");
    assert!(error.detail.contains("502 no"), "{error}");
    assert_eq!(heard, ["EHLO shop.example\r\n", "STARTTLS\r\n"]);
}

#[tokio::test]
async fn what_comes_along_with_the_answer_to_starttls_ends_it() {
    let (listener, port) = listen().await;
    let smtp: Smtp = format!("smtp://127.0.0.1:{port}")
        .parse()
        .expect("an address");
    let mail = Mail::Smtp(smtp);
    let serve = async {
        let (stream, _) = listener.accept().await.expect("somebody comes");
        let answers = [HELLO, ("STARTTLS", "220 go\r\n250 injected\r\n")];
        talk(stream, "220 hi\r\n", &answers, "STARTTLS").await
    };
    let sent = message();
    let (sent, _held) = tokio::join!(mail.send(&sent), serve);
    let error = sent.expect_err("is not taken");
    assert!(error.detail.contains("before TLS began"), "{error}");
}

#[tokio::test]
async fn a_server_that_is_not_there_is_asked_again_later() {
    let (listener, port) = listen().await;
    drop(listener);
    let smtp: Smtp = format!("smtp://127.0.0.1:{port}?tls=none")
        .parse()
        .expect("an address");
    let error = Mail::Smtp(smtp)
        .send(&message())
        .await
        .expect_err("nobody there");
    assert!(
        !error.is_final && error.detail.contains("cannot be reached"),
        "{error}"
    );
}
