//! Who signed a text, and is the signature good?
//!
//! C2SP signed-note with Ed25519 (signature type 0x01) and its keys as text, in the forms of
//! golang.org/x/mod/sumdb/note. It refuses to know what the text means and where keys are kept; a
//! key is made from a seed that the caller drew. Next: `checkpoint.rs`, for the one text signed.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use ed25519_dalek::{PUBLIC_KEY_LENGTH, SECRET_KEY_LENGTH, Signature, Signer as _};
use sha2::{Digest as _, Sha256};

/// Longest note that is read, in bytes: room for the 16 signatures that signed-note demands, at the
/// nearly 5 kB that it says post-quantum ones take.
pub const NOTE_BYTES_MAX: usize = 128 * 1024;
/// Longest [`Name`], in bytes.
pub const NAME_BYTES_MAX: usize = 255;

/// Length of a seed, in bytes.
pub const SEED_BYTES: usize = SECRET_KEY_LENGTH;

/// The byte that says Ed25519 (signed-note, "Signature types").
const ED25519: u8 = 0x01;
/// Length of a key ID, in bytes.
const KEY_ID_BYTES: usize = 4;
/// What a private key begins with, so that it cannot pass for a public one.
const PRIVATE_PREFIX: &str = "PRIVATE+KEY+";
/// What a signature line begins with: an em dash (U+2014) and a space.
const SIGNATURE_PREFIX: &str = "— ";

/// The name of a key, and of the log that signs with it.
///
/// Shape: 1 to [`NAME_BYTES_MAX`] bytes, without white space, control characters or `+`; by custom
/// a URL without its scheme, like `shop.example/log`.
/// Source: signed-note, "Format". Errors: [`NameError`].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name(String);

/// A text that cannot name a key or a log.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "not a name of a key or log: {rule}; write it like `shop.example/log`, in 1 to 255 bytes \
     without spaces or plus signs"
)]
pub struct NameError {
    rule: &'static str,
}

/// A private key and its name.
///
/// It has no `Display`, and its `Debug` form shows only the public part; [`SigningKey::to_text`]
/// is the one way out.
#[derive(Clone)]
pub struct SigningKey {
    name: Name,
    key: ed25519_dalek::SigningKey,
}

/// A public key and its name, with which a note is checked.
///
/// Shape: prints and parses as `name+key ID+base64(0x01 || public key)`, the key ID as 8
/// hexadecimal digits. Errors: [`KeyError`]. Source: golang.org/x/mod/sumdb/note, "Verifying Notes".
#[derive(Clone, PartialEq, Eq)]
pub struct VerifyingKey {
    name: Name,
    key: ed25519_dalek::VerifyingKey,
}

/// Why a text is not a key. It never shows the text, which may be secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// The text is not made of the parts of a key.
    #[error("not a key: the form is `{form}`; copy the whole line")]
    Form {
        /// The form demanded.
        form: &'static str,
    },
    /// The name in it is no name.
    #[error("the key's name is wrong")]
    Name(#[from] NameError),
    /// Its signature type is another.
    #[error("the key's type is 0x{found:02x}; only Ed25519, 0x01, is known")]
    Type {
        /// The type byte found.
        found: u8,
    },
    /// The bytes are not a point of the curve.
    #[error("the public key is not a point of the curve Ed25519; copy the key again")]
    Point,
    /// The key ID is not the hash of name and key.
    #[error("the key ID is not the hash of name and key ({computed:08x}); copy the key again")]
    Id {
        /// The key ID that name and key have.
        computed: u32,
    },
}

/// Why a note says nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoteError {
    /// Too long to be read.
    #[error("the note has {found} bytes; at most {NOTE_BYTES_MAX} are read")]
    TooLong {
        /// Its length, in bytes.
        found: usize,
    },
    /// It is not a text, a blank line and signature lines.
    #[error("not a signed note: {rule}; keep the note byte for byte, line ends included")]
    Form {
        /// The rule broken.
        rule: &'static str,
    },
    /// A signature line cannot be read.
    #[error(
        "signature line {line} is not `— name base64`; keep the note byte for byte, line ends \
         included"
    )]
    SignatureLine {
        /// Which signature line, from 1.
        line: usize,
    },
    /// No signature is by the key asked for.
    #[error(
        "no signature of {name}+{id:08x} is on the note; check it with the key it was signed with"
    )]
    NotSigned {
        /// The key's name.
        name: Name,
        /// The key's ID.
        id: u32,
    },
    /// A signature says it is by the key, and is not.
    #[error(
        "the signature of {name}+{id:08x} does not fit the text; text or signature was altered"
    )]
    BadSignature {
        /// The key's name.
        name: Name,
        /// The key's ID.
        id: u32,
    },
}

