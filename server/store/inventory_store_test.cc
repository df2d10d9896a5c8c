#include "server/store/inventory_store.h"

#include <gmock/gmock.h>

#include "server/store/store_test_support.h"

namespace muster::store::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;

class InventoryStoreTest : public StoreTest {
 protected:
  void SetUp() override {
    StoreTest::SetUp();
    Enroll({IdOf(1), IdOf(2)});
  }
  absl::Status Put(const inventory::MachineReport& report, const std::vector<ItemSet>& sets) {
    return Apply([&](inventory::Transaction& transaction) {
      for (const ItemSet& set : sets) {
        if (absl::Status status = PutSet(transaction, set); !status.ok()) return status;
      }
      return transaction.PutReports({report});
    });
  }
  inventory::MachineState StateOf(const Digest& machine) {
    auto transaction = store_->Begin();
    auto states = (*transaction)->LoadStates({machine});
    EXPECT_TRUE(states.ok()) << states.status();
    return states.ok() ? (*states)[machine] : inventory::MachineState();
  }
};

TEST_F(InventoryStoreTest, OnlyEnrolledMachinesAreLocked) {
  auto transaction = store_->Begin();
  auto locked = (*transaction)->LockMachines({IdOf(3), IdOf(1)});
  ASSERT_TRUE(locked.ok()) << locked.status();
  EXPECT_THAT(*locked, UnorderedElementsAre(IdOf(1)));
}

TEST_F(InventoryStoreTest, SetComesBackAsItWasStored) {
  const ItemSet set = UpdateSet({"KB1", "KB2", "KB3"});
  MUSTER_ASSERT_OK(Apply([&](auto& transaction) { return PutSet(transaction, set); }));
  auto transaction = store_->Begin();
  EXPECT_THAT(*(*transaction)->KnownSets({set.digest(), IdOf(9)}),
              UnorderedElementsAre(set.digest()));
  EXPECT_EQ(*(*transaction)->SetItems(set.digest()), set.ItemDigests());
  const auto items = (*transaction)->LoadSet(set.digest());
  ASSERT_EQ(items->size(), 3u);
  EXPECT_EQ((*items)[1].bytes, set.items()[1].bytes);
  EXPECT_TRUE(absl::IsNotFound((*transaction)->SetItems(IdOf(9)).status()));
  EXPECT_TRUE(absl::IsNotFound((*transaction)->LoadSet(IdOf(9)).status()));
}

TEST_F(InventoryStoreTest, MissingItemsKeepTheirOrder) {
  const ItemSet set = UpdateSet({"KB1"});
  MUSTER_ASSERT_OK(Apply([&](auto& transaction) { return PutSet(transaction, set); }));
  auto transaction = store_->Begin();
  EXPECT_THAT(*(*transaction)->MissingItems(v1::UPDATES, {IdOf(8), set.items()[0].digest, IdOf(7)}),
              ElementsAre(IdOf(8), IdOf(7)));
  EXPECT_THAT(*(*transaction)->MissingItems(v1::FACTS, {set.items()[0].digest}),
              ElementsAre(set.items()[0].digest));
}

TEST_F(InventoryStoreTest, SetThatNamesAnUnknownItemIsRefused) {
  const absl::Status status =
      Apply([&](auto& transaction) { return transaction.PutSet(v1::UPDATES, IdOf(5), {IdOf(6)}); });
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition) << status;
  EXPECT_EQ(Number("SELECT count(*) FROM sets"), 0);
}

TEST_F(InventoryStoreTest, ItemThatIsNoMessageOfItsKindIsRefusedByDigest) {
  const Item item{Sha256("\xff"), "\xff"};
  const absl::Status status =
      Apply([&](auto& transaction) { return transaction.PutItems(v1::CATALOGS, {item}); });
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(status.message()), HasSubstr(item.digest.ToHex()));
}

