// Machines, their standing sets and how their collections ended.
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "muster/v1/gateway.pb.h"
#include "server/store/inventory_transaction_internal.h"
#include "server/store/values_internal.h"

namespace muster::store {
namespace {

using inventory::KindReport;
using inventory::MachineId;
using inventory::MachineReport;
using inventory::MachineState;

// Not FOR UPDATE: rows that merely refer to a machine may be written meanwhile.
constexpr char kLockMachines[] =
    "SELECT id FROM machines WHERE id = ANY ($1::bytea[]) ORDER BY id FOR NO KEY UPDATE";
// A null means: as before.
constexpr char kWriteMachines[] = R"(
  WITH told AS (
    SELECT m.id, greatest(m.last_seen, n.at) AS last_seen,
      coalesce(n.name, m.name) AS name, coalesce(n.domain, m.domain) AS domain,
      coalesce(n.site, m.site) AS site, coalesce(n.unit, m.organizational_unit) AS unit,
      coalesce(n.os, m.os) AS os, coalesce(n.os_version, m.os_version) AS os_version,
      coalesce(n.architecture, m.architecture) AS architecture,
      coalesce(n.agent_version, m.agent_version) AS agent_version,
      coalesce(n.code, m.incidents_code) AS code,
      coalesce(n.hresult, m.incidents_hresult) AS hresult,
      coalesce(n.detail, m.incidents_detail) AS detail,
      coalesce(n.dates, m.install_dates) AS dates
    FROM unnest($1::bytea[], $2::timestamptz[], $3::text[], $4::text[], $5::text[], $6::text[],
                $7::text[], $8::text[], $9::text[], $10::text[], $11::bigint[], $12::bigint[],
                $13::text[], $14::bytea[])
      AS n (id, at, name, domain, site, unit, os, os_version, architecture, agent_version, code,
            hresult, detail, dates)
    JOIN machines m ON m.id = n.id)
  UPDATE machines m SET last_seen = t.last_seen, name = t.name, domain = t.domain, site = t.site,
    organizational_unit = t.unit, os = t.os, os_version = t.os_version,
    architecture = t.architecture, agent_version = t.agent_version, incidents_code = t.code,
    incidents_hresult = t.hresult, incidents_detail = t.detail, install_dates = t.dates
  FROM told t
  WHERE m.id = t.id AND
    (m.last_seen, m.name, m.domain, m.site, m.organizational_unit, m.os, m.os_version,
     m.architecture, m.agent_version, m.incidents_code, m.incidents_hresult, m.incidents_detail,
     m.install_dates) IS DISTINCT FROM
    (t.last_seen, t.name, t.domain, t.site, t.unit, t.os, t.os_version, t.architecture,
     t.agent_version, t.code::integer, t.hresult, t.detail, t.dates))";

// Which of the named sets are not the standing ones; may_close is false where the standing row
// begins at or after the report's time (two reports of one instant, or servers whose clocks
// differ): that row then takes the new set.
constexpr char kChangedSets[] = R"(
  SELECT n.ord, ms.set_id IS NOT NULL, coalesce(ms.valid_from < n.at, false)
  FROM unnest($1::bytea[], $2::bigint[], $3::bigint[], $4::timestamptz[])
    WITH ORDINALITY AS n (machine_id, kind, set_id, at, ord)
  LEFT JOIN machine_sets ms
    ON ms.machine_id = n.machine_id AND ms.kind = n.kind AND ms.valid_to IS NULL
  WHERE ms.set_id IS DISTINCT FROM n.set_id)";
constexpr char kCloseSets[] = R"(
  UPDATE machine_sets ms SET valid_to = n.at
  FROM unnest($1::bytea[], $2::bigint[], $3::bigint[], $4::timestamptz[])
    AS n (machine_id, kind, set_id, at)
  WHERE ms.machine_id = n.machine_id AND ms.kind = n.kind AND ms.valid_to IS NULL)";
