//! Which variants of this house a row of a list of approved devices speaks of.
//!
//! What opens a sale must name its device exactly: by its model code, or by a name that only one variant has. What closes
//! one holds for all that it may mean.

use std::collections::HashMap;

use catalogue::key;
use domain::id::VariantId;
use store::directory::Directory;

use crate::codec::approval::ApprovalJson;

/// Shorter keys of brands begin others by chance.
const BRAND_KEY_CHARS_MIN: usize = 2;

/// The variants of the directory by the names that they go by.
pub(crate) struct Meant<'a> {
    /// By model code, each with the brand's key.
    by_code: HashMap<String, Vec<(String, &'a VariantId)>>,
    by_name: HashMap<String, Vec<&'a VariantId>>,
}

impl<'a> Meant<'a> {
    pub fn new(directory: &'a Directory) -> Self {
        let models: HashMap<_, _> = directory.models.iter().map(|one| (&one.id, one)).collect();
        let brands: HashMap<_, _> = directory.brands.iter().map(|one| (&one.id, one)).collect();
        let mut meant = Self {
            by_code: HashMap::new(),
            by_name: HashMap::new(),
        };
        for variant in &directory.variants {
            let model = models.get(&variant.model);
            let brand = model.and_then(|model| brands.get(&model.brand));
            if let (Some(model), Some(brand)) = (model, brand) {
                let named = (key::brand(&brand.name), &variant.id);
                let by_code = meant.by_code.entry(key::code(&variant.code));
                by_code.or_default().push(named);
                let by_name = meant.by_name.entry(key::device(&brand.name, &model.name));
                by_name.or_default().push(&variant.id);
            }
        }
        meant
    }

    fn of_codes(&self, codes: &[String], brand: &str) -> Vec<&'a VariantId> {
        let brand = key::brand(brand);
        let mut found = Vec::new();
        for code in codes {
            let variants = self.by_code.get(&key::code(code)).into_iter().flatten();
            let of_brand = variants.filter(|(own, _)| is_same_brand(own, &brand));
            found.extend(of_brand.map(|(_, variant)| *variant));
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    fn of_name(&self, brand: &str, model: &str) -> Vec<&'a VariantId> {
        if brand.is_empty() || model.is_empty() {
            return Vec::new();
        }
        let found = self.by_name.get(&key::device(brand, model));
        found.cloned().unwrap_or_default()
    }

    /// All that the row may mean, and whether it names one device exactly.
    fn all(&self, row: &ApprovalJson) -> (Vec<&'a VariantId>, bool) {
        if !row.codes.is_empty() {
            return (self.of_codes(&row.codes, &row.brand), true);
        }
        let by_tac = row.by_tac.as_ref();
        if let Some(by_tac) = by_tac.filter(|by_tac| !by_tac.codes.is_empty()) {
            return (self.of_codes(&by_tac.codes, &by_tac.brand), true);
        }
        let (brand, model) = row.name_parts();
        let found = self.of_name(brand, model);
        let is_exact = found.len() == 1;
        (found, is_exact)
    }

    /// The variants for which a row counts.
    pub fn variants(&self, row: &ApprovalJson) -> Vec<&'a VariantId> {
        let (found, is_exact) = self.all(row);
        if is_exact || row.is_refusal() {
            found
        } else {
            Vec::new()
        }
    }

    /// Why a row speaks of nothing here: rule, what was found, help.
    pub fn note(&self, row: &ApprovalJson) -> Option<(&'static str, String, String)> {
        let (found, is_exact) = self.all(row);
        let help = match found.len() {
            0 if row.codes.is_empty() && row.by_tac.is_none() && !row.tacs.is_empty() => {
                "no list of type allocation codes that was imported settles which device it is; name its model code, or import such a list and deliver this one again"
                    .to_owned()
            }
            0 => "no variant in this catalogue goes by it; it counts as soon as one does".to_owned(),
            _ if is_exact || row.is_refusal() => return None,
            many => {
                let help = format!(
                    "{many} variants go by that name, and an approval is of one; name its model code"
                );
                return Some(("device.several", row.name(), help));
            }
        };
        Some(("device.not_here", row.name(), help))
    }
}

/// `Samsung` and `Samsung Electronics` are one; a row without a brand is of any.
fn is_same_brand(own: &str, said: &str) -> bool {
    let is_long = own.len() >= BRAND_KEY_CHARS_MIN;
    said.is_empty() || own == said || is_long && (said.starts_with(own) || own.starts_with(said))
}
