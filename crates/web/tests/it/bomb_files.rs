//! Documents and lists made to use up a machine, as somebody would send them to the desk or to an audit.

use std::fmt::Write as _;
use std::io::Write as _;

use flate2::Compression;
use flate2::write::ZlibEncoder;

use crate::bomb_books::{BOOK, books};

/// Dropped in at the desk.
pub const DESK: &str = "desk";
/// Audited.
pub const AUDIT: &str = "audit";
const MIB: usize = 1024 * 1024;
/// Nearly as large as a document may be.
const FILLED_MIB: usize = 9;

/// A file made to hurt.
pub struct Bomb {
    pub name: &'static str,
    /// Where it is sent.
    pub kind: &'static str,
    /// A part of what is said of it.
    pub expected: &'static str,
    pub bytes: Box<dyn Fn() -> Vec<u8>>,
}

/// All there are.
pub fn bombs() -> Vec<Bomb> {
    let mut all = mails();
    all.extend(pages());
    all.extend(pdfs());
    all.extend(pictures());
    all.extend(texts());
    all.extend(lists());
    for book in books() {
        assert_eq!(book.kind, BOOK);
        all.push(Bomb {
            kind: AUDIT,
            ..book
        });
    }
    all
}

fn bomb(name: &'static str, expected: &'static str, bytes: impl Fn() -> Vec<u8> + 'static) -> Bomb {
    Bomb {
        name,
        kind: DESK,
        expected,
        bytes: Box::new(bytes),
    }
}

/// `with` again and again, as long as a file may be.
fn filled(with: &str) -> String {
    with.repeat(FILLED_MIB * MIB / with.len())
}

/// A mail with these further headers and this body.
fn mail(headers: &str, body: &str) -> Vec<u8> {
    format!(
        "From: a@brand.example\r\nTo: desk@shop.example\r\nDate: Mon, 1 Feb 2016 08:00:00 +0000\r\n\
         Subject: Authorised\r\nMIME-Version: 1.0\r\n{headers}\r\n{body}"
    )
    .into_bytes()
}

fn multipart(body: &str) -> Vec<u8> {
    mail("Content-Type: multipart/mixed; boundary=x\r\n", body)
}

fn mails() -> Vec<Bomb> {
    vec![
        bomb("mail: 9 MiB in one line", "", || mail("", &filled("x"))),
        bomb("mail: 9 MiB of base64", "", || {
            mail("Content-Transfer-Encoding: base64\r\n", &filled("QUFB"))
        }),
        bomb("mail: soft line ends without end", "", || {
            mail(
                "Content-Transfer-Encoding: quoted-printable\r\n",
                &filled("=\r\n"),
            )
        }),
        bomb("mail: 1,000,000 empty parts", "", || {
            multipart(&"--x\r\n\r\n".repeat(1_000_000))
        }),
        bomb("mail: 1,500,000 near boundaries", "", || {
            multipart(&"--xy\r\n".repeat(1_500_000))
        }),
        bomb("mail: parts in parts, 100,000 deep", "", || {
            let mut body = String::new();
            for n in 0..100_000 {
                write!(
                    body,
                    "--b{n}\r\nContent-Type: multipart/mixed; boundary=b{}\r\n\r\n",
                    n + 1
                )
                .expect("writes");
            }
            mail("Content-Type: multipart/mixed; boundary=b0\r\n", &body)
        }),
        bomb("mail: mails in mails, 50,000 deep", "", || {
            mail("Content-Type: message/rfc822\r\n", &"From: a@b.example\r\nTo: c@d.example\r\nSubject: x\r\nContent-Type: message/rfc822\r\n\r\n".repeat(50_000))
        }),
        bomb("mail: 500 attachments, each a mail", "", || {
            let one = "--x\r\nContent-Type: message/rfc822\r\nContent-Disposition: attachment; filename=m.eml\r\n\r\nFrom: a@b.example\r\nTo: c@d.example\r\nSubject: x\r\n\r\nx\r\n";
            multipart(&one.repeat(500))
        }),
        bomb("mail: a header of 9 MiB", "", || {
            mail(&format!("X-Long: {}\r\n", filled("y")), "x")
        }),
        bomb("mail: 500,000 headers", "", || {
            mail(&"X-A: b\r\n".repeat(500_000), "x")
        }),
        bomb("mail: a subject of 20,000 encoded words", "", || {
            mail(
                &format!(
                    "Subject:{}\r\n",
                    " =?utf-8?B?QUFBQUFBQUFB?=\r\n".repeat(2_000)
                ),
                "x",
            )
        }),
        bomb("mail: 20,000 parameters", "", || {
            let all: String = (0..3_000).map(|n| format!("; a*{n}=b")).collect();
            mail(&format!("Content-Type: text/plain{all}\r\n"), "x")
        }),
        bomb("mail: a boundary of 60,000 characters", "", || {
            let long = "b".repeat(60_000);
            mail(
                &format!("Content-Type: multipart/mixed; boundary=\"{long}\"\r\n"),
                &format!("--{}", "b".repeat(59_999)).repeat(150),
            )
        }),
    ]
}

