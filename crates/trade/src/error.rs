//! What can go wrong in a use case, with a stable code for programs and a help line for people.
//!
//! One table holds code, kind, title and help; each code has its section in `docs/errors/README.md`, and a test
//! holds the two together. Edges translate: `web` to RFC 9457 problems, `cli` to `error:` and `hint:`.

use domain::fault::Fault;
use store::db::DbError;

use crate::atlas::Candidate;

/// What a client, the operator and support can do about an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// It is not there, or not for the caller.
    NotFound,
    /// It does not go with what is there.
    Conflict,
    /// The caller may not.
    NotAllowed,
    /// The input is wrong.
    Invalid,
    /// Not now; later it may work.
    Unavailable,
    /// A fault of ours.
    Broken,
}

macro_rules! codes {
    ($($code:ident = $name:literal, $kind:ident, $title:literal, $help:literal;)*) => {
        /// A stable error code.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Code { $(#[doc = $title] $code,)* }

        impl Code {
            /// All codes.
            pub const ALL: &'static [Self] = &[$(Self::$code),*];

            /// As written in answers.
            #[must_use]
            pub const fn name(self) -> &'static str { match self { $(Self::$code => $name),* } }

            /// Its kind.
            #[must_use]
            pub const fn kind(self) -> Kind { match self { $(Self::$code => Kind::$kind),* } }

            /// What it is, in a few words.
            #[must_use]
            pub const fn title(self) -> &'static str { match self { $(Self::$code => $title),* } }

            /// What to do next.
            #[must_use]
            pub const fn help(self) -> &'static str { match self { $(Self::$code => $help),* } }
        }
    };
}

codes! {
    NotFound = "not_found", NotFound, "There is no such thing", "check the id, or list what is there";
    DeviceUnknown = "device_unknown", NotFound, "No device goes by that name",
        "try the brand and the model, or the model code printed on the device; import a device list with `passband import`";
    DeviceAmbiguous = "device_ambiguous", Conflict, "Several devices go by that name",
        "ask again with one of the codes or names that are listed";
    NetworkUnknown = "network_unknown", NotFound, "No network goes by that name in that country",
        "check the country, or import a network list with `passband import`";
    InvalidInput = "invalid_input", Invalid, "The input is not what it should be", "mend the places that are named and send it again";
    FileNotUnderstood = "file_not_understood", Invalid, "The file is not what it says",
        "check the file, or name its kind with --kind";
    ImeiInvalid = "imei_invalid", Invalid, "That is no IMEI",
        "dial *#06# on the phone and send the 15 digits that it shows";
    ImeiNotHere = "imei_not_here", Invalid, "The number of a unit does not belong here",
        "ask by the first eight digits; a whole IMEI goes to POST /api/v1/unit-checks, or `passband check --imei -`, which keep it out of addresses and logs";
    ListShrinks = "list_shrinks", Conflict, "The list would lose more than a fifth of its units",
        "check the file; if it is meant, import it again with --yes";
    PolicyInvalid = "policy_invalid", Invalid, "The policy has faults", "mend the lines that are named";
    WrongScope = "wrong_scope", Invalid, "The evidence does not belong under that scope",
        "write an authorisation under its brand, a certification under its variant, a policy under its market";
    DocumentRefused = "document_refused", Invalid, "The document is not kept",
        "send the file as it came, at most 10 MiB of it";
    SignatureInvalid = "signature_invalid", Invalid, "The signature does not hold",
        "send the note byte for byte as `passband sign` wrote it, signed by its issuer";
    KeyUnknown = "key_unknown", Invalid, "No key that is in force signed it",
        "introduce the issuer's key with `passband evidence introduce-key`, or sign with one that is in force (`passband evidence keys`)";
    NotTheIssuers = "not_the_issuers", Invalid, "That is not for an issuer to sign",
        "send it to the operator as a letter; the operator records it";
    NotPassedOn = "not_passed_on", Conflict, "That authorisation cannot be passed on so",
        "rest it on one that names its issuer's seller and says that it may be passed on, or have the brand authorise the seller itself";
    StateConflict = "state_conflict", Conflict, "It is in another state than this needs", "look at it again, then decide";
    DataSetFall = "data_set_fall", Conflict, "More than a fifth of what the delivery before says is gone",
        "compare the two; if it is meant, activate it again and confirm the fall";
    IdTaken = "id_taken", Conflict, "The id stands for something else", "leave the id out, or choose another";
    AlreadyWithdrawn = "already_withdrawn", Conflict, "It was withdrawn for good", "record new evidence instead";
    KeyReused = "key_reused", Conflict, "The key stands for another request", "use a new Idempotency-Key for a new order";
    Currency = "currency_mismatch", Invalid, "The currency is not the market's", "give prices in the market's currency";
    SignInFailed = "sign_in_failed", NotAllowed, "Address or password is wrong", "check both, or ask for a new password at /forgotten";
    SignInNeeded = "sign_in_needed", NotAllowed, "This needs a sign-in", "sign in and try again";
    AddressTaken = "address_taken", Conflict, "Somebody signs in with that address", "use another address, or remove the member who has it first";
    LastOwner = "last_owner", Conflict, "A party keeps an owner", "make somebody else an owner first";
    LinkUsed = "link_used", NotFound, "The link is not open", "ask for another: an invitation from an owner, a new password at /forgotten";
    TooMany = "too_many", Conflict, "There are as many as there may be", "take one away first";
    ReaderOnly = "reader_only", NotAllowed, "A reader changes nothing", "ask an owner of your party to make you a clerk";
    SecondPersonNeeded = "second_person_needed", Conflict, "A second person must approve this",
        "submit the draft, and let somebody else of the operator look at what it would do and approve it";
    ImpactChanged = "impact_changed", Conflict, "What it would do has changed since it was shown",
        "look at the draft again, and decide on what it would do now";
    Busy = "busy", Unavailable, "Too much at once", "try again in a moment";
    OutcomeUnknown = "outcome_unknown", Unavailable, "It is not known whether it was done",
        "ask again with the same Idempotency-Key: it is done once at most";
    DatabaseOpen = "database_cannot_be_opened", Unavailable, "The database cannot be opened", "do what the message says";
    LinkNotGood = "link_not_good", NotFound, "This link opens nothing, or no longer",
        "write to whoever sent it and ask for a new one";
    NoContact = "no_contact", Conflict, "Nobody said to whom the party's letters go",
        "enter its address of mail: PUT /api/v1/contacts/{party}, or `passband ask contact`";
    MailNotSet = "mail_not_set", Unavailable, "This house sends no mail",
        "set `mail`, `mail_from` and `public_url` (docs/guide/asking-issuers.md)";
    RecordForked = "record_forked", Unavailable, "The record is not the one that was signed",
        "stop, keep the data folder as it is, and run `passband record verify`; nothing is signed until it is settled";
    Broken = "broken", Broken, "Something is wrong on our side", "tell the operator, with the request id";
}

