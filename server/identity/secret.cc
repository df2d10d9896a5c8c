#include "server/identity/secret.h"

#include <sys/random.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace muster::identity {
namespace {

constexpr size_t kSecretBytes = 32;
constexpr size_t kEncodedSize = 43;
constexpr size_t kIdBytes = 8;

absl::string_view Prefix(SecretKind kind) {
  switch (kind) {
    case SecretKind::kEnrollment:
      return "muster_enroll_";
    case SecretKind::kApi:
      return "muster_api_";
    case SecretKind::kSession:
      return "muster_session_";
  }
  std::abort();
}

// At most 256 bytes, which getrandom(2) gives whole.
std::string RandomBytes(size_t size) {
  std::string bytes(size, '\0');
  ssize_t got = 0;
  do {
    got = getrandom(bytes.data(), size, 0);
  } while (got < 0 && errno == EINTR);
  if (got != static_cast<ssize_t>(size)) {
    std::perror("drawing random bytes for a token");
    std::abort();
  }
  return bytes;
}

}  // namespace

Secret NewSecret(SecretKind kind) {
  std::string encoded = absl::WebSafeBase64Escape(RandomBytes(kSecretBytes));
  Secret secret;
  secret.id = absl::BytesToHexString(RandomBytes(kIdBytes));
  secret.text = absl::StrCat(Prefix(kind), encoded);
  secret.hash = Sha256(secret.text);
  return secret;
}

std::optional<Digest> SecretHash(SecretKind kind, absl::string_view text) {
  absl::string_view prefix = Prefix(kind);
  if (text.size() != prefix.size() + kEncodedSize || !absl::StartsWith(text, prefix)) {
    return std::nullopt;
  }
  for (char c : text.substr(prefix.size())) {
    if (!absl::ascii_isalnum(static_cast<unsigned char>(c)) && c != '-' && c != '_') {
      return std::nullopt;
    }
  }
  return Sha256(text);
}

}  // namespace muster::identity
