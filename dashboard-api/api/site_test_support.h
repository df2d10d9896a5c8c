// A dashboard over real sockets in front of a small gRPC server in this process: for tests.
#ifndef MUSTER_DASHBOARD_API_API_SITE_TEST_SUPPORT_H_
#define MUSTER_DASHBOARD_API_API_SITE_TEST_SUPPORT_H_

#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <atomic>
#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "common/http/server.h"
#include "common/trace/keeping_sink.h"
#include "common/trace/tracer.h"
#include "dashboard-api/api/api.h"
#include "dashboard-api/api/site.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "muster/v1/campaign.grpc.pb.h"
#include "muster/v1/evidence.grpc.pb.h"
#include "muster/v1/operator.grpc.pb.h"
#include "muster/v1/session.grpc.pb.h"

namespace muster::dashboard {

namespace asio = boost::asio;
namespace beast = boost::beast;
using HttpResponse = beast::http::response<beast::http::string_body>;

inline std::string MetadataOf(const grpc::ServerContext& context, const char* name) {
  const auto found = context.client_metadata().find(name);
  if (found == context.client_metadata().end()) return "";
  return std::string(found->second.data(), found->second.size());
}

// Says what it was asked, and pages through `pages` pages of `page_rows` machines.
class FakeFleet : public v1::FleetService::Service {
 public:
  grpc::Status ListMachines(grpc::ServerContext* context, const v1::ListMachinesRequest* request,
                            v1::ListMachinesResponse* response) override {
    {
      absl::MutexLock lock(&mutex_);
      authorization_ = MetadataOf(*context, "authorization");
      trace_parent_ = MetadataOf(*context, "traceparent");
      request_id_ = MetadataOf(*context, "x-request-id");
    }
    calls.fetch_add(1);
    if (request->filter() == "unauthenticated") {
      return {grpc::StatusCode::UNAUTHENTICATED, "the session is over"};
    }
    if (request->filter() == "exhausted") return Exhausted();
    if (request->filter() == "stopping") return grpc::Status::CANCELLED;
    const int page = request->page_token().empty() ? 0 : std::stoi(request->page_token());
    if (request->filter() == "break" && page == 1) {
      return {grpc::StatusCode::UNAVAILABLE, "gone"};
    }
    if (request->filter() == "slow") {
      absl::MutexLock lock(&mutex_);
      mutex_.AwaitWithTimeout(absl::Condition(&let_go_), absl::Seconds(20));
    }
    for (int i = 0; i < page_rows; ++i) {
      response->add_machines()->mutable_attributes()->set_name(absl::StrCat("PC-", page, "-", i));
    }
    if (page + 1 < pages) response->set_next_page_token(absl::StrCat(page + 1));
    response->set_total_size(request->page_size());
    return grpc::Status::OK;
  }

  static grpc::Status Exhausted() {
    google::rpc::Status status;
    status.set_code(static_cast<int>(grpc::StatusCode::RESOURCE_EXHAUSTED));
    status.set_message("locked");
    google::rpc::RetryInfo info;
    info.mutable_retry_delay()->set_seconds(16);
    status.add_details()->PackFrom(info);
    return {grpc::StatusCode::RESOURCE_EXHAUSTED, "locked", status.SerializeAsString()};
  }

  std::string authorization() {
    absl::MutexLock lock(&mutex_);
    return authorization_;
  }
  std::string request_id() {
    absl::MutexLock lock(&mutex_);
    return request_id_;
  }
  std::string trace_parent() {
    absl::MutexLock lock(&mutex_);
    return trace_parent_;
  }
  void LetGo() {
    absl::MutexLock lock(&mutex_);
    let_go_ = true;
  }

  std::atomic<int> pages = 1;
  std::atomic<int> page_rows = 1;
  std::atomic<int> calls = 0;

