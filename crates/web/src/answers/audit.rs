//! What came of somebody's list: a spreadsheet with every row, and a page with the first of each outcome.
//!
//! Judges nothing itself, and keeps nothing.

use std::io;

use askama::Template;
use serde::Serialize;
use trade::audit::{Audited, Auditor, Came, Column, Head, Setting};
use trade::workbook::{Book, Look};
use utoipa::ToSchema;

use super::json_line;

/// Rows of one outcome that a page shows; the spreadsheet has all.
pub const SHOWN_PER_OUTCOME: usize = 300;
/// Heads of tables that are told.
const HEADS_MAX: usize = 64;
/// Characters of a list's own words that a page repeats of a row.
const SAID_CHARS: usize = 160;
/// The site's style, for a page that stands alone.
const STYLE: &str = include_str!("../../assets/passband.css");

/// What the columns of the list say, then what came of it.
const ANSWER_COLUMNS: [(&str, u16); 7] = [
    ("Answer", 14),
    ("Device", 30),
    ("Ask for", 18),
    ("Matched by", 26),
    ("Networks", 26),
    ("Why", 80),
    ("Whom to ask", 30),
];
/// The place of `Answer` among the columns: after the row, the sheet and the list's own.
const ANSWER_AT: usize = 2 + Column::ALL.len();

/// A row with its answer, for programs.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AuditedRow)]
pub struct AuditedJson {
    /// The sheet's name; empty: the file has no sheets.
    pub sheet: String,
    /// The line, or the row of the sheet, counted from 1.
    pub line: u64,
    /// What the list says: `title`, `brand`, `model`, `mpn`, `gtin`, `sku`, `seller`, `price`, `condition`, where it does.
    #[schema(value_type = std::collections::HashMap<String, String>)]
    pub said: serde_json::Map<String, serde_json::Value>,
    /// `sellable`, `refused`, `disputed`, `unknown`; `unmatched`: which device is not known; `aside`: no device by itself;
    /// `unread`.
    pub outcome: &'static str,
    /// Brand and name; empty: none.
    pub device: String,
    /// What finds the device; empty: none.
    pub ask: String,
    /// By what it was matched; empty: it was not.
    pub matched_by: String,
    /// Per host network.
    pub networks: Vec<AuditedNetworkJson>,
    /// Why, a sentence each.
    pub why: Vec<String>,
    /// Who can supply what is missing.
    pub whom: Vec<String>,
}

/// The answer on one host network.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AuditedNetwork)]
pub struct AuditedNetworkJson {
    /// Its name.
    pub network: String,
    /// As the row's.
    pub outcome: &'static str,
}

impl From<&Audited> for AuditedJson {
    fn from(row: &Audited) -> Self {
        let said = Column::ALL.into_iter().filter_map(|column| {
            let text = row.goods.said(column);
            (!text.is_empty()).then(|| (column.name().to_owned(), text.into()))
        });
        let networks = row
            .networks()
            .iter()
            .map(|(name, outcome)| AuditedNetworkJson {
                network: name.clone(),
                outcome: outcome.name(),
            });
        Self {
            sheet: row.goods.sheet.clone(),
            line: row.goods.line,
            said: said.collect(),
            outcome: row.came.name(),
            device: row.device.clone(),
            ask: row.ask.clone(),
            matched_by: row.because.clone(),
            networks: networks.collect(),
            why: row.why().to_vec(),
            whom: row.whom().map(str::to_owned).collect(),
        }
    }
}

/// A row as a line of JSON, with its line end.
#[must_use]
pub fn line(row: &Audited) -> String {
    json_line(&AuditedJson::from(row))
}

/// How many rows came out in a way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Count {
    /// In which.
    pub came: Came,
    /// How many.
    pub rows: u64,
}

impl Count {
    fn share(&self) -> &'static str {
        class(self.came)
    }
}

/// The colour of an outcome.
const fn class(came: Came) -> &'static str {
    match came {
        Came::Sellable => "good",
        Came::Refused => "bad",
        Came::Disputed | Came::Unknown | Came::Unmatched => "open",
        Came::Aside | Came::Unread => "quiet",
    }
}

const fn look(came: Came) -> Look {
    match came {
        Came::Sellable => Look::Good,
        Came::Refused => Look::Bad,
        Came::Disputed | Came::Unknown | Came::Unmatched => Look::Open,
        Came::Aside | Came::Unread => Look::Plain,
    }
}

