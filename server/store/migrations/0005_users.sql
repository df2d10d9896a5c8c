-- Users, their sessions, and who guesses passwords: docs/schema.md.

CREATE TABLE users (
  id text PRIMARY KEY,
  display_name text NOT NULL,
  role integer NOT NULL,
  disabled boolean NOT NULL,
  password_hash text NOT NULL,
  must_change_password boolean NOT NULL,
  created_at timestamptz NOT NULL,
  last_login_at timestamptz,
  version bigint NOT NULL
);

CREATE TABLE sessions (
  hash bytea PRIMARY KEY CHECK (octet_length(hash) = 32),
  user_id text NOT NULL REFERENCES users ON DELETE CASCADE,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  seen_at timestamptz NOT NULL
);
CREATE INDEX sessions_user ON sessions (user_id);

-- Of any name, whether a user has it or not: a lockout says nothing of who is there.
CREATE TABLE login_failures (
  name text PRIMARY KEY,
  count integer NOT NULL,
  locked_until timestamptz NOT NULL,
  at timestamptz NOT NULL
);
