#include "server/notification/fake_receivers.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace muster::notification {
namespace {

constexpr absl::Duration kPatience = absl::Seconds(20);

}  // namespace

LoopbackServer::LoopbackServer() {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  auto* any = reinterpret_cast<sockaddr*>(&address);
  socklen_t size = sizeof(address);
  listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (bind(listener_, any, size) != 0 || listen(listener_, 64) != 0 ||
      getsockname(listener_, any, &size) != 0) {
    std::abort();
  }
  port_ = ntohs(address.sin_port);
}

LoopbackServer::~LoopbackServer() { close(listener_); }

void LoopbackServer::Begin() {
  acceptor_ = std::thread([this] { Accept(); });
}

void LoopbackServer::Accept() {
  for (;;) {
    int client = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (client < 0) return;
    absl::MutexLock lock(&mutex_);
    if (stopped_) {
      close(client);
      return;
    }
    sockets_.push_back(client);
    // The socket is shut, not closed, at the end: its number must stay this connection's.
    threads_.emplace_back([this, client] {
      Serve(client);
      shutdown(client, SHUT_RDWR);
    });
  }
}

void LoopbackServer::Stop() {
  std::vector<std::thread> threads;
  {
    absl::MutexLock lock(&mutex_);
    stopped_ = true;
    for (int client : sockets_) shutdown(client, SHUT_RDWR);
    threads.swap(threads_);
  }
  shutdown(listener_, SHUT_RDWR);
  acceptor_.join();
  for (std::thread& thread : threads) thread.join();
  absl::MutexLock lock(&mutex_);
  for (int client : sockets_) close(client);
}

void LoopbackServer::Hang(int socket) {
  char byte;
  while (recv(socket, &byte, 1, 0) > 0) continue;
}

bool LoopbackServer::ReadLine(int socket, std::string& line) {
  line.clear();
  char c;
  while (recv(socket, &c, 1, 0) == 1) {
    if (c == '\n') {
      if (!line.empty() && line.back() == '\r') line.pop_back();
      return true;
    }
    line += c;
  }
  return false;
}

bool LoopbackServer::Read(int socket, size_t size, std::string& bytes) {
  bytes.resize(size);
  return size == 0 || recv(socket, bytes.data(), size, MSG_WAITALL) == static_cast<ssize_t>(size);
}

void LoopbackServer::Write(int socket, const std::string& bytes) {
  for (size_t done = 0; done < bytes.size();) {
    ssize_t sent = send(socket, bytes.data() + done, bytes.size() - done, MSG_NOSIGNAL);
    if (sent <= 0) return;
    done += static_cast<size_t>(sent);
  }
}

std::string FakeWebServer::Url(const std::string& path) const {
  return absl::StrCat("http://127.0.0.1:", port(), path);
}

std::string FakeWebServer::Status(const std::string& status, const std::string& body,
                                  const std::string& more_headers) {
  return absl::StrCat("HTTP/1.1 ", status, "\r\n", more_headers, "Content-Length: ", body.size(),
                      "\r\nConnection: close\r\n\r\n", body);
}

void FakeWebServer::Serve(int socket) {
  HttpRequest request;
  if (!ReadLine(socket, request.line)) return;
  for (std::string line; ReadLine(socket, line) && !line.empty();) {
    const size_t colon = std::min(line.find(':'), line.size());
    if (colon == line.size()) return;
    request.headers[absl::AsciiStrToLower(line.substr(0, colon))] =
        std::string(absl::StripAsciiWhitespace(absl::string_view(line).substr(colon + 1)));
  }
  if (!Read(socket, std::strtoul(request.headers["content-length"].c_str(), nullptr, 10),
            request.body)) {
    return;
  }
  int number = 0;
  {
    absl::MutexLock lock(&mutex_);
    number = static_cast<int>(requests_.size());
    requests_.push_back(std::move(request));
  }
  const std::string answer = answer_(number);
  if (answer.empty()) {
    Hang(socket);
  } else {
    Write(socket, answer);
  }
}

std::vector<HttpRequest> FakeWebServer::WaitForRequests(size_t count) {
  absl::MutexLock lock(&mutex_);
  auto enough = [this, count]()
                    ABSL_SHARED_LOCKS_REQUIRED(mutex_) { return requests_.size() >= count; };
  mutex_.AwaitWithTimeout(absl::Condition(&enough), kPatience);
  return requests_;
}

std::string FakeMailRelay::Url() const { return absl::StrCat("smtp://127.0.0.1:", port()); }

void FakeMailRelay::Serve(int socket) {
  if (options_.greeting.empty()) {
    Hang(socket);
    return;
  }
  Write(socket, options_.greeting + "\r\n");
  ReceivedMail mail;
  for (std::string line; ReadLine(socket, line);) {
    {
      absl::MutexLock lock(&mutex_);
      commands_.push_back(line.substr(0, line.find(' ')));
    }
    const std::string reply = Reply(socket, line, mail);
    if (reply.empty()) {
      Hang(socket);
      return;
    }
    Write(socket, reply + "\r\n");
    if (line == "QUIT") return;
  }
}

std::string FakeMailRelay::Reply(int socket, const std::string& line, ReceivedMail& mail) {
  if (absl::StartsWith(line, "EHLO")) return "250-relay.example\r\n250 8BITMIME";
  if (absl::StartsWith(line, "MAIL FROM:")) {
    mail.from = line.substr(10);
    return "250 fine";
  }
  if (absl::StartsWith(line, "RCPT TO:")) {
    mail.to = line.substr(8);
    return options_.to_rcpt;
  }
  if (line == "QUIT") return options_.answers_quit ? "221 bye" : "";
  if (line != "DATA") return "502 what?";
  Write(socket, "354 go on\r\n");
  for (std::string text; ReadLine(socket, text) && text != ".";) mail.message += text + "\r\n";
  absl::MutexLock lock(&mutex_);
  mails_.push_back(mail);
  return "250 taken";
}

std::vector<ReceivedMail> FakeMailRelay::WaitForMails(size_t count) {
  absl::MutexLock lock(&mutex_);
  auto enough = [this, count]()
                    ABSL_SHARED_LOCKS_REQUIRED(mutex_) { return mails_.size() >= count; };
  mutex_.AwaitWithTimeout(absl::Condition(&enough), kPatience);
  return mails_;
}

bool FakeMailRelay::WaitForCommand(const std::string& command) {
  absl::MutexLock lock(&mutex_);
  auto said = [this, &command]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) {
    return std::find(commands_.begin(), commands_.end(), command) != commands_.end();
  };
  return mutex_.AwaitWithTimeout(absl::Condition(&said), kPatience);
}

}  // namespace muster::notification
