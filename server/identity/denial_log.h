// Denied tries, on their way to the audit log: all of those who are known, and of strangers as many
// as do not flood it.
#ifndef MUSTER_SERVER_IDENTITY_DENIAL_LOG_H_
#define MUSTER_SERVER_IDENTITY_DENIAL_LOG_H_

#include <cstdint>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "server/identity/store.h"

namespace muster::identity {

inline constexpr char kAnonymous[] = "anonymous";
// Rows of strangers in one minute; what goes beyond is counted, and told in one row by the first
// denial after that minute, or when the server stops.
inline constexpr int64_t kMaxAnonymousDenialsPerMinute = 60;

// Thread-safe where `store` is; blocks on it. `store` must outlive it.
class DenialLog {
 public:
  explicit DenialLog(Store& store) : store_(store) {}
  ~DenialLog();
  DenialLog(const DenialLog&) = delete;
  DenialLog& operator=(const DenialLog&) = delete;

  // Whoever asks is refused either way: that it could not be written down changes nothing for them.
  void Record(const AuditEvent& denial);

 private:
  // A minute of strangers.
  struct Minute {
    absl::Time begins = absl::InfinitePast();
    int64_t seen = 0;
  };
  void TellOf(const Minute& minute, absl::Time now);

  Store& store_;
  absl::Mutex mutex_;
  Minute minute_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace muster::identity

#endif  // MUSTER_SERVER_IDENTITY_DENIAL_LOG_H_
