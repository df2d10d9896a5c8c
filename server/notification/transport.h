// Attempts under way, many at a time on one thread: a receiver that hangs holds up nobody else.
#ifndef MUSTER_SERVER_NOTIFICATION_TRANSPORT_H_
#define MUSTER_SERVER_NOTIFICATION_TRANSPORT_H_

#include <atomic>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <vector>

#include "absl/time/time.h"
#include "server/notification/options.h"
#include "server/notification/outcome.h"
#include "server/notification/store.h"

namespace muster::notification {

class Transfer;

// What one delivery's attempt came to.
struct Finished {
  Delivery delivery;
  Outcome outcome;
};

// Used by one thread, which must have SIGPIPE blocked (OpenSSL writes without MSG_NOSIGNAL), but
// for Wakeup and EndBy. `options` must outlive it.
class Transport {
 public:
  explicit Transport(const SenderOptions& options);
  // Ends what is under way, without an answer.
  ~Transport();
  Transport(const Transport&) = delete;
  Transport& operator=(const Transport&) = delete;

  // `now` goes into the signature.
  void Start(Delivery delivery, absl::Time now);
  // Moves all attempts on, and waits for the first to end: at most so long, or until Wakeup.
  std::vector<Finished> Poll(std::chrono::steady_clock::duration at_most);
  bool IsUnderWay(int64_t id) const { return running_.contains(id); }
  size_t under_way() const { return running_.size(); }

  // Thread-safe. Ends Poll, or the next one.
  void Wakeup();
  // Thread-safe. What is still under way at `deadline` is aborted, within a second even where curl
  // blocks.
  void EndBy(std::chrono::steady_clock::time_point deadline);

 private:
  void Collect(std::vector<Finished>& finished);

  const SenderOptions& options_;
  void* const multi_;  // CURLM
  std::atomic<std::chrono::steady_clock::time_point> deadline_{
      std::chrono::steady_clock::time_point::max()};
  std::map<int64_t, std::unique_ptr<Transfer>> running_;  // by the delivery's id
  std::vector<Finished> stillborn_;                       // what could not even be started
};

}  // namespace muster::notification

#endif  // MUSTER_SERVER_NOTIFICATION_TRANSPORT_H_
