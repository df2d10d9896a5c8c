// What the inventory needs of a database: one transaction for what many machines reported.
// server/store implements it on PostgreSQL.
#ifndef MUSTER_SERVER_INVENTORY_STORE_H_
#define MUSTER_SERVER_INVENTORY_STORE_H_

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "common/digest.h"
#include "common/item_set.h"
#include "muster/v1/gateway.pb.h"
#include "muster/v1/inventory.pb.h"
#include "muster/v1/verdict.pb.h"

namespace muster::inventory {

using MachineId = Digest;  // SHA-256 of the machine's public key

// One kind of one machine as it was collected just now.
struct KindReport {
  v1::SetKind kind;
  v1::Outcome outcome;
  std::optional<Digest> set;  // stored already
};

// What a machine says of itself. Outcome OK with a set: the set becomes the standing one, and the
// row of the one before is closed. Any other outcome leaves the standing set alone; a set that
// comes with it is kept as the partial one.
struct MachineReport {
  MachineId machine;
  absl::Time at;
  std::optional<v1::MachineAttributes> attributes;
  std::string agent_version;  // empty: as before
  std::vector<KindReport> kinds;
  std::optional<v1::Outcome> incidents_outcome;
  std::vector<v1::InstallDate> install_dates;  // replace those before, unless empty
};

struct StoredSignature {
  Digest digest;  // of `bytes`
  std::string bytes;
  bool of_interest = false;  // to some rule
};

struct IncidentCount {
  Digest signature;
  absl::Time first;
  absl::Time last;
  uint64_t count = 0;
  std::string first_message = {};
  std::string last_message = {};
};

// One batch of log records. Applied only if the machine's position in `source` is `from`; at first
// it is the log's start, "".
struct IncidentReport {
  MachineId machine;
  std::string source;
  std::string from;  // serialized LogPosition
  std::string to;
  std::vector<IncidentCount> counts;  // signatures are stored already
};

struct IncidentResult {
  bool applied = false;
  std::string position;  // where the machine stands in this source after the transaction
};

// What a verdict is made from.
struct MachineState {
  struct Kind {
    v1::Outcome outcome;
    std::optional<Digest> standing;
    std::optional<Digest> partial;  // of the last collection, where that was not OK
  };
  struct Record {
    std::string signature_bytes;
    IncidentCount count;
  };
  std::map<v1::SetKind, Kind> kinds;
  v1::Outcome incidents_outcome;
  std::vector<Record> records;  // those of interest to some rule
  // Rules whose remedy a campaign's order is at work on.
  std::vector<std::string> remediated;
};

struct MachineVerdicts {
  MachineId machine;
  absl::Time at;
  std::vector<v1::Verdict>
      verdicts;  // one a rule; a rule that is not among them has its row closed
};

// One transaction. Not thread-safe. Undone unless committed. Errors: UNAVAILABLE (the database is
// away; try again), RESOURCE_EXHAUSTED (its disk is full), ABORTED (a conflict; try again),
// INTERNAL.
class Transaction {
 public:
  virtual ~Transaction() = default;

  // Locks these machines' rows, in the order of their ids, until the end. The answer holds those
  // that are enrolled.
  virtual absl::StatusOr<absl::flat_hash_set<MachineId>> LockMachines(
      std::vector<MachineId> machines) = 0;

  // Of these, the sets that are stored.
  virtual absl::StatusOr<absl::flat_hash_set<Digest>> KnownSets(absl::Span<const Digest> sets) = 0;
  // Of these, the items of `kind` that are not stored, in the order given.
  virtual absl::StatusOr<std::vector<Digest>> MissingItems(v1::SetKind kind,
                                                           absl::Span<const Digest> items) = 0;
  // A set's item digests, ascending. NOT_FOUND.
  virtual absl::StatusOr<std::vector<Digest>> SetItems(const Digest& set) = 0;
  // A set's items, ascending. NOT_FOUND.
  virtual absl::StatusOr<std::vector<Item>> LoadSet(const Digest& set) = 0;

  // Stores what is new among these; what is there already stays as it is.
  virtual absl::Status PutItems(v1::SetKind kind, absl::Span<const Item> items) = 0;
  // FAILED_PRECONDITION where it names an item that is not stored.
  virtual absl::Status PutSet(v1::SetKind kind, const Digest& set,
                              absl::Span<const Digest> items) = 0;
  virtual absl::Status PutSignatures(absl::Span<const StoredSignature> signatures) = 0;

  // At most one report a machine. The machines must be locked and enrolled.
  virtual absl::Status PutReports(absl::Span<const MachineReport> reports) = 0;
  // At most one report a machine and source; in the order given.
  virtual absl::StatusOr<std::vector<IncidentResult>> PutIncidents(
      absl::Span<const IncidentReport> reports) = 0;

  virtual absl::StatusOr<absl::flat_hash_map<MachineId, MachineState>> LoadStates(
      absl::Span<const MachineId> machines) = 0;
  // Rows that would not change are not written.
  virtual absl::Status PutVerdicts(absl::Span<const MachineVerdicts> verdicts) = 0;

  virtual absl::Status Commit() = 0;
};

// Thread-safe.
class Store {
 public:
  virtual ~Store() = default;

  // Waits for a free connection.
  virtual absl::StatusOr<std::unique_ptr<Transaction>> Begin() = 0;

  // Machines were heard of at these times; written in one statement.
  virtual absl::Status Touch(absl::Span<const std::pair<MachineId, absl::Time>> seen) = 0;

  // For a change of rules: the digest of the rules that the verdicts were given by (empty where
  // there is none), …
  virtual absl::StatusOr<std::string> JudgedBy() = 0;
  virtual absl::Status SetJudgedBy(absl::string_view rules_digest) = 0;
  // … the signatures, whose interest is then set anew, …
  virtual absl::StatusOr<std::vector<StoredSignature>> AllSignatures() = 0;
  virtual absl::Status SetOfInterest(absl::Span<const Digest> signatures) = 0;  // and no others
  // … and the ids of enrolled machines after `after`, ascending.
  virtual absl::StatusOr<std::vector<MachineId>> MachinesAfter(
      const std::optional<MachineId>& after, size_t limit) = 0;
  // Machines whose verdict says REMEDIATING though no order is under way, or the other way round;
  // at most `limit`.
  virtual absl::StatusOr<std::vector<MachineId>> MachinesWithOrdersUnjudged(size_t limit) = 0;
};

}  // namespace muster::inventory

#endif  // MUSTER_SERVER_INVENTORY_STORE_H_