fn pages() -> Vec<Bomb> {
    vec![
        bomb("web page: 1,800,000 open tags", "", || {
            format!("<!DOCTYPE html><html><body>{}", filled("<div>")).into_bytes()
        }),
        bomb("web page: comments that never end", "", || {
            format!("<!DOCTYPE html><html><body>{}", filled("<!--")).into_bytes()
        }),
        bomb("web page: scripts that never end", "", || {
            format!("<!DOCTYPE html><html><body>{}", filled("<script>")).into_bytes()
        }),
        bomb("web page: brackets alone", "", || {
            format!("<!DOCTYPE html><html><body>{}", filled("<")).into_bytes()
        }),
        bomb("web page: entities without end", "", || {
            format!("<!DOCTYPE html><html><body>{}", filled("&")).into_bytes()
        }),
        bomb("web page: 800,000 attributes", "", || {
            let all: String = (0..800_000).map(|n| format!(" a{n}='1'")).collect();
            format!("<!DOCTYPE html><html><body{all}>x").into_bytes()
        }),
        bomb("web page: quotes that never end", "", || {
            format!("<!DOCTYPE html><html><body>{}", filled("<a b=\"")).into_bytes()
        }),
        bomb("picture in words: entities of entities", "", || {
            let lol: String = (1..10)
                .map(|n| format!("<!ENTITY l{n} '{}'>", format!("&l{};", n - 1).repeat(10)))
                .collect();
            format!("<?xml version='1.0'?><!DOCTYPE svg [<!ENTITY l0 'lol'>{lol}]><svg>&l9;</svg>")
                .into_bytes()
        }),
    ]
}

/// `mib` of blanks in a thousandth of that.
fn deflated(before: &str, mib: usize) -> Vec<u8> {
    let mut packed = ZlibEncoder::new(Vec::new(), Compression::best());
    packed.write_all(before.as_bytes()).expect("packs");
    for _ in 0..mib {
        packed.write_all(&[b' '; MIB]).expect("packs");
    }
    packed.finish().expect("packs")
}

fn streams(count: usize, packed: &[u8]) -> Vec<u8> {
    let mut pdf = b"%PDF-1.4\n".to_vec();
    for n in 1..=count {
        let head = format!(
            "{n} 0 obj << /Length {} /Filter /FlateDecode >>\nstream\n",
            packed.len()
        );
        pdf.extend(head.as_bytes());
        pdf.extend(packed);
        pdf.extend(b"\nendstream endobj\n");
    }
    pdf.extend(b"%%EOF\n");
    pdf
}

fn pdfs() -> Vec<Bomb> {
    vec![
        bomb("PDF: a page of 1 GiB in 1 MiB", "", || {
            streams(1, &deflated("BT (Authorised) Tj ET", 1_024))
        }),
        bomb("PDF: 2,000 pages of 4 MiB", "", || {
            streams(2_000, &deflated("BT (Authorised) Tj ET", 4))
        }),
        bomb("PDF: a stream in a stream in a stream", "", || {
            let one = deflated("BT", 512);
            let mut packed = ZlibEncoder::new(Vec::new(), Compression::best());
            packed.write_all(&one).expect("packs");
            streams(1, &packed.finish().expect("packs"))
        }),
        bomb("PDF: streams that never end", "", || {
            format!("%PDF-1.4\n{}", filled("1 0 obj << /Length 9 >>\nstream\n")).into_bytes()
        }),
        bomb("PDF: brackets without end", "", || {
            format!("%PDF-1.4\n1 0 obj << >>\nstream\nBT {}", filled("(")).into_bytes()
        }),
        bomb("PDF: dictionaries without end", "", || {
            format!("%PDF-1.4\n1 0 obj {}", filled("<< /A ")).into_bytes()
        }),
        bomb("PDF: 600,000 objects", "", || {
            format!("%PDF-1.4\n{}", "1 0 obj endobj\n".repeat(600_000)).into_bytes()
        }),
        bomb("PDF: one page of 9 MiB of text", "", || {
            let text = filled("(word) Tj ");
            format!(
                "%PDF-1.4\n1 0 obj << /Length {} >>\nstream\nBT {text} ET\nendstream endobj\n%%EOF",
                text.len() + 6
            )
            .into_bytes()
        }),
    ]
}

fn png(width: u32, height: u32, data: &[u8]) -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
    bytes.extend(width.to_be_bytes());
    bytes.extend(height.to_be_bytes());
    bytes.extend(b"\x08\x02\0\0\0\0\0\0\0");
    bytes.extend(u32::try_from(data.len()).expect("small").to_be_bytes());
    bytes.extend(b"IDAT");
    bytes.extend(data);
    bytes.extend(b"\0\0\0\0\0\0\0\0IEND\xae\x42\x60\x82");
    bytes
}

