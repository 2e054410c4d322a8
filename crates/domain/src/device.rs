//! Devices: the family, the exact hardware, and the names they go by.

use crate::id::{BrandId, Category, ModelId, VariantId};

/// The family: "Mi 4i".
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceModel {
    /// Its id: `xiaomi.mi-4i`.
    pub id: ModelId,
    /// Whose it is.
    pub brand: BrandId,
    /// As the brand prints it.
    pub name: String,
    /// What kind of product it is: decides which requirements a policy asks.
    pub category: Category,
}

/// The exact hardware: "2015015". Software builds belong to a variant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceVariant {
    /// Its id: `xiaomi.2015015`.
    pub id: VariantId,
    /// The family.
    pub model: ModelId,
    /// The model code printed on it; for products without one, the maker's part number.
    pub code: String,
    /// In words: "global, 16 GB".
    pub description: String,
}
