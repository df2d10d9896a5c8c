#include "server/notification/channel.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"

namespace muster::notification {
namespace {

using Kind = Channel::Kind;

absl::StatusCode Check(Kind kind, const std::string& address) {
  return CheckChannel({"c", kind, address, "secret"}).code();
}

TEST(CheckChannelTest, TakesHttpAndHttps) {
  for (const char* url :
       {"https://hooks.example/a?b=c", "http://10.0.0.1:8080/", "HTTPS://h.example",
        "https://[2001:db8::1]/x", "https://h.example/a@b"}) {
    EXPECT_EQ(Check(Kind::kWebhook, url), absl::StatusCode::kOk) << url;
  }
}

TEST(CheckChannelTest, RefusesOtherUrls) {
  for (const std::string& url :
       {std::string(""), std::string("hooks.example"), std::string("ftp://h.example/"),
        std::string("file:///etc/passwd"), std::string("gopher://h.example/"),
        std::string("https://user:password@h.example/"), std::string("https://user@h.example/"),
        std::string("https://h.example/a b"), std::string("https://h.example/\r\nX: y"),
        std::string("https://h.example/\0x", 20), std::string("https://"),
        std::string("https://h\xc3\xa9.example/"), std::string("https://h.example:99999/"),
        absl::StrCat("https://h.example/", std::string(2048, 'a'))}) {
    EXPECT_EQ(Check(Kind::kWebhook, url), absl::StatusCode::kInvalidArgument) << url;
  }
}

TEST(CheckChannelTest, TakesPlainMailAddresses) {
  for (const char* address :
       {"ops@example.org", "o.p-s+muster@mail.example.org", "root@localhost"}) {
    EXPECT_EQ(Check(Kind::kEmail, address), absl::StatusCode::kOk) << address;
  }
}

TEST(CheckChannelTest, RefusesWhatCouldSayMoreThanAnAddress) {
  for (const std::string& address :
       {std::string(""), std::string("ops"), std::string("@example.org"), std::string("ops@"),
        std::string("a@b@example.org"), std::string("ops@example.org\r\nBcc: all@example.org"),
        std::string("ops@example.org\n"), std::string("ops @example.org"),
        std::string("ops@example.org>"), std::string("a@example.org,b@example.org"),
        std::string("Ops <ops@example.org>"), std::string("\"a b\"@example.org"),
        std::string("ops@example.org\0", 16), std::string("\xc3\xb6ps@example.org"),
        absl::StrCat(std::string(310, 'a'), "@example.org")}) {
    EXPECT_EQ(Check(Kind::kEmail, address), absl::StatusCode::kInvalidArgument) << address;
  }
}

TEST(CheckChannelTest, NeverRepeatsTheAddress) {
  EXPECT_EQ(CheckChannel({"c", Kind::kWebhook, "https://u:hunter2@h.example/", ""})
                .message()
                .find("hunter2"),
            absl::string_view::npos);
}

}  // namespace
}  // namespace muster::notification
