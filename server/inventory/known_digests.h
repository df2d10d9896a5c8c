// Digests of rows that are stored for certain. Stored sets and signatures are never changed or
// removed, so a hit saves a query; a miss says nothing.
#ifndef MUSTER_SERVER_INVENTORY_KNOWN_DIGESTS_H_
#define MUSTER_SERVER_INVENTORY_KNOWN_DIGESTS_H_

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_set.h"
#include "absl/synchronization/mutex.h"
#include "common/digest.h"

namespace muster::inventory {

// Thread-safe. Holds at most `capacity` digests, then starts anew.
class KnownDigests {
 public:
  explicit KnownDigests(size_t capacity) : capacity_(capacity) {}

  bool Contains(const Digest& digest) const {
    absl::ReaderMutexLock lock(&mutex_);
    return digests_.contains(digest);
  }
  void Add(const Digest& digest) {
    absl::MutexLock lock(&mutex_);
    if (digests_.size() >= capacity_) digests_.clear();
    digests_.insert(digest);
  }

 private:
  const size_t capacity_;
  mutable absl::Mutex mutex_;
  absl::flat_hash_set<Digest> digests_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace muster::inventory

#endif  // MUSTER_SERVER_INVENTORY_KNOWN_DIGESTS_H_
