#include "server/notification/mail.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_split.h"

namespace muster::notification {
namespace {

Delivery SomeMail() {
  Delivery delivery;
  delivery.id = 7;
  delivery.subject = "Campaign paused";
  delivery.text = "Three machines failed.\nLook at them.\n";
  delivery.channel = {"c", Channel::Kind::kEmail, "ops@example.org", ""};
  delivery.created_at = absl::FromUnixSeconds(1700000000);
  return delivery;
}

std::string Decoded(const std::string& message) {
  std::string text;
  EXPECT_TRUE(absl::Base64Unescape(message.substr(message.find("\r\n\r\n") + 4), &text));
  return text;
}

// Undoes EncodedSubject as RFC 2047 says.
std::string DecodedSubject(const std::string& subject) {
  std::string text;
  for (absl::string_view word : absl::StrSplit(subject, "\r\n ")) {
    EXPECT_LE(word.size(), 75u);
    EXPECT_TRUE(absl::StartsWith(word, "=?UTF-8?B?") && absl::EndsWith(word, "?=")) << word;
    std::string part;
    EXPECT_TRUE(absl::Base64Unescape(word.substr(10, word.size() - 12), &part));
    // No character is cut: none begins with a continuation byte.
    EXPECT_NE(static_cast<uint8_t>(part[0]) & 0xC0, 0x80);
    text += part;
  }
  return text;
}

TEST(MailTest, HasTheHeadersOfAMail) {
  const std::string message = MailMessage("muster@example.com", SomeMail());
  EXPECT_TRUE(absl::StartsWith(message,
                               "Date: Tue, 14 Nov 2023 22:13:20 +0000\r\n"
                               "Message-ID: <muster-7.1700000000@example.com>\r\n"
                               "From: <muster@example.com>\r\n"
                               "To: <ops@example.org>\r\n"
                               "Subject: Campaign paused\r\n"))
      << message;
  EXPECT_TRUE(absl::StrContains(message, "\r\nContent-Type: text/plain; charset=utf-8\r\n"));
  EXPECT_EQ(Decoded(message), "Three machines failed.\r\nLook at them.\r\n");
}

TEST(MailTest, IsTheSameInEachAttempt) {
  Delivery again = SomeMail();
  again.attempts = 3;
  EXPECT_EQ(MailMessage("m@example.com", SomeMail()), MailMessage("m@example.com", again));
}

TEST(MailTest, LongTextComesInShortLines) {
  Delivery delivery = SomeMail();
  delivery.text = std::string(5000, 'x') + "\n.\nend";
  const std::string message = MailMessage("m@example.com", delivery);
  for (absl::string_view line : absl::StrSplit(message, "\r\n")) EXPECT_LE(line.size(), 78u);
  EXPECT_EQ(Decoded(message), std::string(5000, 'x') + "\r\n.\r\nend");
}

TEST(MailTest, SubjectsThatAreNotAsciiAreEncoded) {
  std::string subject = "Kampagne \xC3\xBC";
  for (int i = 0; i < 60; ++i) subject += "\xE2\x82\xAC\xF0\x9F\x98\x80";
  EXPECT_EQ(DecodedSubject(EncodedSubject(subject)), subject);
  // What looks like an encoded word is none.
  EXPECT_EQ(DecodedSubject(EncodedSubject("=?UTF-8?Q?x?=")), "=?UTF-8?Q?x?=");
  EXPECT_EQ(DecodedSubject(EncodedSubject(std::string(70, 'x'))), std::string(70, 'x'));
}

TEST(MailTest, ASubjectCannotEndItsLine) {
  EXPECT_EQ(EncodedSubject("paused\r\nBcc: all@example.org"), "paused  Bcc: all@example.org");
  EXPECT_EQ(DecodedSubject(EncodedSubject("\xC3\xBC\r\n\r\nbody")), "\xC3\xBC    body");
  // Not UTF-8 at all: still one header.
  for (absl::string_view line : absl::StrSplit(EncodedSubject(std::string(200, '\x80')), "\r\n")) {
    EXPECT_TRUE(absl::StrContains(line, "=?UTF-8?B?"));
  }
}

}  // namespace
}  // namespace muster::notification
