#include "agent/host/windows/winhttp_downloader.h"

// clang-format off
#include <winsock2.h>
#include <windows.h>
// clang-format on

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace muster::host {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

// Answers each connection's request with the bytes that the test wants, and closes it.
class HttpServer {
 public:
  // `request` is its head as it came; what `send` answers false to, nobody wants any more.
  using Answer = std::function<void(const std::string& request,
                                    const std::function<bool(const std::string&)>& send)>;

  explicit HttpServer(Answer answer) : answer_(std::move(answer)) {
    WSADATA data;
    WSAStartup(MAKEWORD(2, 2), &data);
    listener_ = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int size = sizeof(address);
    EXPECT_EQ(bind(listener_, reinterpret_cast<sockaddr*>(&address), size), 0);
    EXPECT_EQ(getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size), 0);
    EXPECT_EQ(listen(listener_, 16), 0);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { Serve(); });
  }
  ~HttpServer() {
    stopping_ = true;
    const SOCKET knock = Connect();
    thread_.join();
    closesocket(knock);
    closesocket(listener_);
  }

  std::string Url(const std::string& path = "/u.msu") const {
    return absl::StrCat("http://127.0.0.1:", port_, path);
  }
  std::vector<std::string> requests() {
    const std::lock_guard lock(mutex_);
    return requests_;
  }

 private:
  SOCKET Connect() const {
    const SOCKET made = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port_);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connect(made, reinterpret_cast<sockaddr*>(&address), sizeof(address));
    return made;
  }
  void Serve() {
    for (;;) {
      const SOCKET peer = accept(listener_, nullptr, nullptr);
      if (stopping_) {
        closesocket(peer);
        return;
      }
      std::string request;
      char bytes[4096];
      int got = 0;
      while (!absl::StrContains(request, "\r\n\r\n") &&
             (got = recv(peer, bytes, sizeof(bytes), 0)) > 0) {
        request.append(bytes, static_cast<size_t>(got));
      }
      {
        const std::lock_guard lock(mutex_);
        requests_.push_back(request);
      }
      answer_(request, [peer, this](const std::string& data) {
        return !stopping_ && ::send(peer, data.data(), static_cast<int>(data.size()), 0) >= 0;
      });
      shutdown(peer, SD_SEND);
      closesocket(peer);
    }
  }

  const Answer answer_;
  SOCKET listener_ = INVALID_SOCKET;
  uint16_t port_ = 0;
  std::atomic<bool> stopping_ = false;
  std::mutex mutex_;
  std::vector<std::string> requests_;
  std::thread thread_;
};

std::string Ok(const std::string& body) {
  return absl::StrCat("HTTP/1.1 200 OK\r\nContent-Length: ", body.size(),
                      "\r\nConnection: close\r\n\r\n", body);
}