#[derive(Debug)]
struct RowView {
    came: Came,
    place: String,
    said: String,
    device: String,
    networks: String,
    why: Vec<String>,
    whom: String,
}

impl RowView {
    const fn share(&self) -> &'static str {
        class(self.came)
    }
}

struct RequestView {
    who: String,
    subject: String,
    text: String,
    devices: usize,
}

/// What is shown of a list; a part of a page.
#[derive(Template)]
#[template(path = "audit_result.html")]
pub struct Result {
    list: String,
    setting: Setting,
    mappings: Vec<String>,
    total: u64,
    counts: Vec<Count>,
    rows: Vec<RowView>,
    left_out: u64,
    requests: Vec<RequestView>,
    /// The spreadsheet as an address that holds it; empty: it stands beside the page.
    download: String,
}

/// A page of its own, that needs nothing from elsewhere.
#[derive(Template)]
#[template(path = "audit_page.html")]
struct AlonePage<'a> {
    style: &'static str,
    result: &'a Result,
}

/// What came of a list, told.
pub struct Told {
    /// The spreadsheet.
    pub workbook: Vec<u8>,
    /// What is shown of it.
    pub result: Result,
}

impl Result {
    /// How many rows came out in each way, those that none did left out.
    #[must_use]
    pub fn counts(&self) -> &[Count] {
        &self.counts
    }

    /// Rows in all.
    #[must_use]
    pub const fn total(&self) -> u64 {
        self.total
    }

    /// Gives the page the spreadsheet itself, so that it can be had without being kept here.
    pub fn hold(&mut self, address: String) {
        self.download = address;
    }

    /// A page that stands alone.
    ///
    /// # Errors
    /// It does not render.
    pub fn page(&self) -> std::result::Result<String, askama::Error> {
        let style = STYLE;
        AlonePage {
            style,
            result: self,
        }
        .render()
    }
}

/// Takes rows as they are answered.
pub struct Report {
    list: String,
    book: Book,
    heads: Vec<Head>,
    counts: [u64; Came::ALL.len()],
    rows: Vec<RowView>,
}

impl Report {
    /// Of a list, by its name.
    ///
    /// # Errors
    /// It cannot be packed.
    pub fn new(list: &str) -> io::Result<Self> {
        let mut book = Book::default();
        let own = Column::ALL.map(|column| match column {
            Column::Title => ("Title", 44),
            Column::Brand => ("Brand", 14),
            Column::Model => ("Model", 18),
            Column::Mpn => ("Model code", 16),
            Column::Gtin => ("GTIN", 16),
            Column::Sku => ("Key", 14),
            Column::Seller => ("Seller", 16),
            Column::Price => ("Price", 12),
            Column::Condition => ("Condition", 12),
        });
        let columns = [("Row", 8), ("Sheet", 12)]
            .into_iter()
            .chain(own)
            .chain(ANSWER_COLUMNS);
        let widths: Vec<u16> = columns.clone().map(|(_, width)| width).collect();
        book.sheet("Rows", &widths)?;
        book.row(columns.map(|(name, _)| name), Look::Head, &[])?;
        Ok(Self {
            list: list.to_owned(),
            book,
            heads: Vec::new(),
            counts: [0; Came::ALL.len()],
            rows: Vec::new(),
        })
    }

    /// What the columns of the rows that follow were taken for.
    pub fn heads(&mut self, heads: Vec<Head>) {
        let room = HEADS_MAX.saturating_sub(self.heads.len());
        self.heads.extend(heads.into_iter().take(room));
    }

    /// The mapping of each table, as it can be given again, with its sheet's name.
    pub fn mappings(&self) -> impl Iterator<Item = (&str, String)> {
        let heads = self.heads.iter();
        heads.map(|head| (head.sheet.as_str(), head.mapping.to_string()))
    }

