-- The first house. Portable between SQLite and PostgreSQL: TEXT, BIGINT, BOOLEAN only.
-- Ids and hashes are text, instants epoch milliseconds, money minor units with its currency,
-- documents JSON text. Lengths and shapes are checked by the types in `domain` before they come here.

-- The record: one row an entry, positions from 0 without gaps. `body` is what the tree hashes;
-- `opening` holds what the body only commits to, and is null once erased.
CREATE TABLE record (
    position BIGINT PRIMARY KEY,
    recorded_at BIGINT NOT NULL,
    evidence_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    scope TEXT NOT NULL,
    scope_version BIGINT NOT NULL,
    body TEXT NOT NULL,
    leaf_hash TEXT NOT NULL,
    opening TEXT,
    CONSTRAINT record_evidence_once UNIQUE (evidence_id),
    CONSTRAINT record_scope_version_once UNIQUE (scope, scope_version)
);

-- One row: the next position. Taken last in a change of evidence, so positions are in commit order.
CREATE TABLE record_head (
    id BIGINT PRIMARY KEY,
    next_position BIGINT NOT NULL,
    last_recorded_at BIGINT NOT NULL,
    CONSTRAINT record_head_is_one CHECK (id = 1)
);
INSERT INTO record_head (id, next_position, last_recorded_at) VALUES (1, 0, -62135596800000);

-- Signed checkpoints (C2SP tlog-checkpoint): one a size.
CREATE TABLE checkpoints (
    size BIGINT PRIMARY KEY,
    root TEXT NOT NULL,
    note TEXT NOT NULL,
    signed_at BIGINT NOT NULL
);

-- Versions of scopes. A scope without a row has version 0.
CREATE TABLE scopes (
    scope TEXT PRIMARY KEY,
    version BIGINT NOT NULL
);

-- Documents that evidence came in, kept as they came: base64 of the bytes.
CREATE TABLE documents (
    sha256 TEXT PRIMARY KEY,
    media_type TEXT NOT NULL,
    title TEXT NOT NULL,
    content TEXT NOT NULL,
    received_at BIGINT NOT NULL
);

-- Settings of this house: the record's name and key, the salt seed.
CREATE TABLE settings (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
);

CREATE TABLE parties (
    id TEXT PRIMARY KEY,
    role TEXT NOT NULL,
    name TEXT NOT NULL
);

CREATE TABLE users (
    id TEXT PRIMARY KEY,
    party_id TEXT NOT NULL REFERENCES parties (id),
    email TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    CONSTRAINT users_email_once UNIQUE (email)
);

-- Sessions by the hash of their token; the token itself is only in the cookie.
CREATE TABLE sessions (
    token_hash TEXT PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id),
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);

CREATE TABLE host_networks (
    id TEXT PRIMARY KEY,
    party_id TEXT NOT NULL REFERENCES parties (id),
    name TEXT NOT NULL,
    country TEXT NOT NULL,
    plmns TEXT NOT NULL
);

CREATE TABLE brands (
    id TEXT PRIMARY KEY,
    party_id TEXT NOT NULL REFERENCES parties (id),
    name TEXT NOT NULL
);

CREATE TABLE sellers (
    id TEXT PRIMARY KEY,
    party_id TEXT NOT NULL REFERENCES parties (id),
    name TEXT NOT NULL
);

CREATE TABLE markets (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL
);

CREATE TABLE device_models (
    id TEXT PRIMARY KEY,
    brand_id TEXT NOT NULL REFERENCES brands (id),
    name TEXT NOT NULL,
    category TEXT NOT NULL
);

CREATE TABLE device_variants (
    id TEXT PRIMARY KEY,
    model_id TEXT NOT NULL REFERENCES device_models (id),
    code TEXT NOT NULL,
    description TEXT NOT NULL
);
CREATE INDEX device_variants_code ON device_variants (code);

CREATE TABLE listings (
    id TEXT PRIMARY KEY,
    market_id TEXT NOT NULL REFERENCES markets (id),
    seller_id TEXT NOT NULL REFERENCES sellers (id),
    variant_id TEXT NOT NULL REFERENCES device_variants (id),
    sku TEXT NOT NULL,
    title TEXT NOT NULL,
    item_condition TEXT NOT NULL,
    price_minor BIGINT NOT NULL,
    currency TEXT NOT NULL,
    state TEXT NOT NULL,
    available BIGINT NOT NULL,
    sold BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    CONSTRAINT listings_sku_once UNIQUE (market_id, seller_id, sku),
    CONSTRAINT listings_never_oversold CHECK (available >= 0),
    CONSTRAINT listings_price_is_positive CHECK (price_minor > 0)
);

CREATE TABLE carts (
    id TEXT PRIMARY KEY,
    created_at BIGINT NOT NULL
);

CREATE TABLE cart_lines (
    cart_id TEXT NOT NULL REFERENCES carts (id),
    listing_id TEXT NOT NULL REFERENCES listings (id),
    quantity BIGINT NOT NULL,
    PRIMARY KEY (cart_id, listing_id),
    CONSTRAINT cart_lines_quantity_is_positive CHECK (quantity > 0)
);

-- An order is what was accepted, with what it was accepted on (`basis`, JSON).
CREATE TABLE orders (
    id TEXT PRIMARY KEY,
    idempotency_key TEXT NOT NULL,
    request_hash TEXT NOT NULL,
    market_id TEXT NOT NULL REFERENCES markets (id),
    total_minor BIGINT NOT NULL,
    currency TEXT NOT NULL,
    accepted_at BIGINT NOT NULL,
    basis TEXT NOT NULL,
    CONSTRAINT orders_key_once UNIQUE (idempotency_key)
);

CREATE TABLE order_lines (
    order_id TEXT NOT NULL REFERENCES orders (id),
    listing_id TEXT NOT NULL REFERENCES listings (id),
    quantity BIGINT NOT NULL,
    unit_minor BIGINT NOT NULL,
    PRIMARY KEY (order_id, listing_id)
);
CREATE INDEX order_lines_listing ON order_lines (listing_id);

-- One file of one source. `origin` is JSON: title, date, licence, what claims to be exhaustive.
CREATE TABLE data_sets (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    file_name TEXT NOT NULL,
    origin TEXT NOT NULL,
    row_count BIGINT NOT NULL,
    rows_with_facts BIGINT NOT NULL,
    rows_with_faults BIGINT NOT NULL,
    fact_count BIGINT NOT NULL,
    imported_at BIGINT NOT NULL,
    CONSTRAINT data_sets_file_once UNIQUE (sha256, kind)
);

-- What the rows say. `subject_key` is the normalised name that a look-up goes by.
CREATE TABLE facts (
    data_set_id TEXT NOT NULL REFERENCES data_sets (id),
    fact_no BIGINT NOT NULL,
    row_no BIGINT NOT NULL,
    kind TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (data_set_id, fact_no)
);

-- The names by which a fact is found: a device by brand and name, code, code name, TAC; a network by code and name.
CREATE TABLE fact_keys (
    fact_key TEXT NOT NULL,
    data_set_id TEXT NOT NULL,
    fact_no BIGINT NOT NULL,
    PRIMARY KEY (fact_key, data_set_id, fact_no)
);

CREATE TABLE faults (
    data_set_id TEXT NOT NULL REFERENCES data_sets (id),
    fault_no BIGINT NOT NULL,
    is_note BOOLEAN NOT NULL,
    line BIGINT NOT NULL,
    column_name TEXT NOT NULL,
    rule TEXT NOT NULL,
    found TEXT NOT NULL,
    help TEXT NOT NULL,
    PRIMARY KEY (data_set_id, fault_no)
);