 private:
  absl::Mutex mutex_;
  std::string authorization_;
  std::string request_id_;
  std::string trace_parent_;
  bool let_go_ = false;
};

// "campaigns/N": N messages and the end. "campaigns/error": one message, then NOT_FOUND.
// "campaigns/wait": one message, then silence. "campaigns/flood": without end.
class FakeCampaigns : public v1::CampaignService::Service {
 public:
  grpc::Status WatchCampaign(grpc::ServerContext* context, const v1::WatchCampaignRequest* request,
                             grpc::ServerWriter<v1::Campaign>* writer) override {
    const std::string what = request->name().substr(std::string("campaigns/").size());
    if (what == "missing") return {grpc::StatusCode::NOT_FOUND, "there is no such campaign"};
    v1::Campaign campaign;
    campaign.set_name(request->name());
    if (what == "flood") {
      campaign.set_pause_detail(std::string(256 * 1024, 'x'));
      while (writer->Write(campaign)) written.fetch_add(1);
    } else if (what == "error" || what == "wait") {
      writer->Write(campaign);
      if (what == "error") return {grpc::StatusCode::NOT_FOUND, "deleted meanwhile"};
      while (!context->IsCancelled()) std::this_thread::sleep_for(std::chrono::milliseconds(2));
      cancelled.fetch_add(1);
    } else {
      for (int i = 0; i < std::stoi(what); ++i) {
        campaign.set_etag(absl::StrCat(i));
        writer->Write(campaign);
      }
    }
    return grpc::Status::OK;
  }
  grpc::Status CreateCampaign(grpc::ServerContext*, const v1::CreateCampaignRequest* request,
                              v1::Campaign* response) override {
    *response->mutable_spec() = request->spec();
    return grpc::Status::OK;
  }

  std::atomic<int> written = 0;
  std::atomic<int> cancelled = 0;
};

// Takes a file; stops reading while it is held.
class FakePayloads : public v1::PayloadService::Service {
 public:
  grpc::Status UploadPayload(grpc::ServerContext*,
                             grpc::ServerReader<v1::UploadPayloadRequest>* reader,
                             v1::StoredPayload* response) override {
    v1::UploadPayloadRequest part;
    size_t largest = 0;
    uint64_t sum = 0;
    while (reader->Read(&part)) {
      {
        absl::MutexLock lock(&mutex_);
        mutex_.AwaitWithTimeout(absl::Condition(
                                    +[](bool* held) { return !*held; }, &held_),
                                absl::Seconds(20));
      }
      if (part.has_file_name()) {
        response->mutable_payload()->set_file_name(part.file_name());
        if (part.file_name() == "refused") {
          return {grpc::StatusCode::INVALID_ARGUMENT, "it is no cabinet"};
        }
      }
      for (unsigned char c : part.data()) sum = sum * 31 + c;
      taken.fetch_add(part.data().size());
      largest = std::max(largest, part.data().size());
    }
    response->mutable_payload()->set_size(taken.load());
    response->set_catalogs(static_cast<uint32_t>(largest));
    response->set_uploaded_by(absl::StrCat(sum));
    return grpc::Status::OK;
  }
  void Hold(bool held) {
    absl::MutexLock lock(&mutex_);
    held_ = held;
  }

  std::atomic<size_t> taken = 0;

