// Watches a campaign from outside of the product: its rows, looked at again and again, and what the
// machines themselves did.
#ifndef MUSTER_TESTS_CHAOS_WITNESS_H_
#define MUSTER_TESTS_CHAOS_WITNESS_H_

#include <map>
#include <memory>
#include <optional>
#include <pqxx/pqxx>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "common/digest.h"
#include "muster/v1/campaign.pb.h"

namespace muster::chaos {

// Thread-safe where it says so.
class Witness {
 public:
  explicit Witness(std::string conninfo) : conninfo_(std::move(conninfo)) {}

  // What is broken is collected here, in words. Thread-safe.
  void Complain(const std::string& what);
  std::vector<std::string> complaints() const;

  // From now on it is about this campaign.
  void Follow(const v1::Campaign& campaign, std::vector<Digest> targets);
  // A machine starts an installer, for the how manieth time for one and the same order.
  // Thread-safe.
  void OnStart(const Digest& machine, int times);
  int64_t starts() const;

  // Looks at the rows once, and compares with the look before. The campaign's state; empty where
  // the database was away.
  std::optional<v1::Campaign::State> Look();
  // The operator resumed it, or had failures tried again.
  void Touched() { before_.reset(); }
  // It has ended: compares what the API counts with the rows, and successes with verdicts.
  void Conclude(const v1::Campaign& told);

 private:
  struct Wave {
    int state = 0;
    bool waived = false;
    int64_t orders = 0, succeeded = 0, relapsed = 0, bad = 0, accepted = 0, under_way = 0;
    int64_t offered = 0;   // those with an offer, whatever came of it
    int64_t attempts = 0;  // of all its orders
  };
  struct Picture {
    v1::Campaign::State state = v1::Campaign::STATE_UNSPECIFIED;
    std::vector<Wave> waves;
  };
  Picture Read();
  void Compare(const Picture& now);

  const std::string conninfo_;
  std::unique_ptr<pqxx::connection> connection_;
  v1::Campaign campaign_;
  std::string id_;
  std::optional<Picture> before_;

  mutable absl::Mutex mutex_;
  std::set<Digest> targets_ ABSL_GUARDED_BY(mutex_);
  int64_t starts_ ABSL_GUARDED_BY(mutex_) = 0;
  std::vector<std::string> complaints_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace muster::chaos

#endif  // MUSTER_TESTS_CHAOS_WITNESS_H_
