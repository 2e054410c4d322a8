//! Settings: one TOML file, then the environment, then flags; each with where it came from.
//!
//! The only file that reads the environment. Faults are collected and point at their line, variable or
//! flag. docs/guide/configuration.md lists the settings.

use std::collections::BTreeMap;
use std::fmt::{self, Display};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use domain::ParseError;
use toml::Spanned;
use trade::letters::outside::{Mail, Mailbox, Smtp};
use trade::letters::{Post, PublicUrl};

use crate::args::Global;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::typed::read_at_most;
use web::wire::FaultJson;
use web::{Proxies, ProxyHeader};

/// Most bytes of a configuration file.
const FILE_BYTES_MAX: u64 = 64 * 1024;
/// The folder for mail, in the data folder.
pub const MAIL_FOLDER: &str = "mail";
/// Who sends what stays in the folder, unless somebody said.
const NOBODY: &str = "passband@localhost";

/// A setting that exists.
pub struct Known {
    /// Its key in the file; its flag is the same with `-`.
    pub name: &'static str,
    /// Its environment variable.
    pub variable: &'static str,
    /// What it is if nobody says.
    pub default: &'static str,
    /// Whether it may hold a password, and is never shown.
    pub is_secret: bool,
}

macro_rules! settings {
    ($($name:ident, $variable:literal, $default:literal, $is_secret:literal;)*) => {
        /// Every setting.
        pub const KNOWN: &[Known] = &[$(Known {
            name: stringify!($name),
            variable: $variable,
            default: $default,
            is_secret: $is_secret,
        }),*];
    };
}

settings! {
    data, "PASSBAND_DATA", "", false;
    postgres, "PASSBAND_POSTGRES", "", true;
    listen, "PASSBAND_LISTEN", "127.0.0.1:8080", false;
    https, "PASSBAND_HTTPS", "false", false;
    trusted_proxies, "PASSBAND_TRUSTED_PROXIES", "127.0.0.0/8, ::1", false;
    proxy_header, "PASSBAND_PROXY_HEADER", "x-forwarded-for", false;
    connections_max, "PASSBAND_CONNECTIONS_MAX", "800", false;
    request_timeout_seconds, "PASSBAND_REQUEST_TIMEOUT_SECONDS", "30", false;
    file_bytes_max, "PASSBAND_FILE_BYTES_MAX", "16777216", false;
    mail, "PASSBAND_MAIL", "folder", true;
    mail_from, "PASSBAND_MAIL_FROM", "", false;
    public_url, "PASSBAND_PUBLIC_URL", "", false;
}

/// Where a value came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum From {
    /// Nobody said.
    Default,
    /// A line of the file.
    File(PathBuf, u64),
    /// An environment variable.
    Variable(&'static str),
    /// A flag.
    Flag(String),
}

impl Display for From {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File(path, line) => write!(f, "{}:{line}", path.display()),
            Self::Variable(name) => f.write_str(name),
            Self::Flag(flag) => f.write_str(flag),
        }
    }
}

/// A value as written, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// Of which setting.
    pub name: &'static str,
    /// As written.
    pub text: String,
    /// Where.
    pub from: From,
}

/// All settings, checked.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where the house's data is.
    pub data: PathBuf,
    /// PostgreSQL's address; none: SQLite in the data folder.
    pub postgres: Option<String>,
    /// Where to serve.
    pub listen: SocketAddr,
    /// Whether visitors come by https, through a proxy that speaks it.
    pub https: bool,
    /// Which proxies are believed on who asks, and by which header.
    pub proxies: Proxies,
    /// Most connections at once.
    pub connections_max: usize,
    /// Seconds that a request may take.
    pub request_timeout_seconds: u64,
    /// Most bytes of a file that is uploaded.
    pub file_bytes_max: usize,
    /// Which way mail leaves.
    pub mail: Mail,
    /// Who sends it; none: nobody said, and mail stays in its folder.
    pub mail_from: Option<Mailbox>,
    /// Where visitors reach the house; none: where it is served.
    pub public_url: Option<PublicUrl>,
    /// Each as written, for `doctor`.
    pub written: Vec<Written>,
    /// The configuration file, if one was read.
    pub file: Option<PathBuf>,
    /// Variables that look like settings and are none, each with what may have been meant.
    pub strange_variables: Vec<(String, Vec<String>)>,
}

/// What is read of the environment besides settings.
#[derive(Clone, Debug, Default)]
pub struct Environment {
    variables: BTreeMap<String, String>,
}

impl Environment {
    /// This process's.
    #[must_use]
    pub fn read() -> Self {
        // A variable that is not UTF-8 is none of ours.
        let variables = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect();
        Self { variables }
    }

