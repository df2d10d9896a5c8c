-- Content-addressed inventory, incident records, verdicts: docs/schema.md.

CREATE FUNCTION micros(t timestamptz) RETURNS bigint
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN (extract(epoch FROM t) * 1000000)::bigint;

-- Worst first: AFFECTED, AT_RISK, REMEDIATING, UNKNOWN, FIXED, CLEAN. AT_RISK whose time has come is AFFECTED.
CREATE FUNCTION verdict_rank(state integer, breaks_at timestamptz, at timestamptz) RETURNS integer
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN CASE state
    WHEN 1 THEN 1
    WHEN 2 THEN CASE WHEN breaks_at <= at THEN 1 ELSE 2 END
    WHEN 3 THEN 3
    WHEN 4 THEN 5
    WHEN 5 THEN 6
    ELSE 4
  END;

CREATE TABLE meta (
  key text PRIMARY KEY,
  value bytea NOT NULL
);

-- The same bytes may be an item of two kinds. The columns after body are taken from it, for search.
CREATE TABLE items (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind smallint NOT NULL CHECK (kind BETWEEN 1 AND 4),
  digest bytea NOT NULL CHECK (octet_length(digest) = 32),
  body bytea NOT NULL,
  kb text,
  identity text,
  name text,
  sha256 bytea,
  failure_hresult bigint,
  breaks_at timestamptz,
  UNIQUE (digest, kind)
);
CREATE INDEX items_kb ON items (lower(kb)) WHERE kb IS NOT NULL;
CREATE INDEX items_sha256 ON items (sha256) WHERE sha256 IS NOT NULL;
CREATE INDEX items_failure ON items (failure_hresult) WHERE failure_hresult IS NOT NULL;

CREATE TABLE sets (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind smallint NOT NULL CHECK (kind BETWEEN 1 AND 4),
  digest bytea NOT NULL UNIQUE CHECK (octet_length(digest) = 32),
  item_count integer NOT NULL CHECK (item_count >= 0)
);

-- No foreign keys: a set is written once, in one statement that counts its items.
CREATE TABLE set_items (
  set_id integer NOT NULL,
  item_id bigint NOT NULL,
  PRIMARY KEY (set_id, item_id)
);
CREATE INDEX set_items_item ON set_items (item_id);

CREATE TABLE machines (
  id bytea PRIMARY KEY CHECK (octet_length(id) = 32),
  enrolled_at timestamptz NOT NULL,
  last_seen timestamptz,
  name text NOT NULL DEFAULT '',
  domain text NOT NULL DEFAULT '',
  site text NOT NULL DEFAULT '',
  organizational_unit text NOT NULL DEFAULT '',
  os text NOT NULL DEFAULT '',
  os_version text NOT NULL DEFAULT '',
  architecture text NOT NULL DEFAULT '',
  agent_version text NOT NULL DEFAULT '',
  incidents_code integer,
  incidents_hresult bigint NOT NULL DEFAULT 0,
  incidents_detail text NOT NULL DEFAULT '',
  install_dates bytea
) WITH (fillfactor = 70);
CREATE INDEX machines_name ON machines (lower(name), id);
CREATE INDEX machines_site ON machines (lower(site));
CREATE INDEX machines_domain ON machines (lower(domain));

-- Which set a machine had of a kind, and when. valid_to is null: it stands.
CREATE TABLE machine_sets (
  machine_id bytea NOT NULL REFERENCES machines,
  kind smallint NOT NULL CHECK (kind BETWEEN 1 AND 4),
  set_id integer NOT NULL REFERENCES sets,
  valid_from timestamptz NOT NULL,
  valid_to timestamptz CHECK (valid_to > valid_from),
  PRIMARY KEY (machine_id, kind, valid_from)
);
CREATE UNIQUE INDEX machine_sets_standing ON machine_sets (machine_id, kind) WHERE valid_to IS NULL;
CREATE INDEX machine_sets_set ON machine_sets (set_id, machine_id) WHERE valid_to IS NULL;

-- How the last collection of a kind ended, and the set that came with it where it did not end well.
CREATE TABLE machine_outcomes (
  machine_id bytea NOT NULL REFERENCES machines,
  kind smallint NOT NULL CHECK (kind BETWEEN 1 AND 4),
  code integer NOT NULL,
  hresult bigint NOT NULL,
  detail text NOT NULL,
  partial_set_id integer REFERENCES sets,
  at timestamptz NOT NULL,
  PRIMARY KEY (machine_id, kind)
);

CREATE TABLE signatures (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  digest bytea NOT NULL UNIQUE CHECK (octet_length(digest) = 32),
  body bytea NOT NULL,
  hresult bigint NOT NULL,
  of_interest boolean NOT NULL
);
CREATE INDEX signatures_hresult ON signatures (hresult) WHERE hresult <> 0;

CREATE TABLE machine_incidents (
  machine_id bytea NOT NULL REFERENCES machines,
  signature_id bigint NOT NULL REFERENCES signatures,
  first_seen timestamptz NOT NULL,
  last_seen timestamptz NOT NULL CHECK (last_seen >= first_seen),
  count bigint NOT NULL CHECK (count >= 0),
  PRIMARY KEY (machine_id, signature_id)
);
CREATE INDEX machine_incidents_signature ON machine_incidents (signature_id);

CREATE TABLE machine_cursors (
  machine_id bytea NOT NULL REFERENCES machines,
  source text NOT NULL,
  position bytea NOT NULL,
  PRIMARY KEY (machine_id, source)
);

-- One row is one span of one state. body is the verdict without evidence, evidence is a verdict with
-- nothing else; both are of the last judging within the span.
CREATE TABLE verdicts (
  machine_id bytea NOT NULL REFERENCES machines,
  rule text NOT NULL,
  valid_from timestamptz NOT NULL,
  valid_to timestamptz CHECK (valid_to > valid_from),
  state integer NOT NULL,
  breaks_at timestamptz,
  body bytea NOT NULL,
  evidence bytea NOT NULL,
  PRIMARY KEY (machine_id, rule, valid_from)
);
CREATE UNIQUE INDEX verdicts_current ON verdicts (machine_id, rule) WHERE valid_to IS NULL;
CREATE INDEX verdicts_rule ON verdicts (rule, machine_id) INCLUDE (state, breaks_at) WHERE valid_to IS NULL;
