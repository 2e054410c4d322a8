//! Who may have sent a document: its sender's address beside the addresses that the operator keeps of parties.
//!
//! A sender is what the document claims, and anybody can claim any: what is found here is a suggestion, never evidence.
//! A name that a sender calls itself by says nothing, and a domain that only looks like a known one is never taken for it.

use catalogue::near;
use domain::id::PartyId;
use outside::Mailbox;
use store::directory::Directory;

/// Characters of a sender; what is longer is cut off, and is no address.
const SENDER_CHARS_MAX: usize = 320;
/// A domain that is so near to a known one, in letters put in, left out, changed or swapped, looks like it.
const NEAR_STEPS_MAX: usize = 2;
/// A shorter name is in many domains, and near to many, by chance.
const TELLING_CHARS_MIN: usize = 4;

/// Where anybody gets an address: its domain is nobody's, and only a whole address tells somebody.
const ANYBODYS: [&str; 26] = [
    "126.com",
    "163.com",
    "aol.com",
    "gmail.com",
    "gmx.com",
    "gmx.de",
    "gmx.net",
    "googlemail.com",
    "hotmail.com",
    "icloud.com",
    "live.com",
    "mail.com",
    "mail.ru",
    "me.com",
    "msn.com",
    "outlook.com",
    "proton.me",
    "protonmail.com",
    "qq.com",
    "rediffmail.com",
    "sina.com",
    "t-online.de",
    "web.de",
    "yahoo.com",
    "yandex.ru",
    "zoho.com",
];

/// What an address says of its sender.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Sender {
    /// The one party that is known to write from there, and why it is suggested.
    pub party: Option<(PartyId, String)>,
    /// What there is to know of it, in sentences.
    pub remarks: Vec<String>,
}

/// The one address that a sender names, in lower case: local part and domain. None: it names none or several, and so does
/// one whose name holds an address as well.
fn address_of(sender: &str) -> Option<(String, String)> {
    let sender = sender.trim();
    if sender.chars().nth(SENDER_CHARS_MAX).is_some() || sender.matches('@').count() != 1 {
        return None;
    }
    let bare = match sender.strip_suffix('>') {
        Some(before) => before.rsplit_once('<')?.1,
        None => sender,
    };
    let mailbox: Mailbox = bare.trim().parse().ok()?;
    let text = mailbox.to_string().to_lowercase();
    let (local, domain) = text.split_once('@')?;
    Some((local.to_owned(), domain.to_owned()))
}

/// Whether a domain is another, or lies under it: whoever has the one gives out the other.
fn is_under(domain: &str, known: &str) -> bool {
    let above = domain.strip_suffix(known);
    above.is_some_and(|above| above.is_empty() || above.ends_with('.'))
}

/// Letters that are taken for each other at a glance, made one.
fn skeleton(domain: &str) -> String {
    let plain = domain.replace("rn", "m").replace("vv", "w");
    plain
        .chars()
        .filter(|c| *c != '-')
        .map(|c| match c {
            '0' => 'o',
            '1' | 'i' | '|' => 'l',
            '3' => 'e',
            '5' => 's',
            other => other,
        })
        .collect()
}

/// The word that a domain is known by: that before what anybody may register under, `xiaomi` of `mail.xiaomi.co.uk`.
fn telling_word(domain: &str) -> &str {
    let labels: Vec<&str> = domain.split('.').collect();
    let Some((_, rest)) = labels.split_last() else {
        return "";
    };
    match rest {
        // `co.uk`, `com.cn`: short words before a country are no names.
        [.., name, second] if second.len() <= 3 => name,
        [.., name] => name,
        [] => "",
    }
}

/// Whether a domain that is not the known one may be taken for it.
fn looks_like(domain: &str, known: &str) -> bool {
    let (ours, theirs) = (skeleton(domain), skeleton(known));
    let letters: Vec<char> = theirs.chars().collect();
    let word = skeleton(telling_word(known));
    let is_telling = word.chars().count() >= TELLING_CHARS_MIN;
    let is_near = || near::distance(&letters, &ours) <= NEAR_STEPS_MAX || ours.contains(&word);
    ours == theirs || is_telling && is_near()
}

fn name_of(directory: &Directory, party: &PartyId) -> String {
    let found = directory.parties.iter().find(|one| one.id == *party);
    found.map_or_else(|| party.to_string(), |one| one.name.clone())
}

/// What a sender says, beside the addresses that are kept of parties.
pub(super) fn read(sender: &str, contacts: &[(PartyId, String)], directory: &Directory) -> Sender {
    let mut read = Sender::default();
    if sender.trim().is_empty() {
        return read;
    }
    let Some((local, domain)) = address_of(sender) else {
        let remark = "Its sender is not one plain address, so no party is suggested from it.";
        read.remarks.push(remark.to_owned());
        return read;
    };
    let address = format!("{local}@{domain}");
    let known: Vec<(&PartyId, String, String)> = contacts
        .iter()
        .filter_map(|(party, contact)| {
            let contact = contact.to_lowercase();
            let (_, of) = contact.split_once('@')?;
            let of = of.to_owned();
            Some((party, contact, of))
        })
        .collect();
    let is_anybodys = |of: &str| ANYBODYS.contains(&of);
    let by_address = known.iter().filter(|(_, contact, _)| *contact == address);
    let by_domain = known
        .iter()
        .filter(|(.., of)| is_under(&domain, of) && !is_anybodys(of));
    let mut parties: Vec<&PartyId> = by_address.map(|(party, ..)| *party).collect();
    let is_whole = !parties.is_empty();
    if !is_whole {
        parties = by_domain.map(|(party, ..)| *party).collect();
    }
    parties.sort_unstable();
    parties.dedup();
    match parties.as_slice() {
        [party] => {
            let name = name_of(directory, party);
            let what = if is_whole { &address } else { &domain };
            let why = if is_whole {
                format!("{what} is the address of {name} that is kept here")
            } else {
                format!("{what} is the domain of the address of {name} that is kept here")
            };
            read.remarks.push(format!(
                "{why}. Anybody can write any sender, so this is a hint and proves nothing."
            ));
            read.party = Some(((*party).clone(), why));
        }
        [] => read.remarks.push(stranger(&domain, &known, directory)),
        _ => read.remarks.push(format!(
            "Several parties are kept here with an address at {domain}, so none is suggested from it."
        )),
    }
    read
}

