//! `passband serve`: the marketplace, until it is told to stop.
//!
//! Stopping is orderly: no new connection, requests and commands in flight are answered within
//! [`STOP_WITHIN`], then the house is closed.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use tokio::net::{TcpListener, TcpSocket};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch;
use tokio::task::JoinSet;
use trade::House;
use trade::clock::SystemClock;
use web::{App, Serving};

use crate::command::Answer;
use crate::config::Settings;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::local::Door;
use crate::output::{Event, Output};
use crate::style::{bold, dim};
use crate::{house, http};

/// How long requests and commands in flight may take once the server is told to stop.
pub const STOP_WITHIN: Duration = Duration::from_secs(10);

/// Connections that may wait to be accepted; a crowd comes at once, and one that does not fit waits a second.
const WAITING_MAX: u32 = 1_024;

const EXAMPLES: &str = "\
Examples:
  passband serve
  passband serve --listen 0.0.0.0:8080
  passband serve --postgres 'postgres://passband@db/passband?sslmode=disable'

Put a proxy that speaks TLS in front of it and set `https = true` in the configuration.
SIGTERM or Ctrl-C stops it: requests in flight are answered first. A second one stops it at once.";

/// The flags of `serve`.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct ServeArgs {
    /// Address and port [default: 127.0.0.1:8080]; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS:PORT")]
    pub listen: Option<SocketAddr>,
    /// The port alone, on this machine only
    #[arg(long, value_name = "PORT", conflicts_with = "listen")]
    pub port: Option<u16>,
}

impl ServeArgs {
    /// The address that the flags name.
    pub fn address(&self) -> Option<SocketAddr> {
        let port = self
            .port
            .map(|port| SocketAddr::from(([127, 0, 0, 1], port)));
        self.listen.or(port)
    }
}

/// Serves.
///
/// # Errors
/// The port is taken, the house cannot be opened, or another server runs in the folder.
pub async fn run(settings: Settings, out: &Output) -> Answer {
    let signals = Signals::listen()?;
    let listener = bind(settings.listen)?;
    let house = house::open(
        &settings.data,
        settings.postgres.clone(),
        Arc::new(SystemClock),
    )
    .await?;
    let served = Served {
        app: App::new(house.clone()).with_serving(serving(&settings)),
        door: Door::open(&settings.data)?,
        database: house::database(settings.postgres.as_deref()),
        connections_max: settings.connections_max,
        house,
        listener,
    };
    let url = served.url()?;
    served.house.set_post(settings.post(&url)?);
    if out.is_json() {
        out.json(&serde_json::json!({ "url": url, "data": settings.data }))
            .await;
    } else {
        out.text(format!("Passband serves {}", bold(&url))).await;
        out.note(dim(&format!(
            "data in {}; Ctrl-C stops it",
            settings.data.display()
        )))
        .await;
    }
    if served.house.directory().parties.is_empty() {
        out.note("nobody can sign in yet: `passband user add you@example.com`")
            .await;
    }
    // It serves even if this fails: what may be sold does not depend on it, and without a server nobody
    // could withdraw anything.
    house::sign(&served.house, out).await;
    served.until_stopped(signals, out).await;
    Ok(Exit::YES)
}

/// How the pages are served, by the settings.
fn serving(settings: &Settings) -> Serving {
    Serving {
        public_url: settings.public_url.as_ref().map_or_else(
            || {
                let scheme = if settings.https { "https" } else { "http" };
                format!("{scheme}://{}", settings.listen)
            },
            |url| url.link(""),
        ),
        is_https: settings.https,
        proxies: settings.proxies.clone(),
        request_timeout: Duration::from_secs(settings.request_timeout_seconds),
        file_bytes_max: settings.file_bytes_max,
        ..Serving::default()
    }
}

