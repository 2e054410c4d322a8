//! Parties, brands, sellers, networks, markets, devices: who and what there is, by id, with names.

use domain::device::{DeviceModel, DeviceVariant};
use domain::id::{BrandId, HostNetworkId, MarketId, PartyId, SellerId};
use domain::place::Country;
use domain::radio::Plmn;
use domain::scope::Scope;

use crate::db::{DbError, Row, Sql, Tx, Val};
use crate::parsed;

/// A party.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Party {
    /// Its id; what the record shows.
    pub id: PartyId,
    /// `operator`, `seller`, `brand`, `host`, `regulator`, `analyst` …
    pub role: String,
    /// Its name.
    pub name: String,
}

/// A brand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Brand {
    /// Its id.
    pub id: BrandId,
    /// Who speaks for it.
    pub party: PartyId,
    /// Its name.
    pub name: String,
}

/// A seller.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seller {
    /// Its id.
    pub id: SellerId,
    /// Who it is.
    pub party: PartyId,
    /// Its name.
    pub name: String,
}

/// A host network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostNetwork {
    /// Its id.
    pub id: HostNetworkId,
    /// Who runs it.
    pub party: PartyId,
    /// Its brand name.
    pub name: String,
    /// Its country.
    pub country: Country,
    /// Its codes.
    pub plmns: Vec<Plmn>,
}

/// A market.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Market {
    /// Its id.
    pub id: MarketId,
    /// Its name.
    pub name: String,
}

/// Everything in the directory; small enough to be read whole.
#[derive(Clone, Debug, Default)]
pub struct Directory {
    /// Parties by id.
    pub parties: Vec<Party>,
    /// Brands by id.
    pub brands: Vec<Brand>,
    /// Sellers by id.
    pub sellers: Vec<Seller>,
    /// Host networks by id.
    pub networks: Vec<HostNetwork>,
    /// Markets by id.
    pub markets: Vec<Market>,
    /// Device models by id.
    pub models: Vec<DeviceModel>,
    /// Device variants by id.
    pub variants: Vec<DeviceVariant>,
}

impl Directory {
    /// Everything in it that something can be said of: brands, models, variants, sellers, host networks, markets.
    pub fn scopes(&self) -> impl Iterator<Item = Scope> {
        let brands = self.brands.iter().map(|one| Scope::Brand(one.id.clone()));
        let models = self.models.iter().map(|one| Scope::Model(one.id.clone()));
        let variants = self.variants.iter();
        let variants = variants.map(|one| Scope::Variant(one.id.clone()));
        let sellers = self.sellers.iter();
        let sellers = sellers.map(|one| Scope::Seller(one.id.clone()));
        let networks = self.networks.iter();
        let networks = networks.map(|one| Scope::HostNetwork(one.id.clone()));
        let markets = self.markets.iter().map(|one| Scope::Market(one.id.clone()));
        let made = brands.chain(models).chain(variants);
        made.chain(sellers).chain(networks).chain(markets)
    }
}

const PARTY_OF_SELLER: Sql = Sql::new("SELECT party_id FROM sellers WHERE id = $1");
const PUT_PARTY: Sql = Sql::new(
    "INSERT INTO parties (id, role, name) VALUES ($1, $2, $3)
     ON CONFLICT (id) DO UPDATE SET role = excluded.role, name = excluded.name",
);
const PUT_BRAND: Sql = Sql::new(
    "INSERT INTO brands (id, party_id, name) VALUES ($1, $2, $3)
     ON CONFLICT (id) DO UPDATE SET name = excluded.name",
);
const PUT_SELLER: Sql = Sql::new(
    "INSERT INTO sellers (id, party_id, name) VALUES ($1, $2, $3)
     ON CONFLICT (id) DO UPDATE SET name = excluded.name",
);
const PUT_NETWORK: Sql = Sql::new(
    "INSERT INTO host_networks (id, party_id, name, country, plmns) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (id) DO UPDATE SET name = excluded.name, plmns = excluded.plmns",
);
const PUT_MARKET: Sql = Sql::new(
    "INSERT INTO markets (id, name) VALUES ($1, $2)
     ON CONFLICT (id) DO UPDATE SET name = excluded.name",
);
const PUT_MODEL: Sql = Sql::new(
    "INSERT INTO device_models (id, brand_id, name, category) VALUES ($1, $2, $3, $4)
     ON CONFLICT (id) DO NOTHING",
);
const PUT_VARIANT: Sql = Sql::new(
    "INSERT INTO device_variants (id, model_id, code, description) VALUES ($1, $2, $3, $4)
     ON CONFLICT (id) DO NOTHING",
);
const PARTIES: Sql = Sql::new("SELECT id, role, name FROM parties ORDER BY id");
const BRANDS: Sql = Sql::new("SELECT id, party_id, name FROM brands ORDER BY id");
const SELLERS: Sql = Sql::new("SELECT id, party_id, name FROM sellers ORDER BY id");
const NETWORKS: Sql =
    Sql::new("SELECT id, party_id, name, country, plmns FROM host_networks ORDER BY id");
const MARKETS: Sql = Sql::new("SELECT id, name FROM markets ORDER BY id");
const MODELS: Sql = Sql::new("SELECT id, brand_id, name, category FROM device_models ORDER BY id");
const VARIANTS: Sql =
    Sql::new("SELECT id, model_id, code, description FROM device_variants ORDER BY id");

