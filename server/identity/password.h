// Passwords: argon2id, as RFC 9106 has it, in PHC strings that carry their own parameters.
#ifndef MUSTER_SERVER_IDENTITY_PASSWORD_H_
#define MUSTER_SERVER_IDENTITY_PASSWORD_H_

#include <cstddef>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"

namespace muster::identity {

inline constexpr size_t kMinPasswordBytes = 12;
inline constexpr size_t kMaxPasswordBytes = 1'024;

// What one hash costs. The default is the first of OWASP's recommendations for argon2id (Password
// Storage Cheat Sheet, 2024).
struct PasswordCost {
  unsigned memory_kib = 19'456;
  unsigned passes = 2;
  unsigned lanes = 1;
};

// Thread-safe. A few hashes at once; who comes beyond waits, so that many who log in cannot fill
// the memory.
class PasswordHasher {
 public:
  explicit PasswordHasher(PasswordCost cost = {}, int at_once = 4);

  // "$argon2id$v=19$m=…,t=…,p=…$salt$hash", with a salt of 16 random bytes.
  std::string Hash(absl::string_view password);
  // False also for a hash that is none. Takes as long where `hash` is empty, a user who is not
  // there.
  bool Verify(absl::string_view password, const std::string& hash);
  // The hash was made at another cost.
  bool IsOutdated(const std::string& hash) const;

 private:
  const PasswordCost cost_;
  absl::Mutex mutex_;
  int free_ ABSL_GUARDED_BY(mutex_);
  std::string nobodys_;  // a hash that no password has
};

}  // namespace muster::identity

#endif  // MUSTER_SERVER_IDENTITY_PASSWORD_H_
