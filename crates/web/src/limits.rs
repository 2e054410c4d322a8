//! How often somebody may try: per account and per address, in this process's memory.
//!
//! Each key has so many tries at once, and one more after each while (the generic cell rate algorithm). A try that
//! succeeds is given back. Every node counts for itself, and forgets when it stops.

use std::collections::HashMap;
use std::convert::Infallible;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, PoisonError};

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use domain::Instant;

use crate::App;
use crate::problem::{Problem, WebCode, detached};

/// Most keys that are remembered; beyond it, those that tried least are forgotten.
const KEYS_MAX: usize = 20_000;
/// Most characters of a key.
const KEY_CHARS_MAX: usize = 254;

/// What is tried, and of whom it is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Tries {
    /// Signing in, by the account.
    SignInOfAccount,
    /// Signing in, by the address it comes from.
    SignInFromAddress,
    /// Asking for a new password, by the account.
    ResetOfAccount,
    /// Asking for a new password, by the address it comes from.
    ResetFromAddress,
    /// Inviting, by the member.
    InvitationOfMember,
    /// Opening the link of a letter, by the address it comes from.
    LinkFromAddress,
}

impl Tries {
    /// How many at once, and after how many milliseconds one more.
    const fn rate(self) -> (i64, i64) {
        const SECOND: i64 = 1_000;
        const MINUTE: i64 = 60 * SECOND;
        match self {
            Self::SignInOfAccount => (10, 30 * SECOND),
            Self::SignInFromAddress => (60, 5 * SECOND),
            Self::ResetOfAccount => (3, 20 * MINUTE),
            Self::ResetFromAddress => (20, MINUTE),
            Self::InvitationOfMember => (30, MINUTE),
            Self::LinkFromAddress => (60, 5 * SECOND),
        }
    }
}

/// For each key, the instant in epoch milliseconds at which all its tries are there again.
#[derive(Default)]
pub(crate) struct Limits(Mutex<HashMap<(Tries, String), i64>>);

impl Limits {
    /// Counts a try; refused, it says after how many seconds one is there again.
    pub(crate) fn take(&self, tries: Tries, key: &str, now: Instant) -> Result<(), u64> {
        let (at_once, while_ms) = tries.rate();
        let now_ms = now.epoch_ms();
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (tries, key.chars().take(KEY_CHARS_MAX).collect());
        let all_again = known.get(&key).copied().unwrap_or(now_ms);
        // A clock that was put back shuts nobody out for longer than the rate says.
        let all_again = all_again.clamp(now_ms, now_ms.saturating_add(at_once * while_ms));
        let missing_ms = all_again - now_ms - (at_once - 1) * while_ms;
        if missing_ms > 0 {
            known.insert(key, all_again);
            return Err(u64::try_from(missing_ms)
                .unwrap_or_default()
                .div_ceil(1_000));
        }
        if known.len() >= KEYS_MAX && !known.contains_key(&key) {
            make_room(&mut known, now_ms);
        }
        known.insert(key, all_again + while_ms);
        Ok(())
    }

    /// Gives a try back.
    fn give_back(&self, tries: Tries, key: &str) {
        let (_, while_ms) = tries.rate();
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (tries, key.chars().take(KEY_CHARS_MAX).collect());
        if let Some(all_again) = known.get_mut(&key) {
            *all_again -= while_ms;
        }
    }
}

/// Forgets those that have all their tries, and if there are none, whoever tried least.
fn make_room(known: &mut HashMap<(Tries, String), i64>, now_ms: i64) {
    known.retain(|_, all_again| *all_again > now_ms);
    if known.len() < KEYS_MAX {
        return;
    }
    let spent = |(tries, _): &(Tries, String), all_again: i64| {
        let (at_once, while_ms) = tries.rate();
        (all_again - now_ms) * 1_000 / (at_once * while_ms)
    };
    let least = known.iter().min_by_key(|(key, at)| spent(key, **at));
    if let Some(key) = least.map(|(key, _)| key.clone()) {
        known.remove(&key);
    }
}

/// Counts a try of a request.
///
/// # Errors
/// There were too many: 429, with the seconds to wait.
pub(crate) fn count(app: &App, tries: Tries, key: &str) -> Result<(), Problem> {
    app.limits
        .take(tries, key, app.house.now())
        .map_err(|seconds| {
            let detail = format!("too many tries; the next one in {seconds} seconds");
            let mut problem = Problem::web(WebCode::TooManyRequests, detail);
            problem.retry_after_seconds = Some(seconds);
            problem
        })
}

