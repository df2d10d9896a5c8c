-- The servers that are at work: docs/schema.md. Each writes its row every ten seconds.

CREATE TABLE servers (
  id text PRIMARY KEY,
  address text NOT NULL,
  body bytea NOT NULL,
  seen_at timestamptz NOT NULL
);
