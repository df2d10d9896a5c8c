#include "server/notification/webhook.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/notification/outcome.h"

namespace muster::notification {
namespace {

using ::testing::Contains;
using ::testing::Not;
using ::testing::StartsWith;

// Computed with Python's hmac module.
TEST(WebhookTest, SignatureIsWhatOthersCompute) {
  EXPECT_EQ(WebhookSignature("whsec", absl::FromUnixSeconds(1700000000), R"({"a":1})"),
            "t=1700000000,v1=8ad37ba156048ae0e0a5533c75cdf26fee88b07f93cb57ee4c80adb053012032");
}

TEST(WebhookTest, HeadersHoldNoLineEnds) {
  Delivery delivery;
  delivery.event = "campaign.paused\r\nX-Evil: 1";
  for (const std::string& line : WebhookHeaders(delivery, absl::UnixEpoch())) {
    EXPECT_EQ(line.find_first_of("\r\n"), std::string::npos) << line;
  }
}

TEST(WebhookTest, WithoutASecretThereIsNoSignature) {
  Delivery delivery;
  EXPECT_THAT(WebhookHeaders(delivery, absl::UnixEpoch()),
              Not(Contains(StartsWith("Muster-Signature"))));
}

TEST(OutcomeTest, StatusCodesDecide) {
  using Kind = Outcome::Kind;
  auto kind = [](int code) { return JudgeHttp(code, "", absl::ZeroDuration()).kind; };
  for (int code : {200, 202, 204, 299}) EXPECT_EQ(kind(code), Kind::kSent) << code;
  for (int code : {400, 401, 403, 404, 410, 422}) EXPECT_EQ(kind(code), Kind::kGiveUp) << code;
  for (int code : {301, 307, 408, 429, 500, 503, 599}) EXPECT_EQ(kind(code), Kind::kRetry) << code;
}

TEST(OutcomeTest, TellsTheCodeInWordsAndOneLineOfWhatWasSaid) {
  EXPECT_EQ(JudgeHttp(404, "no such\x01 hook\r\nsecond line", {}).error,
            "the receiver answered 404 (Not Found): no such? hook");
  EXPECT_EQ(JudgeHttp(418, "", {}).error, "the receiver answered 418");
  EXPECT_LT(JudgeHttp(500, std::string(4096, 'x'), {}).error.size(), 300u);
}

TEST(OutcomeTest, ARelaysRefusalOfTheRecipientIsForGood) {
  EXPECT_EQ(JudgeSmtp(550, "550 5.1.1 nobody").kind, Outcome::Kind::kGiveUp);
  for (int code : {421, 450, 451, 452, 530, 535, 552}) {
    EXPECT_EQ(JudgeSmtp(code, "").kind, Outcome::Kind::kRetry) << code;
  }
}

}  // namespace
}  // namespace muster::notification
