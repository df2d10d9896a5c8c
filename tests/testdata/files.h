// Small file helpers for tests and test data programs. Free functions; safe from any thread.
#ifndef MUSTER_TESTS_TESTDATA_FILES_H_
#define MUSTER_TESTS_TESTDATA_FILES_H_

#include <filesystem>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace muster::testdata {

// NOT_FOUND where the file cannot be opened, DATA_LOSS where it cannot be read to its end.
absl::StatusOr<std::string> ReadFile(const std::filesystem::path& path);
// Makes the folders above it. UNAVAILABLE where it cannot be written.
absl::Status WriteFile(const std::filesystem::path& path, absl::string_view bytes);

// The folder of real catalogs, logs and events that tests compare with: ../shared/data beside the
// source tree that MUSTER_SOURCE_DIR names. Unset where there is none: such a test is skipped.
std::optional<std::filesystem::path> SharedData();

}  // namespace muster::testdata

#endif  // MUSTER_TESTS_TESTDATA_FILES_H_
