#include "common/backoff.h"

#include <algorithm>

namespace muster {

double Backoff::Phase(const Digest& identity) {
  uint64_t head = 0;
  for (int i = 0; i < 8; ++i) head = head << 8 | identity.bytes[i];
  return static_cast<double>(head >> 11) / static_cast<double>(uint64_t{1} << 53);
}

absl::Duration Backoff::Next() {
  current_ = current_ == absl::ZeroDuration()
                 ? options_.initial
                 : std::min(options_.cap, current_ * options_.multiplier);
  double jitter = std::uniform_real_distribution<double>(0.5, 1.0)(random_);
  return phase_ * options_.spread + jitter * current_;
}

}  // namespace muster
