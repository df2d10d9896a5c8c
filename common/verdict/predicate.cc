#include "common/verdict/predicate.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace muster::verdict {
namespace {

using Predicate = v1::Predicate;

absl::Status Invalid(const std::string& what) { return absl::InvalidArgumentError(what); }

bool HasClock(const Predicate& predicate) {
  bool has = false;
  ForEachLeaf(predicate, [&](const Predicate& leaf) {
    has = has || leaf.has_catalog_fails() || leaf.has_incident_seen();
  });
  return has;
}

template <typename Predicates>
absl::Status CheckCombination(const Predicates& predicates, const char* name) {
  if (predicates.empty()) return Invalid(absl::StrCat(name, " names no predicate"));
  for (const Predicate& predicate : predicates) {
    if (absl::Status status = CheckPredicate(predicate); !status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status CheckNot(const Predicate& negated) {
  if (absl::Status status = CheckPredicate(negated); !status.ok()) return status;
  if (HasClock(negated)) {
    return Invalid("not stands over catalog_fails or incident_seen, which have a clock");
  }
  return absl::OkStatus();
}

absl::Status CheckIncidentSeen(const Predicate::IncidentSeen& seen) {
  if (seen.hresults().empty() && seen.message_contains().empty() && seen.components().empty()) {
    return Invalid("incident_seen without hresults, message_contains or components");
  }
  return absl::OkStatus();
}

absl::Status CheckUpdateInstalled(const Predicate::UpdateInstalled& installed) {
  if (installed.kbs().empty()) return Invalid("update_installed names no KB");
  for (const std::string& kb : installed.kbs()) {
    if (!IsKb(kb)) return Invalid(absl::StrCat("'", kb, "' is no KB; write KB and its number"));
  }
  return absl::OkStatus();
}

}  // namespace

void ForEachLeaf(const Predicate& predicate, const std::function<void(const Predicate&)>& on_leaf) {
  switch (predicate.kind_case()) {
    case Predicate::kAllOf:
      for (const Predicate& part : predicate.all_of().predicates()) ForEachLeaf(part, on_leaf);
      return;
    case Predicate::kAnyOf:
      for (const Predicate& part : predicate.any_of().predicates()) ForEachLeaf(part, on_leaf);
      return;
    case Predicate::kNot:
      return ForEachLeaf(predicate.not_(), on_leaf);
    case Predicate::KIND_NOT_SET:
      return;
    default:
      on_leaf(predicate);
  }
}

absl::Status CheckPredicate(const Predicate& predicate) {
  switch (predicate.kind_case()) {
    case Predicate::kAllOf:
      return CheckCombination(predicate.all_of().predicates(), "all_of");
    case Predicate::kAnyOf:
      return CheckCombination(predicate.any_of().predicates(), "any_of");
    case Predicate::kNot:
      return CheckNot(predicate.not_());
    case Predicate::kCatalogFails:
      return absl::OkStatus();
    case Predicate::kIncidentSeen:
      return CheckIncidentSeen(predicate.incident_seen());
    case Predicate::kUpdateInstalled:
      return CheckUpdateInstalled(predicate.update_installed());
    case Predicate::kFactIs:
      if (predicate.fact_is().name().empty()) return Invalid("fact_is without a name");
      if (predicate.fact_is().values().empty()) return Invalid("fact_is names no value");
      return absl::OkStatus();
    case Predicate::kUpdateListBlind:
      if (predicate.update_list_blind().min_installed_packages() == 0) {
        return Invalid("update_list_blind needs min_installed_packages of at least 1");
      }
      return absl::OkStatus();
    case Predicate::KIND_NOT_SET:
      break;
  }
  return Invalid("a predicate is empty");
}

bool Matches(const Predicate::IncidentSeen& seen, const v1::IncidentSignature& signature) {
  if (seen.source() != v1::IncidentSignature::SOURCE_UNSPECIFIED &&
      seen.source() != signature.source()) {
    return false;
  }
  if (!seen.hresults().empty() && std::find(seen.hresults().begin(), seen.hresults().end(),
                                            signature.hresult()) == seen.hresults().end()) {
    return false;
  }
  if (!seen.components().empty() &&
      std::none_of(seen.components().begin(), seen.components().end(), [&](const auto& component) {
        return absl::EqualsIgnoreCase(component, signature.component());
      })) {
    return false;
  }
  return absl::StrContains(absl::AsciiStrToLower(signature.message()),
                           absl::AsciiStrToLower(seen.message_contains()));
}

bool Matches(const Predicate::CatalogFails& fails, uint32_t hresult, v1::Catalog::Result result) {
  const auto& codes = fails.hresults();
  const auto& results = fails.results();
  return (codes.empty() || std::find(codes.begin(), codes.end(), hresult) != codes.end()) &&
         (results.empty() || std::find(results.begin(), results.end(), result) != results.end());
}

bool IsKb(const std::string& text) {
  return text.size() > 2 && text.size() <= 12 && absl::StartsWith(text, "KB") &&
         std::all_of(text.begin() + 2, text.end(), [](char c) { return absl::ascii_isdigit(c); });
}

}  // namespace muster::verdict
