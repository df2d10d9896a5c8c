// One machine with its sets, incident records and verdicts, the observations behind them included.
#include <algorithm>
#include <map>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/proto_time.h"
#include "server/store/database_internal.h"
#include "server/store/fleet_reader.h"
#include "server/store/machine_rows_internal.h"

namespace muster::store {
namespace {

constexpr int kMaxIncidentPage = 1'000;

// The outcome is known of the last collection only: it is told where that is not after the instant.
constexpr char kSets[] = R"(
  SELECT ms.kind, s.digest, s.item_count, micros(ms.valid_from), o.code, o.hresult, o.detail,
    (SELECT count(*) FROM machine_sets h WHERE h.set_id = s.id AND h.valid_to IS NULL)
  FROM machine_sets ms JOIN sets s ON s.id = ms.set_id
  LEFT JOIN machine_outcomes o
    ON o.machine_id = ms.machine_id AND o.kind = ms.kind AND o.at <= $2::timestamptz
  WHERE ms.machine_id = $1::bytea AND ms.valid_from <= $2::timestamptz
    AND (ms.valid_to IS NULL OR ms.valid_to > $2::timestamptz)
  ORDER BY ms.kind)";
// Kinds that were tried and never seen whole.
constexpr char kFailedKinds[] = R"(
  SELECT o.kind, o.code, o.hresult, o.detail FROM machine_outcomes o
  WHERE o.machine_id = $1::bytea AND o.at <= $2::timestamptz AND NOT EXISTS (
    SELECT FROM machine_sets ms WHERE ms.machine_id = o.machine_id AND ms.kind = o.kind
      AND ms.valid_from <= $2::timestamptz
      AND (ms.valid_to IS NULL OR ms.valid_to > $2::timestamptz))
  ORDER BY o.kind)";
constexpr char kIncidents[] = R"(
  SELECT s.body, micros(mi.first_seen), micros(mi.last_seen), mi.count, mi.first_message, mi.last_message
  FROM machine_incidents mi JOIN signatures s ON s.id = mi.signature_id
  WHERE mi.machine_id = $1::bytea AND mi.first_seen <= $2::timestamptz
  ORDER BY mi.last_seen DESC, s.id LIMIT 1000)";
constexpr char kIncidentCount[] = R"(
  SELECT count(*) FROM machine_incidents
  WHERE machine_id = $1::bytea AND first_seen <= $2::timestamptz)";
// In the order of the key: a record that comes in between two pages moves nothing.
constexpr char kIncidentPage[] = R"(
  SELECT s.body, micros(mi.first_seen), micros(mi.last_seen), mi.count, mi.first_message, mi.last_message, s.id
  FROM machine_incidents mi JOIN signatures s ON s.id = mi.signature_id
  WHERE mi.machine_id = $1::bytea AND mi.first_seen <= $2::timestamptz
    AND mi.signature_id > $3::bigint
  ORDER BY mi.signature_id LIMIT $4::bigint)";
constexpr char kVerdicts[] = R"(
  SELECT body, evidence FROM verdicts
  WHERE machine_id = $1::bytea AND valid_from <= $2::timestamptz
    AND (valid_to IS NULL OR valid_to > $2::timestamptz)
  ORDER BY rule)";
// Within sets that this machine has or had, since the same bytes may be an item of another kind
// elsewhere.
constexpr char kEvidenceItems[] = R"(
  SELECT DISTINCT i.kind, i.digest, i.body FROM items i
  WHERE i.digest = ANY ($2::bytea[]) AND i.kind IN (
    SELECT ms.kind FROM machine_sets ms JOIN set_items si ON si.set_id = ms.set_id
    WHERE ms.machine_id = $1::bytea AND si.item_id = i.id
    UNION ALL
    SELECT o.kind FROM machine_outcomes o JOIN set_items si ON si.set_id = o.partial_set_id
    WHERE o.machine_id = $1::bytea AND si.item_id = i.id))";
