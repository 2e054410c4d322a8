//! The text of a web page. Scripts, styles and whatever a browser would fetch or run are left out, not made safe.

/// Characters of text that are read.
const TEXT_CHARS_MAX: usize = 200_000;

/// Elements whose contents are not text.
const UNSHOWN: [&str; 8] = [
    "script", "style", "head", "template", "noscript", "iframe", "object", "svg",
];
/// Elements that end a line.
const BREAKS: [&str; 16] = [
    "p",
    "br",
    "div",
    "tr",
    "li",
    "ul",
    "ol",
    "table",
    "h1",
    "h2",
    "h3",
    "h4",
    "hr",
    "section",
    "blockquote",
    "pre",
];

/// The text of a page, a line where the page breaks one. What is not closed runs to the end.
#[must_use]
pub fn text(page: &str) -> String {
    let mut out = String::new();
    let mut rest = page;
    while !rest.is_empty() && out.len() < TEXT_CHARS_MAX {
        let (plain, tag) = match rest.find('<') {
            Some(at) => (&rest[..at], &rest[at..]),
            None => (rest, ""),
        };
        push_text(&mut out, plain);
        rest = tag;
        if rest.is_empty() {
            break;
        }
        if let Some(comment) = rest.strip_prefix("<!--") {
            rest = comment.find("-->").map_or("", |end| &comment[end + 3..]);
            continue;
        }
        let inner = &rest[1..];
        let is_tag =
            inner.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?'));
        if !is_tag {
            out.push('<');
            rest = inner;
            continue;
        }
        let end = inner.find('>');
        let tag = &inner[..end.unwrap_or(inner.len())];
        rest = end.map_or("", |end| &inner[end + 1..]);
        let name: String = tag
            .trim_start_matches('/')
            .chars()
            .take_while(char::is_ascii_alphanumeric)
            .collect::<String>()
            .to_ascii_lowercase();
        if BREAKS.contains(&name.as_str()) && !out.ends_with('\n') {
            out.push('\n');
        }
        if UNSHOWN.contains(&name.as_str()) && !tag.starts_with('/') && !tag.ends_with('/') {
            rest = after_end_of(rest, &name);
        }
    }
    out.trim().to_owned()
}

/// What comes after the end tag of an element.
fn after_end_of<'a>(text: &'a str, name: &str) -> &'a str {
    let mut from = 0;
    while let Some(at) = text[from..].find("</") {
        let start = from + at + 2;
        let named = text.get(start..start + name.len());
        if named.is_some_and(|named| named.eq_ignore_ascii_case(name)) {
            let rest = &text[start..];
            return rest.find('>').map_or("", |end| &rest[end + 1..]);
        }
        from = start;
    }
    ""
}

/// Text with its blanks joined and the common references read.
fn push_text(out: &mut String, text: &str) {
    let mut rest = text;
    while let Some(letter) = rest.chars().next() {
        let (shown, length) = if letter == '&' {
            reference(rest).unwrap_or(('&', 1))
        } else {
            (letter, letter.len_utf8())
        };
        rest = &rest[length..];
        if shown.is_whitespace() {
            if !out.is_empty() && !out.ends_with([' ', '\n']) {
                out.push(' ');
            }
        } else if !shown.is_control() {
            out.push(shown);
        }
    }
}

/// A character reference at the beginning of a text, and how many bytes it takes.
fn reference(text: &str) -> Option<(char, usize)> {
    let end = text.bytes().take(12).position(|byte| byte == b';')?;
    let name = &text[1..end];
    let shown = match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => ' ',
        _ => {
            let number = name.strip_prefix('#')?;
            let number = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(number)?
        }
    };
    Some((shown, end + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_text_of_a_page_is_read() {
        for (page, expected) in [
            ("<p>One<br>two</p><p>three", "One\ntwo\nthree"),
            ("a<script>alert('</p>')</script>b", "ab"),
            ("a<SCRIPT src=x>b", "a"),
            ("a<!-- <p> -->b<!-- c", "ab"),
            (
                "<img src=x onerror=alert(1)>1 &lt; 2 &amp;&#x41;&bad; <3",
                "1 < 2 &A&bad; <3",
            ),
            ("<head><title>t</title></head><body>x", "x"),
            ("a   \n b", "a b"),
        ] {
            assert_eq!(text(page), expected, "{page}");
        }
    }
}
