#include "agent/main/enroll_command.h"

#include <iostream>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "agent/host/text.h"
#include "agent/main/enrollment.h"
#include "agent/main/installation.h"
#include "agent/main/machine_identity.h"
#include "agent/main/process.h"
#include "agent/main/state_folder.h"
#include "common/directory_lock.h"
#include "common/files.h"

namespace muster::agent {
namespace {

struct EnrollOptions {
  std::string server;
  std::string authority_file;
  std::string token;
  std::string token_file;
  std::string state_folder;
  bool later = false;
  v1::MachineAttributes attributes;
};

absl::StatusOr<std::string> ReadToken(const EnrollOptions& options) {
  if (!options.token.empty()) return options.token;
  auto content = ReadSmallFile(options.token_file, 4096);
  if (!content.ok()) return content.status();
  return std::string(absl::StripAsciiWhitespace(*content));
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

// The enrolment that the options ask for.
absl::StatusOr<AgentState::Invitation> ReadInvitation(const EnrollOptions& options) {
  if (auto checked = CheckAttributes(options.attributes); !checked.ok()) return checked;
  auto authority = ReadSmallFile(options.authority_file);
  if (!authority.ok()) return authority.status();
  auto token = ReadToken(options);
  if (!token.ok()) return token.status();
  return AgentState::Invitation{
      {options.server, options.attributes}, *std::move(authority), *std::move(token)};
}

absl::Status Run(const EnrollOptions& options) {
  auto invitation = ReadInvitation(options);
  if (!invitation.ok()) return invitation.status();
  AgentState state(options.state_folder);
  if (auto prepared = PrepareStateFolder(options.state_folder); !prepared.ok()) return prepared;
  auto lock = DirectoryLock::Take(options.state_folder);
  if (!lock.ok()) return lock.status();
  if (options.later) {
    absl::Status status = state.SaveInvitation(*invitation);
    if (!status.ok()) return status;
    std::cout << "Kept in " << options.state_folder
              << ": the agent enrols when it starts, and each machine made from this one's image "
                 "does so by itself.\n";
    return absl::OkStatus();
  }
  if (RunsOnWindows()) {
    auto machine = OpenInstallation("");
    if (!machine.ok()) return machine.status();
    if (auto status = ClaimIdentity(*machine->system, state); !status.ok()) return status;
  }
  if (auto status = EnrolMachine(state, *invitation, options.authority_file); !status.ok()) {
    return status;
  }
  auto key = state.LoadOrMakeKey();
  if (!key.ok()) return key.status();
  std::cout << "Enrolled as " << options.attributes.name() << ", machine "
            << key->PublicKeyDigest().ToHex() << ".\n"
            << "Next: muster-agent run --state " << options.state_folder
            << (RunsOnWindows() ? "\n" : " --image DIR\n");
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
      ->default_val(DefaultStateFolder());
  command->add_flag("--later", options->later,
                    "Only keep what enrolment takes: the agent does it when it starts, and tries "
                    "until the server answers");
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

}  // namespace muster::agent