    fn of(&self, name: &str) -> Option<&str> {
        let value = self.variables.get(name)?;
        (!value.is_empty()).then_some(value)
    }

    /// Where programs keep their data, or their configuration; none: the process has no home.
    fn home(&self, variable: &str, in_home: &str) -> Option<PathBuf> {
        // A relative path is to be ignored (XDG Base Directory Specification).
        let absolute = |name: &str| {
            let named = self.of(name).map(PathBuf::from);
            named.filter(|path| path.is_absolute())
        };
        absolute(variable).or_else(|| Some(absolute("HOME")?.join(in_home)))
    }

    /// Where a house's data is unless said otherwise.
    ///
    /// # Errors
    /// The process has no home, as services may have none.
    pub fn data_folder(&self, name: &str) -> Result<PathBuf, Failure> {
        let home = self.home("XDG_DATA_HOME", ".local/share");
        home.map(|home| home.join(name)).ok_or_else(|| {
            Failure::new(
                Exit::CONFIG,
                "no_home",
                "HOME is not set, so there is no usual place for the data",
                "name the data folder with --data or PASSBAND_DATA",
            )
        })
    }

    fn config_file(&self) -> Option<PathBuf> {
        let home = self.home("XDG_CONFIG_HOME", ".config")?;
        Some(home.join("passband").join("config.toml"))
    }

    /// Whether colours may be used (no-color.org).
    #[must_use]
    pub fn may_colour(&self) -> bool {
        self.of("NO_COLOR").is_none() && self.of("TERM").is_some_and(|term| term != "dumb")
    }

    /// Variables that begin like ours and are none. Those of the tests begin so too.
    fn strange(&self) -> Vec<(String, Vec<String>)> {
        const TESTS: [&str; 3] = [
            "PASSBAND_TEST_POSTGRES",
            "PASSBAND_SHARED",
            "PASSBAND_CHROMIUM",
        ];
        let known = |name: &str| {
            name == "PASSBAND_CONFIG"
                || TESTS.contains(&name)
                || KNOWN.iter().any(|setting| setting.variable == name)
        };
        let strange = self
            .variables
            .keys()
            .filter(|name| name.starts_with("PASSBAND_"));
        strange
            .filter(|name| !known(name))
            .map(|name| {
                let names = KNOWN.iter().map(|setting| setting.variable);
                (name.clone(), near(name, names))
            })
            .collect()
    }
}

fn near<'a>(wanted: &str, names: impl Iterator<Item = &'a str>) -> Vec<String> {
    let close = trade::near::near(wanted, names);
    close.into_iter().map(str::to_owned).collect()
}

/// Reads all settings.
///
/// # Errors
/// Every fault, each with its place.
pub fn read(
    global: &Global,
    listen: Option<SocketAddr>,
    env: &Environment,
) -> Result<Settings, Failure> {
    let mut reader = Reader::default();
    let named = match (&global.config, env.of("PASSBAND_CONFIG")) {
        (Some(path), _) => Some(path.clone()),
        (None, Some(path)) => Some(PathBuf::from(path)),
        (None, None) => None,
    };
    let file = match named {
        Some(path) => Some(path),
        None => env.config_file().filter(|path| path.is_file()),
    };
    if let Some(path) = &file {
        reader.file(path)?;
    }
    for setting in KNOWN {
        if let Some(text) = env.of(setting.variable) {
            reader.put(setting.name, text, From::Variable(setting.variable));
        }
    }
    let listen = listen.map(|address| address.to_string());
    let data = global.data.as_ref().map(|path| path.display().to_string());
    for (name, text) in [
        ("data", data.as_deref()),
        ("postgres", global.postgres.as_deref()),
        ("listen", listen.as_deref()),
    ] {
        if let Some(text) = text {
            reader.put(name, text, From::Flag(format!("--{name}")));
        }
    }
    reader.settings(file, env)
}

/// The settings of mail, read.
struct PostSettings {
    smtp: Option<Smtp>,
    from: Option<Mailbox>,
    url: Option<PublicUrl>,
}

impl PostSettings {
    fn mail(&self, data: &Path) -> Mail {
        match &self.smtp {
            Some(smtp) => Mail::Smtp(smtp.clone()),
            None => Mail::Folder(data.join(MAIL_FOLDER)),
        }
    }
}

