//! Opening the house that a command asks, with the right clock and in a folder that others cannot read.

use std::path::Path;
use std::sync::Arc;

use domain::Clock;
use trade::{House, HouseOptions};

use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Output;
use crate::style::{bold, warn};

/// Which database a house is on, as far as two processes may tell each other.
pub fn database(postgres: Option<&str>) -> String {
    match postgres {
        // The address may hold a password; its hash is enough to see that two are the same.
        Some(url) => trade::change::sha256(url.as_bytes()),
        None => "sqlite".to_owned(),
    }
}

/// Makes the data folder, for its owner alone, if it is not there.
///
/// # Errors
/// It cannot be made.
pub fn make_folder(folder: &Path) -> Result<(), Failure> {
    use std::os::unix::fs::DirBuilderExt as _;
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
        .map_err(|error| Failure::file(Exit::CANNOT_CREATE, folder, &error))
}

/// Opens a house.
///
/// # Errors
/// The folder or the database cannot be opened, or the record is damaged.
pub async fn open(
    folder: &Path,
    postgres: Option<String>,
    clock: Arc<dyn Clock>,
) -> Result<House, Failure> {
    make_folder(folder)?;
    let mut options = HouseOptions::new(folder, clock);
    options.postgres = postgres;
    Ok(House::open(options).await?)
}

/// Opens a house that has to be there: a wrong path must not look like an empty house.
///
/// # Errors
/// There is none, it cannot be opened, or its record is damaged.
pub async fn open_existing(
    folder: &Path,
    postgres: Option<String>,
    clock: Arc<dyn Clock>,
) -> Result<House, Failure> {
    let mut options = HouseOptions::new(folder, clock);
    options.postgres = postgres;
    options.must_exist = true;
    Ok(House::open(options).await?)
}

/// Opens a house whose record may be damaged, to check it.
///
/// # Errors
/// There is no database, or it cannot be opened.
pub async fn open_unread(
    folder: &Path,
    postgres: Option<String>,
    clock: Arc<dyn Clock>,
) -> Result<House, Failure> {
    let mut options = HouseOptions::new(folder, clock);
    options.postgres = postgres;
    options.must_exist = true;
    Ok(House::open_unread(options).await?)
}

/// Signs what was recorded. If it cannot be signed that is said, and what was recorded stands all the same.
pub async fn sign(house: &House, out: &Output) {
    if let Err(error) = house.sign_record().await {
        let failure = Failure::from(error);
        let warning = warn(&bold("warning:"));
        out.note(format!("{warning} {}", failure.detail)).await;
        out.note(format!("{} {}", bold("hint:"), failure.help))
            .await;
    }
}
