#include "server/inventory/catalog_view.h"

#include <algorithm>
#include <functional>
#include <set>
#include <tuple>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "common/proto_time.h"

namespace muster::inventory {
namespace {

constexpr int kDefaultPageSize = 100;
constexpr int kMaxPageSize = 1'000;

// What a comparison looks at; text in lower case, instants and numbers in digits of one width.
struct Value {
  std::string text;
  bool present = true;
};

Value TimeValue(bool present, const google::protobuf::Timestamp& time) {
  return {absl::StrCat(absl::Dec(absl::ToUnixMicros(FromProto(time)), absl::kZeroPad20)), present};
}

Value ValueOf(const HeldCatalog& held, const std::string& field) {
  const v1::Catalog& catalog = held.catalog;
  if (field == "signer") return {catalog.signer(), !catalog.signer().empty()};
  if (field == "issuer") return {catalog.issuer(), !catalog.issuer().empty()};
  if (field == "serial") return {catalog.serial(), !catalog.serial().empty()};
  if (field == "result") return {v1::Catalog::Result_Name(catalog.result())};
  if (field == "kb") return {held.kb, !held.kb.empty()};
  if (field == "sha256") return {absl::BytesToHexString(catalog.sha256())};
  if (field == "breaks_at") return TimeValue(catalog.has_breaks_at(), catalog.breaks_at());
  if (field == "not_after") return TimeValue(catalog.has_not_after(), catalog.not_after());
  if (field == "machines") return {absl::StrCat(absl::Dec(held.machines, absl::kZeroPad20))};
  return {catalog.path()};
}

bool MatchesPattern(absl::string_view text, const StringPattern& pattern) {
  if (!pattern.has_wildcard()) return absl::EqualsIgnoreCase(text, pattern.parts.front());
  const std::string lower = absl::AsciiStrToLower(text);
  absl::string_view rest = lower;
  for (size_t i = 0; i < pattern.parts.size(); ++i) {
    const std::string part = absl::AsciiStrToLower(pattern.parts[i]);
    if (i == 0) {
      if (!absl::ConsumePrefix(&rest, part)) return false;
    } else if (i + 1 == pattern.parts.size()) {
      return absl::EndsWith(rest, part);
    } else {
      const size_t at = rest.find(part);
      if (at == absl::string_view::npos) return false;
      rest.remove_prefix(at + part.size());
    }
  }
  return true;
}

bool Holds(Comparator comparator, int order) {
  switch (comparator) {
    case Comparator::kLess:
      return order < 0;
    case Comparator::kLessOrEqual:
      return order <= 0;
    case Comparator::kGreater:
      return order > 0;
    case Comparator::kGreaterOrEqual:
      return order >= 0;
    default:
      return order == 0;
  }
}

bool Matches(const FilterExpression& filter, const HeldCatalog& held);

bool MatchesComparison(const Comparison& comparison, const HeldCatalog& held) {
  const Value value = ValueOf(held, comparison.field);
  if (std::holds_alternative<AnyValue>(comparison.value)) return value.present;
  if (!value.present) return false;
  if (const auto* pattern = std::get_if<StringPattern>(&comparison.value)) {
    return MatchesPattern(value.text, *pattern);
  }
  std::string wanted;
  if (const auto* name = std::get_if<EnumValue>(&comparison.value)) wanted = name->name;
  if (const auto* kb = std::get_if<KbValue>(&comparison.value)) wanted = kb->kb;
  if (const auto* digest = std::get_if<Digest>(&comparison.value)) wanted = digest->ToHex();
  if (const auto* time = std::get_if<absl::Time>(&comparison.value)) {
    wanted = absl::StrCat(absl::Dec(absl::ToUnixMicros(*time), absl::kZeroPad20));
  }
  return Holds(comparison.comparator, value.text.compare(wanted));
}

bool Matches(const FilterExpression& filter, const HeldCatalog& held) {
  const auto matches = [&](const FilterExpression& operand) { return Matches(operand, held); };
  switch (filter.kind) {
    case FilterExpression::Kind::kComparison:
      return MatchesComparison(filter.comparison, held);
    case FilterExpression::Kind::kNot:
      return !Matches(filter.operands.front(), held);
    case FilterExpression::Kind::kOr:
      return std::ranges::any_of(filter.operands, matches);
    default:
      return std::ranges::all_of(filter.operands, matches);
  }
}

struct SortKey {
  std::string field;
  bool descending = false;
};

absl::StatusOr<std::vector<SortKey>> ParseOrder(const std::string& text,
                                                const std::vector<std::string>& fields) {
  std::vector<SortKey> keys;
  for (absl::string_view part : absl::StrSplit(text, ',', absl::SkipWhitespace())) {
    const std::vector<std::string> words = absl::StrSplit(part, ' ', absl::SkipEmpty());
    const bool descending = words.size() == 2 && words[1] == "desc";
    if (words.empty() || words.size() > 2 || (words.size() == 2 && !descending) ||
        std::ranges::find(fields, words[0]) == fields.end()) {
      return absl::InvalidArgumentError(absl::StrCat("order_by: must be of ",
                                                     absl::StrJoin(fields, ", "),
                                                     ", each with an optional \" desc\""));
    }
    keys.push_back({words[0], descending});
  }
  return keys;
}

// By the keys in turn; what has no value comes last in either direction.
template <typename T, typename Get>
void SortBy(std::vector<T>& rows, const std::vector<SortKey>& keys, Get get) {
  std::stable_sort(rows.begin(), rows.end(), [&](const T& a, const T& b) {
    for (const SortKey& key : keys) {
      const Value left = get(a, key.field), right = get(b, key.field);
      if (left.present != right.present) return left.present;
      const int order = absl::AsciiStrToLower(left.text).compare(absl::AsciiStrToLower(right.text));
      if (order != 0) return key.descending ? order > 0 : order < 0;
    }
    return false;
  });
}

// A page token is how many were told before.
struct Page {
  size_t begin = 0, end = 0;
  std::string next;
};
absl::StatusOr<Page> PageOf(size_t all, int page_size, const std::string& token) {
  Page page;
  if (page_size < 0) return absl::InvalidArgumentError("page_size: must not be negative");
  if (!token.empty() && !absl::SimpleAtoi(token, &page.begin)) {
    return absl::InvalidArgumentError("page_token: not one that this method gave");
  }
  const int size = page_size == 0 ? kDefaultPageSize : std::min(page_size, kMaxPageSize);
  page.begin = std::min(page.begin, all);
  page.end = std::min(page.begin + static_cast<size_t>(size), all);
  if (page.end < all) page.next = absl::StrCat(page.end);
  return page;
}

// In a filter's quotes.
std::string Quoted(absl::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\' || c == '*') quoted += '\\';
    quoted += c;
  }
  return quoted + "\"";
}

using SignerKey = std::tuple<std::string, std::string, std::string>;

Value SignerValue(const v1::Signer& signer, const std::string& field) {
  if (field == "signer") return {signer.signer()};
  if (field == "issuer") return {signer.issuer()};
  if (field == "catalogs") return {absl::StrCat(absl::Dec(signer.catalogs(), absl::kZeroPad20))};
  if (field == "machines") return {absl::StrCat(absl::Dec(signer.machines(), absl::kZeroPad20))};
  if (field == "breaks_at") return TimeValue(signer.has_breaks_at(), signer.breaks_at());
  return TimeValue(signer.has_not_after(), signer.not_after());
}

}  // namespace

