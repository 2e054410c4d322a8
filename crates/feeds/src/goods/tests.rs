//! Lists of goods as people really save them: each cell in its place, and every fault told. Knows no variant.

use super::*;
use crate::workbook::{Book, Look};

#[derive(Default)]
struct Kept {
    heads: Vec<Head>,
    rows: Vec<Goods>,
}

impl GoodsSink for Kept {
    fn head(&mut self, head: Head) {
        self.heads.push(head);
    }

    fn row(&mut self, goods: Goods) -> bool {
        self.rows.push(goods);
        true
    }

    fn progress(&mut self, _: u64, _: u64) {}
}

fn kept(bytes: &[u8], mapping: Option<&str>) -> Kept {
    let mapping: Option<Mapping> = mapping.map(|text| text.parse().expect("a mapping"));
    let mut kept = Kept::default();
    read_goods("goods", bytes, mapping.as_ref(), &mut kept).expect("reads");
    kept
}

/// Line, title, brand and price of each row.
fn told(kept: &Kept) -> Vec<(u64, &str, &str, &str)> {
    kept.rows
        .iter()
        .map(|row| {
            (
                row.line,
                row.said(Column::Title),
                row.said(Column::Brand),
                row.said(Column::Price),
            )
        })
        .collect()
}

fn utf16(text: &str) -> Vec<u8> {
    [0xFF, 0xFE]
        .into_iter()
        .chain(text.encode_utf16().flat_map(u16::to_le_bytes))
        .collect()
}

#[test]
fn a_list_is_read_however_somebody_saved_it() {
    let latin = |text: &str| -> Vec<u8> {
        text.chars()
            .map(|c| u8::try_from(u32::from(c)).expect("Latin"))
            .collect()
    };
    for bytes in [
        b"Title,Brand,Price\nMi 4i,Xiaomi,199\n".to_vec(),
        b"\xEF\xBB\xBFBezeichnung;Marke;Preis\r\nMi 4i;Xiaomi;199\r\n".to_vec(),
        utf16("Nom du produit\tMarque\tPrix TTC\r\nMi 4i\tXiaomi\t199\r\n"),
        latin("D\u{e9}signation;Fabricant;Prix\nMi 4i;Xiaomi;199\n"),
        "商品名称,品牌,价格\nMi 4i,Xiaomi,199\n".as_bytes().to_vec(),
        "Our catalogue of \"2026\"\n\nSKU;Product Title *;Brand;Price (USD);Note\n;Mi 4i;Xiaomi;199;;\n;;;;\n"
            .replace(" *", "")
            .into_bytes(),
        b"sep=;\nprice;brand;title\n199;Xiaomi;\"Mi 4i\"\n".to_vec(),
        b"{\"name\":\"Mi 4i\",\"brand\":{\"name\":\"Xiaomi\"},\"offers\":[{\"price\":199}]}\n".to_vec(),
        b"[{\"title\":\"Mi 4i\",\n\"brand\":\"Xiaomi\",\"price\":\"199\"}]".to_vec(),
        b"<rss><channel><item><g:id>1</g:id><title>Mi 4i</title><g:brand>Xiaomi</g:brand><g:price>199 USD</g:price><g:availability>in stock</g:availability></item></channel></rss>".to_vec(),
        zstd::encode_all(&b"Title,Brand,Price\nMi 4i,Xiaomi,199\n"[..], 3).expect("packs"),
    ] {
        let kept = kept(&bytes, None);
        let rows = told(&kept);
        let [(_, "Mi 4i", "Xiaomi", price)] = rows.as_slice() else {
            panic!("{rows:?} {:?} {:?}", kept.heads, String::from_utf8_lossy(&bytes));
        };
        assert!(price.starts_with("199"), "{price}");
        assert_eq!(kept.heads.len(), 1);
    }
}

