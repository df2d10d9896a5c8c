// One client's connection: reads requests, has them handled, writes replies, in its order. Runs on
// one strand.
#ifndef MUSTER_COMMON_HTTP_CONNECTION_H_
#define MUSTER_COMMON_HTTP_CONNECTION_H_

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <memory>

#include "common/http/server.h"

namespace muster::http {

// What all connections of a server share; outlives them.
struct ConnectionContext {
  const ServerOptions& options;
  const Handler& handler;
  Observer& observer;
};

class Connection {
 public:
  virtual ~Connection() = default;
  // Serves until either end closes.
  virtual boost::asio::awaitable<void> Run() = 0;
  // From the strand. Whether a request is being answered that should be let finish.
  virtual bool busy() const = 0;
  // From the strand: no request after the one under way.
  virtual void Drain() = 0;
};

// `tls` null: plain HTTP. The socket's executor is the strand.
std::shared_ptr<Connection> MakeConnection(boost::asio::ip::tcp::socket socket,
                                           boost::asio::ssl::context* tls,
                                           const ConnectionContext& context);

}  // namespace muster::http

#endif  // MUSTER_COMMON_HTTP_CONNECTION_H_
