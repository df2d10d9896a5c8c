#include "common/verdict/findings.h"

#include <algorithm>
#include <cstring>
#include <tuple>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "common/proto_time.h"
#include "common/verdict/predicate.h"
#include "common/verdict/verdict.h"

namespace muster::verdict {
namespace {

// A file name on NTFS has at most 255 characters; evidence shows less.
constexpr size_t kMaxNameBytes = 200;
// Of a byte written as "\xff".
constexpr size_t kEscapeBytes = 4;

// The names that the rules' leaves ask for.
struct Asked {
  absl::flat_hash_set<std::string> kbs;
  absl::flat_hash_set<std::string> facts;
};

Asked WhatIsAsked(const RuleBook& rules) {
  Asked asked;
  for (const v1::Rule& rule : rules.rules()) {
    for (const v1::Predicate* predicate : {&rule.affected_when(), &rule.remedied_when()}) {
      ForEachLeaf(*predicate, [&](const v1::Predicate& leaf) {
        const auto& kbs = leaf.update_installed().kbs();
        asked.kbs.insert(kbs.begin(), kbs.end());
        if (leaf.has_fact_is()) asked.facts.insert(leaf.fact_is().name());
      });
    }
  }
  for (const char* name : {kQfeRowsFact, kQfeOutcomeFact}) asked.facts.insert(name);
  return asked;
}

bool NeverVerifies(v1::Catalog::Result result) {
  switch (result) {
    case v1::Catalog::TIMESTAMP_OUTSIDE_SIGNER_VALIDITY:
    case v1::Catalog::COUNTERSIGNATURE_BROKEN:
    case v1::Catalog::TIMESTAMP_CERTIFICATE_MISSING:
    case v1::Catalog::SIGNATURE_BROKEN:
    case v1::Catalog::CHAIN_BROKEN:
    case v1::Catalog::UNSIGNED:
    case v1::Catalog::CORRUPT:
      return true;
    default:
      return false;
  }
}

absl::Time FailsFrom(const v1::Catalog& catalog) {
  if (catalog.has_breaks_at()) return FromProto(catalog.breaks_at());
  return NeverVerifies(catalog.result()) ? absl::InfinitePast() : absl::InfiniteFuture();
}

void AddCatalog(const Digest& digest, const v1::Catalog& catalog, SetFindings& findings) {
  const NameKey key = NameKeyOf(catalog.path());
  findings.catalog_names.insert(key);
  const absl::Time from = FailsFrom(catalog);
  if (from == absl::InfiniteFuture()) return;
  findings.failing_catalogs.push_back(
      {digest, from, catalog.failure_hresult(), catalog.result(), key, BaseName(catalog.path())});
}

// True where the backslash that `text` begins with is that of an escape ("\xff"), which stands for
// a byte that is no UTF-8, and so has its highest bit set.
bool IsEscape(absl::string_view text) {
  return text.size() >= kEscapeBytes && absl::StartsWith(text, "\\x") &&
         absl::ascii_isxdigit(text[3]) && absl::ascii_isxdigit(text[2]) && text[2] >= '8';
}

absl::string_view LastPart(absl::string_view path) {
  size_t slash = path.find_last_of("/\\");
  while (slash != absl::string_view::npos && IsEscape(path.substr(slash))) {
    slash = slash == 0 ? absl::string_view::npos : path.find_last_of("/\\", slash - 1);
  }
  return slash == absl::string_view::npos ? path : path.substr(slash + 1);
}

bool IsOn(v1::Package::State state) {
  return state == v1::Package::INSTALLED || state == v1::Package::PERMANENT ||
         state == v1::Package::PRESENT;
}

void AddPackage(const Digest& digest, const v1::Package& package, const Asked& asked,
                SetFindings& findings) {
  if (package.kb().empty() || !IsOn(package.state())) return;
  if (findings.installed_packages++ < kMaxReferences) {
    findings.installed_package_samples.push_back(digest);
  }
  const std::string kb = absl::AsciiStrToUpper(package.kb());
  if (!asked.kbs.contains(kb)) return;
  // What the registry vouches for says more than a manifest that is there.
  const auto [known, is_new] =
      findings.installed.try_emplace(kb, InstalledUpdate{digest, package.state()});
  if (!is_new && known->second.state == v1::Package::PRESENT) {
    known->second = {digest, package.state()};
  }
}

// False where the item is no message of its kind.
bool AddItem(const Item& item, v1::SetKind kind, const Asked& asked, SetFindings& findings) {
  switch (kind) {
    case v1::CATALOGS: {
      v1::Catalog catalog;
      if (!catalog.ParseFromString(item.bytes)) return false;
      AddCatalog(item.digest, catalog, findings);
      return true;
    }
    case v1::PACKAGES: {
      v1::Package package;
      if (!package.ParseFromString(item.bytes)) return false;
      AddPackage(item.digest, package, asked, findings);
      return true;
    }
    case v1::UPDATES: {
      v1::Update update;
      if (!update.ParseFromString(item.bytes)) return false;
      const std::string kb = absl::AsciiStrToUpper(update.kb());
      // A manifest's word is its package's, which is judged as such.
      if (update.source() != v1::Update::MANIFEST && asked.kbs.contains(kb)) {
        findings.installed.emplace(kb,
                                   InstalledUpdate{item.digest, v1::Package::STATE_UNSPECIFIED});
      }
      return true;
    }
    case v1::FACTS: {
      v1::Fact fact;
      if (!fact.ParseFromString(item.bytes)) return false;
      if (asked.facts.contains(fact.name())) {
        findings.facts.emplace(fact.name(), FoundFact{fact.value(), item.digest});
      }
      return true;
    }
    default:
      return false;
  }
}

}  // namespace

absl::string_view CutText(absl::string_view text, size_t max_bytes) {
  if (text.size() <= max_bytes) return text;
  size_t end = max_bytes;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  for (size_t back = 1; back < kEscapeBytes && back <= end; ++back) {
    if (IsEscape(text.substr(end - back))) return text.substr(0, end - back);
  }
  return text.substr(0, end);
}

std::string BaseName(absl::string_view path) {
  return std::string(CutText(LastPart(path), kMaxNameBytes));
}

NameKey NameKeyOf(absl::string_view path) {
  const Digest digest = Sha256(absl::AsciiStrToLower(LastPart(path)));
  NameKey key;
  std::memcpy(&key, digest.bytes.data(), sizeof(key));
  return key;
}

std::shared_ptr<const SetFindings> Examine(const RuleBook& rules, v1::SetKind kind,
                                           absl::Span<const Item> items) {
  const Asked asked = WhatIsAsked(rules);
  auto findings = std::make_shared<SetFindings>();
  for (const Item& item : items) {
    if (!AddItem(item, kind, asked, *findings)) ++findings->unreadable;
  }
  std::sort(findings->failing_catalogs.begin(), findings->failing_catalogs.end(),
            [](const FailingCatalog& a, const FailingCatalog& b) {
              return std::tie(a.fails_from, a.digest) < std::tie(b.fails_from, b.digest);
            });
  return findings;
}

}  // namespace muster::verdict
