// Notices that an agent has stopped reacting. Portable: no Windows header.
#ifndef MUSTER_AGENT_MAIN_SERVICE_WATCHDOG_H_
#define MUSTER_AGENT_MAIN_SERVICE_WATCHDOG_H_

#include <atomic>
#include <cstdint>

namespace muster::agent {

// Counts looks, not time: a machine that slept for a night has had no look, and no beat either, and
// is not taken for one that hangs. Beat is thread-safe; Look is one thread's.
class Watchdog {
 public:
  // So many looks without a beat are one too many.
  explicit Watchdog(int patience) : patience_(patience) {}

  void Beat() { ++beats_; }
  // False: there was no beat since `patience` looks.
  bool Look();

 private:
  const int patience_;
  std::atomic<uint64_t> beats_ = 0;
  uint64_t seen_ = 0;
  int silent_looks_ = 0;
};

}  // namespace muster::agent

#endif  // MUSTER_AGENT_MAIN_SERVICE_WATCHDOG_H_
