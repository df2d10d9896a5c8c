#include "server/inventory/message_checks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "common/proto_time.h"

namespace muster::inventory {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

v1::Inventory GoodInventory() {
  v1::Inventory inventory;
  v1::Inventory::State& state = *inventory.add_states();
  state.set_kind(v1::UPDATES);
  state.mutable_outcome()->set_code(v1::Outcome::OK);
  state.set_digest(Sha256("set").ToBytes());
  return inventory;
}

void ExpectRefused(const std::function<void(v1::Inventory&)>& spoil, const std::string& why) {
  v1::Inventory inventory = GoodInventory();
  spoil(inventory);
  absl::Status status = CheckInventory(inventory);
  EXPECT_TRUE(absl::IsInvalidArgument(status)) << why;
  EXPECT_THAT(std::string(status.message()), HasSubstr(why));
}

TEST(MessageChecksTest, TakesAGoodInventory) { EXPECT_TRUE(CheckInventory(GoodInventory()).ok()); }

TEST(MessageChecksTest, RefusesInventoriesThatSayNothingClear) {
  ExpectRefused([](auto& i) { i.mutable_states(0)->set_kind(v1::SET_KIND_UNSPECIFIED); }, "kind");
  ExpectRefused([](auto& i) { i.mutable_states(0)->set_kind(static_cast<v1::SetKind>(99)); },
                "kind");
  ExpectRefused([](auto& i) { i.mutable_states(0)->set_digest("short"); }, "digest");
  ExpectRefused([](auto& i) { i.mutable_states(0)->clear_digest(); }, "digest is missing");
  ExpectRefused([](auto& i) { i.mutable_states(0)->clear_outcome(); }, "outcome");
  ExpectRefused([](auto& i) { *i.add_states() = i.states(0); }, "twice");
  ExpectRefused(
      [](auto& i) {
        i.mutable_states(0)->mutable_outcome()->set_detail(std::string(1 << 20, 'x'));
      },
      "detail");
}

TEST(MessageChecksTest, MergesRecordsOfOneSignature) {
  v1::IncidentBatch batch;
  batch.set_source("CBS.log");
  for (int second : {20, 10, 30}) {
    v1::Incident& incident = *batch.add_incidents();
    incident.mutable_signature()->set_message("m");
    *incident.mutable_first() = ToProto(absl::FromUnixSeconds(second));
    *incident.mutable_last() = ToProto(absl::FromUnixSeconds(second + 1));
    incident.set_count(2);
    incident.set_first_message(absl::StrCat("first of ", second));
    incident.set_last_message(absl::StrCat("last of ", second));
  }
  auto read = ReadIncidents(batch);
  ASSERT_TRUE(read.ok());
  ASSERT_THAT(read->counts, SizeIs(1));
  EXPECT_EQ(read->counts[0].count, 6u);
  EXPECT_EQ(read->counts[0].first, absl::FromUnixSeconds(10));
  EXPECT_EQ(read->counts[0].last, absl::FromUnixSeconds(31));
  EXPECT_EQ(read->counts[0].first_message, "first of 10");
  EXPECT_EQ(read->counts[0].last_message, "last of 30");
}

TEST(MessageChecksTest, TheOnlyRecordIsTheFirstAndTheLast) {
  v1::IncidentBatch batch;
  batch.set_source("CBS.log");
  batch.add_incidents()->set_count(1);
  batch.mutable_incidents(0)->set_first_message("the one");
  EXPECT_EQ(ReadIncidents(batch)->counts[0].last_message, "the one");
  // Of agents that tell none, nothing is known of the last of several.
  batch.mutable_incidents(0)->set_count(2);
  EXPECT_EQ(ReadIncidents(batch)->counts[0].last_message, "");
}

TEST(MessageChecksTest, RefusesRecordsThatCannotBe) {
  v1::IncidentBatch batch;
  EXPECT_FALSE(ReadIncidents(batch).ok());  // no source
  batch.set_source("CBS.log");
  v1::Incident& incident = *batch.add_incidents();
  EXPECT_FALSE(ReadIncidents(batch).ok());  // never happened
  incident.set_count(1);
  EXPECT_TRUE(ReadIncidents(batch).ok());
  *incident.mutable_first() = ToProto(absl::FromUnixSeconds(2));
  EXPECT_FALSE(ReadIncidents(batch).ok());  // ended before it began
  incident.clear_first();
  incident.set_first_message(std::string(kMaxMessageBytes + 1, 'x'));
  EXPECT_FALSE(ReadIncidents(batch).ok());
  incident.clear_first_message();
  incident.set_last_message(std::string(kMaxMessageBytes + 1, 'x'));
  EXPECT_FALSE(ReadIncidents(batch).ok());
  incident.clear_last_message();
  incident.mutable_signature()->set_message(std::string(kMaxSignatureBytes, 'x'));
  EXPECT_FALSE(ReadIncidents(batch).ok());
}

TEST(MessageChecksTest, RefusesSetChangesWithBadDigests) {
  v1::SetChange change;
  change.set_kind(v1::UPDATES);
  EXPECT_FALSE(ReadSetChange(change).ok());
  change.set_digest(Sha256("set").ToBytes());
  EXPECT_TRUE(ReadSetChange(change).ok());
  change.add_added("short");
  EXPECT_THAT(std::string(ReadSetChange(change).status().message()), HasSubstr("added"));
}

}  // namespace
}  // namespace muster::inventory
