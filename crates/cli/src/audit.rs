//! `passband audit`: somebody's list of goods in, an answer a row out: what may be sold, what not, why, whom to ask.
//!
//! How a row is written is `web`'s, so that a file, the page and the API say the same. Nothing of a list is kept.

use clap::Args;
use serde::{Deserialize, Serialize};
use serde_json::json;
use trade::House;
use trade::audit::{AuditFor, Auditor, Came, Mapping};
use trade::data_sets::Input;
use trade::starter::Starter;
use web::answers::audit::{Report, judged_by, line};

use crate::command::Answer;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Event, Output};
use crate::style::{bold, counted, dim};
use crate::typed::{NamedPath, word};

/// Those who can be asked that are named where there is no report.
const WHOM_SHOWN: usize = 8;

const EXAMPLES: &str = "\
Examples:
  passband audit catalogue.xlsx --market us --out report.xlsx
  passband audit prices.csv --market us --html report.html --seller 'Omni Electronics'
  passband audit liste.xlsx --market eu --network Telekom --out report.xlsx
  passband audit list.csv --market us --mapping 'title=Artikel lang; brand=Hersteller'
  passband audit offers.jsonl --market us --json | jq -r 'select(.outcome == \"refused\") .said.title'

A list is a spreadsheet (.xlsx, .ods), a table as text (CSV with commas, semicolons or tabs, in UTF-8, UTF-16 or a Western
code page), JSON (a line each, or an array) or a product feed in XML, each also packed with Zstandard. Its columns are
told by their heads in a dozen languages; what they were taken for is said and can be given back with --mapping.

Nothing must be imported first, and nothing of the list is kept. A market of this house is judged by its policy in force;
us, eu and uk, where the house has no such market, by the policies to begin with (`passband policy init us`), on the
networks that come with the program or those named with --network. The more lists of devices are imported, the more rows
are matched.
Exit status: 0 every row may be sold, 1 some may not, 2 some are not known.";

/// The flags of `audit`.
#[derive(Args, Debug, Serialize, Deserialize)]
#[command(after_help = EXAMPLES)]
pub struct AuditArgs {
    /// The list
    #[arg(value_name = "FILE")]
    pub file: NamedPath,
    /// In which market; us, eu and uk need none in this house
    #[arg(long, short, value_name = "ID")]
    pub market: String,
    /// Judge by a policy to begin with, even if the market has one in force: us, eu or uk
    #[arg(long, value_name = "NAME")]
    pub policy: Option<String>,
    /// With a policy to begin with: on this network; can be given several times [default: all of the country that come
    /// with the program]
    #[arg(long, short, value_name = "NAME")]
    pub network: Vec<String>,
    /// Who sells, where a row does not say: an id or a name
    #[arg(long, value_name = "NAME")]
    pub seller: Option<String>,
    /// The kind of product of devices that are not in the directory
    #[arg(long, value_name = "CATEGORY", default_value = "smartphone")]
    pub category: String,
    /// As of this date or instant [default: now]
    #[arg(long, value_name = "DATE")]
    pub at: Option<String>,
    /// Which columns say what, as an earlier run printed it
    #[arg(long, value_name = "title=HEAD; …")]
    pub mapping: Option<String>,
    /// Every row with its answer, as a spreadsheet
    #[arg(long, short, value_name = "FILE")]
    pub out: Option<NamedPath>,
    /// The result as a page that can be sent on
    #[arg(long, value_name = "FILE")]
    pub html: Option<NamedPath>,
}

impl AuditArgs {
    /// Makes its paths mean the same in another process.
    pub fn settle(&mut self) {
        self.file.settle();
        let written = [&mut self.out, &mut self.html];
        written.into_iter().flatten().for_each(NamedPath::settle);
    }

    fn asked(&self) -> Result<AuditFor, Failure> {
        let starter: Option<Starter> = match &self.policy {
            Some(name) => Some(word("--policy", name)?),
            None => None,
        };
        let at = match &self.at {
            Some(text) => Some(word("--at", text)?),
            None => None,
        };
        Ok(AuditFor {
            market: word("--market", &self.market)?,
            starter,
            networks: self.network.clone(),
            seller: self.seller.clone(),
            category: word("--category", &self.category)?,
            at,
        })
    }
}

/// Answers.
///
/// # Errors
/// The list cannot be read, the market is not known, or a report cannot be written.
pub async fn run(house: &House, args: &AuditArgs, out: &Output) -> Answer {
    let mapping: Option<Mapping> = match &args.mapping {
        Some(text) => Some(word("--mapping", text)?),
        None => None,
    };
    for report in [&args.out, &args.html].into_iter().flatten() {
        writable(report, &args.file)?;
    }
    let auditor = house.auditor(&args.asked()?).await?;
    out.note(dim(&format!("judged by {}", judged_by(auditor.setting()))))
        .await;
    let (auditor, report) = answered(auditor, args, mapping, out).await?;
    let told = report
        .told(&auditor)
        .map_err(|error| packed(&args.file, &error))?;
    for file in args.out.iter() {
        write(file, &told.workbook)?;
    }
    for file in args.html.iter() {
        let page = told.result.page();
        let page = page.map_err(|error| packed(file, &std::io::Error::other(error)))?;
        write(file, page.as_bytes())?;
    }
    tell(args, &auditor, &told.result, out).await;
    Ok(exit(told.result.counts().iter().map(|count| count.came)))
}

