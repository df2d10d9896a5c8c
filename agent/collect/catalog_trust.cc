#include "agent/collect/catalog_trust.h"

#include <algorithm>
#include <chrono>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/proto_time.h"

namespace muster::collect {
namespace {

constexpr int kMaxHanging = 3;
constexpr absl::Duration kFresh = absl::Hours(24);

bool Holds(v1::Catalog::Result result) {
  switch (result) {
    case v1::Catalog::VALID_TIMESTAMPED:
    case v1::Catalog::NO_TIMESTAMP:
    case v1::Catalog::TIMESTAMP_CERTIFICATE_WITHOUT_EKU:
    case v1::Catalog::LIFETIME_SIGNING:
      return true;
    default:
      return false;
  }
}

std::string FileName(const std::string& path) { return path.substr(path.rfind('/') + 1); }

}  // namespace

uint32_t ExpectedHresult(const v1::Catalog& catalog, absl::Time now) {
  if (catalog.has_breaks_at()) {
    return now < FromProto(catalog.breaks_at()) ? 0 : catalog.failure_hresult();
  }
  return Holds(catalog.result()) ? 0 : catalog.failure_hresult();
}

TrustReport CatalogTrust::Ask(host::System& system, const ItemSet& catalogs, absl::Time now,
                              const AskingLimits& limits) {
  using Clock = std::chrono::steady_clock;
  const auto end = Clock::now() + absl::ToChronoMilliseconds(limits.all_catalogs);
  TrustReport report;
  absl::flat_hash_map<std::string, Known> known;
  int hanging = 0;
  for (const Item& item : catalogs.items()) {
    v1::Catalog catalog;
    if (!catalog.ParseFromString(item.bytes)) continue;
    const uint32_t expected = ExpectedHresult(catalog, now);
    const std::string key = absl::StrCat(catalog.path(), "\n", catalog.sha256());
    auto before = known_.find(key);
    if (before == known_.end() || before->second.expected != expected ||
        absl::AbsDuration(now - before->second.asked_at) > kFresh) {
      if (hanging >= kMaxHanging || Clock::now() >= end) {
        ++report.not_asked;
        continue;
      }
      const auto answer = system.VerifyCatalog(catalog.path(), limits.one_catalog);
      if (!answer.complete()) {
        hanging += answer.code == host::AnswerCode::kTimedOut ? 1 : 0;
        ++report.not_asked;
        if (report.problem.empty()) report.problem = answer.detail;
        continue;
      }
      before = known_.insert_or_assign(key, Known{answer.value.hresult, expected, now}).first;
    }
    const Known& told = known[key] = before->second;
    ++report.asked;
    if (told.hresult != 0) ++report.refused;
    if ((told.hresult == 0) == (expected == 0)) continue;
    report.disagreements.push_back({FileName(catalog.path()), told.hresult, expected});
  }
  known_ = std::move(known);  // of what went away nothing is kept
  if (report.not_asked > 0 && report.problem.empty()) {
    report.problem = "there was no time to ask Windows about all catalogs";
  }
  std::sort(report.disagreements.begin(), report.disagreements.end(),
            [](const TrustDisagreement& a, const TrustDisagreement& b) {
              return std::tie(a.name, a.windows) < std::tie(b.name, b.windows);
            });
  return report;
}

}  // namespace muster::collect
