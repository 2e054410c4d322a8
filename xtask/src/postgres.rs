//! How do tests get a PostgreSQL of their own that never outlives them?
//!
//! The server belongs to a guard: this program once more, in a process group of its own, holding the
//! reading end of a pipe. However the run ends (done, failed, Ctrl-C, killed), the pipe closes with it;
//! the guard then stops the server and removes its folder. Knows nothing of schemas or tests.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::{DirBuilderExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, ExitCode, Stdio};

use anyhow::{Context, Result, bail};

use crate::shell;

/// The command by which this program starts itself as the guard.
pub const GUARD: &str = "pg-guard";

/// The programs that must lie in one folder.
const PROGRAMS: &[&str] = &["initdb", "pg_ctl", "postgres"];

/// Where Debian keeps PostgreSQL, one folder a version; its programs are not in PATH.
const DEBIAN: &str = "/usr/lib/postgresql";

/// Who runs the server when root starts it: PostgreSQL refuses to be root.
const SERVER_USER: &str = "postgres";

const CONNECTIONS_MAX: u16 = 200;

/// How often another free port is tried: somebody else may take it between finding and using it.
const PORT_TRIES: u32 = 5;

/// How many folders of earlier runs may stand in the way.
const FOLDER_TRIES: u32 = 100;

/// The folder with PostgreSQL's programs: from PATH, else the newest of Debian's.
pub fn folder() -> Option<PathBuf> {
    let mut folders = Vec::new();
    for folder in shell::path_folders() {
        // A link in PATH leads to the folder where all of them are.
        let linked = fs::canonicalize(folder.join("postgres")).ok();
        folders.extend(linked.and_then(|file| file.parent().map(Path::to_path_buf)));
        folders.push(folder);
    }
    folders.extend(newest_first(
        fs::read_dir(DEBIAN)
            .into_iter()
            .flatten()
            .flatten()
            .map(|entry| entry.path()),
    ));
    folders.into_iter().find(|folder| {
        PROGRAMS
            .iter()
            .all(|program| folder.join(program).is_file())
    })
}

fn newest_first(versions: impl Iterator<Item = PathBuf>) -> impl Iterator<Item = PathBuf> {
    let number = |path: &Path| path.file_name()?.to_str()?.parse::<u32>().ok();
    let mut versions: Vec<(u32, PathBuf)> = versions
        .filter_map(|path| Some((number(&path)?, path.join("bin"))))
        .collect();
    versions.sort_by(|a, b| b.cmp(a));
    versions.into_iter().map(|(_, bin)| bin)
}

/// A running server. It stops, and its folder goes, when this is dropped or the process ends.
pub struct Server {
    url: String,
    guard: Child,
    /// Holds the guard's pipe open. `None` once it has been told to stop.
    pipe: Option<ChildStdin>,
}

impl Server {
    /// Starts a server in a temporary folder, on 127.0.0.1 and a free port.
    ///
    /// Errors: the guard could not start it; it has then said why on standard error.
    pub fn start() -> Result<Self> {
        let this = std::env::current_exe().context("cannot find this program's own file")?;
        let mut guard = Command::new(this);
        guard
            .arg(GUARD)
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped());
        let mut guard = guard
            .spawn()
            .context("cannot start the guard of PostgreSQL")?;
        let pipe = guard.stdin.take();
        let mut url = String::new();
        if let Some(said) = guard.stdout.take() {
            BufReader::new(said)
                .read_line(&mut url)
                .context("the guard of PostgreSQL said nothing")?;
        }
        let url = url.trim().to_owned();
        let mut server = Self { url, guard, pipe };
        if server.url.is_empty() {
            server.stop();
            bail!("PostgreSQL did not start; the lines above say why");
        }
        Ok(server)
    }

    /// Shape: `postgres://postgres@127.0.0.1:PORT`, a superuser without a password; no database is named,
    /// since each test makes its own.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Waits for as long as the server runs.
    pub fn wait(&mut self) -> Result<()> {
        self.guard
            .wait()
            .context("cannot wait for the guard of PostgreSQL")?;
        Ok(())
    }

    fn stop(&mut self) {
        drop(self.pipe.take());
        // Nothing is left to be done about a guard that cannot be waited for.
        let _ = self.guard.wait();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop();
    }
}

