// How fast payloads may go out: in all, and to one site.
#ifndef MUSTER_SERVER_GATEWAY_RATE_LIMIT_H_
#define MUSTER_SERVER_GATEWAY_RATE_LIMIT_H_

#include <cstdint>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

namespace muster::gateway {

struct RateOptions {
  // Bytes per second of this server; 0: as fast as it goes.
  uint64_t total = 0;
  uint64_t per_site = 0;
};

// Thread-safe.
class RateLimit {
 public:
  explicit RateLimit(RateOptions options) : options_(options) {}

  // Books `bytes` for a machine of this site, and answers how long to wait before they are sent.
  // Whoever asks first goes first.
  absl::Duration Book(const std::string& site, uint64_t bytes, absl::Time now);

 private:
  static absl::Duration BookOne(absl::Time& free_at, uint64_t rate, uint64_t bytes, absl::Time now);

  const RateOptions options_;
  absl::Mutex mutex_;
  absl::Time free_at_ ABSL_GUARDED_BY(mutex_) = absl::InfinitePast();
  absl::flat_hash_map<std::string, absl::Time> sites_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace muster::gateway

#endif  // MUSTER_SERVER_GATEWAY_RATE_LIMIT_H_
