#include "dashboard-api/transcoder/routes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <set>

#include "absl/strings/match.h"
#include "common/files.h"
#include "dashboard-api/transcoder/json_writer.h"
#include "dashboard-api/transcoder/openapi.h"
#include "dashboard-api/transcoder/openapi_examples.h"
#include "muster/v1/authorization.pb.h"
#include "muster/v1/campaign.pb.h"
#include "muster/v1/operator.pb.h"
#include "muster/v1/session.pb.h"

namespace muster::transcoder {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

std::filesystem::path SourceDir() { return std::getenv("MUSTER_SOURCE_DIR"); }

// All RPCs that operators may call, by the options that the server goes by: whatever file they are
// in.
std::set<std::string> OperatorRpcs() {
  std::set<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(SourceDir() / "proto/muster/v1")) {
    const auto* file = google::protobuf::DescriptorPool::generated_pool()->FindFileByName(
        "muster/v1/" + entry.path().filename().string());
    for (int s = 0; file != nullptr && s < file->service_count(); ++s) {
      for (int m = 0; m < file->service(s)->method_count(); ++m) {
        const auto& options = file->service(s)->method(m)->options();
        if (options.HasExtension(v1::required_role) || options.HasExtension(v1::without_token)) {
          names.insert(file->service(s)->method(m)->full_name());
        }
      }
    }
  }
  return names;
}

TEST(RoutesTest, EveryOperatorRpcHasOne) {
  const auto routes = RouteTable::OfOperatorApi();
  ASSERT_TRUE(routes.ok()) << routes.status();
  std::set<std::string> served;
  for (const Route& route : routes->routes()) served.insert(route.method->full_name());
  EXPECT_EQ(served, OperatorRpcs());
  EXPECT_GT(served.size(), 50u);
}

TEST(RoutesTest, NoTwoRoutesTakeTheSameRequest) {
  const auto routes = RouteTable::OfOperatorApi();
  std::set<std::string> seen;
  for (const Route& route : routes->routes()) {
    EXPECT_TRUE(seen.insert(route.http_method + route.path.ToOpenApi().path).second)
        << route.path.text();
  }
}

TEST(RoutesTest, LiteralsWinOverVariables) {
  const auto routes = *RouteTable::OfOperatorApi();
  const auto find = [&routes](const char* method, const char* path) {
    auto match = routes.Find(method, *RequestPath::Parse(path));
    return match.ok() ? match->route->method->name() : std::string(match.status().message());
  };
  EXPECT_EQ(find("GET", "/v1/sessions/current"), "GetCurrentSession");
  EXPECT_EQ(find("HEAD", "/v1/machines/PC-1"), "GetMachine");
  EXPECT_EQ(find("GET", "/v1/machines:summarizeSilence"), "SummarizeSilence");
  EXPECT_EQ(find("GET", "/v1/campaigns/1/evidenceBundles"), "ListEvidenceBundles");
  EXPECT_EQ(find("GET", "/v1/machines/1/evidenceBundles"), "ListEvidenceBundles");
}

TEST(RoutesTest, SaysWhatAPathTakes) {
  const auto routes = *RouteTable::OfOperatorApi();
  const auto path = *RequestPath::Parse("/v1/campaigns");
  EXPECT_TRUE(absl::IsUnimplemented(routes.Find("DELETE", path).status()));
  EXPECT_EQ(routes.AllowedMethods(path), "GET, HEAD, POST");
  EXPECT_TRUE(absl::IsNotFound(routes.Find("GET", *RequestPath::Parse("/v2/x")).status()));
}

TEST(RoutesTest, KindsAndRows) {
  const auto routes = *RouteTable::OfOperatorApi();
  for (const Route& route : routes.routes()) {
    const std::string& name = route.method->name();
    Route::Kind expected = Route::Kind::kUnary;
    if (absl::StartsWith(name, "Watch")) expected = Route::Kind::kWatch;
    if (name == "ListTargets" || name == "DownloadEvidenceBundle")
      expected = Route::Kind::kDownload;
    if (name == "UploadPayload") expected = Route::Kind::kUpload;
    EXPECT_EQ(route.kind, expected) << name;
    if (absl::StartsWith(name, "List") && expected == Route::Kind::kUnary) {
      EXPECT_NE(route.rows, nullptr) << name;
    }
    // What an answer's parameters are called, no request may have.
    for (const char* taken : {"fields", "format", "bom"}) {
      EXPECT_EQ(route.method->input_type()->FindFieldByName(taken), nullptr) << name;
    }
  }
}

void CheckKnown(const Descriptor& message, std::set<const Descriptor*>& seen) {
  if (IsTextType(message) || !seen.insert(&message).second) return;
  EXPECT_TRUE(absl::StartsWith(message.full_name(), "muster.v1.") ||
              message.full_name() == "google.protobuf.Empty")
      << message.full_name() << ": AppendJson does not know how JSON writes it";
  for (int i = 0; i < message.field_count(); ++i) {
    EXPECT_FALSE(message.field(i)->is_map()) << message.field(i)->full_name();
    if (message.field(i)->message_type() != nullptr) {
      CheckKnown(*message.field(i)->message_type(), seen);
    }
  }
}

TEST(RoutesTest, AnswersHaveOnlyWhatTheJsonWriterKnows) {
  std::set<const Descriptor*> seen;
  const auto routes = *RouteTable::OfOperatorApi();
  for (const Route& route : routes.routes()) CheckKnown(*route.method->output_type(), seen);
}

TEST(OpenApiTest, TheCommittedDocumentIsTheGeneratedOne) {
  const auto committed = ReadSmallFile(SourceDir() / "dashboard-api/openapi.json");
  ASSERT_TRUE(committed.ok()) << committed.status();
  EXPECT_EQ(*committed, OpenApiDocument(*RouteTable::OfOperatorApi()))
      << "run: muster-dashboard --print-openapi > dashboard-api/openapi.json";
}

TEST(OpenApiTest, ExamplesFitTheContract) {
  for (const Descriptor* message :
       {v1::Machine::descriptor(), v1::SummarizeVerdictsResponse::descriptor(),
        v1::CreateCampaignRequest::descriptor(), v1::CreateSessionRequest::descriptor(),
        v1::Session::descriptor(), v1::PreviewGroupRequest::descriptor(),
        v1::PreviewGroupResponse::descriptor()}) {
    EXPECT_TRUE(ExampleOf(*message)) << message->full_name();
  }
}

}  // namespace
}  // namespace muster::transcoder