/// The guard: starts a server, prints its URL, and stops it when standard input closes.
///
/// Errors: no PostgreSQL is installed, or it would not start.
pub fn guard() -> Result<ExitCode> {
    let cluster = Cluster::start()?;
    let mut out = std::io::stdout();
    // If nobody reads it any more, standard input is closed too, and the next lines end this.
    let _ = writeln!(out, "{}", cluster.url).and_then(|()| out.flush());
    let _ = std::io::stdin().read_to_end(&mut Vec::new());
    drop(cluster);
    Ok(ExitCode::SUCCESS)
}

/// A data folder and the server on it.
struct Cluster {
    programs: PathBuf,
    folder: PathBuf,
    user: Option<User>,
    url: String,
    server: Option<Child>,
}

impl Cluster {
    fn start() -> Result<Self> {
        let programs =
            folder().context("no PostgreSQL here\nhelp: sudo apt-get install postgresql")?;
        let user = if shell::is_root() {
            Some(User::find(SERVER_USER)?)
        } else {
            None
        };
        let folder = new_folder(user.as_ref())?;
        let mut cluster = Self {
            programs,
            folder,
            user,
            url: String::new(),
            server: None,
        };
        let data = cluster.data();
        let mut initdb = cluster.program("initdb");
        initdb.args([
            "--username=postgres",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
            "-D",
        ]);
        shell::output(initdb.arg(data))?;
        let mut last = None;
        for _ in 0..PORT_TRIES {
            match cluster.serve() {
                Ok(()) => return Ok(cluster),
                Err(error) => last = Some(error),
            }
            cluster.stop()?;
        }
        Err(last.unwrap_or_else(|| anyhow::anyhow!("no port was tried")))
    }

    fn serve(&mut self) -> Result<()> {
        let port = free_port()?;
        let folder = self.folder.display();
        let settings = format!(
            "listen_addresses = '127.0.0.1'\nport = {port}\nunix_socket_directories = '{folder}'\n\
             max_connections = {CONNECTIONS_MAX}\n"
        );
        // Read after postgresql.conf, which stays as initdb wrote it.
        fs::write(self.data().join("postgresql.auto.conf"), settings)
            .context("cannot write settings")?;
        let mut server = self.program("postgres");
        server.arg("-D").arg(self.data()).stderr(Stdio::piped());
        let mut server = server.spawn().context("cannot start postgres")?;
        let log = BufReader::new(server.stderr.take().context("postgres has no log")?);
        // Kept from here on, so that it is stopped whatever comes.
        self.server = Some(server);
        wait_until_ready(log)
            .with_context(|| format!("PostgreSQL did not start on port {port}"))?;
        self.url = format!("postgres://postgres@127.0.0.1:{port}");
        Ok(())
    }

    fn stop(&mut self) -> Result<()> {
        let Some(mut server) = self.server.take() else {
            return Ok(());
        };
        if server
            .try_wait()
            .context("cannot ask after postgres")?
            .is_none()
        {
            let mut stop = self.program("pg_ctl");
            // The data is thrown away, so nothing is gained by a slower stop.
            stop.args(["stop", "--no-wait", "--silent", "--mode=immediate", "-D"])
                .arg(self.data());
            if let Err(error) = shell::output(&mut stop) {
                server
                    .kill()
                    .with_context(|| format!("cannot kill postgres after: {error:#}"))?;
            }
        }
        server.wait().context("cannot wait for postgres")?;
        Ok(())
    }

    fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    /// One of PostgreSQL's programs, as the user it is to run as. Its words go to standard error, since
    /// standard output carries the URL.
    fn program(&self, name: &str) -> Command {
        let mut program = shell::command(self.programs.join(name));
        program.current_dir(&self.folder).stdout(Stdio::null());
        if let Some(user) = &self.user {
            program.uid(user.uid).gid(user.gid);
        }
        program
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if let Err(error) = self.stop() {
            let _ = writeln!(std::io::stderr(), "{error:#}");
        }
        if let Err(error) = fs::remove_dir_all(&self.folder) {
            let _ = writeln!(
                std::io::stderr(),
                "cannot remove {}: {error}",
                self.folder.display()
            );
        }
    }
}

/// Reads the server's log until it says that it takes connections; the rest is read by a thread and
/// dropped, since a full pipe would hold the server.
///
/// Errors: the log ended first; its lines are then the text.
fn wait_until_ready(mut log: impl BufRead + Send + 'static) -> Result<()> {
    let mut said = String::new();
    loop {
        let begin = said.len();
        if log.read_line(&mut said).context("cannot read the log")? == 0 {
            bail!("{}", said.trim());
        }
        if said[begin..].contains("ready to accept connections") {
            std::thread::spawn(move || std::io::copy(&mut log, &mut std::io::sink()));
            return Ok(());
        }
    }
}

/// A system user, by number.
#[derive(Debug, PartialEq, Eq)]
struct User {
    uid: u32,
    gid: u32,
}

impl User {
    fn find(name: &str) -> Result<Self> {
        let users = fs::read_to_string("/etc/passwd").context("cannot read /etc/passwd")?;
        Self::in_list(&users, name).with_context(|| {
            format!("PostgreSQL will not run as root, and there is no user `{name}`\nhelp: adduser --system {name}")
        })
    }

    fn in_list(users: &str, name: &str) -> Option<Self> {
        let line = users
            .lines()
            .find(|line| line.split(':').next() == Some(name))?;
        let fields: Vec<&str> = line.split(':').collect();
        Some(Self {
            uid: fields.get(2)?.parse().ok()?,
            gid: fields.get(3)?.parse().ok()?,
        })
    }
}

/// A folder that nobody else had, readable by the server's user alone.
fn new_folder(user: Option<&User>) -> Result<PathBuf> {
    let temp = std::env::temp_dir();
    for attempt in 0..FOLDER_TRIES {
        let folder = temp.join(format!("passband-pg-{}-{attempt}", std::process::id()));
        match fs::DirBuilder::new().mode(0o700).create(&folder) {
            Ok(()) => {
                if let Some(user) = user {
                    chown(&folder, Some(user.uid), Some(user.gid))
                        .context("cannot hand the folder over")?;
                }
                return Ok(folder);
            }
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
            Err(error) => {
                return Err(error).with_context(|| format!("cannot make {}", folder.display()));
            }
        }
    }
    bail!("{} is full of folders of earlier runs", temp.display())
}

fn free_port() -> Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("no free port")?;
    Ok(listener.local_addr().context("no free port")?.port())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_version_comes_first_by_number() {
        let found = newest_first(
            ["/p/9", "/p/15", "/p/old", "/p/17"]
                .map(PathBuf::from)
                .into_iter(),
        );
        let found: Vec<PathBuf> = found.collect();
        assert_eq!(
            found,
            ["/p/17/bin", "/p/15/bin", "/p/9/bin"].map(PathBuf::from)
        );
    }

    #[test]
    fn a_server_that_ends_before_it_is_ready_says_why() {
        let log = "starting\nFATAL:  could not bind\n".as_bytes();
        assert!(
            wait_until_ready(log)
                .unwrap_err()
                .to_string()
                .contains("could not bind")
        );
        let log =
            "starting\nLOG:  database system is ready to accept connections\nmore\n".as_bytes();
        wait_until_ready(log).unwrap();
    }

    #[test]
    fn a_user_is_found_by_the_whole_name() {
        let users =
            "root:x:0:0::/:/bin/sh\npostgres2:x:7:8::/:/bin/sh\npostgres:x:101:104::/:/bin/sh\n";
        assert_eq!(
            User::in_list(users, "postgres"),
            Some(User { uid: 101, gid: 104 })
        );
        assert_eq!(User::in_list(users, "nobody"), None);
    }
}