    /// Puts a row.
    ///
    /// # Errors
    /// It cannot be packed.
    pub fn put(&mut self, row: &Audited) -> io::Result<()> {
        let place = row.goods.line.to_string();
        let networks: Vec<String> = row
            .networks()
            .iter()
            .map(|(name, outcome)| format!("{name}: {}", outcome.name()))
            .collect();
        let networks = networks.join("; ");
        let why = row.why().join(" ");
        let whom: Vec<&str> = row.whom().collect();
        let whom = whom.join("; ");
        let said = Column::ALL.map(|column| row.goods.said(column));
        let answer = [
            row.came.title(),
            &row.device,
            &row.ask,
            &row.because,
            &networks,
            &why,
            &whom,
        ];
        let cells = [place.as_str(), &row.goods.sheet]
            .into_iter()
            .chain(said)
            .chain(answer);
        self.book
            .row(cells, Look::Plain, &[(ANSWER_AT, look(row.came))])?;
        let shown = self.counts.get_mut(row.came as usize).map(|count| {
            *count += 1;
            *count
        });
        if shown.is_some_and(|count| count <= SHOWN_PER_OUTCOME as u64) {
            self.rows.push(view(row, place, networks, whom));
        }
        Ok(())
    }

    /// Nothing more comes.
    ///
    /// # Errors
    /// It cannot be packed.
    pub fn told(mut self, auditor: &Auditor) -> io::Result<Told> {
        let requests = auditor.requests().drafted();
        self.book.sheet("To ask", &[30, 10, 50, 100])?;
        let heads = ["Whom", "Devices", "Subject", "Text"];
        self.book.row(heads, Look::Head, &[])?;
        for request in &requests {
            let devices = request.devices.to_string();
            let cells = [
                request.who.as_str(),
                &devices,
                &request.subject,
                &request.text,
            ];
            self.book.row(cells, Look::Plain, &[])?;
        }
        let total = self.counts.iter().sum();
        let counts = Came::ALL.into_iter().zip(self.counts);
        let counts = counts.map(|(came, rows)| Count { came, rows });
        let counts: Vec<Count> = counts.filter(|count| count.rows > 0).collect();
        let mappings = self.mappings().map(|(sheet, mapping)| match sheet {
            "" => mapping,
            sheet => format!("{sheet}: {mapping}"),
        });
        let mappings: Vec<String> = mappings.collect();
        self.book.sheet("About", &[24, 100])?;
        let judged = judged_by(auditor.setting());
        for (name, text) in [("List", self.list.as_str()), ("Judged by", &judged)] {
            self.book.row([name, text], Look::Plain, &[])?;
        }
        for mapping in &mappings {
            self.book.row(["Columns", mapping], Look::Plain, &[])?;
        }
        for count in &counts {
            let rows = count.rows.to_string();
            self.book
                .row([count.came.title(), &rows], Look::Plain, &[])?;
        }
        let requests = requests.into_iter().map(|one| RequestView {
            who: one.who,
            subject: one.subject,
            text: one.text,
            devices: one.devices,
        });
        let result = Result {
            list: self.list,
            setting: auditor.setting().clone(),
            mappings,
            total,
            left_out: total - self.rows.len() as u64,
            counts,
            rows: self.rows,
            requests: requests.collect(),
            download: String::new(),
        };
        Ok(Told {
            workbook: self.book.finish()?,
            result,
        })
    }
}

fn view(row: &Audited, place: String, networks: String, whom: String) -> RowView {
    let sheet = row.goods.sheet.as_str();
    let own = [Column::Title, Column::Model, Column::Mpn, Column::Sku];
    let mut own = own.into_iter().map(|column| row.goods.said(column));
    let said = own.find(|text| !text.is_empty()).unwrap_or_default();
    RowView {
        came: row.came,
        place: if sheet.is_empty() {
            place
        } else {
            format!("{sheet} {place}")
        },
        said: said.chars().take(SAID_CHARS).collect(),
        device: row.device.clone(),
        networks,
        why: row.why().to_vec(),
        whom,
    }
}

/// By what a list was judged, in a sentence.
#[must_use]
pub fn judged_by(setting: &Setting) -> String {
    let policy = match setting.starter {
        Some(starter) => format!(
            "the policy to begin with for {starter} (`passband policy init {starter}` shows it)"
        ),
        None => "the policy in force".to_owned(),
    };
    let networks = match setting.networks.as_slice() {
        [] => "no host network: name one".to_owned(),
        named => named.join(", "),
    };
    format!(
        "{policy}, in {}, on {networks}, sold by {} where a row does not say",
        setting.country, setting.seller
    )
}
