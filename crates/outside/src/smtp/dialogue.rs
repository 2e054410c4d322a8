//! What is said to a mail server, line by line (RFC 5321 clause 4).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use tokio::io::{
    AsyncBufReadExt as _, AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, BufReader,
};

use crate::{MailError, Message};

/// Most bytes of one line of an answer; the standard allows 512 (RFC 5321 clause 4.5.3.1.5).
const LINE_BYTES_MAX: u64 = 4 * 1024;
/// Most lines of one answer.
const ANSWER_LINES_MAX: usize = 64;
/// Most characters of an answer that are told on.
const TOLD_CHARS_MAX: usize = 160;

/// What carries the dialogue.
pub trait Line: AsyncRead + AsyncWrite + Unpin + Send {}
impl<S: AsyncRead + AsyncWrite + Unpin + Send> Line for S {}

/// A dialogue with a mail server.
pub struct Dialogue<S> {
    stream: BufReader<S>,
    place: String,
}

/// An answer: its code and its lines.
struct Answer {
    code: u16,
    lines: Vec<String>,
}

impl<S: Line> Dialogue<S> {
    pub fn new(stream: S, place: &str) -> Self {
        Self {
            stream: BufReader::new(stream),
            place: place.to_owned(),
        }
    }

    fn fault(&self, what: impl std::fmt::Display) -> MailError {
        MailError::for_now(format!("{} {what}", self.place))
    }

    /// Refuses an answer that is not of a class: 2 (done) or 3 (go on).
    fn expect(&self, answer: Answer, class: u16, to: &str) -> Result<Answer, MailError> {
        if answer.code / 100 == class {
            return Ok(answer);
        }
        let words = answer.lines.join(" ");
        let words: String = words
            .chars()
            .filter(|c| !c.is_control())
            .take(TOLD_CHARS_MAX)
            .collect();
        Err(self.fault(format!("answered {to} with {} {words}", answer.code)))
    }

    async fn answer(&mut self) -> Result<Answer, MailError> {
        let mut lines = Vec::new();
        while lines.len() < ANSWER_LINES_MAX {
            let mut line = Vec::new();
            let mut limited = (&mut self.stream).take(LINE_BYTES_MAX);
            let read = limited.read_until(b'\n', &mut line).await;
            read.map_err(|error| self.fault(format!("went away: {error}")))?;
            if !line.ends_with(b"\n") {
                return Err(self.fault("went away, or answers without end"));
            }
            let line = String::from_utf8_lossy(&line);
            let line = line.trim_end();
            let code = line
                .get(..3)
                .filter(|code| code.bytes().all(|b| b.is_ascii_digit()));
            let Some(code) = code.and_then(|code| code.parse().ok()) else {
                return Err(self.fault("does not speak SMTP"));
            };
            lines.push(line.get(4..).unwrap_or_default().to_owned());
            match line.as_bytes().get(3) {
                Some(b'-') => {}
                None | Some(b' ') => return Ok(Answer { code, lines }),
                Some(_) => return Err(self.fault("does not speak SMTP")),
            }
        }
        Err(self.fault("answers without end"))
    }

    async fn write(&mut self, bytes: &[u8]) -> Result<(), MailError> {
        let written = match self.stream.write_all(bytes).await {
            Ok(()) => self.stream.flush().await,
            failed => failed,
        };
        written.map_err(|error| self.fault(format!("went away: {error}")))
    }

    async fn ask(&mut self, line: &str) -> Result<Answer, MailError> {
        self.write(format!("{line}\r\n").as_bytes()).await?;
        self.answer().await
    }

    /// Hears the server's first words.
    pub async fn greeted(&mut self) -> Result<(), MailError> {
        let answer = self.answer().await?;
        self.expect(answer, 2, "the connection").map(drop)
    }

    /// Says who we are; gives what the server offers.
    pub async fn hello(&mut self, name: &str) -> Result<Vec<String>, MailError> {
        let answer = self.ask(&format!("EHLO {name}")).await?;
        let answer = self.expect(answer, 2, "EHLO")?;
        Ok(answer
            .lines
            .into_iter()
            .skip(1)
            .map(|line| line.to_ascii_uppercase())
            .collect())
    }

    /// Asks for TLS; gives the connection on which it begins.
    pub async fn start_tls(mut self) -> Result<S, MailError> {
        let answer = self.ask("STARTTLS").await?;
        self.expect(answer, 2, "STARTTLS")?;
        // What was sent along in the clear would be taken for what was said in private.
        if !self.stream.buffer().is_empty() {
            return Err(self.fault("said more than it was asked before TLS began"));
        }
        Ok(self.stream.into_inner())
    }

    /// Signs in, in a way that the server offers (RFC 4616, or the older LOGIN).
    pub async fn log_in(
        &mut self,
        offered: &[String],
        user: &str,
        password: &str,
    ) -> Result<(), MailError> {
        let ways = offered.iter().find_map(|line| line.strip_prefix("AUTH "));
        let has = |way: &str| ways.is_some_and(|ways| ways.split(' ').any(|one| one == way));
        let answer = if has("PLAIN") {
            let login = BASE64.encode(format!("\0{user}\0{password}"));
            self.ask(&format!("AUTH PLAIN {login}")).await?
        } else if has("LOGIN") {
            let answer = self.ask("AUTH LOGIN").await?;
            self.expect(answer, 3, "AUTH LOGIN")?;
            let answer = self.ask(&BASE64.encode(user)).await?;
            self.expect(answer, 3, "the user")?;
            self.ask(&BASE64.encode(password)).await?
        } else {
            return Err(self.fault("offers neither AUTH PLAIN nor AUTH LOGIN"));
        };
        self.expect(answer, 2, "the login").map(drop)
    }

    /// Hands the message over and takes leave.
    pub async fn hand_over(&mut self, message: &Message) -> Result<(), MailError> {
        let answer = self.ask(&format!("MAIL FROM:<{}>", message.from)).await?;
        self.expect(answer, 2, "MAIL FROM")?;
        let answer = self.ask(&format!("RCPT TO:<{}>", message.to)).await?;
        // Only a "no" to the recipient stays one; anything else may be a setting that somebody mends.
        let is_final = answer.code / 100 == 5;
        self.expect(answer, 2, "RCPT TO")
            .map_err(|error| MailError { is_final, ..error })?;
        let answer = self.ask("DATA").await?;
        self.expect(answer, 3, "DATA")?;
        self.write(&stuffed(&message.bytes())).await?;
        let answer = self.answer().await?;
        self.expect(answer, 2, "the message")?;
        // It is taken; how the server takes leave changes nothing.
        let _leave = self.write(b"QUIT\r\n").await;
        Ok(())
    }
}

/// With a second dot before each line that begins with one, and the line that ends it all (RFC 5321 clause 4.5.2).
fn stuffed(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len() + 8);
    let mut at_start = true;
    for byte in bytes {
        if at_start && *byte == b'.' {
            out.push(b'.');
        }
        out.push(*byte);
        at_start = *byte == b'\n';
    }
    if !at_start {
        out.extend_from_slice(b"\r\n");
    }
    out.extend_from_slice(b".\r\n");
    out
}
