// The properties that lie in an update package as "…-pkgProperties.txt": lines of Name="value".
// Pure. Source: docs/formats/msu.md.
#ifndef MUSTER_COMMON_SERVICING_MSU_PACKAGE_PROPERTIES_H_
#define MUSTER_COMMON_SERVICING_MSU_PACKAGE_PROPERTIES_H_

#include <string>

#include "absl/strings/string_view.h"

namespace muster::servicing {

// As the file says them, in UTF-8 without control characters, at most 256 bytes each; empty where
// it does not.
struct PackageProperties {
  std::string kb_article_number;       // "2780124"
  std::string processor_architecture;  // "amd64"
  std::string package_type;            // "Hotfix"
  std::string applies_to;              // "Windows 6.1"
};

// UTF-16LE (with a mark of byte order, or told by its zero bytes), UTF-8, else ISO 8859-1. Any
// bytes will do: lines that are no property are stepped over, of a repeated name the first counts.
PackageProperties ParsePackageProperties(absl::string_view bytes);

}  // namespace muster::servicing

#endif  // MUSTER_COMMON_SERVICING_MSU_PACKAGE_PROPERTIES_H_
