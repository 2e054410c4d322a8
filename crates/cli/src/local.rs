//! The local socket: a command given while the server runs goes through the server.
//!
//! The server listens in the data folder, on a socket that only its owner can use; a command sends one line
//! of JSON and reads the events of its run, one a line. Knows nothing of what commands do.

use std::fs::{File, TryLockError};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;
use trade::House;

use crate::args::Asked;
use crate::command;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Event, Form, Output};

/// The socket's file in the data folder.
pub const SOCKET_FILE: &str = "passband.sock";
const LOCK_FILE: &str = "passband.sock.lock";
/// Most bytes of a command.
const COMMAND_BYTES_MAX: u64 = 256 * 1024;
/// Most bytes of an event: a JSON answer is one event.
const EVENT_BYTES_MAX: u64 = 256 * 1024 * 1024;
/// How long a command may take to arrive.
const COMMAND_WAIT: Duration = Duration::from_secs(10);
/// Commands that run at once; more wait.
const COMMANDS_MAX: usize = 8;
/// Longest path that a socket's address can hold, in bytes (`sun_path`, one of them zero).
const ADDRESS_BYTES_MAX: usize = 107;

/// What is sent to the server.
#[derive(Debug, Serialize, Deserialize)]
pub struct Request {
    /// Of the program that asks; a server of another version may know other commands.
    pub version: String,
    /// The database that the command is meant for.
    pub database: String,
    /// Text or JSON.
    pub form: Form,
    /// The command.
    pub command: Asked,
}

/// The version that a request carries.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The socket's address. A path that is too long for one is reached through its opened folder.
struct Address {
    path: PathBuf,
    /// Held open while `path` goes through it.
    _folder: Option<File>,
}

fn address(folder: &Path) -> std::io::Result<Address> {
    use std::os::fd::AsRawFd as _;
    let path = folder.join(SOCKET_FILE);
    if path.as_os_str().len() <= ADDRESS_BYTES_MAX {
        return Ok(Address {
            path,
            _folder: None,
        });
    }
    let opened = File::open(folder)?;
    let through = format!("/proc/self/fd/{}/{SOCKET_FILE}", opened.as_raw_fd());
    Ok(Address {
        path: through.into(),
        _folder: Some(opened),
    })
}

/// A server that has a data folder open, as a command reaches it.
pub struct Server(UnixStream);

impl Server {
    /// The server of a folder; none: none is running.
    pub async fn of(folder: &Path) -> Option<Self> {
        let address = address(folder).ok()?;
        UnixStream::connect(&address.path).await.ok().map(Self)
    }

    /// Gives it a command and shows what comes of it; `show` gives the exit code with the last event.
    ///
    /// # Errors
    /// The server went away before the end.
    pub async fn ask(
        self,
        request: &Request,
        mut show: impl FnMut(&Event) -> Option<Exit>,
    ) -> Result<Exit, Failure> {
        let mut line = serde_json::to_vec(request).map_err(|_| gone())?;
        line.push(b'\n');
        if line.len() as u64 > COMMAND_BYTES_MAX {
            return Err(Failure::usage(
                format!("the command is longer than {COMMAND_BYTES_MAX} bytes"),
                "give fewer files at a time",
            ));
        }
        let (read, mut write) = self.0.into_split();
        write.write_all(&line).await.map_err(|_| gone())?;
        let mut read = BufReader::new(read);
        loop {
            line.clear();
            let mut bounded = (&mut read).take(EVENT_BYTES_MAX);
            let length = bounded.read_until(b'\n', &mut line).await;
            if length.map_err(|_| gone())? == 0 {
                return Err(gone());
            }
            let event: Event = serde_json::from_slice(&line).map_err(|_| gone())?;
            if let Some(exit) = show(&event) {
                return Ok(exit);
            }
        }
    }
}

fn gone() -> Failure {
    Failure::new(
        Exit::TEMPORARY,
        "server_gone",
        "the server went away before the command was done",
        "look whether it was done, and give the command again",
    )
}

/// The server's end of the socket.
pub struct Door {
    listener: UnixListener,
    file: PathBuf,
    /// Whoever holds it owns the socket; the operating system gives it free when the process ends.
    _lock: File,
}

