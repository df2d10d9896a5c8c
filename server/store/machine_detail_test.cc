// FleetReader of one machine.
#include <gmock/gmock.h>

#include <set>

#include "server/store/fleet_reader_fixture.h"

namespace muster::store::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class MachineDetailTest : public FleetReaderTest {};

TEST_F(MachineDetailTest, MachineIsFoundByIdAndName) {
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

TEST_F(MachineDetailTest, MachineIsToldAsOfAnInstantWithItsEvidence) {
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

TEST_F(MachineDetailTest, MachineShowsItsIncidents) {
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

TEST_F(MachineDetailTest, AnIncidentIsToldInTheWordsOfItsFirstAndItsLastRecord) {
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

TEST_F(MachineDetailTest, EveryKindOfIncidentIsReachedAPageAtATime) {
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
