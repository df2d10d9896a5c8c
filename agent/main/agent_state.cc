#include "agent/main/agent_state.h"

#include <system_error>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "agent/main/secret_protection.h"
#include "agent/main/state_folder.h"
#include "agent/remedy/pinned_keys.h"
#include "common/files.h"

namespace muster::agent {
namespace {

constexpr char kCertificate[] = "certificate.pem";
constexpr char kAuthority[] = "authority.pem";
constexpr char kSettings[] = "agent.conf";
constexpr char kToken[] = "enrollment.token";
constexpr char kFingerprint[] = "machine.fingerprint";

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
  if (absl::Status status = PrepareStateFolder(folder_); !status.ok()) return status;
  auto stored = ReadSmallFile(folder_ / kKeyFile);
  if (stored.ok()) {
    auto pem = UnprotectSecret(*stored);
    if (!pem.ok()) return pem.status();
    return pki::PrivateKey::FromPem(*pem);
  }
  if (!absl::IsNotFound(stored.status())) return stored.status();
  pki::PrivateKey key = pki::PrivateKey::Generate();
  auto bytes = ProtectSecret(key.ToPem());
  if (!bytes.ok()) return bytes.status();
  if (absl::Status status = ReplaceFileContent(folder_ / kKeyFile, *bytes, FileMode::kPrivate);
      !status.ok()) {
    return status;
  }
  return key;
}

absl::Status AgentState::SaveInvitation(const Invitation& invitation) const {
  absl::Status status = PrepareStateFolder(folder_);
  if (status.ok()) {
    status = ReplaceFileContent(folder_ / kAuthority, invitation.authority_pem, FileMode::kShared);
  }
  if (status.ok()) {
    status =
        ReplaceFileContent(folder_ / kSettings, Format(invitation.settings), FileMode::kShared);
  }
  if (status.ok()) {
    status = ReplaceFileContent(folder_ / kToken, invitation.token, FileMode::kPrivate);
  }
  return status;
}

absl::StatusOr<AgentState::Invitation> AgentState::LoadInvitation() const {
  Invitation invitation;
  auto token = ReadSmallFile(folder_ / kToken);
  if (!token.ok()) return token.status();
  auto authority = ReadSmallFile(folder_ / kAuthority);
  if (!authority.ok()) return authority.status();
  auto settings = ReadSmallFile(folder_ / kSettings);
  if (!settings.ok()) return settings.status();
  return Invitation{Parse(*settings), *std::move(authority), *std::move(token)};
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

bool AgentState::IsEnrolled() const {
  std::error_code ignored;
  return std::filesystem::exists(folder_ / kCertificate, ignored);
}

bool AgentState::HasIdentity() const {
  std::error_code ignored;
  return IsEnrolled() || std::filesystem::exists(folder_ / kKeyFile, ignored);
}

absl::StatusOr<std::string> AgentState::LoadFingerprint() const {
  auto fingerprint = ReadSmallFile(folder_ / kFingerprint);
  if (absl::IsNotFound(fingerprint.status())) return std::string();
  return fingerprint;
}

absl::Status AgentState::SaveFingerprint(const std::string& fingerprint) const {
  return ReplaceFileContent(folder_ / kFingerprint, fingerprint, FileMode::kShared);
}

absl::StatusOr<bool> AgentState::Forget() const {
  bool found = false;
  for (const std::filesystem::path& path :
       {folder_ / kCertificate, folder_ / kKeyFile, acknowledged(), operator_keys(),
        order_journal(), payloads(), folder_ / kFingerprint}) {
    std::error_code error;
    found = std::filesystem::remove_all(path, error) > 0 || found;
    if (error) {
      return absl::PermissionDeniedError(
          absl::StrCat("removing ", path.string(), ": ", error.message()));
    }
  }
  return found;
}

absl::Status AgentState::PinKeys(const v1::SignedKeySet& keys) const {
  auto pinned = remedy::PinnedKeys::Load(operator_keys());
  if (!pinned.ok()) return pinned.status();
  return pinned->PinFirst(keys);
}

absl::StatusOr<AgentState::Enrolment> AgentState::Load() const {
  Enrolment enrolment;
  std::string settings;
  const std::pair<const char*, std::string*> files[] = {{kKeyFile, &enrolment.key_pem},
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
  auto key_pem = UnprotectSecret(enrolment.key_pem);
  if (!key_pem.ok()) return key_pem.status();
  enrolment.key_pem = *std::move(key_pem);
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
