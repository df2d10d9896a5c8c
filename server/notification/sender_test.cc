#include "server/notification/sender.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "server/notification/fake_receivers.h"
#include "server/notification/sender_fixture.h"

namespace muster::notification {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;
using ::testing::StartsWith;

FakeWebServer::Answer Always(const std::string& answer) {
  return [answer](int) { return answer; };
}

const char kOk[] = "200 OK";

class SenderTest : public SenderFixture {};

TEST_F(SenderTest, DeliversOnceSignedAndNamed) {
  FakeWebServer receiver(Always(FakeWebServer::Status(kOk)));
  store_.Add(Webhook(41, receiver.Url("/hook?a=b")));
  Start();
  ASSERT_TRUE(store_.WaitUntilSent(41));
  Stop();
  auto requests = receiver.WaitForRequests(1);
  ASSERT_THAT(requests, SizeIs(1));
  HttpRequest& request = requests[0];
  EXPECT_EQ(request.line, "POST /hook?a=b HTTP/1.1");
  EXPECT_EQ(request.body, R"({"campaign":"kb5034439"})");
  EXPECT_EQ(request.headers["content-type"], "application/json");
  EXPECT_EQ(request.headers["muster-event"], "campaign.paused");
  EXPECT_EQ(request.headers["muster-delivery"], "41");
  const std::string signature = request.headers["muster-signature"];
  int64_t seconds = 0;
  ASSERT_TRUE(absl::SimpleAtoi(signature.substr(2, signature.find(',') - 2), &seconds));
  EXPECT_EQ(signature, WebhookSignature("whsec", absl::FromUnixSeconds(seconds), request.body));
  EXPECT_LT(absl::Now() - absl::FromUnixSeconds(seconds), absl::Minutes(1));
}

TEST_F(SenderTest, TriesAgainAfterAServersErrorUnderTheSameId) {
  FakeWebServer receiver([](int number) {
    return FakeWebServer::Status(number == 0 ? "500 Oops" : kOk, "the disk is full\nmore");
  });
  store_.Add(Webhook(5, receiver.Url()));
  Start();
  ASSERT_TRUE(store_.WaitUntilSent(5));
  auto requests = receiver.WaitForRequests(2);
  ASSERT_THAT(requests, SizeIs(2));
  EXPECT_EQ(requests[0].headers["muster-delivery"], requests[1].headers["muster-delivery"]);
  EXPECT_EQ(store_.Get(5).error,
            "the receiver answered 500 (Internal Server Error): the disk is full");
}

TEST_F(SenderTest, GivesUpAtOnceWhereTheReceiverWillNeverTakeIt) {
  FakeWebServer receiver(Always(FakeWebServer::Status("404 Not Found", "no such hook")));
  store_.Add(Webhook(1, receiver.Url()));
  Start();
  ASSERT_TRUE(store_.WaitUntilGivenUp(1));
  EXPECT_THAT(receiver.WaitForRequests(1), SizeIs(1));
  EXPECT_EQ(store_.Get(1).error, "the receiver answered 404 (Not Found): no such hook");
}

TEST_F(SenderTest, LeavesAReceiverAloneForAsLongAsItAsks) {
  FakeWebServer receiver(
      Always(FakeWebServer::Status("429 Too Many Requests", "", "Retry-After: 120\r\n")));
  options_.max_pause = absl::Minutes(30);
  store_.Add(Webhook(1, receiver.Url()));
  Start();
  ASSERT_TRUE(store_.WaitUntilFailed(1));
  const FakeStore::Row row = store_.Get(1);
  EXPECT_GT(row.due - row.failed_at, absl::Seconds(110));
  EXPECT_LE(row.due - row.failed_at, absl::Seconds(120));
}

TEST_F(SenderTest, AReceiverCannotAskForMoreThanTheLongestPause) {
  FakeWebServer receiver(
      Always(FakeWebServer::Status("503 Service Unavailable", "", "Retry-After: 86400\r\n")));
  options_.max_pause = absl::Minutes(10);
  store_.Add(Webhook(1, receiver.Url()));
  Start();
  ASSERT_TRUE(store_.WaitUntilFailed(1));
  const FakeStore::Row row = store_.Get(1);
  EXPECT_LE(row.due - row.failed_at, absl::Minutes(10));
}

TEST_F(SenderTest, FollowsNoRedirect) {
  FakeWebServer elsewhere(Always(FakeWebServer::Status(kOk)));
  FakeWebServer receiver(Always(
      FakeWebServer::Status("307 Go", "", absl::StrCat("Location: ", elsewhere.Url(), "\r\n"))));
  options_.max_attempts = 2;
  store_.Add(Webhook(1, receiver.Url()));
  Start();
  ASSERT_TRUE(store_.WaitUntilGivenUp(1));
  EXPECT_THAT(receiver.WaitForRequests(2), SizeIs(2));
  EXPECT_THAT(elsewhere.WaitForRequests(0), SizeIs(0));
  EXPECT_THAT(store_.Get(1).error, HasSubstr("307"));
}

TEST_F(SenderTest, TriesAgainWhereNobodyListens) {
  std::string url;
  {
    FakeWebServer gone(Always(""));
    url = gone.Url();
  }
  options_.max_attempts = 3;
  store_.Add(Webhook(1, url));
  Start();
  ASSERT_TRUE(store_.WaitUntilGivenUp(1));
  const FakeStore::Row row = store_.Get(1);
  EXPECT_EQ(row.delivery.attempts, 2);  // the third gave it up
  EXPECT_THAT(row.error, StartsWith("no answer: "));
}

TEST_F(SenderTest, AReceiverThatHangsTimesOut) {
  FakeWebServer receiver(
      [](int number) { return number == 0 ? std::string() : FakeWebServer::Status(kOk); });
  options_.timeout = absl::Milliseconds(50);
  store_.Add(Webhook(1, receiver.Url()));
  Start();
  ASSERT_TRUE(store_.WaitUntilFailed(1));
  EXPECT_THAT(store_.Get(1).error, HasSubstr("timed out"));
}

TEST_F(SenderTest, AReceiverThatHangsHoldsUpNobodyElse) {
  FakeWebServer hanging(Always(""));
  FakeWebServer receiver(Always(FakeWebServer::Status(kOk)));
  store_.Add(Webhook(1, hanging.Url()));
  Start();
  ASSERT_THAT(hanging.WaitForRequests(1), SizeIs(1));
  for (int id = 2; id < 60; ++id) store_.Add(Webhook(id, receiver.Url()));
  sender_->Wake();
  for (int id = 2; id < 60; ++id) ASSERT_TRUE(store_.WaitUntilSent(id));
  EXPECT_FALSE(store_.Get(1).sent);
  EXPECT_THAT(receiver.WaitForRequests(58), SizeIs(58));
}

TEST_F(SenderTest, AReceiverThatHangsDoesNotHoldUpTheEnd) {
  FakeWebServer hanging(Always(""));
  options_.timeout = absl::Minutes(5);
  store_.Add(Webhook(1, hanging.Url()));
  Start();
  ASSERT_THAT(hanging.WaitForRequests(1), SizeIs(1));
  EXPECT_LT(Stop(), absl::Milliseconds(1500));
  // Nothing is said of it: it is due again when its lease ends.
  const FakeStore::Row row = store_.Get(1);
  EXPECT_FALSE(row.sent || row.given_up);
  EXPECT_EQ(row.delivery.attempts, 0);
}

TEST_F(SenderTest, AnAnswerWithoutEndIsNotReadToTheEnd) {
  const std::string endless = "HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n";
  FakeWebServer receiver(Always(endless + std::string(1 << 20, 'x')));
  store_.Add(Webhook(1, receiver.Url()));
  Start();
  ASSERT_TRUE(store_.WaitUntilSent(1));
}

TEST_F(SenderTest, WhatIsNotHttpIsTriedAgain) {
  FakeWebServer receiver(Always("SSH-2.0-OpenSSH_9.2\r\n"));
  options_.max_attempts = 2;
  options_.timeout = absl::Milliseconds(200);  // neither end of the handshake speaks
  store_.Add(Webhook(1, receiver.Url()));
  store_.Add(Webhook(2, absl::StrCat("https://127.0.0.1:", receiver.port(), "/")));
  Start();
  ASSERT_TRUE(store_.WaitUntilGivenUp(1));
  ASSERT_TRUE(store_.WaitUntilGivenUp(2));
  EXPECT_EQ(store_.Get(1).delivery.attempts, 1);
}

TEST_F(SenderTest, GivesUpAfterTheLastAttempt) {
  FakeWebServer receiver(Always(FakeWebServer::Status("503 Service Unavailable")));
  options_.max_attempts = 4;
  store_.Add(Webhook(1, receiver.Url()));
  Start();
  ASSERT_TRUE(store_.WaitUntilGivenUp(1));
  EXPECT_THAT(receiver.WaitForRequests(4), SizeIs(4));
}

TEST_F(SenderTest, PausesGrowUpToTheLongest) {
  FakeWebServer receiver(Always(FakeWebServer::Status("503 Service Unavailable")));
  options_.first_pause = absl::Minutes(1);
  options_.max_pause = absl::Minutes(30);
  Delivery third = Webhook(1, receiver.Url()), tenth = Webhook(2, receiver.Url());
  third.attempts = 2;
  tenth.attempts = 9;
  store_.Add(third);
  store_.Add(tenth);
  Start();
  auto failed_again = [](const FakeStore::Row& row) { return !row.error.empty(); };
  ASSERT_TRUE(store_.WaitFor(1, failed_again));
  ASSERT_TRUE(store_.WaitFor(2, failed_again));
  const FakeStore::Row one = store_.Get(1), two = store_.Get(2);
  EXPECT_GT(one.due - one.failed_at, absl::Minutes(2) - absl::Seconds(5));
  EXPECT_LE(one.due - one.failed_at, absl::Minutes(4));
  EXPECT_GT(two.due - two.failed_at, absl::Minutes(15) - absl::Seconds(5));
  EXPECT_LE(two.due - two.failed_at, absl::Minutes(30));
}

TEST_F(SenderTest, WakingSendsBeforeTheNextPoll) {
  FakeWebServer receiver(Always(FakeWebServer::Status(kOk)));
  options_.poll_interval = absl::Hours(1);
  store_.Add(Webhook(1, receiver.Url()));
  Start();
  ASSERT_TRUE(store_.WaitUntilSent(1));
  store_.Add(Webhook(2, receiver.Url()));
  sender_->Wake();
  EXPECT_TRUE(store_.WaitUntilSent(2));
}

TEST_F(SenderTest, AStoreThatFailsLosesNothingAndSendsNothingTwice) {
  FakeWebServer receiver(Always(FakeWebServer::Status(kOk)));
  store_.FailTakes(3);
  store_.FailMarks(5);
  for (int id = 1; id <= 40; ++id) store_.Add(Webhook(id, receiver.Url()));
  Start();
  for (int id = 1; id <= 40; ++id) ASSERT_TRUE(store_.WaitUntilSent(id));
  EXPECT_THAT(receiver.WaitForRequests(40), SizeIs(40));
}

TEST_F(SenderTest, ADeletedDeliveryKeepsNothingUp) {
  FakeWebServer receiver([this](int) {
    store_.Remove(1);
    return FakeWebServer::Status(kOk);
  });
  store_.Add(Webhook(1, receiver.Url()));
  Start();
  ASSERT_THAT(receiver.WaitForRequests(1), SizeIs(1));
  store_.Add(Webhook(2, receiver.Url()));
  EXPECT_TRUE(store_.WaitUntilSent(2));
}

TEST_F(SenderTest, AnAddressThatIsNotAllowedIsGivenUp) {
  store_.Add(Webhook(1, "file:///etc/passwd"));
  store_.Add(Webhook(2, "https://user:password@h.example/"));
  Start();
  EXPECT_TRUE(store_.WaitUntilGivenUp(1));
  EXPECT_TRUE(store_.WaitUntilGivenUp(2));
}

}  // namespace
}  // namespace muster::notification
