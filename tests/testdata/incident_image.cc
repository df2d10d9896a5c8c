#include "tests/testdata/incident_image.h"

#include <algorithm>
#include <random>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "tests/testdata/cbs_log_text.h"
#include "tests/testdata/files.h"
#include "tests/testdata/package_files.h"

namespace muster::testdata {
namespace {

constexpr int kFaultyUpdate = 2705219;
constexpr int kRemedy = 2749655;
constexpr char kFoundation[] = "Microsoft-Windows-Foundation-Package";
constexpr absl::Duration kDay = absl::Hours(24);

// Signed on `signed_at`, by certificates as short-lived as the real ones: a new one every nine
// months, good for fifteen.
CatalogSpec GoodCatalog(absl::Time signed_at, absl::Time anchor) {
  CatalogSpec spec;
  spec.issued_at = signed_at;
  const auto period = absl::Floor(signed_at - anchor, 270 * kDay);
  spec.signer_not_before = anchor + period - 90 * kDay;
  spec.signer_not_after = spec.signer_not_before + 455 * kDay;
  spec.timestamp_at = signed_at + absl::Minutes(4);
  spec.timestamp_not_before = anchor + period - 60 * kDay;
  spec.timestamp_not_after = spec.timestamp_not_before + 455 * kDay;
  return spec;
}

// The class of advisory 2749655: countersigned, by a certificate that was not made for it.
CatalogSpec FaultyCatalog(absl::Time breaks_at) {
  CatalogSpec spec;
  spec.signer_not_after = breaks_at;
  spec.signer_not_before = breaks_at - 457 * kDay;
  spec.issued_at = breaks_at - 341 * kDay;
  spec.timestamp_at = spec.issued_at + absl::Minutes(4);
  spec.timestamp_not_before = breaks_at - 534 * kDay;
  spec.timestamp_not_after = breaks_at - 78 * kDay;
  spec.timestamp_eku = CatalogSpec::TimestampEku::kMissing;
  return spec;
}

class ImageWriter {
 public:
  ImageWriter(Authority& authority, const std::filesystem::path& root, const ImageOptions& options)
      : authority_(authority),
        windows_(root / "Windows"),
        options_(options),
        random_(options.seed) {}

  absl::StatusOr<ImageSummary> Write();

 private:
  absl::Status WritePackage(const PackageSpec& package, CatalogSpec catalog);
  absl::Status WriteUpdate(int kb, const std::string& version, const std::vector<int>& parts,
                           const std::string& release_type, const CatalogSpec& catalog);
  absl::Status WriteOrdinaryUpdates();
  absl::Status WriteFaultyUpdate();
  absl::Status WriteLog();

  absl::Time Ago(int64_t days) const { return options_.breaks_at - days * kDay; }

