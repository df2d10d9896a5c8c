#include "agent/collect/incident_table.h"

#include <algorithm>
#include <tuple>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "agent/collect/log_files.h"
#include "agent/collect/signatures.h"
#include "agent/host/text.h"
#include "common/proto_time.h"

namespace muster::collect {
namespace {

constexpr size_t kMaxMessageBytes = 4096;

template <typename T>
void Widen(std::optional<T>& first, std::optional<T>& last, T time) {
  if (!first || time < *first) first = time;
  if (!last || time > *last) last = time;
}

// By facility or wording. Source: Microsoft, [MS-ERREF] 2.1: the facilities SECURITY (9) and CERT
// (11).
bool SpeaksOfTrust(const v1::IncidentSignature& signature) {
  const uint32_t facility = (signature.hresult() >> 16) & 0x1FFF;
  return facility == 9 || facility == 11 ||
         absl::StrContains(absl::AsciiStrToLower(signature.message()), "catalog");
}

}  // namespace

bool IncidentTable::Add(const servicing::CbsRecord& record) {
  return Add(ToSignature(servicing::MakeSignature(record)), record.time, record.message);
}

bool IncidentTable::Add(const servicing::CheckSurFinding& finding,
                        std::optional<absl::CivilMinute> time) {
  std::optional<absl::CivilSecond> second;
  if (time) second = absl::CivilSecond(*time);
  return Add(ToSignature(finding), second, ToLine(finding));
}

bool IncidentTable::Add(const v1::IncidentSignature& signature,
                        std::optional<absl::CivilSecond> time, absl::string_view message) {
  const std::string key = signature.SerializeAsString();
  auto it = rows_.find(key);
  if (it == rows_.end()) {
    const bool of_trust = SpeaksOfTrust(signature);
    const size_t like_it = of_trust ? of_trust_ : rows_.size() - of_trust_;
    if (like_it >= max_signatures_) return false;
    of_trust_ += of_trust;
    it = rows_.try_emplace(key).first;
    it->second.first_message = host::ValidUtf8(message, kMaxMessageBytes);
  }
  Row& row = it->second;
  ++row.count;
  if (time) Widen(row.local_first, row.local_last, *time);
  return true;
}

void IncidentTable::EndOfLog(absl::Duration utc_offset) {
  for (auto& [signature, row] : rows_) {
    if (!row.local_first) continue;
    Widen(row.first, row.last, ToInstant(*row.local_first, utc_offset));
    Widen(row.first, row.last, ToInstant(*row.local_last, utc_offset));
    row.local_first.reset();
    row.local_last.reset();
  }
}

std::vector<CollectedIncident> IncidentTable::Take() {
  std::vector<std::tuple<absl::Time, std::string, CollectedIncident>> sorted;
  for (auto& [signature, row] : rows_) {
    CollectedIncident collected;
    collected.incident.mutable_signature()->ParseFromString(signature);
    if (row.first) *collected.incident.mutable_first() = ToProto(*row.first);
    if (row.last) *collected.incident.mutable_last() = ToProto(*row.last);
    collected.incident.set_count(row.count);
    collected.first_message = std::move(row.first_message);
    sorted.emplace_back(row.first.value_or(absl::InfinitePast()), signature, std::move(collected));
  }
  rows_.clear();
  of_trust_ = 0;
  std::sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) {
    return std::tie(std::get<0>(a), std::get<1>(a)) < std::tie(std::get<0>(b), std::get<1>(b));
  });
  std::vector<CollectedIncident> incidents;
  incidents.reserve(sorted.size());
  for (auto& row : sorted) incidents.push_back(std::move(std::get<2>(row)));
  return incidents;
}

}  // namespace muster::collect
