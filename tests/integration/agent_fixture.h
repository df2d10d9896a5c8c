// A server, a made Windows volume, and the real programs of agent and operator.
#ifndef MUSTER_TESTS_INTEGRATION_AGENT_FIXTURE_H_
#define MUSTER_TESTS_INTEGRATION_AGENT_FIXTURE_H_

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "tests/integration/server_fixture.h"
#include "tests/testdata/incident_image.h"

namespace muster::integration {

struct Ran {
  int exit_code = -1;
  std::string out;
  std::string err;
};

// A program that runs beside the test. One that is still there when this ends is killed.
class Process {
 public:
  // `words`: its path, then its arguments.
  explicit Process(std::vector<std::string> words);
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  void Signal(int signal);
  // Returns as soon as it has written the word, to either stream. One that has not within 60
  // seconds (an agent's tries come within the machine's share of 30, plus a few) fails the test.
  void AwaitWord(const std::string& word);
  // Its exit code, as soon as it ended by itself; -1 where a signal ended it. One that has not
  // ended after 30 seconds fails the test.
  int Wait();

 private:
  pid_t pid_ = 0;     // 0: has ended
  int output_ = -1;   // both of its streams
  std::string text_;  // what was read of them
};

// `image_` is what the incident left of a volume, `state_` where the agent keeps its enrolment;
// both are a test's own.
class AgentTest : public ServerTest {
 protected:
  static void SetUpTestSuite();
  static void TearDownTestSuite();
  void SetUp() override;

  // Runs `line` in a shell, with the programs on its PATH, until it ends.
  Ran Run(const std::string& line);
  void WriteImage(const testdata::ImageOptions& options);
  void AppendToLog(const std::string& text);

  // The command lines, for Run.
  std::string EnrollLine(const std::string& token, const std::string& name = "PC1");
  std::string ReportLine() const;
  // For Process: an agent that runs until it is told to stop.
  std::vector<std::string> RunWords() const;
  // Expect 0 of them.
  void Enroll(const std::string& name = "PC1");
  void ReportOnce();

  static std::unique_ptr<testdata::Authority> authority_;
  std::string image_, state_;
};

// The verdict of the rule; an empty one where the machine has none.
v1::Verdict VerdictOf(const v1::Machine& machine, const std::string& rule);
// How many log records the machine's incidents stand for.
uint64_t Records(const v1::Machine& machine);

}  // namespace muster::integration

#endif  // MUSTER_TESTS_INTEGRATION_AGENT_FIXTURE_H_
