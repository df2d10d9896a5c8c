#include "tests/chaos/plan.h"

namespace muster::chaos {

Strike Plan::Next() {
  using Kind = Strike::Kind;
  Strike strike;
  strike.wait = Between(absl::Milliseconds(100), absl::Seconds(1));
  const int die = Pick(100);
  if (die < 25) {
    strike.kind = Kind::kServer;
    strike.which = Pick(servers_);
    strike.length = Between(absl::Milliseconds(100), absl::Seconds(2));
  } else if (die < 35) {
    strike.kind = Kind::kDatabase;
  } else if (die < 80) {
    strike.kind = Kind::kAgent;
    strike.which = Pick(machines_);
    strike.length = Between(absl::ZeroDuration(), absl::Seconds(3));
  } else if (die < 90) {
    strike.kind = Kind::kAgentClock;
    strike.which = Pick(machines_);
    strike.length = Between(absl::Hours(-48), absl::Hours(48));
  } else {
    strike.kind = Kind::kServerClocks;
    strike.length = Between(absl::Minutes(-2), absl::Minutes(2));
  }
  return strike;
}

}  // namespace muster::chaos
