//! The one executable: reads the command line and the settings, runs one command, ends with its exit code.
//!
//! A command that asks something of a house is given to the server that has it open, if one runs; else it
//! is run here. It is the same function either way.

mod args;
mod ask;
mod audit;
mod changes;
mod check;
mod command;
mod config;
mod data_set;
mod demo;
mod desk;
mod directory;
mod doctor;
mod evidence;
mod exit;
mod explain;
mod failure;
mod house;
mod http;
mod impact;
mod import;
mod letters;
mod listing;
mod local;
mod networks;
mod output;
mod policy;
mod print;
mod record;
mod resting;
mod serve;
mod sign;
mod style;
mod titles;
mod typed;
mod unit;
mod user;
mod withdraw;

use std::process::ExitCode;
use std::sync::Arc;

use clap::Parser as _;
use clap::error::ErrorKind;
use trade::clock::SystemClock;

use crate::args::{Asked, Command, Global, Line};
use crate::command::Answer;
use crate::config::{Environment, Settings};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::local::{Request, Server, VERSION};
use crate::output::{Form, Output};
use crate::print::{Manner, Printer};
use crate::record::RecordCommand;

fn main() -> ExitCode {
    let env = Environment::read();
    if let Err(failure) = unit::refuse_elsewhere(std::env::args_os()) {
        Printer::new(manner(&unread(), &env)).failure(&failure);
        return failure.exit.into();
    }
    let line = match Line::try_parse() {
        Ok(line) => line,
        Err(error) => return not_understood(&error, &env),
    };
    let manner = manner(&line.global, &env);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build();
    match runtime {
        Ok(runtime) => runtime.block_on(run(line, env, manner)).into(),
        Err(error) => {
            let detail = format!("the process cannot start its threads: {error}");
            let failure = Failure::new(Exit::UNAVAILABLE, "no_threads", detail, "");
            Printer::new(manner).failure(&failure);
            failure.exit.into()
        }
    }
}

fn manner(global: &Global, env: &Environment) -> Manner {
    Manner {
        form: if global.json { Form::Json } else { Form::Text },
        is_quiet: global.quiet,
        may_colour: env.may_colour(),
    }
}

/// `--help` and `--version` are answers; anything else is a wrong command line.
fn not_understood(error: &clap::Error, env: &Environment) -> ExitCode {
    let is_answer = matches!(
        error.kind(),
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion
    );
    if is_answer || error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        // A reader that went away is no error.
        let _ = error.print();
        return if is_answer { Exit::YES } else { Exit::USAGE }.into();
    }
    let failure = args::failure(error);
    Printer::new(manner(&unread(), env)).failure(&failure);
    failure.exit.into()
}

/// What was not understood cannot say in which form it wants its errors, but the word may be there.
fn unread() -> Global {
    Global {
        json: std::env::args_os().any(|word| word == "--json"),
        ..Global::default()
    }
}

async fn run(line: Line, env: Environment, manner: Manner) -> Exit {
    let mut printer = Printer::new(manner);
    let Line { global, command } = line;
    let answer = match command {
        // The demonstration has nothing to do with a house's settings, wrong ones included.
        Command::Demo(args) => {
            let demo = |out| async move { demo::run(&args, global, &env, &out).await };
            return here(demo, manner.form, &mut printer).await;
        }
        Command::Serve(args) => match config::read(&global, args.address(), &env) {
            Ok(settings) => {
                let serve = |out| async move { serve::run(settings, &out).await };
                return here(serve, manner.form, &mut printer).await;
            }
            Err(failure) => Err(failure),
        },
        // Nothing of a house is needed, and a private key is given to no server.
        Command::Sign(command) => {
            let sign = |out| async move { sign::run(&command, &out).await };
            return here(sign, manner.form, &mut printer).await;
        }
        Command::Doctor => match config::read(&global, None, &env) {
            Ok(settings) => Ok(doctor::run(&settings, manner.form, &mut printer).await),
            Err(failure) => Err(failure),
        },
        Command::Asked(asked) => match config::read(&global, None, &env) {
            Ok(settings) => ask(asked, &settings, manner.form, &mut printer).await,
            Err(failure) => Err(failure),
        },
    };
    answer.unwrap_or_else(|failure| {
        printer.failure(&failure);
        failure.exit
    })
}

/// Runs what is not given to a server, and shows what it says.
async fn here<F: Future<Output = Answer>>(
    work: impl FnOnce(Output) -> F,
    form: Form,
    printer: &mut Printer,
) -> Exit {
    let (out, events) = Output::new(form);
    let run = async {
        let said = out.clone();
        let answer = work(out).await;
        said.end(answer).await;
    };
    tokio::join!(run, printer.show_all(events)).1
}

/// Runs a command in the server that has the folder open, or here.
///
/// # Errors
/// The house cannot be opened, or the server went away.
async fn ask(
    mut asked: Asked,
    settings: &Settings,
    form: Form,
    printer: &mut Printer,
) -> Result<Exit, Failure> {
    asked.settle()?;
    // A copy of the record is checked without any house.
    if let Asked::Record(RecordCommand::Verify {
        export: Some(folder),
        key: Some(key),
    }) = &asked
    {
        let verify = |out| async move { record::export::verify(folder, key, &out).await };
        return Ok(here(verify, form, printer).await);
    }
    let postgres = settings.postgres.clone();
    if let Some(server) = Server::of(&settings.data).await {
        let request = Request {
            version: VERSION.to_owned(),
            database: house::database(postgres.as_deref()),
            form,
            command: asked,
        };
        return server.ask(&request, |event| printer.show(event)).await;
    }
    let clock = Arc::new(SystemClock);
    let house = match &asked {
        // A damaged record cannot be read, and still has to be checked.
        Asked::Record(RecordCommand::Verify { .. }) => {
            house::open_unread(&settings.data, postgres, clock).await?
        }
        _ if asked.may_begin_a_house() => house::open(&settings.data, postgres, clock).await?,
        _ => house::open_existing(&settings.data, postgres, clock).await?,
    };
    house.set_post(settings.post(&format!("http://{}", settings.listen))?);
    let before = house.snapshot().next_position();
    let run = |out: Output| {
        let house = house.clone();
        async move {
            let answer = command::run(&house, &asked, &out).await;
            if house.snapshot().next_position() > before {
                house::sign(&house, &out).await;
            }
            answer
        }
    };
    let exit = here(run, form, printer).await;
    house.close().await;
    Ok(exit)
}
