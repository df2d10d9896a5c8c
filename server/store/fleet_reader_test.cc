#include "server/store/fleet_reader.h"

#include <gmock/gmock.h>

#include <set>

#include "absl/strings/str_replace.h"
#include "server/store/fleet_reader_fixture.h"

namespace muster::store::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST_F(FleetReaderTest, FiltersByVerdict) {
  EXPECT_THAT(Names(""), ElementsAre("PC1", "PC2", "PC3", "PC4", "PC5"));
  EXPECT_THAT(Names("verdict = AFFECTED"), ElementsAre("PC1", "PC2"));
  EXPECT_THAT(Names("verdict = AT_RISK"), ElementsAre("PC3"));
  EXPECT_THAT(Names("verdict = FIXED"), ElementsAre("PC4"));  // the worst of FIXED and CLEAN
  EXPECT_THAT(Names("verdict = UNKNOWN"), ElementsAre("PC5"));
  EXPECT_THAT(Names("NOT verdict = AFFECTED"), ElementsAre("PC3", "PC4", "PC5"));
  EXPECT_THAT(Names("rule = \"other\" AND verdict = CLEAN"), ElementsAre("PC2"));
  EXPECT_THAT(Names("verdict = CLEAN", 1, "", "other"), ElementsAre("PC2"));
  EXPECT_EQ(List("verdict = CLEAN OR rule = \"other\"").status().code(),
            absl::StatusCode::kInvalidArgument);
}

TEST_F(FleetReaderTest, RiskTurnsIntoHarmByTheClock) {
  EXPECT_THAT(Names("verdict = AFFECTED", 10), ElementsAre("PC1", "PC2", "PC3"));
  EXPECT_THAT(Names("verdict = AT_RISK", 10), IsEmpty());
  EXPECT_EQ(List("name = PC3", 10)->machines(0).verdicts(0).state(), v1::Verdict::AFFECTED);
  EXPECT_EQ(List("name = PC3", 9.9)->machines(0).verdicts(0).state(), v1::Verdict::AT_RISK);
  EXPECT_THAT(Names("hresult = 0x800B0101", 1), IsEmpty());
  EXPECT_THAT(Names("hresult = 0x800B0101", 10), ElementsAre("PC3"));
}

TEST_F(FleetReaderTest, FiltersByWhatMachinesHold) {
  EXPECT_THAT(Names("update = KB1"), ElementsAre("PC1", "PC2", "PC4", "PC5"));
  EXPECT_THAT(Names("update:KB2"), ElementsAre("PC3"));
  EXPECT_THAT(Names("package:\"package_for_kb2*\""), ElementsAre("PC3"));
  EXPECT_THAT(Names("package = \"Package_for_KB2\""), ElementsAre("PC3"));
  EXPECT_THAT(Names(absl::StrCat("catalog = \"", Sha256("catalog").ToHex(), "\"")),
              ElementsAre("PC3"));
  EXPECT_THAT(Names("breaks_at > \"2013-07-01T09:00:00Z\""), ElementsAre("PC3"));
  EXPECT_THAT(Names("last_seen >= \"2013-07-01T00:24:00Z\""), ElementsAre("PC4", "PC5"));
}

TEST_F(FleetReaderTest, FiltersByTextWithoutRegardToCase) {
  EXPECT_THAT(Names("site = \"BERLIN\""), ElementsAre("PC1", "PC2"));
  EXPECT_THAT(Names("site = \"B*n\""), ElementsAre("PC1", "PC2", "PC3", "PC4"));
  EXPECT_THAT(Names("site != \"bonn\""), ElementsAre("PC1", "PC2", "PC5"));
  EXPECT_THAT(Names("site:\"%_\""), ElementsAre("PC5"));
  EXPECT_THAT(Names("site:\"%\""), ElementsAre("PC5"));
}