constexpr char kReplaceSets[] = R"(
  UPDATE machine_sets ms SET set_id = n.set_id
  FROM unnest($1::bytea[], $2::bigint[], $3::bigint[], $4::timestamptz[])
    AS n (machine_id, kind, set_id, at)
  WHERE ms.machine_id = n.machine_id AND ms.kind = n.kind AND ms.valid_to IS NULL)";
constexpr char kInsertSets[] = R"(
  INSERT INTO machine_sets (machine_id, kind, set_id, valid_from)
  SELECT * FROM unnest($1::bytea[], $2::bigint[], $3::bigint[], $4::timestamptz[]))";

constexpr char kWriteOutcomes[] = R"(
  INSERT INTO machine_outcomes AS o (machine_id, kind, code, hresult, detail, partial_set_id, at)
  SELECT n.machine_id, n.kind, n.code, n.hresult, n.detail, n.partial_set_id, n.at
  FROM unnest($1::bytea[], $2::bigint[], $3::bigint[], $4::bigint[], $5::text[], $6::bigint[],
              $7::timestamptz[])
    AS n (machine_id, kind, code, hresult, detail, partial_set_id, at)
  LEFT JOIN machine_outcomes e ON e.machine_id = n.machine_id AND e.kind = n.kind
  WHERE (e.code, e.hresult, e.detail, e.partial_set_id) IS DISTINCT FROM
    (n.code::integer, n.hresult, n.detail, n.partial_set_id::integer)
  ON CONFLICT (machine_id, kind) DO UPDATE SET code = EXCLUDED.code, hresult = EXCLUDED.hresult,
    detail = EXCLUDED.detail, partial_set_id = EXCLUDED.partial_set_id, at = EXCLUDED.at)";

constexpr char kLoadMachines[] = R"(
  SELECT id, coalesce(incidents_code, 0), incidents_hresult, incidents_detail
  FROM machines WHERE id = ANY ($1::bytea[]))";
constexpr char kLoadKinds[] = R"(
  SELECT o.machine_id, o.kind, o.code, o.hresult, o.detail, s.digest, p.digest
  FROM machine_outcomes o
  LEFT JOIN machine_sets ms
    ON ms.machine_id = o.machine_id AND ms.kind = o.kind AND ms.valid_to IS NULL
  LEFT JOIN sets s ON s.id = ms.set_id
  LEFT JOIN sets p ON p.id = o.partial_set_id
  WHERE o.machine_id = ANY ($1::bytea[]))";
constexpr char kLoadRecords[] = R"(
  SELECT mi.machine_id, s.digest, s.body, micros(mi.first_seen), micros(mi.last_seen), mi.count
  FROM machine_incidents mi JOIN signatures s ON s.id = mi.signature_id
  WHERE mi.machine_id = ANY ($1::bytea[]) AND s.of_interest
  ORDER BY mi.machine_id, s.digest)";

constexpr char kLoadRemediated[] = R"(
  SELECT machine_id, rule FROM orders
  WHERE machine_id = ANY ($1::bytea[]) AND state BETWEEN 2 AND 6 AND rule <> '')";

v1::Outcome ReadOutcome(const pqxx::row& row, int first) {
  v1::Outcome outcome;
  outcome.set_code(static_cast<v1::Outcome::Code>(row[first].as<int>()));
  outcome.set_hresult(row[first + 1].as<uint32_t>());
  outcome.set_detail(row[first + 2].c_str());
  return outcome;
}

// An open proto3 enum may hold anything; what no one knows is told as unspecified.
int64_t StorableCode(const v1::Outcome& outcome) {
  return v1::Outcome::Code_IsValid(outcome.code()) ? outcome.code() : 0;
}

// Arrays of (machine, kind, set, time), the shape that the statements on machine_sets share.
struct SetChanges {
  ByteaArray machines;
  IntArray kinds, sets;
  TimeArray times;
  size_t count = 0;

