-- Notifications and where they go: docs/schema.md.

CREATE TABLE notification_channels (
  id text PRIMARY KEY,
  kind integer NOT NULL,
  address text NOT NULL,
  secret text NOT NULL,
  created_by text NOT NULL,
  created_at timestamptz NOT NULL
);

-- Due at next_try, until sent_at or given_up_at.
CREATE TABLE notifications (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  channel_id text NOT NULL REFERENCES notification_channels ON DELETE CASCADE,
  event text NOT NULL,
  subject text NOT NULL,
  body text NOT NULL,
  json text NOT NULL,
  attempts integer NOT NULL DEFAULT 0,
  error text NOT NULL DEFAULT '',
  created_at timestamptz NOT NULL,
  next_try timestamptz NOT NULL,
  sent_at timestamptz,
  given_up_at timestamptz
);
CREATE INDEX notifications_due ON notifications (next_try) WHERE sent_at IS NULL AND given_up_at IS NULL;
