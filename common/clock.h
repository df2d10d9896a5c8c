// Time as a constructor argument, so that tests can turn the clock.
#ifndef MUSTER_COMMON_CLOCK_H_
#define MUSTER_COMMON_CLOCK_H_

#include <functional>

#include "absl/time/time.h"

namespace muster {

// Answers the current instant; called from any thread. absl::Now in programs.
using Clock = std::function<absl::Time()>;

}  // namespace muster

#endif  // MUSTER_COMMON_CLOCK_H_
