// musterctl keys: the operators' keys. A private key is made here, lies encrypted in a file, and is
// never sent.
#ifndef MUSTER_DASHBOARD_API_CTL_KEYS_H_
#define MUSTER_DASHBOARD_API_CTL_KEYS_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/pki/signing_key.h"
#include "dashboard-api/ctl/client.h"
#include "dashboard-api/ctl/console.h"

namespace muster::ctl {

// How a private key's file is opened.
struct KeyFile {
  std::string path;
  std::string passphrase_file;  // empty: MUSTER_KEY_PASSPHRASE, else the terminal is asked
};
// INVALID_ARGUMENT where the passphrase is not this key's.
absl::StatusOr<pki::SigningKey> OpenKey(const KeyFile& file);

struct NewKeyOptions {
  KeyFile key;       // made; ALREADY_EXISTS
  std::string name;  // whose it is
};
// Writes the key, and beside it its public half (.pub). The first key that a server gets is
// published at once.
absl::Status NewKey(Client& client, const NewKeyOptions& options, Console& console);

struct AddKeyOptions {
  std::string public_file;  // as NewKey wrote it
  KeyFile sign_with;
};
absl::Status AddKey(Client& client, const AddKeyOptions& options, Console& console);

struct RevokeKeyOptions {
  std::string id;  // the first digits suffice
  KeyFile sign_with;
};
absl::Status RevokeKey(Client& client, const RevokeKeyOptions& options, Console& console);

struct RequireApprovalsOptions {
  uint32_t approvals = 1;
  KeyFile sign_with;
};
absl::Status RequireApprovals(Client& client, const RequireApprovalsOptions& options,
                              Console& console);

absl::Status ListKeys(Client& client, const NoOptions& options, Console& console);

// The key set in force; serial 0 where there is none.
absl::StatusOr<v1::KeySet> CurrentKeySet(Client& client);

}  // namespace muster::ctl

#endif  // MUSTER_DASHBOARD_API_CTL_KEYS_H_
