// The real musterctl against a real server to which one real agent has reported.
#ifndef MUSTER_TESTS_INTEGRATION_MUSTERCTL_FIXTURE_H_
#define MUSTER_TESTS_INTEGRATION_MUSTERCTL_FIXTURE_H_

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/files.h"
#include "tests/integration/agent_fixture.h"

namespace muster::integration {

class MusterctlTest : public AgentTest {
 protected:
  void SetUp() override {
    AgentTest::SetUp();
    token_file_ = server_->admin_token_file();
  }

  // As `token_file_`; where that is empty, with the session that login has kept.
  Ran Ctl(const std::string& arguments) {
    return Run(absl::StrCat("XDG_CONFIG_HOME=", (folder_ / "home").string(),
                            " MUSTER_KEY_PASSPHRASE=secret-enough musterctl --server 127.0.0.1:",
                            server_->operator_port(), " --ca ", server_->authority_file(), " ",
                            token_file_.empty() ? "" : "--token-file " + token_file_, " ",
                            arguments));
  }
  // The output of a command that has to succeed.
  std::string Answer(const std::string& arguments) {
    const Ran ran = Ctl(arguments);
    EXPECT_EQ(ran.exit_code, 0) << arguments << ": " << ran.err;
    return ran.out;
  }
  // Without the line break at its end.
  std::string Word(const std::string& arguments) {
    return std::string(absl::StripAsciiWhitespace(Answer(arguments)));
  }
  std::vector<std::string> Lines(const std::string& arguments) {
    return absl::StrSplit(Answer(arguments), '\n', absl::SkipEmpty());
  }
  // A file of the test's own; its path.
  std::string File(const std::string& name, const std::string& content) {
    const std::string path = (folder_ / name).string();
    EXPECT_TRUE(ReplaceFileContent(path, content, FileMode::kPrivate).ok());
    return path;
  }

  std::string token_file_;
};

}  // namespace muster::integration

#endif  // MUSTER_TESTS_INTEGRATION_MUSTERCTL_FIXTURE_H_