 private:
  absl::Mutex mutex_;
  bool held_ = false;
};

class FakeEvidence : public v1::EvidenceService::Service {
 public:
  grpc::Status DownloadEvidenceBundle(
      grpc::ServerContext*, const v1::DownloadEvidenceBundleRequest* request,
      grpc::ServerWriter<v1::DownloadEvidenceBundleResponse>* writer) override {
    if (request->name() == "evidenceBundles/missing") {
      return {grpc::StatusCode::NOT_FOUND, "there is no such bundle"};
    }
    v1::DownloadEvidenceBundleResponse part;
    for (char c : std::string("abc")) {
      part.set_data(std::string(100'000, c));
      writer->Write(part);
    }
    if (request->name() == "evidenceBundles/broken") {
      return {grpc::StatusCode::DATA_LOSS, "the file ended early"};
    }
    return grpc::Status::OK;
  }
};

class FakeSessions : public v1::SessionService::Service {
 public:
  grpc::Status CreateSession(grpc::ServerContext*, const v1::CreateSessionRequest* request,
                             v1::Session* response) override {
    if (request->password() != "right") return {grpc::StatusCode::UNAUTHENTICATED, "wrong"};
    response->set_actor("users/" + request->user_id());
    response->set_token("muster_session_secret");
    return grpc::Status::OK;
  }
  grpc::Status DeleteCurrentSession(grpc::ServerContext*, const v1::DeleteCurrentSessionRequest*,
                                    google::protobuf::Empty*) override {
    return grpc::Status::OK;
  }
};

// Remembers every request's log line.
class Records : public http::Observer {
 public:
  struct Line {
    std::string id;
    std::string route;
    std::string trace_id;
    int status;
    bool complete;
  };
  void Served(const http::RequestRecord& record) override {
    absl::MutexLock lock(&mutex_);
    lines_.push_back(
        {record.request.id, record.route, record.trace_id, record.status, record.complete});
  }
  void ConnectionsChanged(int by) override { open.fetch_add(by); }
  std::vector<Line> lines() {
    absl::MutexLock lock(&mutex_);
    return lines_;
  }
  void WatchersChanged(int by) override { watchers.fetch_add(by); }
  std::atomic<int> open = 0;
  std::atomic<int> watchers = 0;

 private:
  absl::Mutex mutex_;
  std::vector<Line> lines_;
};

// Whether it comes true within ten seconds.
template <typename Condition>
bool Eventually(Condition condition) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return true;
}

// A client that says exactly what it is told to. Gives up after ten seconds.
class RawClient {
 public:
  explicit RawClient(int port, int receive_buffer = 0) : socket_(io_) {
    socket_.open(asio::ip::tcp::v4());
    if (receive_buffer != 0) {
      socket_.set_option(asio::socket_base::receive_buffer_size(receive_buffer));
    }
    const timeval patience{10, 0};
    setsockopt(socket_.native_handle(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    socket_.connect({asio::ip::address_v4::loopback(), static_cast<unsigned short>(port)});
  }
  void Send(const std::string& bytes) { asio::write(socket_, asio::buffer(bytes)); }
  // How many of the bytes the other end takes before it takes none for 300 ms.
  size_t SendUntilStuck(const std::string& bytes) {
    socket_.non_blocking(true);
    size_t sent = 0;
    auto last = std::chrono::steady_clock::now();
    while (sent < bytes.size() &&
           std::chrono::steady_clock::now() - last < std::chrono::milliseconds(300)) {
      boost::system::error_code error;
      const size_t count = socket_.write_some(asio::buffer(bytes) + sent, error);
      if (count > 0) last = std::chrono::steady_clock::now();
      sent += count;
      if (error) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    socket_.non_blocking(false);
    return sent;
  }
  void HalfClose() { socket_.shutdown(asio::ip::tcp::socket::shutdown_send); }
  void Close() { socket_.close(); }
  // One reply; status 0 where none came.
  HttpResponse Receive(bool head = false) {
    beast::http::response_parser<beast::http::string_body> parser;
    parser.body_limit(boost::none);
    parser.skip(head);
    error_.clear();
    beast::http::read(socket_, buffer_, parser, error_);
    if (error_ && error_ != beast::http::error::end_of_stream) return Nothing();
    return parser.is_done() ? parser.release() : Nothing();
  }
  // All that still comes; `error` is how it ended.
  std::string ReceiveRest() {
    std::string rest = beast::buffers_to_string(buffer_.data());
    char piece[65536];
    for (error_.clear(); !error_;) {
      rest.append(piece, socket_.read_some(asio::buffer(piece), error_));
    }
    return rest;
  }
  // Until this text has come, or nothing more does.
  std::string ReceiveUntil(const std::string& text) {
    std::string all;
    char piece[4096];
    error_.clear();
    while (!error_ && all.find(text) == std::string::npos) {
      all.append(piece, socket_.read_some(asio::buffer(piece), error_));
    }
    return all;
  }
  const boost::system::error_code& error() const { return error_; }

 private:
  static HttpResponse Nothing() {
    HttpResponse nothing;
    nothing.result(0);
    return nothing;
  }
  asio::io_context io_;
  asio::ip::tcp::socket socket_;
  beast::flat_buffer buffer_;
  boost::system::error_code error_;
};

class SiteTest : public testing::Test {
 protected:
  void SetUp() override {
    grpc::ServerBuilder builder;
    int grpc_port = 0;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &grpc_port);
    for (grpc::Service* service : std::initializer_list<grpc::Service*>{
             &fleet_, &campaigns_, &payloads_, &evidence_, &sessions_}) {
      builder.RegisterService(service);
    }
    grpc_server_ = builder.BuildAndStart();
    ASSERT_NE(grpc_server_, nullptr);
    backend_ = std::make_unique<Backend>(grpc::CreateChannel(absl::StrCat("127.0.0.1:", grpc_port),
                                                             grpc::InsecureChannelCredentials()));
    options_.listen = "127.0.0.1:0";
  }

  void Start() {
    api_ = std::make_unique<Api>(*backend_, *transcoder::RouteTable::OfOperatorApi(), api_options_,
                                 tracer_);
    site_ = std::make_unique<Site>(*backend_, *api_, std::move(files_), "{}");
    options_.headers = SecurityHeaders(!options_.certificate_file.empty());
    auto server = http::Server::Start(
        io_, options_, [this](http::Exchange& exchange) { return site_->Handle(exchange); },
        records_);
    ASSERT_TRUE(server.ok()) << server.status();
    server_ = *std::move(server);
    for (int i = 0; i < 2; ++i) threads_.emplace_back([this] { io_.run(); });
  }

  void TearDown() override {
    fleet_.LetGo();
    payloads_.Hold(false);
    server_.reset();
    for (std::thread& thread : threads_) thread.join();
    grpc_server_->Shutdown(std::chrono::system_clock::now());
    EXPECT_EQ(records_.open.load(), 0);
  }

  int port() const { return server_->port(); }

  // One exchange on a connection of its own. `more` are header lines, each with its CRLF.
  HttpResponse Exchange(const std::string& method, const std::string& target,
                        const std::string& more = "", const std::string& body = "") {
    RawClient client(port());
    client.Send(RequestText(method, target, more, body));
    return client.Receive(method == "HEAD");
  }
  std::string RequestText(const std::string& method, const std::string& target,
                          const std::string& more = "", const std::string& body = "") {
    return absl::StrCat(method, " ", target, " HTTP/1.1\r\nHost: ", host(), "\r\n", more,
                        body.empty() ? "" : absl::StrCat("Content-Length: ", body.size(), "\r\n"),
                        "\r\n", body);
  }
  std::string host() const { return absl::StrCat("127.0.0.1:", server_->port()); }

  FakeFleet fleet_;
  FakeCampaigns campaigns_;
  FakePayloads payloads_;
  FakeEvidence evidence_;
  FakeSessions sessions_;
  std::unique_ptr<grpc::Server> grpc_server_;
  std::unique_ptr<Backend> backend_;
  ApiOptions api_options_;
  trace::KeepingSink spans_;
  trace::Tracer tracer_{spans_, 1, [] { return absl::Now(); }, trace::RandomBits};
  http::StaticFiles files_;
  http::ServerOptions options_;
  std::unique_ptr<Api> api_;
  std::unique_ptr<Site> site_;
  Records records_;
  asio::io_context io_;
  std::unique_ptr<http::Server> server_;
  std::vector<std::thread> threads_;
};

}  // namespace muster::dashboard

#endif  // MUSTER_DASHBOARD_API_API_SITE_TEST_SUPPORT_H_
