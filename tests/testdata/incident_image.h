// The root of a Windows 7 volume as the incident of 2013 left it, or as it should have been: logs,
// packages, catalogs. For tests, the demo and the fleet simulator. Names and texts follow from the
// options alone; keys are made anew per process, so that signatures differ between runs.
#ifndef MUSTER_TESTS_TESTDATA_INCIDENT_IMAGE_H_
#define MUSTER_TESTS_TESTDATA_INCIDENT_IMAGE_H_

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "tests/testdata/authority.h"
#include "tests/testdata/catalog_maker.h"

namespace muster::testdata {

enum class ImageVariant {
  kHealthy,   // every catalog has a timestamp that counts; the faulty update is there in its second
              // version
  kAffected,  // the first version, whose catalogs ended at `breaks_at`, and the log says so
  kAtRisk,    // the first version, and nothing in the log yet
  kFixed,     // affected, and the update that makes Windows ignore the fault is installed
};

// "healthy", "affected", "at-risk", "fixed".
std::optional<ImageVariant> ImageVariantFromName(absl::string_view name);

struct ImageOptions {
  ImageVariant variant = ImageVariant::kAffected;
  // Ordinary updates, two or three packages each, besides the one in question.
  int updates = 200;
  // The end of the certificate that signed the faulty catalogs. All other dates hang on it: the
  // ordinary updates lie in the three years before, the log's healthy records 60 to 25 days before,
  // the failing queries five to seven days after.
  absl::Time breaks_at = kSignerNotAfter2013;
  // Local time of the log, ahead of UTC.
  absl::Duration utc_offset = absl::Hours(2);
  uint64_t seed = 1;
};

struct ImageSummary {
  int packages = 0;         // manifests, each with its catalog
  int catalogs = 0;         // files: those of the packages and their copies in winsxs
  int faulty_catalogs = 0;  // of these
};

// Writes below `root`: Windows/Logs/CBS/CBS.log, Windows/servicing/Packages/*.mum|*.cat,
// Windows/winsxs/Catalogs/<sha256>.cat. INVALID_ARGUMENT for a negative number of updates or more
// than 5,000; UNAVAILABLE where it cannot write.
absl::StatusOr<ImageSummary> WriteIncidentImage(Authority& authority,
                                                const std::filesystem::path& root,
                                                const ImageOptions& options);

}  // namespace muster::testdata

#endif  // MUSTER_TESTS_TESTDATA_INCIDENT_IMAGE_H_
