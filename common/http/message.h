// A request as a handler sees it, and the reply that it gives. Plain values.
#ifndef MUSTER_COMMON_HTTP_MESSAGE_H_
#define MUSTER_COMMON_HTTP_MESSAGE_H_

#include <boost/beast/http/fields.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace muster::http {

struct Request {
  std::string method;  // "GET"
  std::string path;    // as it was sent, still percent-encoded
  std::string query;   // behind '?', likewise
  boost::beast::http::fields fields;
  std::string remote;   // address of the client
  bool secure = false;  // came over TLS
  std::string id;       // the client's X-Request-Id where it is well-formed, else a fresh one

  // Empty where there is none.
  std::string_view Field(std::string_view name) const {
    const auto found = fields.find({name.data(), name.size()});
    return found == fields.end() ? std::string_view()
                                 : std::string_view(found->value().data(), found->value().size());
  }
};

using Headers = std::vector<std::pair<std::string, std::string>>;

// Field values are written as they are: whoever makes one keeps line breaks out.
struct Reply {
  int status = 200;
  std::string content_type;
  std::string body;
  Headers headers;
  bool compressible = false;  // gzip may be applied: the body holds no secret (BREACH)
  std::string etag;           // of the body, without quotes; empty: none
};

// {"error":{…}} for what is refused before any handler sees it. `message` is plain ASCII.
Reply ErrorReply(int status, std::string_view status_name, std::string_view message);

// Whether a list such as Accept-Encoding or Accept names this token, and not with q=0.
bool ListAccepts(std::string_view list, std::string_view token);

// Turns the reply into what this request gets: 304 where it has this very ETag, gzip where that is
// allowed, accepted and worth it.
void Negotiate(const Request& request, Reply& reply);

}  // namespace muster::http

#endif  // MUSTER_COMMON_HTTP_MESSAGE_H_
