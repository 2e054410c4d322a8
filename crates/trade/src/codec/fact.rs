//! Facts of data sets as JSON, and the keys that each is found by.

use catalogue::{identity, key};
use domain::licence::{CommercialUse, Licence};
use domain::number::Tac;
use domain::radio::{Plmn, Radio};
use domain::{Instant, Period};
use feeds::{BandFact, CarrierFeatureFact, DeviceFact, Fact, NetworkFact, RidesOnFact, SourceNote};
use serde::{Deserialize, Serialize};

use super::approval::{self, ApprovalJson};
use super::{CodecError, PeriodJson, RadioJson, seen};

/// What a row says of a device.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct DeviceJson {
    pub brand: String,
    pub model: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub codes: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub codenames: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<String>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub sheet: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tacs: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub radio: Option<RadioJson>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub platform: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub variant: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub released: Option<String>,
    #[serde(flatten)]
    pub own: OwnJson,
}

/// What a row says of a network.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct NetworkJson {
    pub name: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub operator: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub plmns: Vec<String>,
    pub radio: RadioJson,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    #[serde(flatten)]
    pub own: OwnJson,
}

/// A source and a period of the row's own.
#[derive(Clone, Debug, Default, Serialize, Deserialize, PartialEq, Eq)]
pub(crate) struct OwnJson {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_title: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_dated: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid: Option<PeriodJson>,
}

impl OwnJson {
    /// A row that says for which time it holds, were it for all time.
    pub(crate) fn of_period(valid: &Period) -> Self {
        Self::write(None, Some(valid))
    }

    fn write(source: Option<&SourceNote>, valid: Option<&Period>) -> Self {
        Self {
            source_title: source.map(|note| note.title.clone()),
            source_dated: source.map(|note| note.dated.clone()),
            valid: valid.map(PeriodJson::write),
        }
    }
}

/// A band of a band table, for the chart.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct BandJson {
    pub band: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uplink_khz: Option<(u32, u32)>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub downlink_khz: Option<(u32, u32)>,
    pub duplex: String,
}

/// A virtual carrier and its host.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq, Eq)]
pub(crate) struct RidesOnJson {
    pub carrier: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plmn: Option<String>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub host: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub rule: String,
    #[serde(flatten)]
    pub own: OwnJson,
}

/// What a carrier's configuration says that it offers; what it does not state is left out.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq, Eq)]
pub(crate) struct CarrierFeatureJson {
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub carrier: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plmn: Option<String>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub rule: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub volte: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub volte_provisioning: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub video_calls: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wifi_calling: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settings_over_ip: Option<bool>,
}

