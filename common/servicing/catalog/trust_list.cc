#include "common/servicing/catalog/trust_list.h"

#include <utility>

#include "absl/strings/str_cat.h"

namespace muster::servicing {
namespace {

constexpr size_t kMaxMembers = 100'000;

constexpr absl::string_view kCatalogList = "1.3.6.1.4.1.311.12.1.1";
constexpr absl::string_view kNameValue = "1.3.6.1.4.1.311.12.2.1";
constexpr absl::string_view kIndirectData = "1.3.6.1.4.1.311.2.1.4";
constexpr absl::string_view kMembersByHash = "1.3.6.1.4.1.311.12.1.3";

// CAT_NAMEVALUE: SEQUENCE { BMPString name, INTEGER flags, OCTET STRING value as UTF-16LE with NUL
// }.
bool ReadNameValue(DerReader& reader, std::vector<std::pair<std::string, std::string>>& out) {
  DerElement sequence, name, flags, value;
  if (!reader.Expect(kDerSequence, "a name/value attribute", sequence)) return false;
  DerReader fields(sequence);
  if (!fields.Expect(kDerBmpString, "an attribute's name", name) ||
      !fields.Expect(kDerInteger, "an attribute's flags", flags) ||
      !fields.Expect(kDerOctetString, "an attribute's value", value)) {
    return false;
  }
  out.emplace_back(Utf16BeText(name.content), Utf16LeText(value.content));
  return true;
}

// SPC_INDIRECT_DATA: SEQUENCE { SEQUENCE { type, value }, SEQUENCE { SEQUENCE { digest algorithm },
// digest } }.
bool ReadIndirectData(DerReader& reader, CatalogMember& member) {
  DerElement sequence, data, info, algorithm, oid, digest;
  if (!reader.Expect(kDerSequence, "indirect data", sequence)) return false;
  DerReader fields(sequence);
  if (!fields.Expect(kDerSequence, "data", data) || !fields.Expect(kDerSequence, "digest", info)) {
    return false;
  }
  DerReader parts(info);
  if (!parts.Expect(kDerSequence, "digest algorithm", algorithm)) return false;
  DerReader algorithm_parts(algorithm);
  if (!algorithm_parts.Expect(kDerOid, "digest algorithm", oid) ||
      !parts.Expect(kDerOctetString, "digest", digest)) {
    return false;
  }
  member.digest_algorithm = DigestAlgorithmName(OidText(oid.content));
  member.digest = std::string(digest.content);
  return true;
}

absl::Status ReadMemberAttributes(const DerElement& set, CatalogMember& member) {
  DerReader attributes(set);
  DerElement attribute, oid, values;
  while (!attributes.AtEnd()) {
    if (!attributes.Expect(kDerSequence, "an attribute", attribute)) return attributes.status();
    DerReader fields(attribute);
    if (!fields.Expect(kDerOid, "an attribute's type", oid) ||
        !fields.Expect(kDerSet, "an attribute's values", values)) {
      return fields.status();
    }
    const std::string type = OidText(oid.content);
    DerReader value(values);
    const bool read = type == kIndirectData ? ReadIndirectData(value, member)
                      : type == kNameValue  ? ReadNameValue(value, member.attributes)
                                            : true;
    if (!read) return absl::InvalidArgumentError(absl::StrCat("attribute ", type, " is damaged"));
  }
  return absl::OkStatus();
}

absl::Status ReadMember(const DerElement& sequence, bool tag_is_hash, CatalogMember& member) {
  DerReader fields(sequence);
  DerElement tag, attributes;
  if (!fields.Expect(kDerOctetString, "its tag", tag)) return fields.status();
  member.tag = std::string(tag.content);
  if (!fields.AtEnd()) {
    if (!fields.Expect(kDerSet, "its attributes", attributes)) return fields.status();
    if (auto status = ReadMemberAttributes(attributes, member); !status.ok()) return status;
  }
  if (tag_is_hash && member.digest.empty()) {
    member.digest_algorithm = tag.content.size() == 20   ? "sha1"
                              : tag.content.size() == 32 ? "sha256"
                                                         : "";
    if (!member.digest_algorithm.empty()) member.digest = member.tag;
  }
  return absl::OkStatus();
}

absl::Status ReadMembers(const DerElement& list, Catalog& catalog) {
  const bool tag_is_hash = catalog.subject_algorithm == kMembersByHash;
  DerReader members(list);
  DerElement member;
  while (!members.AtEnd()) {
    if (catalog.members.size() == kMaxMembers) {
      return absl::InvalidArgumentError(
          absl::StrCat("the list has more than ", kMaxMembers, " members"));
    }
    if (!members.Expect(kDerSequence, "a member", member)) return members.status();
    if (auto status = ReadMember(member, tag_is_hash, catalog.members.emplace_back());
        !status.ok()) {
      return absl::InvalidArgumentError(
          absl::StrCat("member ", catalog.members.size(), ": ", status.message()));
    }
  }
  return absl::OkStatus();
}

// [0] { SEQUENCE OF { OID, [critical,] OCTET STRING { value } } }.
absl::Status ReadExtensions(const DerElement& wrapper, Catalog& catalog) {
  DerReader outer(wrapper);
  DerElement list, extension, oid, critical, value;
  if (!outer.Expect(kDerSequence, "the list's extensions", list)) return outer.status();
  DerReader extensions(list);
  while (!extensions.AtEnd()) {
    if (!extensions.Expect(kDerSequence, "an extension", extension)) return extensions.status();
    DerReader fields(extension);
    if (!fields.Expect(kDerOid, "an extension's type", oid)) return fields.status();
    if (OidText(oid.content) != kNameValue) continue;
    if (fields.PeekTag() != kDerOctetString && !fields.Next(critical)) return fields.status();
    if (!fields.Expect(kDerOctetString, "an extension's value", value)) return fields.status();
    DerReader inner(value);
    if (!ReadNameValue(inner, catalog.attributes)) {
      return absl::InvalidArgumentError("a name/value extension is damaged");
    }
  }
  return absl::OkStatus();
}

}  // namespace

std::string DigestAlgorithmName(absl::string_view oid) {
  constexpr std::pair<absl::string_view, absl::string_view> kNames[] = {
      {"1.3.14.3.2.26", "sha1"},
      {"2.16.840.1.101.3.4.2.1", "sha256"},
      {"2.16.840.1.101.3.4.2.2", "sha384"},
      {"2.16.840.1.101.3.4.2.3", "sha512"},
      {"1.2.840.113549.2.5", "md5"},
  };
  for (const auto& [number, name] : kNames) {
    if (oid == number) return std::string(name);
  }
  return std::string(oid);
}

absl::Status ReadTrustList(absl::string_view content, Catalog& catalog) {
  DerReader fields(content);
  DerElement usage, usage_oid, identifier, time, algorithm, algorithm_oid, members, extensions;
  if (!fields.SkipIf(kDerInteger) || !fields.Expect(kDerSequence, "the list's usage", usage)) {
    return fields.status();
  }
  DerReader usages(usage);
  if (!usages.Expect(kDerOid, "the list's usage", usage_oid)) return usages.status();
  if (const std::string oid = OidText(usage_oid.content); oid != kCatalogList) {
    return absl::InvalidArgumentError(absl::StrCat("a certificate trust list for usage ", oid,
                                                   ", where a catalog has ", kCatalogList));
  }
  if (fields.PeekTag() == kDerOctetString && fields.Next(identifier)) {
    catalog.list_identifier = std::string(identifier.content);
  }
  if (!fields.SkipIf(kDerInteger) || !fields.Next(time)) return fields.status();
  auto issued_at = ParseDerTime(time);
  if (!issued_at.ok()) return issued_at.status();
  catalog.issued_at = *issued_at;
  if (!fields.SkipIf(kDerUtcTime) || !fields.SkipIf(kDerGeneralizedTime) ||
      !fields.Expect(kDerSequence, "the subject algorithm", algorithm)) {
    return fields.status();
  }
  DerReader algorithm_fields(algorithm);
  if (!algorithm_fields.Expect(kDerOid, "the subject algorithm", algorithm_oid)) {
    return algorithm_fields.status();
  }
  catalog.subject_algorithm = OidText(algorithm_oid.content);
  if (fields.PeekTag() == kDerSequence && fields.Next(members)) {
    if (auto status = ReadMembers(members, catalog); !status.ok()) return status;
  }
  if (fields.AtEnd() && fields.status().ok()) return absl::OkStatus();
  if (!fields.Expect(kDerContext0, "the list's extensions", extensions)) return fields.status();
  return ReadExtensions(extensions, catalog);
}

}  // namespace muster::servicing
