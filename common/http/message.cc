#include "common/http/message.h"

#include <algorithm>
#include <cctype>

#include "common/http/compression.h"

namespace muster::http {
namespace {

constexpr size_t kWorthCompressing = 1024;
constexpr char kGzipMark[] = "-gzip";  // strong tags differ by encoding (RFC 9110, 8.8.3)

bool SameToken(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](unsigned char x, unsigned char y) {
    return std::tolower(x) == std::tolower(y);
  });
}

std::string_view Trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// Calls `each` with every element of a comma-separated list, until it gives true.
template <typename Each>
bool AnyOf(std::string_view list, Each each) {
  while (!list.empty()) {
    const size_t comma = std::min(list.find(','), list.size());
    if (each(Trim(list.substr(0, comma)))) return true;
    list.remove_prefix(std::min(comma + 1, list.size()));
  }
  return false;
}

bool HasZeroQuality(std::string_view parameters) {
  const size_t q = parameters.find("q=");
  if (q == std::string_view::npos) return false;
  const std::string_view value = Trim(parameters.substr(q + 2));
  return value.find_first_not_of("0.") == std::string_view::npos;
}

// Weak comparison, as If-None-Match asks for (RFC 9110, 13.1.2).
bool NamesTag(std::string_view list, const std::string& tag) {
  return AnyOf(list, [&tag](std::string_view element) {
    if (element == "*") return true;
    if (element.starts_with("W/")) element.remove_prefix(2);
    if (element.size() < 2) return false;
    element = element.substr(1, element.size() - 2);
    return element == tag || element == tag + kGzipMark;
  });
}

}  // namespace

Reply ErrorReply(int status, std::string_view status_name, std::string_view message) {
  Reply reply;
  reply.status = status;
  reply.content_type = "application/json";
  reply.headers = {{"Cache-Control", "no-store"}};
  reply.body.append("{\"error\":{\"code\":")
      .append(std::to_string(status))
      .append(",\"message\":\"")
      .append(message)
      .append("\",\"status\":\"")
      .append(status_name)
      .append("\",\"details\":[]}}");
  return reply;
}

bool ListAccepts(std::string_view list, std::string_view token) {
  return AnyOf(list, [token](std::string_view element) {
    const size_t semicolon = std::min(element.find(';'), element.size());
    return SameToken(Trim(element.substr(0, semicolon)), token) &&
           !HasZeroQuality(element.substr(semicolon));
  });
}

void Negotiate(const Request& request, Reply& reply) {
  if (reply.compressible) reply.headers.emplace_back("Vary", "Accept-Encoding");
  if (!reply.etag.empty()) {
    if (NamesTag(request.Field("If-None-Match"), reply.etag)) {
      reply.status = 304;
      reply.body.clear();
      reply.content_type.clear();
    }
  }
  const bool compress = reply.compressible && reply.body.size() > kWorthCompressing &&
                        ListAccepts(request.Field("Accept-Encoding"), "gzip");
  if (compress) {
    reply.body = Gzip(reply.body);
    reply.headers.emplace_back("Content-Encoding", "gzip");
  }
  if (!reply.etag.empty()) {
    reply.headers.emplace_back("ETag", '"' + reply.etag + (compress ? kGzipMark : "") + '"');
  }
}

}  // namespace muster::http
