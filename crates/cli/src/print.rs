//! Shows what a command says: answers on standard output, all else on standard error.
//!
//! Colours and the progress bar only on a terminal. Knows no command.

use std::io::{IsTerminal as _, Write as _};

use domain::number::without_imeis;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::json;
use tokio::sync::mpsc;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Event, Form};
use crate::style::{self, bad, bold, dim};
use web::wire::FaultJson;

/// How much is shown, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Manner {
    /// Text or JSON.
    pub form: Form,
    /// Nothing but failures, and data that was asked for.
    pub is_quiet: bool,
    /// Whether colours may be used where a terminal reads.
    pub may_colour: bool,
}

/// Shows events.
pub struct Printer {
    manner: Manner,
    bar: Option<ProgressBar>,
}

impl Printer {
    /// On this process's standard output and error.
    pub fn new(manner: Manner) -> Self {
        Self { manner, bar: None }
    }

    /// Shows events until the last; gives how it ended.
    pub async fn show_all(&mut self, mut events: mpsc::Receiver<Event>) -> Exit {
        let mut exit = Exit::SOFTWARE;
        while let Some(event) = events.recv().await {
            if let Some(end) = self.show(&event) {
                exit = end;
            }
        }
        exit
    }

    /// Shows one; gives the exit code if it is the last.
    pub fn show(&mut self, event: &Event) -> Option<Exit> {
        match event {
            Event::Progress { what, done, total } => {
                self.progress(what, *done, *total);
                return None;
            }
            Event::End(exit) => {
                self.end_bar();
                return Some(*exit);
            }
            // What goes elsewhere than to the terminal leaves the bar where it is.
            Event::Text(_) | Event::Data(_) if !std::io::stdout().is_terminal() => {}
            _ => self.end_bar(),
        }
        match event {
            Event::Text(text) if !self.manner.is_quiet => self.out(text),
            Event::Data(text) => self.out(text),
            Event::Note(text) if !self.manner.is_quiet => self.err(text),
            Event::Failed(failure) => self.failure(failure),
            _ => {}
        }
        None
    }

    /// Shows why there is no answer.
    pub fn failure(&mut self, failure: &Failure) {
        let failure = &without_units(failure);
        match self.manner.form {
            Form::Json => {
                let error = json!({ "error": failure });
                self.err(&serde_json::to_string_pretty(&error).unwrap_or_default());
            }
            Form::Text => {
                self.err(&format!("{} {}", bad(&bold("error:")), failure.detail));
                for place in &failure.faults {
                    self.err(&format!("  {}", in_a_line(place)));
                }
                if !failure.help.is_empty() {
                    self.err(&format!("{} {}", bold("hint:"), failure.help));
                }
            }
        }
    }

    // A reader that went away (`| head`) is no error: the command goes on and says the rest to nobody.
    fn out(&self, text: &str) {
        let stdout = std::io::stdout();
        let text = self.shown(text, stdout.is_terminal());
        let _ = writeln!(stdout.lock(), "{text}");
    }

    fn err(&self, text: &str) {
        let stderr = std::io::stderr();
        let text = self.shown(text, stderr.is_terminal());
        let _ = writeln!(stderr.lock(), "{text}");
    }

    fn shown(&self, text: &str, is_terminal: bool) -> String {
        match self.manner.form {
            Form::Json => style::shown_in_json(text),
            Form::Text => style::shown(text, self.manner.may_colour && is_terminal),
        }
    }

    fn progress(&mut self, what: &str, done: u64, total: u64) {
        if self.manner.is_quiet || !std::io::stderr().is_terminal() {
            return;
        }
        let bar = self.bar.get_or_insert_with(|| {
            let bar = ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::stderr());
            let looks = "{msg} [{wide_bar}] {bytes} of {total_bytes}";
            let style = ProgressStyle::with_template(looks);
            bar.with_style(
                style
                    .unwrap_or_else(|_| ProgressStyle::default_bar())
                    .progress_chars("=> "),
            )
        });
        bar.set_message(style::shown(what, false));
        bar.set_length(total);
        bar.set_position(done);
    }

    fn end_bar(&mut self) {
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
    }
}

/// What went wrong may repeat what was typed or read; the number of a unit is never repeated.
fn without_units(failure: &Failure) -> Failure {
    let mut failure = failure.clone();
    failure.detail = without_imeis(&failure.detail);
    failure.help = without_imeis(&failure.help);
    for fault in &mut failure.faults {
        fault.file = without_imeis(&fault.file);
        fault.found = without_imeis(&fault.found);
        fault.help = without_imeis(&fault.help);
    }
    failure
}

/// `offers.csv:12:price: not_money ("free"); write digits …`.
pub fn in_a_line(place: &FaultJson) -> String {
    let mut text = place.file.clone();
    if place.line > 0 {
        text = format!("{text}:{}", place.line);
    }
    if !place.column.is_empty() {
        text = format!("{text}:{}", place.column);
    }
    let found = if place.found.is_empty() {
        String::new()
    } else {
        format!(" ({:?})", place.found)
    };
    format!(
        "{}: {}{found}; {}",
        bold(&text),
        place.rule,
        dim(&place.help)
    )
}
