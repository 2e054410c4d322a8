//! Which virtual carriers ride on which networks: Android's carrier ids, the hosts inferred from them, and
//! LineageOS's access points; each as its publisher ships it or as a table.
//!
//! A carrier that uses a code under a rule (`gid1=756D`) rides on the network that has the code; without a
//! rule it is the network. Whether two rows mean one brand is not decided here: names and ids repeat.

use std::collections::{BTreeMap, HashMap};
use std::io::{self, BufRead};

use domain::radio::Plmn;

use crate::archive;
use crate::out::{Draft, Out};
use crate::table::Table;
use crate::textpb::{Broken, Field, Messages, Value};
use crate::wikipedia::{country, plmn};
use crate::xml::Shape;
use crate::{Fact, NetworkFact, RidesOnFact};

/// The form in which each code was met first, by country and number: `310026` and `31026` are two codes.
type Written = HashMap<(String, String), Plmn>;

/// `canonical_id,carrier_name,parent_canonical_id,parent_name,mccmnc,mvno_match`.
pub(crate) fn read_carriers(text: &mut dyn BufRead, out: &mut Out<'_>) -> io::Result<()> {
    let mut written = Written::new();
    rows(
        text,
        ["canonical_id", "carrier_name", "mccmnc", "mvno_match"],
        out,
        |[id, name, code, rule], draft| carrier(id, name, code, rule, &mut written, draft),
    )
}

/// Android's own list: a message `carrier_id` for each carrier, in protobuf's text format. Source: AOSP,
/// `carrierId.proto` of TelephonyProvider.
pub(crate) fn read_carrier_messages(text: &mut dyn BufRead, out: &mut Out<'_>) -> io::Result<()> {
    let mut written = Written::new();
    let mut messages = Messages::new(text, "carrier_id");
    while let Some(message) = messages.next()? {
        if out.full(message.line) {
            return Ok(());
        }
        let mut draft = out.draft(message.line);
        match &message.content {
            Err(broken) => {
                let Broken { line, rule, .. } = *broken;
                draft.fault_at(line, "", rule, &broken.found, broken.help);
            }
            Ok(fields) if message.name == "carrier_id" => {
                carrier_message(fields, &mut written, &mut draft);
            }
            Ok(_) => {
                let help = "not read; the list has messages of the name carrier_id only";
                draft.note("", "message.unknown", &message.name, help);
            }
        }
        out.push(draft);
    }
    Ok(())
}

fn carrier_message(fields: &[Field], written: &mut Written, draft: &mut Draft) {
    let text = |name: &str| {
        let mut fields = fields.iter();
        fields.find_map(|field| match &field.value {
            Value::Scalar(text) if field.name == name => Some(text.trim()),
            _ => None,
        })
    };
    let id = text("canonical_id").unwrap_or_default();
    let name = text("carrier_name").unwrap_or_default();
    let mut any = false;
    for field in fields {
        if let Value::Message(attribute) = &field.value
            && field.name == "carrier_attribute"
        {
            any = true;
            carrier_attribute(id, name, field.line, attribute, written, draft);
        }
    }
    if !any {
        let help = "the carrier has no codes; it is kept out";
        draft.note("carrier_attribute", "plmn.missing", name, help);
    }
}

/// Every code of an attribute stands under all of its rules.
fn carrier_attribute(
    id: &str,
    name: &str,
    line: u64,
    attribute: &[Field],
    written: &mut Written,
    draft: &mut Draft,
) {
    let mut codes = Vec::new();
    // A rule that is not known narrows a code down all the same, so each is kept by its name.
    let mut rules: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for field in attribute {
        match &field.value {
            Value::Scalar(code) if field.name == "mccmnc_tuple" => codes.push(code.trim()),
            Value::Scalar(value) => rules.entry(&field.name).or_default().push(value.trim()),
            Value::Message(_) => {
                let help = "a code's rules are texts: gid1: \"6901\"";
                draft.fault_at(field.line, &field.name, "rule.not_text", "", help);
                return;
            }
        }
    }
    if codes.is_empty() {
        let help = "a carrier's attribute has the codes that its rules are of";
        draft.fault_at(line, "mccmnc_tuple", "plmn.missing", name, help);
    }
    let rules = rules
        .iter()
        .map(|(rule, values)| format!("{rule}={}", values.join("|")));
    let rule = rules.collect::<Vec<_>>().join(";");
    for code in codes {
        carrier(id, name, code, &rule, written, draft);
    }
}

/// A carrier's code: under a rule it is ridden on, without one it is the carrier's own.
fn carrier(id: &str, name: &str, code: &str, rule: &str, written: &mut Written, draft: &mut Draft) {
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
    rows(text, columns, out, access_point)
}

const APNS: Shape = Shape {
    items: &["apn"],
    marks: &[],
    plain_doctype: false,
};

/// An archive with a file for each country, `US.xml`, of elements `<apn mcc="310" mnc="240" …/>`. Source:
/// LineageOS, android_vendor_apn.
pub(crate) fn read_apn_archive(text: &mut dyn BufRead, out: &mut Out<'_>) -> io::Result<()> {
    archive::each_item(text, APNS, out, |name, nodes, draft| {
        let Some(apn) = nodes.first() else { return };
        let land = name.strip_suffix(".xml").unwrap_or(name);
        let attributes = ["mcc", "mnc", "carrier", "carrier_id"].map(|name| apn.attribute(name));
        let [mcc, mnc, carrier, id] = attributes;
        let [rule, data] = ["mvno_type", "mvno_match_data"].map(|name| apn.attribute(name));
        access_point([land, mcc, mnc, carrier, id, rule, data], draft);
    })
}

fn access_point([land, mcc, mnc, name, id, rule, data]: [&str; 7], draft: &mut Draft) {
    let Some(plmn) = plmn(mcc, mnc, draft) else {
        return;
    };
    if rule.is_empty() != data.is_empty() {
        let found = format!("{rule}={data}");
        let help = "half a rule is none; the row names no virtual carrier";
        draft.note("mvno_match_data", "rule.half", &found, help);
    } else if rule.is_empty() {
        let help = "an access point for everyone on the code; it names no virtual carrier";
        draft.note("mvno_type", "rule.missing", name, help);
    } else if is_named("carrier", name, draft) {
        let country = country("country", land, draft);
        draft.fact(Fact::RidesOn(RidesOnFact {
            carrier: name.to_owned(),
            id: id.to_owned(),
            country,
            plmn: Some(plmn),
            rule: format!("{rule}={data}"),
            ..RidesOnFact::default()
        }));
    }
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
