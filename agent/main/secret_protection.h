// How a secret lies on this machine's disk. Why so: docs/adr/0003-private-key-on-windows.md.
#ifndef MUSTER_AGENT_MAIN_SECRET_PROTECTION_H_
#define MUSTER_AGENT_MAIN_SECRET_PROTECTION_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace muster::agent {

// What the file of the machine's key is called: "key.pem", on Windows "key.dpapi".
extern const char kKeyFile[];

// As it is to be written: on Windows encrypted by the Data Protection API with the machine's own
// keys, so that the bytes are of no use on another machine; elsewhere as it is, for the file's mode
// protects it.
absl::StatusOr<std::string> ProtectSecret(absl::string_view secret);
// DATA_LOSS where the bytes are not of this machine or are damaged: says what to do.
absl::StatusOr<std::string> UnprotectSecret(absl::string_view bytes);

}  // namespace muster::agent

#endif  // MUSTER_AGENT_MAIN_SECRET_PROTECTION_H_
