// Every method of the operator API, found by its descriptor, behind the guard.
#include <gmock/gmock.h>
#include <google/protobuf/descriptor.h>
#include <grpcpp/generic/generic_stub.h>

#include "server/operator/operator_test_support.h"

namespace muster::operator_api {
namespace {

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
    const auto* file = v1::ListMachinesRequest::descriptor()->file();
    for (int i = 0; i < file->service_count(); ++i) {
      for (int j = 0; j < file->service(i)->method_count(); ++j) {
        methods.push_back(file->service(i)->method(j));
      }
    }
    return methods;
  }
  static std::string Path(const google::protobuf::MethodDescriptor* method) {
    return absl::StrCat("/", method->service()->full_name(), "/", method->name());
  }
};

TEST_F(GuardTest, WithoutATokenNoMethodAnswers) {
  ASSERT_EQ(Methods().size(), 10u);
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