/// Signs in, within the limits. A known and an unknown address are counted alike.
///
/// # Errors
/// Too many tries, or as [`trade::House::sign_in`].
pub(crate) async fn sign_in(
    app: &App,
    peer: &Peer,
    email: String,
    password: String,
) -> Result<String, Problem> {
    let account = email.trim().to_lowercase();
    count(app, Tries::SignInFromAddress, &peer.0)?;
    count(app, Tries::SignInOfAccount, &account)?;
    let house = app.house.clone();
    let token = detached(async move { house.sign_in(&email, password).await }).await?;
    app.limits.give_back(Tries::SignInFromAddress, &peer.0);
    app.limits.give_back(Tries::SignInOfAccount, &account);
    Ok(token)
}

/// The address of whoever is connected; the server puts it beside each request.
#[derive(Clone, Copy, Debug)]
pub struct PeerAddress(pub IpAddr);

/// Where a request comes from, as far as it is counted: an IPv4 address, or the first 64 bits of an IPv6 address.
/// Behind a proxy that is believed it is the visitor's.
pub(crate) struct Peer(String);

impl Peer {
    /// As tries are counted.
    pub(crate) fn key(&self) -> &str {
        &self.0
    }
}

impl FromRequestParts<App> for Peer {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Infallible> {
        let connected = parts.extensions.get::<PeerAddress>();
        let proxies = &app.serving.proxies;
        let address = connected.map(|peer| proxies.visitor(peer.0, &parts.headers));
        Ok(Self(address.map_or_else(String::new, counted)))
    }
}

/// A try at the link of a letter, counted before anything of the request's body is read.
pub(crate) struct LinkTry;

impl FromRequestParts<App> for LinkTry {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let Ok(peer) = Peer::from_request_parts(parts, app).await;
        count(app, Tries::LinkFromAddress, &peer.0)?;
        Ok(Self)
    }
}

fn counted(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).to_string()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const T0: i64 = 1_000_000;

    fn at(ms: i64) -> Instant {
        Instant::from_epoch_ms(T0 + ms)
    }

    #[test]
    fn so_many_tries_at_once_and_one_more_after_each_while() {
        let limits = Limits::default();
        let take = |ms| limits.take(Tries::SignInOfAccount, "a@b", at(ms));
        for _ in 0..10 {
            assert_eq!(take(0), Ok(()));
        }
        assert_eq!(take(0), Err(30));
        assert_eq!(take(29_001), Err(1));
        assert_eq!(take(30_000), Ok(()));
        assert_eq!(take(30_000), Err(30));
        assert_eq!(limits.take(Tries::SignInOfAccount, "c@d", at(0)), Ok(()));
        assert_eq!(limits.take(Tries::SignInFromAddress, "a@b", at(0)), Ok(()));
    }

    #[test]
    fn a_try_that_is_given_back_can_be_had_again() {
        let limits = Limits::default();
        for _ in 0..100 {
            assert_eq!(limits.take(Tries::ResetOfAccount, "a@b", at(0)), Ok(()));
            limits.give_back(Tries::ResetOfAccount, "a@b");
        }
    }

    #[test]
    fn a_clock_that_is_put_back_shuts_nobody_out_for_long() {
        let limits = Limits::default();
        let hour = 60 * 60 * 1_000;
        let take = |ms| limits.take(Tries::SignInOfAccount, "a@b", at(ms));
        assert_eq!(take(hour), Ok(()));
        assert_eq!(take(0), Err(30));
        assert_eq!(take(30_000), Ok(()));
    }

    #[test]
    fn the_table_is_bounded_and_forgets_whoever_tried_least() {
        let limits = Limits::default();
        for _ in 0..10 {
            assert_eq!(limits.take(Tries::SignInOfAccount, "victim", at(0)), Ok(()));
        }
        for n in 0..KEYS_MAX + 100 {
            let key = format!("{n}@flood");
            assert_eq!(limits.take(Tries::SignInOfAccount, &key, at(0)), Ok(()));
        }
        let kept = limits.0.lock().expect("a lock").len();
        assert_eq!(kept, KEYS_MAX);
        assert!(
            limits
                .take(Tries::SignInOfAccount, "victim", at(0))
                .is_err()
        );
    }

    #[test]
    fn an_address_is_counted_by_who_has_it() {
        for (text, expected) in [
            ("192.0.2.7", "192.0.2.7"),
            ("::ffff:192.0.2.7", "192.0.2.7"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ] {
            assert_eq!(counted(text.parse().expect("an address")), expected);
        }
    }
}