async fn answered(
    mut auditor: Auditor,
    args: &AuditArgs,
    mapping: Option<Mapping>,
    out: &Output,
) -> Result<(Auditor, Report), Failure> {
    let cannot = |error| packed(&args.file, &error);
    let mut report = Report::new(&args.file.named).map_err(cannot)?;
    let is_said = out.is_json() && args.out.is_none();
    let mut chunks = trade::audit::rows(Input::Path(args.file.path.clone()), mapping);
    while let Some(chunk) = chunks.recv().await {
        let chunk = chunk?;
        report.heads(chunk.heads);
        let answered;
        (auditor, answered) = auditor.answer(chunk.goods).await?;
        let mut lines = String::new();
        for row in &answered {
            report.put(row).map_err(cannot)?;
            if is_said {
                lines.push_str(&line(row));
            }
        }
        if let Some(lines) = lines.strip_suffix('\n') {
            out.data(lines).await;
        }
        if let Some(progress) = chunk.progress {
            out.say(Event::Progress {
                what: args.file.named.clone(),
                done: progress.read,
                total: progress.total,
            })
            .await;
        }
    }
    for (sheet, mapping) in report.mappings() {
        let of = match sheet {
            "" => String::new(),
            sheet => format!(" of {sheet}"),
        };
        out.note(dim(&format!("columns{of}: --mapping '{mapping}'")))
            .await;
    }
    Ok((auditor, report))
}

async fn tell(
    args: &AuditArgs,
    auditor: &Auditor,
    result: &web::answers::audit::Result,
    out: &Output,
) {
    let requests = auditor.requests().drafted();
    let files = [&args.out, &args.html].into_iter().flatten();
    let files: Vec<&str> = files.map(|file| file.named.as_str()).collect();
    if out.is_json() {
        if args.out.is_some() {
            let counts = result.counts().iter();
            let counts: serde_json::Map<_, _> = counts
                .map(|count| (count.came.name().to_owned(), count.rows.into()))
                .collect();
            let rows = result.total();
            let whom: Vec<&str> = requests.iter().map(|one| one.who.as_str()).collect();
            out.json(
                &json!({ "rows": rows, "outcomes": counts, "to_ask": whom, "written": files }),
            )
            .await;
        }
        return;
    }
    let mut lines = vec![bold(&format!(
        "{}: {}",
        args.file.named,
        counted(result.total(), "row")
    ))];
    for count in result.counts() {
        lines.push(format!("{:>8}  {}", count.rows, count.came.title()));
    }
    if !requests.is_empty() {
        lines.push("To ask:".to_owned());
    }
    for request in requests.iter().take(WHOM_SHOWN) {
        let devices = counted(request.devices as u64, "device");
        lines.push(format!("  {} ({devices})", request.who));
    }
    if requests.len() > WHOM_SHOWN {
        lines.push(format!("  and {} more", requests.len() - WHOM_SHOWN));
    }
    lines.push(match files.as_slice() {
        [] => "`--out report.xlsx` writes every row with its answer and the requests; `--html report.html` a page".to_owned(),
        files => format!("Written: {}", files.join(", ")),
    });
    out.text(lines.join("\n")).await;
}

/// A no outweighs what is not known; what is no device by itself counts for neither.
fn exit(came: impl Iterator<Item = Came>) -> Exit {
    let mut exit = Exit::YES;
    for came in came {
        match came {
            Came::Refused => return Exit::NO,
            Came::Sellable | Came::Aside => {}
            Came::Disputed | Came::Unknown | Came::Unmatched | Came::Unread => exit = Exit::UNKNOWN,
        }
    }
    exit
}

/// A report that is to be written is not the list itself, and can be written.
fn writable(report: &NamedPath, list: &NamedPath) -> Result<(), Failure> {
    let whole = |file: &NamedPath| std::fs::canonicalize(&file.path).ok();
    if whole(report).is_some_and(|path| whole(list) == Some(path)) {
        return Err(Failure::usage(
            format!("{} is the list itself", report.named),
            "write the report to another file",
        ));
    }
    write(report, b"")
}

fn write(file: &NamedPath, bytes: &[u8]) -> Result<(), Failure> {
    std::fs::write(&file.path, bytes)
        .map_err(|error| Failure::file(Exit::CANNOT_CREATE, &file.named, &error))
}

fn packed(file: &NamedPath, error: &std::io::Error) -> Failure {
    Failure::file(Exit::CANNOT_CREATE, &file.named, error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_no_outweighs_what_is_not_known() {
        for (came, expected) in [
            (&[][..], Exit::YES),
            (&[Came::Sellable, Came::Aside], Exit::YES),
            (&[Came::Sellable, Came::Unmatched], Exit::UNKNOWN),
            (&[Came::Unread, Came::Refused, Came::Unknown], Exit::NO),
        ] {
            assert_eq!(exit(came.iter().copied()), expected);
        }
    }
}
