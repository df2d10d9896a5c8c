// Secrets that a person gives: from a file, the environment, or a terminal, unseen.
#ifndef MUSTER_DASHBOARD_API_CTL_SECRET_INPUT_H_
#define MUSTER_DASHBOARD_API_CTL_SECRET_INPUT_H_

#include <string>

#include "absl/status/statusor.h"

namespace muster::ctl {

struct SecretSource {
  std::string file;                // first, where it is named; its last line break does not count
  const char* variable = nullptr;  // else this one of the environment
  std::string prompt;              // else the terminal
};

// INVALID_ARGUMENT where there is neither and no terminal: says what there is.
absl::StatusOr<std::string> ReadSecret(const SecretSource& source);
// A new one: on a terminal it is asked for twice. INVALID_ARGUMENT where the two differ.
absl::StatusOr<std::string> ReadNewSecret(const SecretSource& source);

}  // namespace muster::ctl

#endif  // MUSTER_DASHBOARD_API_CTL_SECRET_INPUT_H_
