#include "agent/sync/link.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <vector>

#include "common/proto_time.h"

namespace muster::sync {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;

// Time passes when the test says so.
class ManualScheduler : public Scheduler {
 public:
  void Post(std::function<void()> work) override { After(absl::ZeroDuration(), std::move(work)); }
  TimerId After(absl::Duration delay, std::function<void()> work) override {
    timers_[{now_ + delay, ++last_}] = std::move(work);
    return last_;
  }
  void Cancel(TimerId timer) override {
    std::erase_if(timers_, [&](const auto& entry) { return entry.first.second == timer; });
  }
  void Advance(absl::Duration duration) {
    absl::Time until = now_ + duration;
    while (!timers_.empty() && timers_.begin()->first.first <= until) {
      auto node = timers_.extract(timers_.begin());
      now_ = node.key().first;
      node.mapped()();
    }
    now_ = until;
  }

 private:
  absl::Time now_ = absl::UnixEpoch();
  TimerId last_ = 0;
  std::map<std::pair<absl::Time, TimerId>, std::function<void()>> timers_;
};

// The server's end, by hand.
struct FakeServer {
  explicit FakeServer(ManualScheduler& scheduler) : scheduler(scheduler) {}
  struct FakeStream : Stream {
    explicit FakeStream(FakeServer& server) : server(server) {}
    ~FakeStream() override { --server.open_streams; }
    void Send(v1::AgentMessage message) override { server.received.push_back(std::move(message)); }
    FakeServer& server;
  };
  OpenStream Opener() {
    return [this](StreamHandlers new_handlers) {
      ++opened;
      ++open_streams;
      handlers = std::move(new_handlers);
      if (!away) scheduler.Post([this] { handlers.on_open(); });
      return std::make_unique<FakeStream>(*this);
    };
  }
  void Close(absl::Status status) { std::exchange(handlers, {}).on_closed(status); }
  void Answer(v1::SetKind kind, const Digest& set, v1::SetAnswer::Want want) {
    v1::ServerMessage message;
    v1::SetAnswer& answer = *message.mutable_set_answers()->add_answers();
    answer.set_kind(kind);
    answer.set_digest(set.ToBytes());
    answer.set_want(want);
    handlers.on_message(message);
  }
  void Welcome() {
    v1::ServerMessage message;
    *message.mutable_welcome()->mutable_heartbeat_interval() = ToProto(absl::Minutes(5));
    handlers.on_message(message);
  }
  void Acknowledge(const v1::IncidentBatch& batch, const v1::LogPosition& position) {
    v1::ServerMessage message;
    message.mutable_incident_ack()->set_source(batch.source());
    *message.mutable_incident_ack()->mutable_position() = position;
    handlers.on_message(message);
  }
  void RetryLater(absl::Duration delay) {
    v1::ServerMessage message;
    *message.mutable_retry_later()->mutable_delay() = ToProto(delay);
    handlers.on_message(message);
  }
  v1::AgentMessage Take() {
    if (received.empty()) return {};
    v1::AgentMessage message = received.front();
    received.erase(received.begin());
    return message;
  }

  ManualScheduler& scheduler;
  bool away = false;
  StreamHandlers handlers;
  std::vector<v1::AgentMessage> received;
  int opened = 0;
  int open_streams = 0;
};

// A log of numbered records; a batch has at most two.
class FakeLog : public IncidentSource {
 public:
  std::vector<std::string> Sources() override { return {"CBS.log"}; }
  absl::StatusOr<v1::IncidentBatch> Next(const std::string& source,
                                         const v1::LogPosition& from) override {
    v1::IncidentBatch batch;
    batch.set_source(source);
    *batch.mutable_from() = from;
    *batch.mutable_to() = from;
    uint64_t at = from.offset();
    for (; at < records && batch.incidents_size() < 2; ++at) {
      batch.add_incidents()->mutable_signature()->set_message(std::to_string(at));
    }
    batch.mutable_to()->set_offset(at);
    return batch;
  }
  uint64_t records = 0;
};

class LinkTest : public ::testing::Test {
 protected:
  LinkTest() {
    LinkObserver observer;
    observer.on_in_sync = [this] { ++in_sync_; };
    observer.on_disconnect = [this](const absl::Status&, absl::Duration delay) {
      delays_.push_back(delay);
    };
    link_.emplace(LinkOptions{.agent_version = "1.0"}, Digest(), 7, scheduler_, server_.Opener(),
                  acknowledgements_, log_, observer);
    link_->SetSnapshot(MakeSnapshot({"a", "b", "c"}));
  }