fn pictures() -> Vec<Bomb> {
    vec![
        bomb("PNG of 50,000 by 50,000", "", || {
            png(50_000, 50_000, &deflated("", 200))
        }),
        bomb("PNG of 4,294,967,295 by 1", "", || png(u32::MAX, 1, b"")),
        bomb("PNG that says 1 by 1 and holds 1 GiB", "", || {
            png(1, 1, &deflated("", 1_024))
        }),
        bomb("JPEG of empty segments", "", || {
            let mut bytes = b"\xff\xd8".to_vec();
            bytes.extend(b"\xff\xe1\0\x02".repeat(FILLED_MIB * MIB / 4));
            bytes
        }),
        bomb("JPEG of fill bytes", "", || {
            let mut bytes = b"\xff\xd8\xff\xe0\0\x10JFIF".to_vec();
            bytes.extend(vec![0xff; FILLED_MIB * MIB]);
            bytes
        }),
    ]
}

fn texts() -> Vec<Bomb> {
    vec![
        bomb("text: 9 MiB in one line", "", || {
            filled("Authorised ").into_bytes()
        }),
        bomb("text: 4,700,000 lines", "", || filled("a\n").into_bytes()),
        bomb("text: nothing but zeros", "", || vec![0; FILLED_MIB * MIB]),
        bomb("text: names of the directory", "", || {
            filled("Xiaomi Omni Electronics T-Mobile 2016-02-01 not authorised ").into_bytes()
        }),
        bomb("text: one letter with a million marks", "", || {
            format!("Dear a{}", filled("\u{301}")).into_bytes()
        }),
        bomb("text: written from the right", "", || {
            filled("\u{202e}x").into_bytes()
        }),
        bomb("text: half a character, again and again", "", || {
            [b"Dear ".as_slice(), &vec![0xc3; FILLED_MIB * MIB]].concat()
        }),
        bomb("table: 1,000,000 columns", "", || {
            format!(
                "{}\n{}\n",
                ["a"; 1_000_000].join(","),
                ["b"; 1_000_000].join(",")
            )
            .into_bytes()
        }),
        bomb("an archive in an archive, at the desk", "", || {
            (books()
                .into_iter()
                .find(|book| book.name == "an archive in an archive")
                .expect("is there")
                .bytes)()
        }),
    ]
}

fn lists() -> Vec<Bomb> {
    let list = |name, expected, bytes: Box<dyn Fn() -> Vec<u8>>| Bomb {
        name,
        kind: AUDIT,
        expected,
        bytes,
    };
    vec![
        list(
            "list: 9 MiB in one line",
            "",
            Box::new(|| format!("title\n{}", filled("x")).into_bytes()),
        ),
        list(
            "list: 1,000,000 columns",
            "",
            Box::new(|| format!("title{}\nx\n", ",a".repeat(1_000_000)).into_bytes()),
        ),
        list(
            "list: 5,000,000 rows",
            "",
            Box::new(|| format!("title\n{}", "a\n".repeat(5_000_000)).into_bytes()),
        ),
        list(
            "list: quotes that never end",
            "",
            Box::new(|| format!("title\n{}", filled("\"\n")).into_bytes()),
        ),
        list(
            "list: quotes that never end, and a word",
            "",
            Box::new(|| format!("title\n{}", filled("x,\"\n")).into_bytes()),
        ),
        list(
            "list: JSON, 100,000 deep",
            "",
            Box::new(|| "[".repeat(100_000).into_bytes()),
        ),
        list(
            "list: JSON, objects 100,000 deep",
            "",
            Box::new(|| format!("[{}", "{\"a\":".repeat(100_000)).into_bytes()),
        ),
        list(
            "list: JSON, 1,000,000 fields",
            "",
            Box::new(|| {
                let all: Vec<String> = (0..1_000_000).map(|n| format!("\"a{n}\":1")).collect();
                format!("[{{{}}}]", all.join(",")).into_bytes()
            }),
        ),
        list(
            "list: JSON, a string of 9 MiB",
            "",
            Box::new(|| format!("[{{\"title\":\"{}\"}}]", filled("x")).into_bytes()),
        ),
        list(
            "list: XML, entities of entities",
            "",
            Box::new(|| {
                let lol: String = (1..10)
                    .map(|n| format!("<!ENTITY l{n} '{}'>", format!("&l{};", n - 1).repeat(10)))
                    .collect();
                format!("<?xml version='1.0'?><!DOCTYPE rss [<!ENTITY l0 'lol'>{lol}]><rss><channel><item><title>&l9;</title></item></channel></rss>").into_bytes()
            }),
        ),
        list(
            "list: XML, 800,000 attributes",
            "",
            Box::new(|| {
                let all: String = (0..800_000).map(|n| format!(" a{n}='1'")).collect();
                format!("<?xml version='1.0'?><rss><channel><item{all}><title>x</title></item></channel></rss>").into_bytes()
            }),
        ),
        list(
            "list: XML, 100,000 deep",
            "",
            Box::new(|| {
                format!(
                    "<?xml version='1.0'?><rss><channel>{}",
                    "<item>".repeat(100_000)
                )
                .into_bytes()
            }),
        ),
        list(
            "list: nothing but zeros",
            "",
            Box::new(|| vec![0; FILLED_MIB * MIB]),
        ),
    ]
}
