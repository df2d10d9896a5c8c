#include "server/store/fleet_reader.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "common/proto_time.h"
#include "server/store/store_test_support.h"

namespace muster::store::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// Five machines: PC1 and PC2 at Berlin are affected, PC3 at Bonn is at risk until hour 10, PC4 at
// Bonn is clean, PC5 has no verdict and a site with every character that could go wrong.
class FleetReaderTest : public StoreTest {
 protected:
  void SetUp() override {
    StoreTest::SetUp();
    reader_ = std::make_unique<FleetReader>(database_.get());
    std::vector<Digest> ids;
    for (int i = 1; i <= 5; ++i) ids.push_back(IdOf(i));
    Enroll(ids);
    v1::Catalog catalog;
    catalog.set_sha256(Sha256("catalog").ToBytes());
    catalog.set_failure_hresult(0x800B0101);
    *catalog.mutable_breaks_at() = ToProto(Hour(10));
    catalogs_ = std::make_unique<ItemSet>(v1::CATALOGS, std::vector{catalog.SerializeAsString()});
    v1::Package package;
    package.set_identity("Package_for_KB2~31bf3856ad364e35~amd64~~6.1.1.0");
    package.set_kb("KB2");
    packages_ = std::make_unique<ItemSet>(v1::PACKAGES, std::vector{package.SerializeAsString()});
    MUSTER_ASSERT_OK(Apply([&](auto& transaction) { return Fill(transaction); }));
  }

  absl::Status Fill(inventory::Transaction& transaction) {
    for (const ItemSet* set :
         std::initializer_list<const ItemSet*>{&updates_, catalogs_.get(), packages_.get()}) {
      if (absl::Status status = PutSet(transaction, *set); !status.ok()) return status;
    }
    const char* sites[] = {"Berlin", "berlin", "Bonn", "Bonn", "O'Hara \"%_\\"};
    for (int i = 1; i <= 5; ++i) {
      auto report = Report(IdOf(i), Hour(i * 0.1), {&updates_});
      if (i == 3) report = Report(IdOf(i), Hour(0), {packages_.get(), catalogs_.get()});
      report.attributes.emplace().set_name(absl::StrCat("PC", i));
      report.attributes->set_site(sites[i - 1]);
      if (absl::Status status = transaction.PutReports({report}); !status.ok()) return status;
    }
    v1::Verdict at_risk = MakeVerdict(v1::Verdict::AT_RISK);
    *at_risk.mutable_breaks_at() = ToProto(Hour(10));
    at_risk.add_evidence()->add_items(catalogs_->items()[0].digest.ToBytes());
    return transaction.PutVerdicts(
        {{IdOf(1), Hour(0), {MakeVerdict(v1::Verdict::AFFECTED)}},
         {IdOf(2),
          Hour(0),
          {MakeVerdict(v1::Verdict::AFFECTED), MakeVerdict(v1::Verdict::CLEAN, "other")}},
         {IdOf(3), Hour(0), {at_risk}},
         {IdOf(4),
          Hour(0),
          {MakeVerdict(v1::Verdict::CLEAN), MakeVerdict(v1::Verdict::FIXED, "other")}}});
  }

  absl::StatusOr<v1::ListMachinesResponse> List(const std::string& filter, double hour = 1,
                                                const std::string& order = "",
                                                const std::string& rule = "") {
    v1::ListMachinesRequest request;
    request.set_filter(filter);
    request.set_order_by(order);
    request.set_rule(rule);
    return reader_->ListMachines(request, Hour(hour));
  }
  std::vector<std::string> Names(const std::string& filter, double hour = 1,
                                 const std::string& order = "", const std::string& rule = "") {
    const auto response = List(filter, hour, order, rule);
    EXPECT_TRUE(response.ok()) << filter << ": " << response.status();
    std::vector<std::string> names;
    if (!response.ok()) return names;
    for (const v1::Machine& machine : response->machines()) {
      names.push_back(machine.attributes().name());
    }
    EXPECT_EQ(response->total_size(), static_cast<int64_t>(names.size()));
    return names;
  }

