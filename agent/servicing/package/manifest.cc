#include "agent/servicing/package/manifest.h"

#include <cstring>
#include <pugixml.hpp>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace muster::servicing {
namespace {

constexpr size_t kMaxManifestBytes = 16 * 1024 * 1024;
// pugixml frees and walks without recursion, but a manifest is never deep: what is deeper is no
// manifest.
constexpr int kMaxDepth = 64;
constexpr size_t kMaxIdentities = 20000;

// Stops where the document nests deeper than kMaxDepth.
class DepthCheck : public pugi::xml_tree_walker {
 public:
  bool for_each(pugi::xml_node&) override { return depth() <= kMaxDepth; }
};

absl::Status NoManifest(absl::string_view why) {
  return absl::InvalidArgumentError(
      absl::StrCat("The bytes are no package manifest (.mum): ", why));
}

// Names in manifests may carry a prefix: asmv3:assemblyIdentity.
bool IsNamed(const pugi::xml_node& node, absl::string_view name) {
  absl::string_view full(node.name());
  const size_t colon = full.rfind(':');
  if (colon != absl::string_view::npos) full.remove_prefix(colon + 1);
  return full == name;
}

pugi::xml_node Child(const pugi::xml_node& parent, absl::string_view name) {
  for (const pugi::xml_node& child : parent.children()) {
    if (IsNamed(child, name)) return child;
  }
  return pugi::xml_node();
}

// Some manifests are written with other letter case than the schema.
std::string Attribute(const pugi::xml_node& node, absl::string_view name) {
  for (const pugi::xml_attribute& attribute : node.attributes()) {
    if (absl::EqualsIgnoreCase(attribute.name(), name)) return attribute.value();
  }
  return "";
}

absl::StatusOr<PackageIdentity> ReadIdentity(const pugi::xml_node& node) {
  PackageIdentity identity;
  identity.name = Attribute(node, "name");
  identity.public_key_token = Attribute(node, "publicKeyToken");
  identity.architecture = Attribute(node, "processorArchitecture");
  identity.culture = Attribute(node, "language");
  identity.version = Attribute(node, "version");
  return ParsePackageIdentity(identity.ToString());
}

// The identities directly below `node`; one that cannot be read is passed over, since the
// manifest's own identity is what it is read for.
void CollectIdentities(const pugi::xml_node& node, std::vector<PackageIdentity>& identities) {
  for (const pugi::xml_node& child : node.children()) {
    if (!IsNamed(child, "assemblyIdentity") || identities.size() >= kMaxIdentities) continue;
    auto identity = ReadIdentity(child);
    if (identity.ok()) identities.push_back(*std::move(identity));
  }
}

// "2705219" behind "kbid=" of a support address.
std::string KbOfSupportUrl(absl::string_view url) {
  const std::string lower = absl::AsciiStrToLower(url);
  const size_t at = lower.find("kbid=");
  return at == std::string::npos ? "" : KbOfPackageName(absl::StrCat("KB", lower.substr(at + 5)));
}

void ReadPackage(const pugi::xml_node& package, PackageManifest& manifest) {
  manifest.release_type = Attribute(package, "releaseType");
  manifest.restart = Attribute(package, "restart");
  for (const pugi::xml_node& child : package.children()) {
    if (IsNamed(child, "parent")) CollectIdentities(child, manifest.parents);
    if (!IsNamed(child, "update")) continue;
    for (const pugi::xml_node& part : child.children()) {
      if (IsNamed(part, "package")) CollectIdentities(part, manifest.children);
    }
  }
}

absl::Status LoadDocument(absl::string_view bytes, pugi::xml_document& document) {
  if (bytes.size() > kMaxManifestBytes) {
    return NoManifest(absl::StrCat("it has ", bytes.size(), " bytes, more than the ",
                                   kMaxManifestBytes, " that are read"));
  }
  // Entities of a DTD are not expanded and nothing external is read: pugixml skips DOCTYPE.
  const pugi::xml_parse_result parsed =
      document.load_buffer(bytes.data(), bytes.size(), pugi::parse_default, pugi::encoding_auto);
  if (!parsed) {
    return NoManifest(absl::StrCat("no XML at byte ", parsed.offset, ": ", parsed.description()));
  }
  DepthCheck depth;
  if (!document.traverse(depth)) {
    return NoManifest(absl::StrCat("it nests deeper than ", kMaxDepth, " levels"));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<PackageManifest> ParsePackageManifest(absl::string_view bytes) {
  pugi::xml_document document;
  const absl::Status loaded = LoadDocument(bytes, document);
  if (!loaded.ok()) return loaded;
  const pugi::xml_node assembly = Child(document, "assembly");
  if (!assembly) return NoManifest("it has no element \"assembly\"");
  const pugi::xml_node own = Child(assembly, "assemblyIdentity");
  if (!own) return NoManifest("its \"assembly\" has no \"assemblyIdentity\"");
  auto identity = ReadIdentity(own);
  if (!identity.ok()) return NoManifest(identity.status().message());

  PackageManifest manifest;
  manifest.identity = *std::move(identity);
  manifest.support_url = Attribute(assembly, "supportInformation");
  manifest.description = Attribute(assembly, "description");
  const pugi::xml_node package = Child(assembly, "package");
  ReadPackage(package, manifest);
  manifest.kb = KbOfPackageName(Attribute(package, "identifier"));
  if (manifest.kb.empty()) manifest.kb = KbOfPackageName(manifest.identity.name);
  if (manifest.kb.empty()) manifest.kb = KbOfSupportUrl(manifest.support_url);
  return manifest;
}

}  // namespace muster::servicing
