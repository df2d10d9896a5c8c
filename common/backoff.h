// How long to wait before trying again: a stable phase that spreads a fleet, plus capped
// exponential backoff with jitter.
#ifndef MUSTER_COMMON_BACKOFF_H_
#define MUSTER_COMMON_BACKOFF_H_

#include <cstdint>
#include <random>

#include "absl/time/time.h"
#include "common/digest.h"

namespace muster {

struct BackoffOptions {
  absl::Duration initial = absl::Seconds(1);
  absl::Duration cap = absl::Minutes(5);
  double multiplier = 2;
  // A machine's place in this window never changes, so a fleet that lost its server comes back
  // evenly.
  absl::Duration spread = absl::Seconds(30);
};

// Not thread-safe.
class Backoff {
 public:
  // `identity` gives the phase, `seed` the jitter.
  Backoff(BackoffOptions options, const Digest& identity, uint64_t seed)
      : options_(options), phase_(Phase(identity)), random_(seed) {}

  // The machine's share of the window, plus between half and all of the backoff; the next one is
  // larger.
  absl::Duration Next();
  // After a success.
  void Reset() { current_ = absl::ZeroDuration(); }

  // In [0, 1), uniform over identities.
  static double Phase(const Digest& identity);

 private:
  const BackoffOptions options_;
  const double phase_;
  std::mt19937_64 random_;
  absl::Duration current_ = absl::ZeroDuration();
};

}  // namespace muster

#endif  // MUSTER_COMMON_BACKOFF_H_
