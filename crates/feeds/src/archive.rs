//! XML files in an archive: each item of each file is a row, whose places name the file that it stands in.
//!
//! Knows how members, items and rows fit together; what an item says is its reader's business.

use std::io::{self, BufRead};

use crate::out::{Draft, Out};
use crate::tar::Members;
use crate::xml::{self, DOCTYPE_HELP, Items, Node, Piece, Shape};

/// Hands each item of each file, with the file's name, to `each`. A file without an item is a row with a note.
pub(crate) fn each_item(
    text: &mut dyn BufRead,
    shape: Shape,
    out: &mut Out<'_>,
    mut each: impl FnMut(&str, &[Node], &mut Draft),
) -> io::Result<()> {
    let mut members = Members::new(text);
    while let Some(member) = members.next()? {
        if out.full(1) {
            return Ok(());
        }
        let name = &member.name;
        if let Err(fault) = member.content {
            let mut draft = out.draft_in(name, 1);
            draft.fault("", fault.rule, "", fault.help);
            out.push(draft);
            continue;
        }
        let mut content = members.content();
        let mut items = Items::new(&mut content, shape);
        let mut any = false;
        while let Some(piece) = items.next()? {
            any = true;
            let draft = match piece {
                Piece::Mark { .. } => continue,
                Piece::Item { line, bytes } => {
                    let mut draft = out.draft_in(name, line);
                    let nodes = xml::nodes(&bytes, &mut draft);
                    if !draft.has_faults() {
                        each(name, &nodes, &mut draft);
                    }
                    draft
                }
                Piece::Broken { line, rule, help } => {
                    let mut draft = out.draft_in(name, line);
                    draft.fault("", rule, "", help);
                    draft
                }
                Piece::Doctype { line } => {
                    let mut draft = out.draft_in(name, line);
                    draft.fault("", "xml.doctype", "<!DOCTYPE", DOCTYPE_HELP);
                    draft
                }
            };
            if out.full(draft.line()) {
                return Ok(());
            }
            out.push(draft);
        }
        if !any {
            let mut draft = out.draft_in(name, 1);
            let help = "the file holds none of the elements that are read";
            draft.note("", "file.no_rows", "", help);
            out.push(draft);
        }
    }
    Ok(())
}
