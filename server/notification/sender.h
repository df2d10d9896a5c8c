// Sends notifications: webhooks and mail. At least once: a receiver may see a delivery twice, under
// the same id.
#ifndef MUSTER_SERVER_NOTIFICATION_SENDER_H_
#define MUSTER_SERVER_NOTIFICATION_SENDER_H_

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "common/clock.h"
#include "server/notification/channel.h"
#include "server/notification/options.h"
#include "server/notification/store.h"
#include "server/notification/webhook.h"

namespace muster::notification {

struct Finished;
class Transport;

// Sends what is due from a thread of its own until destroyed, up to 16 deliveries at a time.
// Thread-safe. `store` must outlive it; the thread blocks on it.
class Sender {
 public:
  Sender(Store& store, SenderOptions options, Clock clock);
  // Gives what is under way a moment to end, then aborts it: within about a second, and the store's
  // own time. What was aborted is due again when its lease ends.
  ~Sender();
  Sender(const Sender&) = delete;
  Sender& operator=(const Sender&) = delete;

  // There may be something due: the store is asked now rather than at the next poll.
  void Wake();

 private:
  using Steady = std::chrono::steady_clock;

  // What the store is to be told of a delivery.
  struct Result {
    enum class Kind { kSent, kFailed, kGivenUp } kind;
    int64_t id;
    std::string error;
    absl::Time at;  // kFailed: of the next try
  };

  void Run();
  // Takes what is due, as much as there is room for, and starts it.
  void Look();
  void Keep(const std::vector<Finished>& finished);
  Result Decide(const Finished& finished);
  absl::Duration Pause(const Finished& finished);
  // Tells the store; what it does not take is kept for the next time.
  void WriteDown();
  absl::Status WriteDown(const Result& result);
  bool IsUnwritten(int64_t id) const;
  // Logs the first failure of a row of them.
  void NoteStore(const absl::Status& status);
  bool HasRoom() const;
  Steady::duration UntilNextStep() const;

  Store& store_;
  const SenderOptions options_;
  const Clock clock_;
  const std::unique_ptr<Transport> transport_;
  std::atomic<bool> woken_{false};
  std::atomic<bool> stopping_{false};

  // The thread's own.
  std::vector<Result> unwritten_;
  Steady::time_point next_look_;
  Steady::time_point next_write_;
  bool store_failed_ = false;
  std::mt19937_64 random_;

  std::thread thread_;  // last: it uses all of the above
};

}  // namespace muster::notification

#endif  // MUSTER_SERVER_NOTIFICATION_SENDER_H_
