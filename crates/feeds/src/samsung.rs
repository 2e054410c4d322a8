//! Samsung's type allocation codes: code, then the model codes that it covers; no names.
//!
//! One allocation covers up to eleven variants of a model, so a code alone does not tell which of them a
//! phone is. All of them are kept as codes of one fact, in the list's order.

use std::io::{self, BufRead};

use crate::out::Out;
use crate::table::Table;
use crate::tac::Tacs;
use crate::{DeviceFact, Fact};

const BRAND: &str = "Samsung";

pub(crate) fn read(text: &mut dyn BufRead, out: &mut Out<'_>) -> io::Result<()> {
    let mut table = Table::open(text)?.with_short_rows();
    let tac = table.column("tac");
    let columns = table.columns().iter().enumerate();
    let models = columns.filter(|(_, name)| name.starts_with("model"));
    let models: Vec<usize> = models.map(|(at, _)| at).collect();
    let mut tacs = Tacs::default();
    while let Some(record) = table.next()? {
        if out.full(record.line) {
            return Ok(());
        }
        let mut draft = out.draft(record.line);
        if table.whole(&record, &mut draft) {
            let code = tacs.read(record.get(tac), &mut draft);
            let mut codes: Vec<String> = Vec::new();
            for model in models.iter().map(|at| record.get(Some(*at))) {
                if !model.is_empty() && !codes.iter().any(|known| known == model) {
                    codes.push(model.to_owned());
                }
            }
            if codes.is_empty() {
                let help = "a code without a model says nothing";
                draft.fault("model", "code.missing", "", help);
            } else if let Some(code) = code {
                draft.fact(Fact::Device(DeviceFact {
                    brand: BRAND.to_owned(),
                    codes,
                    tacs: vec![code],
                    ..DeviceFact::default()
                }));
            }
        }
        out.push(draft);
    }
    Ok(())
}
