-- Makes :copies copies of every machine, with what is stored of it, each under an id and a name of its own: a fleet larger than one machine
-- can simulate, to measure reading it. The copies have no agent, and take no orders.
\set ON_ERROR_STOP on
BEGIN;
CREATE TEMPORARY TABLE copy ON COMMIT DROP AS
  SELECT m.id AS original, sha256(m.id || int4send(number)) AS id, number FROM machines m, generate_series(1, :copies) number;
ANALYZE copy;
INSERT INTO machines (id, enrolled_at, last_seen, name, domain, site, organizational_unit, os, os_version, architecture, agent_version,
    incidents_code, incidents_hresult, incidents_detail, install_dates)
  SELECT c.id, m.enrolled_at, m.last_seen - c.number * interval '1 second', m.name || '-' || c.number, m.domain, m.site, m.organizational_unit,
    m.os, m.os_version, m.architecture, m.agent_version, m.incidents_code, m.incidents_hresult, m.incidents_detail, m.install_dates
  FROM machines m JOIN copy c ON c.original = m.id;
INSERT INTO machine_sets (machine_id, kind, set_id, valid_from, valid_to)
  SELECT c.id, s.kind, s.set_id, s.valid_from, s.valid_to FROM machine_sets s JOIN copy c ON c.original = s.machine_id;
INSERT INTO machine_outcomes (machine_id, kind, code, hresult, detail, partial_set_id, at)
  SELECT c.id, o.kind, o.code, o.hresult, o.detail, o.partial_set_id, o.at FROM machine_outcomes o JOIN copy c ON c.original = o.machine_id;
INSERT INTO machine_incidents (machine_id, signature_id, first_seen, last_seen, count, first_message)
  SELECT c.id, i.signature_id, i.first_seen, i.last_seen, i.count, i.first_message
  FROM machine_incidents i JOIN copy c ON c.original = i.machine_id;
INSERT INTO machine_cursors (machine_id, source, position)
  SELECT c.id, r.source, r.position FROM machine_cursors r JOIN copy c ON c.original = r.machine_id;
INSERT INTO verdicts (machine_id, rule, valid_from, valid_to, state, breaks_at, body, evidence)
  SELECT c.id, v.rule, v.valid_from, v.valid_to, v.state, v.breaks_at, v.body, v.evidence
  FROM verdicts v JOIN copy c ON c.original = v.machine_id;
COMMIT;
VACUUM ANALYZE;
