#include "server/notification/outcome.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace muster::notification {
namespace {

constexpr size_t kMaxLineBytes = 200;

// RFC 9110, section 15, and RFC 6585: the ones that receivers really answer with.
constexpr struct {
  int code;
  const char* words;
} kWords[] = {
    {301, "Moved Permanently, which is not followed"},
    {302, "Found elsewhere, which is not followed"},
    {303, "See Other, which is not followed"},
    {307, "Temporary Redirect, which is not followed"},
    {308, "Permanent Redirect, which is not followed"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {410, "Gone"},
    {413, "Content Too Large"},
    {415, "Unsupported Media Type"},
    {422, "Unprocessable Content"},
    {429, "Too Many Requests"},
    {500, "Internal Server Error"},
    {502, "Bad Gateway"},
    {503, "Service Unavailable"},
    {504, "Gateway Timeout"},
};

std::string Words(int code) {
  auto found = std::find_if(std::begin(kWords), std::end(kWords),
                            [&](const auto& entry) { return entry.code == code; });
  return found == std::end(kWords) ? "" : absl::StrCat(" (", found->words, ")");
}

}  // namespace

std::string PrintableLine(absl::string_view text) {
  text = absl::StripLeadingAsciiWhitespace(text);
  std::string line(text.substr(0, std::min(text.find_first_of("\r\n"), kMaxLineBytes)));
  std::replace_if(
      line.begin(), line.end(), [](char c) { return !absl::ascii_isprint(c); }, '?');
  return line;
}

Outcome JudgeHttp(int code, absl::string_view body, absl::Duration retry_after) {
  if (code >= 200 && code < 300) return {Outcome::Kind::kSent, "", {}};
  const bool for_good = code >= 400 && code < 500 && code != 408 && code != 429;
  std::string line = PrintableLine(body);
  return {for_good ? Outcome::Kind::kGiveUp : Outcome::Kind::kRetry,
          absl::StrCat("the receiver answered ", code, Words(code), line.empty() ? "" : ": ", line),
          retry_after};
}

Outcome JudgeSmtp(int code, absl::string_view reply) {
  // RFC 5321, 4.2.3: no such mailbox, not local, not allowed, transaction failed. 552 (the mailbox
  // is full) passes, and so does what is wrong with the login.
  const bool for_good = code == 550 || code == 551 || code == 553 || code == 554;
  return {for_good ? Outcome::Kind::kGiveUp : Outcome::Kind::kRetry,
          absl::StrCat("the mail relay answered ", PrintableLine(reply)),
          {}};
}

}  // namespace muster::notification
