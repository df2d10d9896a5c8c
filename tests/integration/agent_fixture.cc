#include "tests/integration/agent_fixture.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/files.h"

namespace muster::integration {

std::unique_ptr<testdata::Authority> AgentTest::authority_;

namespace {

// True once `file` can be read; false after `patience`.
bool AwaitReadable(int file, absl::Duration patience) {
  pollfd waiting{file, POLLIN, 0};
  return poll(&waiting, 1, static_cast<int>(absl::ToInt64Milliseconds(patience))) > 0;
}

// Where the agent under test lies: this build's, or the one that MUSTER_AGENT_DIR names.
std::string AgentDirectory() {
  const char* other = std::getenv("MUSTER_AGENT_DIR");
  return other != nullptr ? other : std::getenv("MUSTER_BIN_DIR");
}

}  // namespace

Process::Process(std::vector<std::string> words) {
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  int ends[2];
  EXPECT_EQ(pipe2(ends, O_CLOEXEC), 0);
  output_ = ends[0];
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDERR_FILENO);
  EXPECT_EQ(posix_spawn(&pid_, arguments[0], &actions, nullptr, arguments.data(), environ), 0)
      << words[0];
  posix_spawn_file_actions_destroy(&actions);
  close(ends[1]);
}

Process::~Process() {
  close(output_);
  if (pid_ == 0) return;
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
}

void Process::Signal(int signal) { kill(pid_, signal); }

void Process::AwaitWord(const std::string& word) {
  const absl::Time deadline = absl::Now() + absl::Seconds(60);
  while (!absl::StrContains(text_, word)) {
    char piece[4096];
    ASSERT_TRUE(AwaitReadable(output_, deadline - absl::Now())) << "no \"" << word << "\" in\n"
                                                                << text_;
    const ssize_t got = read(output_, piece, sizeof(piece));
    ASSERT_GT(got, 0) << "the program ended without \"" << word << "\":\n" << text_;
    text_.append(piece, static_cast<size_t>(got));
  }
}

int Process::Wait() {
  const int ended = static_cast<int>(syscall(SYS_pidfd_open, pid_, 0));
  const bool in_time = AwaitReadable(ended, absl::Seconds(30));
  close(ended);
  if (!in_time) {
    ADD_FAILURE() << "the program does not end";
    return -1;
  }
  int status = 0;
  EXPECT_EQ(waitpid(pid_, &status, 0), pid_);
  pid_ = 0;
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

void AgentTest::SetUpTestSuite() {
  ServerTest::SetUpTestSuite();
  authority_ = std::make_unique<testdata::Authority>();
}

void AgentTest::TearDownTestSuite() {
  authority_.reset();
  ServerTest::TearDownTestSuite();
}

void AgentTest::SetUp() {
  ServerTest::SetUp();
  ASSERT_NE(std::getenv("MUSTER_BIN_DIR"), nullptr) << "run this through ctest";
  image_ = (folder_ / "image").string();
  state_ = (folder_ / "state").string();
  WriteImage({.variant = testdata::ImageVariant::kAffected, .updates = 3});
}

Ran AgentTest::Run(const std::string& line) {
  const std::string out = (folder_ / "out").string(), err = (folder_ / "err").string();
  const std::string command =
      absl::StrCat("PATH=\"", AgentDirectory(), ":$MUSTER_BIN_DIR:$PATH\"; { ", line, "; } >", out,
                   " 2>", err, " </dev/null");
  const int status = std::system(command.c_str());
  return {WEXITSTATUS(status), *ReadSmallFile(out), *ReadSmallFile(err)};
}

void AgentTest::WriteImage(const testdata::ImageOptions& options) {
  auto written = testdata::WriteIncidentImage(*authority_, image_, options);
  ASSERT_TRUE(written.ok()) << written.status();
}

void AgentTest::AppendToLog(const std::string& text) {
  std::ofstream log(image_ + "/Windows/Logs/CBS/CBS.log", std::ios::app | std::ios::binary);
  log << text;
}

std::string AgentTest::EnrollLine(const std::string& token, const std::string& name) {
  return absl::StrCat("muster-agent enroll --server ", AgentTarget(), " --ca ",
                      server_->authority_file(), " --token ", token, " --state ", state_,
                      " --name ", name, " --site Berlin");
}

std::string AgentTest::ReportLine() const {
  return absl::StrCat("muster-agent run --once --state ", state_, " --image ", image_);
}

std::vector<std::string> AgentTest::RunWords() const {
  return {
      absl::StrCat(AgentDirectory(), "/muster-agent"), "run", "--state", state_, "--image", image_};
}

void AgentTest::Enroll(const std::string& name) {
  const Ran ran = Run(EnrollLine(NewEnrollmentToken(1), name));
  ASSERT_EQ(ran.exit_code, 0) << ran.err;
}

void AgentTest::ReportOnce() {
  const Ran ran = Run("timeout 60 " + ReportLine());
  EXPECT_EQ(ran.exit_code, 0) << ran.out << ran.err;
}

v1::Verdict VerdictOf(const v1::Machine& machine, const std::string& rule) {
  for (const v1::Verdict& verdict : machine.verdicts()) {
    if (verdict.rule() == rule) return verdict;
  }
  return {};
}

uint64_t Records(const v1::Machine& machine) {
  uint64_t records = 0;
  for (const v1::Incident& incident : machine.incidents()) records += incident.count();
  return records;
}

}  // namespace muster::integration
