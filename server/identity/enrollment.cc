#include "server/identity/enrollment.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/text_checks.h"
#include "server/identity/secret.h"

namespace muster::identity {
namespace {

constexpr char kAction[] = "muster.v1.AgentGateway.Enroll";

}  // namespace

Enrollment::Enrollment(Store& store, pki::Authority authority, Clock clock,
                       EnrollmentOptions options)
    : store_(store),
      authority_(std::move(authority)),
      clock_(std::move(clock)),
      options_(options) {}

absl::Status Enrollment::Admit(const v1::EnrollRequest& request, const Digest& machine,
                               absl::Time now) {
  if (request.token().empty()) {
    auto enrolled = store_.IsEnrolled(machine);
    if (!enrolled.ok()) return enrolled.status();
    return *enrolled ? absl::OkStatus()
                     : absl::UnauthenticatedError(
                           "the machine is not enrolled: enrol it with an enrolment token");
  }
  auto hash = SecretHash(SecretKind::kEnrollment, request.token());
  if (!hash) {
    return absl::UnauthenticatedError(
        "the enrolment token is not one: it begins with muster_enroll_ and has 57 characters");
  }
  return store_.EnrollMachine(*hash, machine, request.attributes(), now);
}

absl::StatusOr<v1::EnrollResponse> Enrollment::Enroll(const v1::EnrollRequest& request) {
  auto machine = pki::CheckSigningRequest(request.csr());
  if (!machine.ok()) return machine.status();
  if (!request.token().empty()) {
    if (auto checked = CheckAttributes(request.attributes()); !checked.ok()) return checked;
  }
  absl::Time now = clock_();
  const std::string name = absl::StrCat("machines/", machine->ToHex());
  if (auto admitted = Admit(request, *machine, now); !admitted.ok()) {
    if (absl::IsUnauthenticated(admitted)) {
      denials_.Record({now, kAnonymous, kAction, name, absl::StatusCodeToString(admitted.code())});
    }
    return admitted;
  }
  auto certificate = authority_.IssueClient(request.csr(), now, options_.certificate_lifetime);
  if (!certificate.ok()) return certificate.status();
  auto der = pki::CertificatePemToDer(*certificate);
  if (!der.ok()) return der.status();
  auto authority_der = pki::CertificatePemToDer(authority_.certificate_pem());
  if (!authority_der.ok()) return authority_der.status();
  if (auto audited = store_.Audit({now, name, kAction, name, "OK"}); !audited.ok()) return audited;

  v1::EnrollResponse response;
  response.set_certificate(*std::move(der));
  response.set_authority(*std::move(authority_der));
  response.set_machine_id(machine->ToHex());
  return response;
}

}  // namespace muster::identity