TEST_F(InventoryStoreTest, HostileTextIsStoredHarmlessly) {
  v1::Fact fact;
  fact.set_name(std::string("a\0b", 3) + std::string(20'000, 'x'));
  const ItemSet set(v1::FACTS, {fact.SerializeAsString()});
  inventory::MachineReport report = Report(IdOf(1), Hour(0), {&set});
  report.attributes.emplace().set_name(std::string("PC\0'); DROP TABLE machines; --", 30));
  report.kinds[0].outcome.set_code(static_cast<v1::Outcome::Code>(77'777));
  MUSTER_ASSERT_OK(Put(report, {set}));
  EXPECT_EQ(
      Number("SELECT count(*) FROM machines WHERE name = E'PC\\u2400''); DROP TABLE machines; --'"),
      1);
}

TEST_F(InventoryStoreTest, BytesOfAnotherKindAreNoItemOfThisOne) {
  // An update's bytes may well be a fact's: who sent them as a fact must not stand in the way of
  // the update.
  const ItemSet updates = UpdateSet({"KB1"});
  const ItemSet facts(v1::FACTS, {updates.items()[0].bytes});
  ASSERT_EQ(facts.items()[0].digest, updates.items()[0].digest);
  MUSTER_ASSERT_OK(Put(Report(IdOf(1), Hour(0), {&facts, &updates}), {facts, updates}));
  EXPECT_EQ(Number("SELECT count(*) FROM items WHERE kind = 1 AND kb = 'KB1'"), 1);
  EXPECT_EQ(StateOf(IdOf(1)).kinds[v1::FACTS].standing, facts.digest());
}

TEST_F(InventoryStoreTest, EmptySetIsASet) {
  const ItemSet none(v1::UPDATES, {});
  MUSTER_ASSERT_OK(Put(Report(IdOf(1), Hour(0), {&none}), {none}));
  EXPECT_EQ(StateOf(IdOf(1)).kinds[v1::UPDATES].standing, none.digest());
  EXPECT_TRUE((*store_->Begin())->SetItems(none.digest())->empty());
}

TEST_F(InventoryStoreTest, ReportTwiceWritesNothing) {
  const ItemSet set = UpdateSet({"KB1"});
  inventory::MachineReport report = Report(IdOf(1), Hour(0), {&set});
  report.attributes.emplace().set_name("PC1");
  report.incidents_outcome = Ok();
  report.install_dates.emplace_back().set_kb("KB1");
  MUSTER_ASSERT_OK(Put(report, {set}));
  const char* versions =
      "SELECT (SELECT sum(xmin::text::bigint) FROM machines) + (SELECT sum(xmin::text::bigint) "
      "FROM "
      "machine_sets) + (SELECT sum(xmin::text::bigint) FROM machine_outcomes)";
  const int64_t before = Number(versions);
  MUSTER_ASSERT_OK(Put(report, {set}));
  EXPECT_EQ(Number(versions), before);
}

TEST_F(InventoryStoreTest, NewSetClosesTheOneBefore) {
  const ItemSet first = UpdateSet({"KB1"}), second = UpdateSet({"KB1", "KB2"});
  MUSTER_ASSERT_OK(Put(Report(IdOf(1), Hour(0), {&first}), {first}));
  MUSTER_ASSERT_OK(Put(Report(IdOf(1), Hour(1), {&second}), {second}));
  EXPECT_EQ(StateOf(IdOf(1)).kinds[v1::UPDATES].standing, second.digest());
  EXPECT_EQ(Number("SELECT count(*) FROM machine_sets WHERE valid_to IS NOT NULL"), 1);
  // A clock that went back still leaves one standing set, and no span that ends before it begins.
  MUSTER_ASSERT_OK(Put(Report(IdOf(1), Hour(0.5), {&first}), {}));
  EXPECT_EQ(StateOf(IdOf(1)).kinds[v1::UPDATES].standing, first.digest());
  EXPECT_EQ(Number("SELECT count(*) FROM machine_sets"), 2);
}

TEST_F(InventoryStoreTest, PartialCollectionClosesNothing) {
  const ItemSet whole = UpdateSet({"KB1", "KB2"}), part = UpdateSet({"KB1"});
  MUSTER_ASSERT_OK(Put(Report(IdOf(1), Hour(0), {&whole}), {whole}));
  inventory::MachineReport report = Report(IdOf(1), Hour(1), {&part});
  report.kinds[0].outcome = Outcome(v1::Outcome::PARTIAL, "one page was unreadable");
  MUSTER_ASSERT_OK(Put(report, {part}));
  auto kind = StateOf(IdOf(1)).kinds[v1::UPDATES];
  EXPECT_EQ(kind.standing, whole.digest());
  EXPECT_EQ(kind.partial, part.digest());
  EXPECT_EQ(kind.outcome.detail(), "one page was unreadable");
  report = Report(IdOf(1), Hour(2), {&whole});
  report.kinds[0] = {v1::UPDATES, Outcome(v1::Outcome::FAILED, "gone"), std::nullopt};
  MUSTER_ASSERT_OK(Put(report, {}));
  kind = StateOf(IdOf(1)).kinds[v1::UPDATES];
  EXPECT_EQ(kind.standing, whole.digest());
  EXPECT_EQ(kind.partial, std::nullopt);
}

TEST_F(InventoryStoreTest, ReportOfAnUnknownSetOrKindIsRefused) {
  inventory::MachineReport report = Report(IdOf(1), Hour(0), {});
  report.kinds = {{v1::UPDATES, Ok(), IdOf(4)}};
  EXPECT_EQ(Put(report, {}).code(), absl::StatusCode::kFailedPrecondition);
  report.kinds = {{static_cast<v1::SetKind>(9), Ok(), std::nullopt}};
  EXPECT_EQ(Put(report, {}).code(), absl::StatusCode::kInvalidArgument);
}

TEST_F(InventoryStoreTest, UncommittedWorkIsUndone) {
  const ItemSet set = UpdateSet({"KB1"});
  {
    auto transaction = store_->Begin();
    MUSTER_ASSERT_OK(PutSet(**transaction, set));
  }
  EXPECT_EQ(Number("SELECT count(*) FROM items"), 0);
}

class IncidentsTest : public InventoryStoreTest {
 protected:
  void SetUp() override {
    InventoryStoreTest::SetUp();
    v1::IncidentSignature signature;
    signature.set_hresult(0x800B0101);
    signature_ = {Sha256(signature.SerializeAsString()), signature.SerializeAsString(), true};
    MUSTER_ASSERT_OK(
        Apply([&](auto& transaction) { return transaction.PutSignatures({signature_}); }));
  }
  inventory::IncidentResult Put(const std::string& from, const std::string& to, uint64_t count,
                                absl::Time at = Hour(0)) {
    inventory::IncidentResult result;
    const absl::Status status = Apply([&](inventory::Transaction& transaction) {
      auto results = transaction.PutIncidents(
          {{IdOf(1), "CBS.log", from, to, {{signature_.digest, at, at, count}}}});
      if (results.ok()) result = results->front();
      return results.status();
    });
    EXPECT_TRUE(status.ok()) << status;
    return result;
  }
  inventory::StoredSignature signature_;
};

TEST_F(IncidentsTest, BatchIsAppliedOnceAndOnlyInItsPlace) {
  EXPECT_TRUE(Put("", "a", 2, Hour(1)).applied);
  const auto again = Put("", "a", 2);
  EXPECT_FALSE(again.applied);
  EXPECT_EQ(again.position, "a");
  const auto gap = Put("b", "c", 5);
  EXPECT_FALSE(gap.applied);
  EXPECT_EQ(gap.position, "a");
  EXPECT_TRUE(Put("a", "b", 3, Hour(0)).applied);
  const auto state = StateOf(IdOf(1));
  ASSERT_EQ(state.records.size(), 1u);
  EXPECT_EQ(state.records[0].count.count, 5u);
  EXPECT_EQ(state.records[0].count.first, Hour(0));
  EXPECT_EQ(state.records[0].count.last, Hour(1));
  EXPECT_EQ(state.records[0].signature_bytes, signature_.bytes);
}

TEST_F(IncidentsTest, FirstBatchBeginsAtTheLogsStart) {
  const auto gap = Put("m", "n", 1);
  EXPECT_FALSE(gap.applied);
  EXPECT_EQ(gap.position, "");
  EXPECT_TRUE(Put("", "a", 1).applied);
}

TEST_F(IncidentsTest, CountsStopAtTheirLimit) {
  Put("", "a", ~uint64_t{0});
  Put("a", "b", ~uint64_t{0});
  EXPECT_EQ(StateOf(IdOf(1)).records[0].count.count, uint64_t{INT64_MAX});
}

TEST_F(IncidentsTest, UnknownSignatureIsRefused) {
  const absl::Status status = Apply([&](inventory::Transaction& transaction) {
    return transaction
        .PutIncidents({{IdOf(1), "CBS.log", "", "a", {{IdOf(77), Hour(0), Hour(0), 1}}}})
        .status();
  });
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
}

TEST_F(IncidentsTest, OnlySignaturesOfInterestMakeRecords) {
  Put("", "a", 1);
  MUSTER_ASSERT_OK(store_->SetOfInterest({}));
  EXPECT_TRUE(StateOf(IdOf(1)).records.empty());
  MUSTER_ASSERT_OK(store_->SetOfInterest({signature_.digest}));
  EXPECT_EQ(StateOf(IdOf(1)).records.size(), 1u);
  EXPECT_TRUE((*store_->AllSignatures())[0].of_interest);
}

class VerdictsTest : public InventoryStoreTest {
 protected:
  absl::Status Give(absl::Time at, const std::vector<v1::Verdict>& verdicts) {
    return Apply([&](inventory::Transaction& transaction) {
      return transaction.PutVerdicts({{IdOf(1), at, verdicts}});
    });
  }
};

TEST_F(VerdictsTest, SpanEndsWhereTheStateChanges) {
  MUSTER_ASSERT_OK(Give(Hour(0), {MakeVerdict(v1::Verdict::CLEAN)}));
  v1::Verdict explained = MakeVerdict(v1::Verdict::CLEAN);
  explained.set_explanation("nothing was found");
  MUSTER_ASSERT_OK(Give(Hour(1), {explained}));
  EXPECT_EQ(Number("SELECT count(*) FROM verdicts"), 1);
  MUSTER_ASSERT_OK(Give(Hour(2), {MakeVerdict(v1::Verdict::AFFECTED)}));
  MUSTER_ASSERT_OK(Give(Hour(2), {MakeVerdict(v1::Verdict::FIXED)}));  // in the same instant
  EXPECT_EQ(Number("SELECT count(*) FROM verdicts"), 2);
  EXPECT_EQ(Number("SELECT state FROM verdicts WHERE valid_to IS NULL"), v1::Verdict::FIXED);
}

TEST_F(VerdictsTest, SameVerdictTwiceWritesNothing) {
  MUSTER_ASSERT_OK(Give(Hour(0), {MakeVerdict(v1::Verdict::CLEAN)}));
  const int64_t before = Number("SELECT xmin::text::bigint FROM verdicts");
  MUSTER_ASSERT_OK(Give(Hour(1), {MakeVerdict(v1::Verdict::CLEAN)}));
  EXPECT_EQ(Number("SELECT xmin::text::bigint FROM verdicts"), before);
}

TEST_F(VerdictsTest, RuleThatIsNoLongerGivenIsClosed) {
  MUSTER_ASSERT_OK(
      Give(Hour(0), {MakeVerdict(v1::Verdict::CLEAN, "a"), MakeVerdict(v1::Verdict::CLEAN, "b")}));
  MUSTER_ASSERT_OK(Give(Hour(1), {MakeVerdict(v1::Verdict::CLEAN, "a")}));
  EXPECT_EQ(Number("SELECT count(*) FROM verdicts WHERE rule = 'b' AND valid_to IS NULL"), 0);
  EXPECT_EQ(Number("SELECT count(*) FROM verdicts"), 2);
  MUSTER_ASSERT_OK(Give(Hour(1), {}));
  EXPECT_EQ(Number("SELECT count(*) FROM verdicts WHERE valid_to IS NULL"), 0);
}

TEST_F(InventoryStoreTest, HeartbeatsNeverTurnTimeBack) {
  MUSTER_ASSERT_OK(store_->Touch({{IdOf(1), Hour(2)}, {IdOf(9), Hour(2)}}));
  MUSTER_ASSERT_OK(store_->Touch({{IdOf(1), Hour(1)}}));
  EXPECT_EQ(Number("SELECT micros(last_seen) FROM machines WHERE last_seen IS NOT NULL"),
            absl::ToUnixMicros(Hour(2)));
}

TEST_F(InventoryStoreTest, RulesDigestIsKept) {
  EXPECT_EQ(*store_->JudgedBy(), "");
  MUSTER_ASSERT_OK(store_->SetJudgedBy("rules 1"));
  MUSTER_ASSERT_OK(store_->SetJudgedBy("rules 2"));
  EXPECT_EQ(*store_->JudgedBy(), "rules 2");
}

TEST_F(InventoryStoreTest, MachinesAreListedInPages) {
  const auto first = store_->MachinesAfter(std::nullopt, 1);
  ASSERT_EQ(first->size(), 1u);
  const auto second = store_->MachinesAfter(first->front(), 5);
  EXPECT_THAT(*second, ElementsAre(std::max(IdOf(1), IdOf(2))));
}

}  // namespace
}  // namespace muster::store::testing
