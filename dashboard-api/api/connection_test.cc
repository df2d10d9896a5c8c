// The server against clients that are slow, broken or hostile, and over TLS.
#include <gmock/gmock.h>
#include <spdlog/sinks/ringbuffer_sink.h>
#include <spdlog/spdlog.h>

#include <boost/asio/ssl.hpp>
#include <filesystem>

#include "absl/time/clock.h"
#include "common/files.h"
#include "common/pki/pki.h"
#include "dashboard-api/api/site_test_support.h"

namespace muster::dashboard {
namespace {

using ::testing::HasSubstr;

class ConnectionTest : public SiteTest {};

TEST_F(ConnectionTest, PipelinedRequestsAreAnsweredInOrder) {
  Start();
  RawClient client(port());
  client.Send(RequestText("GET", "/v1/machines?pageSize=1") + RequestText("GET", "/healthz") +
              RequestText("POST", "/v1/campaigns", "Content-Type: application/json\r\n",
                          R"({"spec":{"title":"third"}})") +
              RequestText("GET", "/v1/machines?pageSize=4"));
  EXPECT_THAT(client.Receive().body(), HasSubstr("\"totalSize\":\"1\""));
  EXPECT_EQ(client.Receive().body(), "ok\n");
  EXPECT_THAT(client.Receive().body(), HasSubstr("third"));
  EXPECT_THAT(client.Receive().body(), HasSubstr("\"totalSize\":\"4\""));
}

TEST_F(ConnectionTest, AClientThatClosesItsHalfGetsItsAnswer) {
  Start();
  RawClient client(port());
  client.Send(RequestText("GET", "/v1/machines"));
  client.HalfClose();
  EXPECT_EQ(client.Receive().result_int(), 200u);
}

TEST_F(ConnectionTest, OldClientsGetNoChunks) {
  fleet_.pages = 2;
  Start();
  RawClient client(port());
  client.Send(
      "GET /v1/machines?format=csv&fields=machines.attributes.name HTTP/1.0\r\nHost: x\r\n\r\n");
  EXPECT_THAT(client.ReceiveRest(),
              testing::EndsWith("\r\n\r\nattributes.name\r\nPC-0-0\r\nPC-1-0\r\n"));
}

TEST_F(ConnectionTest, AHeaderThatTakesTooLongIsCutOff) {
  options_.limits.header_timeout = std::chrono::milliseconds(200);
  Start();
  RawClient client(port());
  client.Send("GET /v1/machines HTTP/1.1\r\n");
  int sent = 0;
  try {
    for (; sent < 1000; ++sent) {  // a byte now and then keeps it alive no longer
      client.Send("X");
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
  } catch (const boost::system::system_error&) {
  }
  EXPECT_LT(sent, 1000);
  EXPECT_TRUE(Eventually([&] { return records_.open.load() == 0; }));
  EXPECT_EQ(fleet_.calls.load(), 0);
}

TEST_F(ConnectionTest, IdleAndBodyTimeouts) {
  options_.limits.idle_timeout = std::chrono::milliseconds(100);
  options_.limits.body_timeout = std::chrono::milliseconds(100);
  Start();
  RawClient idle(port());
  EXPECT_EQ(idle.ReceiveRest(), "");
  RawClient body(port());
  body.Send(RequestText("POST", "/v1/campaigns",
                        "Content-Type: application/json\r\nContent-Length: 10\r\n") +
            "{");
  EXPECT_EQ(body.ReceiveRest(), "");
  ASSERT_TRUE(Eventually([&] { return records_.lines().size() == 1; }));
  EXPECT_EQ(records_.lines()[0].status, 499);
}

TEST_F(ConnectionTest, ALargeHeaderIsRefused) {
  Start();
  RawClient client(port());
  client.Send("GET / HTTP/1.1\r\nHost: x\r\nX: " + std::string(20'000, 'x'));
  EXPECT_EQ(client.Receive().result_int(), 431u);
}

class HostileRequestTest : public SiteTest, public testing::WithParamInterface<const char*> {};

TEST_P(HostileRequestTest, IsRefusedAndTheConnectionEnds) {
  Start();
  RawClient client(port());
  client.Send(GetParam());
  const auto reply = client.Receive();
  EXPECT_EQ(reply.result_int(), 400u) << GetParam();
  EXPECT_EQ(client.ReceiveRest(), "") << GetParam();
  EXPECT_EQ(fleet_.calls.load(), 0);
}

INSTANTIATE_TEST_SUITE_P(
    All, HostileRequestTest,
    testing::Values(
        "GET /v1/machines HTTP/1.1\r\n\r\n",
        "GET /v1/machines HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        "GET http://x/v1/machines HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET v1/machines HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET /v1/machines HTTP/2.0\r\nHost: x\r\n\r\n",
        "GET  /v1/machines HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET /v1/machines HTTP/1.1\r\nHost : x\r\n\r\n",
        "GET /v1/machines HTTP/1.1\r\nHost: x\r\nAuthorization: a\r\nAuthorization: b\r\n\r\n",
        "POST /v1/campaigns HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: "
        "2\r\n\r\n{}",
        "POST /v1/campaigns HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nTransfer-Encoding: "
        "chunked\r\n\r\n{}",
        "POST /v1/campaigns HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n{}",
        "POST /v1/campaigns HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: identity, chunked, "
        "gzip\r\n\r\n{}",
        "\x16\x03\x01\x02\x01\x01\x01\xFC\x03\x03\r\n\r\n"));

TEST_F(ConnectionTest, NoMoreConnectionsThanAllowed) {
  options_.limits.max_connections = 2;
  Start();
  RawClient first(port());
  RawClient second(port());
  ASSERT_TRUE(Eventually([&] { return records_.open.load() == 2; }));
  RawClient third(port());
  EXPECT_EQ(third.ReceiveRest(), "");
  first.Close();
  ASSERT_TRUE(Eventually([&] { return records_.open.load() == 1; }));
  EXPECT_EQ(Exchange("GET", "/healthz").result_int(), 200u);
}

TEST_F(ConnectionTest, StopLetsRequestsFinishAndEndsTheRest) {
  Start();
  RawClient idle(port());
  RawClient watcher(port());
  watcher.Send(RequestText("GET", "/v1/campaigns/wait:watch"));
  EXPECT_THAT(watcher.ReceiveUntil("id: 1"), HasSubstr("id: 1"));
  RawClient busy(port());
  busy.Send(RequestText("GET", "/v1/machines?filter=slow"));
  ASSERT_TRUE(Eventually([&] { return fleet_.calls.load() == 1; }));
  server_->Stop();
  EXPECT_EQ(idle.ReceiveRest(), "");
  watcher.ReceiveRest();
  EXPECT_TRUE(Eventually([&] { return campaigns_.cancelled.load() == 1; }));
  fleet_.LetGo();
  const auto reply = busy.Receive();
  EXPECT_EQ(reply.result_int(), 200u);
  EXPECT_EQ(reply["Connection"], "close");
  EXPECT_TRUE(Eventually([&] { return records_.open.load() == 0; }));
}

TEST_F(ConnectionTest, StopWaitsNoLongerThanItsGrace) {
  options_.limits.grace = std::chrono::milliseconds(50);
  Start();
  RawClient busy(port());
  busy.Send(RequestText("GET", "/v1/machines?filter=slow"));
  ASSERT_TRUE(Eventually([&] { return fleet_.calls.load() == 1; }));
  server_->Stop();
  EXPECT_TRUE(Eventually([&] { return records_.open.load() == 0; }));
}

class TlsTest : public SiteTest {
 protected:
  void SetUp() override {
    SiteTest::SetUp();
    folder_ = std::filesystem::temp_directory_path() /
              absl::StrCat("muster-tls-", getpid(), "-", absl::ToUnixNanos(absl::Now()));
    std::filesystem::create_directory(folder_);
    options_.certificate_file = folder_ / "cert.pem";
    options_.key_file = folder_ / "key.pem";
    WriteFiles();
  }
  // A certificate and its key, of an authority of their own.
  void WriteFiles() {
    const auto authority = pki::Authority::Create("test", absl::Now(), absl::Hours(24));
    const auto key = pki::PrivateKey::Generate();
    auto certificate = authority.IssueServer(key, {"localhost"}, absl::Now(), absl::Hours(24));
    ASSERT_TRUE(certificate.ok());
    ASSERT_TRUE(
        ReplaceFileContent(options_.certificate_file, *certificate, FileMode::kPrivate).ok());
    ASSERT_TRUE(ReplaceFileContent(options_.key_file, key.ToPem(), FileMode::kPrivate).ok());
    authority_pem_ = authority.certificate_pem();
  }
  bool Serves() {
    boost::system::error_code error;
    TlsExchange(RequestText("GET", "/v1/machines"), error);
    return !error;
  }
  void TearDown() override {
    SiteTest::TearDown();
    std::filesystem::remove_all(folder_);
  }
  // One exchange over TLS; its error where there was none.
  HttpResponse TlsExchange(const std::string& text, boost::system::error_code& error,
                           int newest = TLS1_3_VERSION) {
    asio::io_context io;
    asio::ssl::context context(asio::ssl::context::tls_client);
    context.add_certificate_authority(asio::buffer(authority_pem_));
    context.set_verify_mode(asio::ssl::verify_peer);
    SSL_CTX_set_security_level(context.native_handle(), 0);
    SSL_CTX_set_max_proto_version(context.native_handle(), newest);
    asio::ssl::stream<asio::ip::tcp::socket> stream(io, context);
    stream.next_layer().connect(
        {asio::ip::address_v4::loopback(), static_cast<unsigned short>(port())});
    HttpResponse reply;
    stream.handshake(asio::ssl::stream_base::client, error);
    if (error) return reply;
    asio::write(stream, asio::buffer(text), error);
    beast::flat_buffer buffer;
    beast::http::read(stream, buffer, reply, error);
    return reply;
  }

  std::filesystem::path folder_;
  std::string authority_pem_;
};

TEST_F(TlsTest, ServesOverTls12And13WithStrictTransportSecurity) {
  Start();
  for (int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    boost::system::error_code error;
    const auto reply = TlsExchange(RequestText("GET", "/v1/machines"), error, version);
    EXPECT_FALSE(error) << error.message();
    EXPECT_EQ(reply.result_int(), 200u);
    EXPECT_EQ(reply["Strict-Transport-Security"], "max-age=31536000");
  }
  boost::system::error_code error;
  TlsExchange(RequestText("GET", "/v1/machines"), error, TLS1_1_VERSION);
  EXPECT_TRUE(error);
}

TEST_F(TlsTest, TheCookieIsOfThisHostAlone) {
  Start();
  boost::system::error_code error;
  const auto reply = TlsExchange(
      RequestText(
          "POST", "/v1/sessions",
          absl::StrCat("Content-Type: application/json\r\nX-Muster-CSRF: 1\r\nOrigin: https://",
                       host(), "\r\n"),
          R"({"userId":"anna","password":"right"})"),
      error);
  EXPECT_EQ(reply.result_int(), 200u) << reply.body();
  EXPECT_EQ(reply["Set-Cookie"],
            "__Host-muster=muster_session_secret; Path=/; Secure; HttpOnly; SameSite=Strict");
  // The name without __Host- is nobody's over TLS.
  TlsExchange(RequestText("GET", "/v1/machines", "Cookie: muster=x\r\n"), error);
  EXPECT_EQ(fleet_.authorization(), "");
  TlsExchange(RequestText("GET", "/v1/machines", "Cookie: __Host-muster=x\r\n"), error);
  EXPECT_EQ(fleet_.authorization(), "Bearer x");
}

TEST_F(TlsTest, AClientThatNeverShakesHandsIsCutOff) {
  options_.limits.handshake_timeout = std::chrono::milliseconds(100);
  Start();
  RawClient client(port());
  client.ReceiveRest();
  EXPECT_TRUE(Eventually([&] { return records_.open.load() == 0; }));
}

TEST_F(TlsTest, ARenewedCertificateHoldsForNewConnections) {
  options_.certificate_interval = std::chrono::milliseconds(10);
  Start();
  ASSERT_TRUE(Serves());
  const std::string before = authority_pem_;
  WriteFiles();
  EXPECT_TRUE(Eventually([this] { return Serves(); }));
  authority_pem_ = before;
  EXPECT_FALSE(Serves());
}

TEST_F(TlsTest, TheCertificateInUseStaysWhereARenewedOneIsNone) {
  const auto log = std::make_shared<spdlog::sinks::ringbuffer_sink_mt>(10);
  const auto before = spdlog::default_logger();
  spdlog::set_default_logger(std::make_shared<spdlog::logger>("test", log));
  options_.certificate_interval = std::chrono::milliseconds(10);
  Start();
  ASSERT_TRUE(ReplaceFileContent(options_.key_file, "nonsense", FileMode::kPrivate).ok());
  ASSERT_TRUE(Eventually([&log] { return !log->last_formatted().empty(); }));
  EXPECT_THAT(log->last_formatted().back(), HasSubstr("key.pem"));
  EXPECT_TRUE(Serves());
  // And the next that is one is taken.
  WriteFiles();
  EXPECT_TRUE(Eventually([this] { return Serves(); }));
  spdlog::set_default_logger(before);
}

TEST_F(TlsTest, StartRefusesACertificateThatIsNone) {
  ASSERT_TRUE(ReplaceFileContent(options_.key_file, "nonsense", FileMode::kPrivate).ok());
  auto server = http::Server::Start(
      io_, options_, [](http::Exchange&) -> asio::awaitable<void> { co_return; }, records_);
  EXPECT_TRUE(absl::IsInvalidArgument(server.status())) << server.status();
  ASSERT_TRUE(ReplaceFileContent(options_.key_file, "", FileMode::kPrivate).ok());
}

}  // namespace
}  // namespace muster::dashboard
