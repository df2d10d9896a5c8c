-- Evidence that orders collected: docs/schema.md.

CREATE TABLE evidence_bundles (
  id text PRIMARY KEY,
  machine_id bytea NOT NULL REFERENCES machines,
  campaign_id text NOT NULL REFERENCES campaigns,
  size bigint NOT NULL,
  sha256 bytea NOT NULL CHECK (octet_length(sha256) = 32),
  masked boolean NOT NULL,
  created_at timestamptz NOT NULL,
  UNIQUE (machine_id, campaign_id)
);
CREATE INDEX evidence_bundles_campaign ON evidence_bundles (campaign_id, created_at);
CREATE INDEX evidence_bundles_age ON evidence_bundles (created_at);

CREATE TABLE evidence_chunks (
  bundle_id text NOT NULL REFERENCES evidence_bundles ON DELETE CASCADE,
  number integer NOT NULL,
  data bytea NOT NULL,
  PRIMARY KEY (bundle_id, number)
);
ALTER TABLE evidence_chunks ALTER COLUMN data SET STORAGE EXTERNAL;  -- archives do not compress
