//! Connections: who may hold one, for how long, and how they end.
//!
//! `axum::serve` sets no deadline for headers and no limit of connections, so a slow client would hold one for
//! ever. Here silence, slow headers and a reader that does not read each have their time, and the connections
//! a number. Knows no route.

use std::convert::Infallible;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, Response, StatusCode, header};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::{Sleep, sleep};

/// How long a connection may be silent before a request's headers are there, the first byte included.
pub const HEADERS_WITHIN: Duration = Duration::from_secs(10);
/// How long what was written may take to leave: a reader that does not read is not waited for.
pub const WRITTEN_WITHIN: Duration = Duration::from_secs(30);
/// Most bytes of a request's headers.
const HEADER_BYTES_MAX: usize = 64 * 1024;
/// Connections beyond the limit that are told so at once; further ones are closed without a word.
const TURNED_AWAY_MAX: usize = 64;
/// How long to pause when no connection can be accepted, as when the process has no file handle left.
pub const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Serves until `stop`, then waits for the requests in flight.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    connections_max: usize,
    mut stop: watch::Receiver<bool>,
) {
    let places = Arc::new(Semaphore::new(connections_max));
    let doorstep = Arc::new(Semaphore::new(TURNED_AWAY_MAX));
    let mut connections = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            _ = stop.wait_for(|is_stopping| *is_stopping) => break,
            Some(_) = connections.join_next() => continue,
            accepted = listener.accept() => accepted,
        };
        let Ok((stream, _)) = accepted else {
            sleep(ACCEPT_PAUSE).await;
            continue;
        };
        let stop = stop.clone();
        if let Ok(place) = Arc::clone(&places).try_acquire_owned() {
            let router = router.clone();
            connections.spawn(async move {
                let _place = place;
                connection(stream, TowerToHyperService::new(router), stop).await;
            });
        } else if let Ok(place) = Arc::clone(&doorstep).try_acquire_owned() {
            connections.spawn(async move {
                let _place = place;
                let busy = hyper::service::service_fn(turned_away);
                connection(stream, busy, stop).await;
            });
        }
    }
    drop(listener);
    while connections.join_next().await.is_some() {}
}

async fn connection<S>(stream: TcpStream, service: S, mut stop: watch::Receiver<bool>)
where
    S: hyper::service::Service<Request<Incoming>, Response = Response<Body>, Error = Infallible>,
{
    // Answers are small; waiting to fill a packet would only delay them.
    let _ = stream.set_nodelay(true);
    let io = TokioIo::new(Punctual::new(stream));
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADERS_WITHIN)
        .max_buf_size(HEADER_BYTES_MAX)
        .serve_connection(io, service);
    let mut connection = std::pin::pin!(connection);
    // How a connection ended is its client's affair; what a request came to was answered.
    tokio::select! {
        _ended = connection.as_mut() => return,
        _ = stop.wait_for(|is_stopping| *is_stopping) => {}
    }
    connection.as_mut().graceful_shutdown();
    let _ended = connection.await;
}

/// What a connection beyond the limit is told.
async fn turned_away(_: Request<Incoming>) -> Result<Response<Body>, Infallible> {
    let mut answer = Response::new(Body::from("Too many connections; try again in a moment.\n"));
    *answer.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
    let headers = answer.headers_mut();
    headers.insert(header::RETRY_AFTER, header::HeaderValue::from_static("1"));
    headers.insert(
        header::CONNECTION,
        header::HeaderValue::from_static("close"),
    );
    Ok(answer)
}

/// A stream whose written bytes have to leave in time.
struct Punctual {
    stream: TcpStream,
    /// Runs from the first write that had to wait until all of it has left.
    deadline: Option<Pin<Box<Sleep>>>,
}

impl Punctual {
    const fn new(stream: TcpStream) -> Self {
        Self {
            stream,
            deadline: None,
        }
    }

    /// Whether what was written has waited too long; starts the clock if it just began to wait.
    fn is_late(&mut self, cx: &mut Context<'_>) -> bool {
        let deadline = self
            .deadline
            .get_or_insert_with(|| Box::pin(sleep(WRITTEN_WITHIN)));
        deadline.as_mut().poll(cx).is_ready()
    }
}

impl AsyncRead for Punctual {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, into)
    }
}

impl AsyncWrite for Punctual {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        match Pin::new(&mut self.stream).poll_write(cx, bytes) {
            Poll::Pending if self.is_late(cx) => Poll::Ready(Err(io::ErrorKind::TimedOut.into())),
            other => other,
        }
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        match Pin::new(&mut self.stream).poll_write_vectored(cx, parts) {
            Poll::Pending if self.is_late(cx) => Poll::Ready(Err(io::ErrorKind::TimedOut.into())),
            other => other,
        }
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    /// Called once everything was handed to the system.
    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.deadline = None;
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
