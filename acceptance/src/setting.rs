//! What a person may set for the tests from outside: counts, seeds, where a server is.

/// A setting from the environment.
#[must_use]
pub fn text(name: &str) -> Option<String> {
    #[expect(
        clippy::disallowed_methods,
        reason = "how a test is told its counts and its server"
    )]
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// A count or a seed.
///
/// # Panics
/// It is set and is no number: a run that was asked for must not quietly be another.
#[must_use]
pub fn number(name: &str) -> Option<u64> {
    text(name).map(|value| {
        value
            .parse()
            .unwrap_or_else(|_| panic!("{name} is {value:?}, which is no number"))
    })
}
