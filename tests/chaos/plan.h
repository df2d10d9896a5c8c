// What is struck, when and how hard: the seed says it, and nothing that happens meanwhile.
#ifndef MUSTER_TESTS_CHAOS_PLAN_H_
#define MUSTER_TESTS_CHAOS_PLAN_H_

#include <cstdint>
#include <random>

#include "absl/time/time.h"

namespace muster::chaos {

struct Strike {
  enum class Kind { kServer, kDatabase, kAgent, kAgentClock, kServerClocks };
  absl::Duration wait;  // after the strike before it
  Kind kind = Kind::kAgent;
  int which = 0;          // the server, or the machine
  absl::Duration length;  // what was killed comes back after it; a clock jumps so far
};

// An endless list. Not thread-safe.
class Plan {
 public:
  Plan(uint64_t seed, int servers, int machines)
      : random_(seed), servers_(servers), machines_(machines) {}

  Strike Next();

 private:
  int Pick(int below) { return static_cast<int>(random_() % static_cast<uint64_t>(below)); }
  absl::Duration Between(absl::Duration least, absl::Duration most) {
    return least + (most - least) * (Pick(1000) / 1000.0);
  }

  std::mt19937_64 random_;
  const int servers_, machines_;
};

}  // namespace muster::chaos

#endif  // MUSTER_TESTS_CHAOS_PLAN_H_
