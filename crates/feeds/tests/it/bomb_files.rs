//! The bombs: what each is read as, and what the answer must say.

use feeds::Kind;

use crate::collect::{tar, tar_member};

/// A file made to hurt.
pub struct Bomb {
    pub name: &'static str,
    /// A kind of file, or a spreadsheet.
    pub kind: &'static str,
    /// A part of the error, or a rule that was broken.
    pub expected: &'static str,
    pub bytes: Box<dyn Fn() -> Vec<u8>>,
}

fn bomb(
    name: &'static str,
    kind: Kind,
    expected: &'static str,
    bytes: impl Fn() -> Vec<u8> + 'static,
) -> Bomb {
    Bomb {
        name,
        kind: kind.name(),
        expected,
        bytes: Box::new(bytes),
    }
}

const GIB: u64 = 1024 * 1024 * 1024;
const TOO_BIG: &str = "more than 200 times its size";
const DEVICES: &str = "Retail Branding,Marketing Name,Device,Model\n";
const JSON: &str = "[ {\"mcc\": \"1\", \"bands\": 1}, ";

/// A Zstandard frame (RFC 8878) that unpacks to a text, `count` times one byte, and another text: 4 bytes for
/// each 128 KiB.
fn packed(before: &str, byte: u8, count: u64, after: &str) -> Vec<u8> {
    const BLOCK: u64 = 128 * 1024;
    let mut frame = vec![0x28, 0xB5, 0x2F, 0xFD, 0x00, 0x38];
    let block = |kind: u32, size: u64, is_last: bool| {
        let size = u32::try_from(size).expect("a block is small");
        (size << 3 | kind << 1 | u32::from(is_last)).to_le_bytes()[..3].to_vec()
    };
    frame.extend(block(0, before.len() as u64, false));
    frame.extend_from_slice(before.as_bytes());
    let mut left = count;
    while left > 0 {
        let size = left.min(BLOCK);
        frame.extend(block(1, size, false));
        frame.push(byte);
        left -= size;
    }
    frame.extend(block(0, after.len() as u64, true));
    frame.extend_from_slice(after.as_bytes());
    frame
}

/// `with` again and again, to some mebibytes.
fn filled(with: &str, mib: usize) -> String {
    with.repeat(mib * 1024 * 1024 / with.len())
}

pub fn bombs() -> Vec<Bomb> {
    let mut bombs = packed_bombs();
    bombs.extend(xml_bombs());
    bombs.extend(table_bombs());
    bombs.extend(json_bombs());
    bombs.extend(archive_bombs());
    bombs.extend(message_bombs());
    bombs.extend(list_bombs());
    bombs
}

/// Rows of a list of approved devices are held until its end, and held against each other.
fn list_bombs() -> Vec<Bomb> {
    let kind = Kind::ApprovedDevices;
    vec![
        bomb("10 GiB of rows of a list", kind, TOO_BIG, || {
            packed("TAC\n", b'1', 10 * GIB, "\n")
        }),
        bomb(
            "one device a million times",
            kind,
            "file.too_many_rows",
            || {
                let rows = filled("86763402,yes\n86763402,no\n", 12);
                format!("TAC,Status\n{rows}").into_bytes()
            },
        ),
        bomb("a million devices", kind, "file.too_many_rows", || {
            let rows: String = (0..400_000)
                .map(|n| format!("867{n:05},Acme,A{n},V{n} and later\n"))
                .collect();
            format!("TAC,Brand,Model,Software\n{rows}").into_bytes()
        }),
    ]
}

