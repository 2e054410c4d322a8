-- Lists of blocked units that the operator brings, each replaced as a whole by its next delivery.
-- A unit is a keyed hash: the number itself is personal data, and a plain hash of 14 digits would be undone
-- by trying them all. `key_mark` tells whether a list was hashed with the key that a house has now.
CREATE TABLE blocked_lists (
    name TEXT PRIMARY KEY,
    key_mark TEXT NOT NULL,
    unit_count BIGINT NOT NULL,
    imported_at BIGINT NOT NULL
);

CREATE TABLE blocked_units (
    list_name TEXT NOT NULL,
    unit_hash TEXT NOT NULL,
    reason TEXT,
    since BIGINT,
    reported_by TEXT,
    CONSTRAINT blocked_units_key PRIMARY KEY (list_name, unit_hash),
    CONSTRAINT blocked_units_list FOREIGN KEY (list_name) REFERENCES blocked_lists (name)
);
CREATE INDEX blocked_units_by_hash ON blocked_units (unit_hash);
