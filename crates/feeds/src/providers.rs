//! Who sells mobile service in a country, with network codes: GNOME's mobile-broadband-provider-info.
//!
//! A provider's codes are those that its customers meet; whether it runs the network or rides on it is not
//! said. Access points are passed over.

use std::collections::HashMap;
use std::io::{self, BufRead};

use domain::place::Country;
use domain::radio::Plmn;

use crate::out::{Draft, Out};
use crate::wikipedia::{country, plmn};
use crate::xml::{self, DOCTYPE_HELP, Items, Node, Piece, Shape};
use crate::{Fact, NetworkFact};

const PROVIDERS: Shape = Shape {
    items: &["provider"],
    marks: &["country"],
    // The file names its document type; it is neither fetched nor needed.
    plain_doctype: true,
};

/// `<country code="us"> <provider> <name>…</name> <gsm> <network-id mcc="310" mnc="260"/> …`.
pub(crate) fn read(text: &mut dyn BufRead, out: &mut Out<'_>) -> io::Result<()> {
    let mut items = Items::new(text, PROVIDERS);
    let mut land = String::new();
    let mut named = HashMap::new();
    while let Some(piece) = items.next()? {
        let mut draft = match piece {
            Piece::Mark { line, bytes } => {
                land = code_of(&bytes, out.draft(line));
                continue;
            }
            Piece::Item { line, bytes } => {
                let mut draft = out.draft(line);
                let nodes = xml::nodes(&bytes, &mut draft);
                let country = country("country", &land, &mut draft);
                if !draft.has_faults() {
                    provider(&nodes, country, &mut named, &mut draft);
                }
                draft
            }
            Piece::Broken { line, rule, help } => {
                let mut draft = out.draft(line);
                draft.fault("", rule, "", help);
                draft
            }
            Piece::Doctype { line } => {
                let mut draft = out.draft(line);
                draft.fault("", "xml.doctype", "<!DOCTYPE", DOCTYPE_HELP);
                draft
            }
        };
        if out.full(draft.line()) {
            return Ok(());
        }
        if land.is_empty() && !draft.has_faults() {
            let help = "the provider stands in no country; it is kept without one";
            draft.note("country", "country.missing", "", help);
        }
        out.push(draft);
    }
    Ok(())
}

/// The country of a mark's opening tag; empty after its end.
fn code_of(tag: &[u8], mut aside: Draft) -> String {
    let nodes = xml::nodes(tag, &mut aside);
    nodes
        .first()
        .map(|node| node.attribute("code").to_owned())
        .unwrap_or_default()
}

fn provider(
    nodes: &[Node],
    country: Option<Country>,
    named: &mut HashMap<Plmn, String>,
    draft: &mut Draft,
) {
    // Names in other languages stand beside the first, and access points have names of their own.
    let name = nodes
        .iter()
        .find(|node| node.depth == 2 && node.name == "name");
    let name = name.map_or("", |node| node.text.as_str());
    if name.is_empty() {
        draft.fault("name", "name.missing", "", "every provider has its name");
        return;
    }
    let codes = nodes.iter().filter(|node| node.name == "network-id");
    let mut plmns = Vec::new();
    for code in codes {
        let Some(plmn) = plmn(code.attribute("mcc"), code.attribute("mnc"), draft) else {
            continue;
        };
        let first = named.entry(plmn).or_insert_with(|| name.to_owned());
        if first != name {
            let found = format!("{plmn}: {first}");
            let help =
                "another provider of the list has the code too; who runs the network is not said";
            draft.note("network-id", "plmn.shared", &found, help);
        }
        if !plmns.contains(&plmn) {
            plmns.push(plmn);
        }
    }
    if plmns.is_empty() && !draft.has_faults() {
        let help = "the provider has no network code, so it says nothing of a network";
        draft.note("network-id", "plmn.missing", name, help);
        return;
    }
    draft.fact(Fact::Network(NetworkFact {
        name: name.to_owned(),
        country,
        plmns,
        ..NetworkFact::default()
    }));
}
