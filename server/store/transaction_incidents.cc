// Incident records: where each machine stands in its logs, and what they said how often.
#include <algorithm>
#include <limits>

#include "absl/strings/str_cat.h"
#include "server/store/inventory_transaction_internal.h"
#include "server/store/values_internal.h"

namespace muster::store {
namespace {

using inventory::IncidentCount;
using inventory::IncidentReport;
using inventory::IncidentResult;

constexpr char kCursors[] = R"(
  SELECT n.ord, c.position
  FROM unnest($1::bytea[], $2::text[]) WITH ORDINALITY AS n (machine_id, source, ord)
  JOIN machine_cursors c ON c.machine_id = n.machine_id AND c.source = n.source)";
constexpr char kPutCursors[] = R"(
  INSERT INTO machine_cursors (machine_id, source, position)
  SELECT * FROM unnest($1::bytea[], $2::text[], $3::bytea[])
  ON CONFLICT (machine_id, source) DO UPDATE SET position = EXCLUDED.position)";
// Counts stop at the greatest bigint instead of failing a whole batch for one hostile machine.
constexpr char kMergeIncidents[] = R"(
  INSERT INTO machine_incidents AS mi
    (machine_id, signature_id, first_seen, last_seen, count, first_message, last_message)
  SELECT n.machine_id, s.id, min(n.first_seen), max(n.last_seen),
    least(sum(n.count), 9223372036854775807)::bigint,
    (array_agg(n.first_message ORDER BY n.first_seen))[1],
    (array_agg(n.last_message ORDER BY n.last_seen DESC))[1]
  FROM unnest($1::bytea[], $2::bytea[], $3::timestamptz[], $4::timestamptz[], $5::bigint[],
      $6::text[], $7::text[])
    AS n (machine_id, digest, first_seen, last_seen, count, first_message, last_message)
  JOIN signatures s ON s.digest = n.digest
  GROUP BY n.machine_id, s.id
  ON CONFLICT (machine_id, signature_id) DO UPDATE SET
    first_seen = least(mi.first_seen, EXCLUDED.first_seen),
    last_seen = greatest(mi.last_seen, EXCLUDED.last_seen),
    count = least(mi.count::numeric + EXCLUDED.count, 9223372036854775807)::bigint,
    first_message = CASE WHEN EXCLUDED.first_message <> ''
        AND (mi.first_message = '' OR EXCLUDED.first_seen < mi.first_seen)
      THEN EXCLUDED.first_message ELSE mi.first_message END,
    last_message = CASE WHEN EXCLUDED.last_message <> ''
        AND (mi.last_message = '' OR EXCLUDED.last_seen >= mi.last_seen)
      THEN EXCLUDED.last_message ELSE mi.last_message END)";

int64_t StorableCount(uint64_t count) {
  return static_cast<int64_t>(std::min<uint64_t>(count, std::numeric_limits<int64_t>::max()));
}

}  // namespace

absl::StatusOr<std::vector<IncidentResult>> InventoryTransaction::PutIncidents(
    absl::Span<const IncidentReport> reports) {
  if (reports.empty()) return std::vector<IncidentResult>();
  return Do("storing incident records", [&]() -> absl::StatusOr<std::vector<IncidentResult>> {
    ByteaArray machines;
    TextArray sources;
    for (const IncidentReport& report : reports) {
      machines.Add(report.machine.view());
      sources.Add(StorableText(report.source));
    }
    std::vector<std::string> positions(reports.size());  // empty: the log's start
    for (const pqxx::row& row :
         transaction_->exec_params(kCursors, machines.Bind(), sources.Bind())) {
      positions[row[0].as<size_t>() - 1] = ReadBytes(row[1]);
    }
    std::vector<IncidentResult> results;
    std::vector<const IncidentReport*> applied;
    for (size_t i = 0; i < reports.size(); ++i) {
      const IncidentReport& report = reports[i];
      // Standing at `to` already: the batch was sent twice. Elsewhere: the agent is told where to
      // go on.
      const bool applies = positions[i] == report.from && report.from != report.to;
      results.push_back({applies, applies ? report.to : positions[i]});
      if (applies) applied.push_back(&report);
    }
    if (absl::Status status = MergeIncidents(applied); !status.ok()) return status;
    return results;
  });
}

absl::Status InventoryTransaction::MergeIncidents(absl::Span<const IncidentReport* const> applied) {
  if (applied.empty()) return absl::OkStatus();
  ByteaArray cursor_machines, positions, machines, signatures;
  TextArray sources, first_messages, last_messages;
  TimeArray firsts, lasts;
  IntArray counts;
  absl::flat_hash_set<std::pair<inventory::MachineId, Digest>> pairs;
  for (const IncidentReport* report : applied) {
    cursor_machines.Add(report->machine.view());
    sources.Add(StorableText(report->source));
    positions.Add(report->to);
    for (const IncidentCount& incident : report->counts) {
      machines.Add(report->machine.view());
      signatures.Add(incident.signature.view());
      firsts.Add(std::min(incident.first, incident.last));
      lasts.Add(std::max(incident.first, incident.last));
      counts.Add(StorableCount(incident.count));
      first_messages.Add(StorableText(incident.first_message));
      last_messages.Add(StorableText(incident.last_message));
      pairs.insert({report->machine, incident.signature});
    }
  }
  transaction_->exec_params0(kPutCursors, cursor_machines.Bind(), sources.Bind(), positions.Bind());
  if (pairs.empty()) return absl::OkStatus();
  const pqxx::result merged = transaction_->exec_params(
      kMergeIncidents, machines.Bind(), signatures.Bind(), firsts.Bind(), lasts.Bind(),
      counts.Bind(), first_messages.Bind(), last_messages.Bind());
  if (merged.affected_rows() == pairs.size()) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat("of ", pairs.size(), " incident records, ", merged.affected_rows(),
                   " have a signature that is stored: store the signatures first"));
}

}  // namespace muster::store