fn packed_bombs() -> Vec<Bomb> {
    let ten = 10 * GIB;
    vec![
        bomb(
            "10 GiB of zeros, a table",
            Kind::GoogleDevices,
            TOO_BIG,
            move || packed(DEVICES, 0, ten, ""),
        ),
        bomb(
            "10 GiB of line ends",
            Kind::GoogleDevices,
            TOO_BIG,
            move || packed(DEVICES, b'\n', ten, ""),
        ),
        bomb("1 GiB in one line", Kind::GoogleDevices, TOO_BIG, || {
            packed(DEVICES, b'a', GIB, "\n")
        }),
        bomb(
            "4 MiB in one line",
            Kind::GoogleDevices,
            "row.too_long",
            || packed(DEVICES, b'a', 4_000_000, "\n"),
        ),
        bomb("10 GiB of tabs", Kind::MobileModels, TOO_BIG, move || {
            packed(
                "brand_file\tgroup\tmodel_code\tmarket_name\n",
                b'\t',
                ten,
                "",
            )
        }),
        bomb(
            "10 GiB of zeros, JSON",
            Kind::WikipediaNetworks,
            TOO_BIG,
            move || packed(JSON, 0, ten, "]"),
        ),
        bomb(
            "10 GiB of brackets, lines",
            Kind::XiaomiSpecs,
            TOO_BIG,
            move || packed("{\"specs\": ", b'[', ten, ""),
        ),
        bomb(
            "10 GiB of <, a feed",
            Kind::MerchantFeed,
            TOO_BIG,
            move || packed("<rss>", b'<', ten, "</rss>"),
        ),
        bomb(
            "10 GiB of zeros, TOML",
            Kind::KnownDevices,
            TOO_BIG,
            move || packed("[[device]]\n", 0, ten, ""),
        ),
        bomb(
            "10 GiB of zeros, messages",
            Kind::AospCarrierList,
            TOO_BIG,
            move || packed("carrier_id {\ncanonical_id: 1\n", 0, ten, ""),
        ),
        bomb(
            "10 GiB of blanks, a tree",
            Kind::StdnumNetworks,
            TOO_BIG,
            move || packed("202\n 01 a=\"b\"\n", b' ', ten, ""),
        ),
        bomb(
            "packed ten times",
            Kind::GoogleDevices,
            "not a google-devices file",
            || {
                (0..10).fold(packed(DEVICES, 0, 10 * GIB, ""), |inner, _| {
                    zstd::encode_all(&inner[..], 1).expect("packs")
                })
            },
        ),
        bomb(
            "a window of 2 GiB",
            Kind::GoogleDevices,
            "cannot be unpacked",
            || {
                let mut frame = packed(DEVICES, 0, 1024, "");
                frame[5] = 0xA8;
                frame
            },
        ),
        bomb("a million empty frames", Kind::GoogleDevices, "", || {
            let mut frames = packed(DEVICES, b'\n', 1, "");
            frames.extend([0x50, 0x2A, 0x4D, 0x18, 0, 0, 0, 0].repeat(1_000_000));
            frames
        }),
        bomb(
            "a frame that is cut",
            Kind::GoogleDevices,
            "cannot be unpacked",
            || {
                let mut frame = packed(DEVICES, 0, 1024 * 1024, "");
                frame.truncate(frame.len() - 7);
                frame
            },
        ),
        bomb(
            "a mark and nothing good",
            Kind::GoogleDevices,
            "cannot be unpacked",
            || [&[0x28, 0xB5, 0x2F, 0xFD][..], &[0xFF; 4096]].concat(),
        ),
    ]
}

