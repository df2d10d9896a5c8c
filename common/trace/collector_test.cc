#include "common/trace/collector.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/testdata/fake_collector.h"

namespace muster::trace {
namespace {

using testdata::FakeCollector;
using ::testing::HasSubstr;

TEST(CollectorTest, AnEndpointIsAUrlOfHttpOrHttps) {
  for (const char* good : {"http://127.0.0.1:4318", "https://collector.example",
                           "http://[::1]:4318/", "HTTPS://collector.example:4318/tenant/7"}) {
    EXPECT_TRUE(CheckEndpoint(good).ok()) << good;
  }
  for (const char* bad : {"", "127.0.0.1:4318", "grpc://127.0.0.1:4317", "http://",
                          "http://user:secret@collector.example", "http://a b", "http://a:99999",
                          "http://a/?token=1", "http://a/#x", "http://a\n"}) {
    EXPECT_TRUE(absl::IsInvalidArgument(CheckEndpoint(bad))) << bad;
  }
}

TEST(CollectorTest, TheStatusSaysWhetherToTryAgain) {
  FakeCollector fake;
  Collector collector(fake.endpoint() + "/", absl::Seconds(20));
  EXPECT_EQ(collector.Post("{}").kind, Answer::Kind::kTaken);
  for (const int status : {429, 502, 503, 504}) {
    fake.AnswerWith(status);
    EXPECT_EQ(collector.Post("{}").kind, Answer::Kind::kRetry) << status;
  }
  for (const int status : {301, 400, 401, 404, 413, 500, 501}) {
    fake.AnswerWith(status);
    const Answer answer = collector.Post("{}");
    EXPECT_EQ(answer.kind, Answer::Kind::kRefused) << status;
    EXPECT_THAT(answer.error, HasSubstr(std::to_string(status)));
  }
}

TEST(CollectorTest, OneThatIsAwayOrSilentIsTriedAgain) {
  const std::string gone = FakeCollector().endpoint();
  const Answer answer = Collector(gone, absl::Seconds(20)).Post("{}");
  EXPECT_EQ(answer.kind, Answer::Kind::kRetry);
  EXPECT_NE(answer.error, "");
  FakeCollector silent;
  silent.AnswerWith(0);
  EXPECT_EQ(Collector(silent.endpoint(), absl::Milliseconds(50)).Post("{}").kind,
            Answer::Kind::kRetry);
}

}  // namespace
}  // namespace muster::trace