/// Takes the port, unless the table of routes contradicts itself: a route that was opened by mistake is never served.
///
/// # Errors
/// The routes have faults; the port is taken, or not ours to take.
pub fn bind(address: SocketAddr) -> Result<TcpListener, Failure> {
    let faults = web::route_faults();
    if !faults.is_empty() {
        let help = "this program was built wrongly; take another version";
        return Err(Failure::new(
            Exit::SOFTWARE,
            "routes_invalid",
            faults.join("; "),
            help,
        ));
    }
    listen(address).map_err(|error| {
        let port = address.port();
        let help = match error.kind() {
            std::io::ErrorKind::AddrInUse => {
                format!(
                    "stop the program that has it, or take another with --port {}",
                    port.wrapping_add(1)
                )
            }
            std::io::ErrorKind::PermissionDenied => {
                "ports below 1024 need rights; take one above, such as --port 8080".to_owned()
            }
            _ => "check the address of --listen".to_owned(),
        };
        let what = match error.kind() {
            std::io::ErrorKind::AddrInUse => format!("port {port} of {} is taken", address.ip()),
            _ => format!("cannot listen on {address}: {error}"),
        };
        Failure::new(Exit::UNAVAILABLE, "port_not_available", what, help)
    })
}

fn listen(address: SocketAddr) -> std::io::Result<TcpListener> {
    let socket = match address {
        SocketAddr::V4(_) => TcpSocket::new_v4()?,
        SocketAddr::V6(_) => TcpSocket::new_v6()?,
    };
    // A port whose last connections are still ending is free again.
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(WAITING_MAX)
}

/// SIGTERM and SIGINT.
pub struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    /// Listens from now on, so that a signal during the start is not lost.
    ///
    /// # Errors
    /// The system does not let us.
    pub fn listen() -> Result<Self, Failure> {
        let one = |kind| {
            signal(kind).map_err(|error| {
                let detail = format!("signals cannot be listened to: {error}");
                Failure::new(Exit::SOFTWARE, "no_signals", detail, "")
            })
        };
        Ok(Self {
            terminate: one(SignalKind::terminate())?,
            interrupt: one(SignalKind::interrupt())?,
        })
    }

    /// Waits for the next.
    pub async fn next(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

/// Where a listener is reached.
///
/// # Errors
/// The system does not say.
pub fn url_of(listener: &TcpListener) -> Result<String, Failure> {
    let address = listener.local_addr().map_err(|error| {
        let detail = format!("the port is not known: {error}");
        Failure::new(Exit::SOFTWARE, "no_address", detail, "")
    })?;
    Ok(format!("http://{address}"))
}

/// A house with everything that serves it.
pub struct Served {
    /// The house.
    pub house: House,
    /// What the pages know.
    pub app: App,
    /// Where visitors come in.
    pub listener: TcpListener,
    /// Where commands come in.
    pub door: Door,
    /// Which database it is on.
    pub database: String,
    /// Most connections at once.
    pub connections_max: usize,
}

impl Served {
    /// Where it is served.
    ///
    /// # Errors
    /// The system does not say.
    pub fn url(&self) -> Result<String, Failure> {
        url_of(&self.listener)
    }

    /// Serves until a signal, then stops in order.
    pub async fn until_stopped(self, mut signals: Signals, out: &Output) {
        let (stop, stopping) = watch::channel(false);
        let mut tasks = JoinSet::new();
        let router = web::router(self.app);
        tasks.spawn(http::serve(
            self.listener,
            router,
            http::Limits::of(self.connections_max),
            stopping.clone(),
        ));
        tasks.spawn(self.door.serve(self.house.clone(), self.database, stopping));
        // The first questions are answered without it.
        let reader = self.house.clone();
        let reading = tokio::spawn(async move { reader.atlas().await.map(drop) });
        let (keeping, mut end_keeping) = watch::channel(false);
        let keeper = self.house.clone();
        let kept = tokio::spawn(async move {
            let stop = async move {
                let _ = end_keeping.wait_for(|is_ending| *is_ending).await;
            };
            keeper.keep_up(stop).await;
        });
        signals.next().await;
        out.note("stopping: what is in flight is answered first")
            .await;
        reading.abort();
        stop.send_replace(true);
        let in_flight = async { while tasks.join_next().await.is_some() {} };
        tokio::select! {
            ended = tokio::time::timeout(STOP_WITHIN, in_flight) => {
                if ended.is_err() {
                    out.note("some requests did not end in time; they are cut off").await;
                }
            }
            () = signals.next() => out.note("stopped at once").await,
        }
        tasks.shutdown().await;
        keeping.send_replace(true);
        let _ended = kept.await;
        house::sign(&self.house, out).await;
        self.house.close().await;
        out.say(Event::Note("stopped".to_owned())).await;
    }
}
