-- What is left of authorisations that are for so many units. A counter, never part of a verdict's facts.
CREATE TABLE quotas (
    evidence_id TEXT PRIMARY KEY,
    available BIGINT NOT NULL,
    used BIGINT NOT NULL,
    CONSTRAINT quotas_never_overused CHECK (available >= 0)
);
