//! Rows that name each value: JSON, one object a line or an array of them, and product feeds in XML.

use std::io::BufRead;
use std::rc::Rc;

use domain::fault::Fault;
use serde_json::{Map, Value};

use super::heads::{self, HEAD_ROWS_MAX, Places};
use super::rows::{PROGRESS_ROWS, kept};
use super::{Column, Goods, GoodsSink, Head, Mapping};
use crate::json::{self, Broken, Elements};
use crate::limits::ROWS;
use crate::lines::Lines;
use crate::out::{Draft, Out};
use crate::row::{Row, Sink};
use crate::source::Source;
use crate::{Fact, FileError, merchant};

/// Values of one object that are kept.
const VALUES_MAX: usize = 256;

/// An object's values by name; `brand.name` is one of an object within.
type Values = Vec<(String, String)>;

fn put(values: &mut Values, name: &str, value: &Value, depth: usize) {
    if values.len() == VALUES_MAX {
        return;
    }
    match value {
        Value::String(text) => values.push((name.to_owned(), kept(text))),
        Value::Number(number) => values.push((name.to_owned(), number.to_string())),
        Value::Array(all) => {
            if let Some(first) = all.first() {
                put(values, name, first, depth);
            }
        }
        Value::Object(inner) if depth < 3 => {
            for (key, value) in inner {
                // A name or a value within stands for what it is in.
                let name = match key.as_str() {
                    "name" | "value" | "@value" => name.to_owned(),
                    key => format!("{name}.{key}"),
                };
                put(values, &name, value, depth + 1);
            }
        }
        Value::Bool(_) | Value::Null | Value::Object(_) => {}
    }
}

fn values(object: &Map<String, Value>) -> Values {
    let mut values = Vec::new();
    for (key, value) in object {
        put(&mut values, key, value, 1);
    }
    values
}

/// An object, or what is wrong with it.
struct Read {
    line: u64,
    values: Result<Values, Vec<Fault>>,
}

/// Objects until their columns are known; then they go on.
struct Waiting<'s> {
    file: Rc<str>,
    mapping: Option<&'s Mapping>,
    first: Vec<Read>,
    known: Option<(Vec<String>, Places)>,
    sink: &'s mut dyn GoodsSink,
}

impl Waiting<'_> {
    fn take(&mut self, read: Read) -> Result<bool, FileError> {
        if self.known.is_none() {
            self.first.push(read);
            return if self.first.len() < HEAD_ROWS_MAX {
                Ok(true)
            } else {
                self.settle()
            };
        }
        Ok(self.give(read))
    }

    /// Tells the columns by the first objects, and gives those.
    fn settle(&mut self) -> Result<bool, FileError> {
        let mut names: Vec<String> = Vec::new();
        for (name, _) in self
            .first
            .iter()
            .filter_map(|read| read.values.as_ref().ok())
            .flatten()
        {
            if !names.contains(name) {
                names.push(name.clone());
            }
        }
        let sample: Vec<Vec<String>> = self
            .first
            .iter()
            .filter_map(|read| read.values.as_ref().ok())
            .map(|values| {
                names
                    .iter()
                    .map(|name| find(values, name).to_owned())
                    .collect()
            })
            .collect();
        let (places, mapping) = heads::read(&self.file, self.mapping, &names, &sample)?;
        self.sink.head(Head::new("", 0, mapping, names.clone()));
        self.known = Some((names, places));
        let first = std::mem::take(&mut self.first);
        Ok(first.into_iter().all(|read| self.give(read)))
    }

    fn give(&mut self, read: Read) -> bool {
        let mut goods = Goods {
            line: read.line,
            ..Goods::default()
        };
        match (read.values, &self.known) {
            (Ok(values), Some((names, places))) => {
                for (column, at) in &places.0 {
                    let name = names.get(*at).map_or("", String::as_str);
                    goods.set(*column, find(&values, name));
                }
            }
            (Err(faults), _) => goods.faults = faults,
            (Ok(_), None) => {}
        }
        self.sink.row(goods)
    }
}

fn find<'a>(values: &'a Values, name: &str) -> &'a str {
    let found = values.iter().find(|(known, _)| known == name);
    found.map_or("", |(_, value)| value)
}