fn xml_bombs() -> Vec<Bomb> {
    let feed = |name, expected, inside: fn() -> String| {
        bomb(name, Kind::MerchantFeed, expected, move || {
            format!("<rss>{}</rss>", inside()).into_bytes()
        })
    };
    let lol = "<!DOCTYPE rss [<!ENTITY a \"lol\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;\">]>";
    vec![
        bomb("entities", Kind::MerchantFeed, "xml.doctype", move || {
            format!("{lol}<rss>&b;</rss>").into_bytes()
        }),
        bomb(
            "entities, providers",
            Kind::MobileProviders,
            "xml.doctype",
            move || format!("{lol}<serviceproviders>&b;</serviceproviders>").into_bytes(),
        ),
        bomb(
            "an entity from outside",
            Kind::MerchantFeed,
            "xml.doctype",
            || {
                b"<!DOCTYPE rss [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><rss><item><id>&x;</id></item></rss>".to_vec()
            },
        ),
        feed("800,000 attributes", "xml.unclosed_tag", || {
            let attributes: String = (0..800_000).map(|n| format!(" a{n}=''")).collect();
            format!("<item{attributes}></item>")
        }),
        feed("65,000 attributes", "xml.attributes", || {
            let attributes: String = (0..65_000).map(|n| format!(" a{n}=''")).collect();
            format!("<item><id{attributes}/></item>")
        }),
        feed("30,000 namespaces", "xml.attributes", || {
            let names: String = (0..30_000).map(|n| format!(" xmlns:a{n}='b{n}'")).collect();
            format!("<item><id{names}/></item>")
        }),
        bomb("800,000 attributes outside", Kind::MerchantFeed, "", || {
            let attributes: String = (0..800_000).map(|n| format!(" a{n}=''")).collect();
            format!("<rss><channel{attributes}></channel></rss>").into_bytes()
        }),
        feed("100,000 deep", "xml.too_deep", || {
            format!("<item>{}</item>", "<a>".repeat(100_000))
        }),
        feed("300,000 elements", "xml.too_many_fields", || {
            format!("<item>{}</item>", "<a/>".repeat(200_000))
        }),
        feed("items that never end", "xml.unclosed_item", || {
            filled("<item>", 3)
        }),
        feed("sections that hold items", "xml.item_too_long", || {
            filled("<item><![CDATA[ ", 3)
        }),
        feed("a comment without end", "xml.unclosed_tag", || {
            format!("<!--{}", filled("<item>", 3))
        }),
        feed("entities that are none", "row.more_faults", || {
            format!("<item>{}</item>", "&x;".repeat(300_000))
        }),
        bomb(
            "300,000 codes of a provider",
            Kind::MobileProviders,
            "xml.",
            || {
                let codes = filled("<network-id mcc='310' mnc='260'/>", 3);
                format!("<serviceproviders><provider><name>A</name>{codes}</provider></serviceproviders>").into_bytes()
            },
        ),
        bomb(
            "UTF-16 of half characters",
            Kind::MerchantFeed,
            "xml.cut_off",
            || {
                let head: Vec<u8> = "\u{feff}<rss>"
                    .encode_utf16()
                    .flat_map(u16::to_le_bytes)
                    .collect();
                [head, [0x00, 0xD8].repeat(1024 * 1024)].concat()
            },
        ),
    ]
}

fn table_bombs() -> Vec<Bomb> {
    let devices = |name, expected, inside: fn() -> String| {
        bomb(name, Kind::GoogleDevices, expected, move || {
            format!("{DEVICES}{}", inside()).into_bytes()
        })
    };
    vec![
        bomb(
            "500,000 columns",
            Kind::GoogleDevices,
            "row.columns",
            || {
                let header = DEVICES.trim_end();
                format!("{header}{}\na,b,c,d\n", ",x".repeat(500_000)).into_bytes()
            },
        ),
        devices("a row of 1,000,000 columns", "row.columns", || {
            format!("{}\n", ",".repeat(1_000_000))
        }),
        devices("quotes that never close", "row.unclosed_quote", || {
            filled("a,\"b\n", 3)
        }),
        devices("quotes only", "row.", || filled("\"", 3)),
        bomb("a cell of bands", Kind::CarrierBands, "", || {
            let bands = "B1|".repeat(300_000);
            format!("country,carrier,lte_bands,nr_bands,note\nUS,A,{bands},,\n").into_bytes()
        }),
    ]
}

fn json_bombs() -> Vec<Bomb> {
    let array = |name, expected, inside: fn() -> String| {
        bomb(name, Kind::WikipediaNetworks, expected, move || {
            format!("{JSON}{}", inside()).into_bytes()
        })
    };
    vec![
        array("JSON 100,000 deep", "json.too_deep", || "[".repeat(100_000)),
        array("objects 100,000 deep", "json.too_deep", || {
            "{\"a\":".repeat(100_000)
        }),
        array("a string of 16 MiB", "json.too_long", || {
            format!("\"{}\"]", filled("a", 3))
        }),
        array("100,000 keys", "", || {
            let keys: String = (0..70_000).map(|n| format!("\"k{n}\": 1,")).collect();
            format!("{{{keys} \"mcc\": \"310\", \"mnc\": \"260\"}}]")
        }),
        array("a number of 1,000,000 digits", "json.", || {
            format!("{}]", "9".repeat(1_000_000))
        }),
        array("a million broken elements", "json.given_up", || {
            filled("{]\n", 4)
        }),
        bomb(
            "a million broken values",
            Kind::JbjuliaNetworks,
            "json.given_up",
            || format!("{{\"MCC\":\"NETWORK\",{}", filled("\"a\": {\n]\n", 4)).into_bytes(),
        ),
        bomb(
            "lines 100,000 deep",
            Kind::GsmarenaSheets,
            "json.malformed",
            || {
                format!(
                    "{{\"Model Name\": \"Technology\", \"a\": {}\n",
                    "[".repeat(100_000)
                )
                .into_bytes()
            },
        ),
        bomb(
            "TOML 900,000 deep",
            Kind::KnownDevices,
            "toml.malformed",
            || format!("[[device]]\nx = {}", "[".repeat(900_000)).into_bytes(),
        ),
    ]
}

