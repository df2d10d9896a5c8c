// What the name of an update's file says: "Windows6.1-KB2780124-v2-x64.msu". Pure functions.
#ifndef MUSTER_COMMON_SERVICING_MSU_PACKAGE_NAME_H_
#define MUSTER_COMMON_SERVICING_MSU_PACKAGE_NAME_H_

#include <string>

#include "absl/strings/string_view.h"

namespace muster::servicing {

struct PackageName {
  std::string kb;            // "KB2780124"; empty where the name has none
  std::string architecture;  // as NormalArchitecture; empty where the name has none
};

// The first KB number and the first architecture among the name's words.
PackageName ParsePackageName(absl::string_view name);

// "KB2780124" of "2780124", "kb2780124", "KB 2780124"; empty where it is no KB number.
std::string NormalKb(absl::string_view text);
// "amd64" of "x64" and "AMD64", "x86", "ia64", "arm", "arm64"; empty for all else.
std::string NormalArchitecture(absl::string_view text);

// At most 256 bytes, each that is no printable ASCII as '?': for names from cabinets, which end in
// messages and logs.
std::string Printable(absl::string_view name);

}  // namespace muster::servicing

#endif  // MUSTER_COMMON_SERVICING_MSU_PACKAGE_NAME_H_
