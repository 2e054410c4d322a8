-- How a document came to the desk. It may name people: for the operator's eyes, and never in the record.
CREATE TABLE arrivals (
    document TEXT PRIMARY KEY REFERENCES documents (sha256),
    sender TEXT NOT NULL,
    recipients TEXT NOT NULL,
    -- As the document itself claims.
    sent_at TEXT NOT NULL,
    arrived_at BIGINT NOT NULL,
    -- A user's id; '' where the desk took it out of another document.
    brought_by TEXT NOT NULL,
    -- Since when it is settled that nothing is to be entered from it, and who settled it.
    set_aside_at BIGINT,
    set_aside_by TEXT
);
CREATE INDEX arrivals_arrived_at ON arrivals (arrived_at);

-- What was taken out of a document, part by part.
CREATE TABLE document_parts (
    document TEXT NOT NULL REFERENCES documents (sha256),
    part_no BIGINT NOT NULL,
    part TEXT NOT NULL REFERENCES documents (sha256),
    PRIMARY KEY (document, part_no)
);
CREATE INDEX document_parts_part ON document_parts (part);

-- Evidence by the document that it came in. The record itself only commits to that.
CREATE TABLE document_evidence (
    document TEXT NOT NULL REFERENCES documents (sha256),
    evidence_id TEXT NOT NULL,
    PRIMARY KEY (document, evidence_id)
);

-- Evidence that is being prepared. `body` is JSON; `version` moves with every step. A draft is recorded under
-- `evidence_id` and so once at most.
CREATE TABLE drafts (
    id TEXT PRIMARY KEY,
    state TEXT NOT NULL,
    version BIGINT NOT NULL,
    kind TEXT NOT NULL,
    evidence_id TEXT NOT NULL,
    body TEXT NOT NULL,
    document TEXT REFERENCES documents (sha256),
    -- Who wrote what `body` says: a user's id. Somebody else approves it.
    written_by TEXT NOT NULL,
    changed_at BIGINT NOT NULL,
    CONSTRAINT drafts_evidence_once UNIQUE (evidence_id)
);
CREATE INDEX drafts_state ON drafts (state, changed_at);
CREATE INDEX drafts_document ON drafts (document);

-- Who did what with a draft, and what was remarked.
CREATE TABLE draft_steps (
    draft_id TEXT NOT NULL REFERENCES drafts (id),
    step_no BIGINT NOT NULL,
    step TEXT NOT NULL,
    person TEXT NOT NULL,
    taken_at BIGINT NOT NULL,
    words TEXT NOT NULL,
    PRIMARY KEY (draft_id, step_no)
);