std::string KbOfPath(const std::string& path) {
  const std::string upper = absl::AsciiStrToUpper(path);
  for (size_t at = upper.find("KB"); at != std::string::npos; at = upper.find("KB", at + 1)) {
    size_t end = at + 2;
    while (end < upper.size() && absl::ascii_isdigit(static_cast<unsigned char>(upper[end]))) ++end;
    if (end - at >= 8 && end - at <= 10) return upper.substr(at, end - at);
  }
  return "";
}

const std::vector<FieldSchema>& CatalogFields() {
  using enum Comparator;
  static const std::vector<Comparator> kSame = {kEqual, kNotEqual};
  static const std::vector<Comparator> kText = {kEqual, kNotEqual, kHas};
  static const std::vector<Comparator> kOrdered = {kEqual,   kNotEqual,       kLess, kLessOrEqual,
                                                   kGreater, kGreaterOrEqual, kHas};
  static const auto& fields = *new std::vector<FieldSchema>{
      {"signer", FieldType::kString, {}, kText},
      {"issuer", FieldType::kString, {}, kText},
      {"serial", FieldType::kString, {}, kText},
      {"result",
       FieldType::kEnum,
       {"VALID_TIMESTAMPED", "NO_TIMESTAMP", "TIMESTAMP_CERTIFICATE_WITHOUT_EKU",
        "LIFETIME_SIGNING", "TIMESTAMP_OUTSIDE_SIGNER_VALIDITY", "COUNTERSIGNATURE_BROKEN",
        "TIMESTAMP_CERTIFICATE_MISSING", "SIGNATURE_BROKEN", "CHAIN_BROKEN", "UNSIGNED", "CORRUPT"},
       kSame},
      {"kb", FieldType::kKb, {}, kText},
      {"path", FieldType::kString, {}, kText},
      {"sha256", FieldType::kDigest, {}, kSame},
      {"breaks_at", FieldType::kTimestamp, {}, kOrdered},
      {"not_after", FieldType::kTimestamp, {}, kOrdered},
  };
  return fields;
}

