// Verdicts: one row is one span of one state.
#include "common/proto_time.h"
#include "server/store/inventory_transaction_internal.h"
#include "server/store/values_internal.h"

namespace muster::store {
namespace {

using inventory::MachineVerdicts;

// What differs from the standing rows: same_span where only body or evidence do, may_close false
// where the row begins at or after the verdict's time and so is overwritten.
constexpr char kChanged[] = R"(
  SELECT n.ord, v.state IS NOT NULL AS stands,
    (v.state, v.breaks_at) IS NOT DISTINCT FROM (n.state::integer, n.breaks_at) AS same_span,
    coalesce(v.valid_from < n.at, false) AS may_close
  FROM unnest($1::bytea[], $2::text[], $3::timestamptz[], $4::bigint[], $5::timestamptz[],
              $6::bytea[], $7::bytea[])
    WITH ORDINALITY AS n (machine_id, rule, at, state, breaks_at, body, evidence, ord)
  LEFT JOIN verdicts v
    ON v.machine_id = n.machine_id AND v.rule = n.rule AND v.valid_to IS NULL
  WHERE (v.state, v.breaks_at, v.body, v.evidence) IS DISTINCT FROM
    (n.state::integer, n.breaks_at, n.body, n.evidence))";
constexpr char kOverwrite[] = R"(
  UPDATE verdicts v SET state = n.state, breaks_at = n.breaks_at, body = n.body,
    evidence = n.evidence
  FROM unnest($1::bytea[], $2::text[], $3::timestamptz[], $4::bigint[], $5::timestamptz[],
              $6::bytea[], $7::bytea[])
    AS n (machine_id, rule, at, state, breaks_at, body, evidence)
  WHERE v.machine_id = n.machine_id AND v.rule = n.rule AND v.valid_to IS NULL)";
constexpr char kClose[] = R"(
  UPDATE verdicts v SET valid_to = n.at
  FROM unnest($1::bytea[], $2::text[], $3::timestamptz[], $4::bigint[], $5::timestamptz[],
              $6::bytea[], $7::bytea[])
    AS n (machine_id, rule, at, state, breaks_at, body, evidence)
  WHERE v.machine_id = n.machine_id AND v.rule = n.rule AND v.valid_to IS NULL)";
constexpr char kInsert[] = R"(
  INSERT INTO verdicts (machine_id, rule, valid_from, state, breaks_at, body, evidence)
  SELECT * FROM unnest($1::bytea[], $2::text[], $3::timestamptz[], $4::bigint[],
                       $5::timestamptz[], $6::bytea[], $7::bytea[]))";
// Rules that are no longer given: (machine, time) and (machine, rule) pairs that are.
constexpr char kCloseDropped[] = R"(
  WITH gone AS (
    SELECT v.machine_id, v.rule, v.valid_from, n.at
    FROM unnest($1::bytea[], $2::timestamptz[]) AS n (machine_id, at)
    JOIN verdicts v ON v.machine_id = n.machine_id AND v.valid_to IS NULL
    WHERE NOT EXISTS (
      SELECT FROM unnest($3::bytea[], $4::text[]) AS k (machine_id, rule)
      WHERE k.machine_id = v.machine_id AND k.rule = v.rule)),
  never AS (
    DELETE FROM verdicts v USING gone g
    WHERE v.machine_id = g.machine_id AND v.rule = g.rule AND v.valid_from = g.valid_from
      AND v.valid_from >= g.at)
  UPDATE verdicts v SET valid_to = g.at FROM gone g
  WHERE v.machine_id = g.machine_id AND v.rule = g.rule AND v.valid_from = g.valid_from
    AND v.valid_from < g.at)";

struct VerdictRow {
  const MachineVerdicts* source;
  std::string rule;
  int state;
  std::optional<absl::Time> breaks_at;
  std::string body;
  std::string evidence;
};

std::vector<VerdictRow> RowsOf(absl::Span<const MachineVerdicts> machines) {
  std::vector<VerdictRow> rows;
  for (const MachineVerdicts& machine : machines) {
    for (const v1::Verdict& verdict : machine.verdicts) {
      v1::Verdict body = verdict;
      body.clear_evidence();
      v1::Verdict evidence;
      *evidence.mutable_evidence() = verdict.evidence();
      VerdictRow row{&machine,     StorableText(verdict.rule()), verdict.state(),
                     std::nullopt, body.SerializeAsString(),     evidence.SerializeAsString()};
      if (verdict.has_breaks_at()) row.breaks_at = FromProto(verdict.breaks_at());
      rows.push_back(std::move(row));
    }
  }
  return rows;
}

// The shape that the statements share.
struct Columns {
  ByteaArray machines, bodies, evidence;
  TextArray rules;
  TimeArray times, breaks;
  IntArray states;
  size_t count = 0;

  void Add(const VerdictRow& row) {
    machines.Add(row.source->machine.view());
    rules.Add(row.rule);
    times.Add(row.source->at);
    states.Add(row.state);
    row.breaks_at ? breaks.Add(*row.breaks_at) : breaks.AddNull();
    bodies.Add(row.body);
    evidence.Add(row.evidence);
    ++count;
  }
  pqxx::result Run(pqxx::work& transaction, const char* statement) const {
    return transaction.exec_params(statement, machines.Bind(), rules.Bind(), times.Bind(),
                                   states.Bind(), breaks.Bind(), bodies.Bind(), evidence.Bind());
  }
};

void CloseDropped(pqxx::work& transaction, absl::Span<const MachineVerdicts> verdicts,
                  const std::vector<VerdictRow>& given) {
  ByteaArray machines, given_machines;
  TimeArray times;
  TextArray given_rules;
  for (const MachineVerdicts& machine : verdicts) {
    machines.Add(machine.machine.view());
    times.Add(machine.at);
  }
  for (const VerdictRow& row : given) {
    given_machines.Add(row.source->machine.view());
    given_rules.Add(row.rule);
  }
  transaction.exec_params0(kCloseDropped, machines.Bind(), times.Bind(), given_machines.Bind(),
                           given_rules.Bind());
}

}  // namespace

absl::Status InventoryTransaction::PutVerdicts(absl::Span<const MachineVerdicts> verdicts) {
  if (verdicts.empty()) return absl::OkStatus();
  return Do("storing verdicts", [&]() -> absl::Status {
    const std::vector<VerdictRow> rows = RowsOf(verdicts);
    CloseDropped(*transaction_, verdicts, rows);
    Columns given, closed, begun, overwritten;
    for (const VerdictRow& row : rows) given.Add(row);
    if (given.count == 0) return absl::OkStatus();
    for (const pqxx::row& changed : given.Run(*transaction_, kChanged)) {
      const VerdictRow& row = rows[changed[0].as<size_t>() - 1];
      const bool stands = changed[1].as<bool>(), same_span = changed[2].as<bool>();
      const bool may_close = changed[3].as<bool>();
      if (stands && (same_span || !may_close)) {
        overwritten.Add(row);
        continue;
      }
      if (stands) closed.Add(row);
      begun.Add(row);
    }
    if (overwritten.count > 0) overwritten.Run(*transaction_, kOverwrite);
    if (closed.count > 0) closed.Run(*transaction_, kClose);
    if (begun.count > 0) begun.Run(*transaction_, kInsert);
    return absl::OkStatus();
  });
}

}  // namespace muster::store
