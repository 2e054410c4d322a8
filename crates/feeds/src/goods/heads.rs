//! What people write over the columns of their lists, in several languages; which column says what.

use catalogue::key::fold;

use super::{Column, Head, Mapping};
use crate::FileError;
use crate::out::shortened;

/// Rows that are looked at for heads: titles, dates and addresses of shops stand above them.
pub const HEAD_ROWS_MAX: usize = 30;
/// Characters of a head; what is longer is none.
const HEAD_CHARS_MAX: usize = 60;

/// The words for each column, folded, the likeliest first.
const WORDS: [(Column, &str); 9] = [
    (
        Column::Title,
        "title, product title, product name, item name, name, product, item, item title, \
         description, product description, offer, phone, device, handset, device name, \
         bezeichnung, artikelbezeichnung, produktname, produkt, artikel, artikelname, \
         produktbezeichnung, titel, nom, nom du produit, désignation, designation, libellé, \
         libelle, titre, produit, article, nombre, nombre del producto, producto, título, \
         titulo, descripción, descripcion, artículo, articulo, nome, nome do produto, \
         nome prodotto, prodotto, titolo, descrizione, descrição, descricao, produto, naam, \
         productnaam, omschrijving, nazwa, nazwa produktu, produkt nazwa, opis, название, \
         наименование, товар, ad, adı, ürün, ürün adı, məhsul, 商品名, 商品名称, 产品名称, 品名, 名称, 製品名, \
         phone model, model name, modelname, beschreibung",
    ),
    (
        Column::Brand,
        "brand, brand name, manufacturer, maker, make, vendor brand, phone brand, marke, \
         hersteller, marque, fabricant, marca, fabricante, produttore, merk, fabrikant, marka, \
         producent, бренд, марка, производитель, 品牌, メーカー, ブランド, brend",
    ),
    (
        Column::Model,
        "model, modell, modèle, modele, modelo, modello, модель, 型号, 機種, modelnaam, \
         device model",
    ),
    (
        Column::Mpn,
        "mpn, model code, model number, model no, manufacturer part number, part number, \
         part no, partnumber, hersteller nr, herstellernummer, modellnummer, modellcode, \
         référence fabricant, reference fabricant, código de modelo, codigo de modelo, \
         número de modelo, numero di modello, codice modello, kod producenta, код модели, \
         артикул производителя, 型番, variant code, article number manufacturer, modelnummer",
    ),
    (
        Column::Gtin,
        "gtin, gtin13, gtin 13, gtin14, ean, ean13, ean 13, ean code, upc, barcode, bar code, \
         strichcode, code barres, código de barras, codigo de barras, codice a barre, штрихкод, \
         barkod, 条形码, ean upc",
    ),
    (
        Column::Sku,
        "sku, id, item id, product id, article no, article number, item number, item no, \
         artikelnummer, art nr, artikel nr, référence, reference, ref, referencia, riferimento, \
         artikelnr, артикул, offer id, pid, code, material, no, nr, 货号",
    ),
    (
        Column::Seller,
        "seller, seller id, seller name, vendor, vendor id, vendor name, supplier, merchant, \
         shop, store, distributor, lieferant, verkäufer, verkaeufer, händler, fournisseur, \
         vendeur, vendedor, proveedor, venditore, fornitore, fornecedor, leverancier, verkoper, \
         sprzedawca, dostawca, продавец, поставщик, satıcı, 供应商, 卖家, source, feed",
    ),
    (
        Column::Price,
        "price, unit price, sale price, retail price, price usd, price eur, price gbp, \
         price current, current price, selling price, offers price, preis, vk preis, \
         verkaufspreis, einzelpreis, prix, prix ttc, precio, preço, preco, prezzo, prijs, cena, \
         цена, fiyat, qiymət, 价格, 価格, rrp, uvp, msrp, mrp",
    ),
    (
        Column::Condition,
        "condition, conditions, item condition, itemcondition, state, grade, zustand, état, \
         etat, estado, condizione, condizioni, condição, condicao, staat, conditie, stan, \
         состояние, durum, 新旧, 状態",
    ),
];

fn is_word(column: Column, folded: &str) -> Option<usize> {
    let (_, words) = WORDS.iter().find(|(known, _)| *known == column)?;
    words.split(", ").position(|word| word == folded)
}

/// A head as it is compared. `g:title`, `Title*`, `Price (USD)` and `offers.price` are words too.
fn folded(head: &str) -> String {
    if head.chars().nth(HEAD_CHARS_MAX).is_some() {
        return String::new();
    }
    let bare = head.trim().trim_start_matches("g:");
    let whole = fold(bare);
    let without = bare.split(['(', '[', '/']).next().map(fold);
    let is_known = |text: &str| {
        Column::ALL
            .iter()
            .any(|column| is_word(*column, text).is_some())
    };
    match without {
        Some(without) if !is_known(&whole) => without,
        _ => whole,
    }
}

/// The place that `column 3` names.
fn numbered(head: &str) -> Option<usize> {
    let number: usize = head.strip_prefix("column ")?.parse().ok()?;
    number.checked_sub(1)
}