constexpr char kEvidenceIncidents[] = R"(
  SELECT s.digest, s.body, micros(mi.first_seen), micros(mi.last_seen), mi.count, mi.first_message, mi.last_message
  FROM machine_incidents mi JOIN signatures s ON s.id = mi.signature_id
  WHERE mi.machine_id = $1::bytea AND s.digest = ANY ($2::bytea[]))";

v1::Incident ReadIncident(const pqxx::row& row, int first) {
  v1::Incident incident;
  incident.mutable_signature()->ParseFromString(ReadBytes(row[first]));
  *incident.mutable_first() = ToProto(ReadTime(row[first + 1]));
  *incident.mutable_last() = ToProto(ReadTime(row[first + 2]));
  incident.set_count(row[first + 3].as<uint64_t>());
  incident.set_first_message(row[first + 4].c_str());
  incident.set_last_message(row[first + 5].c_str());
  return incident;
}

void ReadOutcome(const pqxx::row& row, int first, v1::SetSummary& set) {
  if (row[first].is_null()) return;
  v1::Outcome& outcome = *set.mutable_outcome();
  outcome.set_code(static_cast<v1::Outcome::Code>(row[first].as<int>()));
  outcome.set_hresult(row[first + 1].as<uint32_t>());
  outcome.set_detail(row[first + 2].c_str());
}

// Reads what belongs to one machine at one instant.
class DetailReader {
 public:
  DetailReader(pqxx::transaction_base& transaction, const Digest& machine, absl::Time at)
      : transaction_(transaction), id_(BytesParam(machine.view())), at_(TimeParam(at)), time_(at) {}

  void AddSets(v1::Machine& machine) {
    for (const pqxx::row& row : transaction_.exec_params(kSets, id_, at_)) {
      v1::SetSummary& set = *machine.add_sets();
      set.set_kind(static_cast<v1::SetKind>(row[0].as<int>()));
      set.set_digest(ReadBytes(row[1]));
      set.set_item_count(row[2].as<int64_t>());
      *set.mutable_since() = ToProto(ReadTime(row[3]));
      ReadOutcome(row, 4, set);
      set.set_machine_count(row[7].as<int64_t>());
    }
    for (const pqxx::row& row : transaction_.exec_params(kFailedKinds, id_, at_)) {
      v1::SetSummary& set = *machine.add_sets();
      set.set_kind(static_cast<v1::SetKind>(row[0].as<int>()));
      ReadOutcome(row, 1, set);
    }
  }

  void AddIncidents(v1::Machine& machine) {
    for (const pqxx::row& row : transaction_.exec_params(kIncidents, id_, at_)) {
      *machine.add_incidents() = ReadIncident(row, 0);
    }
    machine.set_incident_count(
        transaction_.exec_params1(kIncidentCount, id_, at_)[0].as<int64_t>());
  }

  // Those after the signature `after`, at most `size`.
  void AddIncidentPage(int64_t after, int size, v1::ListIncidentsResponse& page) {
    const pqxx::result rows = transaction_.exec_params(kIncidentPage, id_, at_, after, size + 1);
    const int told = std::min<int>(static_cast<int>(rows.size()), size);
    for (int i = 0; i < told; ++i) *page.add_incidents() = ReadIncident(rows[i], 0);
    if (static_cast<int>(rows.size()) > told) page.set_next_page_token(rows[told - 1][6].c_str());
  }

  void AddVerdicts(v1::Machine& machine) {
    for (const pqxx::row& row : transaction_.exec_params(kVerdicts, id_, at_)) {
      v1::Verdict& verdict = *machine.add_verdicts();
      verdict = ToldVerdict(ReadBytes(row[0]), time_);
      verdict.MergeFromString(ReadBytes(row[1]));
    }
    ResolveItems(machine);
    ResolveIncidents(machine);
  }

