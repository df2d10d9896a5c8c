#include "tests/chaos/clock_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdlib>

namespace muster::chaos {

ClockFile::ClockFile(const std::filesystem::path& path) {
  const int file = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (file < 0 || ftruncate(file, sizeof(*micros_)) != 0) std::abort();
  void* page = mmap(nullptr, sizeof(*micros_), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  if (page == MAP_FAILED) std::abort();
  close(file);
  micros_ = static_cast<std::atomic<int64_t>*>(page);
}

}  // namespace muster::chaos
