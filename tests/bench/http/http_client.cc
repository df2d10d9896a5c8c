#include "tests/bench/http/http_client.h"

#include <boost/asio/write.hpp>
#include <boost/beast/http.hpp>
#include <cstdlib>
#include <iostream>

namespace muster::bench {

namespace asio = boost::asio;
namespace http = boost::beast::http;

HttpClient::HttpClient(int port, std::string token)
    : socket_(io_),
      head_(" HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + std::move(token) +
            "\r\n\r\n") {
  socket_.connect({asio::ip::address_v4::loopback(), static_cast<unsigned short>(port)});
  socket_.set_option(asio::ip::tcp::no_delay(true));
}

std::string HttpClient::Get(const std::string& target) {
  asio::write(socket_, asio::buffer("GET " + target + head_));
  http::response_parser<http::string_body> parser;
  parser.body_limit(boost::none);
  http::read(socket_, buffer_, parser);
  if (parser.get().result_int() != 200) {
    std::cerr << target << ": " << parser.get().result_int() << " " << parser.get().body() << "\n";
    std::exit(1);
  }
  return std::move(parser.get().body());
}

void HttpClient::Watch(const std::string& target) {
  asio::write(socket_, asio::buffer("GET " + target + head_));
}

std::string HttpClient::NextEvent() {
  for (;;) {
    const size_t begin = stream_.find("data: ");
    const size_t end = begin == std::string::npos ? begin : stream_.find("\n\n", begin);
    if (end != std::string::npos) {
      std::string data = stream_.substr(begin + 6, end - begin - 6);
      stream_.erase(0, end + 2);
      return data;
    }
    char piece[4096];
    const size_t count = socket_.read_some(asio::buffer(piece));
    stream_.append(piece, count);
  }
}

}  // namespace muster::bench