#[test]
fn each_sheet_that_is_seen_has_its_own_heads() {
    let mut book = Book::default();
    book.sheet("Phones", &[]).expect("begins");
    book.row(["Catalogue of 2026"], Look::Plain, &[])
        .expect("writes");
    book.row(["", ""], Look::Plain, &[]).expect("writes");
    book.row(["Artikel", "Marke"], Look::Head, &[])
        .expect("writes");
    book.row(["Mi 4i", "Xiaomi"], Look::Plain, &[])
        .expect("writes");
    book.row(["Galaxy S7"], Look::Plain, &[]).expect("writes");
    book.sheet("More", &[]).expect("begins");
    book.row(["Brand", "Product"], Look::Head, &[])
        .expect("writes");
    book.row(["Apple", "iPhone 8"], Look::Plain, &[])
        .expect("writes");
    book.sheet("Nothing", &[]).expect("begins");
    let kept = kept(&book.finish().expect("packs"), None);
    assert_eq!(
        told(&kept),
        [
            (4, "Mi 4i", "Xiaomi", ""),
            (5, "Galaxy S7", "", ""),
            (2, "iPhone 8", "Apple", "")
        ]
    );
    let heads: Vec<_> = kept
        .heads
        .iter()
        .map(|head| (head.sheet.as_str(), head.line, head.mapping.to_string()))
        .collect();
    assert_eq!(
        heads,
        [
            ("Phones", 3, "title=Artikel; brand=Marke".to_owned()),
            ("More", 1, "title=Product; brand=Brand".to_owned())
        ]
    );
}

#[test]
fn a_list_without_heads_is_read_from_its_first_row() {
    let kept = kept(b"1;Xiaomi Mi 4i 16GB;199\n2;Samsung Galaxy S7;299\n", None);
    let titles: Vec<_> = told(&kept).iter().map(|row| (row.0, row.1)).collect();
    assert_eq!(titles, [(1, "Xiaomi Mi 4i 16GB"), (2, "Samsung Galaxy S7")]);
    assert_eq!(kept.heads[0].mapping.to_string(), "title=column 2");
    let one = self::kept(b"Mi 4i\nGalaxy S7\n", None);
    assert_eq!(told(&one).len(), 2);
}

#[test]
fn a_mapping_is_kept_as_it_was_printed_and_one_that_fits_not_is_refused() {
    let text = b"A;B;C\nx;Mi 4i;Xiaomi\n";
    let kept = kept(text, Some("title=B; brand=c"));
    assert_eq!(told(&kept), [(2, "Mi 4i", "Xiaomi", "")]);
    let mapping: Mapping = "title=B; brand=C; price=Preis in EUR"
        .parse()
        .expect("reads");
    assert_eq!(mapping.to_string().parse(), Ok(mapping.clone()));
    let wrong = read_goods("goods.csv", text, Some(&mapping), &mut Kept::default());
    let error = wrong.expect_err("no such column").to_string();
    assert!(
        error.contains("Preis in EUR") && error.contains("a, b, c"),
        "{error}"
    );
    assert!("name=B".parse::<Mapping>().is_err());
}

#[test]
fn rows_that_cannot_be_read_are_rows_and_the_good_ones_are_kept() {
    let kept = kept(b"title,price\n\"Mi 4i,1\nGalaxy S7,2\n,3\nA,B,C,D\n", None);
    let rows: Vec<_> = kept
        .rows
        .iter()
        .map(|row| (row.line, row.said(Column::Title), row.faults.len()))
        .collect();
    assert_eq!(
        rows,
        [(2, "", 1), (3, "Galaxy S7", 0), (4, "", 0), (5, "A", 0)]
    );
    let kept = self::kept(
        b"{\"title\":\"Mi 4i\"}\n{\"title\":\n\n{\"title\":\"Mi 3\"}\n",
        None,
    );
    let rows: Vec<_> = kept
        .rows
        .iter()
        .map(|row| (row.line, row.faults.len()))
        .collect();
    assert_eq!(rows, [(1, 0), (2, 1), (4, 0)]);
}
