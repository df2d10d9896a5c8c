// The leanest gRPC client: one stream over mutual TLS that says hello and then nothing. What the
// agent's footprint is measured against.
#include <grpcpp/grpcpp.h>

#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <string>

#include "muster/v1/gateway.grpc.pb.h"

namespace {

std::string ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

// Arguments: HOST:PORT and a folder with authority.pem, key.pem and certificate.pem. Says "in sync"
// once it is welcome.
int main(int, char** argv) {
  const std::string folder = argv[2];
  grpc::SslCredentialsOptions options;
  options.pem_root_certs = ReadFile(folder + "/authority.pem");
  options.pem_private_key = ReadFile(folder + "/key.pem");
  options.pem_cert_chain = ReadFile(folder + "/certificate.pem");
  const auto stub = muster::v1::AgentGateway::NewStub(
      grpc::CreateChannel(argv[1], grpc::SslCredentials(options)));
  grpc::ClientContext context;
  const auto stream = stub->Session(&context);
  muster::v1::AgentMessage message;
  message.mutable_hello()->set_protocol_version(1);
  message.mutable_hello()->mutable_attributes()->set_name("bare");
  stream->Write(message);
  muster::v1::ServerMessage answer;
  while (stream->Read(&answer)) {
    if (answer.has_welcome()) std::cout << "in sync" << std::endl;
  }
  const grpc::Status status = stream->Finish();
  std::cout << "ended: " << status.error_message() << std::endl;
  return 1;
}