/// An error of a use case.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{detail}")]
pub struct Error {
    /// What it is.
    pub code: Code,
    /// What happened here, in a sentence; never inside words.
    pub detail: String,
    /// Where the input is wrong, if it is.
    pub faults: Vec<Fault>,
    /// Of a device that is not known or may be several: those that may be meant, the best first.
    pub candidates: Vec<Candidate>,
}

impl Error {
    /// An error with its sentence.
    #[must_use]
    pub fn new(code: Code, detail: impl Into<String>) -> Self {
        Self {
            code,
            detail: detail.into(),
            faults: Vec::new(),
            candidates: Vec::new(),
        }
    }

    /// Bad input, with every place.
    #[must_use]
    pub fn faults(code: Code, faults: Vec<Fault>) -> Self {
        let detail = match faults.as_slice() {
            [only] => only.to_string(),
            many => format!("{} faults; the first: {}", many.len(), many[0]),
        };
        Self {
            code,
            faults,
            ..Self::new(code, detail)
        }
    }

    /// Refuses a text that holds the number of a unit, and does not repeat it.
    ///
    /// # Errors
    /// It does.
    pub fn unless_imei(text: &str) -> Result<(), Self> {
        if domain::number::holds_imei(text) {
            return Err(Self::new(
                Code::ImeiNotHere,
                "this reads as an IMEI, and is not repeated here",
            ));
        }
        Ok(())
    }

    pub(crate) fn not_found(what: &str, id: impl std::fmt::Display) -> Self {
        Self::new(Code::NotFound, format!("there is no {what} {id}"))
    }

    pub(crate) fn broken(detail: impl Into<String>) -> Self {
        Self::new(Code::Broken, detail)
    }
}

impl From<DbError> for Error {
    fn from(error: DbError) -> Self {
        let code = match &error {
            DbError::Retry | DbError::Closed | DbError::Unavailable { .. } => Code::Busy,
            DbError::OutcomeUnknown => Code::OutcomeUnknown,
            _ => Code::Broken,
        };
        let mut detail = error.to_string();
        if code == Code::Broken
            && let Some(cause) = std::error::Error::source(&error)
        {
            detail = format!("{detail}: {cause}");
        }
        Self::new(code, detail)
    }
}

impl From<domain::ParseError> for Error {
    fn from(error: domain::ParseError) -> Self {
        Self::new(Code::InvalidInput, error.to_string())
    }
}
