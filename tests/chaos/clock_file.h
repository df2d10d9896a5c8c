// A clock that another process sets: its offset from the true time, shared through a file.
#ifndef MUSTER_TESTS_CHAOS_CLOCK_FILE_H_
#define MUSTER_TESTS_CHAOS_CLOCK_FILE_H_

#include <atomic>
#include <cstdint>
#include <filesystem>

#include "absl/time/clock.h"
#include "absl/time/time.h"

namespace muster::chaos {

// Thread-safe, and between processes. Mapped for as long as the process lives.
class ClockFile {
 public:
  // Makes the file where it is missing; ends the process where it cannot.
  explicit ClockFile(const std::filesystem::path& path);

  void Set(absl::Duration offset) { *micros_ = absl::ToInt64Microseconds(offset); }
  absl::Time Now() const { return absl::Now() + absl::Microseconds(micros_->load()); }

 private:
  std::atomic<int64_t>* micros_;
};

}  // namespace muster::chaos

#endif  // MUSTER_TESTS_CHAOS_CLOCK_FILE_H_
