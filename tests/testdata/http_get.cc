#include "tests/testdata/http_get.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <chrono>

namespace muster::testdata {

namespace beast = boost::beast;

HttpReply HttpGet(int port, const std::string& path,
                  const std::vector<std::pair<std::string, std::string>>& fields) {
  boost::asio::io_context io;
  beast::tcp_stream stream(io);
  stream.expires_after(std::chrono::seconds(30));
  beast::error_code error;
  stream.connect({boost::asio::ip::address_v4::loopback(), static_cast<unsigned short>(port)},
                 error);
  if (error) return {};
  beast::http::request<beast::http::empty_body> request(beast::http::verb::get, path, 11);
  request.set(beast::http::field::host, "localhost");
  request.set(beast::http::field::connection, "close");
  for (const auto& [name, value] : fields) request.set(name, value);
  beast::http::write(stream, request, error);
  if (error) return {};
  beast::flat_buffer buffer;
  beast::http::response<beast::http::string_body> response;
  beast::http::read(stream, buffer, response, error);
  if (error) return {};
  return {static_cast<int>(response.result_int()),
          std::string(response[beast::http::field::content_type]), response.body()};
}

}  // namespace muster::testdata