v1::CatalogHolding ToHolding(const HeldCatalog& held) {
  v1::CatalogHolding holding;
  const std::string sha256 = absl::BytesToHexString(held.catalog.sha256());
  holding.set_name(absl::StrCat("catalogs/", sha256));
  *holding.mutable_catalog() = held.catalog;
  holding.set_kb(held.kb);
  holding.set_machines(held.machines);
  holding.set_filter(absl::StrCat("catalog = ", sha256));
  return holding;
}

absl::StatusOr<v1::ListCatalogsResponse> ListCatalogs(const CatalogHoldings& holdings,
                                                      const v1::ListCatalogsRequest& request) {
  auto filter = ParseFilter(request.filter(), CatalogFields());
  if (!filter.ok()) return filter.status();
  auto order = ParseOrder(request.order_by().empty() ? "breaks_at,path" : request.order_by(),
                          {"path", "signer", "result", "not_after", "breaks_at", "machines"});
  if (!order.ok()) return order.status();
  std::vector<const HeldCatalog*> found;
  for (const HeldCatalog& held : holdings.catalogs) {
    if (Matches(*filter, held)) found.push_back(&held);
  }
  SortBy(found, *order,
         [](const HeldCatalog* held, const std::string& field) { return ValueOf(*held, field); });
  auto page = PageOf(found.size(), request.page_size(), request.page_token());
  if (!page.ok()) return page.status();
  v1::ListCatalogsResponse response;
  for (size_t i = page->begin; i < page->end; ++i) *response.add_catalogs() = ToHolding(*found[i]);
  response.set_next_page_token(page->next);
  response.set_total_size(static_cast<int64_t>(found.size()));
  return response;
}

absl::StatusOr<v1::ListSignersResponse> ListSigners(const CatalogHoldings& holdings,
                                                    const v1::ListSignersRequest& request) {
  auto order = ParseOrder(request.order_by().empty() ? "not_after" : request.order_by(),
                          {"signer", "issuer", "not_after", "breaks_at", "catalogs", "machines"});
  if (!order.ok()) return order.status();
  struct Held {
    v1::Signer signer;
    std::set<int> sets;
    std::map<v1::Catalog::Result, int64_t> results;
  };
  std::map<SignerKey, Held> by_certificate;
  for (const HeldCatalog& held : holdings.catalogs) {
    const v1::Catalog& catalog = held.catalog;
    if (catalog.serial().empty()) continue;  // nobody signed it
    auto& [signer, sets, results] =
        by_certificate[{catalog.issuer(), catalog.serial(), catalog.signer()}];
    signer.set_signer(catalog.signer());
    signer.set_issuer(catalog.issuer());
    signer.set_serial(catalog.serial());
    *signer.mutable_not_before() = catalog.not_before();
    *signer.mutable_not_after() = catalog.not_after();
    signer.set_catalogs(signer.catalogs() + 1);
    if (catalog.has_breaks_at() && (!signer.has_breaks_at() || FromProto(catalog.breaks_at()) <
                                                                   FromProto(signer.breaks_at()))) {
      *signer.mutable_breaks_at() = catalog.breaks_at();
    }
    sets.insert(held.sets.begin(), held.sets.end());
    ++results[catalog.result()];
  }
  std::vector<v1::Signer> signers;
  for (auto& [key, held] : by_certificate) {
    for (const int set : held.sets) {
      const auto machines = holdings.machines.find(set);
      if (machines == holdings.machines.end()) continue;
      held.signer.set_machines(held.signer.machines() + machines->second);
    }
    for (const auto& [result, count] : held.results) {
      auto& told = *held.signer.add_results();
      told.set_result(result);
      told.set_catalogs(count);
    }
    held.signer.set_catalog_filter(absl::StrCat("serial = ", Quoted(held.signer.serial()),
                                                " AND issuer = ", Quoted(held.signer.issuer()),
                                                " AND signer = ", Quoted(held.signer.signer())));
    signers.push_back(std::move(held.signer));
  }
  SortBy(signers, *order, SignerValue);
  auto page = PageOf(signers.size(), request.page_size(), request.page_token());
  if (!page.ok()) return page.status();
  v1::ListSignersResponse response;
  for (size_t i = page->begin; i < page->end; ++i) *response.add_signers() = std::move(signers[i]);
  response.set_next_page_token(page->next);
  response.set_total_size(static_cast<int64_t>(signers.size()));
  return response;
}

}  // namespace muster::inventory