  Authority& authority_;
  const std::filesystem::path windows_;
  const ImageOptions& options_;
  std::mt19937_64 random_;
  std::vector<std::pair<absl::Time, std::string>> installed_;  // identities of top packages
  ImageSummary summary_;
};

absl::Status ImageWriter::WritePackage(const PackageSpec& package, CatalogSpec catalog) {
  const std::string identity = IdentityText(package.name, package.version);
  const auto path = windows_ / "servicing" / "Packages" / identity;
  const std::string manifest = ManifestText(package);
  // A package that holds files vouches for their manifests as well.
  const bool holds_files = package.children.empty() && package.kb != 0;
  catalog.members = {manifest};
  for (int i = 0; holds_files && i < 5; ++i) {
    catalog.members.push_back(absl::StrCat(identity, " component ", i));
  }
  const std::string bytes = MakeCatalog(authority_, catalog);
  const bool faulty = catalog.timestamp_eku != CatalogSpec::TimestampEku::kPresent;
  summary_.packages += 1;
  summary_.catalogs += holds_files ? 2 : 1;
  if (faulty) summary_.faulty_catalogs += holds_files ? 2 : 1;
  if (auto status = WriteFile(path.string() + ".mum", manifest); !status.ok()) return status;
  if (auto status = WriteFile(path.string() + ".cat", bytes); !status.ok()) return status;
  if (!holds_files) return absl::OkStatus();
  const std::string name = absl::BytesToHexString(DigestBytes("sha256", bytes)) + ".cat";
  return WriteFile(windows_ / "winsxs" / "Catalogs" / name, bytes);
}

absl::Status ImageWriter::WriteUpdate(int kb, const std::string& version,
                                      const std::vector<int>& parts,
                                      const std::string& release_type, const CatalogSpec& catalog) {
  PackageSpec top;
  top.name = absl::StrCat("Package_for_KB", kb);
  top.kb = kb;
  top.version = version;
  top.release_type = release_type;
  top.created = catalog.issued_at - absl::Hours(7);
  PackageSpec part = top;
  part.parent = top.name;
  for (const int number : parts) {
    part.name = absl::StrCat("Package_", number, "_for_KB", kb);
    top.children.push_back(part.name);
    if (auto status = WritePackage(part, catalog); !status.ok()) return status;
  }
  installed_.emplace_back(catalog.issued_at + 14 * kDay, IdentityText(top.name, version));
  // As in the incident, only the parts of a faulty update have a faulty catalog.
  return WritePackage(top, catalog.timestamp_eku == CatalogSpec::TimestampEku::kPresent
                               ? catalog
                               : GoodCatalog(catalog.issued_at, Ago(0)));
}

absl::Status ImageWriter::WriteOrdinaryUpdates() {
  std::set<int> numbers;
  while (numbers.size() < static_cast<size_t>(options_.updates)) {
    const int kb = 2'400'000 + static_cast<int>(random_() % 300'000);
    numbers.insert(kb);
  }
  constexpr const char* kReleaseTypes[] = {"Security Update", "Security Update", "Update",
                                           "Hotfix"};
  int64_t index = 0;
  for (const int kb : numbers) {
    // Evenly over the three years that end 100 days before.
    const absl::Time signed_at = Ago(1100) +
                                 index++ * (1000 * kDay / std::max<int64_t>(options_.updates, 1)) +
                                 absl::Minutes(static_cast<int64_t>(random_() % 600));
    const std::vector<int> parts =
        random_() % 2 == 0 ? std::vector<int>{1} : std::vector<int>{1, 2};
    auto status = WriteUpdate(kb, "6.1.1.0", parts, kReleaseTypes[random_() % 4],
                              GoodCatalog(signed_at, Ago(0)));
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status ImageWriter::WriteFaultyUpdate() {
  if (options_.variant == ImageVariant::kHealthy) {
    return WriteUpdate(kFaultyUpdate, "6.1.2.0", {2, 3}, "Security Update",
                       GoodCatalog(Ago(260), Ago(0)));
  }
  auto status = WriteUpdate(kFaultyUpdate, "6.1.1.1", {2, 3}, "Security Update",
                            FaultyCatalog(options_.breaks_at));
  if (!status.ok() || options_.variant != ImageVariant::kFixed) return status;
  return WriteUpdate(kRemedy, "6.1.1.0", {1}, "Update", GoodCatalog(Ago(260), Ago(0)));
}

absl::Status ImageWriter::WriteLog() {
  CbsLogText log(options_.utc_offset);
  std::sort(installed_.begin(), installed_.end());
  const bool was_hit =
      options_.variant == ImageVariant::kAffected || options_.variant == ImageVariant::kFixed;
  absl::Time day = Ago(60) + absl::Hours(5);
  for (const auto& [when, identity] : installed_) {
    log.AddStart(day);
    log.AddHealthyQuery(day + absl::Seconds(2), "WindowsUpdateAgent", identity);
    day += 35 * kDay / static_cast<int64_t>(installed_.size());
  }
  // 2013-07-01T07:04:27Z for the certificate that ended 2013-06-26T21:37:17Z.
  const absl::Time first_hit = options_.breaks_at + 4 * kDay + absl::Seconds(34030);
  for (int i = 0; was_hit && i < 3; ++i) {
    for (const int part : {2, 3}) {
      const std::string name = absl::StrCat("Package_", part, "_for_KB", kFaultyUpdate);
      log.AddExpiredCatalog(first_hit + i * kDay + absl::Seconds(part - 2),
                            IdentityText(name, "6.1.1.1"));
    }
  }
  if (options_.variant == ImageVariant::kFixed) {
    const absl::Time fixed = first_hit + 3 * kDay;
    log.AddStart(fixed);
    log.AddHealthyQuery(fixed + absl::Seconds(2), "WindowsUpdateAgent",
                        IdentityText(absl::StrCat("Package_for_KB", kRemedy), "6.1.1.0"));
  }
  return WriteFile(windows_ / "Logs" / "CBS" / "CBS.log", log.text());
}

absl::StatusOr<ImageSummary> ImageWriter::Write() {
  PackageSpec foundation;
  foundation.name = kFoundation;
  foundation.version = "6.1.7601.17514";
  foundation.release_type = "Foundation";
  foundation.parent = "";
  foundation.created = Ago(1200);
  auto status = WritePackage(foundation, GoodCatalog(Ago(1200), Ago(0)));
  if (status.ok()) status = WriteOrdinaryUpdates();
  if (status.ok()) status = WriteFaultyUpdate();
  if (status.ok()) status = WriteLog();
  if (!status.ok()) return status;
  return summary_;
}

}  // namespace

std::optional<ImageVariant> ImageVariantFromName(absl::string_view name) {
  if (name == "healthy") return ImageVariant::kHealthy;
  if (name == "affected") return ImageVariant::kAffected;
  if (name == "at-risk") return ImageVariant::kAtRisk;
  if (name == "fixed") return ImageVariant::kFixed;
  return std::nullopt;
}

absl::StatusOr<ImageSummary> WriteIncidentImage(Authority& authority,
                                                const std::filesystem::path& root,
                                                const ImageOptions& options) {
  if (options.updates < 0 || options.updates > 5000) {
    return absl::InvalidArgumentError(
        absl::StrCat(options.updates, " updates: give a number from 0 to 5000"));
  }
  return ImageWriter(authority, root, options).Write();
}

}  // namespace muster::testdata
