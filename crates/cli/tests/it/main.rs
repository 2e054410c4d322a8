//! Tests of the executable, as a person would call it.