 private:
  void ResolveItems(v1::Machine& machine) {
    ByteaArray wanted;
    for (const v1::Verdict& verdict : machine.verdicts()) {
      for (const v1::Evidence& evidence : verdict.evidence()) {
        for (const std::string& digest : evidence.items()) wanted.Add(digest);
      }
    }
    std::multimap<std::string, std::pair<v1::SetKind, std::string>> found;
    for (const pqxx::row& row : transaction_.exec_params(kEvidenceItems, id_, wanted.Bind())) {
      found.insert(
          {ReadBytes(row[1]), {static_cast<v1::SetKind>(row[0].as<int>()), ReadBytes(row[2])}});
    }
    for (v1::Verdict& verdict : *machine.mutable_verdicts()) {
      for (v1::Evidence& evidence : *verdict.mutable_evidence()) {
        for (const std::string& digest : evidence.items()) {
          const auto [first, last] = found.equal_range(digest);
          for (auto it = first; it != last; ++it) {
            AddItem(evidence, it->second.first, it->second.second);
          }
        }
      }
    }
  }

  static void AddItem(v1::Evidence& evidence, v1::SetKind kind, const std::string& body) {
    if (kind == v1::CATALOGS) evidence.add_catalogs()->ParseFromString(body);
    if (kind == v1::UPDATES) evidence.add_updates()->ParseFromString(body);
    if (kind == v1::PACKAGES) evidence.add_packages()->ParseFromString(body);
    if (kind == v1::FACTS) evidence.add_facts()->ParseFromString(body);
  }

  void ResolveIncidents(v1::Machine& machine) {
    ByteaArray wanted;
    for (const v1::Verdict& verdict : machine.verdicts()) {
      for (const v1::Evidence& evidence : verdict.evidence()) {
        for (const std::string& digest : evidence.signatures()) wanted.Add(digest);
      }
    }
    std::map<std::string, v1::Incident> found;
    for (const pqxx::row& row : transaction_.exec_params(kEvidenceIncidents, id_, wanted.Bind())) {
      found[ReadBytes(row[0])] = ReadIncident(row, 1);
    }
    for (v1::Verdict& verdict : *machine.mutable_verdicts()) {
      for (v1::Evidence& evidence : *verdict.mutable_evidence()) {
        for (const std::string& digest : evidence.signatures()) {
          if (auto it = found.find(digest); it != found.end()) {
            *evidence.add_incidents() = it->second;
          }
        }
      }
    }
  }

  pqxx::transaction_base& transaction_;
  const pqxx::binarystring id_;
  const pqxx::binarystring at_;
  const absl::Time time_;
};

}  // namespace

absl::StatusOr<v1::Machine> FleetReader::GetMachine(const v1::GetMachineRequest& request,
                                                    absl::Time now) {
  const absl::Time at = MomentOf(request, now).time;
  v1::Machine machine;
  const auto work = [&](pqxx::transaction_base& transaction) -> absl::Status {
    BeginSnapshot(transaction);
    const auto row = FindMachine(transaction, request.name());
    if (!row.ok()) return row.status();
    machine = ReadMachine(*row);
    *machine.mutable_as_of() = ToProto(at);
    DetailReader reader(transaction, ReadDigest((*row)[0]), at);
    reader.AddSets(machine);
    reader.AddIncidents(machine);
    reader.AddVerdicts(machine);
    return absl::OkStatus();
  };
  if (absl::Status status = database_->Run("reading a machine", work); !status.ok()) return status;
  return machine;
}

absl::StatusOr<v1::ListIncidentsResponse> FleetReader::ListIncidents(
    const v1::ListIncidentsRequest& request, absl::Time now) {
  const absl::Time at = MomentOf(request, now).time;
  int64_t after = 0;
  const std::string& token = request.page_token();
  if (!token.empty() && (!absl::SimpleAtoi(token, &after) || after < 1)) {
    return absl::InvalidArgumentError("page_token: not one that this method gave");
  }
  v1::ListIncidentsResponse page;
  const auto work = [&](pqxx::transaction_base& transaction) -> absl::Status {
    BeginSnapshot(transaction);
    const auto row = FindMachine(transaction, request.parent());
    if (!row.ok()) return row.status();
    DetailReader reader(transaction, ReadDigest((*row)[0]), at);
    reader.AddIncidentPage(after, std::clamp(request.page_size(), 1, kMaxIncidentPage), page);
    return absl::OkStatus();
  };
  absl::Status status = database_->Run("listing a machine's incident records", work);
  if (!status.ok()) return status;
  return page;
}

}  // namespace muster::store
