#include "server/identity/password.h"

#include <argon2.h>

#include <cstdlib>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/pki/signing_key.h"

namespace muster::identity {
namespace {

constexpr size_t kSaltBytes = 16;
constexpr size_t kHashBytes = 32;

}  // namespace

PasswordHasher::PasswordHasher(PasswordCost cost, int at_once) : cost_(cost), free_(at_once) {
  nobodys_ = Hash(pki::RandomBytes(32));
}

std::string PasswordHasher::Hash(absl::string_view password) {
  const std::string salt = pki::RandomBytes(kSaltBytes);
  std::vector<char> encoded(argon2_encodedlen(cost_.passes, cost_.memory_kib, cost_.lanes,
                                              kSaltBytes, kHashBytes, Argon2_id));
  mutex_.LockWhen(absl::Condition(
      +[](int* free) { return *free > 0; }, &free_));
  --free_;
  mutex_.Unlock();
  const int result = argon2id_hash_encoded(cost_.passes, cost_.memory_kib, cost_.lanes,
                                           password.data(), password.size(), salt.data(),
                                           salt.size(), kHashBytes, encoded.data(), encoded.size());
  absl::MutexLock lock(&mutex_);
  ++free_;
  if (result != ARGON2_OK) std::abort();  // no memory: nothing else can go wrong with these
  return encoded.data();
}

bool PasswordHasher::Verify(absl::string_view password, const std::string& hash) {
  const std::string& expected = hash.empty() ? nobodys_ : hash;
  mutex_.LockWhen(absl::Condition(
      +[](int* free) { return *free > 0; }, &free_));
  --free_;
  mutex_.Unlock();
  const bool same =
      argon2id_verify(expected.c_str(), password.data(), password.size()) == ARGON2_OK;
  absl::MutexLock lock(&mutex_);
  ++free_;
  return same && !hash.empty();
}

bool PasswordHasher::IsOutdated(const std::string& hash) const {
  return !absl::StartsWith(hash, absl::StrCat("$argon2id$v=19$m=", cost_.memory_kib,
                                              ",t=", cost_.passes, ",p=", cost_.lanes, "$"));
}

}  // namespace muster::identity
