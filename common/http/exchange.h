// One request and its reply, as a handler deals with it: a coroutine on the connection's strand.
// Where the client goes away or is too slow, what it waits for throws
// boost::system::system_error; a handler lets that pass, and the connection ends.
#ifndef MUSTER_COMMON_HTTP_EXCHANGE_H_
#define MUSTER_COMMON_HTTP_EXCHANGE_H_

#include <boost/asio/awaitable.hpp>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "common/http/message.h"

namespace muster::http {

class Exchange {
 public:
  virtual ~Exchange() = default;

  virtual const Request& request() const = 0;

  // The whole body; nothing where it is larger than `max_bytes`.
  virtual boost::asio::awaitable<std::optional<std::string>> ReadBody(size_t max_bytes) = 0;
  // The next bytes of the body as they come, at most so many and fewer only at its end; empty when
  // there are no more.
  virtual boost::asio::awaitable<std::string> ReadBodyPart(size_t max_bytes) = 0;

  // Answers, after Negotiate. Once an exchange.
  virtual boost::asio::awaitable<void> Respond(Reply reply) = 0;

  // Answers with a body of unknown length: BeginStream (the reply's own body is empty), any number
  // of Write, EndStream. A handler that leaves without EndStream breaks the connection off, so that
  // the client sees that the body is not whole. Write waits until the client has taken the bytes,
  // and throws where it does not within the write timeout.
  virtual boost::asio::awaitable<void> BeginStream(Reply head) = 0;
  virtual boost::asio::awaitable<void> Write(std::string_view bytes) = 0;
  virtual boost::asio::awaitable<void> EndStream() = 0;

  // Returns when the client has gone. For streams that wait; the connection ends after them.
  virtual boost::asio::awaitable<void> UntilGone() = 0;

  // The route's template, for log and metrics: never what the client wrote.
  virtual void SetRoute(std::string route) = 0;
  // The id of the trace that the request belongs to, for the log.
  virtual void SetTrace(std::string trace_id) = 0;

  // Of the answer; 0: none was begun.
  virtual int status() const = 0;
};

using Handler = std::function<boost::asio::awaitable<void>(Exchange&)>;

}  // namespace muster::http

#endif  // MUSTER_COMMON_HTTP_EXCHANGE_H_
