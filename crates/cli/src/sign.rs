//! `passband sign`: an issuer's own keys and signatures, made where the issuer is.
//!
//! It needs no house and talks to none: a private key never leaves the file that it is in.

use std::io::Write as _;
use std::path::Path;

use clap::{Args, Subcommand};
use serde_json::json;
use trade::signing::{Statement, fingerprint, new_key, read_key};

use crate::command::Answer;
use crate::evidence;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Output;
use crate::style::bold;
use crate::typed::{NamedPath, read_text};

const KEY_EXAMPLES: &str = "\
Examples:
  passband sign key xiaomi.example/sales --out xiaomi.key

The file holds the private key: keep it where nobody else can read it. What is shown is the public key; the operator
of a Passband introduces it with `passband evidence introduce-key`.";

const STATEMENT_EXAMPLES: &str = "\
Examples:
  passband sign evidence letter.toml --key xiaomi.key --record 'passband/record+1f2e…+AX…' --out letter.note

letter.toml is as for `passband evidence add`, with an `id`; its title and words stay with the issuer.
The record's key is at /api/v1/record/key of the Passband that it is for, and in what `passband record verify` says.
The operator records the note with `passband evidence add-signed letter.note`.";

/// What is signed with, and what is signed.
#[derive(Debug, Subcommand)]
pub enum SignCommand {
    /// Make a key
    #[command(after_help = KEY_EXAMPLES)]
    Key(KeyArgs),
    /// Sign what you say
    #[command(after_help = STATEMENT_EXAMPLES)]
    Evidence(StatementArgs),
}

/// The flags of `sign key`.
#[derive(Args, Debug)]
pub struct KeyArgs {
    /// The key's name, by custom an address without its scheme: xiaomi.example/sales
    #[arg(value_name = "NAME")]
    name: String,
    /// Where to write the private key; a file that is there is left alone
    #[arg(long, value_name = "FILE")]
    out: NamedPath,
}

/// The flags of `sign evidence`.
#[derive(Args, Debug)]
pub struct StatementArgs {
    /// TOML, as for `evidence add`
    #[arg(value_name = "FILE")]
    file: NamedPath,
    /// The file with the private key
    #[arg(long, value_name = "FILE")]
    key: NamedPath,
    /// The public key of the record that it is for
    #[arg(long, value_name = "KEY")]
    record: String,
    /// Where to write the signed note [default: standard output]
    #[arg(long, value_name = "FILE")]
    out: Option<NamedPath>,
}

/// Signs.
///
/// # Errors
/// A file cannot be read or written, or is not what it should be.
pub async fn run(command: &SignCommand, out: &Output) -> Answer {
    match command {
        SignCommand::Key(args) => key(args, out).await,
        SignCommand::Evidence(args) => statement(args, out).await,
    }
}

async fn key(args: &KeyArgs, out: &Output) -> Answer {
    let (private, public) = new_key(&args.name)?;
    write_secret(&args.out.path, &private).map_err(|error| {
        let mut failure = Failure::file(Exit::CANNOT_CREATE, &args.out.named, &error);
        if error.kind() == std::io::ErrorKind::AlreadyExists {
            failure.help = "a key is never written over; choose another file".to_owned();
        }
        failure
    })?;
    if out.is_json() {
        out.json(&json!({ "private_key_file": args.out.named, "key": public }))
            .await;
    } else {
        out.text(format!(
            "The private key is in {}: keep it to yourself.\nThe public key, for the operator:\n{}\n\
             Its fingerprint, to be read out to them by another way:\n{}",
            bold(&args.out.named),
            bold(&public),
            bold(&fingerprint(&public))
        ))
        .await;
    }
    Ok(Exit::YES)
}

/// Writes a new file that its owner alone may read.
fn write_secret(path: &Path, text: &str) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    let mut file = options.open(path)?;
    file.write_all(text.as_bytes())?;
    file.write_all(b"\n")?;
    file.sync_all()
}

async fn statement(args: &StatementArgs, out: &Output) -> Answer {
    let draft = evidence::read(&args.file)?;
    let Some(id) = draft.id else {
        let detail = format!("{} has no id", args.file.named);
        let help = "give the statement an `id` of your own: sent twice, it is recorded once";
        return Err(Failure::new(Exit::DATA, "invalid_input", detail, help));
    };
    let key = read_key(&read_text(&args.key)?)?;
    let statement = Statement {
        record: args.record.trim().to_owned(),
        id,
        scope: draft.scope,
        issuer: draft.issuer,
        valid: draft.valid,
        dated: draft.dated,
        claim: draft.claim,
    };
    let note = statement.sign(&key)?;
    let Some(file) = &args.out else {
        if out.is_json() {
            out.json(&json!({ "note": note })).await;
        } else {
            out.text(note.trim_end().to_owned()).await;
        }
        return Ok(Exit::YES);
    };
    std::fs::write(&file.path, &note)
        .map_err(|error| Failure::file(Exit::CANNOT_CREATE, &file.named, &error))?;
    if out.is_json() {
        out.json(&json!({ "note_file": file.named, "evidence": statement.id.as_str() }))
            .await;
    } else {
        out.text(format!(
            "{} is signed with {}: {}",
            bold(statement.id.as_str()),
            key.verifier().name(),
            bold(&file.named)
        ))
        .await;
    }
    Ok(Exit::YES)
}
