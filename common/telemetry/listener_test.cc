#include "common/telemetry/listener.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "tests/testdata/http_get.h"

namespace muster::telemetry {
namespace {

using testdata::HttpGet;
using testdata::HttpReply;
using ::testing::HasSubstr;

class ListenerTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto listener = Listener::Start(
        "127.0.0.1:0", {[] { return std::string("muster_x 1\n"); }, [this] { return ailment_; },
                        [this] { return hindrance_; }});
    ASSERT_TRUE(listener.ok()) << listener.status();
    listener_ = *std::move(listener);
  }
  HttpReply Get(const std::string& path) { return HttpGet(listener_->port(), path); }

  std::string ailment_, hindrance_;
  std::unique_ptr<Listener> listener_;
};

TEST_F(ListenerTest, TellsMetricsAsPrometheusWantsThem) {
  const HttpReply reply = Get("/metrics");
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.content_type, "text/plain; version=0.0.4; charset=utf-8");
  EXPECT_EQ(reply.body, "muster_x 1\n");
}

TEST_F(ListenerTest, HealthAndReadinessAreToldApart) {
  EXPECT_EQ(Get("/healthz").status, 200);
  EXPECT_EQ(Get("/readyz").body, "ok\n");
  hindrance_ = "the database does not answer";
  EXPECT_EQ(Get("/healthz").status, 200);
  EXPECT_EQ(Get("/readyz").status, 503);
  EXPECT_EQ(Get("/readyz").body, "the database does not answer\n");
  ailment_ = "the server's main loop hangs";
  EXPECT_EQ(Get("/healthz").status, 503);
}

TEST_F(ListenerTest, KnowsNothingElse) {
  EXPECT_EQ(Get("/").status, 404);
  EXPECT_EQ(Get("/metrics/x").status, 404);
}

TEST_F(ListenerTest, SaysWhatIsWrongWithAnAddress) {
  const Answers answers{[] { return ""; }, [] { return ""; }, [] { return ""; }};
  EXPECT_TRUE(absl::IsInvalidArgument(Listener::Start("nowhere", answers).status()));
  const auto taken = Listener::Start(absl::StrCat("127.0.0.1:", listener_->port()), answers);
  EXPECT_TRUE(absl::IsUnavailable(taken.status())) << taken.status();
}

}  // namespace
}  // namespace muster::telemetry
