//! The harness: the built program in a home of its own, called and served.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// What a call came to.
pub struct Said {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Said {
    /// Ended so; gives what was said on standard output.
    #[track_caller]
    pub fn ends(self, code: i32) -> String {
        assert_eq!(self.code, code, "out: {}\nerr: {}", self.out, self.err);
        self.out
    }

    /// Failed so, saying each of these on standard error, as `error:` and `hint:`.
    #[track_caller]
    pub fn fails(self, code: i32, words: &[&str]) {
        assert_eq!(self.code, code, "out: {}\nerr: {}", self.out, self.err);
        assert!(self.err.starts_with("error: "), "{}", self.err);
        assert!(self.err.contains("\nhint: "), "{}", self.err);
        for word in words {
            assert!(self.err.contains(word), "no {word:?} in\n{}", self.err);
        }
    }

    /// The JSON document on standard output.
    #[track_caller]
    pub fn json(&self) -> Value {
        let read = serde_json::from_str(&self.out);
        read.unwrap_or_else(|error| panic!("{error}\nout: {}\nerr: {}", self.out, self.err))
    }
}

/// The program with a home of its own.
pub struct Program {
    home: TempDir,
}

impl Program {
    pub fn new() -> Self {
        Self {
            home: TempDir::new().expect("a folder"),
        }
    }

    pub fn home(&self) -> &Path {
        self.home.path()
    }

    /// Where a house's data is unless a test says otherwise.
    pub fn data(&self) -> PathBuf {
        self.home().join(".local/share/passband")
    }

    /// Writes a file into the home.
    pub fn file(&self, name: &str, text: &str) -> String {
        let path = self.home().join(name);
        std::fs::create_dir_all(path.parent().expect("in the home")).expect("a folder");
        std::fs::write(&path, text).expect("writes");
        path.display().to_string()
    }

    /// A call, not begun; nothing of this process's environment reaches it.
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_passband"));
        command
            .args(args)
            .env_clear()
            .env("HOME", self.home())
            .current_dir(self.home())
            .stdin(Stdio::null());
        command
    }

    pub fn call(&self, args: &[&str]) -> Said {
        said(&mut self.command(args))
    }

    pub fn call_with(&self, args: &[&str], variables: &[(&str, &str)]) -> Said {
        said(self.command(args).envs(variables.iter().copied()))
    }

    /// A call with a text on standard input.
    pub fn call_on(&self, args: &[&str], text: &str) -> Said {
        let mut command = self.command(args);
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().expect("starts");
        let mut input = child.stdin.take().expect("piped");
        input.write_all(text.as_bytes()).expect("writes");
        drop(input);
        of(&child.wait_with_output().expect("ends"))
    }

    /// Starts a server on a free port and waits until it says where it is.
    pub fn serve(&self, args: &[&str]) -> Server {
        let mut command = self.command(args);
        command.args(["--port", "0"]);
        Server::start(&mut command)
    }
}

fn said(command: &mut Command) -> Said {
    of(&command.output().expect("starts"))
}

fn of(output: &std::process::Output) -> Said {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Said {
        code: output.status.code().expect("ended by itself"),
        out: text(&output.stdout),
        err: text(&output.stderr),
    }
}

/// A server that is stopped when the test ends, however it does.
pub struct Server {
    child: Child,
    out: BufReader<std::process::ChildStdout>,
    /// `127.0.0.1:45683`.
    pub address: String,
    /// All that it said until it was ready.
    pub said: String,
}

impl Server {
    fn start(command: &mut Command) -> Self {
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("starts");
        let mut out = BufReader::new(child.stdout.take().expect("piped"));
        let mut said = String::new();
        let address = loop {
            let mut line = String::new();
            if out.read_line(&mut line).expect("reads") == 0 {
                let mut error = String::new();
                let mut stderr = child.stderr.take().expect("piped");
                stderr.read_to_string(&mut error).expect("reads");
                panic!("the server ended: {said}{error}");
            }
            said.push_str(&line);
            if let Some((_, address)) = line.split_once("http://") {
                break address.trim().to_owned();
            }
        };
        Self {
            child,
            out,
            address,
            said,
        }
    }

    /// The next line that it says.
    pub fn line(&mut self) -> String {
        let mut line = String::new();
        self.out.read_line(&mut line).expect("reads");
        line
    }

    /// Sends a signal by name and waits for the end; gives the exit code.
    pub fn stop(mut self, signal: &str) -> i32 {
        let sent = Command::new("kill")
            .args([&format!("-{signal}"), &self.child.id().to_string()])
            .status()
            .expect("kill is there");
        assert!(sent.success());
        let status = self.child.wait().expect("ends");
        status.code().expect("ended by itself")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The folder of source data that is not part of this tree; none: the test is skipped.
pub fn shared() -> Option<PathBuf> {
    let folder = told("PASSBAND_SHARED").map(PathBuf::from);
    let folder = folder.filter(|path| path.is_dir());
    if folder.is_none() {
        eprintln!("skipped: PASSBAND_SHARED, a folder of source data");
    }
    folder
}

/// Address of a PostgreSQL, without a database; none: the test is skipped.
pub fn postgres() -> Option<String> {
    let address = told("PASSBAND_TEST_POSTGRES");
    if address.is_none() {
        eprintln!("skipped: PASSBAND_TEST_POSTGRES, a PostgreSQL");
    }
    address.map(|address| address.trim_end_matches('/').to_owned())
}

fn told(variable: &str) -> Option<String> {
    #[expect(
        clippy::disallowed_methods,
        reason = "tests are told by the environment what they may use"
    )]
    std::env::var(variable).ok()
}
