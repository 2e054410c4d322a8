//! Which words does a text consist of?
//!
//! Lower case, letters that only look Latin made Latin, makers' names that were written by ear (`ayfon`) as they
//! write themselves, and one word of letters and digits at a time. A
//! decimal stays one word (`5.5`); a plus that touches a word is the word `plus`, one that stands alone is
//! `+`. Does not know what a word means.

/// No more of a text is read: no name is longer, and a title past this is a description.
pub const TEXT_CHARS_MAX: usize = 400;

/// The words of a text, written one after the other without blanks, so that neighbours can be looked up
/// together: `lenny 3` and `lenny3` are the same letters.
#[derive(Clone, Debug, Default)]
pub struct Words {
    text: String,
    /// INVARIANT: rising; word `n` is `bounds[n]..bounds[n + 1]`, on character bounds.
    bounds: Vec<usize>,
}

impl Words {
    /// Reads at most [`TEXT_CHARS_MAX`] characters.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let mut words = Self {
            text: String::with_capacity(text.len().min(TEXT_CHARS_MAX * 4)),
            bounds: vec![0],
        };
        let mut last = ' ';
        let mut chars = text.chars().take(TEXT_CHARS_MAX).peekable();
        while let Some(c) = chars.next() {
            let next_is_digit = chars.peek().is_some_and(char::is_ascii_digit);
            if c.is_alphanumeric() {
                words.text.extend(c.to_lowercase().map(latin));
            } else if matches!(c, '.' | ',') && last.is_ascii_digit() && next_is_digit {
                words.text.push('.');
            } else {
                words.end();
                if matches!(c, '+' | '&') {
                    let touches = c == '+' && last.is_alphanumeric();
                    words.text.push_str(if touches { "plus" } else { "+" });
                    words.end();
                }
            }
            last = c;
        }
        words.end();
        words
    }

    fn end(&mut self) {
        let from = self.bounds.last().copied().unwrap_or(0);
        if from != self.text.len() {
            if let Some(latin) = spelling(&self.text[from..]) {
                self.text.truncate(from);
                self.text.push_str(latin);
            }
            self.bounds.push(self.text.len());
        }
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.bounds.len().saturating_sub(1)
    }

    /// Whether the text had none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// One word; empty past the end, so that a neighbour can be asked for without care.
    #[must_use]
    pub fn at(&self, n: usize) -> &str {
        if n < self.len() {
            self.joined(n, n + 1)
        } else {
            ""
        }
    }

    /// The words `from..to` without blanks between; empty if there are not so many.
    #[must_use]
    pub fn joined(&self, from: usize, to: usize) -> &str {
        match (self.bounds.get(from), self.bounds.get(to)) {
            (Some(from), Some(to)) => &self.text[*from..*to],
            _ => "",
        }
    }

    /// The words up to `to`.
    #[must_use]
    pub fn before(&self, to: usize) -> Self {
        let to = to.min(self.len());
        Self {
            text: self.joined(0, to).to_owned(),
            bounds: self.bounds.iter().take(to + 1).copied().collect(),
        }
    }

    /// The words from `from` on.
    #[must_use]
    pub fn after(&self, from: usize) -> Self {
        let from = from.min(self.len());
        let cut = self.bounds.get(from).copied().unwrap_or(0);
        Self {
            text: self.text[cut..].to_owned(),
            bounds: self.bounds.iter().skip(from).map(|at| at - cut).collect(),
        }
    }

    /// The words in their order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).map(|n| self.at(n))
    }
}

/// A maker's or a family's name as Azerbaijani and Russian shops write it by ear, after [`latin`].
fn spelling(word: &str) -> Option<&'static str> {
    Some(match word {
        "ayfon" | "aйфoh" => "iphone",
        "eпл" | "eппл" => "apple",
        "samsunq" | "camcyhг" => "samsung",
        "гaлakcи" | "гeлakcи" | "гэлakcи" => "galaxy",
        "kcиaomи" | "cяomи" => "xiaomi",
        "peдmи" => "redmi",
        "xyabeй" => "huawei",
        "xohop" => "honor",
        "hokиa" | "hokия" => "nokia",
        "cmaptфoh" => "smartphone",
        _ => return None,
    })
}

/// The Latin letter that a small Cyrillic or Greek one is drawn like.
///
/// Source: Unicode TS 39, confusables; the letters met in the names of phones.
#[must_use]
pub const fn latin(c: char) -> char {
    match c {
        'а' | 'α' => 'a',
        'в' | 'β' => 'b',
        'с' => 'c',
        'е' | 'ё' | 'ε' => 'e',
        'н' => 'h',
        'і' | 'ї' | 'ι' => 'i',
        'ј' => 'j',
        'к' | 'κ' => 'k',
        'м' => 'm',
        'о' | 'ο' => 'o',
        'р' | 'ρ' => 'p',
        'ѕ' => 's',
        'т' | 'τ' => 't',
        'у' => 'y',
        'х' | 'χ' => 'x',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(text: &str, words: &[&str]) {
        assert_eq!(Words::new(text).iter().collect::<Vec<_>>(), words, "{text}");
    }

    #[test]
    fn a_text_falls_into_its_words() {
        check(
            "Galaxy S8+ 5.5\" 64GB",
            &["galaxy", "s8", "plus", "5.5", "64gb"],
        );
        check("A8(2018) + case", &["a8", "2018", "+", "case"]);
        check(
            "mq8n2b/a lgh870.aitcbk",
            &["mq8n2b", "a", "lgh870", "aitcbk"],
        );
        check("APPLE ІPHONE Т5", &["apple", "iphone", "t5"]);
        check("Apple Ayfon 15", &["apple", "iphone", "15"]);
        check(
            "Смартфон Самсунг Гэлакси S8",
            &["smartphone", "samsung", "galaxy", "s8"],
        );
        check(
            "Айфон Ксиаоми Редми Хуавей Хонор Нокиа",
            &["iphone", "xiaomi", "redmi", "huawei", "honor", "nokia"],
        );
        check(" -- ", &[]);
        assert_eq!(Words::default().at(7), "");
    }

    proptest! {
        #[test]
        fn any_text_has_bounded_words(text in any::<String>()) {
            let words = Words::new(&text);
            prop_assert!(words.len() <= TEXT_CHARS_MAX * 2);
            prop_assert!(words.iter().all(|word| !word.is_empty()));
            let all: String = words.iter().collect();
            prop_assert_eq!(all, if words.is_empty() { "" } else { words.joined(0, words.len()) });
        }
    }
}