impl Door {
    /// Listens in a folder. A socket that a dead server left is replaced.
    ///
    /// # Errors
    /// Another server is running in it, or the socket cannot be made.
    pub fn open(folder: &Path) -> Result<Self, Failure> {
        let unusable =
            |path: &Path, error: &std::io::Error| Failure::file(Exit::CANNOT_CREATE, path, error);
        let lock_file = folder.join(LOCK_FILE);
        let lock = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&lock_file)
            .map_err(|error| unusable(&lock_file, &error))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(Failure::new(
                    Exit::UNAVAILABLE,
                    "folder_in_use",
                    format!("{}: another server is running in it", folder.display()),
                    "stop that one first, or give each server a folder of its own with --data",
                ));
            }
            Err(TryLockError::Error(error)) => return Err(unusable(&lock_file, &error)),
        }
        let file = folder.join(SOCKET_FILE);
        match std::fs::remove_file(&file) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(unusable(&file, &error));
            }
            _ => {}
        }
        let listener = address(folder)
            .and_then(|address| UnixListener::bind(&address.path))
            .and_then(|listener| {
                std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600))?;
                Ok(listener)
            })
            .map_err(|error| unusable(&file, &error))?;
        Ok(Self {
            listener,
            file,
            _lock: lock,
        })
    }

    /// Runs commands until `stop`, then waits for those that run.
    pub async fn serve(self, house: House, database: String, mut stop: watch::Receiver<bool>) {
        // Whoever may use the socket owns its file; asked again of each caller, since permissions are set
        // a moment after the file is made.
        let owner = std::fs::metadata(&self.file).map(|file| file.uid()).ok();
        let seats = Arc::new(Semaphore::new(COMMANDS_MAX));
        let mut running = JoinSet::new();
        loop {
            let accepted = tokio::select! {
                _ = stop.wait_for(|is_stopping| *is_stopping) => break,
                Some(_) = running.join_next() => continue,
                accepted = self.listener.accept() => accepted,
            };
            let Ok((stream, _)) = accepted else {
                tokio::time::sleep(crate::http::ACCEPT_PAUSE).await;
                continue;
            };
            let caller = stream.peer_cred().ok().map(|caller| caller.uid());
            if caller.is_none() || (caller != owner && caller != Some(0)) {
                continue;
            }
            let (house, database, seats) = (house.clone(), database.clone(), Arc::clone(&seats));
            running.spawn(async move {
                let _seat = seats.acquire().await;
                answer(stream, &house, &database).await;
            });
        }
        let _ = std::fs::remove_file(&self.file);
        while running.join_next().await.is_some() {}
    }
}

/// Reads one command, runs it, sends what it says.
async fn answer(stream: UnixStream, house: &House, database: &str) {
    let (read, mut write) = stream.into_split();
    let mut line = Vec::new();
    let mut read = BufReader::new(read.take(COMMAND_BYTES_MAX));
    let arrived = tokio::time::timeout(COMMAND_WAIT, read.read_until(b'\n', &mut line)).await;
    if !matches!(arrived, Ok(Ok(length)) if length > 0) {
        return;
    }
    let request = understood(&line, database);
    let form = request.as_ref().map_or(Form::Text, |request| request.form);
    let (out, mut events) = Output::new(form);
    let run = async move {
        let answer = match request {
            Ok(request) => command::run(house, &request.command, &out).await,
            Err(failure) => Err(failure),
        };
        out.end(answer).await;
    };
    let send = async move {
        let mut is_there = true;
        // A caller that went away does not stop what it asked for.
        while let Some(event) = events.recv().await {
            let Ok(mut line) = serde_json::to_vec(&event) else {
                continue;
            };
            line.push(b'\n');
            is_there = is_there && write.write_all(&line).await.is_ok();
        }
    };
    tokio::join!(run, send);
}

fn understood(line: &[u8], database: &str) -> Result<Request, Failure> {
    let other_version = |version: &str| {
        Failure::new(
            Exit::UNAVAILABLE,
            "server_of_another_version",
            format!("the server that runs on this folder is Passband {VERSION}, this is {version}"),
            "use the same version, or stop the server first",
        )
    };
    #[derive(Deserialize)]
    struct Any {
        version: String,
    }
    let any: Option<Any> = serde_json::from_slice(line).ok();
    let version = any.map_or_else(|| "another".to_owned(), |any| any.version);
    if version != VERSION {
        return Err(other_version(&version));
    }
    let request: Request =
        serde_json::from_slice(line).map_err(|_| other_version("of another build"))?;
    if request.database != database {
        return Err(Failure::new(
            Exit::CONFIG,
            "server_on_another_database",
            "the server that runs on this folder is on another database than this command names",
            "give the command the server's --postgres, or none if it has none",
        ));
    }
    Ok(request)
}
