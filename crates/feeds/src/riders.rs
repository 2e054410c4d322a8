//! Which virtual carriers ride on which networks: Android's carrier ids, the hosts inferred from them, and
//! LineageOS's access points.
//!
//! A carrier that uses a code under a rule (`gid1=756D`) rides on the network that has the code; without a
//! rule it is the network. Whether two rows mean one brand is not decided here: names and ids repeat.

use std::collections::HashMap;
use std::io::{self, BufRead};

use domain::radio::Plmn;

use crate::out::{Draft, Out};
use crate::table::Table;
use crate::wikipedia::{country, plmn};
use crate::{Fact, NetworkFact, RidesOnFact};

/// `canonical_id,carrier_name,parent_canonical_id,parent_name,mccmnc,mvno_match`.
pub(crate) fn read_carriers(text: &mut dyn BufRead, out: &mut Out<'_>) -> io::Result<()> {
    let mut written: HashMap<(String, String), Plmn> = HashMap::new();
    rows(
        text,
        ["canonical_id", "carrier_name", "mccmnc", "mvno_match"],
        out,
        |[id, name, code, rule], draft| {
            let (mcc, mnc) = code.split_at_checked(3).unwrap_or((code, ""));
            let Some(plmn) = plmn(mcc, mnc, draft) else {
                return;
            };
            if !is_named("carrier_name", name, draft) {
                return;
            }
            let number = (mcc.to_owned(), mnc.trim_start_matches('0').to_owned());
            let known = *written.entry(number).or_insert(plmn);
            if known != plmn {
                let found = format!("{plmn} and {known}");
                let help = "the list has the code in both forms; both are kept, they are two codes";
                draft.note("mccmnc", "plmn.two_forms", &found, help);
            }
            draft.fact(if rule.is_empty() {
                Fact::Network(NetworkFact {
                    name: name.to_owned(),
                    plmns: vec![plmn],
                    ..NetworkFact::default()
                })
            } else {
                Fact::RidesOn(RidesOnFact {
                    carrier: name.to_owned(),
                    id: id.to_owned(),
                    plmn: Some(plmn),
                    rule: rule.to_owned(),
                    ..RidesOnFact::default()
                })
            });
        },
    )
}

/// `canonical_id,carrier_name,…,hosts_sharing_mccmnc`, the last `1839:Verizon Wireless|1187:AT&T`.
pub(crate) fn read_hosts(text: &mut dyn BufRead, out: &mut Out<'_>) -> io::Result<()> {
    let columns = ["canonical_id", "carrier_name", "hosts_sharing_mccmnc"];
    rows(text, columns, out, |[id, name, hosts], draft| {
        if !is_named("carrier_name", name, draft) {
            return;
        }
        if hosts.is_empty() {
            let help = "the list found no network that has the carrier's codes";
            draft.note("hosts_sharing_mccmnc", "host.missing", name, help);
            return;
        }
        for host in hosts.split('|') {
            let named = host.split_once(':').map(|(id, name)| (id, name.trim()));
            let digits = |id: &str| !id.is_empty() && id.bytes().all(|b| b.is_ascii_digit());
            let Some((_, host)) = named.filter(|(id, name)| digits(id) && !name.is_empty()) else {
                let help = "write the host's id, a colon and its name: 1187:AT&T";
                draft.fault("hosts_sharing_mccmnc", "host.unread", host, help);
                continue;
            };
            draft.fact(Fact::RidesOn(RidesOnFact {
                carrier: name.to_owned(),
                id: id.to_owned(),
                host: host.to_owned(),
                ..RidesOnFact::default()
            }));
        }
    })
}

/// `country,mcc,mnc,carrier,…,mvno_type,mvno_match_data`.
pub(crate) fn read_apns(text: &mut dyn BufRead, out: &mut Out<'_>) -> io::Result<()> {
    let columns = [
        "country",
        "mcc",
        "mnc",
        "carrier",
        "carrier_id",
        "mvno_type",
        "mvno_match_data",
    ];
    rows(
        text,
        columns,
        out,
        |[land, mcc, mnc, name, id, rule, data], draft| {
            let Some(plmn) = plmn(mcc, mnc, draft) else {
                return;
            };
            if rule.is_empty() != data.is_empty() {
                let help = "half a rule is none; the row names no virtual carrier";
                draft.note(
                    "mvno_match_data",
                    "rule.half",
                    &format!("{rule}={data}"),
                    help,
                );
            } else if rule.is_empty() {
                let help = "an access point for everyone on the code; it names no virtual carrier";
                draft.note("mvno_type", "rule.missing", name, help);
            } else if is_named("carrier", name, draft) {
                let fact = RidesOnFact {
                    carrier: name.to_owned(),
                    id: id.to_owned(),
                    country: country("country", land, draft),
                    plmn: Some(plmn),
                    rule: format!("{rule}={data}"),
                    ..RidesOnFact::default()
                };
                draft.fact(Fact::RidesOn(fact));
            }
        },
    )
}

/// Reads a table's rows by the columns that matter.
fn rows<const N: usize>(
    text: &mut dyn BufRead,
    columns: [&str; N],
    out: &mut Out<'_>,
    mut row: impl FnMut([&str; N], &mut Draft),
) -> io::Result<()> {
    let mut table = Table::open(text)?;
    let columns = columns.map(|name| table.column(name));
    while let Some(record) = table.next()? {
        if out.full(record.line) {
            return Ok(());
        }
        let mut draft = out.draft(record.line);
        if table.whole(&record, &mut draft) {
            row(columns.map(|column| record.get(column)), &mut draft);
        }
        out.push(draft);
    }
    Ok(())
}

/// Whether the carrier has a name. One that stands for a name is noted.
fn is_named(column: &str, name: &str, draft: &mut Draft) -> bool {
    if name.is_empty() {
        draft.fault(column, "name.missing", "", "every row names its carrier");
        return false;
    }
    let hex = |text: &str| text.bytes().take_while(u8::is_ascii_hexdigit).count();
    if name.strip_prefix("U+").is_some_and(|rest| hex(rest) >= 4) {
        let help = "a character's number stands for the name; kept as it is printed";
        draft.note(column, "name.placeholder", name, help);
    }
    true
}