TEST_F(FleetReaderTest, InjectionIsJustText) {
  for (const char* text : {"'; DROP TABLE machines; --", "' OR '1'='1", "$1", "\\x00", "%"}) {
    EXPECT_THAT(Names(absl::StrCat("name = '",
                                   absl::StrReplaceAll(text, {{"\\", "\\\\"}, {"'", "\\'"}}), "'")),
                IsEmpty())
        << text;
  }
  EXPECT_FALSE(List("", 1, "name; DROP TABLE machines").ok());
  EXPECT_FALSE(List("", 1, "name desc desc").ok());
  EXPECT_EQ(Number("SELECT count(*) FROM machines"), 5);
}

TEST_F(FleetReaderTest, OrdersByVerdictThenName) {
  EXPECT_THAT(Names("", 1, "verdict, name desc"), ElementsAre("PC2", "PC1", "PC3", "PC5", "PC4"));
  EXPECT_THAT(Names("", 1, "last_seen desc"), ElementsAre("PC5", "PC4", "PC2", "PC1", "PC3"));
  EXPECT_THAT(Names("", 1, "breaks_at, name").front(), "PC3");
}

TEST_F(FleetReaderTest, WhatHasNoTimeIsLastInEitherDirection) {
  Execute("UPDATE machines SET last_seen = NULL WHERE name = 'PC2'");
  EXPECT_THAT(Names("", 1, "breaks_at, name"), ElementsAre("PC3", "PC1", "PC2", "PC4", "PC5"));
  EXPECT_THAT(Names("", 1, "breaks_at desc, name"), ElementsAre("PC3", "PC1", "PC2", "PC4", "PC5"));
  EXPECT_EQ(Names("", 1, "last_seen").back(), "PC2");
  EXPECT_EQ(Names("", 1, "last_seen desc").back(), "PC2");
}

