//! What the forms of the check offer: networks and virtual carriers by country, devices, dates.

use trade::carriers::KnownCarrier;
use trade::check::KnownDevice;
use trade::networks::KnownNetwork;

use super::{Asked, address};
use crate::App;
use crate::problem::Problem;

/// A device to choose.
pub struct DeviceChoice {
    pub ask: String,
    pub label: String,
}

/// Networks, or virtual carriers, of one country.
pub struct NetworkChoices {
    pub title: String,
    pub networks: Vec<NetworkChoice>,
}

pub struct NetworkChoice {
    /// `US/T-Mobile`.
    pub value: String,
    /// With its country, since a closed list shows no group.
    pub label: String,
    pub is_chosen: bool,
}

/// The networks that come with the program and the virtual carriers on them, country by country.
pub async fn networks(
    app: &App,
    network: &str,
    country: &str,
) -> Result<Vec<NetworkChoices>, Problem> {
    let networks = app.house.known_networks().await?;
    let carriers = app.house.known_carriers().await?;
    let choice = |of: String, name: &str| {
        let value = format!("{of}/{name}");
        NetworkChoice {
            is_chosen: network == value || (network == name && country.eq_ignore_ascii_case(&of)),
            label: format!("{name} ({of})"),
            value,
        }
    };
    let mut choices = Vec::new();
    for of_country in networks.chunk_by(|a, b| a.country == b.country) {
        let Some(KnownNetwork { country, .. }) = of_country.first() else {
            continue;
        };
        let named = of_country.iter().map(|one| one.name.as_str());
        let riders = carriers.iter().filter(|one| one.country == *country);
        let riders = riders.map(|KnownCarrier { name, .. }| name.as_str());
        let groups: [(&str, Vec<&str>); 2] = [
            ("networks", named.collect()),
            ("virtual carriers", riders.collect()),
        ];
        for (kind, names) in groups {
            if !names.is_empty() {
                let networks = names.into_iter();
                choices.push(NetworkChoices {
                    title: format!("{country}: {kind}"),
                    networks: networks
                        .map(|name| choice(country.to_string(), name))
                        .collect(),
                });
            }
        }
    }
    Ok(choices)
}

/// The devices that come with the program: what is offered where no script asks for more.
pub async fn devices(app: &App) -> Result<Vec<DeviceChoice>, Problem> {
    let known = app.house.known_devices().await?;
    Ok(known.iter().map(device_choice).collect())
}

fn device_choice(device: &KnownDevice) -> DeviceChoice {
    let bare = device
        .model
        .strip_prefix(&device.brand)
        .map_or(device.model.as_str(), str::trim_start);
    let variant = if device.variant.is_empty() {
        String::new()
    } else {
        format!(", {}", device.variant)
    };
    DeviceChoice {
        ask: device.ask.clone(),
        label: format!("{} {bare}{variant}", device.brand),
    }
}

/// The same question as of other dates.
pub fn dates(asked: &Asked, today: &str) -> Vec<(String, String)> {
    let dates = [("2016-02-01", "February 2016"), (today, "today")];
    let dates = dates.into_iter().map(|(date, label)| {
        let asked = Asked {
            at: date.to_owned(),
            ..asked.clone()
        };
        (label.to_owned(), address(&asked))
    });
    dates.collect()
}
