#include "common/http/request_check.h"

#include <algorithm>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/error.hpp>
#include <iterator>
#include <random>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"

namespace muster::http {
namespace {

namespace beast = boost::beast;

constexpr size_t kMaxRequestIdBytes = 64;

// Twice is a way to make two parties read a request differently.
constexpr const char* kOnce[] = {"Host",         "Authorization", "Cookie",
                                 "Origin",       "Expect",        "Sec-Fetch-Site",
                                 "Content-Type", "X-Muster-CSRF", "Transfer-Encoding"};

bool IsRequestId(std::string_view text) {
  return !text.empty() && text.size() <= kMaxRequestIdBytes &&
         std::all_of(text.begin(), text.end(), [](unsigned char c) {
           return absl::ascii_isalnum(c) || c == '-' || c == '_' || c == '.';
         });
}

std::string FreshRequestId() {
  thread_local std::mt19937_64 random{std::random_device{}()};
  return absl::StrCat(absl::Hex(random(), absl::kZeroPad16));
}

}  // namespace

std::optional<Reply> TakeRequest(const beast::http::header<true, beast::http::fields>& head,
                                 Request& request) {
  request.method = std::string(head.method_string());
  request.fields = head;
  const std::string_view id = request.Field("X-Request-Id");
  request.id = IsRequestId(id) ? std::string(id) : FreshRequestId();
  const std::string_view target(head.target().data(), head.target().size());
  if (!target.starts_with('/')) {
    return ErrorReply(400, "INVALID_ARGUMENT", "the request's target is no path");
  }
  const size_t question = std::min(target.find('?'), target.size());
  request.path = target.substr(0, question);
  request.query = target.substr(std::min(question + 1, target.size()));
  if (request.Field("Host").empty()) {
    return ErrorReply(400, "INVALID_ARGUMENT", "the Host field is missing");
  }
  for (const char* name : kOnce) {
    if (head.count(name) > 1) {
      return ErrorReply(400, "INVALID_ARGUMENT", absl::StrCat(name, " is given twice"));
    }
  }
  // Another coding than chunked would end the body where only some see its end.
  const bool chunked = beast::iequals(head["Transfer-Encoding"], "chunked");
  if (head.count("Transfer-Encoding") > 0 && (!chunked || head.version() < 11)) {
    return ErrorReply(400, "INVALID_ARGUMENT", "the only transfer coding taken is chunked");
  }
  return std::nullopt;
}

Reply RefusalOf(const boost::system::error_code& error) {
  if (error == beast::http::error::header_limit) {
    return ErrorReply(431, "INVALID_ARGUMENT", "the request's header is too large");
  }
  if (error.category() == beast::http::make_error_code(beast::http::error::bad_value).category() &&
      error != beast::http::error::partial_message) {
    return ErrorReply(400, "INVALID_ARGUMENT", "the request is not HTTP/1.1");
  }
  Reply nothing;
  nothing.status = 0;
  return nothing;
}

std::string HttpDate() {
  thread_local int64_t second = 0;
  thread_local std::string text;
  const int64_t now = absl::ToUnixSeconds(absl::Now());
  if (now != second) {
    second = now;
    text = absl::FormatTime("%a, %d %b %Y %H:%M:%S GMT", absl::FromUnixSeconds(now),
                            absl::UTCTimeZone());
  }
  return text;
}

}  // namespace muster::http
