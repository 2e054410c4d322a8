//! What carriers' configurations on phones say that they offer: Android's files, or a table of their flags.
//!
//! Only flags that are stated are facts. Which network a carrier's key stands for, and whether what was
//! configured is still so, is not known here.

use std::io::{self, BufRead};

use crate::archive;
use crate::out::{Draft, Out};
use crate::table::Table;
use crate::wikipedia::plmn;
use crate::xml::{Node, Shape};
use crate::{CarrierFeatureFact, Fact};

/// The flags that are read, in the order of the fact's fields. Source: Android's `CarrierConfigManager`.
const FLAGS: [&str; 5] = [
    "carrier_volte_available_bool",
    "carrier_volte_provisioning_required_bool",
    "carrier_vt_available_bool",
    "carrier_wfc_ims_available_bool",
    "carrier_supports_ss_over_ut_bool",
];

/// The attributes of an element that narrow it down to some SIM cards; `file` aside, those of Android.
const RULES: [&str; 4] = ["gid1", "gid2", "imsi", "spn"];

const CONFIGS: Shape = Shape {
    items: &["carrier_config"],
    marks: &[],
    plain_doctype: false,
};

/// An archive with a file for each carrier, `carrier_config_carrierid_2032_Xfinity-Mobile.xml` or
/// `carrier_config_mccmnc_311480.xml`, of elements `<carrier_config gid1="…">`.
pub(crate) fn read_archive(text: &mut dyn BufRead, out: &mut Out<'_>) -> io::Result<()> {
    archive::each_item(text, CONFIGS, out, |file, nodes, draft| {
        let Some(config) = nodes.first() else { return };
        let Some(of) = of_file(file, draft) else {
            return;
        };
        let rules = RULES.map(|name| (name, config.attribute(name)));
        let rules = rules.iter().filter(|(_, value)| !value.is_empty());
        let rule: Vec<String> = rules
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let flags = FLAGS.map(|flag| stated(flag, nodes));
        features(of, &rule.join(";"), flags, draft);
    })
}

/// `file,carrier_id,carrier_name,mccmnc,filter,carrier_volte_available_bool,…`.
pub(crate) fn read_flags(text: &mut dyn BufRead, out: &mut Out<'_>) -> io::Result<()> {
    let mut table = Table::open(text)?;
    let file = table.column("file");
    let filter = table.column("filter");
    let flags = FLAGS.map(|flag| table.column(flag));
    while let Some(record) = table.next()? {
        if out.full(record.line) {
            return Ok(());
        }
        let mut draft = out.draft(record.line);
        if table.whole(&record, &mut draft)
            && let Some(of) = of_file(record.get(file), &mut draft)
        {
            let flags = flags.map(|flag| record.get(flag));
            features(of, record.get(filter), flags, &mut draft);
        }
        out.push(draft);
    }
    Ok(())
}

/// The carrier that a file is of, by the file's name, which is where Android looks for it; nothing else is said.
fn of_file(file: &str, draft: &mut Draft) -> Option<CarrierFeatureFact> {
    let name = file.strip_suffix(".xml").unwrap_or(file);
    if let Some(code) = name.strip_prefix("carrier_config_mccmnc_") {
        let (mcc, mnc) = code.split_at_checked(3).unwrap_or((code, ""));
        return Some(CarrierFeatureFact {
            plmn: Some(plmn(mcc, mnc, draft)?),
            ..CarrierFeatureFact::default()
        });
    }
    let whose = name.strip_prefix("carrier_config_carrierid_");
    let (id, carrier) = whose
        .and_then(|whose| whose.split_once('_'))
        .unwrap_or_default();
    if id.is_empty() || !id.bytes().all(|byte| byte.is_ascii_digit()) || carrier.is_empty() {
        let help = "files are named carrier_config_carrierid_ID_NAME.xml or carrier_config_mccmnc_CODE.xml";
        draft.fault("file", "carrier.not_named", file, help);
        return None;
    }
    Some(CarrierFeatureFact {
        id: id.to_owned(),
        carrier: carrier.to_owned(),
        ..CarrierFeatureFact::default()
    })
}

/// A flag as the element states it; empty: it does not.
fn stated<'n>(flag: &str, nodes: &'n [Node]) -> &'n str {
    let mut nodes = nodes.iter().skip(1);
    let node = nodes.find(|node| node.attribute("name") == flag);
    node.map_or("", |node| node.attribute("value"))
}

fn features(of: CarrierFeatureFact, rule: &str, flags: [&str; 5], draft: &mut Draft) {
    if flags.iter().all(|flag| flag.is_empty()) {
        let help =
            "none of the flags that are read is stated; a default says nothing of the network";
        draft.note("", "flags.none", "", help);
        return;
    }
    let mut read = [None; FLAGS.len()];
    for ((read, stated), flag) in read.iter_mut().zip(flags).zip(FLAGS) {
        *read = match stated {
            "" => continue,
            "true" => Some(true),
            "false" => Some(false),
            other => {
                draft.fault(flag, "flag.not_a_bool", other, "write true or false");
                continue;
            }
        };
    }
    let [
        volte,
        volte_provisioning,
        video_calls,
        wifi_calling,
        settings_over_ip,
    ] = read;
    draft.fact(Fact::CarrierFeature(CarrierFeatureFact {
        rule: rule.to_owned(),
        volte,
        volte_provisioning,
        video_calls,
        wifi_calling,
        settings_over_ip,
        ..of
    }));
}
