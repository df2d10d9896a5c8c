// Token secrets: 256 random bits as text that says what it opens. Pure but for the kernel's random
// numbers.
#ifndef MUSTER_SERVER_IDENTITY_SECRET_H_
#define MUSTER_SERVER_IDENTITY_SECRET_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "common/digest.h"

namespace muster::identity {

enum class SecretKind {
  kEnrollment,  // "muster_enroll_" and 43 characters of base64url
  kApi,         // "muster_api_" and 43 characters of base64url
  kSession,     // "muster_session_", the same
};

struct Secret {
  std::string id;    // 16 hex digits, independent of the text: may be shown and logged
  std::string text;  // shown once, stored nowhere
  Digest hash;       // SHA-256 of the whole text: what is stored
};

Secret NewSecret(SecretKind kind);

// The hash to look for. Nothing where the text cannot be a secret of this kind, so that no database
// is asked for it.
std::optional<Digest> SecretHash(SecretKind kind, absl::string_view text);

}  // namespace muster::identity

#endif  // MUSTER_SERVER_IDENTITY_SECRET_H_
