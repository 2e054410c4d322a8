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
use web::PeerAddress;

/// Most bytes of a request's headers.
const HEADER_BYTES_MAX: usize = 64 * 1024;
/// Connections beyond the limit that are told so at once; further ones are closed without a word.
const TURNED_AWAY_MAX: usize = 64;
/// How long to pause when no connection can be accepted, as when the process has no file handle left.
pub const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// What a connection may take.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Most connections at once.
    pub connections_max: usize,
    /// How long it may be silent before a request's headers are there, the first byte included.
    pub headers_within: Duration,
    /// How long what was written may take to leave: a reader that does not read is not waited for.
    pub written_within: Duration,
}

impl Limits {
    /// The times that suit people and programs, and a number of connections.
    pub const fn of(connections_max: usize) -> Self {
        Self {
            connections_max,
            headers_within: Duration::from_secs(10),
            written_within: Duration::from_secs(30),
        }
    }
}

/// Serves until `stop`, then waits for the requests in flight.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    limits: Limits,
    mut stop: watch::Receiver<bool>,
) {
    let places = Arc::new(Semaphore::new(limits.connections_max));
    let doorstep = Arc::new(Semaphore::new(TURNED_AWAY_MAX));
    let mut connections = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            _ = stop.wait_for(|is_stopping| *is_stopping) => break,
            Some(_) = connections.join_next() => continue,
            accepted = listener.accept() => accepted,
        };
        let Ok((stream, peer)) = accepted else {
            sleep(ACCEPT_PAUSE).await;
            continue;
        };
        let stop = stop.clone();
        if let Ok(place) = Arc::clone(&places).try_acquire_owned() {
            let router = router.clone();
            connections.spawn(async move {
                let _place = place;
                let router = WithPeer {
                    inner: TowerToHyperService::new(router),
                    peer: PeerAddress(peer.ip()),
                };
                connection(stream, router, limits, stop).await;
            });
        } else if let Ok(place) = Arc::clone(&doorstep).try_acquire_owned() {
            connections.spawn(async move {
                let _place = place;
                let busy = hyper::service::service_fn(turned_away);
                connection(stream, busy, limits, stop).await;
            });
        }
    }
    drop(listener);
    while connections.join_next().await.is_some() {}
}

async fn connection<S>(
    stream: TcpStream,
    service: S,
    limits: Limits,
    mut stop: watch::Receiver<bool>,
) where
    S: hyper::service::Service<Request<Incoming>, Response = Response<Body>, Error = Infallible>,
{
    // Answers are small; waiting to fill a packet would only delay them.
    let _ = stream.set_nodelay(true);
    let io = TokioIo::new(Punctual::new(stream, limits.written_within));
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.headers_within)
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

/// Puts beside each request who is connected.
struct WithPeer<S> {
    inner: S,
    peer: PeerAddress,
}

impl<S: hyper::service::Service<Request<Incoming>>> hyper::service::Service<Request<Incoming>>
    for WithPeer<S>
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn call(&self, mut request: Request<Incoming>) -> S::Future {
        request.extensions_mut().insert(self.peer);
        self.inner.call(request)
    }
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
    within: Duration,
    /// Runs from the first write that had to wait until all of it has left.
    deadline: Option<Pin<Box<Sleep>>>,
}

impl Punctual {
    const fn new(stream: TcpStream, within: Duration) -> Self {
        Self {
            stream,
            within,
            deadline: None,
        }
    }

