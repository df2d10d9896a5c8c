#include "agent/main/enrollment.h"

#include <spdlog/spdlog.h>

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "agent/sync/grpc_stream.h"
#include "common/pki/pki.h"

namespace muster::agent {
namespace {

constexpr absl::Duration kTimeout = absl::Seconds(30);

// The certificate, PEM. Operator keys that come with it are pinned, where none are yet.
absl::StatusOr<std::string> Ask(const AgentState& state, const std::string& server,
                                const std::string& authority_pem, const pki::PrivateKey& key,
                                const std::string& token, const v1::MachineAttributes& attributes) {
  v1::EnrollRequest request;
  request.set_token(token);
  request.set_csr(key.CreateSigningRequest(attributes.name()));
  *request.mutable_attributes() = attributes;
  sync::GatewayAddress address;
  address.target = server;
  address.authority = authority_pem;
  auto response = sync::Enroll(address, request, kTimeout);
  if (!response.ok()) return response.status();
  if (response->has_key_set()) {
    if (absl::Status pinned = state.PinKeys(response->key_set()); !pinned.ok()) return pinned;
  }
  return pki::CertificateDerToPem(response->certificate());
}

// With what can be done about it, where no server answered.
absl::Status Explain(const absl::Status& status, const std::string& server,
                     const std::string& authority_name) {
  if (!absl::IsUnavailable(status) && !absl::IsDeadlineExceeded(status)) return status;
  const std::string detail = absl::AsciiStrToLower(status.message());
  if (absl::StrContains(detail, "certificate verify failed") ||
      absl::StrContains(detail, "certificate_verify_failed")) {
    return absl::UnavailableError(
        absl::StrCat(server, " shows a certificate that ", authority_name,
                     " does not vouch for: take the authority.pem of this server, or check that "
                     "nobody stands between"));
  }
  return absl::Status(status.code(), absl::StrCat(status.message(),
                                                  ": check the address, that the server runs, and "
                                                  "that this port is its agent gateway's"));
}

}  // namespace

absl::Status EnrolMachine(const AgentState& state, const AgentState::Invitation& invitation,
                          const std::string& authority_name) {
  auto key = state.LoadOrMakeKey();
  if (!key.ok()) return key.status();
  const std::string& server = invitation.settings.server;
  auto certificate = Ask(state, server, invitation.authority_pem, *key, invitation.token,
                         invitation.settings.attributes);
  if (!certificate.ok()) return Explain(certificate.status(), server, authority_name);
  return state.SaveEnrolment(invitation.settings, invitation.authority_pem, *certificate);
}

AgentState::Enrolment RenewIfDue(const AgentState& state, AgentState::Enrolment enrolment,
                                 absl::Time now) {
  auto info = pki::ReadCertificate(enrolment.certificate_pem);
  auto key = pki::PrivateKey::FromPem(enrolment.key_pem);
  if (!key.ok()) return enrolment;
  if (info.ok() && now < info->not_before + (info->not_after - info->not_before) / 2) {
    return enrolment;
  }
  auto certificate = Ask(state, enrolment.settings.server, enrolment.authority_pem, *key,
                         /*token=*/"", enrolment.settings.attributes);
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
