// A real server on a private PostgreSQL cluster, and clients of both of its ports.
#ifndef MUSTER_TESTS_INTEGRATION_SERVER_FIXTURE_H_
#define MUSTER_TESTS_INTEGRATION_SERVER_FIXTURE_H_

#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>

#include "agent/sync/grpc_stream.h"
#include "common/pki/pki.h"
#include "muster/v1/gateway.grpc.pb.h"
#include "muster/v1/operator.grpc.pb.h"
#include "server/main/server.h"
#include "server/store/embedded_postgres.h"

namespace muster::integration {

// A machine that has enrolled, but speaks only when the test makes it.
struct EnrolledMachine {
  std::string name;
  Digest id;
  sync::GatewayAddress address;
};

// One session, spoken by hand.
class RawSession {
 public:
  RawSession(const sync::GatewayAddress& address, absl::Duration deadline = absl::Seconds(30));
  void Send(const v1::AgentMessage& message) { stream_->Write(message); }
  // False: the server ended the session; Finish says why.
  bool Receive(v1::ServerMessage& message) { return stream_->Read(&message); }
  // Receives until a message of this case comes; fails the test where the session ends before.
  v1::ServerMessage Await(v1::ServerMessage::MessageCase wanted);
  grpc::Status Finish();

 private:
  grpc::ClientContext context_;
  std::unique_ptr<v1::AgentGateway::Stub> stub_;
  std::unique_ptr<grpc::ClientReaderWriter<v1::AgentMessage, v1::ServerMessage>> stream_;
};

// One cluster a program, one database and one folder a test.
class ServerTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite();
  static void TearDownTestSuite();
  void SetUp() override;
  void TearDown() override;

  void StartServer();
  void StopServer() { server_.reset(); }
  // On the test's database, behind the server's back.
  void ExecuteSql(const std::string& sql);

  // Channels and contexts for the operator API, with the first admin token.
  std::unique_ptr<v1::FleetService::Stub> Operators();
  std::unique_ptr<v1::AccessService::Stub> Access();
  std::unique_ptr<grpc::ClientContext> AdminContext();

  std::string NewEnrollmentToken(int uses);
  std::string AuthorityPem();
  std::string AgentTarget() { return "127.0.0.1:" + std::to_string(server_->agent_port()); }
  EnrolledMachine Enrol(const std::string& name);

  v1::ListMachinesResponse List(const std::string& filter);
  v1::Machine Get(const std::string& name);

  static std::unique_ptr<store::EmbeddedPostgres> cluster_;
  std::filesystem::path folder_;
  server::ServerOptions options_;
  std::unique_ptr<server::Server> server_;
  int fixed_agent_port_ = 0;

 private:
  std::shared_ptr<grpc::Channel> OperatorChannel();
};

// An inventory of one kind with these items.
v1::AgentMessage HelloWith(const std::string& machine_name, v1::SetKind kind, const ItemSet& set);
// The whole exchange for one set, by hand: Hello, SetChange, Items, until it is stored.
void UploadByHand(RawSession& session, const std::string& machine_name, const ItemSet& set);

}  // namespace muster::integration

#endif  // MUSTER_TESTS_INTEGRATION_SERVER_FIXTURE_H_
