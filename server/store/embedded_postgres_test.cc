#include "server/store/embedded_postgres.h"

#include <gmock/gmock.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "server/store/cluster_directory.h"
#include "server/store/store_test_support.h"

namespace muster::store::testing {
namespace {

using ::testing::HasSubstr;

EmbeddedPostgresOptions Small(const std::string& directory) {
  EmbeddedPostgresOptions options;
  options.directory = directory;
  options.shared_buffers = "16MB";
  options.settings = {{"fsync", "off"}};
  return options;
}

bool Answers(const EmbeddedPostgres& postgres) {
  return Database::Open({.conninfo = postgres.conninfo()}).ok();
}

pid_t ServerProcess(const std::string& directory) {
  std::ifstream file(directory + "/data/postmaster.pid");
  pid_t pid = 0;
  file >> pid;
  return pid;
}

TEST(EmbeddedPostgresTest, SecondServerOnADirectoryIsToldSo) {
  TemporaryDirectory directory;
  auto first = EmbeddedPostgres::Start(Small(directory.path() + "/db"));
  ASSERT_TRUE(first.ok()) << first.status();
  const absl::Status second = EmbeddedPostgres::Start(Small(directory.path() + "/db")).status();
  EXPECT_EQ(second.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(second.message()), HasSubstr("another process of Muster's works in"));
  EXPECT_TRUE(Answers(**first));
  first->reset();  // and then it is free again, with what was in it
  auto third = EmbeddedPostgres::Start(Small(directory.path() + "/db"));
  ASSERT_TRUE(third.ok()) << third.status();
  EXPECT_TRUE(Answers(**third));
}

TEST(EmbeddedPostgresTest, LongDirectoryGetsAShortSocket) {
  TemporaryDirectory directory;
  const std::string path = directory.path() + "/" + std::string(120, 'd');
  auto postgres = EmbeddedPostgres::Start(Small(path));
  ASSERT_TRUE(postgres.ok()) << postgres.status();
  EXPECT_TRUE(Answers(**postgres));
}

TEST(EmbeddedPostgresTest, PidFileOfSomethingElseIsNoHindrance) {
  TemporaryDirectory directory;
  const std::string path = directory.path() + "/db";
  ASSERT_TRUE(EmbeddedPostgres::Start(Small(path)).ok());
  std::ofstream(path + "/data/postmaster.pid") << getpid() << "\n" << path << "/data\n";
  auto postgres = EmbeddedPostgres::Start(Small(path));
  ASSERT_TRUE(postgres.ok()) << postgres.status();
  EXPECT_TRUE(Answers(**postgres));
}

TEST(EmbeddedPostgresTest, ServerDiesWithItsParentAndTheDirectoryIsFreeAgain) {
  TemporaryDirectory directory;
  const std::string path = directory.path() + "/db";
  const pid_t parent = fork();
  if (parent == 0) {
    auto postgres = EmbeddedPostgres::Start(Small(path));
    raise(SIGKILL);  // a crash: no destructor runs
  }
  int status = 0;
  ASSERT_EQ(waitpid(parent, &status, 0), parent);
  ASSERT_TRUE(WIFSIGNALED(status));
  // Start waits until the orphan has shut down.
  auto postgres = EmbeddedPostgres::Start(Small(path));
  ASSERT_TRUE(postgres.ok()) << postgres.status();
  EXPECT_TRUE(Answers(**postgres));
}

TEST(EmbeddedPostgresTest, CrashedServerRecoversWhatWasCommitted) {
  TemporaryDirectory directory;
  const std::string path = directory.path() + "/db";
  auto postgres = EmbeddedPostgres::Start(Small(path));
  ASSERT_TRUE(postgres.ok()) << postgres.status();
  auto database = Database::Open({.conninfo = (*postgres)->conninfo()});
  ASSERT_TRUE(database.ok());
  InventoryStore store(database->get());
  MUSTER_ASSERT_OK(store.SetJudgedBy("rules"));
  kill(ServerProcess(path), SIGKILL);
  MUSTER_ASSERT_OK((*postgres)->Restart());
  EXPECT_EQ(*store.JudgedBy(), "rules");
}

TEST(EmbeddedPostgresTest, KilledServerIsStartedAgain) {
  TemporaryDirectory directory;
  const std::string path = directory.path() + "/db";
  auto postgres = EmbeddedPostgres::Start(Small(path));
  ASSERT_TRUE(postgres.ok()) << postgres.status();
  EXPECT_FALSE(*(*postgres)->RestartIfEnded());
  const pid_t killed = ServerProcess(path);
  kill(killed, SIGKILL);
  absl::StatusOr<bool> restarted = false;
  const absl::Time deadline = absl::Now() + absl::Seconds(30);
  while (restarted.ok() && !*restarted && absl::Now() < deadline) {  // its end is heard of shortly
    restarted = (*postgres)->RestartIfEnded();
  }
  ASSERT_TRUE(restarted.ok()) << restarted.status();
  EXPECT_TRUE(*restarted);
  EXPECT_NE(ServerProcess(path), killed);
  EXPECT_TRUE(Answers(**postgres));
  MUSTER_ASSERT_OK((*postgres)->Stop());
  EXPECT_FALSE(*(*postgres)->RestartIfEnded());  // that was asked for
}

TEST(EmbeddedPostgresTest, AFolderOfOtherThingsIsLeftAsItIs) {
  TemporaryDirectory directory;
  std::ofstream(directory.path() + "/precious.txt") << "mine";
  chmod(directory.path().c_str(), 0755);
  struct stat before, after;
  ASSERT_EQ(stat(directory.path().c_str(), &before), 0);
  const absl::Status status = EmbeddedPostgres::Start(Small(directory.path())).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(status.message()), HasSubstr("name a folder that is new or empty"));
  ASSERT_EQ(stat(directory.path().c_str(), &after), 0);
  EXPECT_EQ(after.st_mode, before.st_mode);
  EXPECT_EQ(after.st_uid, before.st_uid);
  size_t entries = 0;
  for (const auto& entry : std::filesystem::directory_iterator(directory.path())) {
    ++entries;
    EXPECT_EQ(entry.path().filename(), "precious.txt");
  }
  EXPECT_EQ(entries, 1u);
}

TEST(EmbeddedPostgresTest, DirectoryThatCannotBeReachedIsNamed) {
  if (geteuid() != 0) GTEST_SKIP() << "only root runs PostgreSQL as another user";
  TemporaryDirectory directory;
  chmod(directory.path().c_str(), 0700);
  const absl::Status status = EmbeddedPostgres::Start(Small(directory.path() + "/db")).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(status.message()), HasSubstr("cannot pass " + directory.path()));
}

TEST(EmbeddedPostgresTest, MissingParentsAndProgramsAreTold) {
  EXPECT_EQ(EmbeddedPostgres::Start(Small("/nonexistent/parent/db")).status().code(),
            absl::StatusCode::kFailedPrecondition);
  TemporaryDirectory directory;
  EmbeddedPostgresOptions options = Small(directory.path() + "/db");
  options.bin_dir = directory.path();
  EXPECT_EQ(EmbeddedPostgres::Start(options).status().code(), absl::StatusCode::kNotFound);
}

TEST(EmbeddedPostgresTest, WrongSettingIsToldWithTheLog) {
  TemporaryDirectory directory;
  EmbeddedPostgresOptions options = Small(directory.path() + "/db");
  options.settings.emplace_back("no_such_setting", "1");
  const absl::Status status = EmbeddedPostgres::Start(options).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(std::string(status.message()), HasSubstr("no_such_setting"));
}

}  // namespace
}  // namespace muster::store::testing