impl Settings {
    /// How the house writes to people, if links lead where it is served unless said otherwise.
    ///
    /// # Errors
    /// Where it is served is no address of a house.
    pub fn post(&self, served: &str) -> Result<Post, Failure> {
        let (from, url) = (self.mail_from.clone(), self.public_url.clone());
        let from = from.map_or_else(|| NOBODY.parse(), Ok);
        let url = url.map_or_else(|| served.parse(), Ok);
        Ok(Post {
            mail: self.mail.clone(),
            from: from.map_err(trade::Error::from)?,
            url: url.map_err(trade::Error::from)?,
        })
    }
}

#[derive(Default)]
struct Reader {
    written: BTreeMap<&'static str, (String, From)>,
    faults: Vec<FaultJson>,
}

impl Reader {
    fn put(&mut self, name: &'static str, text: &str, from: From) {
        self.written.insert(name, (text.to_owned(), from));
    }

    fn fault(&mut self, from: &From, rule: &str, found: &str, help: impl Display) {
        let (file, line) = match from {
            From::File(path, line) => (path.display().to_string(), *line),
            other => (other.to_string(), 0),
        };
        self.faults.push(FaultJson {
            file,
            line,
            column: String::new(),
            rule: rule.to_owned(),
            found: found.chars().take(80).collect(),
            help: help.to_string(),
        });
    }

    fn file(&mut self, path: &Path) -> Result<(), Failure> {
        let text = read_at_most(FILE_BYTES_MAX, path)
            .map_err(|error| Failure::file(Exit::CONFIG, path, &error))?;
        let at = |start: usize| {
            let before = text.get(..start).unwrap_or_default();
            let lines = u64::try_from(before.matches('\n').count()).unwrap_or(0);
            From::File(path.to_owned(), lines + 1)
        };
        let table: BTreeMap<Spanned<String>, Spanned<toml::Value>> = match toml::from_str(&text) {
            Ok(table) => table,
            Err(error) => {
                let start = error.span().map_or(0, |span| span.start);
                let what = error
                    .message()
                    .lines()
                    .next()
                    .unwrap_or_default()
                    .to_owned();
                let help = "write one `name = value` a line (TOML)";
                self.fault(&at(start), "config.form", &what, help);
                return Ok(());
            }
        };
        for (key, value) in &table {
            let from = at(key.span().start);
            let Some(known) = KNOWN.iter().find(|known| known.name == key.get_ref()) else {
                let names = KNOWN.iter().map(|known| known.name);
                let close = near(key.get_ref(), names.clone());
                let help = if close.is_empty() {
                    format!("the settings are {}", names.collect::<Vec<_>>().join(", "))
                } else {
                    format!("did you mean {}?", close.join(" or "))
                };
                self.fault(&from, "config.unknown", key.get_ref(), help);
                continue;
            };
            let text = match value.get_ref() {
                toml::Value::String(text) => text.clone(),
                toml::Value::Integer(number) => number.to_string(),
                toml::Value::Boolean(word) => word.to_string(),
                _ => {
                    let help = "write a text, a whole number, true or false";
                    self.fault(&from, "config.value", key.get_ref(), help);
                    continue;
                }
            };
            self.put(known.name, &text, from);
        }
        Ok(())
    }

    fn text(&self, name: &'static str) -> (String, From) {
        let default = || {
            let known = KNOWN.iter().find(|known| known.name == name);
            let default = known.map_or("", |known| known.default);
            (default.to_owned(), From::Default)
        };
        self.written.get(name).cloned().unwrap_or_else(default)
    }

    /// A value that parses and holds; a fault otherwise.
    fn value<T: FromStr>(
        &mut self,
        name: &'static str,
        holds: impl Fn(&T) -> bool,
        help: &str,
    ) -> Option<T> {
        let (text, from) = self.text(name);
        match text.parse::<T>() {
            Ok(value) if holds(&value) => Some(value),
            _ => {
                self.fault(&from, "config.value", &format!("{name} = {text}"), help);
                None
            }
        }
    }

