//! Who may use a route, and who is asking.
