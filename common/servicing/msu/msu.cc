#include "common/servicing/msu/msu.h"

#include <algorithm>
#include <numeric>
#include <optional>
#include <tuple>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/servicing/catalog/catalog.h"
#include "common/servicing/msu/byte_file.h"
#include "common/servicing/msu/cabinet.h"
#include "common/servicing/msu/package_name.h"
#include "common/servicing/msu/package_properties.h"

namespace muster::servicing {
namespace {

constexpr uint64_t kMaxInnerCabinetBytes = uint64_t{1} << 30;
constexpr size_t kMaxInnerCabinets = 32;
constexpr size_t kMaxPropertiesBytes = 64 * 1024;
constexpr size_t kMaxCatalogBytes = 16 * 1024 * 1024;
constexpr uint64_t kMaxDecompressedBytes = uint64_t{8} << 30;

constexpr absl::string_view kDownloadAgain =
    "download the package again from the Microsoft Update Catalog";

absl::Status Annotated(const absl::Status& status, absl::string_view where) {
  return absl::Status(status.code(), absl::StrCat(where, ": ", status.message()));
}

// What is wrong is in the bytes: other bytes help.
absl::Status WithAdvice(const absl::Status& status) {
  if (!absl::IsInvalidArgument(status)) return status;
  return absl::InvalidArgumentError(absl::StrCat(status.message(), "; ", kDownloadAgain));
}

absl::Status NoPackage(absl::string_view what) {
  return absl::InvalidArgumentError(
      absl::StrCat("it is a cabinet, but no update package (.msu): ", what));
}

// Members of the package by what they are, as indices. Folders in the names don't matter.
struct Contents {
  std::vector<size_t> cabs;
  size_t properties = 0;
};

absl::string_view BaseName(absl::string_view name) {
  const size_t slash = name.find_last_of("\\/");
  return slash == absl::string_view::npos ? name : name.substr(slash + 1);
}

absl::StatusOr<Contents> FindContents(const std::vector<CabinetMember>& members) {
  Contents contents;
  std::vector<size_t> properties;
  bool has_scan = false;
  for (size_t i = 0; i < members.size(); ++i) {
    const absl::string_view name = BaseName(members[i].name);
    if (absl::EqualsIgnoreCase(name, "WSUSSCAN.cab")) {
      has_scan = true;
    } else if (absl::EndsWithIgnoreCase(name, ".cab")) {
      contents.cabs.push_back(i);
    } else if (absl::EndsWithIgnoreCase(name, "pkgProperties.txt")) {
      properties.push_back(i);
    }
  }
  if (!has_scan) {
    return NoPackage(
        "WSUSSCAN.cab, by which Windows decides whether it applies, is not in it. Give the .msu "
        "itself, not a cabinet out of it");
  }
  if (contents.cabs.empty()) return NoPackage("no update cabinet is in it");
  if (contents.cabs.size() > kMaxInnerCabinets) {
    return absl::ResourceExhaustedError(absl::StrCat("it holds ", contents.cabs.size(),
                                                     " cabinets, more than the ", kMaxInnerCabinets,
                                                     " that are read"));
  }
  if (properties.size() != 1) {
    return NoPackage(
        absl::StrCat("it should hold one file …-pkgProperties.txt, and holds ", properties.size()));
  }
  contents.properties = properties.front();
  return contents;
}

absl::Status CheckKb(const Msu& msu, absl::string_view file_kb) {
  if (!file_kb.empty() && file_kb != msu.kb) {
    return absl::InvalidArgumentError(
        absl::StrCat("its name says ", file_kb, ", what is in it is ", msu.kb,
                     ": it was renamed or swapped; give it its own name, or the right package"));
  }
  // A package may bring others that it needs, as a servicing stack: one cabinet must be of the KB.
  std::string others;
  for (const std::string& cab : msu.cabs) {
    if (ParsePackageName(cab).kb == msu.kb) return absl::OkStatus();
    absl::StrAppend(&others, others.empty() ? "" : ", ", cab);
  }
  return absl::InvalidArgumentError(absl::StrCat("its properties say ", msu.kb,
                                                 ", but no cabinet in it is of that KB: ", others,
                                                 "; ", kDownloadAgain));
}

absl::Status CheckArchitecture(const Msu& msu, absl::string_view file_architecture) {
  if (!file_architecture.empty() && file_architecture != msu.architecture) {
    return absl::InvalidArgumentError(absl::StrCat(
        "its name says ", file_architecture, ", what is in it is for ", msu.architecture,
        ": it was renamed or swapped; give it its own name, or the right package"));
  }
  for (const std::string& cab : msu.cabs) {
    const std::string other = ParsePackageName(cab).architecture;
    if (other.empty() || other == msu.architecture) continue;
    return absl::InvalidArgumentError(absl::StrCat("its properties say ", msu.architecture,
                                                   ", its cabinet ", cab, " says ", other, "; ",
                                                   kDownloadAgain));
  }
  return absl::OkStatus();
}

// Fills what the properties say, and holds it against the names of the file and the cabinets.
absl::Status Identify(const PackageProperties& properties, const PackageName& file_name, Msu& msu) {
  msu.package_type = properties.package_type;
  msu.applies_to = properties.applies_to;
  msu.kb = NormalKb(properties.kb_article_number);
  if (msu.kb.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat("its pkgProperties.txt has no KB Article Number; ", kDownloadAgain));
  }
  if (absl::Status status = CheckKb(msu, file_name.kb); !status.ok()) return status;
  msu.architecture = NormalArchitecture(properties.processor_architecture);
  if (msu.architecture.empty()) {
    return absl::InvalidArgumentError(absl::StrCat(
        "its pkgProperties.txt has no Processor Architecture that Muster knows (amd64, x86, ia64, "
        "arm, arm64); ",
        kDownloadAgain));
  }
  return CheckArchitecture(msu, file_name.architecture);
}

MsuCatalog Examine(absl::string_view name, const absl::StatusOr<Catalog>& catalog) {
  const Verification verification = Verify(catalog, HostFacts{});
  MsuCatalog examined;
  examined.name = std::string(name);
  examined.signature_class = verification.signature_class;
  examined.failure_hresult = verification.failure_hresult;
  examined.breaks_at = verification.breaks_at;
  examined.valid_from = verification.valid_from;
  if (catalog.ok() && catalog->signer) examined.signer = catalog->signer->subject;
  return examined;
}

// The catalogs of an inner cabinet, in the order that decompresses each folder once.
absl::Status ReadCatalogs(Cabinet& cabinet, CatalogReader& reader, Msu& msu) {
  const std::vector<CabinetMember>& members = cabinet.members();
  std::vector<size_t> catalogs;
  bool has_manifest = false;
  for (size_t i = 0; i < members.size(); ++i) {
    if (absl::EndsWithIgnoreCase(members[i].name, ".cat")) catalogs.push_back(i);
    has_manifest = has_manifest || absl::EndsWithIgnoreCase(members[i].name, ".mum");
  }
  if (has_manifest && catalogs.empty()) {
    return absl::InvalidArgumentError("no catalog is in it, so nothing vouches for its manifests");
  }
  std::stable_sort(catalogs.begin(), catalogs.end(), [&members](size_t a, size_t b) {
    return std::tie(members[a].folder, members[a].offset) <
           std::tie(members[b].folder, members[b].offset);
  });
  for (const size_t i : catalogs) {
    const auto bytes = cabinet.Read(i, kMaxCatalogBytes);
    if (!bytes.ok()) return bytes.status();
    msu.catalogs.push_back(Examine(members[i].name, reader.Read(*bytes)));
  }
  return absl::OkStatus();
}

absl::Status ReadInnerCabinet(Cabinet& package, size_t member, const std::filesystem::path& scratch,
                              DecompressionBudget& budget, CatalogReader& reader, Msu& msu) {
  auto file = ByteFile::MakeTemporary(scratch);
  if (!file.ok()) return file.status();
  absl::Status status = package.Extract(member, kMaxInnerCabinetBytes, *file);
  if (!status.ok()) return WithAdvice(status);
  auto cabinet = Cabinet::Open(*file, budget);
  status = cabinet.ok() ? ReadCatalogs(**cabinet, reader, msu) : cabinet.status();
  if (status.ok()) return status;
  return Annotated(WithAdvice(status),
                   absl::StrCat("the cabinet ", package.members()[member].name, " in it"));
}

absl::StatusOr<Msu> ReadPackage(const std::filesystem::path& path,
                                const std::filesystem::path& scratch) {
  const auto file = ByteFile::Open(path);
  if (!file.ok()) return file.status();
  DecompressionBudget budget{kMaxDecompressedBytes};
  const auto package = Cabinet::Open(*file, budget);
  if (!package.ok()) return WithAdvice(package.status());
  const std::vector<CabinetMember>& members = (*package)->members();
  const auto contents = FindContents(members);
  if (!contents.ok()) return contents.status();

  const auto properties = (*package)->Read(contents->properties, kMaxPropertiesBytes);
  if (!properties.ok()) return WithAdvice(properties.status());
  Msu msu;
  for (const size_t cab : contents->cabs) msu.cabs.push_back(members[cab].name);
  absl::Status status = Identify(ParsePackageProperties(*properties),
                                 ParsePackageName(path.filename().string()), msu);
  CatalogReader reader;
  for (auto cab = contents->cabs.begin(); status.ok() && cab != contents->cabs.end(); ++cab) {
    status = ReadInnerCabinet(**package, *cab, scratch, budget, reader, msu);
  }
  if (!status.ok()) return status;
  if (msu.catalogs.empty()) {
    return WithAdvice(NoPackage("no catalog is in its cabinets, so nothing vouches for it"));
  }
  return msu;
}

}  // namespace

absl::StatusOr<Msu> ReadMsu(const std::filesystem::path& file,
                            const std::filesystem::path& scratch) {
  auto msu = ReadPackage(file, scratch);
  if (!msu.ok()) return Annotated(msu.status(), Printable(file.filename().string()));
  return msu;
}

}  // namespace muster::servicing
