// What messages become: JSON, selections of fields, CSV, errors.
#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <google/protobuf/util/json_util.h>
#include <google/protobuf/util/message_differencer.h>
#include <gtest/gtest.h>

#include "dashboard-api/transcoder/csv.h"
#include "dashboard-api/transcoder/errors.h"
#include "dashboard-api/transcoder/json_writer.h"
#include "google/rpc/error_details.pb.h"
#include "muster/v1/campaign.pb.h"
#include "muster/v1/operator.pb.h"
#include "muster/v1/session.pb.h"

namespace muster::transcoder {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string Json(const google::protobuf::Message& message, const std::string& mask = "") {
  auto fields = FieldTree::Parse(*message.GetDescriptor(), mask);
  EXPECT_TRUE(fields.ok()) << fields.status();
  std::string out;
  AppendJson(message, *fields, out);
  return out;
}

v1::ListMachinesResponse SomeMachines() {
  v1::ListMachinesResponse machines;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(
      R"pb(machines {
             name: "machines/1"
             attributes { name: "=cmd|' /C calc'!A0" site: "Köln, \"Süd\"" }
             last_seen { seconds: 1795086400 nanos: 500000000 }
             verdicts { rule: "a" state: AFFECTED remedies: "KB1" remedies: "KB2" }
             verdicts { rule: "b" state: CLEAN }
             sets { kind: UPDATES digest: "\x01\xff" item_count: -3 }
             incident_count: 9007199254740993
           }
           machines { name: "machines/2" }
           total_size: 2)pb",
      &machines));
  return machines;
}

TEST(JsonTest, ReadsBackAsTheSameMessage) {
  const auto machines = SomeMachines();
  v1::ListMachinesResponse again;
  const auto parsed = google::protobuf::util::JsonStringToMessage(Json(machines), &again);
  ASSERT_TRUE(parsed.ok()) << parsed.ToString();
  EXPECT_TRUE(google::protobuf::util::MessageDifferencer::Equals(machines, again));
}

TEST(JsonTest, IsWhatProtobufPrintsWithDefaults) {
  auto machines = SomeMachines();
  machines.mutable_machines(0)->clear_last_seen();  // protobuf writes well-known types out of order
  google::protobuf::util::JsonPrintOptions options;
  options.always_print_primitive_fields = true;
  std::string expected;
  ASSERT_TRUE(google::protobuf::util::MessageToJsonString(machines, &expected, options).ok());
  EXPECT_EQ(Json(machines), expected);
}

TEST(JsonTest, EscapesWhatJsonCannotHold) {
  std::string out;
  AppendJsonString(std::string("a\"b\\c\n\x01\x7f/\xC3\xA4\0z", 13), out);
  EXPECT_EQ(out, "\"a\\\"b\\\\c\\n\\u0001\\u007f/\xC3\xA4\\u0000z\"");
}

TEST(JsonTest, UnknownEnumsAreNumbers) {
  v1::Verdict verdict;
  verdict.set_state(static_cast<v1::Verdict::State>(99));
  EXPECT_THAT(Json(verdict), HasSubstr("\"state\":99"));
}

TEST(FieldTreeTest, SelectsThroughRepeatedFields) {
  EXPECT_EQ(Json(SomeMachines(), "machines.name,totalSize"),
            R"({"machines":[{"name":"machines/1"},{"name":"machines/2"}],"totalSize":"2"})");
  EXPECT_EQ(
      Json(SomeMachines(), "total_size,machines.verdicts.state,machines.verdicts.state"),
      R"({"machines":[{"verdicts":[{"state":"AFFECTED"},{"state":"CLEAN"}]},{"verdicts":[]}],"totalSize":"2"})");
}

TEST(FieldTreeTest, TheWiderSelectionWins) {
  const auto machines = SomeMachines();
  EXPECT_EQ(Json(machines, "machines,machines.name"), Json(machines, "machines"));
  EXPECT_EQ(Json(machines, "machines.name,machines"), Json(machines, "machines"));
  EXPECT_EQ(Json(machines, "*"), Json(machines));
}

