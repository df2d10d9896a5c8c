// Watches a campaign from outside of the product: its rows, looked at again and again, and what the
// machines themselves did.
#ifndef MUSTER_TESTS_CHAOS_WITNESS_H_
#define MUSTER_TESTS_CHAOS_WITNESS_H_

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
#include "tests/chaos/diary.h"
#include "tests/chaos/picture.h"

namespace muster::chaos {

// Thread-safe where it says so. The diary must outlive it.
class Witness {
 public:
  Witness(std::string conninfo, Diary& diary) : conninfo_(std::move(conninfo)), diary_(diary) {}

  // Says what is broken, in words, and counts it. Thread-safe.
  void Complain(const std::string& what);
  int64_t complaints() const;

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
  // It has ended, and whoever was late has reported: compares what the API counts with the rows,
  // and successes with verdicts.
  void Conclude(const v1::Campaign& told);

 private:
  Picture Read();
  void Compare(const Picture& now);

  const std::string conninfo_;
  Diary& diary_;
  std::unique_ptr<pqxx::connection> connection_;
  v1::Campaign campaign_;
  std::string id_;
  std::optional<Picture> before_;

  mutable absl::Mutex mutex_;
  std::set<Digest> targets_ ABSL_GUARDED_BY(mutex_);
  int64_t starts_ ABSL_GUARDED_BY(mutex_) = 0;
  int64_t complaints_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace muster::chaos

#endif  // MUSTER_TESTS_CHAOS_WITNESS_H_
