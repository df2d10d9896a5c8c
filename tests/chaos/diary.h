// What happened, line by line with its time: what the servers' logs are held against.
#ifndef MUSTER_TESTS_CHAOS_DIARY_H_
#define MUSTER_TESTS_CHAOS_DIARY_H_

#include <filesystem>
#include <fstream>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"

namespace muster::chaos {

// Thread-safe.
class Diary {
 public:
  explicit Diary(const std::filesystem::path& path) : file_(path) {}

  void Note(const std::string& what) {
    const std::string at =
        absl::FormatTime("%Y-%m-%d %H:%M:%E3S", absl::Now(), absl::LocalTimeZone());
    absl::MutexLock lock(&mutex_);
    file_ << at << ' ' << what << std::endl;
  }

 private:
  absl::Mutex mutex_;
  std::ofstream file_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace muster::chaos

#endif  // MUSTER_TESTS_CHAOS_DIARY_H_