class WinHttpDownloaderTest : public ::testing::Test {
 protected:
  WinHttpDownloaderTest() {
    for (int i = 0; i < 700'000; ++i) content_.push_back(static_cast<char>(i * 31 + i / 977));
    limits_.connect = absl::Seconds(10);
    limits_.silence = absl::Milliseconds(500);
  }

  absl::Status Get(const std::string& url, uint64_t offset = 0) {
    got_.clear();
    return WinHttpDownloader(limits_).Get(url, offset, content_.size(),
                                          [this](absl::string_view data) {
                                            got_.append(data.data(), data.size());
                                            return absl::OkStatus();
                                          });
  }
  // What it says of a server that answers thus.
  absl::Status Answered(const std::string& answer, uint64_t offset = 0) {
    HttpServer server([&](const std::string&, const auto& send) { send(answer); });
    return Get(server.Url(), offset);
  }

  std::string content_, got_;
  DownloadLimits limits_;
};

TEST_F(WinHttpDownloaderTest, GivesAWholeFile) {
  HttpServer server([&](const std::string&, const auto& send) { send(Ok(content_)); });
  const absl::Status got = Get(server.Url("/updates/a%20b.msu"));
  EXPECT_TRUE(got.ok()) << got;
  EXPECT_EQ(got_, content_);
  ASSERT_THAT(server.requests(), SizeIs(1));
  EXPECT_THAT(server.requests()[0], HasSubstr("GET /updates/a%20b.msu HTTP/1.1\r\n"));
  EXPECT_FALSE(absl::StrContains(server.requests()[0], "Range:"));
}

TEST_F(WinHttpDownloaderTest, AsksForTheRestAlone) {
  HttpServer server([&](const std::string&, const auto& send) {
    const std::string rest = content_.substr(300'001);
    send(absl::StrCat("HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 300001-699999/700000",
                      "\r\nContent-Length: ", rest.size(), "\r\nConnection: close\r\n\r\n", rest));
  });
  const absl::Status got = Get(server.Url(), 300'001);
  EXPECT_TRUE(got.ok()) << got;
  EXPECT_EQ(got_, content_.substr(300'001));
  EXPECT_THAT(server.requests()[0], HasSubstr("Range: bytes=300001-\r\n"));
}

TEST_F(WinHttpDownloaderTest, PassesOverWhatItHasWhereTheWholeFileComes) {
  const absl::Status got = Answered(Ok(content_), 300'001);
  EXPECT_TRUE(got.ok()) << got;
  EXPECT_EQ(got_, content_.substr(300'001));
}

TEST_F(WinHttpDownloaderTest, AnotherPartThanTheRestIsRefused) {
  const absl::Status got =
      Answered(absl::StrCat("HTTP/1.1 206 Partial Content\r\nContent-Range: bytes "
                            "0-699999/700000\r\nContent-Length: ",
                            content_.size(), "\r\nConnection: close\r\n\r\n", content_),
               300'001);
  EXPECT_TRUE(absl::IsUnavailable(got)) << got;
  EXPECT_EQ(got_, "");
}

TEST_F(WinHttpDownloaderTest, SaysWhatTheServerSays) {
  const auto answered = [&](const std::string& status) {
    return Answered(absl::StrCat("HTTP/1.1 ", status,
                                 "\r\nContent-Length: 5\r\nConnection: close\r\n\r\nsorry"));
  };
  EXPECT_TRUE(absl::IsNotFound(answered("404 Not Found")));
  EXPECT_TRUE(absl::IsPermissionDenied(answered("403 Forbidden")));
  EXPECT_TRUE(absl::IsUnavailable(answered("503 Busy")));
  const absl::Status error = answered("500 Internal Server Error");
  EXPECT_TRUE(absl::IsUnavailable(error));
  EXPECT_THAT(std::string(error.message()), HasSubstr("/u.msu: answered 500"));
  EXPECT_EQ(got_, "");
}

TEST_F(WinHttpDownloaderTest, NobodyLogsOn) {
  HttpServer server([&](const std::string&, const auto& send) {
    send(
        "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: NTLM\r\nContent-Length: 0\r\n"
        "Connection: close\r\n\r\n");
  });
  EXPECT_TRUE(absl::IsPermissionDenied(Get(server.Url())));
  for (const std::string& request : server.requests()) {
    EXPECT_FALSE(absl::StrContains(request, "Authorization:")) << request;
  }
}

TEST_F(WinHttpDownloaderTest, AFileOfAnotherSizeIsNotEvenBegun) {
  const absl::Status got = Answered(Ok(content_ + "more"));
  EXPECT_TRUE(absl::IsFailedPrecondition(got)) << got;
  EXPECT_THAT(std::string(got.message()), HasSubstr("700004 bytes instead of 700000"));
  EXPECT_EQ(got_, "");
  EXPECT_TRUE(absl::IsFailedPrecondition(Answered(Ok("less"))));
}

TEST_F(WinHttpDownloaderTest, WhatDoesNotSayItsLengthIsBoundedByTheSignedOne) {
  bool cut_off = false;
  {
    HttpServer server([&](const std::string&, const auto& send) {
      bool wanted = send("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
      for (int i = 0; wanted && i < 1'000; ++i) wanted = send(content_);
      cut_off = !wanted;
    });
    const absl::Status got = Get(server.Url());
    EXPECT_TRUE(absl::IsFailedPrecondition(got)) << got;
    EXPECT_LE(got_.size(), content_.size());
  }
  EXPECT_TRUE(cut_off);
}

TEST_F(WinHttpDownloaderTest, ABodyThatEndsEarlyIsAnError) {
  absl::Status got = Answered(
      absl::StrCat("HTTP/1.1 200 OK\r\nContent-Length: 700000\r\nConnection: close\r\n\r\n",
                   content_.substr(0, 200'000)));
  EXPECT_TRUE(absl::IsUnavailable(got)) << got;
  EXPECT_LE(got_.size(), 200'000u);
  got = Answered("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + content_.substr(0, 200'000));
  EXPECT_TRUE(absl::IsUnavailable(got)) << got;
  EXPECT_EQ(got_, content_.substr(0, 200'000));
}

TEST_F(WinHttpDownloaderTest, FollowsARedirectAndKeepsTheRange) {
  HttpServer server([&](const std::string& request, const auto& send) {
    if (absl::StartsWith(request, "GET /there")) return void(send(Ok(content_)));
    send(
        "HTTP/1.1 302 Found\r\nLocation: /there/u.msu\r\nContent-Length: 0\r\n"
        "Connection: close\r\n\r\n");
  });
  const absl::Status got = Get(server.Url(), 300'001);
  EXPECT_TRUE(got.ok()) << got;
  EXPECT_EQ(got_, content_.substr(300'001));
  ASSERT_THAT(server.requests(), SizeIs(2));
  EXPECT_THAT(server.requests()[1], HasSubstr("Range: bytes=300001-"));
}

TEST_F(WinHttpDownloaderTest, RedirectsEnd) {
  HttpServer server([&](const std::string&, const auto& send) {
    send(
        "HTTP/1.1 302 Found\r\nLocation: /u.msu\r\nContent-Length: 0\r\n"
        "Connection: close\r\n\r\n");
  });
  const absl::Status got = Get(server.Url());
  EXPECT_TRUE(absl::IsUnavailable(got)) << got;
  EXPECT_LE(server.requests().size(), static_cast<size_t>(limits_.redirects) + 1);
}

TEST_F(WinHttpDownloaderTest, SilenceAndSlownessEnd) {
  HANDLE over = CreateEventW(nullptr, TRUE, FALSE, nullptr);
  for (const std::string begin : {"", "HTTP/1.1 200 OK\r\nContent-Length: 700000\r\n\r\nx"}) {
    ResetEvent(over);
    HttpServer silent([&](const std::string&, const auto& send) {
      send(begin);
      WaitForSingleObject(over, 30'000);
    });
    const ULONGLONG begun = GetTickCount64();
    const absl::Status got = Get(silent.Url());
    EXPECT_TRUE(absl::IsUnavailable(got)) << got;
    EXPECT_LT(GetTickCount64() - begun, 15'000u);
    SetEvent(over);
  }
  ResetEvent(over);
  // A byte now and then: never silent for long, and never done.
  limits_.whole = absl::Seconds(1);
  HttpServer slow([&](const std::string&, const auto& send) {
    bool wanted = send("HTTP/1.1 200 OK\r\nContent-Length: 700000\r\nConnection: close\r\n\r\n");
    while (wanted && WaitForSingleObject(over, 50) == WAIT_TIMEOUT) wanted = send("x");
  });
  const ULONGLONG begun = GetTickCount64();
  const absl::Status got = Get(slow.Url());
  EXPECT_TRUE(absl::IsUnavailable(got)) << got;
  EXPECT_THAT(std::string(got.message()), HasSubstr("too slow"));
  EXPECT_LT(GetTickCount64() - begun, 15'000u);
  SetEvent(over);
  CloseHandle(over);
}

TEST_F(WinHttpDownloaderTest, EndsWhereTheTakerWantsNoMore) {
  HttpServer server([&](const std::string&, const auto& send) { send(Ok(content_)); });
  int taken = 0;
  const absl::Status got =
      WinHttpDownloader().Get(server.Url(), 0, content_.size(), [&](absl::string_view) {
        ++taken;
        return absl::ResourceExhaustedError("the disk is full");
      });
  EXPECT_TRUE(absl::IsResourceExhausted(got)) << got;
  EXPECT_EQ(taken, 1);
}

TEST_F(WinHttpDownloaderTest, NobodyThereIsSaidInWords) {
  std::string url;
  {
    HttpServer server([](const std::string&, const auto&) {});
    url = server.Url();
  }
  const absl::Status got = Get(url);
  EXPECT_TRUE(absl::IsUnavailable(got)) << got;
  EXPECT_THAT(std::string(got.message()), HasSubstr("nobody answers there"));
  const absl::Status no_http = Answered("220 mail.example.com ESMTP\r\n\r\n");
  EXPECT_TRUE(absl::IsUnavailable(no_http)) << no_http;
}

}  // namespace
}  // namespace muster::host
