#include "tests/bench/http/http_client.h"

#include <array>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http.hpp>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <string_view>

namespace muster::bench {

namespace asio = boost::asio;
namespace http = boost::beast::http;

namespace {

std::string HeadAfterTarget(const std::string& token) {
  return " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + token + "\r\n\r\n";
}

asio::ip::tcp::endpoint Loopback(int port) {
  return {asio::ip::address_v4::loopback(), static_cast<unsigned short>(port)};
}

// How long the answer is that begins with `text`; 0: not told yet.
size_t AnswerSize(std::string_view text) {
  constexpr std::string_view kLength = "Content-Length: ";
  const size_t end = text.find("\r\n\r\n");
  const size_t length = text.find(kLength);
  if (end == text.npos) return 0;
  if (!text.starts_with("HTTP/1.1 200") || length > end) {
    std::cerr << text << "\n";
    std::exit(1);
  }
  return end + 4 + static_cast<size_t>(std::atoi(text.data() + length + kLength.size()));
}

asio::awaitable<void> GetUntil(std::chrono::steady_clock::time_point end, int port,
                               std::string request, int64_t& count) {
  asio::ip::tcp::socket socket(co_await asio::this_coro::executor);
  co_await socket.async_connect(Loopback(port), asio::use_awaitable);
  socket.set_option(asio::ip::tcp::no_delay(true));
  std::array<char, 16 * 1024> answer;
  while (std::chrono::steady_clock::now() < end) {
    co_await asio::async_write(socket, asio::buffer(request), asio::use_awaitable);
    size_t size = 0, read = 0;
    while (size == 0 || read < size) {
      read += co_await socket.async_read_some(
          asio::buffer(answer.data() + read, answer.size() - read), asio::use_awaitable);
      if (size == 0) size = AnswerSize({answer.data(), read});
    }
    ++count;
  }
}

}  // namespace

HttpClient::HttpClient(int port, std::string token) : socket_(io_), head_(HeadAfterTarget(token)) {
  socket_.connect(Loopback(port));
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

int64_t GetManyTimes(int port, const std::string& token, const std::string& target, int connections,
                     std::chrono::steady_clock::time_point end) {
  asio::io_context io(1);
  int64_t count = 0;
  for (int i = 0; i < connections; ++i) {
    asio::co_spawn(io, GetUntil(end, port, "GET " + target + HeadAfterTarget(token), count),
                   [](const std::exception_ptr& error) {
                     if (error) std::rethrow_exception(error);
                   });
  }
  io.run();
  return count;
}

}  // namespace muster::bench
