//! Serves the story of 2016 from a folder that goes away, to look at the pages while working on them.
//!
//! `cargo run -p passband-web --example look -- 38080`. Not the demonstration: that is `passband demo`.

use std::sync::Arc;

use domain::Instant;
use trade::clock::HandClock;
use trade::{House, HouseOptions};
use web::{App, Demo};

/// Signs in at the look.
const EMAIL: &str = "desk@us-mobile.example";
const PASSWORD: &str = "look look look";

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let port: u16 = std::env::args().nth(1).unwrap_or_default().parse()?;
    let folder = tempfile::tempdir()?;
    let start: Instant = "2016-01-01".parse()?;
    let clock = Arc::new(HandClock::at(start));
    let house = House::open(HouseOptions::new(folder.path(), clock.clone())).await?;
    let cast = story::play(&house, &clock, &mut |_| {}).await?;
    clock.release();
    let operator = house
        .directory()
        .parties
        .iter()
        .find(|party| party.role == "operator")
        .map(|party| party.id.clone());
    if let Some(operator) = operator {
        house.put_user(operator, EMAIL, PASSWORD.to_owned()).await?;
    }
    let demo = Demo {
        market: cast.market,
        slider_listing: cast.slider_listing,
        race_listing: cast.race_listing,
        race_certification: cast.race_certification,
        race_issuer: cast.race_issuer,
        operator_email: EMAIL.to_owned(),
    };
    let keeper = house.clone();
    tokio::spawn(async move { keeper.keep_up(std::future::pending()).await });
    let router = web::router(App::new(house).with_demo(demo));
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await?;
    println!("http://{}  {EMAIL}  {PASSWORD}", listener.local_addr()?);
    axum::serve(listener, router).await?;
    Ok(())
}