    /// Whether what was written has waited too long; starts the clock if it just began to wait.
    fn is_late(&mut self, cx: &mut Context<'_>) -> bool {
        let within = self.within;
        let deadline = self.deadline.get_or_insert_with(|| Box::pin(sleep(within)));
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

#[cfg(test)]
mod tests {
    use axum::routing::get;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::task::JoinHandle;

    use super::*;

    const REQUEST: &[u8] = b"GET / HTTP/1.1\r\nHost: here\r\n\r\n";
    /// How long a test waits for what must happen.
    const PATIENCE: Duration = Duration::from_secs(20);

    struct Running {
        address: std::net::SocketAddr,
        stop: watch::Sender<bool>,
        served: JoinHandle<()>,
    }

    /// Serves with deadlines of a moment, since tests wait for them.
    async fn running(router: Router, connections_max: usize) -> Running {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("binds");
        let address = listener.local_addr().expect("bound");
        let (stop, stopping) = watch::channel(false);
        let limits = Limits {
            connections_max,
            headers_within: Duration::from_millis(200),
            written_within: Duration::from_millis(200),
        };
        let served = tokio::spawn(serve(listener, router, limits, stopping));
        Running {
            address,
            stop,
            served,
        }
    }

    impl Running {
        async fn connect(&self) -> TcpStream {
            TcpStream::connect(self.address).await.expect("connects")
        }

        async fn stops(self) {
            self.stop.send_replace(true);
            let ended = tokio::time::timeout(PATIENCE, self.served).await;
            ended.expect("stops in time").expect("does not panic");
        }
    }

    async fn all_of(stream: &mut TcpStream) -> String {
        let mut answer = Vec::new();
        let read = tokio::time::timeout(PATIENCE, stream.read_to_end(&mut answer)).await;
        // A connection that is reset ended too.
        let _ = read.expect("the connection ends");
        String::from_utf8_lossy(&answer).into_owned()
    }

    #[tokio::test]
    async fn silence_and_slow_headers_end_a_connection() {
        let running = running(Router::new(), 8).await;
        let mut silent = running.connect().await;
        let mut slow = running.connect().await;
        slow.write_all(b"GET / HTTP/1.1\r\nHost:")
            .await
            .expect("writes");
        assert!(!all_of(&mut silent).await.contains("200 OK"));
        assert!(!all_of(&mut slow).await.contains("200 OK"));
        running.stops().await;
    }

    #[tokio::test]
    async fn a_reader_that_does_not_read_is_not_waited_for() {
        // More than the buffers of both ends hold.
        let router = Router::new().route("/", get(|| async { vec![0_u8; 64 * 1024 * 1024] }));
        let running = running(router, 8).await;
        let mut deaf = running.connect().await;
        deaf.write_all(REQUEST).await.expect("writes");
        deaf.readable().await.expect("the answer begins");
        running.stops().await;
    }

    /// A page that is answered only when it is let go on: who waits at it, and who lets it.
    fn held() -> (Router, Arc<Semaphore>, Arc<Semaphore>) {
        let (begun, let_on) = (Arc::new(Semaphore::new(0)), Arc::new(Semaphore::new(0)));
        let (begins, goes_on) = (Arc::clone(&begun), Arc::clone(&let_on));
        let page = get(move || {
            let (begins, goes_on) = (Arc::clone(&begins), Arc::clone(&goes_on));
            async move {
                begins.add_permits(1);
                let _ = goes_on.acquire().await;
                "done"
            }
        });
        (Router::new().route("/", page), begun, let_on)
    }

    #[tokio::test]
    async fn a_connection_too_many_is_told_so() {
        let (router, begun, let_on) = held();
        let running = running(router, 1).await;
        let mut first = running.connect().await;
        first.write_all(REQUEST).await.expect("writes");
        let _at_work = begun.acquire().await.expect("open");
        let mut second = running.connect().await;
        second.write_all(REQUEST).await.expect("writes");
        let told = all_of(&mut second).await;
        assert!(told.starts_with("HTTP/1.1 503"), "{told}");
        assert!(told.contains("retry-after: 1"), "{told}");
        let_on.add_permits(1);
        assert!(all_of(&mut first).await.ends_with("done"));
        running.stops().await;
    }

    #[tokio::test]
    async fn a_request_in_flight_is_answered_before_the_server_stops() {
        let (router, begun, let_on) = held();
        let running = running(router, 8).await;
        let mut stream = running.connect().await;
        stream.write_all(REQUEST).await.expect("writes");
        let _at_work = begun.acquire().await.expect("open");
        running.stop.send_replace(true);
        let_on.add_permits(1);
        let answer = all_of(&mut stream).await;
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        assert!(answer.ends_with("done"), "{answer}");
        running.stops().await;
    }
}
