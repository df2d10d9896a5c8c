// How a machine joins: a token and a signing request against a client certificate; and how it
// renews.
#ifndef MUSTER_SERVER_IDENTITY_ENROLLMENT_H_
#define MUSTER_SERVER_IDENTITY_ENROLLMENT_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/clock.h"
#include "common/pki/pki.h"
#include "muster/v1/gateway.pb.h"
#include "server/identity/denial_log.h"
#include "server/identity/store.h"

namespace muster::identity {

struct EnrollmentOptions {
  // Agents renew from half of it on, so that a machine may be off for six weeks without needing its
  // old key to renew.
  absl::Duration certificate_lifetime = absl::Hours(24 * 90);
};

// Thread-safe where `store` is; blocks on it. `store` must outlive it.
class Enrollment {
 public:
  Enrollment(Store& store, pki::Authority authority, Clock clock, EnrollmentOptions options = {});

  // With a token: counts one use, enrols the machine, issues its certificate. Without: renews an
  // enrolled machine's, which its key's signature over the request has proven to be it. Both are
  // audited, and fail where they can't be. UNAUTHENTICATED: the token is unknown, spent or expired,
  // or the machine was never enrolled (audited as a denial). INVALID_ARGUMENT: the request or an
  // attribute is not well formed; nothing was counted. Otherwise the store's error.
  absl::StatusOr<v1::EnrollResponse> Enroll(const v1::EnrollRequest& request);

 private:
  absl::Status Admit(const v1::EnrollRequest& request, const Digest& machine, absl::Time now);

  Store& store_;
  DenialLog denials_{store_};
  const pki::Authority authority_;
  const Clock clock_;
  const EnrollmentOptions options_;
};

}  // namespace muster::identity

#endif  // MUSTER_SERVER_IDENTITY_ENROLLMENT_H_
