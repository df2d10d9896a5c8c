// Package manifests and names as an update lays them into servicing\Packages. Pure.
#ifndef MUSTER_TESTS_TESTDATA_PACKAGE_FILES_H_
#define MUSTER_TESTS_TESTDATA_PACKAGE_FILES_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace muster::testdata {

struct PackageSpec {
  std::string name;  // "Package_2_for_KB2705219"
  std::string version = "6.1.1.0";
  int kb = 0;  // 0: belongs to no update
  std::string release_type = "Security Update";
  std::string parent = "Microsoft-Windows-Foundation-Package";
  std::vector<std::string> children;  // names of packages that it brings, of the same version
  absl::Time created;
};

// "Package_2_for_KB2705219~31bf3856ad364e35~amd64~~6.1.1.1".
std::string IdentityText(absl::string_view name, absl::string_view version);

// The manifest's bytes: UTF-8, with a byte order mark.
std::string ManifestText(const PackageSpec& package);

}  // namespace muster::testdata

#endif  // MUSTER_TESTS_TESTDATA_PACKAGE_FILES_H_
