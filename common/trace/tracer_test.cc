#include "common/trace/tracer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "common/trace/conventions.h"
#include "common/trace/keeping_sink.h"

namespace muster::trace {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::SizeIs;
using ::testing::StrEq;

class TracerTest : public ::testing::Test {
 protected:
  Tracer With(double ratio) {
    return Tracer(
        sink_, ratio, [this] { return now_; }, RandomBits);
  }
  static SpanContext Caller(bool sampled) {
    SpanContext context;
    context.trace[0] = 1;
    context.span[0] = 2;
    context.sampled = sampled;
    return context;
  }

  absl::Time now_ = absl::FromUnixSeconds(1'770'000'000);
  KeepingSink sink_;
};

TEST_F(TracerTest, ASpanTellsWhatItWasWhenAndHowItEnded) {
  const Tracer tracer = With(1);
  {
    Span span = tracer.Start("work", SpanKind::kServer);
    span.Set("text", "t");
    span.SetNumber("number", 7);
    span.Fail("ABORTED");
    now_ += absl::Milliseconds(5);
    EXPECT_THAT(sink_.spans(), IsEmpty());
  }
  ASSERT_THAT(sink_.spans(), SizeIs(1));
  const SpanData span = sink_.spans()[0];
  EXPECT_TRUE(span.context.valid());
  EXPECT_EQ(span.parent, SpanId{});
  EXPECT_EQ(span.name, "work");
  EXPECT_EQ(span.kind, SpanKind::kServer);
  EXPECT_EQ(span.end - span.start, absl::Milliseconds(5));
  EXPECT_TRUE(span.failed);
  EXPECT_THAT(AttributesOf(span), ElementsAre("text=t", "number=7", "error.type=ABORTED"));
}

TEST_F(TracerTest, AClockThatIsSetBackMakesNoSpanEndBeforeItsStart) {
  const Tracer tracer = With(1);
  {
    const Span span = tracer.Start("work", SpanKind::kInternal);
    now_ -= absl::Hours(1);
  }
  EXPECT_EQ(sink_.spans().at(0).end, sink_.spans().at(0).start);
}

TEST_F(TracerTest, ASpanIsMovedAndEndsOnce) {
  const Tracer tracer = With(1);
  {
    Span first = tracer.Start("work", SpanKind::kInternal);
    const Span second = std::move(first);
  }
  EXPECT_THAT(sink_.spans(), SizeIs(1));
}

TEST_F(TracerTest, TheCallerDecidesForItsTrace) {
  const Tracer none = With(0), all = With(1);
  { const Span span = none.Start("kept", SpanKind::kServer, Caller(true)); }
  ASSERT_THAT(sink_.spans(), SizeIs(1));
  EXPECT_EQ(sink_.spans()[0].context.trace, Caller(true).trace);
  EXPECT_EQ(sink_.spans()[0].parent, Caller(true).span);
  EXPECT_NE(sink_.spans()[0].context.span, Caller(true).span);
  {
    const Span span = all.Start("not kept", SpanKind::kServer, Caller(false));
    EXPECT_EQ(span.context(), Caller(false));  // what is called for it learns the decision
    EXPECT_EQ(span.LogId(), "");
  }
  EXPECT_THAT(sink_.spans(), SizeIs(1));
}

TEST_F(TracerTest, OfNewTracesAShareIsKept) {
  const Tracer tracer = With(0.25);
  for (int i = 0; i < 4000; ++i) {
    const Span span = tracer.Start("root", SpanKind::kServer);
    EXPECT_TRUE(span.context().valid());
    const Span child = tracer.Start("child", SpanKind::kInternal, span.context());
    EXPECT_EQ(child.context().sampled, span.context().sampled);
  }
  EXPECT_GT(sink_.spans().size(), 2u * 800);
  EXPECT_LT(sink_.spans().size(), 2u * 1200);
}

TEST_F(TracerTest, TheShareIsOfTheTraceIdSoThatProgramsAgree) {
  uint64_t next = 0;
  const auto random = [&next] { return next; };
  const Tracer half(
      sink_, 0.5, [] { return absl::Now(); }, random);
  next = 0x00FFFFFFFFFFFF7F;  // in memory 7f ff … : its last seven bytes are near the end
  EXPECT_FALSE(half.Start("root", SpanKind::kServer).context().sampled);
  next = 0x0000000000000101;
  EXPECT_TRUE(half.Start("root", SpanKind::kServer).context().sampled);
}

TEST_F(TracerTest, OffItBeginsNothingAndHandsOnWhatCame) {
  const Tracer off;
  EXPECT_FALSE(off.Start("root", SpanKind::kServer).context().valid());
  EXPECT_EQ(off.Start("child", SpanKind::kServer, Caller(true)).context(), Caller(true));
}

TEST_F(TracerTest, WhatIsBegunBelowTheCurrentSpanHangsThere) {
  const Tracer tracer = With(1);
  EXPECT_FALSE(StartDatabaseSpan("alone").context().valid());
  {
    const Span outer = tracer.Start("outer", SpanKind::kServer);
    const CurrentSpan current(outer);
    {
      const Span middle = StartBelowCurrent("middle", SpanKind::kInternal);
      const CurrentSpan inner(middle);
      const Span database = StartDatabaseSpan("listing machines");
      std::thread([] {
        EXPECT_FALSE(StartBelowCurrent("another thread", SpanKind::kInternal).context().valid());
      }).join();
    }
    const Span again = StartBelowCurrent("again", SpanKind::kInternal);
    EXPECT_EQ(again.context().trace, outer.context().trace);
  }
  ASSERT_THAT(sink_.spans(), SizeIs(4));
  const SpanData database = sink_.spans()[0], middle = sink_.spans()[1], again = sink_.spans()[2],
                 outer = sink_.spans()[3];
  EXPECT_EQ(database.name, "listing machines");
  EXPECT_EQ(database.parent, middle.context.span);
  EXPECT_EQ(middle.parent, outer.context.span);
  EXPECT_EQ(again.parent, outer.context.span);
  EXPECT_FALSE(StartBelowCurrent("after", SpanKind::kInternal).context().valid());
}

TEST_F(TracerTest, LinesThatAreLoggedNameTheTrace) {
  const Tracer tracer = With(1);
  const Span span = tracer.Start("work", SpanKind::kServer);
  {
    const CurrentSpan current(span);
    EXPECT_THAT(LogFields(), ElementsAre(Pair(StrEq("traceId"), ToHex(span.context().trace))));
  }
  const Span quiet = tracer.Start("not kept", SpanKind::kServer, Caller(false));
  const CurrentSpan current(quiet);
  EXPECT_THAT(LogFields(), IsEmpty());
}

TEST_F(TracerTest, AnRpcFailsForItsServerOnlyByTheServersFault) {
  const Tracer tracer = With(1);
  for (const SpanKind kind : {SpanKind::kClient, SpanKind::kServer}) {
    Span span = StartRpcSpan(tracer, kind, "muster.v1.FleetService.ListMachines", {});
    SetRpcStatus(kind, absl::StatusCode::kNotFound, span);
  }
  ASSERT_THAT(sink_.spans(), SizeIs(2));
  EXPECT_EQ(sink_.spans()[0].name, "muster.v1.FleetService/ListMachines");
  EXPECT_TRUE(sink_.spans()[0].failed);
  EXPECT_FALSE(sink_.spans()[1].failed);
  EXPECT_THAT(AttributesOf(sink_.spans()[1]),
              ElementsAre("rpc.system=grpc", "rpc.service=muster.v1.FleetService",
                          "rpc.method=ListMachines", "rpc.grpc.status_code=5"));
}

TEST_F(TracerTest, ATransactionFailsByTheDatabasesFault) {
  const Tracer tracer = With(1);
  const Span outer = tracer.Start("outer", SpanKind::kServer);
  const CurrentSpan current(outer);
  for (const auto code : {absl::StatusCode::kNotFound, absl::StatusCode::kUnavailable}) {
    Span span = StartDatabaseSpan("looking for a machine");
    SetDatabaseStatus(code, span);
  }
  ASSERT_THAT(sink_.spans(), SizeIs(2));
  EXPECT_THAT(AttributesOf(sink_.spans()[0]), ElementsAre("db.system=postgresql"));
  EXPECT_FALSE(sink_.spans()[0].failed);
  EXPECT_THAT(AttributesOf(sink_.spans()[1]),
              ElementsAre("db.system=postgresql", "error.type=UNAVAILABLE"));
  EXPECT_TRUE(sink_.spans()[1].failed);
}

}  // namespace
}  // namespace muster::trace