  std::shared_ptr<const Snapshot> MakeSnapshot(std::vector<std::string> items) {
    set_ = std::make_shared<const ItemSet>(v1::UPDATES, std::move(items));
    auto snapshot = std::make_shared<Snapshot>();
    snapshot->attributes.set_name("PC1");
    v1::Outcome ok;
    ok.set_code(v1::Outcome::OK);
    snapshot->kinds[v1::UPDATES] = {ok, set_};
    return snapshot;
  }

  void StartAndGreet() {
    link_->Start();
    scheduler_.Advance(absl::ZeroDuration());
    ASSERT_TRUE(server_.Take().has_hello());
    server_.Welcome();
  }

  ManualScheduler scheduler_;
  FakeServer server_{scheduler_};
  FakeLog log_;
  Acknowledgements acknowledgements_;
  std::shared_ptr<const ItemSet> set_;
  int in_sync_ = 0;
  std::vector<absl::Duration> delays_;
  std::optional<Link> link_;
};

TEST_F(LinkTest, SaysWhatItHasAndSendsOnlyWhatIsAskedFor) {
  link_->Start();
  EXPECT_EQ(link_->state(), Link::State::kConnecting);
  scheduler_.Advance(absl::ZeroDuration());
  v1::AgentMessage hello = server_.Take();
  EXPECT_EQ(hello.hello().attributes().name(), "PC1");
  ASSERT_THAT(hello.hello().inventory().states(), SizeIs(1));
  EXPECT_EQ(hello.hello().inventory().states(0).digest(), set_->digest().ToBytes());
  server_.Welcome();
  EXPECT_EQ(in_sync_, 0);

  server_.Answer(v1::UPDATES, set_->digest(), v1::SetAnswer::NEED_ALL);
  v1::AgentMessage change = server_.Take();
  EXPECT_THAT(change.set_change().added(), SizeIs(3));
  EXPECT_EQ(change.set_change().base(), "");

  v1::ServerMessage need;
  need.mutable_need_items()->set_kind(v1::UPDATES);
  need.mutable_need_items()->set_set(set_->digest().ToBytes());
  need.mutable_need_items()->add_digests(Sha256("b").ToBytes());
  server_.handlers.on_message(need);
  EXPECT_THAT(server_.Take().items().items(), ElementsAre("b"));

  server_.Answer(v1::UPDATES, set_->digest(), v1::SetAnswer::HAVE);
  EXPECT_EQ(in_sync_, 1);
}

TEST_F(LinkTest, SendsAChangeAgainstWhatWasAcknowledged) {
  StartAndGreet();
  server_.Answer(v1::UPDATES, set_->digest(), v1::SetAnswer::HAVE);
  std::string before = set_->digest().ToBytes();
  link_->SetSnapshot(MakeSnapshot({"a", "b", "d"}));
  EXPECT_EQ(server_.Take().inventory().states(0).base(), before);
  server_.Answer(v1::UPDATES, set_->digest(), v1::SetAnswer::NEED_CHANGE);
  v1::SetChange change = server_.Take().set_change();
  EXPECT_EQ(change.base(), before);
  EXPECT_THAT(change.added(), ElementsAre(Sha256("d").ToBytes()));
  EXPECT_THAT(change.removed(), ElementsAre(Sha256("c").ToBytes()));
}

TEST_F(LinkTest, AnAnswerAboutAReplacedSetIsPassedOver) {
  StartAndGreet();
  Digest old = set_->digest();
  link_->SetSnapshot(MakeSnapshot({"z"}));
  server_.Take();
  server_.Answer(v1::UPDATES, old, v1::SetAnswer::HAVE);
  EXPECT_EQ(in_sync_, 0);
  EXPECT_EQ(acknowledgements_.Base(v1::UPDATES), nullptr);
}

TEST_F(LinkTest, WhatChangedWhileItGreetedIsSaidAfterwards) {
  link_->Start();
  server_.handlers.on_open();
  server_.Take();  // Hello, of what it had then
  link_->SetSnapshot(MakeSnapshot({"z"}));
  EXPECT_TRUE(server_.received.empty());
  server_.Welcome();
  ASSERT_FALSE(server_.received.empty());
  EXPECT_EQ(server_.Take().inventory().states(0).digest(), set_->digest().ToBytes());
  server_.Answer(v1::UPDATES, set_->digest(), v1::SetAnswer::HAVE);
  EXPECT_EQ(in_sync_, 1);
}

TEST_F(LinkTest, MovesItsCursorOnlyOnAcknowledgement) {
  log_.records = 3;
  StartAndGreet();
  server_.Answer(v1::UPDATES, set_->digest(), v1::SetAnswer::HAVE);
  v1::IncidentBatch first = server_.Take().incidents();
  EXPECT_THAT(first.incidents(), SizeIs(2));
  EXPECT_EQ(acknowledgements_.Position("CBS.log").offset(), 0u);
  EXPECT_TRUE(server_.received.empty());  // one batch at a time
  server_.Acknowledge(first, first.to());
  EXPECT_EQ(acknowledgements_.Position("CBS.log").offset(), 2u);
  v1::IncidentBatch second = server_.Take().incidents();
  EXPECT_EQ(second.from().offset(), 2u);
  EXPECT_EQ(in_sync_, 0);
  server_.Acknowledge(second, second.to());
  EXPECT_EQ(in_sync_, 1);
}

TEST_F(LinkTest, LooksAtOnceAtLogsThatChanged) {
  StartAndGreet();
  EXPECT_TRUE(server_.received.empty());
  log_.records = 1;
  link_->OnLogsChanged();
  EXPECT_THAT(server_.Take().incidents().incidents(), SizeIs(1));
  server_.Close(absl::UnavailableError("gone"));
  link_->OnLogsChanged();
  EXPECT_TRUE(server_.received.empty());
}

TEST_F(LinkTest, AnUnacknowledgedBatchIsSentAgainAfterTheConnectionBroke) {
  log_.records = 2;
  StartAndGreet();
  v1::IncidentBatch lost = server_.Take().incidents();
  server_.Close(absl::UnavailableError("gone"));
  EXPECT_EQ(server_.open_streams, 0);
  scheduler_.Advance(absl::Seconds(1));
  EXPECT_TRUE(server_.Take().has_hello());
  server_.Welcome();
  EXPECT_EQ(server_.Take().incidents().SerializeAsString(), lost.SerializeAsString());
}

TEST_F(LinkTest, GoesOnFromWhereTheServerStands) {
  log_.records = 4;
  v1::LogPosition ahead;
  ahead.set_offset(4);
  ASSERT_TRUE(acknowledgements_.SetPosition("CBS.log", ahead).ok());
  StartAndGreet();
  EXPECT_TRUE(server_.received.empty());
  log_.records = 5;
  scheduler_.Advance(absl::Seconds(60));
  v1::IncidentBatch batch = server_.Take().incidents();
  EXPECT_EQ(batch.from().offset(), 4u);
  v1::LogPosition restored;  // the server came back from a backup
  restored.set_offset(1);
  server_.Acknowledge(batch, restored);
  EXPECT_EQ(server_.Take().incidents().from().offset(), 1u);
}

TEST_F(LinkTest, WaitsWhenToldToAndThenStartsOver) {
  link_->Start();
  scheduler_.Advance(absl::ZeroDuration());
  ASSERT_TRUE(server_.Take().has_hello());
  server_.RetryLater(absl::Seconds(5));
  scheduler_.Advance(absl::Seconds(4));
  EXPECT_TRUE(server_.received.empty());
  scheduler_.Advance(absl::Seconds(1));
  EXPECT_TRUE(server_.Take().has_hello());
}

TEST_F(LinkTest, BacksOffWhileTheServerIsAwayAndNeverGivesUp) {
  server_.away = true;
  link_->Start();
  for (int i = 0; i < 20; ++i) {
    server_.Close(absl::UnavailableError("connection refused"));
    ASSERT_EQ(link_->state(), Link::State::kWaiting);
    scheduler_.Advance(delays_.back());
    ASSERT_EQ(link_->state(), Link::State::kConnecting);
  }
  EXPECT_EQ(server_.opened, 21);
  EXPECT_LE(delays_[0], absl::Seconds(1));
  EXPECT_GE(delays_.back(), absl::Seconds(150));
  EXPECT_LE(delays_.back(), absl::Seconds(300));
  server_.handlers.on_open();
  server_.Welcome();
  server_.Close(absl::UnavailableError("restart"));
  EXPECT_LE(delays_.back(), absl::Seconds(1));
}

TEST_F(LinkTest, BeatsAtTheServersPace) {
  StartAndGreet();
  scheduler_.Advance(absl::Minutes(15) + absl::Seconds(1));
  int beats = 0;
  for (const auto& message : server_.received) beats += message.has_heartbeat();
  EXPECT_EQ(beats, 3);
}

}  // namespace
}  // namespace muster::sync
