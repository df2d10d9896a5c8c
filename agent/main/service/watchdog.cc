#include "agent/main/service/watchdog.h"

namespace muster::agent {

bool Watchdog::Look() {
  const uint64_t beats = beats_;
  silent_looks_ = beats == seen_ ? silent_looks_ + 1 : 0;
  seen_ = beats;
  return silent_looks_ < patience_;
}

}  // namespace muster::agent
