// How answers look: tables, CSV, JSON, escaping, instants.
#include <gmock/gmock.h>
#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "common/proto_time.h"
#include "dashboard-api/ctl/machine.h"
#include "dashboard-api/ctl/machines.h"
#include "dashboard-api/ctl/reports.h"
#include "dashboard-api/ctl/safe_text.h"
#include "dashboard-api/ctl/table.h"
#include "dashboard-api/ctl/values.h"

namespace muster::ctl {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

google::protobuf::Timestamp At(const std::string& text) {
  auto time = ParseInstant(text);
  EXPECT_TRUE(time.ok()) << time.status();
  return ToProto(*time);
}

v1::Machine SomeMachine(const std::string& name) {
  v1::Machine machine;
  machine.set_name("machines/" + std::string(64, 'a'));
  machine.mutable_attributes()->set_name(name);
  machine.mutable_attributes()->set_site("Berlin");
  machine.mutable_attributes()->set_os("Windows 7 SP1");
  *machine.mutable_last_seen() = At("2013-07-01T09:04:27+02:00");
  auto* fixed = machine.add_verdicts();
  fixed->set_rule("other-rule");
  fixed->set_state(v1::Verdict::CLEAN);
  auto* affected = machine.add_verdicts();
  affected->set_rule("expired-catalog");
  affected->set_state(v1::Verdict::AFFECTED);
  affected->set_explanation("Two catalogs do not verify.");
  *affected->mutable_breaks_at() = At("2013-06-26T21:37:17Z");
  return machine;
}

v1::ListMachinesResponse Machines(const std::string& name) {
  v1::ListMachinesResponse machines;
  *machines.add_machines() = SomeMachine(name);
  machines.set_total_size(1);
  return machines;
}

TEST(SafeTextTest, WhatATerminalWouldObeyIsEscaped) {
  EXPECT_EQ(ForTerminal("PC-1 München"), "PC-1 München");
  EXPECT_EQ(ForTerminal("a\x1b[31mb\nc\td"), "a\\x1b[31mb\\x0ac\\x09d");
  EXPECT_EQ(ForTerminal("\xc2\x9b"
                        "31m"),
            "\\x9b31m");
  EXPECT_EQ(ForTerminal("\xff\xc3"), "\\xff\\xc3");
  EXPECT_EQ(ForTerminal("a\u202egnp.exe"), "a\\u{202e}gnp.exe");
  EXPECT_EQ(ForTerminal(absl::string_view("a\0b", 3)), "a\\x00b");
}

TEST(SafeTextTest, LongTextIsCutBetweenCharacters) {
  EXPECT_EQ(Shorten("München", 7), "München");
  EXPECT_EQ(Shorten("München", 4), "Mün…");
  EXPECT_EQ(Columns(Shorten("ÄÖÜÄÖÜÄÖÜ", 5)), 5u);
}

TEST(CsvTest, QuotesAsRfc4180AndDisarmsFormulas) {
  EXPECT_EQ(CsvLine({"a", "b,c", "say \"x\"", "two\nlines", ""}),
            "a,\"b,c\",\"say \"\"x\"\"\",\"two\nlines\",\r\n");
  EXPECT_EQ(CsvLine({"=1+1", "+1", "-1", "@x", "\tx", "=a,b"}),
            "'=1+1,'+1,'-1,'@x,'\tx,\"'=a,b\"\r\n");
  EXPECT_EQ(CsvLine({"", ""}), ",\r\n");
}

TEST(TableTest, AlignsColumnsAndColoursOnlyWhenAsked) {
  Table table({"NAME", "STATE"});
  table.Add({{"München"}, {"AFFECTED", Colour::kRed}});
  table.Add({{"B"}, {"CLEAN"}});
  EXPECT_EQ(table.ToText(false), "NAME     STATE\nMünchen  AFFECTED\nB        CLEAN\n");
  EXPECT_THAT(table.ToText(true), HasSubstr("\x1b[31mAFFECTED\x1b[0m"));
}

TEST(TableTest, ACellCannotForgeALine) {
  Table table({"NAME"});
  table.Add({{"a\nPC-2"}});
  EXPECT_EQ(table.ToText(false), "NAME\na\\x0aPC-2\n");
}

TEST(MachinesTest, ATableShowsTheWorstVerdictAndWhy) {
  std::string text = MachinesTable(Machines("PC-1"), "").ToText(false);
  EXPECT_EQ(
      text,
      "NAME  SITE    OS             VERDICT   BREAKS AT             LAST SEEN             WHY\n"
      "PC-1  Berlin  Windows 7 SP1  AFFECTED  2013-06-26T21:37:17Z  2013-07-01T07:04:27Z  "
      "expired-catalog: Two catalogs do not verify.\n");
  EXPECT_THAT(MachinesTable(Machines("PC-1"), "other-rule").ToText(false), HasSubstr("CLEAN"));
  EXPECT_THAT(MachinesTable(Machines("\x1b]0;x\x07"), "").ToText(false), Not(HasSubstr("\x1b")));
}

TEST(MachinesTest, AMachineThatWasNotJudgedIsUnknownAsFiltersHaveIt) {
  v1::ListMachinesResponse unjudged = Machines("PC-1");
  unjudged.mutable_machines(0)->clear_verdicts();
  EXPECT_THAT(MachinesTable(unjudged, "").ToText(false),
              ::testing::ContainsRegex("UNKNOWN .*not judged yet"));
  EXPECT_THAT(MachinesCsv(unjudged, ""), HasSubstr(",UNKNOWN,,,2013-07-01T07:04:27Z,,not judged"));
  EXPECT_THAT(MachinesCsv(Machines("PC-1"), "new-rule"), HasSubstr(",UNKNOWN,new-rule,"));
}

TEST(MachinesTest, JsonReadsBackAsTheResponse) {
  v1::ListMachinesResponse machines = Machines("PC\n\x1b\"1");
  *machines.add_machines() = SomeMachine("PC-2");
  std::string json = MachinesJson(machines);
  EXPECT_THAT(json, HasSubstr("\"totalSize\":1}"));
  EXPECT_THAT(json, Not(HasSubstr("\x1b")));
  v1::ListMachinesResponse back;
  ASSERT_TRUE(google::protobuf::util::JsonStringToMessage(json, &back).ok()) << json;
  EXPECT_EQ(back.SerializeAsString(), machines.SerializeAsString());
  EXPECT_EQ(MachinesJson({}), "{\"machines\":[],\"totalSize\":0}\n");
}

TEST(MachinesTest, CsvHasAHeaderAndALineAMachine) {
  std::string csv = MachinesCsv(Machines("=cmd"), "");
  EXPECT_THAT(csv, HasSubstr("name,machine,site,domain,os,verdict,rule,breaks_at,"));
  EXPECT_THAT(csv, HasSubstr("\r\n'=cmd,machines/aaa"));
  EXPECT_THAT(csv, HasSubstr(",AFFECTED,expired-catalog,2013-06-26T21:37:17Z,"));
}

TEST(MachineTest, ShowsWitnessesVerdictsEvidenceAndRecords) {
  v1::Machine machine = SomeMachine("PC-1\x1b[2J");
  auto* updates = machine.add_sets();
  updates->set_kind(v1::UPDATES);
  updates->set_digest(std::string(32, '\x01'));
  updates->mutable_outcome()->set_code(v1::Outcome::OK);
  auto* packages = machine.add_sets();
  packages->set_kind(v1::PACKAGES);
  packages->set_digest(std::string(32, '\x02'));
  packages->set_item_count(214);
  packages->mutable_outcome()->set_code(v1::Outcome::PARTIAL);
  packages->mutable_outcome()->set_detail("3 manifests unreadable");
  auto* evidence = machine.mutable_verdicts(1)->add_evidence();
  evidence->set_summary("2 catalogs have expired");
  evidence->set_count(7);
  evidence->add_catalogs()->set_path("Windows/servicing/Packages/a.cat");
  auto* incident = machine.add_incidents();
  incident->mutable_signature()->set_hresult(0x800B0101);
  incident->mutable_signature()->set_message("Failed to verify if catalog file <path> is valid.");
  incident->set_count(42);
  std::string text = MachineText(machine, false);
  for (const char* part :
       {"AFFECTED  expired-catalog  since 2013-06-26T21:37:17Z", "2 catalogs have expired",
        "Windows/servicing/Packages/a.cat", "and 6 more", "PACKAGES: 3 manifests unreadable",
        "020202020202", "0x800B0101", "never reported", "PC-1\\x1b[2J"}) {
    EXPECT_THAT(text, HasSubstr(part));
  }
  EXPECT_THAT(text, ::testing::ContainsRegex("items +0 +214 +-"));
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
}

TEST(MachineTest, TheWorstVerdictIsFirst) {
  v1::Machine machine = SomeMachine("PC-1");
  auto* unknown = machine.add_verdicts();
  unknown->set_rule("a-rule");
  unknown->set_state(v1::Verdict::UNKNOWN);
  const std::string text = MachineText(machine, false);
  EXPECT_LT(text.find("AFFECTED  expired-catalog"), text.find("UNKNOWN  a-rule"));
  EXPECT_LT(text.find("UNKNOWN  a-rule"), text.find("CLEAN  other-rule"));
}

TEST(MachineTest, SaysHowManyMoreKindsOfRecordsThereAre) {
  v1::Machine machine = SomeMachine("PC-1");
  for (int i = 0; i < 30; ++i) machine.add_incidents()->set_count(1);
  machine.set_incident_count(4321);
  EXPECT_THAT(MachineText(machine, false), HasSubstr("and 4301 more: --output json has all"));
}

TEST(AuditTest, MachinesAreToldByTheBeginningOfTheirId) {
  v1::ListAuditEntriesResponse audit;
  auto* entry = audit.add_audit_entries();
  entry->set_sequence(7);
  entry->set_actor("machines/" + std::string(64, 'a'));
  entry->set_action("muster.v1.AgentGateway.Enroll");
  entry->set_subject("machines/" + std::string(64, 'b'));
  entry->set_result("OK");
  EXPECT_EQ(AuditTable(audit).ToText(false),
            "#  TIME  ACTOR                   ACTION               SUBJECT                 RESULT\n"
            "7  -     machines/aaaaaaaaaaaa…  AgentGateway.Enroll  machines/bbbbbbbbbbbb…  OK\n");
}

TEST(SummaryTest, HasARowAValueAndAColumnAState) {
  v1::SummarizeVerdictsResponse summary;
  auto* row = summary.add_rows();
  row->set_value("Berlin");
  row->set_total(12);
  auto* count = row->add_counts();
  count->set_state(v1::Verdict::AFFECTED);
  count->set_machines(7);
  EXPECT_EQ(SummaryTable(summary, "site", false),
            "SITE    AFFECTED  AT RISK  REMEDIATING  UNKNOWN  FIXED  CLEAN  TOTAL\n"
            "Berlin  7         0        0            0        0      0      12\n");
  EXPECT_EQ(SummaryCsv(summary, "site"),
            "site,affected,at_risk,remediating,unknown,fixed,clean,total\r\n"
            "Berlin,7,0,0,0,0,0,12\r\n");
}

TEST(ValuesTest, InstantsAndLifetimesAreReadStrictly) {
  EXPECT_EQ(InstantText(At("2013-07-01T09:04:27+02:00")), "2013-07-01T07:04:27Z");
  EXPECT_EQ(InstantText(At("2013-07-01")), "2013-07-01T00:00:00Z");
  EXPECT_EQ(InstantText({}), "-");
  for (const char* bad : {"", "yesterday", "2013-13-01", "2013-07-01T09:04:27"}) {
    EXPECT_FALSE(ParseInstant(bad).ok()) << bad;
  }
  EXPECT_EQ(*ParseInterval("2"), absl::Seconds(2));
  EXPECT_EQ(*ParseInterval("5m"), absl::Minutes(5));
  for (const char* bad : {"", "0", "-2", "2 s", "soon"}) EXPECT_FALSE(ParseInterval(bad).ok());
  EXPECT_EQ(*ParseLifetime("90d"), absl::Hours(24 * 90));
  EXPECT_EQ(*ParseLifetime("45s"), absl::Seconds(45));
  for (const char* bad :
       {"", "d", "90", "-1d", "+1d", "0h", "1w", "1.5h", " 1h", "1 h", "99999999999999d"}) {
    EXPECT_FALSE(ParseLifetime(bad).ok()) << bad;
  }
}

}  // namespace
}  // namespace muster::ctl
