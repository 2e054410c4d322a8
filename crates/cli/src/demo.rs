//! `passband demo`: the story of 2016, played on a house of its own, then served.
//!
//! How a step looks is `demo/print.rs`'s to know.

mod print;

use std::net::SocketAddr;
use std::sync::Arc;

use clap::Args;
use serde_json::json;
use story::Cast;
use tokio::sync::mpsc;
use trade::clock::HandClock;
use trade::letters::Post;
use trade::letters::outside::Mail;
use trade::{House, people};
use web::{App, Demo, Serving};

use crate::args::Global;
use crate::command::Answer;
use crate::config::{Environment, MAIL_FOLDER};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::house;
use crate::local::Door;
use crate::output::Output;
use crate::serve::{Served, Signals, bind, url_of};
use crate::style::{bold, dim};

/// The demonstration's folder, beside that of a real house.
const FOLDER: &str = "passband-demo";
/// Set in a house that is a demonstration.
const SETTING: &str = "demo";
/// Who signs in to it.
const EMAIL: &str = "operator@example.com";
/// Connections of a demonstration.
const CONNECTIONS_MAX: usize = 400;
/// The story begins after this instant.
const BEFORE_THE_STORY: &str = "2016-01-01";

const EXAMPLES: &str = "\
Examples:
  passband demo                 play the story, then serve it
  passband demo --once          only the time line
  passband demo --once --json   the same for a program
  passband demo --port 9000

It keeps a data folder of its own, ~/.local/share/passband-demo, and never touches another house.
Played again it doubles nothing. Every start gives the operator a new password; nothing but its hash is kept.";

/// The flags of `demo`.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct DemoArgs {
    /// End after the time line
    #[arg(long)]
    pub once: bool,
    /// The port to serve on, on this machine only; 0 takes a free one
    #[arg(long, value_name = "PORT", default_value_t = 8080)]
    pub port: u16,
}

/// Plays and serves the demonstration.
///
/// # Errors
/// The port is taken, the folder holds a real house, or as the use cases.
pub async fn run(args: &DemoArgs, global: Global, env: &Environment, out: &Output) -> Answer {
    if global.postgres.is_some() {
        return Err(Failure::usage(
            "the demonstration is kept in SQLite: its clock is set by hand, and PostgreSQL has its own",
            "leave --postgres out",
        ));
    }
    let signals = Signals::listen()?;
    let listener = match args.once {
        true => None,
        false => Some(bind(SocketAddr::from(([127, 0, 0, 1], args.port)))?),
    };
    let folder = match global.data {
        Some(folder) => folder,
        None => env.data_folder(FOLDER)?,
    };
    let folder = std::path::absolute(&folder).unwrap_or(folder);
    let clock = Arc::new(HandClock::at(
        BEFORE_THE_STORY.parse().map_err(trade::Error::from)?,
    ));
    let house = house::open(&folder, None, clock.clone()).await?;
    if let Err(failure) = mark(&house, &folder).await {
        house.close().await;
        return Err(failure);
    }
    let cast = tell(&house, &clock, out).await?;
    clock.release();
    let Some(listener) = listener else {
        house.close().await;
        return Ok(Exit::YES);
    };
    let password = people::fresh_password()?;
    let operator = crate::typed::operator(&house)?;
    house.put_user(operator, EMAIL, password.clone()).await?;
    let serving = Serving {
        public_url: url_of(&listener)?,
        ..Serving::default()
    };
    let served = Served {
        app: App::new(house.clone())
            .with_demo(demo(cast))
            .with_serving(serving),
        door: Door::open(&folder)?,
        database: house::database(None),
        connections_max: CONNECTIONS_MAX,
        house,
        listener,
    };
    let url = served.url()?;
    served.house.set_post(Post {
        mail: Mail::Folder(folder.join(MAIL_FOLDER)),
        from: EMAIL.parse().map_err(trade::Error::from)?,
        url: url.parse().map_err(trade::Error::from)?,
    });
    if out.is_json() {
        let served = json!({ "url": url, "email": EMAIL, "password": password });
        out.data(json!({ "served": served }).to_string()).await;
    } else {
        out.text(format!(
            "\nThe marketplace is at   {}\nSign in as operator     {EMAIL}\nwith the password       {}",
            bold(&url),
            bold(&password)
        ))
        .await;
        let folder = folder.display();
        out.note(dim(&format!(
            "\nAsk it from another terminal: passband --data {folder} check --device 2015015 --network T-Mobile --country US\nCtrl-C stops it."
        )))
        .await;
    }
    served.until_stopped(signals, out).await;
    Ok(Exit::YES)
}

/// Makes sure that the story is never played in a real house, and marks one that is a demonstration.
async fn mark(house: &House, folder: &std::path::Path) -> Result<(), Failure> {
    if house.setting(SETTING).await?.is_some() {
        return Ok(());
    }
    let is_in_use = house.snapshot().next_position() > 0 || !house.directory().parties.is_empty();
    if is_in_use {
        return Err(Failure::new(
            Exit::DATA,
            "not_a_demonstration",
            format!(
                "{}: this is a real house; the story is not played in it",
                folder.display()
            ),
            "leave --data out, or name an empty folder",
        ));
    }
    Ok(house.set_setting(SETTING, "1").await?)
}

/// Plays the story and prints each step as it happens.
async fn tell(house: &House, clock: &HandClock, out: &Output) -> Result<Cast, Failure> {
    let (steps, mut told) = mpsc::unbounded_channel();
    let mut tell = move |step| {
        // The other end goes away only with this process.
        let _ = steps.send(step);
    };
    let directory = || house.directory();
    let play = async {
        let cast = story::play(house, clock, &mut tell).await;
        drop(tell);
        cast
    };
    let show = async {
        while let Some(step) = told.recv().await {
            print::step(&step, &directory(), out).await;
        }
    };
    let (cast, ()) = tokio::join!(play, show);
    Ok(cast?)
}

fn demo(cast: Cast) -> Demo {
    Demo {
        market: cast.market,
        slider_listing: cast.slider_listing,
        race_listing: cast.race_listing,
        race_certification: cast.race_certification,
        race_issuer: cast.race_issuer,
        operator_email: EMAIL.to_owned(),
    }
}
