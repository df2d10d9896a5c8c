// One server's sign of life, and what it answers when asked how Muster is.
#ifndef MUSTER_SERVER_HEALTH_PULSE_H_
#define MUSTER_SERVER_HEALTH_PULSE_H_

#include <atomic>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/clock.h"
#include "muster/v1/overview.pb.h"
#include "server/health/store.h"

namespace muster::health {

inline constexpr absl::Duration kBeat = absl::Seconds(10);

// Thread-safe. The store must outlive it.
class Pulse {
 public:
  // `describe` fills address, version, sessions and the like; `certificates` are those of this
  // server.
  Pulse(Store& store, std::vector<v1::Health::Certificate> certificates,
        std::function<void(v1::Health::Server&)> describe, Clock clock);
  // This server is gone.
  ~Pulse();

  // Writes the sign of life, where it is time. From one thread.
  absl::Status Beat();
  // The last sign of life was stored. False before the first.
  bool beats() const { return beats_; }
  absl::StatusOr<v1::Health> Look();
  // Of certificates that end within 30 days.
  std::vector<v1::Attention> Attention() const;

 private:
  v1::Health::Server Describe() const;

  Store& store_;
  const std::string id_;
  const std::vector<v1::Health::Certificate> certificates_;
  const std::function<void(v1::Health::Server&)> describe_;
  const Clock clock_;
  const absl::Time started_at_;
  absl::Time next_beat_ = absl::InfinitePast();
  std::atomic<bool> beats_ = false;
};

}  // namespace muster::health

#endif  // MUSTER_SERVER_HEALTH_PULSE_H_
