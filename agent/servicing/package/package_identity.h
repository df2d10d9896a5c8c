// Package identities of component based servicing. Format: docs/formats/package-identity.md.
#ifndef MUSTER_AGENT_SERVICING_PACKAGE_PACKAGE_IDENTITY_H_
#define MUSTER_AGENT_SERVICING_PACKAGE_PACKAGE_IDENTITY_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace muster::servicing {

// Name~PublicKeyToken~Arch~Culture~Version.
struct PackageIdentity {
  std::string name;
  std::string public_key_token;
  std::string architecture;
  std::string culture;  // empty for neutral
  std::string version;  // "6.1.1.1"

  bool operator==(const PackageIdentity&) const = default;
  std::string ToString() const;
};

// INVALID_ARGUMENT where there are not five parts, the name is empty, or the version is not four
// numbers.
absl::StatusOr<PackageIdentity> ParsePackageIdentity(absl::string_view text);

// The first package identity within a text, as written:
// "Package_1_for_KB1~31bf3856ad364e35~amd64~~6.1.1.1" of a message or of a path that ends in ".cat"
// or ".mum". Empty where there is none. A view into `text`.
absl::string_view FindPackageIdentity(absl::string_view text);

// "KB2705219" of "Package_2_for_KB2705219" and of every other spelling in use, upper case; empty
// where there is none.
std::string KbOfPackageName(absl::string_view name);

}  // namespace muster::servicing

#endif  // MUSTER_AGENT_SERVICING_PACKAGE_PACKAGE_IDENTITY_H_