/// Reads JSON: an array of objects, or an object a line.
pub fn of_json(
    file: &str,
    mut source: Source<'_>,
    total: u64,
    mapping: Option<&Mapping>,
    sink: &mut dyn GoodsSink,
) -> Result<(), FileError> {
    let is_array = source.head.trim_start().starts_with('[');
    let tally = Rc::clone(&source.tally);
    let mut waiting = Waiting {
        file: file.into(),
        mapping,
        first: Vec::new(),
        known: None,
        sink,
    };
    let mut wrong = None;
    let mut rows = 0_u64;
    let mut take = |line: u64, bytes: &[u8], draft: Draft| {
        rows += 1;
        if rows.is_multiple_of(PROGRESS_ROWS) {
            waiting.sink.progress(tally.bytes(), total);
        }
        let read = object(line, bytes, draft);
        waiting.take(read).unwrap_or_else(|error| {
            wrong = Some(error);
            false
        }) && rows < ROWS
    };
    let read = if is_array {
        of_array(file, &mut *source.text, &mut take)
    } else {
        of_lines(file, &mut *source.text, &mut take)
    };
    read.map_err(|error| source.error(&error))?;
    if let Some(wrong) = wrong {
        return Err(wrong);
    }
    if waiting.known.is_none() {
        waiting.settle()?;
    }
    waiting.sink.progress(total, total);
    Ok(())
}

fn object(line: u64, bytes: &[u8], mut draft: Draft) -> Read {
    let found = if draft.has_faults() {
        None
    } else {
        json::object(bytes, &mut draft)
    };
    let values = match found {
        Some(object) => Ok(values(&object)),
        None => Err(draft.into_faults()),
    };
    Read { line, values }
}

type Take<'t> = dyn FnMut(u64, &[u8], Draft) -> bool + 't;

fn of_lines(file: &str, text: &mut dyn BufRead, take: &mut Take<'_>) -> std::io::Result<()> {
    let file: Rc<str> = file.into();
    let mut lines = Lines::new(text);
    while let Some(line) = lines.next()? {
        if line.bytes.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        let mut draft = Draft::new(Rc::clone(&file), line.number);
        if line.cut {
            Broken::TooLong.report(&mut draft);
        }
        if !take(line.number, &line.bytes, draft) {
            break;
        }
    }
    Ok(())
}

fn of_array(file: &str, text: &mut dyn BufRead, take: &mut Take<'_>) -> std::io::Result<()> {
    let file: Rc<str> = file.into();
    let mut elements = Elements::new(text);
    while let Some(element) = elements.next()? {
        let mut draft = Draft::new(Rc::clone(&file), element.line);
        let bytes = match element.content {
            Ok(bytes) => bytes,
            Err(broken) => {
                broken.report(&mut draft);
                Vec::new()
            }
        };
        if !take(element.line, &bytes, draft) {
            break;
        }
    }
    Ok(())
}

/// Gives the items of a feed as goods.
struct Items<'s>(&'s mut dyn GoodsSink);

impl Sink for Items<'_> {
    fn row(&mut self, row: Row) {
        let mut goods = Goods {
            line: row.line,
            ..Goods::default()
        };
        match row.outcome {
            Ok(facts) => {
                let items = facts.iter().filter_map(|fact| match fact {
                    Fact::Item(item) => Some(item),
                    _ => None,
                });
                for item in items {
                    let text = |text: &Option<String>| text.clone().unwrap_or_default();
                    for (column, said) in [
                        (Column::Title, item.title.clone()),
                        (Column::Brand, text(&item.brand)),
                        (Column::Mpn, text(&item.mpn)),
                        (Column::Gtin, text(&item.gtin)),
                        (Column::Sku, item.sku.clone()),
                        (Column::Price, item.price.to_string()),
                        (Column::Condition, item.condition.name().to_owned()),
                    ] {
                        goods.set(column, &said);
                    }
                }
            }
            Err(faults) => goods.faults = faults,
        }
        self.0.row(goods);
    }

    fn progress(&mut self, read: u64, total: u64) {
        self.0.progress(read, total);
    }
}

/// Reads a product feed: RSS or Atom with Google's names.
pub fn of_feed(
    file: &str,
    mut source: Source<'_>,
    total: u64,
    sink: &mut dyn GoodsSink,
) -> Result<(), FileError> {
    let names = [
        Column::Title,
        Column::Brand,
        Column::Mpn,
        Column::Gtin,
        Column::Sku,
        Column::Price,
        Column::Condition,
    ];
    let mapped = names.map(|column| {
        let name = if column == Column::Sku {
            "id"
        } else {
            column.name()
        };
        (column, name.to_owned())
    });
    sink.head(Head::new("", 0, Mapping(mapped.to_vec()), Vec::new()));
    let mut items = Items(sink);
    let mut out = Out::new(&mut items, file, Rc::clone(&source.tally), total);
    let read = merchant::read(&mut *source.text, true, &mut out);
    read.map_err(|error| source.error(&error))?;
    out.finish();
    Ok(())
}
