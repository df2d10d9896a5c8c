#include "dashboard-api/api/backend.h"

#include <grpcpp/impl/codegen/proto_utils.h>

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/prefer.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <functional>

namespace muster::dashboard {
namespace {

namespace asio = boost::asio;

constexpr std::chrono::system_clock::time_point kAtOnce;
constexpr size_t kMostAtOnce = 64;  // results that wait for one another

void AddMetadata(const Metadata& metadata, grpc::ClientContext& context) {
  for (const auto& [name, value] : metadata) context.AddMetadata(name, value);
}

}  // namespace

grpc::ByteBuffer Serialize(const google::protobuf::Message& message) {
  grpc::ByteBuffer bytes;
  bool own = false;
  grpc::GenericSerialize<grpc::ProtoBufferWriter, google::protobuf::Message>(message, &bytes, &own);
  return bytes;
}

bool Parse(grpc::ByteBuffer bytes, google::protobuf::Message& message) {
  return grpc::GenericDeserialize<grpc::ProtoBufferReader, google::protobuf::Message>(&bytes,
                                                                                      &message)
      .ok();
}

// What one unary call needs until it has ended.
struct Backend::UnaryCall {
  grpc::ClientContext context;
  UnaryAnswer answer;
  std::unique_ptr<grpc::ClientAsyncResponseReader<grpc::ByteBuffer>> reader;
  asio::any_io_executor executor;
  std::function<void()> ended;  // holds the call
};

Backend::Backend(std::shared_ptr<grpc::Channel> channel)
    : channel_(channel), stub_(std::move(channel)), unary_thread_([this] { RunUnaryCalls(); }) {
  channel_->GetState(/*try_to_connect=*/true);
}

Backend::~Backend() {
  unary_calls_.Shutdown();
  unary_thread_.join();
}

void Backend::Begin(UnaryCall* call) {
  absl::MutexLock lock(&mutex_);
  waiting_.push_back(call);
  if (waiting_.size() == 1) begin_.Set(&unary_calls_, kAtOnce, &begin_);
}

void Backend::BeginWaiting() {
  std::vector<UnaryCall*> calls;
  {
    absl::MutexLock lock(&mutex_);
    calls.swap(waiting_);
  }
  for (UnaryCall* call : calls) {
    call->reader->StartCall();
    call->reader->Finish(&call->answer.response, &call->answer.status, call);
  }
}

void Backend::RunUnaryCalls() {
  void* tag;
  bool ok;
  while (unary_calls_.Next(&tag, &ok)) {
    std::vector<UnaryCall*> ended;
    do {
      if (tag == &begin_) {
        BeginWaiting();
      } else {
        ended.push_back(static_cast<UnaryCall*>(tag));
      }
    } while (ended.size() < kMostAtOnce &&
             unary_calls_.AsyncNext(&tag, &ok, kAtOnce) == grpc::CompletionQueue::GOT_EVENT);
    if (ended.empty()) continue;
    // One thread is woken for all, and shares them out.
    const asio::any_io_executor executor = ended.front()->executor;
    asio::post(executor, [ended = std::move(ended)] {
      for (UnaryCall* call : ended) std::exchange(call->ended, nullptr)();
    });
  }
}

asio::awaitable<UnaryAnswer> Backend::Call(std::string method, Metadata metadata,
                                           grpc::ByteBuffer request,
                                           std::chrono::milliseconds timeout) {
  auto call = std::make_shared<UnaryCall>();
  AddMetadata(metadata, call->context);
  call->context.set_deadline(std::chrono::system_clock::now() + timeout);
  const auto start = [&](auto handler) {
    using Handler = decltype(handler);
    auto slot = asio::get_associated_cancellation_slot(handler);
    if (slot.is_connected()) {
      slot.assign([call](asio::cancellation_type) { call->context.TryCancel(); });
    }
    call->executor = asio::prefer(asio::get_associated_executor(handler),
                                  asio::execution::outstanding_work.tracked);
    auto shared = std::make_shared<Handler>(std::move(handler));  // std::function copies
    call->ended = [call, slot, shared] {
      asio::post(std::exchange(call->executor, {}), [call, slot, shared]() mutable {
        slot.clear();
        std::move (*shared)();
      });
    };
    call->reader = stub_.PrepareUnaryCall(&call->context, method, request, &unary_calls_);
    Begin(call.get());
  };
  co_await asio::async_initiate<const asio::use_awaitable_t<>, void()>(start, asio::use_awaitable);
  call->answer.error_details = call->answer.status.error_details();
  co_return std::move(call->answer);
}

asio::awaitable<bool> Backend::IsReachable(std::chrono::milliseconds patience) {
  constexpr std::chrono::milliseconds kLookAgain(20);
  asio::steady_timer timer(co_await asio::this_coro::executor);
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while (channel_->GetState(/*try_to_connect=*/true) != GRPC_CHANNEL_READY) {
    if (std::chrono::steady_clock::now() >= deadline) co_return false;
    timer.expires_after(kLookAgain);
    co_await timer.async_wait(asio::use_awaitable);
  }
  co_return true;
}

bool Backend::IsAway() {
  const grpc_connectivity_state state = channel_->GetState(/*try_to_connect=*/true);
  return state != GRPC_CHANNEL_READY && state != GRPC_CHANNEL_IDLE;
}

// Lives until gRPC is done with it and the coroutine as well. What gRPC says is posted to the
// strand, where a timer that is cancelled wakes the coroutine.
class StreamCall::Reactor : public grpc::ClientBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>,
                            public std::enable_shared_from_this<Reactor> {
 public:
  explicit Reactor(asio::any_io_executor executor)
      : executor_(asio::prefer(executor, asio::execution::outstanding_work.tracked)),
        changed_(executor) {}

  void Start(Backend& backend, const std::string& method, const Metadata& metadata) {
    self_ = shared_from_this();
    AddMetadata(metadata, context_);
    backend.stub_.PrepareBidiStreamingCall(&context_, method, {}, this);
    AddHold();  // operations start outside of gRPC's own callbacks
    StartCall();
  }

  // Asks for the next message, unless one is asked for or there already.
  void BeginRead() {
    if (read_ != State::kIdle) return;
    read_ = State::kPending;
    StartRead(&was_read_);
  }

  void Release() {
    context_.TryCancel();
    RemoveHold();
  }

  void OnWriteDone(bool ok) override {
    Post([ok](Reactor& reactor) { reactor.write_ = ok ? State::kDone : State::kFailed; });
  }
  void OnReadDone(bool ok) override {
    Post([ok](Reactor& reactor) { reactor.read_ = ok ? State::kDone : State::kFailed; });
  }
  void OnDone(const grpc::Status& status) override {
    Post([status](Reactor& reactor) {
      reactor.status_ = status;
      reactor.finished_ = true;
      reactor.executor_ = asio::any_io_executor();
      reactor.self_.reset();
    });
  }

  enum class State { kIdle, kPending, kDone, kFailed };

  // Waits for a change, at most until then.
  asio::awaitable<void> Changed(std::chrono::steady_clock::time_point deadline) {
    changed_.expires_at(deadline);
    boost::system::error_code woken;
    co_await changed_.async_wait(asio::redirect_error(asio::use_awaitable, woken));
  }

  asio::any_io_executor executor_;
  asio::steady_timer changed_;
  grpc::ClientContext context_;
  grpc::ByteBuffer to_write_;
  grpc::ByteBuffer was_read_;
  State write_ = State::kIdle;
  State read_ = State::kIdle;
  grpc::Status status_;
  bool finished_ = false;
  bool released_ = false;

 private:
  template <typename Change>
  void Post(Change change) {
    asio::post(executor_, [self = shared_from_this(), change] {
      change(*self);
      self->changed_.cancel();
    });
  }

  std::shared_ptr<Reactor> self_;
};

StreamCall::StreamCall(Backend& backend, const std::string& method, const Metadata& metadata,
                       asio::any_io_executor executor)
    : reactor_(std::make_shared<Reactor>(std::move(executor))) {
  reactor_->Start(backend, method, metadata);
}

StreamCall::~StreamCall() {
  if (!reactor_->released_) reactor_->Release();
}

void StreamCall::Cancel() { reactor_->context_.TryCancel(); }

asio::awaitable<bool> StreamCall::Write(grpc::ByteBuffer message, bool last) {
  using State = Reactor::State;
  reactor_->to_write_ = std::move(message);
  reactor_->write_ = State::kPending;
  grpc::WriteOptions options;
  if (last) options.set_last_message();
  reactor_->StartWrite(&reactor_->to_write_, options);
  while (reactor_->write_ == State::kPending) {
    co_await reactor_->Changed(std::chrono::steady_clock::time_point::max());
  }
  co_return reactor_->write_ == State::kDone;
}

asio::awaitable<StreamCall::Event> StreamCall::Read(grpc::ByteBuffer& message,
                                                    std::chrono::milliseconds patience) {
  using State = Reactor::State;
  reactor_->BeginRead();
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while (reactor_->read_ == State::kPending) {
    if (std::chrono::steady_clock::now() >= deadline) co_return Event::kTimeout;
    co_await reactor_->Changed(deadline);
  }
  if (reactor_->read_ == State::kFailed) co_return Event::kEnd;
  reactor_->read_ = State::kIdle;
  message.Swap(&reactor_->was_read_);
  reactor_->was_read_.Clear();
  co_return Event::kMessage;
}

asio::awaitable<void> StreamCall::UntilAnswered() {
  reactor_->BeginRead();
  while (reactor_->read_ == Reactor::State::kPending) {
    co_await reactor_->Changed(std::chrono::steady_clock::time_point::max());
  }
}

asio::awaitable<UnaryAnswer> StreamCall::Finish() {
  if (!std::exchange(reactor_->released_, true)) reactor_->RemoveHold();
  while (!reactor_->finished_) {
    co_await reactor_->Changed(std::chrono::steady_clock::time_point::max());
  }
  UnaryAnswer answer;
  answer.status = reactor_->status_;
  answer.error_details = answer.status.error_details();
  co_return answer;
}

}  // namespace muster::dashboard
