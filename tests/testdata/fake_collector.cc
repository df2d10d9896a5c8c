#include "tests/testdata/fake_collector.h"

#include <google/protobuf/struct.pb.h>
#include <google/protobuf/util/json_util.h>

#include <cstdlib>

#include "absl/strings/str_cat.h"

namespace muster::testdata {
namespace {

using google::protobuf::Value;

constexpr absl::Duration kPatience = absl::Seconds(20);
constexpr size_t kMaxBodyBytes = 20 * 1024 * 1024;

// A member of an object; null where there is none.
const Value& Member(const Value& object, const std::string& name) {
  static const Value none;
  const auto found = object.struct_value().fields().find(name);
  return found == object.struct_value().fields().end() ? none : found->second;
}

std::string Text(const Value& object, const std::string& name) {
  return Member(object, name).string_value();
}

std::map<std::string, std::string> Attributes(const Value& object) {
  std::map<std::string, std::string> attributes;
  for (const Value& pair : Member(object, "attributes").list_value().values()) {
    const Value& value = Member(pair, "value");
    attributes[Text(pair, "key")] =
        absl::StrCat(Text(value, "stringValue"), Text(value, "intValue"));
  }
  return attributes;
}

std::vector<ReceivedSpan> SpansOf(const std::string& json) {
  std::vector<ReceivedSpan> spans;
  Value request;
  if (!google::protobuf::util::JsonStringToMessage(json, &request).ok()) return spans;
  for (const Value& resource : Member(request, "resourceSpans").list_value().values()) {
    const std::string service = Attributes(Member(resource, "resource"))["service.name"];
    for (const Value& scope : Member(resource, "scopeSpans").list_value().values()) {
      for (const Value& span : Member(scope, "spans").list_value().values()) {
        spans.push_back(
            {service, Text(span, "traceId"), Text(span, "spanId"), Text(span, "parentSpanId"),
             Text(span, "name"), static_cast<int>(Member(span, "kind").number_value()),
             Member(Member(span, "status"), "code").number_value() == 2, Attributes(span)});
      }
    }
  }
  return spans;
}

}  // namespace

FakeCollector::FakeCollector(const std::string& certificate_file, const std::string& key_file) {
  http::ServerOptions options;
  options.listen = "127.0.0.1:0";
  options.certificate_file = certificate_file;
  options.key_file = key_file;
  options.limits.grace = std::chrono::milliseconds(0);
  auto server = http::Server::Start(
      io_, options, [this](http::Exchange& exchange) { return Handle(exchange); }, observer_);
  if (!server.ok()) std::abort();
  server_ = *std::move(server);
  endpoint_ = certificate_file.empty() ? absl::StrCat("http://127.0.0.1:", port())
                                       : absl::StrCat("https://localhost:", port());
  thread_ = std::thread([this] { io_.run(); });
}

FakeCollector::~FakeCollector() {
  server_->Stop();
  thread_.join();
}

boost::asio::awaitable<void> FakeCollector::Handle(http::Exchange& exchange) {
  const auto body = co_await exchange.ReadBody(kMaxBodyBytes);
  const bool fits = exchange.request().method == "POST" &&
                    exchange.request().path == "/v1/traces" &&
                    exchange.request().Field("Content-Type") == "application/json" && body;
  http::Reply reply;
  reply.status = fits ? status_.load() : 400;
  reply.content_type = "application/json";
  {
    absl::MutexLock lock(&mutex_);
    reply.body = body_;
    posts_.push_back(body.value_or(""));
    if (reply.status == 200) {
      for (ReceivedSpan& span : SpansOf(posts_.back())) spans_.push_back(std::move(span));
    }
  }
  if (reply.status == 0) co_return co_await exchange.UntilGone();
  co_await exchange.Respond(std::move(reply));
}

void FakeCollector::set_body(std::string body) {
  absl::MutexLock lock(&mutex_);
  body_ = std::move(body);
}

bool FakeCollector::AwaitPosts(size_t count) {
  absl::MutexLock lock(&mutex_);
  const auto enough = [&]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) { return posts_.size() >= count; };
  return mutex_.AwaitWithTimeout(absl::Condition(&enough), kPatience);
}

std::vector<ReceivedSpan> FakeCollector::AwaitSpans(size_t count) {
  absl::MutexLock lock(&mutex_);
  const auto enough = [&]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) { return spans_.size() >= count; };
  mutex_.AwaitWithTimeout(absl::Condition(&enough), kPatience);
  return spans_;
}

std::vector<std::string> FakeCollector::posts() {
  absl::MutexLock lock(&mutex_);
  return posts_;
}

}  // namespace muster::testdata
