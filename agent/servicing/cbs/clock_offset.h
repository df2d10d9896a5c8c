// Finds out how far a log's local time was from UTC. CBS.log writes local time without a zone, but
// some messages carry an instant in UTC: docs/formats/cbs-log.md, "Local time and UTC". Not
// thread-safe.
#ifndef MUSTER_AGENT_SERVICING_CBS_CLOCK_OFFSET_H_
#define MUSTER_AGENT_SERVICING_CBS_CLOCK_OFFSET_H_

#include <array>
#include <cstdint>
#include <optional>

#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"

namespace muster::servicing {

class ClockOffset {
 public:
  // Looks at one record. One vote per second counts: sessions come in bursts.
  void Add(absl::CivilSecond local, absl::string_view component, absl::string_view message);

  // Local time minus UTC, in steps of 15 minutes from -12 h to +14 h: what most of the records say,
  // of equals what came first. Unset where none says anything.
  std::optional<absl::Duration> value() const;

 private:
  static constexpr int kStepSeconds = 15 * 60;
  static constexpr int kFirstStep = -12 * 4;
  static constexpr int kLastStep = 14 * 4;

  void Vote(absl::CivilSecond local, absl::CivilSecond utc);

  std::array<uint64_t, kLastStep - kFirstStep + 1> votes_{};
  int best_ = -1;  // index of the step with the most votes
  absl::CivilSecond last_vote_;
};

}  // namespace muster::servicing

#endif  // MUSTER_AGENT_SERVICING_CBS_CLOCK_OFFSET_H_
