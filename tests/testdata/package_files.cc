#include "tests/testdata/package_files.h"

#include "absl/strings/str_cat.h"

namespace muster::testdata {
namespace {

constexpr char kFoundationVersion[] = "6.1.7601.17514";

std::string AssemblyIdentity(absl::string_view indent, absl::string_view name,
                             absl::string_view version, absl::string_view more) {
  return absl::StrCat(indent, "<assemblyIdentity name=\"", name, "\" version=\"", version,
                      "\" language=\"neutral\" processorArchitecture=\"amd64\" "
                      "publicKeyToken=\"31bf3856ad364e35\"",
                      more, " />\r\n");
}

std::string Update(const PackageSpec& package, size_t index) {
  return absl::StrCat("    <update name=\"", package.kb, "-", index + 1,
                      "_neutral_PACKAGE\">\r\n      <package integrate=\"hidden\">\r\n",
                      AssemblyIdentity("        ", package.children[index], package.version, ""),
                      "      </package>\r\n    </update>\r\n");
}

}  // namespace

std::string IdentityText(absl::string_view name, absl::string_view version) {
  return absl::StrCat(name, "~31bf3856ad364e35~amd64~~", version);
}

std::string ManifestText(const PackageSpec& package) {
  const std::string created =
      absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", package.created, absl::UTCTimeZone());
  const std::string kb = package.kb == 0 ? "" : absl::StrCat("KB", package.kb);
  std::string out = absl::StrCat(
      "\xef\xbb\xbf<?xml version=\"1.0\" encoding=\"utf-8\"?>\r\n"
      "<assembly xmlns=\"urn:schemas-microsoft-com:asm.v3\" manifestVersion=\"1.0\" description=\"",
      kb.empty() ? package.name : absl::StrCat("Fix for ", kb),
      "\" displayName=\"default\" company=\"Microsoft Corporation\" copyright=\"Muster test "
      "data\"");
  if (!kb.empty()) {
    absl::StrAppend(&out, " supportInformation=\"http://support.microsoft.com/?kbid=", package.kb,
                    "\"");
  }
  absl::StrAppend(&out, " creationTimeStamp=\"", created, "\" lastUpdateTimeStamp=\"", created,
                  "\">\r\n", AssemblyIdentity("  ", package.name, package.version, ""),
                  "  <package identifier=\"", kb.empty() ? package.name : kb,
                  "\" applicabilityEvaluation=\"deep\" releaseType=\"", package.release_type,
                  "\" restart=\"possible\">\r\n");
  if (!package.parent.empty()) {
    absl::StrAppend(
        &out,
        "    <parent buildCompare=\"EQ\" serviceCompare=\"EQ\" "
        "integrate=\"separate\" disposition=\"detect\">\r\n",
        AssemblyIdentity("      ", package.parent, kFoundationVersion, " buildType=\"release\""),
        "    </parent>\r\n");
  }
  for (size_t i = 0; i < package.children.size(); ++i) {
    absl::StrAppend(&out, Update(package, i));
  }
  return absl::StrCat(out, "  </package>\r\n</assembly>\r\n");
}

}  // namespace muster::testdata
