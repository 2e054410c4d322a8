//! Which device do a name, a code or a type allocation code mean, by what lists claim?
//!
//! Every row of every list is kept as a claim beside its list ([`Claims`]); nothing is merged or corrected.
//! A question is answered by these rules ([`resolve::find`]), and what they do not settle is handed back with
//! every candidate, never guessed:
//!
//! 1. **Spelling.** Case, signs, blanks, letters that only look Latin, and a brand that the name repeats make no
//!    difference; `+` is the word plus. A few brands have other spellings or stand under another brand
//!    ([`crate::key`]).
//! 2. **Placeholders** (`Android`, `N/A`, `unknown`, `TBD`, `Smart TV`) name nothing, neither as a name nor as a code.
//! 3. **Free texts** that anybody wrote are no names. They speak of their type allocation code only, and only
//!    where no list does. One that is nothing but a brand, or that another on the same code repeats and goes
//!    beyond (`IPHONE`, `IPHONE 6S`), says nothing.
//! 4. **Codes inside names.** A word of a name that looks like a code (`Galaxy S7 SM-G930F`) is one too, and
//!    within the brand also without the maker's prefix (`SGH-C170`, `C170`).
//! 5. **Makers.** A code counts within its brand, unless it is too peculiar to be another's by chance
//!    (`SM-G930F`; not `M10`). A code that stands for more than [`resolve::CODE_NAMES_MAX`] names stands for none.
//! 6. **One code, several names.** Rows with bands decide what is meant; lists of names only where no row has
//!    bands. A peculiar code is one piece of hardware, whatever lists call it: the name that most of the lists
//!    with its bands give it is meant, and the others are told. Other several names are shown.
//!    A row of several codes means a name that all of them have, if there is one.
//! 7. **Following.** A name of which no bands are known is followed one step: to the names of its codes, to the
//!    sheet that its list points to, to its other names, to names with the same code-like word. If that leads
//!    to one name with bands, that is meant.
//! 8. **Type allocation codes.** What the rows of a code may mean, each by rules 5 and 7, is compared. What all
//!    have in common is meant, a row's own name first. With nothing in common they contradict each other.
//! 9. **Variants.** A code, or a type allocation code whose rows give codes, means the hardware with those codes;
//!    bands of a row that gives other codes are not its. A name means every variant; if several have bands of
//!    their own, they are shown. A row with bands and no code speaks of every variant.
//! 10. **Digits are never mended.** A type allocation code that lost a zero is none; one that somebody made up is
//!     none ([`crate::tac::is_made_up`]).
//! 11. **Typing errors** are forgiven in words of letters alone, and only if one name is meant then
//!     ([`typed::understood`]): a wrong digit is another phone.
//!
//! Knows no bands, only whether a row has some; no sources, only rows. Cost expected before it was written:
//! 100 bytes a row beside the texts; a name or a code 1 to 3 µs, a type allocation code 1 to 5 µs.

mod claims;
mod spell;
mod texts;

pub mod resolve;
pub mod typed;

pub use claims::{Claims, ClaimsBuilder, KEY_ROWS_MAX, Missing, Row, keys};
pub use resolve::{Answer, Basis, Candidate, Device, Several, Why, find, find_tac, full_name};
pub use texts::Texts;

#[cfg(test)]
mod tests;
