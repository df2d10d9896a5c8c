// The way to the server: gRPC calls by name, as coroutines. Every result is handed to the executor
// of the coroutine that waits for it: of unary calls by a thread of the backend's, of streams by
// gRPC's own.
#ifndef MUSTER_DASHBOARD_API_API_BACKEND_H_
#define MUSTER_DASHBOARD_API_API_BACKEND_H_

#include <google/protobuf/message.h>
#include <grpcpp/alarm.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"

namespace muster::dashboard {

using Metadata = std::vector<std::pair<std::string, std::string>>;

grpc::ByteBuffer Serialize(const google::protobuf::Message& message);
// False where the bytes are no such message.
bool Parse(grpc::ByteBuffer bytes, google::protobuf::Message& message);

struct UnaryAnswer {
  grpc::Status status;
  std::string error_details;  // google.rpc.Status; empty: none
  grpc::ByteBuffer response;
};

// Thread-safe. Outlives its calls.
class Backend {
 public:
  explicit Backend(std::shared_ptr<grpc::Channel> channel);
  ~Backend();

  // One call with a deadline. Cancelled with the coroutine.
  boost::asio::awaitable<UnaryAnswer> Call(std::string method, Metadata metadata,
                                           grpc::ByteBuffer request,
                                           std::chrono::milliseconds timeout);

  // Whether the server can be reached; waits for a connection at most so long.
  boost::asio::awaitable<bool> IsReachable(std::chrono::milliseconds patience);

  // Whether a connection is wanted and not there. At once.
  bool IsAway();

 private:
  friend class StreamCall;

  std::shared_ptr<grpc::Channel> channel_;
  grpc::GenericStub stub_;
  // One thread begins unary calls and takes what they end with, many at a time where there are
  // many: with a second one in its transport gRPC (1.51) hands work to a third, and its callback
  // API takes each result through one more.
  struct UnaryCall;
  void Begin(UnaryCall* call);
  void BeginWaiting();
  void RunUnaryCalls();

  grpc::CompletionQueue unary_calls_;
  grpc::Alarm begin_;  // set while calls wait to be begun
  absl::Mutex mutex_;
  std::vector<UnaryCall*> waiting_ ABSL_GUARDED_BY(mutex_);
  std::thread unary_thread_;  // last: it uses all of the above
};

// A call with a stream either way. Belongs to one coroutine, on whose strand every method runs and
// which waits for one of them at a time; cancelled when it goes out of scope.
class StreamCall {
 public:
  StreamCall(Backend& backend, const std::string& method, const Metadata& metadata,
             boost::asio::any_io_executor executor);
  ~StreamCall();
  StreamCall(const StreamCall&) = delete;
  StreamCall& operator=(const StreamCall&) = delete;

  // False: the call has ended; Finish says how. `last`: nothing more will be written.
  boost::asio::awaitable<bool> Write(grpc::ByteBuffer message, bool last);

  enum class Event { kMessage, kTimeout, kEnd };
  // The next message, within this time; after a timeout it may be asked for again.
  boost::asio::awaitable<Event> Read(grpc::ByteBuffer& message, std::chrono::milliseconds patience);

  // Until Read would say something at once; may be given up, and asked for again.
  boost::asio::awaitable<void> UntilAnswered();

  // After Write gave false or Read kEnd.
  boost::asio::awaitable<UnaryAnswer> Finish();

  void Cancel();

 private:
  class Reactor;
  std::shared_ptr<Reactor> reactor_;
};

}  // namespace muster::dashboard

#endif  // MUSTER_DASHBOARD_API_API_BACKEND_H_