    fn settings(mut self, file: Option<PathBuf>, env: &Environment) -> Result<Settings, Failure> {
        let listen = self.value(
            "listen",
            |_: &SocketAddr| true,
            "write an address and a port, 127.0.0.1:8080",
        );
        let https = self.value("https", |_: &bool| true, "write true or false");
        let proxies = self.proxies();
        let connections_max = self.value(
            "connections_max",
            |n: &usize| (1..=100_000).contains(n),
            "write 1 to 100000",
        );
        let request_timeout_seconds = self.value(
            "request_timeout_seconds",
            |n: &u64| (1..=600).contains(n),
            "write 1 to 600",
        );
        let file_bytes_max = self.value(
            "file_bytes_max",
            |n: &usize| (1..=1 << 30).contains(n),
            "write 1 to 1073741824",
        );
        let (postgres, from) = self.text("postgres");
        if !postgres.is_empty()
            && !postgres.starts_with("postgres://")
            && !postgres.starts_with("postgresql://")
        {
            // The address may hold a password, so it is not repeated.
            let help = "write postgres://user@host/database?sslmode=disable";
            self.fault(&from, "config.value", "postgres", help);
        }
        let post = self.post();
        let (
            Some(listen),
            Some(https),
            Some(connections_max),
            Some(request_timeout_seconds),
            Some(file_bytes_max),
            true,
        ) = (
            listen,
            https,
            connections_max,
            request_timeout_seconds,
            file_bytes_max,
            self.faults.is_empty(),
        )
        else {
            let help =
                "mend the places that are named; docs/guide/configuration.md lists the settings";
            let detail = "the configuration has faults";
            let mut failure = Failure::new(Exit::CONFIG, "config_invalid", detail, help);
            self.faults.sort_by_key(|fault| fault.line);
            failure.faults = self.faults;
            return Err(failure);
        };
        let data = self.data_folder(env)?;
        Ok(Settings {
            written: self.written(&data),
            postgres: Some(postgres).filter(|url| !url.is_empty()),
            listen,
            https,
            proxies,
            connections_max,
            request_timeout_seconds,
            file_bytes_max,
            mail: post.mail(&data),
            mail_from: post.from,
            public_url: post.url,
            strange_variables: env.strange(),
            file,
            data,
        })
    }

    /// Which proxies are believed; a fault where they do not read.
    fn proxies(&mut self) -> Proxies {
        let proxies = self.optional("trusted_proxies");
        let header: Option<ProxyHeader> = self.optional("proxy_header");
        let proxies = proxies.unwrap_or_else(Proxies::none);
        proxies.by(header.unwrap_or_default())
    }

    /// How the house writes to people; what is wrong with it is a fault.
    fn post(&mut self) -> PostSettings {
        let (mail, from) = self.text("mail");
        let smtp = (mail != "folder").then(|| mail.parse::<Smtp>());
        let smtp = match smtp.transpose() {
            Ok(smtp) => smtp,
            Err(error) => {
                // The address may hold a password, so it is not repeated.
                let help = format!("write folder, or a mail server: {}", error.help);
                self.fault(&from, "config.value", "mail", help);
                None
            }
        };
        let post = PostSettings {
            from: self.optional("mail_from"),
            url: self.optional("public_url"),
            smtp,
        };
        if post.smtp.is_some() {
            for (name, is_set, help) in [
                (
                    "mail_from",
                    !self.text("mail_from").0.is_empty(),
                    "with a mail server, say who sends: mail_from = \"desk@shop.example\"",
                ),
                (
                    "public_url",
                    !self.text("public_url").0.is_empty(),
                    "with a mail server, say where links lead: public_url = \"https://shop.example\"",
                ),
            ] {
                if !is_set {
                    self.fault(&from, "config.missing", name, help);
                }
            }
        }
        post
    }

    /// A value that may be left out; a fault where it does not read.
    fn optional<T: FromStr<Err = ParseError>>(&mut self, name: &'static str) -> Option<T> {
        let (text, from) = self.text(name);
        if text.is_empty() {
            return None;
        }
        match text.parse() {
            Ok(value) => Some(value),
            Err(error) => {
                self.fault(
                    &from,
                    "config.value",
                    &format!("{name} = {text}"),
                    error.help,
                );
                None
            }
        }
    }

    /// A relative path in the file is from the file's folder, elsewhere from where the command is given.
    fn data_folder(&self, env: &Environment) -> Result<PathBuf, Failure> {
        let (text, from) = self.text("data");
        let path = PathBuf::from(&text);
        let path = match &from {
            From::Default => env.data_folder("passband")?,
            From::File(file, _) => file.parent().unwrap_or(Path::new(".")).join(path),
            _ => path,
        };
        Ok(std::path::absolute(&path).unwrap_or(path))
    }

    fn written(&self, data: &Path) -> Vec<Written> {
        let each = KNOWN.iter().map(|known| {
            let (text, from) = self.text(known.name);
            let text = match known.name {
                "data" => data.display().to_string(),
                // Mail into a folder has no address, and so no password.
                "mail" if !text.contains("://") => text,
                _ if known.is_secret => masked(&text),
                _ => text,
            };
            Written {
                name: known.name,
                text,
                from,
            }
        });
        each.collect()
    }
}

/// Host and database of an address; whatever may be a password is left out.
fn masked(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else {
        return String::new();
    };
    let rest = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
    let place = rest.split(['?', '#']).next().unwrap_or_default();
    format!("{scheme}://***@{place}")
}
