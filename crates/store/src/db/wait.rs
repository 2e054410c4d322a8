//! Running a future where there is no runtime, and several of them in order.
//!
//! On SQLite a job never really waits: it is polled once. On PostgreSQL a batch sends all its
//! statements before it reads the first answer. Knows nothing of databases.

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::Thread;

/// Polls `future` once; `None` if it would have to wait.
pub(crate) fn poll_once<F: Future>(future: F) -> Option<F::Output> {
    let mut context = Context::from_waker(Waker::noop());
    match pin!(future).poll(&mut context) {
        Poll::Ready(output) => Some(output),
        Poll::Pending => None,
    }
}

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// Runs `future` to its end, parking this thread while it waits.
pub(crate) fn block_on<F: Future>(future: F) -> F::Output {
    let waker = Waker::from(Arc::new(Unpark(std::thread::current())));
    let mut context = Context::from_waker(&waker);
    let mut future = pin!(future);
    loop {
        match future.as_mut().poll(&mut context) {
            Poll::Ready(output) => return output,
            // An unpark that came before is remembered, so none is missed.
            Poll::Pending => std::thread::park(),
        }
    }
}

/// A future whose type does not matter.
pub(crate) type Boxed<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Runs all of `futures` at once and returns their outputs in order.
///
/// Each is polled for the first time in the order given, which is the order in which they send. After
/// that only the foremost unfinished one is polled: answers on a connection come in the order of asking.
pub(crate) async fn all_in_order<T>(mut futures: Vec<Boxed<'_, T>>) -> Vec<T> {
    let mut early: Vec<Option<T>> = Vec::with_capacity(futures.len());
    poll_fn(|context| {
        for future in &mut futures {
            early.push(match future.as_mut().poll(context) {
                Poll::Ready(output) => Some(output),
                Poll::Pending => None,
            });
        }
        Poll::Ready(())
    })
    .await;
    let mut outputs = Vec::with_capacity(futures.len());
    for (future, output) in futures.into_iter().zip(early) {
        outputs.push(match output {
            Some(output) => output,
            None => future.await,
        });
    }
    outputs
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Mutex;

    #[test]
    fn a_future_that_would_wait_is_not_ready() {
        assert_eq!(poll_once(async { 7 }), Some(7));
        assert_eq!(poll_once(std::future::pending::<u8>()), None);
    }

    #[test]
    fn block_on_wakes_from_another_thread() {
        let (send, receive) = tokio::sync::oneshot::channel();
        let sender = std::thread::spawn(move || send.send(5));
        assert_eq!(block_on(receive), Ok(5));
        assert_eq!(sender.join().expect("sender ends"), Ok(()));
    }

    #[test]
    fn futures_start_and_answer_in_order() {
        let started = Mutex::new(Vec::new());
        let (release, wait) = tokio::sync::oneshot::channel::<()>();
        let first: Boxed<'_, u8> = Box::pin(async {
            started.lock().expect("lock").push(1);
            wait.await.expect("released");
            1
        });
        let second: Boxed<'_, u8> = Box::pin(async {
            started.lock().expect("lock").push(2);
            release.send(()).expect("first waits");
            2
        });
        assert_eq!(block_on(all_in_order(vec![first, second])), [1, 2]);
        assert_eq!(*started.lock().expect("lock"), [1, 2]);
    }
}
