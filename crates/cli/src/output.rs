//! What a command says while it runs: events, which reach the terminal that asked.
//!
//! A command runs in this process or in the server that has the folder open; either way it only sends
//! events, and `print.rs` at the other end of the channel (or of the socket) shows them.

use serde::{Deserialize, Serialize};
use tokio::sync::mpsc;

use crate::exit::Exit;
use crate::failure::Failure;

/// Events that may wait to be shown; a command waits when there are more.
const EVENTS_MAX: usize = 256;

/// In which form answers are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Form {
    /// Sentences and tables.
    Text,
    /// One JSON document.
    Json,
}

/// One thing that a command says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    /// The answer in words, for standard output. May hold the marks of `style.rs`.
    Text(String),
    /// The answer as data, for standard output, shown even by `--quiet`.
    Data(String),
    /// A remark, for standard error.
    Note(String),
    /// How far it is.
    Progress {
        /// Of what.
        what: String,
        /// Bytes done.
        done: u64,
        /// Bytes in all.
        total: u64,
    },
    /// Why there is no answer.
    Failed(Box<Failure>),
    /// It is over.
    End(Exit),
}

/// Where a command sends what it says.
#[derive(Clone, Debug)]
pub struct Output {
    events: mpsc::Sender<Event>,
    form: Form,
}

impl Output {
    /// A way out, and its other end.
    pub fn new(form: Form) -> (Self, mpsc::Receiver<Event>) {
        let (events, shown) = mpsc::channel(EVENTS_MAX);
        (Self { events, form }, shown)
    }

    /// Whether JSON is wanted.
    pub fn is_json(&self) -> bool {
        self.form == Form::Json
    }

    /// Says something. If nobody listens any more, the command still goes on to its end.
    pub async fn say(&self, event: Event) {
        let _ = self.events.send(event).await;
    }

    /// Says a line, or several, of the answer.
    pub async fn text(&self, text: impl Into<String>) {
        self.say(Event::Text(text.into())).await;
    }

    /// Says a remark.
    pub async fn note(&self, text: impl Into<String>) {
        self.say(Event::Note(text.into())).await;
    }

    /// Says how it ended; the last event.
    pub async fn end(&self, answer: Result<Exit, Failure>) {
        let exit = match answer {
            Ok(exit) => exit,
            Err(failure) => {
                let exit = failure.exit;
                self.say(Event::Failed(Box::new(failure))).await;
                exit
            }
        };
        self.say(Event::End(exit)).await;
    }

    /// Gives data.
    pub async fn data(&self, text: impl Into<String>) {
        self.say(Event::Data(text.into())).await;
    }

    /// Gives the answer as a JSON document.
    pub async fn json(&self, answer: &impl Serialize) {
        // Every shape given here has text keys, so it can be written.
        let text = serde_json::to_string_pretty(answer).unwrap_or_default();
        self.data(text).await;
    }
}
