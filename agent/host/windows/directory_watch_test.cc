#include "agent/host/windows/directory_watch.h"

#include <gtest/gtest.h>
#include <windows.h>

#include <filesystem>
#include <fstream>

#include "absl/synchronization/mutex.h"

namespace muster::host {
namespace {

class DirectoryWatchTest : public ::testing::Test {
 protected:
  DirectoryWatchTest() {
    folder_ = std::filesystem::temp_directory_path() /
              ("muster_watch_" + std::to_string(GetCurrentProcessId()));
    std::filesystem::create_directories(folder_);
  }
  ~DirectoryWatchTest() override { std::filesystem::remove_all(folder_); }

  std::unique_ptr<DirectoryWatch> Start() {
    DirectoryWatchOptions options;
    options.quiet = absl::Milliseconds(1);
    options.retry = absl::Milliseconds(10);
    return std::make_unique<DirectoryWatch>(
        folder_.string(),
        [this] {
          absl::MutexLock lock(&mutex_);
          ++calls_;
        },
        options);
  }
  // A watch that has only just begun misses what came before: write until it tells.
  bool TellsOfWriting() {
    const auto told = [this]() ABSL_NO_THREAD_SAFETY_ANALYSIS { return calls_ > 0; };
    for (int i = 0; i < 500; ++i) {
      std::ofstream(folder_ / "CBS.log", std::ios::app) << "line\n";
      absl::MutexLock lock(&mutex_);
      if (mutex_.AwaitWithTimeout(absl::Condition(&told), absl::Milliseconds(20))) return true;
    }
    return false;
  }

  std::filesystem::path folder_;
  absl::Mutex mutex_;
  int calls_ = 0;
};

TEST_F(DirectoryWatchTest, TellsOfWhatIsWritten) {
  const auto watch = Start();
  EXPECT_TRUE(TellsOfWriting());
}

TEST_F(DirectoryWatchTest, FindsAFolderThatComesLater) {
  std::filesystem::remove_all(folder_);
  const auto watch = Start();
  std::filesystem::create_directories(folder_);
  EXPECT_TRUE(TellsOfWriting());
}

TEST_F(DirectoryWatchTest, EndsAtOnceAndSaysNothingMore) {
  auto watch = Start();
  ASSERT_TRUE(TellsOfWriting());
  watch.reset();
  const int calls = calls_;
  std::ofstream(folder_ / "CBS.log", std::ios::app) << "line\n";
  EXPECT_EQ(calls_, calls);
}

}  // namespace
}  // namespace muster::host
