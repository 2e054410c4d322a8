//! Who and what there is in the story, by id and name.

use domain::device::{DeviceModel, DeviceVariant};
use trade::directory::{Brand, HostNetwork, Market, Party, Seller};
use trade::{Error, Registration};

pub const MARKET: &str = "us";
pub const OPERATOR: &str = "us-mobile";
pub const BRAND: &str = "xiaomi";
pub const HOST: &str = "tmobile-us";
pub const ANALYST: &str = "abi-research";
pub const PRESS_A: &str = "press-a";
pub const PRESS_B: &str = "press-b";
pub const REGULATOR: &str = "fcc";
/// The brand's own shop, as a seller.
pub const BRAND_STORE: &str = "xiaomi-store";
/// The third-party distributor, as a seller.
pub const DISTRIBUTOR: &str = "omni-electronics";

/// The sellers' own keys of their listings, as in data/demo.
pub const MI_4I: &str = "OE-MI4I";
pub const REDMI_2: &str = "OE-REDMI2";
pub const REDMI_2_PRO: &str = "OE-REDMI2BR";
pub const DISTRIBUTORS_HEADPHONES: &str = "OE-PISTON";
pub const BRANDS_HEADPHONES: &str = "MI-PISTON";

/// Model id, name, category, variant id, code, description.
const DEVICES: [[&str; 6]; 4] = [
    [
        "xiaomi.mi-4i",
        "Mi 4i",
        "smartphone",
        "xiaomi.2015015",
        "2015015",
        "global",
    ],
    [
        "xiaomi.redmi-2",
        "Redmi 2",
        "smartphone",
        "xiaomi.2014817",
        "2014817",
        "global",
    ],
    [
        "xiaomi.redmi-2-pro",
        "Redmi 2 Pro",
        "smartphone",
        "xiaomi.2014819",
        "2014819",
        "Brazil",
    ],
    [
        "xiaomi.in-ear-headphones",
        "Mi In-Ear Headphones",
        "headphones",
        "xiaomi.zbw4154ty",
        "ZBW4154TY",
        "3.5 mm jack",
    ],
];

/// Id, role, name.
const PARTIES: [[&str; 3]; 9] = [
    [OPERATOR, "operator", "US Mobile"],
    [BRAND, "brand", "Xiaomi"],
    [HOST, "host", "T-Mobile US"],
    [DISTRIBUTOR, "seller", "Omni Electronics HK"],
    [BRAND_STORE, "seller", "Xiaomi's own store"],
    [ANALYST, "analyst", "ABI Research"],
    [PRESS_A, "press", "Some reports"],
    [PRESS_B, "press", "Other reports"],
    [REGULATOR, "regulator", "FCC"],
];

pub fn registration() -> Result<Registration, Error> {
    let mut news = Registration::default();
    for [id, role, name] in PARTIES {
        news.parties.push(Party {
            id: id.parse()?,
            role: role.to_owned(),
            name: name.to_owned(),
        });
        // The brand's denial names the carrier itself too, as a seller.
        if role == "seller" || id == OPERATOR {
            news.sellers.push(Seller {
                id: id.parse()?,
                party: id.parse()?,
                name: name.to_owned(),
            });
        }
    }
    news.brands.push(Brand {
        id: BRAND.parse()?,
        party: BRAND.parse()?,
        name: "Xiaomi".to_owned(),
    });
    news.networks.push(HostNetwork {
        id: HOST.parse()?,
        party: HOST.parse()?,
        name: "T-Mobile".to_owned(),
        country: "US".parse()?,
        plmns: vec!["310-260".parse()?],
    });
    news.markets.push(Market {
        id: MARKET.parse()?,
        name: "US Mobile, United States".to_owned(),
    });
    for [model, name, category, variant, code, description] in DEVICES {
        news.models.push(DeviceModel {
            id: model.parse()?,
            brand: BRAND.parse()?,
            name: name.to_owned(),
            category: category.parse()?,
        });
        news.variants.push(DeviceVariant {
            id: variant.parse()?,
            model: model.parse()?,
            code: code.to_owned(),
            description: description.to_owned(),
        });
    }
    Ok(news)
}
