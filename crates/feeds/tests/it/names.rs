//! Kinds have stable words.

use feeds::Kind;

#[test]
fn a_kind_is_read_back_from_its_word() {
    for kind in Kind::ALL {
        assert_eq!(kind.name().parse(), Ok(kind));
    }
    assert!("google".parse::<Kind>().is_err());
}
