// The sender and a mail relay.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "server/notification/fake_receivers.h"
#include "server/notification/sender_fixture.h"

namespace muster::notification {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

class MailSenderTest : public SenderFixture {
 protected:
  void StartWith(const FakeMailRelay& relay) {
    options_.smtp.url = relay.Url();
    options_.smtp.from = "muster@example.com";
    Start();
  }
};

TEST_F(MailSenderTest, AMailArrivesWithItsSubjectEncoded) {
  FakeMailRelay relay;
  Delivery delivery = Mail(3, "ops@example.org");
  delivery.subject = "Kampagne \xC3\xBC";
  store_.Add(delivery);
  StartWith(relay);
  ASSERT_TRUE(store_.WaitUntilSent(3));
  auto mails = relay.WaitForMails(1);
  ASSERT_THAT(mails, SizeIs(1));
  EXPECT_THAT(mails[0].from, HasSubstr("<muster@example.com>"));
  EXPECT_EQ(mails[0].to, "<ops@example.org>");
  EXPECT_THAT(mails[0].message, HasSubstr("\r\nSubject: =?UTF-8?B?S2FtcGFnbmUgw7w=?=\r\n"));
  EXPECT_THAT(mails[0].message, HasSubstr("\r\n\r\nVGhyZWUgbWFjaGluZXMgZmFpbGVkLg==\r\n"));
}

TEST_F(MailSenderTest, NobodySlipsInHeadersOrRecipients) {
  FakeMailRelay relay;
  Delivery subject = Mail(1, "ops@example.org");
  subject.subject = "paused\r\nBcc: all@example.org\r\n\r\nnew body";
  store_.Add(subject);
  store_.Add(Mail(2, "ops@example.org\r\nRCPT TO:<all@example.org>"));
  store_.Add(Mail(3, "ops@example.org> <all@example.org"));
  StartWith(relay);
  ASSERT_TRUE(store_.WaitUntilSent(1));
  EXPECT_TRUE(store_.WaitUntilGivenUp(2));
  EXPECT_TRUE(store_.WaitUntilGivenUp(3));
  auto mails = relay.WaitForMails(1);
  ASSERT_THAT(mails, SizeIs(1));
  EXPECT_THAT(mails[0].message, Not(HasSubstr("\r\nBcc")));
}

TEST_F(MailSenderTest, AnUnknownRecipientIsGivenUp) {
  FakeMailRelay relay({.to_rcpt = "550 5.1.1 nobody of that name"});
  store_.Add(Mail(1, "ops@example.org"));
  StartWith(relay);
  ASSERT_TRUE(store_.WaitUntilGivenUp(1));
  EXPECT_EQ(store_.Get(1).error, "the mail relay answered 550 5.1.1 nobody of that name");
}

TEST_F(MailSenderTest, ARelayThatIsBusyIsTriedAgain) {
  FakeMailRelay relay({.to_rcpt = "451 greylisted"});
  options_.max_attempts = 3;
  store_.Add(Mail(1, "ops@example.org"));
  StartWith(relay);
  ASSERT_TRUE(store_.WaitUntilGivenUp(1));
  EXPECT_EQ(store_.Get(1).delivery.attempts, 2);
}

TEST_F(MailSenderTest, WithoutTlsNoPasswordIsSent) {
  FakeMailRelay relay;
  options_.smtp.user = "muster";
  options_.smtp.password = "hunter2";
  store_.Add(Mail(1, "ops@example.org"));
  StartWith(relay);
  ASSERT_TRUE(store_.WaitUntilFailed(1));
  EXPECT_THAT(relay.WaitForMails(0), SizeIs(0));
}

TEST_F(MailSenderTest, WithoutARelayMailWaits) {
  store_.Add(Mail(1, "ops@example.org"));
  Start();
  ASSERT_TRUE(store_.WaitUntilFailed(1));
  EXPECT_EQ(store_.Get(1).error, "the server has no mail relay");
}

TEST_F(MailSenderTest, ARelayThatHangsTimesOut) {
  FakeMailRelay relay({.greeting = ""});
  options_.timeout = absl::Milliseconds(50);
  store_.Add(Mail(1, "ops@example.org"));
  StartWith(relay);
  ASSERT_TRUE(store_.WaitUntilFailed(1));
}

// curl waits for the answer to QUIT inside of its own loop.
TEST_F(MailSenderTest, ARelayThatHangsAtQuitDoesNotHoldUpTheEnd) {
  FakeMailRelay relay({.answers_quit = false});
  options_.timeout = absl::Minutes(5);
  store_.Add(Mail(1, "ops@example.org"));
  StartWith(relay);
  ASSERT_TRUE(relay.WaitForCommand("QUIT"));
  EXPECT_LT(Stop(), absl::Milliseconds(2500));
  EXPECT_TRUE(store_.Get(1).sent);
}

}  // namespace
}  // namespace muster::notification