  void Add(const MachineId& machine, v1::SetKind kind, int set, absl::Time at) {
    machines.Add(machine.view());
    kinds.Add(kind);
    sets.Add(set);
    times.Add(at);
    ++count;
  }
  pqxx::result Run(pqxx::work& transaction, const char* statement) const {
    return transaction.exec_params(statement, machines.Bind(), kinds.Bind(), sets.Bind(),
                                   times.Bind());
  }
};

void AddOr(TextArray& array, bool told, absl::string_view text) {
  told ? array.Add(StorableText(text)) : array.AddNull();
}

}  // namespace

absl::StatusOr<absl::flat_hash_set<MachineId>> InventoryTransaction::LockMachines(
    std::vector<MachineId> machines) {
  return Do("locking machines", [&]() -> absl::StatusOr<absl::flat_hash_set<MachineId>> {
    absl::flat_hash_set<MachineId> locked;
    for (const pqxx::row& row :
         transaction_->exec_params(kLockMachines, ByteaArray(machines).Bind())) {
      locked.insert(ReadDigest(row[0]));
    }
    return locked;
  });
}

absl::Status InventoryTransaction::PutReports(absl::Span<const MachineReport> reports) {
  for (const MachineReport& report : reports) {
    for (const KindReport& kind : report.kinds) {
      if (v1::SetKind_IsValid(kind.kind) && kind.kind != v1::SET_KIND_UNSPECIFIED) continue;
      return absl::InvalidArgumentError(absl::StrCat("machine ", report.machine.ToHex(),
                                                     " reports set kind ", int{kind.kind},
                                                     ", which there is not"));
    }
  }
  if (reports.empty()) return absl::OkStatus();
  return Do("storing reports", [&]() -> absl::Status {
    auto ids = ResolveSets(reports);
    if (!ids.ok()) return ids.status();
    WriteMachines(reports);
    WriteStandingSets(reports, *ids);
    WriteOutcomes(reports, *ids);
    return absl::OkStatus();
  });
}

void InventoryTransaction::WriteMachines(absl::Span<const MachineReport> reports) {
  ByteaArray ids, dates;
  TimeArray times;
  TextArray names, domains, sites, units, systems, versions, architectures, agents, details;
  IntArray codes, hresults;
  for (const MachineReport& report : reports) {
    const v1::MachineAttributes attributes = report.attributes.value_or(v1::MachineAttributes());
    const bool told = report.attributes.has_value();
    ids.Add(report.machine.view());
    times.Add(report.at);
    AddOr(names, told, attributes.name());
    AddOr(domains, told, attributes.domain());
    AddOr(sites, told, attributes.site());
    AddOr(units, told, attributes.organizational_unit());
    AddOr(systems, told, attributes.os());
    AddOr(versions, told, attributes.os_version());
    AddOr(architectures, told, attributes.architecture());
    AddOr(agents, !report.agent_version.empty(), report.agent_version);
    const v1::Outcome outcome = report.incidents_outcome.value_or(v1::Outcome());
    const bool logs_told = report.incidents_outcome.has_value();
    logs_told ? codes.Add(StorableCode(outcome)) : codes.AddNull();
    logs_told ? hresults.Add(outcome.hresult()) : hresults.AddNull();
    AddOr(details, logs_told, outcome.detail());
    v1::Inventory side_table;
    for (const v1::InstallDate& date : report.install_dates) *side_table.add_install_dates() = date;
    report.install_dates.empty() ? dates.AddNull() : dates.Add(side_table.SerializeAsString());
  }
  transaction_->exec_params0(kWriteMachines, ids.Bind(), times.Bind(), names.Bind(), domains.Bind(),
                             sites.Bind(), units.Bind(), systems.Bind(), versions.Bind(),
                             architectures.Bind(), agents.Bind(), codes.Bind(), hresults.Bind(),
                             details.Bind(), dates.Bind());
}

