//! Why a check has no answer, with what may be meant as links that ask again.

use askama::Template;
use domain::number::Tac;
use trade::Code;

use super::tac_view::TacView;
use super::{Asked, address};
use crate::App;
use crate::pages::wording;
use crate::problem::Problem;

/// Something that may be meant.
pub struct Close {
    pub name: String,
    /// What tells it from the others: its code, its variant, its year.
    pub apart: String,
    pub address: String,
}

/// An error, as the page shows it.
#[derive(Template)]
#[template(path = "check_fault.html")]
pub struct Fault {
    pub title: String,
    pub detail: String,
    pub close: Vec<Close>,
    /// What lists say of the type allocation code that was asked for.
    pub tac: Option<TacView>,
}

/// An error as a page shows it. Where lists contradict each other on a type allocation code, with what each says.
pub async fn fault(app: &App, error: &trade::Error, asked: &Asked) -> Result<Fault, Problem> {
    let tac: Option<Tac> = asked.device.trim().parse().ok();
    let of_device = matches!(error.code, Code::DeviceAmbiguous | Code::DeviceUnknown);
    let tac = match tac.filter(|_| of_device) {
        Some(tac) => Some(TacView::new(app, tac).await?),
        None => None,
    };
    let (before, close) = match error.code {
        Code::NetworkUnknown => networks(error, asked),
        _ => (before(error), devices(error, asked)),
    };
    let detail = match (close.as_slice(), before) {
        ([], _) => format!("{}. {}.", error.detail, wording::capital(error.code.help())),
        (_, before) => format!("{before}:"),
    };
    Ok(Fault {
        title: title(error, tac.as_ref()),
        detail: wording::capital(&detail),
        close,
        tac,
    })
}

fn title(error: &trade::Error, tac: Option<&TacView>) -> String {
    match tac {
        Some(tac) if tac.is_contradicted => {
            format!("Lists disagree which phone {} is", tac.tac)
        }
        _ => error.code.title().to_owned(),
    }
}

fn before(error: &trade::Error) -> &str {
    match error.code {
        Code::DeviceAmbiguous => "It may be one of these; each link asks for exactly that one",
        _ => error.detail.split(": ").next().unwrap_or_default(),
    }
}

fn devices(error: &trade::Error, asked: &Asked) -> Vec<Close> {
    let close = error.candidates.iter().map(|candidate| {
        let year = candidate.year.map(|year| year.to_string());
        let apart = candidate.variant.iter().cloned().chain(year);
        Close {
            name: candidate.name.clone(),
            apart: apart.collect::<Vec<_>>().join(", "),
            address: address(&Asked {
                device: candidate.ask.clone(),
                ..asked.clone()
            }),
        }
    });
    close.collect()
}

/// The error has the names of networks in its sentence.
fn networks<'a>(error: &'a trade::Error, asked: &Asked) -> (&'a str, Vec<Close>) {
    let named = error
        .detail
        .split_once(": ")
        .filter(|(before, _)| before.ends_with("close to it") || before.ends_with("known there"));
    let Some((before, names)) = named else {
        return ("", Vec::new());
    };
    let close = names.split(", ").map(|name| Close {
        name: name.to_owned(),
        apart: String::new(),
        address: address(&Asked {
            other: name.to_owned(),
            ..asked.clone()
        }),
    });
    (before, close.collect())
}
