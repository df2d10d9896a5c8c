#include "server/gateway/rate_limit.h"

#include <algorithm>

namespace muster::gateway {

absl::Duration RateLimit::BookOne(absl::Time& free_at, uint64_t rate, uint64_t bytes,
                                  absl::Time now) {
  if (rate == 0) return absl::ZeroDuration();
  const absl::Time begins = std::max(free_at, now);
  free_at = begins + absl::Seconds(static_cast<double>(bytes) / static_cast<double>(rate));
  return begins - now;
}

absl::Duration RateLimit::Book(const std::string& site, uint64_t bytes, absl::Time now) {
  absl::MutexLock lock(&mutex_);
  const absl::Duration total = BookOne(free_at_, options_.total, bytes, now);
  if (options_.per_site == 0) return total;
  return std::max(total, BookOne(sites_[site], options_.per_site, bytes, now));
}

}  // namespace muster::gateway
