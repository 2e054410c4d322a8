//! `passband directory`: who and what there is in a house, loaded from a file and shown.

use clap::Subcommand;
use serde::{Deserialize, Serialize};
use serde_json::json;
use trade::directory::Directory;
use trade::{Code, Error, House, Registration, directory_toml};

use crate::command::Answer;
use crate::exit::Exit;
use crate::output::Output;
use crate::style::{bold, padded};
use crate::typed::{NamedPath, read_text};

const LOAD_EXAMPLES: &str = "\
Examples:
  passband directory load directory.toml

One table an entry, in any order:
  [[party]]    id = \"us-mobile\"  role = \"operator\"  name = \"US Mobile\"
  [[seller]]   id = \"omni\"  party = \"omni\"  name = \"Omni Electronics\"
  [[brand]]    id = \"xiaomi\"  party = \"xiaomi\"  name = \"Xiaomi\"
  [[network]]  id = \"tmobile-us\"  party = \"tmobile-us\"  name = \"T-Mobile\"  country = \"US\"  plmns = [\"310-260\"]
  [[market]]   id = \"us\"  name = \"United States\"
  [[model]]    id = \"xiaomi.mi-4i\"  brand = \"xiaomi\"  name = \"Mi 4i\"  category = \"smartphone\"
  [[variant]]  id = \"xiaomi.2015015\"  model = \"xiaomi.mi-4i\"  code = \"2015015\"  description = \"global\"
(each key on a line of its own). What is there is brought up to date; models and variants stay as they are.";

/// The commands on the directory.
#[derive(Debug, Subcommand, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DirectoryCommand {
    /// Add what a file lists
    #[command(after_help = LOAD_EXAMPLES)]
    Load {
        /// TOML
        #[arg(value_name = "FILE")]
        file: NamedPath,
    },
    /// Show all there is
    Show,
}

/// Loads or shows.
///
/// # Errors
/// The file has faults, or the database.
pub async fn run(house: &House, command: &DirectoryCommand, out: &Output) -> Answer {
    match command {
        DirectoryCommand::Load { file } => {
            let text = read_text(file)?;
            let name = file.named.clone();
            let news = directory_toml::parse(&name, &text, &house.directory())
                .map_err(|faults| Error::faults(Code::InvalidInput, faults))?;
            load(house, news, out).await
        }
        DirectoryCommand::Show => show(&house.directory(), out).await,
    }
}

async fn load(house: &House, news: Registration, out: &Output) -> Answer {
    let counts = [
        ("parties", news.parties.len()),
        ("brands", news.brands.len()),
        ("sellers", news.sellers.len()),
        ("networks", news.networks.len()),
        ("markets", news.markets.len()),
        ("models", news.models.len()),
        ("variants", news.variants.len()),
    ];
    house.register(news).await?;
    if out.is_json() {
        let counts: serde_json::Map<String, serde_json::Value> = counts
            .into_iter()
            .map(|(name, count)| (name.to_owned(), count.into()))
            .collect();
        out.json(&counts).await;
    } else {
        let counts = counts.iter().filter(|(_, count)| *count > 0);
        let counts: Vec<String> = counts
            .map(|(name, count)| format!("{count} {name}"))
            .collect();
        out.text(format!("Loaded {}.", counts.join(", "))).await;
    }
    Ok(Exit::YES)
}

async fn show(directory: &Directory, out: &Output) -> Answer {
    let parties = directory
        .parties
        .iter()
        .map(|p| [p.id.to_string(), p.role.clone(), p.name.clone()]);
    let brands = directory
        .brands
        .iter()
        .map(|b| [b.id.to_string(), b.party.to_string(), b.name.clone()]);
    let sellers = directory
        .sellers
        .iter()
        .map(|s| [s.id.to_string(), s.party.to_string(), s.name.clone()]);
    let networks = directory
        .networks
        .iter()
        .map(|n| [n.id.to_string(), n.country.to_string(), n.name.clone()]);
    let markets = directory
        .markets
        .iter()
        .map(|m| [m.id.to_string(), String::new(), m.name.clone()]);
    let models = directory
        .models
        .iter()
        .map(|m| [m.id.to_string(), m.category.to_string(), m.name.clone()]);
    let variants = directory
        .variants
        .iter()
        .map(|v| [v.id.to_string(), v.code.clone(), v.description.clone()]);
    let sections: [(&str, &str, Vec<[String; 3]>); 7] = [
        ("parties", "role", parties.collect()),
        ("brands", "party", brands.collect()),
        ("sellers", "party", sellers.collect()),
        ("networks", "country", networks.collect()),
        ("markets", "", markets.collect()),
        ("models", "category", models.collect()),
        ("variants", "code", variants.collect()),
    ];
    if out.is_json() {
        let mut answer = serde_json::Map::new();
        for (name, second, rows) in sections {
            let third = if name == "variants" {
                "description"
            } else {
                "name"
            };
            let rows: Vec<serde_json::Value> = rows
                .into_iter()
                .map(|[id, middle, last]| match second {
                    "" => json!({ "id": id, third: last }),
                    second => json!({ "id": id, second: middle, third: last }),
                })
                .collect();
            answer.insert(name.to_owned(), rows.into());
        }
        out.json(&answer).await;
        return Ok(Exit::YES);
    }
    let mut lines = Vec::new();
    for (name, _, rows) in &sections {
        if rows.is_empty() {
            continue;
        }
        if !lines.is_empty() {
            lines.push(String::new());
        }
        lines.push(bold(name));
        let width = |column: usize| {
            rows.iter()
                .map(|row| row[column].chars().count())
                .max()
                .unwrap_or(0)
        };
        let (first, second) = (width(0), width(1));
        lines.extend(rows.iter().map(|[id, middle, last]| {
            format!(
                "  {}  {}  {last}",
                padded(id, first),
                padded(middle, second)
            )
        }));
    }
    if lines.is_empty() {
        out.note("nothing yet; `passband directory load FILE` adds it")
            .await;
    } else {
        out.text(lines.join("\n")).await;
    }
    Ok(Exit::YES)
}