/// How many of a row's cells are heads.
fn score<'a>(cells: impl Iterator<Item = &'a str>) -> usize {
    let mut found: Vec<Column> = Vec::new();
    for cell in cells {
        let word = folded(cell);
        let mut all = Column::ALL.into_iter();
        if let Some(column) = all.find(|column| is_word(*column, &word).is_some())
            && !found.contains(&column)
        {
            found.push(column);
        }
    }
    found.len()
}

/// Which of a table's first rows has its heads: that of the mapping, else the one with the most, of several the first;
/// none: none has any.
pub fn row_of_heads(rows: &[Vec<String>], mapping: Option<&Mapping>) -> Option<usize> {
    if let Some(mapping) = mapping {
        let has = |row: &[String], head: &str| row.iter().any(|cell| fold(cell) == fold(head));
        let mut heads = mapping.0.iter().map(|(_, head)| head.as_str());
        return rows
            .iter()
            .position(|row| heads.clone().any(|head| has(row, head)))
            // It names what is nowhere: that is told beside the heads that there are.
            .or_else(|| {
                let is_named = heads.any(|head| numbered(head).is_none());
                is_named.then(|| row_of_heads(rows, None).unwrap_or(0))
            });
    }
    let scores = rows.iter().map(|row| score(row.iter().map(String::as_str)));
    let best = scores
        .enumerate()
        .max_by_key(|(at, score)| (*score, usize::MAX - at));
    best.filter(|(_, score)| *score > 0).map(|(at, _)| at)
}

/// Whether a head of the mapping stands in any of these rows.
pub fn has_one_of(rows: &[Vec<String>], mapping: &Mapping) -> bool {
    let mut heads = mapping.0.iter().map(|(_, head)| fold(head));
    heads.any(|head| rows.iter().flatten().any(|cell| fold(cell) == head))
}

/// A table's columns by what they say, as places in a row.
pub struct Places(pub Vec<(Column, usize)>);

/// What the heads mean; `sample` are the first rows below them. Where no head names the goods, the column with the most
/// letters does.
///
/// # Errors
/// The mapping names a head that there is not.
pub fn read(
    file: &str,
    mapping: Option<&Mapping>,
    heads: &[String],
    sample: &[Vec<String>],
) -> Result<(Places, Mapping), FileError> {
    let mut places: Vec<(Column, usize)> = Vec::new();
    if let Some(mapping) = mapping {
        for (column, head) in &mapping.0 {
            let same = |known: &&String| known.trim() == head || fold(known) == fold(head);
            let by_name = heads.iter().find(same);
            let at = by_name.and_then(|name| heads.iter().position(|known| known == name));
            let Some(at) = at.or_else(|| numbered(head)) else {
                return Err(FileError::NoSuchColumn {
                    file: file.to_owned(),
                    named: head.clone(),
                    seen: shortened(&heads.join(", ")),
                });
            };
            places.push((*column, at));
        }
    } else {
        let words: Vec<String> = heads.iter().map(|head| folded(head)).collect();
        for column in Column::ALL {
            let ranked = words.iter().enumerate().filter_map(|(at, word)| {
                let is_free = !places.iter().any(|(_, taken)| *taken == at);
                is_free
                    .then(|| Some((is_word(column, word)?, at)))
                    .flatten()
            });
            if let Some((_, at)) = ranked.min() {
                places.push((column, at));
            }
        }
    }
    let names_goods = |(column, _): &(Column, usize)| {
        matches!(column, Column::Title | Column::Model | Column::Mpn)
    };
    if mapping.is_none()
        && !places.iter().any(names_goods)
        && let Some(at) = most_letters(sample)
    {
        places.retain(|(_, taken)| *taken != at);
        places.insert(0, (Column::Title, at));
    }
    let name = |at: usize| match heads.get(at).map(|head| head.trim()) {
        Some(head) if !head.is_empty() => head.to_owned(),
        _ => format!("column {}", at + 1),
    };
    let mapped = places.iter().map(|(column, at)| (*column, name(*at)));
    let mapping = Mapping(mapped.collect());
    Ok((Places(places), mapping))
}

/// The column whose cells have the most letters, addresses left out.
fn most_letters(sample: &[Vec<String>]) -> Option<usize> {
    let columns = sample.iter().map(Vec::len).max()?;
    let letters = |column: usize| -> usize {
        let cells = sample.iter().filter_map(|row| row.get(column));
        let cells = cells.filter(|cell| !cell.contains("://"));
        cells
            .map(|cell| cell.chars().filter(|c| c.is_alphabetic()).count().min(200))
            .sum()
    };
    let best = (0..columns).max_by_key(|column| (letters(*column), usize::MAX - column))?;
    (letters(best) > 0).then_some(best)
}

impl Head {
    pub(super) fn new(sheet: &str, line: u64, mapping: Mapping, heads: Vec<String>) -> Self {
        Self {
            sheet: sheet.to_owned(),
            line,
            mapping,
            heads,
        }
    }
}
