#include "agent/main/enroll_command.h"

#include <spdlog/spdlog.h>

#include <iostream>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "agent/host/text.h"
#include "agent/main/process.h"
#include "agent/sync/grpc_stream.h"
#include "common/files.h"

namespace muster::agent {
namespace {

constexpr absl::Duration kTimeout = absl::Seconds(30);

struct EnrollOptions {
  std::string server;
  std::string authority_file;
  std::string token;
  std::string token_file;
  std::string state_folder;
  v1::MachineAttributes attributes;
};

absl::StatusOr<std::string> ReadToken(const EnrollOptions& options) {
  if (!options.token.empty()) return options.token;
  auto content = ReadSmallFile(options.token_file, 4096);
  if (!content.ok()) return content.status();
  return std::string(absl::StripAsciiWhitespace(*content));
}

absl::StatusOr<std::string> Ask(const std::string& server, const std::string& authority_pem,
                                const pki::PrivateKey& key, const std::string& token,
                                const v1::MachineAttributes& attributes) {
  v1::EnrollRequest request;
  request.set_token(token);
  request.set_csr(key.CreateSigningRequest(attributes.name()));
  *request.mutable_attributes() = attributes;
  sync::GatewayAddress address;
  address.target = server;
  address.authority = authority_pem;
  auto response = sync::Enroll(address, request, kTimeout);
  if (!response.ok()) return response.status();
  return pki::CertificateDerToPem(response->certificate());
}

// With what can be done about it, where no server answered.
absl::Status Explain(const absl::Status& status, const EnrollOptions& options) {
  if (!absl::IsUnavailable(status) && !absl::IsDeadlineExceeded(status)) return status;
  const std::string detail = absl::AsciiStrToLower(status.message());
  if (absl::StrContains(detail, "certificate verify failed") ||
      absl::StrContains(detail, "certificate_verify_failed")) {
    return absl::UnavailableError(
        absl::StrCat(options.server, " shows a certificate that ", options.authority_file,
                     " does not vouch for: take the authority.pem of this server, or check that "
                     "nobody stands between"));
  }
  return absl::Status(status.code(), absl::StrCat(status.message(),
                                                  ": check the address, that the server runs, and "
                                                  "that this port is its agent gateway's"));
}

// What goes to the server is UTF-8.
absl::Status CheckAttributes(const v1::MachineAttributes& attributes) {
  for (const auto& [flag, value] :
       {std::pair("--name", &attributes.name()), std::pair("--site", &attributes.site()),
        std::pair("--domain", &attributes.domain()),
        std::pair("--ou", &attributes.organizational_unit())}) {
    if (host::ValidUtf8(*value) != *value) {
      return absl::InvalidArgumentError(
          absl::StrCat(flag, " is not UTF-8: ", host::Displayable(*value)));
    }
  }
  return absl::OkStatus();
}

absl::Status Run(const EnrollOptions& options) {
  if (auto checked = CheckAttributes(options.attributes); !checked.ok()) return checked;
  auto authority = ReadSmallFile(options.authority_file);
  if (!authority.ok()) return authority.status();
  auto token = ReadToken(options);
  if (!token.ok()) return token.status();
  AgentState state(options.state_folder);
  auto key = state.LoadOrMakeKey();
  if (!key.ok()) return key.status();
  auto certificate = Ask(options.server, *authority, *key, *token, options.attributes);
  if (!certificate.ok()) return Explain(certificate.status(), options);
  absl::Status saved =
      state.SaveEnrolment({options.server, options.attributes}, *authority, *certificate);
  if (!saved.ok()) return saved;
  std::cout << "Enrolled as " << options.attributes.name() << ", machine "
            << key->PublicKeyDigest().ToHex() << ".\n"
            << "Next: muster-agent run --state " << options.state_folder << " --image DIR\n";
  return absl::OkStatus();
}

}  // namespace

void AddEnrollCommand(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<EnrollOptions>();
  options->attributes.set_name(ComputerName());
  CLI::App* command = app.add_subcommand("enroll",
                                         "Make this machine known to a server: its key stays here, "
                                         "the server signs a certificate for it");
  command->add_option("--server", options->server, "HOST:PORT of the server's agent gateway")
      ->required();
  command
      ->add_option("--ca", options->authority_file,
                   "The server's CA certificate (PEM): DATA/authority.pem of muster-server")
      ->required();
  auto* token = command->add_option_group("token")->require_option(1);
  token->add_option("--token", options->token,
                    "Enrolment token, from `musterctl enrollment-tokens create`");
  token->add_option("--token-file", options->token_file, "File that holds it");
  command
      ->add_option("--state", options->state_folder,
                   "Folder for the machine's key, certificate and cursors")
      ->default_val("/var/lib/muster-agent");
  auto attribute = [&](const char* flag, std::string* value, const char* help) {
    command->add_option(flag, *value, help);
  };
  attribute("--name", options->attributes.mutable_name(), "Computer name (default: this host's)");
  attribute("--site", options->attributes.mutable_site(), "Active Directory site");
  attribute("--domain", options->attributes.mutable_domain(), "DNS domain");
  attribute("--ou", options->attributes.mutable_organizational_unit(), "Organizational unit");
  command->footer(
      "Example:\n  muster-agent enroll --server muster.example.com:8443 --ca authority.pem --token "
      "muster_enroll_…");
  command->callback([options, &exit_code] {
    absl::Status status = Run(*options);
    if (!status.ok()) std::cerr << "muster-agent enroll: " << status.message() << "\n";
    exit_code = status.ok() ? 0 : 1;
  });
}

AgentState::Enrolment RenewIfDue(const AgentState& state, AgentState::Enrolment enrolment,
                                 absl::Time now) {
  auto info = pki::ReadCertificate(enrolment.certificate_pem);
  auto key = pki::PrivateKey::FromPem(enrolment.key_pem);
  if (!key.ok()) return enrolment;
  if (info.ok() && now < info->not_before + (info->not_after - info->not_before) / 2) {
    return enrolment;
  }
  auto certificate = Ask(enrolment.settings.server, enrolment.authority_pem, *key, /*token=*/"",
                         enrolment.settings.attributes);
  absl::Status status = certificate.status();
  if (status.ok()) status = state.SaveCertificate(*certificate);
  if (!status.ok()) {
    spdlog::warn("the certificate is due for renewal: {}", status.ToString());
    return enrolment;
  }
  spdlog::info("the certificate was renewed");
  enrolment.certificate_pem = *std::move(certificate);
  return enrolment;
}

}  // namespace muster::agent