impl Name {
    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Name {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        let rule = if text.is_empty() {
            "it is empty"
        } else if text.len() > NAME_BYTES_MAX {
            "it is too long"
        } else if text.contains('+') {
            "it has a plus sign"
        } else if text.contains(|c: char| c.is_whitespace() || c.is_control()) {
            "it has white space or a control character"
        } else {
            return Ok(Self(text.to_owned()));
        };
        Err(NameError { rule })
    }
}

impl SigningKey {
    /// The key that this seed makes (RFC 8032, 5.1.5). The seed is the secret: draw it from the
    /// system's randomness, and let nobody else have it.
    pub fn from_seed(name: Name, seed: [u8; SEED_BYTES]) -> Self {
        let key = ed25519_dalek::SigningKey::from_bytes(&seed);
        Self { name, key }
    }

    /// Reads what [`SigningKey::to_text`] wrote.
    ///
    /// Errors: [`KeyError`]; among them a key ID that does not fit, so that a slip of the pen shows.
    pub fn from_text(text: &str) -> Result<Self, KeyError> {
        const FORM: &str = "PRIVATE+KEY+name+key ID+base64";
        let form = KeyError::Form { form: FORM };
        let parts = text.strip_prefix(PRIVATE_PREFIX).ok_or(form)?;
        let (name, id, seed) = key_parts(parts, FORM)?;
        let key = Self::from_seed(name, seed);
        key.verifier().check_id(id)?;
        Ok(key)
    }

    /// The private key as text: `PRIVATE+KEY+name+key ID+base64(0x01 || seed)`.
    ///
    /// Source: golang.org/x/mod/sumdb/note, "Generating Keys". Whoever has this text can sign.
    pub fn to_text(&self) -> String {
        let id = self.verifier().id();
        let key = typed_base64(self.key.as_bytes());
        format!("{PRIVATE_PREFIX}{}+{id:08x}+{key}", self.name)
    }

    /// The key that checks what this one signs.
    pub fn verifier(&self) -> VerifyingKey {
        VerifyingKey {
            name: self.name.clone(),
            key: self.key.verifying_key(),
        }
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey(of {})", self.verifier())
    }
}

impl VerifyingKey {
    /// The key's name.
    pub const fn name(&self) -> &Name {
        &self.name
    }

    /// `SHA-256(name || 0x0A || 0x01 || public key)`, its first four bytes (signed-note,
    /// "Signatures"). It tells keys apart; it does not protect them.
    fn id(&self) -> u32 {
        let mut hasher = Sha256::new();
        hasher.update(self.name.as_str());
        hasher.update([b'\n', ED25519]);
        hasher.update(self.key.as_bytes());
        let digest: [u8; 32] = hasher.finalize().into();
        let [a, b, c, d, ..] = digest;
        u32::from_be_bytes([a, b, c, d])
    }

    fn check_id(&self, stated: &str) -> Result<(), KeyError> {
        let computed = self.id();
        if stated == format!("{computed:08x}") {
            Ok(())
        } else {
            Err(KeyError::Id { computed })
        }
    }
}

impl fmt::Display for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = typed_base64(self.key.as_bytes());
        write!(f, "{}+{:08x}+{key}", self.name, self.id())
    }
}

impl fmt::Debug for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VerifyingKey({self})")
    }
}

impl FromStr for VerifyingKey {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        let (name, id, bytes) = key_parts(text, "name+key ID+base64")?;
        let key = ed25519_dalek::VerifyingKey::from_bytes(&bytes).map_err(|_| KeyError::Point)?;
        let key = Self { name, key };
        key.check_id(id)?;
        Ok(key)
    }
}

