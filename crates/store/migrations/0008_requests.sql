-- To whom a party's letters go.
CREATE TABLE contacts (
    party_id TEXT PRIMARY KEY REFERENCES parties (id),
    email TEXT NOT NULL,
    entered_by TEXT NOT NULL,
    entered_at BIGINT NOT NULL
);

-- What an issuer is asked. `link_hash` is the SHA-256 of the one-time link's token and is NULL once it is used; the
-- token itself is only in the letter. Who asked and who answered are people, and stand outside the record.
CREATE TABLE requests (
    id TEXT PRIMARY KEY,
    party_id TEXT NOT NULL REFERENCES parties (id),
    state TEXT NOT NULL,
    subject TEXT NOT NULL,
    text_body TEXT NOT NULL,
    drafted_by TEXT NOT NULL,
    drafted_at BIGINT NOT NULL,
    recipient TEXT,
    sent_at BIGINT,
    link_hash TEXT,
    link_until BIGINT,
    answered_by TEXT,
    answered_at BIGINT,
    remark TEXT,
    document_sha256 TEXT,
    closed_at BIGINT,
    CONSTRAINT requests_link_once UNIQUE (link_hash)
);
CREATE INDEX requests_by_state ON requests (state, drafted_at);

-- Each thing asked for (`body`, JSON), with what was answered, and the evidence that the answer became.
CREATE TABLE request_items (
    request_id TEXT NOT NULL REFERENCES requests (id),
    item_no BIGINT NOT NULL,
    body TEXT NOT NULL,
    answer TEXT,
    identifier TEXT,
    evidence_id TEXT,
    PRIMARY KEY (request_id, item_no)
);

-- What the operator's people were reminded of, each once.
CREATE TABLE reminders (
    reminder_key TEXT PRIMARY KEY,
    said_at BIGINT NOT NULL
);