/// What there is to say of a domain from which nobody is known to write.
fn stranger(domain: &str, known: &[(&PartyId, String, String)], directory: &Directory) -> String {
    let advice = "Ask at the address that you have before you believe it";
    if ANYBODYS.contains(&domain) {
        return format!(
            "Anybody gets an address at {domain}, and this one is kept of nobody here."
        );
    }
    if domain.split('.').any(|label| label.starts_with("xn--")) {
        return format!(
            "{domain} is written with letters of another alphabet, which may look like a known name. No party is suggested from it. {advice}."
        );
    }
    let alike = known
        .iter()
        .find(|(.., of)| !ANYBODYS.contains(&of.as_str()) && looks_like(domain, of));
    if let Some((party, _, of)) = alike {
        let name = name_of(directory, party);
        return format!(
            "{domain} is not {of}, from which {name} is known to write; it only looks like it. No party is suggested from it. {advice}."
        );
    }
    let is_named = |name: &str| {
        let name: String = name.chars().filter(|c| c.is_alphanumeric()).collect();
        let name = skeleton(&name.to_lowercase());
        name.chars().count() >= TELLING_CHARS_MIN && skeleton(domain).contains(&name)
    };
    let named = directory.parties.iter().find(|party| is_named(&party.name));
    match named {
        Some(party) => format!(
            "{domain} has the name of {} in it, and no address of theirs there is kept here: anybody may register such a name. {advice}, and keep it with “Ask issuers”.",
            party.name
        ),
        None => format!("Nobody is known here to write from {domain}."),
    }
}

#[cfg(test)]
mod tests {
    use store::directory::Party;

    use super::*;

    fn directory() -> Directory {
        let party = |id: &str, name: &str| Party {
            id: id.parse().expect("an id"),
            role: "brand".to_owned(),
            name: name.to_owned(),
        };
        Directory {
            parties: vec![
                party("xiaomi", "Xiaomi"),
                party("tmobile", "T-Mobile US"),
                party("shop", "Little Shop"),
                party("other", "Other Shop"),
            ],
            ..Directory::default()
        }
    }

    fn sent_by(sender: &str) -> Sender {
        let contacts = [
            ("xiaomi", "Sales@xiaomi.example"),
            ("tmobile", "devices@t-mobile.example"),
            ("shop", "little.shop@gmail.com"),
            ("other", "other@gmail.com"),
        ];
        let contacts = contacts.map(|(party, email)| {
            let party = party.parse().expect("an id");
            (party, email.to_owned())
        });
        read(sender, &contacts, &directory())
    }

    #[track_caller]
    fn check(sender: &str, party: Option<&str>, words: &str) {
        let read = sent_by(sender);
        let found = read.party.as_ref().map(|(party, _)| party.as_str());
        assert_eq!(found, party, "{sender}: {read:?}");
        let remarks = read.remarks.join(" ");
        assert!(remarks.contains(words), "no {words:?} in {remarks:?}");
    }

    #[test]
    fn a_known_address_or_domain_suggests_its_party_and_says_that_it_proves_nothing() {
        for sender in [
            "sales@xiaomi.example",
            "Sales <SALES@Xiaomi.Example>",
            "\"Wang, Li\" <li.wang@xiaomi.example>",
            "x@legal.xiaomi.example",
        ] {
            check(sender, Some("xiaomi"), "proves nothing");
        }
    }

    #[test]
    fn a_domain_that_looks_like_a_known_one_is_never_taken_for_it() {
        for domain in [
            "xia0mi.example",
            "xiaorni.example",
            "xiaom1.example",
            "xioami.example",
            "xiaomi.exampIe",
            "xiaomi-sales.example",
            "xiaomi.example.evil.test",
            "xiaomi.test",
            "mailxiaomi.example",
            "t-rnobile.example",
            "tmobile.example",
        ] {
            check(
                &format!("Xiaomi <sales@{domain}>"),
                None,
                "only looks like it",
            );
        }
        check(
            "Xiaomi <sales@xn--iaomi-9ce.example>",
            None,
            "another alphabet",
        );
    }

    #[test]
    fn what_a_sender_calls_itself_says_nothing() {
        check("Xiaomi Sales <a@b.test>", None, "Nobody is known here");
        check(
            "\"sales@xiaomi.example\" <a@b.test>",
            None,
            "not one plain address",
        );
        check(
            "a@b.test <sales@xiaomi.example>",
            None,
            "not one plain address",
        );
        check(
            "sales@xiaomi.example, a@b.test",
            None,
            "not one plain address",
        );
        check("Xiaomi", None, "not one plain address");
        let long = format!("{} <sales@xiaomi.example>", "x".repeat(SENDER_CHARS_MAX));
        check(&long, None, "not one plain address");
        check(
            "x@littleshop.test",
            None,
            "has the name of Little Shop in it",
        );
    }

    #[test]
    fn where_anybody_gets_an_address_only_the_whole_one_tells() {
        check("little.shop@gmail.com", Some("shop"), "is the address of");
        check("little.sh0p@gmail.com", None, "kept of nobody here");
        assert_eq!(sent_by("").remarks, Vec::<String>::new());
    }
}