fn archive_bombs() -> Vec<Bomb> {
    let good =
        "<apns><apn mcc='310' mnc='240' carrier='M' mvno_type='gid' mvno_match_data='1'/></apns>";
    let archive = |name, expected, bytes: fn(Vec<u8>) -> Vec<u8>| {
        bomb(name, Kind::LineageApnFiles, expected, move || {
            let first = tar_member("US.xml", b'0', good.len() as u64, good.as_bytes());
            bytes(first)
        })
    };
    vec![
        archive("a member of 8 GiB", "tar.too_long", |first| {
            [first, tar_member("CA.xml", b'0', 8 * GIB - 1, b"")].concat()
        }),
        archive("1,000,000 members", "tar.too_many_members", |first| {
            [first, tar_member("CA.xml", b'0', 0, b"").repeat(20_000)].concat()
        }),
        archive("names that lead outside", "tar.path", |first| {
            let names = [
                "../up.xml",
                "../../up.xml",
                "/tmp/up.xml",
                "a/../../up.xml",
                "..\\up.xml",
                "..",
                "/",
            ];
            let members = names.map(|name| tar_member(name, b'0', 3, b"<a>"));
            [first, members.concat(), tar(&[])].concat()
        }),
        archive("links and devices", "tar.not_a_file", |first| {
            let members = [b'1', b'2', b'3', b'4', b'6', b'S'].map(|kind| {
                let mut link = tar_member("link.xml", kind, 0, b"");
                // The name that it leads to; the header's sum no longer holds, so the next is one that does.
                link.truncate(512);
                link
            });
            [first, members.concat(), tar(&[])].concat()
        }),
        archive(
            "an extended header of 1 GiB",
            "tar.extended_header",
            |first| [first, tar_member("x", b'x', GIB, b"9 path=a\n")].concat(),
        ),
        archive("headers that are none", "tar.malformed", |first| {
            [first, vec![b'x'; 4 * 1024 * 1024]].concat()
        }),
        archive("10 GiB of a member", TOO_BIG, |first| {
            let header = tar_member("CA.xml", b'0', 8 * GIB - 1, b"");
            let head = String::from_utf8([first, header].concat()).expect("ASCII");
            packed(&head, 0, 10 * GIB, "")
        }),
        archive("an archive in an archive", "country.not_one", |first| {
            let inner = [first.clone(), tar(&[])].concat();
            let size = inner.len() as u64;
            [first, tar_member("a.tar", b'0', size, &inner), tar(&[])].concat()
        }),
        archive("an archive that is cut", "tar.cut_off", |first| first),
    ]
}

fn message_bombs() -> Vec<Bomb> {
    let list = |name, expected, inside: fn() -> String| {
        bomb(name, Kind::AospCarrierList, expected, move || {
            format!("carrier_id {{\ncanonical_id: 1\n}}\n{}", inside()).into_bytes()
        })
    };
    vec![
        list("messages 100,000 deep", "textpb.too_deep", || {
            format!("carrier_id {{ {}", "a { ".repeat(100_000))
        }),
        list("a message of 100,000 fields", "plmn.missing", || {
            format!("carrier_id {{\n{}}}\n", "a{}\n".repeat(150_000))
        }),
        list("a message of 16 MiB", "textpb.too_long", || {
            format!("carrier_id {{\n{}}}\n", filled("a: 1\n", 3))
        }),
        list("strings that never end", "textpb.malformed", || {
            format!("carrier_id {{\n{}", filled("a: \"\n", 4))
        }),
        list("empty messages", "plmn.missing", || {
            filled("carrier_id {}\n", 4)
        }),
        list("brackets that close nothing", "textpb.malformed", || {
            filled("}\n", 2)
        }),
        list("a line of 16 MiB", "textpb.too_long", || filled("a", 3)),
    ]
}
