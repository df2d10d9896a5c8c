-- Groups, operator keys, payloads, campaigns and their orders: docs/schema.md.

CREATE TABLE operator_key_sets (
  serial bigint PRIMARY KEY CHECK (serial >= 1),
  body bytea NOT NULL,
  published_by text NOT NULL,
  published_at timestamptz NOT NULL
);

-- body is the group without its listed machines.
CREATE TABLE machine_groups (
  id text PRIMARY KEY,
  body bytea NOT NULL,
  version bigint NOT NULL,
  created_by text NOT NULL,
  updated_at timestamptz NOT NULL
);
CREATE TABLE machine_group_members (
  group_id text NOT NULL REFERENCES machine_groups ON DELETE CASCADE,
  machine_id bytea NOT NULL REFERENCES machines,
  PRIMARY KEY (group_id, machine_id)
);

CREATE TABLE payloads (
  sha256 bytea PRIMARY KEY CHECK (octet_length(sha256) = 32),
  body bytea NOT NULL,
  uploaded_at timestamptz NOT NULL
);
CREATE TABLE payload_chunks (
  sha256 bytea NOT NULL REFERENCES payloads,
  number integer NOT NULL,
  data bytea NOT NULL,
  PRIMARY KEY (sha256, number)
);
ALTER TABLE payload_chunks ALTER COLUMN data SET STORAGE EXTERNAL;  -- cabinets do not compress

CREATE TABLE campaigns (
  id text PRIMARY KEY,
  state integer NOT NULL,
  pause_reason integer NOT NULL DEFAULT 0,
  pause_detail text NOT NULL DEFAULT '',
  spec bytea NOT NULL,
  manifest bytea NOT NULL DEFAULT '',
  extends text NOT NULL DEFAULT '',
  created_by text NOT NULL,
  created_at timestamptz NOT NULL,
  submitted_at timestamptz,
  started_at timestamptz,
  ended_at timestamptz,
  version bigint NOT NULL DEFAULT 1
);
CREATE INDEX campaigns_running ON campaigns (id) WHERE state = 3;

CREATE TABLE campaign_approvals (
  campaign_id text NOT NULL REFERENCES campaigns,
  key bytea NOT NULL,
  signature bytea NOT NULL,
  key_name text NOT NULL,
  approved_by text NOT NULL,
  approved_at timestamptz NOT NULL,
  PRIMARY KEY (campaign_id, key)
);

CREATE TABLE campaign_waves (
  campaign_id text NOT NULL REFERENCES campaigns,
  number integer NOT NULL CHECK (number >= 1),
  state integer NOT NULL,
  waived boolean NOT NULL DEFAULT false,
  started_at timestamptz,
  soaks_since timestamptz,
  ended_at timestamptz,
  PRIMARY KEY (campaign_id, number)
);

-- state and cause as muster.v1.OrderStatus numbers them. accepted: the failure was accepted by an operator who resumed.
CREATE TABLE orders (
  machine_id bytea NOT NULL REFERENCES machines,
  campaign_id text NOT NULL REFERENCES campaigns,
  rule text NOT NULL,
  wave integer NOT NULL,
  leaf bigint NOT NULL,
  attempt integer NOT NULL DEFAULT 1,
  state integer NOT NULL,
  cause integer NOT NULL DEFAULT 0,
  code bigint,
  detail text NOT NULL DEFAULT '',
  accepted boolean NOT NULL DEFAULT false,
  offered_at timestamptz,
  deadline_at timestamptz,
  updated_at timestamptz,
  ended_at timestamptz,
  relapsed_at timestamptz,
  PRIMARY KEY (machine_id, campaign_id)
) WITH (fillfactor = 70);
CREATE INDEX orders_campaign ON orders (campaign_id, wave, state);
CREATE INDEX orders_leaf ON orders (campaign_id, leaf);
CREATE INDEX orders_under_way ON orders (machine_id, rule) WHERE state BETWEEN 2 AND 6;
CREATE INDEX verdicts_remediating ON verdicts (machine_id, rule) WHERE valid_to IS NULL AND state = 3;
