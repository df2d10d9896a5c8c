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
// Wordings and codes are few where names are many: a tenth of the room.
constexpr size_t kUnnamedShare = 10;

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

std::optional<absl::CivilSecond> ToSecond(std::optional<absl::CivilMinute> time) {
  if (!time) return std::nullopt;
  return absl::CivilSecond(*time);
}

}  // namespace

bool IncidentTable::Add(const servicing::CbsRecord& record) {
  return Add(ToSignature(servicing::MakeSignature(record)), record.time, record.message);
}

bool IncidentTable::Add(const servicing::CheckSurFinding& finding,
                        std::optional<absl::CivilMinute> time) {
  return Add(ToSignature(finding), ToSecond(time), ToLine(finding));
}

bool IncidentTable::Add(const v1::IncidentSignature& signature, absl::Time time,
                        absl::string_view message) {
  if (!Add(signature, std::optional<absl::CivilSecond>(), message)) return false;
  Row& row = rows_.find(signature.SerializeAsString())->second;
  Widen(row.first, row.last, time);
  return true;
}

bool IncidentTable::AddUnnamed(const servicing::CbsRecord& record) {
  return AddUnnamed(ToSignature(servicing::MakeSignature(record)), record.time, record.message);
}

bool IncidentTable::AddUnnamed(const servicing::CheckSurFinding& finding,
                               std::optional<absl::CivilMinute> time) {
  return AddUnnamed(ToSignature(finding), ToSecond(time), ToLine(finding));
}

bool IncidentTable::Add(const v1::IncidentSignature& signature,
                        std::optional<absl::CivilSecond> time, absl::string_view message) {
  return Count(signature, time, message, SpeaksOfTrust(signature) ? of_trust_ : others_,
               max_signatures_);
}

bool IncidentTable::AddUnnamed(v1::IncidentSignature signature,
                               std::optional<absl::CivilSecond> time, absl::string_view message) {
  if (!SpeaksOfTrust(signature)) return false;
  signature.clear_file();
  signature.clear_package();
  return Count(signature, time, message, unnamed_, max_signatures_ / kUnnamedShare);
}

bool IncidentTable::Count(const v1::IncidentSignature& signature,
                          std::optional<absl::CivilSecond> time, absl::string_view message,
                          size_t& like_it, size_t room) {
  const std::string key = signature.SerializeAsString();
  auto it = rows_.find(key);
  if (it == rows_.end()) {
    if (like_it >= room) return false;
    ++like_it;
    const uint64_t number = rows_.size();
    it = rows_.try_emplace(key).first;
    it->second.number = number;
    it->second.first_message = host::ValidUtf8(message, kMaxMessageBytes);
  } else {
    it->second.last_message = std::string(message.substr(0, kMaxMessageBytes));
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

std::vector<v1::Incident> IncidentTable::Take() {
  std::vector<std::tuple<absl::Time, uint64_t, v1::Incident>> sorted;
  for (auto& [signature, row] : rows_) {
    v1::Incident incident;
    incident.mutable_signature()->ParseFromString(signature);
    if (row.first) *incident.mutable_first() = ToProto(*row.first);
    if (row.last) *incident.mutable_last() = ToProto(*row.last);
    incident.set_count(row.count);
    incident.set_first_message(std::move(row.first_message));
    incident.set_last_message(host::ValidUtf8(row.last_message, kMaxMessageBytes));
    sorted.emplace_back(row.first.value_or(absl::InfinitePast()), row.number, std::move(incident));
  }
  rows_.clear();
  of_trust_ = unnamed_ = others_ = 0;
  std::sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) {
    return std::tie(std::get<0>(a), std::get<1>(a)) < std::tie(std::get<0>(b), std::get<1>(b));
  });
  std::vector<v1::Incident> incidents;
  incidents.reserve(sorted.size());
  for (auto& row : sorted) incidents.push_back(std::move(std::get<2>(row)));
  return incidents;
}

}  // namespace muster::collect