TEST_F(FleetReaderTest, PagesHoldEachMachineOnce) {
  std::vector<Digest> more;
  for (int i = 100; i < 2'595; ++i) more.push_back(IdOf(i));
  Enroll(more);  // all without a name: the id alone tells them apart
  for (const char* order : {"", "name desc", "verdict, last_seen desc", "breaks_at desc"}) {
    v1::ListMachinesRequest request;
    request.set_order_by(order);
    request.set_page_size(237);
    std::set<std::string> seen;
    int told = 0;
    do {
      // The clock turns PC3's verdict between two pages.
      const auto page = reader_->ListMachines(request, Hour(told < 500 ? 1 : 20));
      ASSERT_TRUE(page.ok()) << page.status();
      EXPECT_EQ(page->total_size(), 2'500);
      for (const v1::Machine& machine : page->machines()) seen.insert(machine.name());
      told += page->machines_size();
      request.set_page_token(page->next_page_token());
    } while (!request.page_token().empty());
    EXPECT_EQ(told, 2'500) << order;
    EXPECT_EQ(seen.size(), 2'500u) << order;
  }
}

TEST_F(FleetReaderTest, SkipLeavesOutMachinesFromTheBeginningOrAfterAPage) {
  const auto listed = [this](int skip, const std::string& token, int size) {
    v1::ListMachinesRequest request;
    request.set_order_by("verdict, name desc");  // PC2, PC1, PC3, PC5, PC4
    request.set_page_size(size);
    request.set_page_token(token);
    request.set_skip(skip);
    return reader_->ListMachines(request, Hour(1));
  };
  const auto names = [](const absl::StatusOr<v1::ListMachinesResponse>& page) {
    std::vector<std::string> names;
    for (const v1::Machine& machine : page->machines())
      names.push_back(machine.attributes().name());
    return names;
  };
  const auto middle = listed(1, "", 2);
  ASSERT_TRUE(middle.ok()) << middle.status();
  EXPECT_THAT(names(middle), ElementsAre("PC1", "PC3"));
  EXPECT_EQ(middle->total_size(), 5);
  // The token of a page goes on behind it, with and without machines left out.
  EXPECT_THAT(names(listed(0, middle->next_page_token(), 2)), ElementsAre("PC5", "PC4"));
  EXPECT_THAT(names(listed(1, middle->next_page_token(), 2)), ElementsAre("PC4"));
  const auto past = listed(10'000'000, "", 2);
  ASSERT_TRUE(past.ok()) << past.status();
  EXPECT_THAT(names(past), IsEmpty());
  EXPECT_EQ(past->total_size(), 5);
  EXPECT_EQ(past->next_page_token(), "");
  for (const int bad : {-1, 10'000'001}) {
    EXPECT_EQ(listed(bad, "", 2).status().code(), absl::StatusCode::kInvalidArgument) << bad;
  }
}

TEST_F(FleetReaderTest, PageTokenOfAnotherQuestionIsRefused) {
  v1::ListMachinesRequest request;
  request.set_page_size(2);
  const std::string token = reader_->ListMachines(request, Hour(1))->next_page_token();
  ASSERT_FALSE(token.empty());
  request.set_page_token(token);
  request.set_filter("verdict = AFFECTED");
  EXPECT_EQ(reader_->ListMachines(request, Hour(1)).status().code(),
            absl::StatusCode::kInvalidArgument);
  request.clear_filter();
  for (std::string bad :
       {std::string("x"), token.substr(4), token + "AAAA", std::string(100'000, 'A')}) {
    request.set_page_token(bad);
    EXPECT_EQ(reader_->ListMachines(request, Hour(1)).status().code(),
              absl::StatusCode::kInvalidArgument);
  }
}

TEST_F(FleetReaderTest, EveryCountListsExactlyItsMachines) {
  for (const char* group : {"", "site", "domain", "os", "rule"}) {
    for (const char* filter : {"", "verdict = AFFECTED OR site = bonn", "rule = \"other\""}) {
      v1::SummarizeVerdictsRequest request;
      request.set_group_by(group);
      request.set_filter(filter);
      for (const bool as_of : {false, true}) {
        if (as_of) *request.mutable_as_of() = ToProto(Hour(10));
        const auto summary = reader_->SummarizeVerdicts(request, Hour(1));
        ASSERT_TRUE(summary.ok()) << summary.status();
        EXPECT_GT(summary->rows_size(), 0);
        for (const auto& row : summary->rows()) {
          for (const auto& count : row.counts()) {
            v1::ListMachinesRequest list;
            list.set_filter(count.filter());
            if (as_of) *list.mutable_as_of() = request.as_of();
            const auto listed = reader_->ListMachines(list, Hour(1));
            ASSERT_TRUE(listed.ok()) << count.filter() << ": " << listed.status();
            EXPECT_EQ(listed->total_size(), count.machines()) << count.filter();
          }
        }
      }
    }
  }
}

TEST_F(FleetReaderTest, TheSummaryAsOfAnInstantCountsWhoHadAVerdictThen) {
  v1::SummarizeVerdictsRequest request;
  EXPECT_EQ(reader_->SummarizeVerdicts(request, Hour(1))->total(), 5);
  *request.mutable_as_of() = ToProto(Hour(1));
  EXPECT_EQ(reader_->SummarizeVerdicts(request, Hour(20))->total(), 4);
  *request.mutable_as_of() = ToProto(Hour(-1));
  EXPECT_EQ(reader_->SummarizeVerdicts(request, Hour(1))->total(), 0);
}

TEST_F(FleetReaderTest, SummaryPutsTheWorstSiteFirst) {
  v1::SummarizeVerdictsRequest request;
  request.set_group_by("site");
  const auto summary = reader_->SummarizeVerdicts(request, Hour(1));
  ASSERT_EQ(summary->rows_size(), 3);
  EXPECT_EQ(summary->rows(0).counts(0).state(), v1::Verdict::AFFECTED);
  EXPECT_EQ(summary->rows(0).counts(0).machines(), 2);
  EXPECT_EQ(summary->total(), 5);
  request.set_group_by("agent_version; DROP TABLE machines");
  EXPECT_EQ(reader_->SummarizeVerdicts(request, Hour(1)).status().code(),
            absl::StatusCode::kInvalidArgument);
}

TEST_F(FleetReaderTest, TheListAsOfAnInstantIsWhatWasThen) {
  v1::IncidentSignature signature;
  signature.set_hresult(0x80073712);
  const std::string bytes = signature.SerializeAsString();
  MUSTER_ASSERT_OK(Apply([&](inventory::Transaction& transaction) -> absl::Status {
    if (absl::Status status = transaction.PutReports({Report(IdOf(3), Hour(5), {&updates_})});
        !status.ok()) {
      return status;
    }
    transaction.PutSignatures({{Sha256(bytes), bytes, false}}).IgnoreError();
    auto recorded = transaction.PutIncidents(
        {{IdOf(3), "CBS.log", "", "a", {{Sha256(bytes), Hour(5), Hour(5), 1}}}});
    if (!recorded.ok()) return recorded.status();
    return transaction.PutVerdicts({{IdOf(1), Hour(5), {MakeVerdict(v1::Verdict::FIXED)}},
                                    {IdOf(3), Hour(5), {MakeVerdict(v1::Verdict::CLEAN)}}});
  }));
  const auto then = [this](const std::string& filter, double hour, const std::string& rule = "") {
    v1::ListMachinesRequest request;
    request.set_filter(filter);
    request.set_rule(rule);
    request.set_page_size(1);
    *request.mutable_as_of() = ToProto(Hour(hour));
    std::vector<std::string> told;
    do {
      const auto page = reader_->ListMachines(request, Hour(6));
      EXPECT_TRUE(page.ok()) << page.status();
      if (!page.ok()) break;
      for (const v1::Machine& machine : page->machines()) {
        told.push_back(absl::StrCat(machine.attributes().name(), " ",
                                    v1::Verdict::State_Name(machine.verdicts(0).state())));
      }
      request.set_page_token(page->next_page_token());
    } while (!request.page_token().empty());
    return told;
  };
  // PC5 never had a verdict.
  EXPECT_THAT(then("", 4.9),
              ElementsAre("PC1 AFFECTED", "PC2 AFFECTED", "PC3 AT_RISK", "PC4 CLEAN"));
  EXPECT_THAT(then("", 5), ElementsAre("PC1 FIXED", "PC2 AFFECTED", "PC3 CLEAN", "PC4 CLEAN"));
  EXPECT_THAT(then("", -0.1), IsEmpty());
  EXPECT_THAT(then("verdict = AFFECTED", 4), ElementsAre("PC1 AFFECTED", "PC2 AFFECTED"));
  EXPECT_THAT(then("verdict = FIXED", 4), ElementsAre("PC4 CLEAN"));  // by another rule
  EXPECT_THAT(then("verdict = FIXED", 4, "expired-catalog"), IsEmpty());
  EXPECT_THAT(then("breaks_at:*", 4), ElementsAre("PC3 AT_RISK"));
  EXPECT_THAT(then("update = KB1 AND name = PC3", 4), IsEmpty());
  EXPECT_THAT(then("update = KB1 AND name = PC3", 5), ElementsAre("PC3 CLEAN"));
  EXPECT_THAT(then("hresult = 0x80073712", 4), IsEmpty());
  EXPECT_THAT(then("hresult = 0x80073712", 5), ElementsAre("PC3 CLEAN"));
  // In time to come as it will be if nothing changes: PC3's catalogs stand until they are replaced.
  EXPECT_THAT(then("hresult = 0x800B0101", 20), ElementsAre("PC3 CLEAN"));
}

}  // namespace
}  // namespace muster::store::testing