/// Adds a party, or changes its name and role.
pub async fn put_party(tx: &mut Tx<'_>, party: &Party) -> Result<(), DbError> {
    let params = [
        party.id.as_str().into(),
        Val::from(&party.role),
        Val::from(&party.name),
    ];
    tx.execute(&PUT_PARTY, &params).await.map(drop)
}

/// Adds a brand, or changes its name.
pub async fn put_brand(tx: &mut Tx<'_>, brand: &Brand) -> Result<(), DbError> {
    let params = [
        brand.id.as_str().into(),
        brand.party.as_str().into(),
        Val::from(&brand.name),
    ];
    tx.execute(&PUT_BRAND, &params).await.map(drop)
}

/// Adds a seller, or changes its name.
pub async fn put_seller(tx: &mut Tx<'_>, seller: &Seller) -> Result<(), DbError> {
    let params = [
        seller.id.as_str().into(),
        seller.party.as_str().into(),
        Val::from(&seller.name),
    ];
    tx.execute(&PUT_SELLER, &params).await.map(drop)
}

/// Adds a host network, or changes its name and codes.
pub async fn put_network(tx: &mut Tx<'_>, network: &HostNetwork) -> Result<(), DbError> {
    let plmns: Vec<String> = network.plmns.iter().map(Plmn::to_string).collect();
    let params = [
        network.id.as_str().into(),
        network.party.as_str().into(),
        Val::from(&network.name),
        network.country.code().into(),
        plmns.join(" ").into(),
    ];
    tx.execute(&PUT_NETWORK, &params).await.map(drop)
}

/// Adds a market, or changes its name.
pub async fn put_market(tx: &mut Tx<'_>, market: &Market) -> Result<(), DbError> {
    let params = [market.id.as_str().into(), Val::from(&market.name)];
    tx.execute(&PUT_MARKET, &params).await.map(drop)
}

/// Adds a device model; one that is there stays as it is.
pub async fn put_model(tx: &mut Tx<'_>, model: &DeviceModel) -> Result<(), DbError> {
    let params = [
        model.id.as_str().into(),
        model.brand.as_str().into(),
        Val::from(&model.name),
        model.category.as_str().into(),
    ];
    tx.execute(&PUT_MODEL, &params).await.map(drop)
}

/// Adds a device variant; one that is there stays as it is.
pub async fn put_variant(tx: &mut Tx<'_>, variant: &DeviceVariant) -> Result<(), DbError> {
    let params = [
        variant.id.as_str().into(),
        variant.model.as_str().into(),
        Val::from(&variant.code),
        Val::from(&variant.description),
    ];
    tx.execute(&PUT_VARIANT, &params).await.map(drop)
}

/// Who a seller is; none: there is no such seller.
pub async fn party_of_seller(
    tx: &mut Tx<'_>,
    seller: &SellerId,
) -> Result<Option<PartyId>, DbError> {
    tx.query_opt(&PARTY_OF_SELLER, &[seller.as_str().into()])
        .await?
        .map(|row| parsed(row.text(0)?))
        .transpose()
}

/// The whole directory.
pub async fn read(tx: &mut Tx<'_>) -> Result<Directory, DbError> {
    let statements = [
        &PARTIES, &BRANDS, &SELLERS, &NETWORKS, &MARKETS, &MODELS, &VARIANTS,
    ]
    .map(|sql| (sql, Vec::new()));
    let tables = tx.batch(&statements).await?;
    let [
        parties,
        brands,
        sellers,
        networks,
        markets,
        models,
        variants,
    ] = tables.as_slice()
    else {
        return Err(DbError::broken(
            "a batch came back with another number of answers",
        ));
    };
    Ok(Directory {
        parties: each(parties, |row| {
            Ok(Party {
                id: parsed(row.text(0)?)?,
                role: row.text(1)?.to_owned(),
                name: row.text(2)?.to_owned(),
            })
        })?,
        brands: each(brands, |row| {
            Ok(Brand {
                id: parsed(row.text(0)?)?,
                party: parsed(row.text(1)?)?,
                name: row.text(2)?.to_owned(),
            })
        })?,
        sellers: each(sellers, |row| {
            Ok(Seller {
                id: parsed(row.text(0)?)?,
                party: parsed(row.text(1)?)?,
                name: row.text(2)?.to_owned(),
            })
        })?,
        networks: each(networks, network)?,
        markets: each(markets, |row| {
            Ok(Market {
                id: parsed(row.text(0)?)?,
                name: row.text(1)?.to_owned(),
            })
        })?,
        models: each(models, |row| {
            Ok(DeviceModel {
                id: parsed(row.text(0)?)?,
                brand: parsed(row.text(1)?)?,
                name: row.text(2)?.to_owned(),
                category: parsed(row.text(3)?)?,
            })
        })?,
        variants: each(variants, |row| {
            Ok(DeviceVariant {
                id: parsed(row.text(0)?)?,
                model: parsed(row.text(1)?)?,
                code: row.text(2)?.to_owned(),
                description: row.text(3)?.to_owned(),
            })
        })?,
    })
}

fn each<T>(rows: &[Row], read: impl Fn(&Row) -> Result<T, DbError>) -> Result<Vec<T>, DbError> {
    rows.iter().map(read).collect()
}

fn network(row: &Row) -> Result<HostNetwork, DbError> {
    Ok(HostNetwork {
        id: parsed(row.text(0)?)?,
        party: parsed(row.text(1)?)?,
        name: row.text(2)?.to_owned(),
        country: parsed(row.text(3)?)?,
        plmns: row
            .text(4)?
            .split_whitespace()
            .map(parsed)
            .collect::<Result<_, _>>()?,
    })
}
