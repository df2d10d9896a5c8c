// Every method of the operator API, found by its descriptor, behind the guard.
#include "server/operator/guard.h"

#include <gmock/gmock.h>
#include <google/protobuf/descriptor.h>
#include <google/rpc/error_details.pb.h>
#include <google/rpc/status.pb.h>
#include <grpcpp/generic/generic_stub.h>

#include "absl/strings/str_cat.h"
#include "common/refusal.h"
#include "muster/v1/campaign.pb.h"
#include "muster/v1/evidence.pb.h"
#include "muster/v1/overview.pb.h"
#include "muster/v1/session.grpc.pb.h"
#include "server/operator/operator_test_support.h"

namespace muster::operator_api {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

// Calls a method by its path with an empty request.
grpc::Status CallByName(const std::shared_ptr<grpc::Channel>& channel, const std::string& path,
                        const std::string& authorization) {
  grpc::GenericStub stub(channel);
  grpc::ClientContext context;
  if (!authorization.empty()) context.AddMetadata("authorization", authorization);
  grpc::CompletionQueue queue;
  grpc::Slice empty;
  auto call = stub.PrepareUnaryCall(&context, path, grpc::ByteBuffer(&empty, 1), &queue);
  call->StartCall();
  grpc::ByteBuffer response;
  grpc::Status status;
  call->Finish(&response, &status, nullptr);
  void* tag = nullptr;
  bool ok = false;
  queue.Next(&tag, &ok);
  return status;
}

class GuardTest : public OperatorTest {
 protected:
  std::vector<const google::protobuf::MethodDescriptor*> Methods() {
    std::vector<const google::protobuf::MethodDescriptor*> methods;
    for (const auto* file : {v1::ListMachinesRequest::descriptor()->file(),
                             v1::ListAttentionRequest::descriptor()->file(),
                             v1::CreateSessionRequest::descriptor()->file()}) {
      for (int i = 0; i < file->service_count(); ++i) {
        for (int j = 0; j < file->service(i)->method_count(); ++j) {
          if (NeedsToken(file->service(i)->method(j)))
            methods.push_back(file->service(i)->method(j));
        }
      }
    }
    return methods;
  }
  static bool NeedsToken(const google::protobuf::MethodDescriptor* method) {
    return !method->options().GetExtension(v1::without_token);
  }
  static std::string Path(const google::protobuf::MethodDescriptor* method) {
    return absl::StrCat("/", method->service()->full_name(), "/", method->name());
  }
};

TEST_F(GuardTest, WithoutATokenNoMethodAnswers) {
  ASSERT_EQ(Methods().size(), 29u);
  for (const auto* method : Methods()) {
    for (const std::string& authorization :
         {std::string(), std::string("Bearer "), std::string("Basic dXNlcjpwYXNz"),
          std::string("Bearer muster_api_guess"), Token(v1::ADMIN)}) {
      EXPECT_EQ(CallByName(channel_, Path(method), authorization).error_code(),
                grpc::StatusCode::UNAUTHENTICATED)
          << method->full_name() << " " << authorization;
    }
  }
  EXPECT_EQ(fleet_.calls, 0);
}

TEST_F(GuardTest, EachRoleReachesTheMethodsUpToItsOwnAndNoOther) {
  for (v1::Role role : {v1::VIEWER, v1::OPERATOR, v1::APPROVER, v1::ADMIN}) {
    const std::string authorization = "Bearer " + Token(role);
    for (const auto* method : Methods()) {
      auto code = CallByName(channel_, Path(method), authorization).error_code();
      bool allowed = role >= method->options().GetExtension(v1::required_role);
      EXPECT_EQ(code == grpc::StatusCode::PERMISSION_DENIED, !allowed) << method->full_name();
      EXPECT_NE(code, grpc::StatusCode::UNIMPLEMENTED) << method->full_name();
      EXPECT_NE(code, grpc::StatusCode::UNAUTHENTICATED) << method->full_name();
    }
  }
}

TEST_F(GuardTest, OnlyLoggingInNeedsNoToken) {
  std::vector<std::string> open;
  for (const auto* file : {v1::ListMachinesRequest::descriptor()->file(),
                           v1::CreateSessionRequest::descriptor()->file(),
                           v1::CreateCampaignRequest::descriptor()->file(),
                           v1::ListEvidenceBundlesRequest::descriptor()->file(),
                           v1::ListAttentionRequest::descriptor()->file()}) {
    for (int i = 0; i < file->service_count(); ++i) {
      for (int j = 0; j < file->service(i)->method_count(); ++j) {
        if (!NeedsToken(file->service(i)->method(j))) {
          open.push_back(file->service(i)->method(j)->full_name());
        }
      }
    }
  }
  EXPECT_THAT(open, ElementsAre("muster.v1.SessionService.CreateSession"));
}

TEST_F(GuardTest, ALockoutSaysHowLongItLasts) {
  v1::CreateSessionRequest request;
  request.set_user_id("anna");
  request.set_password("wrong horse battery");
  auto stub = v1::SessionService::NewStub(channel_);
  grpc::Status status;
  for (int i = 0; i <= identity::kFreeFailures; ++i) {
    grpc::ClientContext context;
    v1::Session session;
    status = stub->CreateSession(&context, request, &session);
  }
  EXPECT_EQ(status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  google::rpc::Status details;
  ASSERT_TRUE(details.ParseFromString(status.error_details()));
  google::rpc::RetryInfo retry;
  ASSERT_EQ(details.details_size(), 2);
  ASSERT_TRUE(details.details(0).UnpackTo(&retry));
  EXPECT_EQ(retry.retry_delay().seconds(), 1);
}

TEST(ToGrpcTest, SaysWhichFieldIsWrong) {
  const auto violation = [](const absl::Status& status) {
    google::rpc::Status details;
    google::rpc::BadRequest bad;
    details.ParseFromString(ToGrpc(status).error_details());
    if (details.details_size() != 2 || !details.details(0).UnpackTo(&bad)) return std::string();
    return absl::StrCat(bad.field_violations(0).field(), "|",
                        bad.field_violations(0).description());
  };
  EXPECT_EQ(violation(absl::InvalidArgumentError("page_size: must not be negative")),
            "page_size|must not be negative");
  EXPECT_EQ(violation(absl::InvalidArgumentError("user.name: must be users/{id}")),
            "user.name|must be users/{id}");
  EXPECT_EQ(violation(absl::InvalidArgumentError("filter, byte 1: there is no field 'colour'")),
            "filter|byte 1: there is no field 'colour'");
  // What names no field, and what is no fault of the request's.
  for (const char* message :
       {"a webhook's URL names no user", "key set: it has one key twice", "", "filter", ": odd"}) {
    EXPECT_EQ(violation(absl::InvalidArgumentError(message)), "") << message;
  }
  EXPECT_EQ(violation(absl::NotFoundError("name: there is no such machine")), "");
}

TEST(ToGrpcTest, SaysWhatDoesNotHold) {
  const grpc::Status status =
      ToGrpc(FailedPrecondition("LAST_ADMIN", "users/anna", "no user would be left"));
  EXPECT_EQ(status.error_code(), grpc::StatusCode::FAILED_PRECONDITION);
  google::rpc::Status details;
  ASSERT_TRUE(details.ParseFromString(status.error_details()));
  google::rpc::PreconditionFailure failure;
  google::rpc::ErrorInfo info;
  ASSERT_EQ(details.details_size(), 2);
  ASSERT_TRUE(details.details(0).UnpackTo(&failure));
  EXPECT_EQ(failure.violations(0).subject(), "users/anna");
  ASSERT_TRUE(details.details(1).UnpackTo(&info));
  EXPECT_EQ(info.reason(), "LAST_ADMIN");
}

TEST(ToGrpcTest, AMessageThatFillsTheMetadataGoesOnce) {
  const std::string message = "filter: " + std::string(2000, 'x');
  const grpc::Status status = ToGrpc(absl::InvalidArgumentError(message));
  EXPECT_EQ(status.error_message(), message);
  EXPECT_EQ(status.error_details(), "");
}

TEST_F(GuardTest, DenialsAreAuditedWithWhoAndWhat) {
  const std::string path = "/muster.v1.AccessService/ListApiTokens";
  CallByName(channel_, path, "");
  CallByName(channel_, path, "Bearer " + Token(v1::VIEWER));
  auto lines = store_.AuditLines();
  ASSERT_EQ(lines.size(), 3u);
  EXPECT_EQ(lines[0], "anonymous muster.v1.AccessService.ListApiTokens  UNAUTHENTICATED");
  EXPECT_THAT(lines[2], HasSubstr("muster.v1.AccessService.ListApiTokens  PERMISSION_DENIED"));
  EXPECT_THAT(lines[2], HasSubstr("apiTokens/"));
}

TEST_F(GuardTest, TheSchemesLetterCaseDoesNotMatter) {
  EXPECT_TRUE(
      CallByName(channel_, "/muster.v1.FleetService/ListRules", "bearer " + Token(v1::VIEWER))
          .ok());
}

TEST_F(GuardTest, ACallIsASpanBelowItsCallersWhoeverCalls) {
  grpc::ClientContext context;
  context.AddMetadata("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
  v1::ListRulesResponse response;
  EXPECT_EQ(fleet_stub_->ListRules(&context, {}, &response).error_code(),
            grpc::StatusCode::UNAUTHENTICATED);
  EXPECT_TRUE(
      CallByName(channel_, "/muster.v1.FleetService/ListRules", "Bearer " + Token(v1::VIEWER))
          .ok());
  const std::vector<trace::SpanData> spans = spans_.Await(2);
  ASSERT_EQ(spans.size(), 2u);
  EXPECT_EQ(spans[0].name, "muster.v1.FleetService/ListRules");
  EXPECT_EQ(spans[0].kind, trace::SpanKind::kServer);
  EXPECT_EQ(trace::ToHex(spans[0].context.trace), "4bf92f3577b34da6a3ce929d0e0e4736");
  EXPECT_EQ(trace::ToHex(spans[0].parent), "00f067aa0ba902b7");
  EXPECT_THAT(AttributesOf(spans[0]), Contains("rpc.grpc.status_code=16"));
  EXPECT_EQ(spans[1].parent, trace::SpanId{});
  EXPECT_THAT(AttributesOf(spans[1]), Contains("rpc.grpc.status_code=0"));
}

TEST_F(GuardTest, TwoTokensInOneCallAreNone) {
  grpc::ClientContext context;
  context.AddMetadata("authorization", "Bearer " + Token(v1::VIEWER));
  context.AddMetadata("authorization", "Bearer " + Token(v1::ADMIN));
  v1::ListRulesResponse response;
  EXPECT_EQ(fleet_stub_->ListRules(&context, {}, &response).error_code(),
            grpc::StatusCode::UNAUTHENTICATED);
}

}  // namespace
}  // namespace muster::operator_api
