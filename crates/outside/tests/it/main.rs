//! Mail to a small server in this process: what it hears, and what we make of its answers.

mod folder;
mod server;
mod smtp;
mod tls;
