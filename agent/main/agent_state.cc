#include "agent/main/agent_state.h"

#include <system_error>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/files.h"

namespace muster::agent {
namespace {

constexpr char kKey[] = "key.pem";
constexpr char kCertificate[] = "certificate.pem";
constexpr char kAuthority[] = "authority.pem";
constexpr char kSettings[] = "agent.conf";

// agent.conf: "name = value" lines.
std::vector<std::pair<std::string, std::string*>> Fields(AgentState::Settings& settings) {
  return {{"server", &settings.server},
          {"name", settings.attributes.mutable_name()},
          {"domain", settings.attributes.mutable_domain()},
          {"site", settings.attributes.mutable_site()},
          {"organizational_unit", settings.attributes.mutable_organizational_unit()}};
}

std::string Format(AgentState::Settings settings) {
  std::string text = "# Written by `muster-agent enroll`.\n";
  for (const auto& [name, value] : Fields(settings))
    absl::StrAppend(&text, name, " = ", *value, "\n");
  return text;
}

AgentState::Settings Parse(absl::string_view text) {
  AgentState::Settings settings;
  auto fields = Fields(settings);
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    std::pair<absl::string_view, absl::string_view> parts =
        absl::StrSplit(line, absl::MaxSplits('=', 1));
    for (const auto& [name, value] : fields) {
      if (absl::StripAsciiWhitespace(parts.first) == name) {
        *value = std::string(absl::StripAsciiWhitespace(parts.second));
      }
    }
  }
  return settings;
}

}  // namespace

absl::StatusOr<pki::PrivateKey> AgentState::LoadOrMakeKey() const {
  std::error_code error;
  std::filesystem::create_directories(folder_, error);
  if (error) {
    return absl::PermissionDeniedError(
        absl::StrCat("making the folder ", folder_.string(), ": ", error.message()));
  }
  auto pem = ReadSmallFile(folder_ / kKey);
  if (pem.ok()) return pki::PrivateKey::FromPem(*pem);
  if (!absl::IsNotFound(pem.status())) return pem.status();
  pki::PrivateKey key = pki::PrivateKey::Generate();
  if (absl::Status status = ReplaceFileContent(folder_ / kKey, key.ToPem(), FileMode::kPrivate);
      !status.ok()) {
    return status;
  }
  return key;
}

absl::Status AgentState::SaveEnrolment(const Settings& settings, const std::string& authority_pem,
                                       const std::string& certificate_pem) const {
  absl::Status status = ReplaceFileContent(folder_ / kAuthority, authority_pem, FileMode::kShared);
  if (status.ok())
    status = ReplaceFileContent(folder_ / kSettings, Format(settings), FileMode::kShared);
  if (status.ok()) status = SaveCertificate(certificate_pem);
  return status;
}

absl::Status AgentState::SaveCertificate(const std::string& certificate_pem) const {
  return ReplaceFileContent(folder_ / kCertificate, certificate_pem, FileMode::kShared);
}

absl::StatusOr<AgentState::Enrolment> AgentState::Load() const {
  Enrolment enrolment;
  std::string settings;
  const std::pair<const char*, std::string*> files[] = {{kKey, &enrolment.key_pem},
                                                        {kCertificate, &enrolment.certificate_pem},
                                                        {kAuthority, &enrolment.authority_pem},
                                                        {kSettings, &settings}};
  for (const auto& [name, content] : files) {
    auto read = ReadSmallFile(folder_ / name);
    if (absl::IsNotFound(read.status())) {
      return absl::FailedPreconditionError(
          absl::StrCat(folder_.string(), " holds no enrolment (", name,
                       " is missing): run `muster-agent enroll` first"));
    }
    if (!read.ok()) return read.status();
    *content = *std::move(read);
  }
  auto key = pki::PrivateKey::FromPem(enrolment.key_pem);
  if (!key.ok()) return key.status();
  enrolment.machine = key->PublicKeyDigest();
  enrolment.settings = Parse(settings);
  if (enrolment.settings.server.empty()) {
    return absl::FailedPreconditionError(
        absl::StrCat((folder_ / kSettings).string(),
                     " names no server: add a line \"server = HOST:PORT\", or run `muster-agent "
                     "enroll` again"));
  }
  return enrolment;
}

}  // namespace muster::agent
