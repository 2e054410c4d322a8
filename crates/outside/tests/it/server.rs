//! A mail server that says what it is told to, and keeps what it hears.

use outside::Message;
use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncWrite, AsyncWriteExt as _, BufReader};
use tokio::net::TcpListener;

pub fn message() -> Message {
    Message {
        id: "le-1".to_owned(),
        from: "house@shop.example".parse().expect("an address"),
        to: "desk@brand.example".parse().expect("an address"),
        subject: "Please confirm".to_owned(),
        text: ".\n..two\nEnd\n".to_owned(),
        at: domain::Instant::from_epoch_ms(0),
    }
}

pub async fn listen() -> (TcpListener, u16) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    (listener, port)
}

/// Greets, then answers each line by the first answer whose word it begins with. Ends with the connection, or after
/// the line that `until` begins.
pub async fn talk<S: AsyncRead + AsyncWrite + Unpin>(
    stream: S,
    greeting: &str,
    answers: &[(&str, &str)],
    until: &str,
) -> (Vec<String>, S) {
    let mut stream = BufReader::new(stream);
    let mut heard = Vec::new();
    stream.write_all(greeting.as_bytes()).await.expect("writes");
    let mut in_data = false;
    loop {
        stream.flush().await.expect("writes");
        let mut line = String::new();
        if stream.read_line(&mut line).await.unwrap_or(0) == 0 {
            break;
        }
        heard.push(line.clone());
        if in_data && line != ".\r\n" {
            continue;
        }
        let known = answers.iter().find(|(word, _)| line.starts_with(word));
        let answer = known.map_or("250 fine\r\n", |(_, answer)| answer);
        in_data = line.starts_with("DATA") && answer.starts_with('3');
        if stream.write_all(answer.as_bytes()).await.is_err() || line.starts_with(until) {
            break;
        }
    }
    stream.flush().await.expect("writes");
    (heard, stream.into_inner())
}
