#include "dashboard-api/ctl/watch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>
#include <vector>

#include "dashboard-api/ctl/exit_code.h"

namespace muster::ctl {
namespace {

using ::testing::HasSubstr;

// Answers with each step in turn, and ends after the last.
class WatchTest : public testing::Test {
 protected:
  struct Step {
    std::string answer;
    absl::Status status = absl::OkStatus();
  };

  absl::Status Play(const std::vector<Step>& steps, size_t rows = 0) {
    size_t at = 0;
    Console console{out_, err_};
    return Watch(
        [&](Console& inner) {
          inner.out << steps[at].answer;
          inner.err << "remark\n";
          return steps[at].status;
        },
        {.rows = [rows] { return rows; }, .wait = [&] { return ++at < steps.size(); }}, console);
  }

  std::ostringstream out_, err_;
};

TEST_F(WatchTest, ALogGetsAnAnswerWhereItDiffers) {
  EXPECT_TRUE(Play({{"a\n"}, {"a\n"}, {"b\n"}}).ok());
  EXPECT_EQ(out_.str(), "a\nb\n");
  EXPECT_EQ(err_.str(), "");
}

TEST_F(WatchTest, ATerminalHasTheNewAnswerInThePlaceOfTheOld) {
  EXPECT_TRUE(Play({{"a\n"}, {"b\n"}}, 10).ok());
  EXPECT_THAT(out_.str(), HasSubstr("a\nremark\n"));
  EXPECT_THAT(out_.str(), HasSubstr("\033[2F\033[J"));  // up over two lines, and away with them
  EXPECT_THAT(out_.str(), HasSubstr("b\nremark\n"));
}

TEST_F(WatchTest, WhatDoesNotFitIsCounted) {
  EXPECT_TRUE(Play({{"1\n2\n3\n4\n5\n"}}, 3).ok());
  EXPECT_THAT(out_.str(), HasSubstr("1\n2\n… and 4 more lines\n"));
}

TEST_F(WatchTest, AServerThatIsAwayIsWaitedForAndNoChangeIsLost) {
  EXPECT_TRUE(Play({{"a\n"},
                    {"", absl::UnavailableError("no connection")},
                    {"", absl::UnavailableError("no connection")},
                    {"b\n"}})
                  .ok());
  EXPECT_EQ(out_.str(), "a\nb\n");
  EXPECT_EQ(err_.str(), "not up to date: no connection\n");
}

TEST_F(WatchTest, TheFirstLookHasToSucceed) {
  EXPECT_EQ(ExitCodeOf(Play({{"", absl::UnavailableError("no connection")}, {"a\n"}})), kAway);
  EXPECT_EQ(ExitCodeOf(Play({{"a\n"}, {"", absl::NotFoundError("gone")}, {"b\n"}})), kNotFound);
}

TEST_F(WatchTest, ANoIsAnAnswer) {
  EXPECT_TRUE(Play({{"NO\n", AnswerIsNo("clocks agree")}, {"yes\n"}}).ok());
  EXPECT_EQ(out_.str(), "NO\nyes\n");
}

}  // namespace
}  // namespace muster::ctl