void InventoryTransaction::WriteStandingSets(absl::Span<const MachineReport> reports,
                                             const SetIds& ids) {
  SetChanges told;
  std::vector<std::pair<const MachineReport*, const KindReport*>> sources;
  for (const MachineReport& report : reports) {
    for (const KindReport& kind : report.kinds) {
      if (kind.outcome.code() != v1::Outcome::OK || !kind.set) continue;
      told.Add(report.machine, kind.kind, ids.at({kind.kind, *kind.set}), report.at);
      sources.emplace_back(&report, &kind);
    }
  }
  if (sources.empty()) return;
  SetChanges closed, replaced, begun;
  for (const pqxx::row& row : told.Run(*transaction_, kChangedSets)) {
    const auto& [report, kind] = sources[row[0].as<size_t>() - 1];
    const bool stands = row[1].as<bool>(), may_close = row[2].as<bool>();
    const int set = ids.at({kind->kind, *kind->set});
    if (may_close) closed.Add(report->machine, kind->kind, set, report->at);
    (stands && !may_close ? replaced : begun).Add(report->machine, kind->kind, set, report->at);
  }
  if (closed.count > 0) closed.Run(*transaction_, kCloseSets);
  if (replaced.count > 0) replaced.Run(*transaction_, kReplaceSets);
  if (begun.count > 0) begun.Run(*transaction_, kInsertSets);
}

void InventoryTransaction::WriteOutcomes(absl::Span<const MachineReport> reports,
                                         const SetIds& ids) {
  ByteaArray machines;
  IntArray kinds, codes, hresults, partial_sets;
  TextArray details;
  TimeArray times;
  size_t count = 0;
  for (const MachineReport& report : reports) {
    for (const KindReport& kind : report.kinds) {
      machines.Add(report.machine.view());
      kinds.Add(kind.kind);
      codes.Add(StorableCode(kind.outcome));
      hresults.Add(kind.outcome.hresult());
      details.Add(StorableText(kind.outcome.detail()));
      const bool partial = kind.outcome.code() != v1::Outcome::OK && kind.set;
      partial ? partial_sets.Add(ids.at({kind.kind, *kind.set})) : partial_sets.AddNull();
      times.Add(report.at);
      ++count;
    }
  }
  if (count == 0) return;
  transaction_->exec_params0(kWriteOutcomes, machines.Bind(), kinds.Bind(), codes.Bind(),
                             hresults.Bind(), details.Bind(), partial_sets.Bind(), times.Bind());
}

absl::StatusOr<absl::flat_hash_map<MachineId, MachineState>> InventoryTransaction::LoadStates(
    absl::Span<const MachineId> machines) {
  using States = absl::flat_hash_map<MachineId, MachineState>;
  return Do("reading machines' states", [&]() -> absl::StatusOr<States> {
    States states;
    const pqxx::binarystring ids = ByteaArray(machines).Bind();
    for (const pqxx::row& row : transaction_->exec_params(kLoadMachines, ids)) {
      states[ReadDigest(row[0])].incidents_outcome = ReadOutcome(row, 1);
    }
    for (const pqxx::row& row : transaction_->exec_params(kLoadKinds, ids)) {
      states[ReadDigest(row[0])].kinds[static_cast<v1::SetKind>(row[1].as<int>())] = {
          ReadOutcome(row, 2), ReadOptionalDigest(row[5]), ReadOptionalDigest(row[6])};
    }
    for (const pqxx::row& row : transaction_->exec_params(kLoadRecords, ids)) {
      states[ReadDigest(row[0])].records.push_back(
          {ReadBytes(row[2]),
           {ReadDigest(row[1]), ReadTime(row[3]), ReadTime(row[4]), row[5].as<uint64_t>()}});
    }
    for (const pqxx::row& row : transaction_->exec_params(kLoadRemediated, ids)) {
      states[ReadDigest(row[0])].remediated.emplace_back(row[1].c_str());
    }
    return states;
  });
}

absl::Status InventoryTransaction::Commit() {
  const absl::Status committed = Do("committing", [&]() -> absl::Status {
    transaction_->commit();
    return absl::OkStatus();
  });
  if (committed.ok()) failure_ = absl::StatusCode::kOk;
  return committed;
}

}  // namespace muster::store
