// Gives machines their verdicts. A set is examined once, whichever machines hold it.
#ifndef MUSTER_SERVER_INVENTORY_VERDICT_KEEPER_H_
#define MUSTER_SERVER_INVENTORY_VERDICT_KEEPER_H_

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "common/verdict/verdict.h"
#include "server/inventory/store.h"

namespace muster::inventory {

// Thread-safe.
class VerdictKeeper {
 public:
  explicit VerdictKeeper(std::shared_ptr<const verdict::RuleBook> rules)
      : rules_(std::move(rules)) {}

  // Judges these machines as they stand within the transaction, and writes the verdicts into it.
  // They must be locked.
  absl::Status Judge(Transaction& transaction, absl::Span<const MachineId> machines,
                     absl::Time now);

  // Judges the whole fleet anew if its verdicts were given by other rules than these: at start,
  // before sessions are taken. Thousands of machines a transaction.
  absl::Status JudgeFleet(Store& store, absl::Time now);

  // Judges machines anew on which an order has begun or ended since: some thousand at most. How
  // many there were.
  absl::StatusOr<size_t> FollowOrders(Store& store, absl::Time now);

  bool IsOfInterest(const v1::IncidentSignature& signature) const {
    return verdict::IsOfInterest(*rules_, signature);
  }
  const std::shared_ptr<const verdict::RuleBook>& rules() const { return rules_; }

 private:
  using Findings = std::shared_ptr<const verdict::SetFindings>;

  absl::StatusOr<Findings> FindingsOf(Transaction& transaction, v1::SetKind kind,
                                      const Digest& set);
  absl::StatusOr<verdict::MachineView> ViewOf(Transaction& transaction, const MachineState& state);
  std::shared_ptr<const v1::IncidentSignature> SignatureOf(const MachineState::Record& record);

  const std::shared_ptr<const verdict::RuleBook> rules_;
  absl::Mutex mutex_;
  absl::flat_hash_map<Digest, Findings> findings_ ABSL_GUARDED_BY(mutex_);
  std::deque<Digest> findings_age_ ABSL_GUARDED_BY(mutex_);  // oldest first
  absl::flat_hash_map<Digest, std::shared_ptr<const v1::IncidentSignature>> signatures_
      ABSL_GUARDED_BY(mutex_);
};

}  // namespace muster::inventory

#endif  // MUSTER_SERVER_INVENTORY_VERDICT_KEEPER_H_
