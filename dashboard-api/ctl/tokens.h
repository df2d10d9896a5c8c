// musterctl tokens and enrollment-tokens. A secret, and nothing else, goes to the output, so that a
// script can take it.
#ifndef MUSTER_DASHBOARD_API_CTL_TOKENS_H_
#define MUSTER_DASHBOARD_API_CTL_TOKENS_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "dashboard-api/ctl/client.h"
#include "dashboard-api/ctl/console.h"

namespace muster::ctl {

struct CreateTokenOptions {
  std::string role;  // "viewer", "operator", "approver", "admin"
  std::string description;
  std::optional<absl::Duration> lifetime;  // the server's default where unset
};
absl::Status CreateToken(Client& client, const CreateTokenOptions& options, Console& console);

absl::Status ListTokens(Client& client, const NoOptions& options, Console& console);

// `id` with or without "apiTokens/".
absl::Status RevokeToken(Client& client, const std::string& id, Console& console);

struct CreateEnrollmentTokenOptions {
  int32_t uses = 1;
  std::string description;
  std::optional<absl::Duration> lifetime;  // the server's default where unset
};
absl::Status CreateEnrollmentToken(Client& client, const CreateEnrollmentTokenOptions& options,
                                   Console& console);

}  // namespace muster::ctl

#endif  // MUSTER_DASHBOARD_API_CTL_TOKENS_H_
