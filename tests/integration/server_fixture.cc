#include "tests/integration/server_fixture.h"

#include <stdlib.h>

#include <pqxx/pqxx>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/files.h"

namespace muster::integration {
namespace {

std::filesystem::path MakeFolder(const std::string& purpose) {
  std::string pattern =
      (std::filesystem::temp_directory_path() / ("muster_" + purpose + "_XXXXXX")).string();
  std::filesystem::path folder = mkdtemp(pattern.data());
  // PostgreSQL may run as another user, and must get through.
  std::filesystem::permissions(folder, std::filesystem::perms(0755));
  return folder;
}

std::filesystem::path cluster_folder;

}  // namespace

std::unique_ptr<store::EmbeddedPostgres> ServerTest::cluster_;

RawSession::RawSession(const sync::GatewayAddress& address, absl::Duration deadline) {
  grpc::SslCredentialsOptions tls;
  tls.pem_root_certs = address.authority;
  tls.pem_private_key = address.key;
  tls.pem_cert_chain = address.certificate;
  stub_ = v1::AgentGateway::NewStub(grpc::CreateChannel(address.target, grpc::SslCredentials(tls)));
  context_.set_deadline(absl::ToChronoTime(absl::Now() + deadline));
  stream_ = stub_->Session(&context_);
}

v1::ServerMessage RawSession::Await(v1::ServerMessage::MessageCase wanted) {
  v1::ServerMessage message;
  while (Receive(message)) {
    if (message.message_case() == wanted) return message;
  }
  grpc::Status status = stream_->Finish();
  ADD_FAILURE() << "the session ended: " << status.error_code() << " " << status.error_message();
  return {};
}

grpc::Status RawSession::Finish() {
  stream_->WritesDone();
  v1::ServerMessage rest;
  while (stream_->Read(&rest)) {
  }
  return stream_->Finish();
}

void ServerTest::SetUpTestSuite() {
  pki::RequireTls13();
  cluster_folder = MakeFolder("cluster");
  store::EmbeddedPostgresOptions options;
  options.directory = (cluster_folder / "postgres").string();
  options.settings = {{"fsync", "off"}};  // no test cuts the power
  auto cluster = store::EmbeddedPostgres::Start(options);
  ASSERT_TRUE(cluster.ok()) << cluster.status();
  cluster_ = *std::move(cluster);
}

void ServerTest::TearDownTestSuite() {
  cluster_.reset();
  std::filesystem::remove_all(cluster_folder);
}

void ServerTest::SetUp() {
  folder_ = MakeFolder("server");
  static int databases = 0;
  std::string database = absl::StrCat("test", ++databases);
  pqxx::connection connection(cluster_->conninfo());
  pqxx::nontransaction(connection).exec0("CREATE DATABASE " + database);
  options_.data_folder = (folder_ / "data").string();
  options_.conninfo = cluster_->ConninfoFor(database);
  options_.agent_listen = "127.0.0.1:0";
  options_.operator_listen = "127.0.0.1:0";
  options_.gateway.session.retry_delay = absl::Milliseconds(100);
  StartServer();
}

void ServerTest::TearDown() {
  server_.reset();
  std::filesystem::remove_all(folder_);
}

void ServerTest::StartServer() {
  if (fixed_agent_port_ != 0) {
    options_.agent_listen = absl::StrCat("127.0.0.1:", fixed_agent_port_);
  }
  auto server = server::Server::Start(options_, [] { return absl::Now(); });
  ASSERT_TRUE(server.ok()) << server.status();
  server_ = *std::move(server);
  fixed_agent_port_ = server_->agent_port();
}

void ServerTest::ExecuteSql(const std::string& sql) {
  pqxx::connection connection(options_.conninfo);
  pqxx::nontransaction(connection).exec0(sql);
}

std::string ServerTest::AuthorityPem() { return *ReadSmallFile(server_->authority_file()); }

std::shared_ptr<grpc::Channel> ServerTest::OperatorChannel() {
  grpc::SslCredentialsOptions tls;
  tls.pem_root_certs = AuthorityPem();
  return grpc::CreateChannel("127.0.0.1:" + std::to_string(server_->operator_port()),
                             grpc::SslCredentials(tls));
}

std::unique_ptr<v1::FleetService::Stub> ServerTest::Operators() {
  return v1::FleetService::NewStub(OperatorChannel());
}

std::unique_ptr<v1::AccessService::Stub> ServerTest::Access() {
  return v1::AccessService::NewStub(OperatorChannel());
}

std::unique_ptr<grpc::ClientContext> ServerTest::AdminContext() {
  auto context = std::make_unique<grpc::ClientContext>();
  auto token = ReadSmallFile(server_->admin_token_file());
  context->AddMetadata("authorization",
                       absl::StrCat("Bearer ", absl::StripAsciiWhitespace(*token)));
  context->set_deadline(absl::ToChronoTime(absl::Now() + absl::Seconds(30)));
  return context;
}

std::string ServerTest::NewEnrollmentToken(int uses) {
  v1::CreateEnrollmentTokenRequest request;
  request.set_max_uses(uses);
  v1::EnrollmentToken token;
  grpc::Status status = Access()->CreateEnrollmentToken(AdminContext().get(), request, &token);
  EXPECT_TRUE(status.ok()) << status.error_message();
  return token.token();
}

EnrolledMachine ServerTest::Enrol(const std::string& name) {
  EnrolledMachine machine;
  machine.name = name;
  pki::PrivateKey key = pki::PrivateKey::Generate();
  machine.id = key.PublicKeyDigest();
  machine.address.target = AgentTarget();
  machine.address.authority = AuthorityPem();
  v1::EnrollRequest request;
  request.set_token(NewEnrollmentToken(1));
  request.set_csr(key.CreateSigningRequest(name));
  request.mutable_attributes()->set_name(name);
  auto response = sync::Enroll(machine.address, request, absl::Seconds(30));
  EXPECT_TRUE(response.ok()) << response.status();
  if (!response.ok()) return machine;
  EXPECT_EQ(response->machine_id(), machine.id.ToHex());
  machine.address.key = key.ToPem();
  machine.address.certificate = *pki::CertificateDerToPem(response->certificate());
  return machine;
}

v1::ListMachinesResponse ServerTest::List(const std::string& filter) {
  v1::ListMachinesRequest request;
  request.set_filter(filter);
  v1::ListMachinesResponse response;
  grpc::Status status = Operators()->ListMachines(AdminContext().get(), request, &response);
  EXPECT_TRUE(status.ok()) << status.error_message();
  return response;
}

v1::Machine ServerTest::Get(const std::string& name) {
  v1::GetMachineRequest request;
  request.set_name("machines/" + name);
  v1::Machine machine;
  grpc::Status status = Operators()->GetMachine(AdminContext().get(), request, &machine);
  EXPECT_TRUE(status.ok()) << status.error_message();
  return machine;
}

v1::AgentMessage HelloWith(const std::string& machine_name, v1::SetKind kind, const ItemSet& set) {
  v1::AgentMessage message;
  v1::Hello& hello = *message.mutable_hello();
  hello.set_protocol_version(1);
  hello.mutable_attributes()->set_name(machine_name);
  v1::Inventory::State& state = *hello.mutable_inventory()->add_states();
  state.set_kind(kind);
  state.mutable_outcome()->set_code(v1::Outcome::OK);
  state.set_digest(set.digest().ToBytes());
  return message;
}

void UploadByHand(RawSession& session, const std::string& machine_name, const ItemSet& set) {
  session.Send(HelloWith(machine_name, set.kind(), set));
  session.Await(v1::ServerMessage::kWelcome);
  v1::AgentMessage message;
  v1::SetChange& change = *message.mutable_set_change();
  change.set_kind(set.kind());
  change.set_digest(set.digest().ToBytes());
  for (const Digest& digest : set.ItemDigests()) change.add_added(digest.ToBytes());
  session.Send(message);
  v1::ServerMessage need = session.Await(v1::ServerMessage::kNeedItems);
  message.Clear();
  message.mutable_items()->set_kind(set.kind());
  message.mutable_items()->set_set(set.digest().ToBytes());
  for (const std::string& digest : need.need_items().digests()) {
    message.mutable_items()->add_items(set.Find(*Digest::FromBytes(digest))->bytes);
  }
  session.Send(message);
  v1::ServerMessage answer = session.Await(v1::ServerMessage::kSetAnswers);
  EXPECT_EQ(answer.set_answers().answers(0).want(), v1::SetAnswer::HAVE);
}

}  // namespace muster::integration
