#include "tests/bench/support/server_process.h"

#include <fstream>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "common/files.h"
#include "common/orders/key_set.h"
#include "tests/bench/support/processes.h"

namespace muster::bench {

namespace fs = std::filesystem;

void Require(const grpc::Status& status) {
  Require(absl::Status(static_cast<absl::StatusCode>(status.error_code()), status.error_message()));
}

ServerProcess::ServerProcess(const fs::path& folder) {
  auto cluster = store::EmbeddedPostgres::Start({.directory = (folder / "postgres").string()});
  Require(cluster.status());
  cluster_ = *std::move(cluster);
  const fs::path said = folder / "server.env";
  program_ = StartProgram({ProgramFolder() / "muster-server", "--data", folder / "server",
                           "--postgres", cluster_->conninfo(), "--agent-listen", "127.0.0.1:0",
                           "--operator-listen", "127.0.0.1:0", "--announce", said},
                          folder / "server.log", [&] { return fs::exists(said); });
  std::ifstream in(said);
  for (std::string line; std::getline(in, line);) {
    const size_t equals = line.find('=');
    said_[line.substr(0, equals)] = line.substr(equals + 1);
  }
}

ServerProcess::~ServerProcess() { StopProgram(*program_); }

std::string ServerProcess::authority_pem() const { return *ReadSmallFile(authority_file()); }

fs::path ServerProcess::secret_file() const {
  return fs::path(authority_file()).parent_path() / "server.secret.pem";
}

std::shared_ptr<grpc::Channel> ServerProcess::Operators() const {
  grpc::SslCredentialsOptions tls;
  tls.pem_root_certs = authority_pem();
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  return grpc::CreateCustomChannel("127.0.0.1:" + said_.at("operator_port"),
                                   grpc::SslCredentials(tls), arguments);
}

std::unique_ptr<grpc::ClientContext> ServerProcess::Admin() const {
  auto context = std::make_unique<grpc::ClientContext>();
  const std::string token = *ReadSmallFile(said_.at("admin_token"));
  context->AddMetadata("authorization", absl::StrCat("Bearer ", absl::StripAsciiWhitespace(token)));
  return context;
}

std::string ServerProcess::NewEnrollmentToken(int uses) {
  v1::CreateEnrollmentTokenRequest request;
  request.set_max_uses(uses);
  v1::EnrollmentToken token;
  Require(v1::AccessService::NewStub(Operators())
              ->CreateEnrollmentToken(Admin().get(), request, &token));
  return token.token();
}

void ServerProcess::PublishKey(const pki::SigningKey& key) {
  v1::KeySet set;
  set.set_serial(1);
  set.set_min_approvals(1);
  *set.add_keys() = orders::DescribeKey(key, "bench");
  v1::PublishKeySetRequest request;
  request.mutable_signed_key_set()->set_key_set(set.SerializeAsString());
  v1::KeySet published;
  Require(v1::KeyService::NewStub(Operators())->PublishKeySet(Admin().get(), request, &published));
}

v1::StoredPayload ServerProcess::Upload(const std::string& name, const std::string& bytes) {
  constexpr size_t kPartBytes = 1 << 20;
  v1::StoredPayload stored;
  auto stub = v1::PayloadService::NewStub(Operators());
  auto context = Admin();
  auto writer = stub->UploadPayload(context.get(), &stored);
  v1::UploadPayloadRequest part;
  part.set_file_name(name);
  writer->Write(part);
  for (size_t at = 0; at < bytes.size(); at += kPartBytes) {
    part.set_data(bytes.substr(at, kPartBytes));
    writer->Write(part);
  }
  writer->WritesDone();
  Require(writer->Finish());
  return stored;
}

}  // namespace muster::bench
