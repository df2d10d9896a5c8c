// What RequireTls13 does to gRPC, seen from outside with `openssl s_client`.
#include <grpcpp/generic/async_generic_service.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "absl/strings/str_cat.h"
#include "common/pki/pki.h"

namespace muster::pki {
namespace {

class TlsTest : public testing::Test {
 protected:
  void SetUp() override {
    RequireTls13();
    directory_ = testing::TempDir() + "/muster-tls-XXXXXX";
    ASSERT_NE(mkdtemp(directory_.data()), nullptr);
    std::ofstream(ca_path()) << authority_.certificate_pem();
    auto certificate =
        authority_.IssueServer(key_, {"localhost", "127.0.0.1"}, absl::Now(), absl::Hours(24));
    ASSERT_TRUE(certificate.ok()) << certificate.status();
    grpc::SslServerCredentialsOptions options(GRPC_SSL_REQUEST_CLIENT_CERTIFICATE_AND_VERIFY);
    options.pem_root_certs = authority_.certificate_pem();
    options.pem_key_cert_pairs.push_back({key_.ToPem(), *certificate});
    grpc::ServerBuilder builder;
    builder.AddListeningPort("127.0.0.1:0", grpc::SslServerCredentials(options), &port_);
    builder.RegisterCallbackGenericService(&service_);
    server_ = builder.BuildAndStart();
    ASSERT_NE(server_, nullptr);
  }

  void TearDown() override {
    if (server_ != nullptr) server_->Shutdown();
    std::filesystem::remove_all(directory_);
  }

  std::string ca_path() const { return directory_ + "/ca.pem"; }

  // What `openssl s_client` with these options says; `status` is 0 where the handshake and
  // verification succeed.
  std::string Connect(const std::string& options, int& status) const {
    std::string command =
        absl::StrCat("openssl s_client -connect 127.0.0.1:", port_, " -CAfile ", ca_path(),
                     " -alpn h2 -verify_return_error -brief ", options, " </dev/null 2>&1");
    FILE* pipe = popen(command.c_str(), "r");
    std::string output;
    char buffer[4096];
    while (size_t size = fread(buffer, 1, sizeof(buffer), pipe)) output.append(buffer, size);
    status = pclose(pipe);
    return output;
  }

  std::string directory_;
  Authority authority_ = Authority::Create("Test authority", absl::Now(), absl::Hours(48));
  PrivateKey key_ = PrivateKey::Generate();
  int port_ = 0;
  grpc::CallbackGenericService service_;
  std::unique_ptr<grpc::Server> server_;
};

TEST_F(TlsTest, Tls13ConnectsAndTls12IsRefused) {
  int status = 0;
  std::string output = Connect("-tls1_3 -verify_ip 127.0.0.1", status);
  EXPECT_EQ(status, 0) << output;
  EXPECT_NE(output.find("TLSv1.3"), std::string::npos) << output;

  output = Connect("-tls1_2", status);
  EXPECT_NE(status, 0) << output;
  EXPECT_EQ(output.find("CONNECTION ESTABLISHED"), std::string::npos) << output;
  output =
      Connect("-tls1_2 -cipher ALL:PSK:@SECLEVEL=0 -psk 00112233445566778899aabbccddeeff", status);
  EXPECT_NE(status, 0) << output;
}

TEST_F(TlsTest, ANameThatIsNotInTheCertificateIsRefusedByTheClient) {
  int status = 0;
  EXPECT_NE(Connect("-tls1_3 -verify_hostname elsewhere.example", status), "");
  EXPECT_NE(status, 0);
}

TEST_F(TlsTest, AGrpcClientUnderTheSameSettingConnects) {
  grpc::SslCredentialsOptions options;
  options.pem_root_certs = authority_.certificate_pem();
  auto channel =
      grpc::CreateChannel(absl::StrCat("127.0.0.1:", port_), grpc::SslCredentials(options));
  EXPECT_TRUE(
      channel->WaitForConnected(std::chrono::system_clock::now() + std::chrono::seconds(20)));
}

TEST_F(TlsTest, AnIssuedClientCertificateIsAccepted) {
  PrivateKey machine = PrivateKey::Generate();
  auto certificate =
      authority_.IssueClient(machine.CreateSigningRequest(""), absl::Now(), absl::Hours(1));
  ASSERT_TRUE(certificate.ok()) << certificate.status();
  grpc::SslCredentialsOptions options{authority_.certificate_pem(), machine.ToPem(), *certificate};
  auto channel =
      grpc::CreateChannel(absl::StrCat("127.0.0.1:", port_), grpc::SslCredentials(options));
  EXPECT_TRUE(
      channel->WaitForConnected(std::chrono::system_clock::now() + std::chrono::seconds(20)));
}

}  // namespace
}  // namespace muster::pki
