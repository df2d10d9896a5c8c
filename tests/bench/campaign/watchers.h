// Operators who watch a campaign, each over a connection of their own, and what they saw when.
#ifndef MUSTER_TESTS_BENCH_CAMPAIGN_WATCHERS_H_
#define MUSTER_TESTS_BENCH_CAMPAIGN_WATCHERS_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "tests/bench/support/server_process.h"

namespace muster::bench {

// From `at` on a watcher knew of so many orders that succeeded.
struct Sight {
  absl::Time at;
  int64_t succeeded;
};

class Watchers {
 public:
  // Returns when each has heard of the campaign once.
  Watchers(const ServerProcess& server, const std::string& campaign, int count);
  ~Watchers();

  // Waits for the campaign's end. What each watcher saw, in order.
  std::vector<std::vector<Sight>> AwaitEnd();

 private:
  class One;
  std::vector<std::unique_ptr<One>> watchers_;
};

// For each order the time from its end until a watcher knew, in seconds. `ends` ascend.
std::vector<double> Lags(const std::vector<absl::Time>& ends, const std::vector<Sight>& sights);

}  // namespace muster::bench

#endif  // MUSTER_TESTS_BENCH_CAMPAIGN_WATCHERS_H_
