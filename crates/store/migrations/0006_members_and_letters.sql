-- What somebody may do for their party: owner, clerk or reader. Whoever signed in before was an owner.
ALTER TABLE users ADD COLUMN member_role TEXT NOT NULL DEFAULT 'owner';

-- Letters (mail) to be sent, written in the transaction that they tell of. `next_attempt_at` is NULL once a letter
-- is sent or given up.
CREATE TABLE letters (
    id TEXT PRIMARY KEY,
    recipient TEXT NOT NULL,
    subject TEXT NOT NULL,
    text_body TEXT NOT NULL,
    queued_at BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    next_attempt_at BIGINT,
    sent_at BIGINT,
    failure TEXT
);
CREATE INDEX letters_next_attempt ON letters (next_attempt_at);