TEST(FieldTreeTest, RefusesWhatTheMessageDoesNotHave) {
  for (const char* mask : {"nothing", "machines.nothing", "totalSize.x", "machines..name", ",",
                           "machines.lastSeen.seconds.x"}) {
    const auto refused = FieldTree::Parse(*v1::ListMachinesResponse::descriptor(), mask).status();
    EXPECT_EQ(ToRpcStatus(refused).details_size(), 1) << mask << ": " << refused;
  }
}

std::string Csv(const std::string& mask) {
  const auto machines = SomeMachines();
  auto fields = FieldTree::Parse(*v1::Machine::descriptor(), mask);
  EXPECT_TRUE(fields.ok()) << fields.status();
  const CsvTable table(*v1::Machine::descriptor(), *fields);
  std::string out = table.Header();
  for (const auto& machine : machines.machines()) table.AppendRow(machine, out);
  return out;
}

TEST(CsvTest, GuardsFormulasAndQuotes) {
  EXPECT_EQ(Csv("attributes.site,attributes.name,name"),
            "attributes.site,attributes.name,name\r\n"
            "\"Köln, \"\"Süd\"\"\",'=cmd|' /C calc'!A0,machines/1\r\n"
            ",,machines/2\r\n");
  v1::MachineAttributes attributes;
  const CsvTable table(*v1::MachineAttributes::descriptor(),
                       *FieldTree::Parse(*v1::MachineAttributes::descriptor(), "name"));
  for (const char* text : {"=1", "+1", "-1", "@x", "\tx"}) {
    attributes.set_name(text);
    std::string out;
    table.AppendRow(attributes, out);
    EXPECT_THAT(out, HasSubstr("'")) << text;
  }
}

TEST(CsvTest, JoinsWhatIsRepeated) {
  EXPECT_EQ(Csv("verdicts.state,verdicts.remedies,lastSeen,sets.digest,sets.itemCount"),
            "verdicts.state,verdicts.remedies,lastSeen,sets.digest,sets.itemCount\r\n"
            "\"AFFECTED;CLEAN\",\"KB1;KB2\",2026-11-19T11:06:40.500Z,01ff,-3\r\n"
            ",,,,\r\n");
}

TEST(CsvTest, OfEverythingHasNothingDeepInLists) {
  const std::string header = Csv("").substr(0, Csv("").find('\r'));
  EXPECT_THAT(header, HasSubstr("verdicts.state"));
  EXPECT_THAT(header, Not(HasSubstr("evidence")));
}

TEST(ErrorsTest, SayDetailsAndUnknownOnesToo) {
  google::rpc::Status error = ToRpcStatus(BadField("page_size", "must be \"small\""));
  auto* unknown = error.add_details();
  unknown->set_type_url("type.googleapis.com/somebody.Elses");
  unknown->set_value("\x01");
  EXPECT_EQ(
      ErrorJson(error, 400),
      R"({"error":{"code":400,"message":"page_size: must be \"small\"","status":"INVALID_ARGUMENT","details":[)"
      R"({"@type":"type.googleapis.com/google.rpc.BadRequest","fieldViolations":[{"field":"page_size","description":"must be \"small\""}]},)"
      R"({"@type":"type.googleapis.com/somebody.Elses","value":"AQ=="},)"
      R"({"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"INVALID_ARGUMENT","domain":"muster"}]}})");
}

TEST(ErrorsTest, RetryDelayIsFoundAmongDetails) {
  google::rpc::Status error;
  EXPECT_FALSE(RetryDelay(error));
  google::rpc::RetryInfo info;
  info.mutable_retry_delay()->set_seconds(7);
  error.add_details()->PackFrom(google::rpc::BadRequest());
  error.add_details()->PackFrom(info);
  EXPECT_EQ(*RetryDelay(error), absl::Seconds(7));
}

}  // namespace
}  // namespace muster::transcoder