/// Kind, JSON, keys.
pub(crate) type Written = (&'static str, String, Vec<String>);

/// A fact as it is stored: its kind, its JSON, the keys that it is found by. Offers of feeds are not kept
/// as facts: they become listings.
pub(crate) fn write(fact: &Fact) -> Result<Option<Written>, CodecError> {
    let written = match fact {
        Fact::Item(_) | Fact::Blocked(_) => return Ok(None),
        Fact::Approval(approval) => {
            let json = ApprovalJson::write(approval, None);
            put(approval::KIND, &json, Vec::new())
        }
        Fact::Device(device) => put("device", &device_json(device), device_keys(device)),
        Fact::Network(network) => put("network", &network_json(network), network_keys(network)),
        Fact::Band(band) => {
            let keys = vec![format!("band:{}", band.band)];
            put("band", &band_json(band), keys)
        }
        Fact::RidesOn(rider) => put("rides_on", &rides_on_json(rider), rides_on_keys(rider)),
        Fact::CarrierFeature(feature) => {
            let keys = carrier_feature_keys(feature);
            put("carrier_feature", &carrier_feature_json(feature), keys)
        }
        Fact::Offer(offer) => put("offer", &seen::offer_json(offer), Vec::new()),
        Fact::Reported(reported) => {
            let keys = seen::reported_keys(reported);
            put("reported", &seen::reported_json(reported), tidy(keys))
        }
        Fact::Updates(updates) => {
            let keys = seen::updates_keys(updates);
            put("updates", &seen::updates_json(updates), tidy(keys))
        }
        Fact::SalesCode(sales) => {
            let keys = seen::sales_code_keys(sales);
            put("sales_code", &seen::sales_code_json(sales), tidy(keys))
        }
        Fact::Category(category) => {
            let keys = vec![format!("category:{}", category.id)];
            put("category", &seen::category_json(category), keys)
        }
    };
    written.map(Some)
}

fn put(
    kind: &'static str,
    json: &impl Serialize,
    keys: Vec<String>,
) -> Result<Written, CodecError> {
    Ok((kind, serde_json::to_string(json)?, keys))
}

fn device_json(device: &DeviceFact) -> DeviceJson {
    DeviceJson {
        brand: device.brand.clone(),
        model: device.model.clone(),
        codes: device.codes.clone(),
        codenames: device.codenames.clone(),
        aliases: device.aliases.clone(),
        sheet: device.sheet.clone().unwrap_or_default(),
        tacs: device.tacs.iter().map(Tac::to_string).collect(),
        radio: device.radio.as_ref().map(RadioJson::write),
        platform: device.platform.clone(),
        variant: device.variant.clone(),
        released: device.released.clone(),
        own: OwnJson::write(device.source.as_ref(), device.valid.as_ref()),
    }
}

fn device_keys(device: &DeviceFact) -> Vec<String> {
    identity::keys(&identity::Row {
        brand: &device.brand,
        model: &device.model,
        codes: &device.codes,
        codenames: &device.codenames,
        aliases: &device.aliases,
        sheet: device.sheet.as_deref().unwrap_or_default(),
        tacs: &device.tacs,
        has_bands: device.radio.is_some(),
        is_free_text: false,
        list: 0,
    })
}

fn network_json(network: &NetworkFact) -> NetworkJson {
    NetworkJson {
        name: network.name.clone(),
        operator: network.operator.clone(),
        country: network.country.map(|country| country.to_string()),
        plmns: network.plmns.iter().map(Plmn::to_string).collect(),
        radio: RadioJson::write(&network.radio),
        id: network.id.clone(),
        own: OwnJson::write(network.source.as_ref(), network.valid.as_ref()),
    }
}

fn network_keys(network: &NetworkFact) -> Vec<String> {
    let mut keys: Vec<String> = network.plmns.iter().map(|plmn| key::plmn(*plmn)).collect();
    for name in [&network.name, &network.operator] {
        if !name.is_empty() {
            keys.push(key::network(network.country, name));
        }
    }
    keys.extend(network.id.as_deref().map(key::network_id));
    tidy(keys)
}

fn tidy(mut keys: Vec<String>) -> Vec<String> {
    keys.retain(|key| !key.ends_with(':') && !key.ends_with('/'));
    keys.sort_unstable();
    keys.dedup();
    keys
}

fn band_json(band: &BandFact) -> BandJson {
    BandJson {
        band: band.band.to_string(),
        uplink_khz: band.uplink_khz,
        downlink_khz: band.downlink_khz,
        duplex: band.duplex.clone(),
    }
}

fn rides_on_json(rider: &RidesOnFact) -> RidesOnJson {
    RidesOnJson {
        carrier: rider.carrier.clone(),
        id: rider.id.clone(),
        country: rider.country.map(|country| country.to_string()),
        plmn: rider.plmn.map(|plmn| plmn.to_string()),
        host: rider.host.clone(),
        rule: rider.rule.clone(),
        own: OwnJson::write(rider.source.as_ref(), rider.valid.as_ref()),
    }
}

fn rides_on_keys(rider: &RidesOnFact) -> Vec<String> {
    let mut keys = vec![key::carrier(&rider.carrier)];
    keys.extend(rider.plmn.map(key::riders_on));
    if !rider.host.is_empty() {
        keys.push(key::riders_on_name(&rider.host));
    }
    tidy(keys)
}

fn carrier_feature_json(feature: &CarrierFeatureFact) -> CarrierFeatureJson {
    CarrierFeatureJson {
        carrier: feature.carrier.clone(),
        id: feature.id.clone(),
        plmn: feature.plmn.map(|plmn| plmn.to_string()),
        rule: feature.rule.clone(),
        volte: feature.volte,
        volte_provisioning: feature.volte_provisioning,
        video_calls: feature.video_calls,
        wifi_calling: feature.wifi_calling,
        settings_over_ip: feature.settings_over_ip,
    }
}

fn carrier_feature_keys(feature: &CarrierFeatureFact) -> Vec<String> {
    let mut keys = vec![key::carrier(&feature.carrier)];
    keys.extend(feature.plmn.map(key::plmn));
    tidy(keys)
}

/// What a stored fact is of: told apart from others of its delivery, and named for people.
pub(crate) struct Named {
    /// The same for what another delivery says of the same thing.
    pub identity: String,
    /// `Xiaomi Mi 4i (2015015)`.
    pub name: String,
}

impl Named {
    /// Of a fact as it is stored; one that does not read goes by its text.
    pub(crate) fn of(kind: &str, body: &str) -> Self {
        let read = match kind {
            "device" => serde_json::from_str(body).map(|device| Self::device(&device)),
            "network" => serde_json::from_str(body).map(|network| Self::network(&network)),
            "rides_on" => serde_json::from_str(body).map(|rider| Self::rider(&rider)),
            approval::KIND => serde_json::from_str(body).map(|said: ApprovalJson| Self {
                identity: said.identity(),
                name: said.name(),
            }),
            "band" => serde_json::from_str(body).map(|band: BandJson| Self {
                identity: band.band.clone(),
                name: band.band,
            }),
            _ => Ok(Self {
                identity: body.to_owned(),
                name: kind.to_owned(),
            }),
        };
        let mut named = read.unwrap_or_else(|_| Self {
            identity: body.to_owned(),
            name: kind.to_owned(),
        });
        named.identity.insert_str(0, &format!("{kind}/"));
        named
    }

    fn device(device: &DeviceJson) -> Self {
        let codes = if device.codes.is_empty() {
            device.codenames.clone()
        } else {
            device.codes.clone()
        };
        // Where there are no codes at all, its name is all that it goes by.
        let mut all = [&device.codes[..], &device.codenames[..], &device.tacs[..]].concat();
        all.sort_unstable();
        let identity = if all.is_empty() {
            key::device(&device.brand, &device.model)
        } else {
            all.join("|")
        };
        let bare = device.model.strip_prefix(&device.brand);
        let bare = bare.map_or(device.model.as_str(), str::trim_start);
        let name = format!("{} {bare}", device.brand);
        Self {
            identity,
            name: with_codes(name.trim(), &codes),
        }
    }

    fn network(network: &NetworkJson) -> Self {
        let country = network.country.as_deref().unwrap_or("-");
        let identity = match &network.id {
            Some(id) => id.clone(),
            None if network.plmns.is_empty() => format!("{country}/{}", key::fold(&network.name)),
            None => format!("{country}/{}", network.plmns.join("|")),
        };
        Self {
            identity,
            name: with_codes(&network.name, &network.plmns),
        }
    }

    fn rider(rider: &RidesOnJson) -> Self {
        let host = rider.plmn.as_deref().unwrap_or(&rider.host);
        Self {
            identity: format!("{}/{host}", key::fold(&rider.carrier)),
            name: format!("{} on {host}", rider.carrier),
        }
    }
}

pub(crate) fn with_codes(name: &str, codes: &[String]) -> String {
    match (name, codes) {
        (name, []) => name.to_owned(),
        ("", codes) => codes.join(", "),
        (name, codes) => format!("{name} ({})", codes.join(", ")),
    }
}

/// The radio that a device's row states, if it does.
pub(crate) fn device_radio(device: &DeviceJson) -> Result<Option<Radio>, CodecError> {
    device.radio.as_ref().map(RadioJson::read).transpose()
}

/// The period of a row, within that of its data set.
pub(crate) fn valid(own: &OwnJson, of_set: Period) -> Result<Period, CodecError> {
    own.valid.as_ref().map_or(Ok(of_set), PeriodJson::read)
}

/// A data set that was stored before this was asked has not settled it.
fn not_stated() -> String {
    CommercialUse::NotStated.name().to_owned()
}

/// Where a data set comes from, as it is stored with it.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq, Eq)]
pub struct OriginJson {
    /// In words.
    pub title: String,
    /// The source's own date.
    pub dated: String,
    /// As the source states it.
    pub licence: String,
    /// What that means for trade: `commercial`, `non-commercial` or `not-stated`.
    #[serde(default = "not_stated")]
    pub commercial_use: String,
    /// Which fields claim to be the whole set, in words.
    pub exhaustive: String,
    /// `built_in`, `public_list` or `own`.
    pub authority: String,
    /// First instant for which it is read, RFC 3339; none: since ever.
    pub valid_from: Option<String>,
    /// First instant for which it is no longer read; none: without end.
    pub valid_until: Option<String>,
    /// Whose list of approved devices it is; none: it is no such list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub list: Option<ListJson>,
}

/// Whose list of approved devices a data set is, and how it was read.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq, Eq)]
pub struct ListJson {
    /// The host network whose word it is.
    pub network: String,
    /// The virtual carrier on whose service it holds; none: on anybody's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub carrier: Option<String>,
    /// Which of the network's lists, where there are several; none: it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Which columns say what: `tac=TAC Code; result=Status`.
    pub columns: String,
}

impl OriginJson {
    /// From a feed's origin and how much its word weighs.
    #[must_use]
    pub fn new(origin: &feeds::Origin, authority: domain::evidence::Authority) -> Self {
        Self {
            title: origin.title.clone(),
            dated: origin.dated.clone(),
            licence: origin.licence.text.to_string(),
            commercial_use: origin.licence.commercial_use.name().to_owned(),
            exhaustive: origin.exhaustive.to_owned(),
            authority: super::authority_name(authority).to_owned(),
            valid_from: origin.valid.from.as_ref().map(Instant::to_string),
            valid_until: origin.valid.until.as_ref().map(Instant::to_string),
            list: None,
        }
    }

    /// Its licence.
    ///
    /// # Errors
    /// A newer program wrote a word that is not known here.
    pub fn licence(&self) -> Result<Licence, CodecError> {
        Ok(Licence {
            text: self.licence.as_str().into(),
            commercial_use: self.commercial_use.parse()?,
        })
    }

    pub(crate) fn valid(&self) -> Result<Period, CodecError> {
        let instant = |text: &Option<String>| text.as_deref().map(str::parse).transpose();
        Ok(Period {
            from: instant(&self.valid_from)?,
            until: instant(&self.valid_until)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_virtual_carrier_is_found_by_its_name_and_by_its_host() {
        let rider = RidesOnFact {
            carrier: "US Mobile".to_owned(),
            plmn: "310-240".parse().ok(),
            host: "T-Mobile - US".to_owned(),
            rule: "gid1=6901".to_owned(),
            ..RidesOnFact::default()
        };
        let (kind, json, keys) = write(&Fact::RidesOn(rider.clone()))
            .expect("writes")
            .expect("is kept");
        assert_eq!(kind, "rides_on");
        assert_eq!(
            keys,
            ["carrier:us mobile", "riders:310-240", "riders:t mobile us"]
        );
        let read: RidesOnJson = serde_json::from_str(&json).expect("reads");
        assert_eq!(read, rides_on_json(&rider));
    }

    #[test]
    fn what_a_carrier_offers_is_found_by_its_name_or_its_code() {
        let by_code = CarrierFeatureFact {
            plmn: "311-480".parse().ok(),
            rule: "gid1=BA01450000000000".to_owned(),
            volte: Some(true),
            wifi_calling: Some(false),
            ..CarrierFeatureFact::default()
        };
        let by_name = CarrierFeatureFact {
            carrier: "Tracfone-ATT".to_owned(),
            id: "10000".to_owned(),
            volte: Some(true),
            ..CarrierFeatureFact::default()
        };
        for (feature, keys, json) in [
            (
                by_code,
                ["plmn:311-480"],
                r#"{"plmn":"311-480","rule":"gid1=BA01450000000000","volte":true,"wifi_calling":false}"#,
            ),
            (
                by_name,
                ["carrier:tracfone att"],
                r#"{"carrier":"Tracfone-ATT","id":"10000","volte":true}"#,
            ),
        ] {
            let (kind, body, found_by) = write(&Fact::CarrierFeature(feature.clone()))
                .expect("writes")
                .expect("is kept");
            assert_eq!((kind, body.as_str()), ("carrier_feature", json));
            assert_eq!(found_by, keys);
            let read: CarrierFeatureJson = serde_json::from_str(&body).expect("reads");
            assert_eq!(read, carrier_feature_json(&feature));
        }
    }
}