  std::unique_ptr<FleetReader> reader_;
  const ItemSet updates_ = UpdateSet({"KB1"});
  std::unique_ptr<ItemSet> catalogs_, packages_;
};

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

TEST_F(FleetReaderTest, MachineIsFoundByIdAndName) {
  v1::GetMachineRequest request;
  for (const std::string& name :
       {absl::StrCat("machines/", IdOf(3).ToHex()), std::string("machines/pc3"), std::string("PC3"),
        IdOf(3).ToHex()}) {
    request.set_name(name);
    const auto machine = reader_->GetMachine(request, Hour(1));
    ASSERT_TRUE(machine.ok()) << name << machine.status();
    EXPECT_EQ(machine->attributes().name(), "PC3");
  }
  request.set_name("machines/nobody");
  EXPECT_EQ(reader_->GetMachine(request, Hour(1)).status().code(), absl::StatusCode::kNotFound);
  Execute("UPDATE machines SET name = 'PC3' WHERE name = 'PC4'");
  request.set_name("PC3");
  const absl::Status several = reader_->GetMachine(request, Hour(1)).status();
  EXPECT_EQ(several.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(several.message()), HasSubstr(IdOf(4).ToHex()));
}

TEST_F(FleetReaderTest, MachineIsToldAsOfAnInstantWithItsEvidence) {
  MUSTER_ASSERT_OK(Apply([&](inventory::Transaction& transaction) -> absl::Status {
    const ItemSet fewer(v1::CATALOGS, {});
    if (absl::Status status = PutSet(transaction, fewer); !status.ok()) return status;
    if (absl::Status status = transaction.PutReports({Report(IdOf(3), Hour(5), {&fewer})});
        !status.ok()) {
      return status;
    }
    return transaction.PutVerdicts({{IdOf(3), Hour(5), {MakeVerdict(v1::Verdict::CLEAN)}}});
  }));
  v1::GetMachineRequest request;
  request.set_name("PC3");
  const auto now = reader_->GetMachine(request, Hour(6));
  ASSERT_TRUE(now.ok()) << now.status();
  EXPECT_EQ(now->verdicts(0).state(), v1::Verdict::CLEAN);
  EXPECT_EQ(now->sets(1).item_count(), 0);
  *request.mutable_as_of() = ToProto(Hour(4));
  const auto then = reader_->GetMachine(request, Hour(6));
  EXPECT_EQ(then->verdicts(0).state(), v1::Verdict::AT_RISK);
  ASSERT_EQ(then->sets_size(), 2);
  EXPECT_EQ(then->sets(1).kind(), v1::CATALOGS);
  EXPECT_EQ(then->sets(1).item_count(), 1);
  ASSERT_EQ(then->verdicts(0).evidence(0).catalogs_size(), 1);
  EXPECT_EQ(then->verdicts(0).evidence(0).catalogs(0).failure_hresult(), 0x800B0101);
  EXPECT_EQ(FromProto(then->as_of()), Hour(4));
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

TEST_F(FleetReaderTest, MachineShowsItsIncidents) {
  v1::IncidentSignature signature;
  signature.set_hresult(0x80073712);
  const std::string bytes = signature.SerializeAsString();
  MUSTER_ASSERT_OK(Apply([&](inventory::Transaction& transaction) -> absl::Status {
    transaction.PutSignatures({{Sha256(bytes), bytes, false}}).IgnoreError();
    return transaction
        .PutIncidents({{IdOf(4), "CBS.log", "", "a", {{Sha256(bytes), Hour(0), Hour(1), 7}}}})
        .status();
  }));
  v1::GetMachineRequest request;
  request.set_name("PC4");
  const auto machine = reader_->GetMachine(request, Hour(2));
  ASSERT_EQ(machine->incidents_size(), 1);
  EXPECT_EQ(machine->incidents(0).count(), 7u);
  EXPECT_EQ(machine->incidents(0).first_message(), "");  // of an agent that tells none
  EXPECT_EQ(machine->incidents(0).signature().hresult(), 0x80073712);
  EXPECT_THAT(Names("hresult = 0x80073712"), ElementsAre("PC4"));
}

TEST_F(FleetReaderTest, AnIncidentIsToldInTheWordsOfItsFirstAndItsLastRecord) {
  const std::string bytes = v1::IncidentSignature().SerializeAsString();
  std::string position;
  // What is told after a batch whose record was seen at `hour`: of the first, and of the last.
  const auto told_after = [&](double hour, const std::string& message) -> std::string {
    const std::string next = absl::StrCat(position, ".");
    MUSTER_EXPECT_OK(Apply([&](inventory::Transaction& transaction) -> absl::Status {
      transaction.PutSignatures({{Sha256(bytes), bytes, false}}).IgnoreError();
      return transaction
          .PutIncidents({{IdOf(4),
                          "CBS.log",
                          position,
                          next,
                          {{Sha256(bytes), Hour(hour), Hour(hour), 1, message, message}}}})
          .status();
    }));
    position = next;
    v1::ListIncidentsRequest request;
    request.set_parent("machines/PC4");
    const auto page = reader_->ListIncidents(request, Hour(9));
    if (!page.ok() || page->incidents_size() != 1) return "none";
    return absl::StrCat(page->incidents(0).first_message(), "; ",
                        page->incidents(0).last_message());
  };
  EXPECT_EQ(told_after(3, ""), "; ");
  EXPECT_EQ(told_after(4, "the fourth hour"), "the fourth hour; the fourth hour");
  EXPECT_EQ(told_after(5, "the fifth"), "the fourth hour; the fifth");
  EXPECT_EQ(told_after(2, "the second"), "the second; the fifth");
  EXPECT_EQ(told_after(1, ""), "the second; the fifth");
  EXPECT_EQ(told_after(6, ""), "the second; the fifth");
}

TEST_F(FleetReaderTest, EveryKindOfIncidentIsReachedAPageAtATime) {
  constexpr int kKinds = 1'234;
  std::vector<inventory::StoredSignature> signatures;
  std::vector<inventory::IncidentCount> counts;
  for (int i = 0; i < kKinds; ++i) {
    v1::IncidentSignature signature;
    signature.set_message(absl::StrCat("message ", i));
    const std::string bytes = signature.SerializeAsString();
    signatures.push_back({Sha256(bytes), bytes, false});
    counts.push_back({Sha256(bytes), Hour(0), Hour(1), 1});
  }
  MUSTER_ASSERT_OK(Apply([&](inventory::Transaction& transaction) -> absl::Status {
    transaction.PutSignatures(signatures).IgnoreError();
    return transaction.PutIncidents({{IdOf(4), "CBS.log", "", "a", counts}}).status();
  }));
  v1::GetMachineRequest get;
  get.set_name("PC4");
  const auto machine = reader_->GetMachine(get, Hour(2));
  ASSERT_TRUE(machine.ok()) << machine.status();
  EXPECT_EQ(machine->incidents_size(), 1'000);
  EXPECT_EQ(machine->incident_count(), kKinds);

  v1::ListIncidentsRequest request;
  request.set_parent("machines/PC4");
  request.set_page_size(500);
  std::set<std::string> messages;
  int pages = 0, told = 0;
  do {
    const auto page = reader_->ListIncidents(request, Hour(2));
    ASSERT_TRUE(page.ok()) << page.status();
    for (const v1::Incident& incident : page->incidents()) {
      messages.insert(incident.signature().message());
    }
    request.set_page_token(page->next_page_token());
    told += page->incidents_size();
    ++pages;
  } while (!request.page_token().empty());
  EXPECT_EQ(pages, 3);
  EXPECT_EQ(told, kKinds);
  EXPECT_EQ(messages.size(), size_t{kKinds});
  *request.mutable_as_of() = ToProto(Hour(-0.5));
  EXPECT_EQ(reader_->ListIncidents(request, Hour(2))->incidents_size(), 0);
  request.set_page_token("x");
  EXPECT_EQ(reader_->ListIncidents(request, Hour(2)).status().code(),
            absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace muster::store::testing