/// Signs a text: the text, a blank line, one signature line.
///
/// The text must end in a newline and hold no other control character, which is for the caller to
/// see to; [`open`] refuses a note whose text does not.
pub fn sign(text: &str, key: &SigningKey) -> String {
    let id = key.verifier().id().to_be_bytes();
    let signature = key.key.sign(text.as_bytes()).to_bytes();
    let signature = BASE64.encode([&id[..], &signature[..]].concat());
    format!("{text}\n{SIGNATURE_PREFIX}{} {signature}\n", key.name)
}

/// The text of a note, if the key signed it.
///
/// Signatures by other keys are passed over, as signed-note demands; one that names this key must
/// fit. Errors: [`NoteError`].
pub fn open<'a>(note: &'a str, key: &VerifyingKey) -> Result<&'a str, NoteError> {
    let (text, signature_lines) = split(note)?;
    let (name, id) = (key.name.clone(), key.id());
    let mut is_signed = false;
    for (at, line) in signature_lines.split('\n').enumerate() {
        let (signer, signer_id, signature) =
            signature_parts(line).ok_or(NoteError::SignatureLine { line: at + 1 })?;
        if signer != name || signer_id != id {
            continue;
        }
        // Strict: a key or signature of small order would fit more than one text.
        let fits = Signature::from_slice(&signature)
            .and_then(|signature| key.key.verify_strict(text.as_bytes(), &signature));
        if fits.is_err() {
            return Err(NoteError::BadSignature { name, id });
        }
        is_signed = true;
    }
    if is_signed {
        Ok(text)
    } else {
        Err(NoteError::NotSigned { name, id })
    }
}

/// Parts a note at its last blank line: the text with its last newline, and the signature lines
/// without theirs (signed-note, "Format").
fn split(note: &str) -> Result<(&str, &str), NoteError> {
    let form = |rule| NoteError::Form { rule };
    if note.len() > NOTE_BYTES_MAX {
        return Err(NoteError::TooLong { found: note.len() });
    }
    if note.bytes().any(|byte| byte < 0x20 && byte != b'\n') {
        return Err(form("it has a control character other than the newline"));
    }
    let end = note.rfind("\n\n").ok_or(form("it has no blank line"))?;
    let (text, signatures) = (&note[..=end], &note[end + 2..]);
    let lines = signatures.strip_suffix('\n');
    let lines = lines.ok_or(form("no signature line follows the blank line"))?;
    Ok((text, lines))
}

/// Name, key ID and signature of a signature line: `— name base64(key ID || signature)`.
fn signature_parts(line: &str) -> Option<(Name, u32, Vec<u8>)> {
    let (name, signature) = line.strip_prefix(SIGNATURE_PREFIX)?.split_once(' ')?;
    let bytes = BASE64.decode(signature).ok()?;
    let (id, signature) = bytes.split_first_chunk::<KEY_ID_BYTES>()?;
    Some((
        name.parse().ok()?,
        u32::from_be_bytes(*id),
        signature.to_vec(),
    ))
}

/// Name, key ID as written, and key bytes of `name+key ID+base64(0x01 || bytes)`.
fn key_parts<'a>(
    text: &'a str,
    form: &'static str,
) -> Result<(Name, &'a str, [u8; PUBLIC_KEY_LENGTH]), KeyError> {
    // Base64 may have a plus sign itself; name and key ID may not.
    let mut parts = text.splitn(3, '+');
    let (Some(name), Some(id), Some(base64)) = (parts.next(), parts.next(), parts.next()) else {
        return Err(KeyError::Form { form });
    };
    let bytes = BASE64.decode(base64).unwrap_or_default();
    let Some((&found, bytes)) = bytes.split_first() else {
        return Err(KeyError::Form { form });
    };
    if found != ED25519 {
        return Err(KeyError::Type { found });
    }
    let bytes = bytes.try_into().map_err(|_| KeyError::Form { form })?;
    Ok((name.parse()?, id, bytes))
}

fn typed_base64(key: &[u8]) -> String {
    BASE64.encode([&[ED25519], key].concat())
}

#[cfg(test)]
mod tests;
