-- Who is removed keeps their row, so that what they did can still be told; they prove themselves with nothing.
ALTER TABLE users ADD COLUMN removed_at BIGINT;

-- What somebody proves themselves with: one password, and room for other kinds. A password's secret is a PHC string,
-- and its name is empty.
CREATE TABLE credentials (
    user_id TEXT NOT NULL REFERENCES users (id),
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    secret TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (user_id, kind, name)
);
INSERT INTO credentials (user_id, kind, name, secret, created_at)
    SELECT id, 'password', '', password_hash, created_at FROM users;
ALTER TABLE users DROP COLUMN password_hash;

CREATE INDEX sessions_user ON sessions (user_id);

-- Invitations that are open, by the hash of their link's token. One that is accepted or taken back has no row.
CREATE TABLE invitations (
    id TEXT PRIMARY KEY,
    token_hash TEXT NOT NULL,
    party_id TEXT NOT NULL REFERENCES parties (id),
    email TEXT NOT NULL,
    member_role TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    CONSTRAINT invitations_token_once UNIQUE (token_hash),
    CONSTRAINT invitations_address_once UNIQUE (party_id, email)
);

-- Links by which a forgotten password is replaced. One that was used has no row.
CREATE TABLE password_resets (
    token_hash TEXT PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id),
    expires_at BIGINT NOT NULL
);
CREATE INDEX password_resets_user ON password_resets (user_id);

-- Tokens of programs, by their hash; each acts for a member, within its scopes. `used_at` is the day's first instant.
CREATE TABLE api_tokens (
    id TEXT PRIMARY KEY,
    token_hash TEXT NOT NULL,
    user_id TEXT NOT NULL REFERENCES users (id),
    name TEXT NOT NULL,
    scopes TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT,
    CONSTRAINT api_tokens_hash_once UNIQUE (token_hash)
);
CREATE INDEX api_tokens_user ON api_tokens (user_id);
