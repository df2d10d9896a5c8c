// An OpenTelemetry collector on the loopback that keeps what it is sent, for tests.
#ifndef MUSTER_TESTS_TESTDATA_FAKE_COLLECTOR_H_
#define MUSTER_TESTS_TESTDATA_FAKE_COLLECTOR_H_

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "common/http/server.h"

namespace muster::testdata {

struct ReceivedSpan {
  std::string service;  // whose it is
  std::string trace, span, parent;
  std::string name;
  int kind = 0;
  bool failed = false;
  std::map<std::string, std::string> attributes;
};

// Thread-safe.
class FakeCollector {
 public:
  FakeCollector() : FakeCollector("", "") {}
  // By TLS, with a certificate for localhost: PEM files.
  FakeCollector(const std::string& certificate_file, const std::string& key_file);
  ~FakeCollector();

  int port() const { return server_->port(); }
  std::string endpoint() const { return endpoint_; }

  // Answers from now on with this status; 0: never. Spans are kept where it is 200.
  void AnswerWith(int status) { status_ = status; }
  void set_body(std::string body);

  // Waits until there were so many POSTs, also refused ones; false where that takes too long.
  bool AwaitPosts(size_t count);
  // The same of spans; all there are.
  std::vector<ReceivedSpan> AwaitSpans(size_t count);
  std::vector<ReceivedSpan> spans() { return AwaitSpans(0); }
  // Everything that was sent, as it came.
  std::vector<std::string> posts();

 private:
  boost::asio::awaitable<void> Handle(http::Exchange& exchange);

  http::Unobserved observer_;
  boost::asio::io_context io_{1};
  std::unique_ptr<http::Server> server_;
  std::string endpoint_;
  std::thread thread_;
  std::atomic<int> status_ = 200;
  absl::Mutex mutex_;
  std::string body_ ABSL_GUARDED_BY(mutex_) = "{}";
  std::vector<std::string> posts_ ABSL_GUARDED_BY(mutex_);
  std::vector<ReceivedSpan> spans_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace muster::testdata

#endif  // MUSTER_TESTS_TESTDATA_FAKE_COLLECTOR_H_
