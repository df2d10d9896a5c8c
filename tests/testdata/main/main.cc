// muster-testimage: writes the root of a Windows 7 volume for tests and demonstrations.
#include <CLI/CLI.hpp>
#include <iostream>

#include "tests/testdata/incident_image.h"

int main(int argc, char** argv) {
  using namespace muster::testdata;
  std::string out, variant_name = "affected", breaks_at;
  ImageOptions options;
  CLI::App app("Writes the root of a Windows 7 volume: CBS.log, packages and signed catalogs.");
  app.add_option("--out", out, "Folder to write to; made where it is missing")->required();
  app.add_option("--variant", variant_name, "healthy, affected, at-risk or fixed")
      ->check(CLI::IsMember({"healthy", "affected", "at-risk", "fixed"}))
      ->capture_default_str();
  app.add_option("--updates", options.updates, "Ordinary updates")->capture_default_str();
  app.add_option("--seed", options.seed, "Of numbers and dates")->capture_default_str();
  app.add_option("--breaks-at", breaks_at,
                 "When the faulty catalogs end, RFC 3339; by default 2013-06-26T21:37:17Z, and "
                 "in 20 days for at-risk");
  CLI11_PARSE(app, argc, argv);

  options.variant = *ImageVariantFromName(variant_name);
  std::string error;
  if (!breaks_at.empty()) {
    if (!absl::ParseTime(absl::RFC3339_full, breaks_at, &options.breaks_at, &error)) {
      std::cerr << "--breaks-at " << breaks_at << ": " << error
                << "; write it as 2013-06-26T21:37:17Z\n";
      return 2;
    }
  } else if (options.variant == ImageVariant::kAtRisk) {
    options.breaks_at =
        absl::FromUnixSeconds(absl::ToUnixSeconds(absl::Now())) + absl::Hours(20 * 24);
  }
  const auto summary = WriteIncidentImage(Authority::OfProcess(), out, options);
  if (!summary.ok()) {
    std::cerr << "writing the image to " << out << ": " << summary.status().message() << "\n";
    return 2;
  }
  std::cout << out << ": " << summary->packages << " packages, " << summary->catalogs
            << " catalog files, " << summary->faulty_catalogs << " of them faulty\n";
  return 0;
}
