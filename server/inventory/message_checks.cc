#include "server/inventory/message_checks.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "common/proto_time.h"

namespace muster::inventory {
namespace {

absl::Status CheckOutcome(const v1::Outcome& outcome, absl::string_view field) {
  if (!v1::Outcome::Code_IsValid(outcome.code()) ||
      outcome.code() == v1::Outcome::CODE_UNSPECIFIED) {
    return absl::InvalidArgumentError(
        absl::StrCat(field, ".outcome.code is not one of Outcome.Code"));
  }
  if (outcome.detail().size() > kMaxOutcomeDetailBytes) {
    return absl::InvalidArgumentError(
        absl::StrCat(field, ".outcome.detail is longer than ", kMaxOutcomeDetailBytes, " bytes"));
  }
  return absl::OkStatus();
}

absl::Status CheckKind(v1::SetKind kind, absl::string_view field) {
  if (v1::SetKind_IsValid(kind) && kind != v1::SET_KIND_UNSPECIFIED) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(field, " is not one of SetKind"));
}

absl::Status CheckDigest(const std::string& bytes, absl::string_view field) {
  if (bytes.empty() || bytes.size() == Digest::kSize) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(field, " must be empty or 32 bytes"));
}

absl::Status CheckState(const v1::Inventory::State& state) {
  if (absl::Status status = CheckKind(state.kind(), "states.kind"); !status.ok()) return status;
  if (absl::Status status = CheckOutcome(state.outcome(), "states"); !status.ok()) return status;
  if (absl::Status status = CheckDigest(state.digest(), "states.digest"); !status.ok())
    return status;
  if (absl::Status status = CheckDigest(state.base(), "states.base"); !status.ok()) return status;
  if (state.outcome().code() == v1::Outcome::OK && state.digest().empty()) {
    return absl::InvalidArgumentError("states.digest is missing though the outcome is OK");
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<Digest>> ReadDigests(
    const google::protobuf::RepeatedPtrField<std::string>& field, absl::string_view name) {
  if (field.size() > static_cast<int>(kMaxItemsPerSet)) {
    return absl::InvalidArgumentError(
        absl::StrCat(name, " names more than ", kMaxItemsPerSet, " items"));
  }
  std::vector<Digest> digests;
  digests.reserve(field.size());
  for (const std::string& bytes : field) {
    auto digest = Digest::FromBytes(bytes);
    if (!digest.ok()) {
      return absl::InvalidArgumentError(absl::StrCat(name, ": ", digest.status().message()));
    }
    digests.push_back(*digest);
  }
  return digests;
}

}  // namespace

absl::Status CheckInventory(const v1::Inventory& inventory) {
  std::set<v1::SetKind> kinds;
  for (const v1::Inventory::State& state : inventory.states()) {
    if (absl::Status status = CheckState(state); !status.ok()) return status;
    if (!kinds.insert(state.kind()).second) {
      return absl::InvalidArgumentError("states names one kind twice");
    }
  }
  if (inventory.install_dates_size() > static_cast<int>(kMaxInstallDates)) {
    return absl::InvalidArgumentError(
        absl::StrCat("install_dates has more than ", kMaxInstallDates, " entries"));
  }
  for (const v1::InstallDate& date : inventory.install_dates()) {
    if (date.kb().size() > kMaxNameBytes) {
      return absl::InvalidArgumentError("install_dates.kb is too long");
    }
  }
  return inventory.has_incidents() ? CheckOutcome(inventory.incidents(), "incidents")
                                   : absl::OkStatus();
}

absl::StatusOr<CheckedSetChange> ReadSetChange(const v1::SetChange& change) {
  if (absl::Status status = CheckKind(change.kind(), "kind"); !status.ok()) return status;
  auto set = Digest::FromBytes(change.digest());
  if (!set.ok()) return absl::InvalidArgumentError("digest must be 32 bytes");
  CheckedSetChange checked{change.kind(), *set, std::nullopt, {}};
  if (!change.base().empty()) {
    auto base = Digest::FromBytes(change.base());
    if (!base.ok()) return absl::InvalidArgumentError("base must be empty or 32 bytes");
    checked.base = *base;
  }
  auto added = ReadDigests(change.added(), "added");
  if (!added.ok()) return added.status();
  auto removed = ReadDigests(change.removed(), "removed");
  if (!removed.ok()) return removed.status();
  checked.difference = {*std::move(added), *std::move(removed)};
  return checked;
}

absl::StatusOr<CheckedIncidents> ReadIncidents(const v1::IncidentBatch& batch) {
  if (batch.source().empty() || batch.source().size() > kMaxNameBytes) {
    return absl::InvalidArgumentError("source must name the log in 1 to 256 bytes");
  }
  if (batch.incidents_size() > static_cast<int>(kMaxIncidentsPerBatch)) {
    return absl::InvalidArgumentError(
        absl::StrCat("incidents has more than ", kMaxIncidentsPerBatch, " entries"));
  }
  std::map<Digest, std::pair<v1::IncidentSignature, IncidentCount>> merged;
  for (const v1::Incident& incident : batch.incidents()) {
    std::string bytes = incident.signature().SerializeAsString();
    if (bytes.size() > kMaxSignatureBytes) {
      return absl::InvalidArgumentError(
          absl::StrCat("incidents.signature is longer than ", kMaxSignatureBytes, " bytes"));
    }
    if (std::max(incident.first_message().size(), incident.last_message().size()) >
        kMaxMessageBytes) {
      return absl::InvalidArgumentError(absl::StrCat(
          "incidents.first_message or last_message is longer than ", kMaxMessageBytes, " bytes"));
    }
    IncidentCount seen{Sha256(bytes),
                       FromProto(incident.first()),
                       FromProto(incident.last()),
                       incident.count(),
                       incident.first_message(),
                       incident.count() == 1 ? incident.first_message() : incident.last_message()};
    if (seen.count == 0 || seen.count > uint64_t{1} << 48 || seen.first > seen.last) {
      return absl::InvalidArgumentError(
          "incidents: count must be at least 1 and first not after last");
    }
    auto [it, fresh] = merged.try_emplace(seen.signature, incident.signature(), seen);
    if (fresh) continue;
    IncidentCount& total = it->second.second;
    if (seen.first < total.first) total.first_message = seen.first_message;
    if (seen.last >= total.last) total.last_message = seen.last_message;
    total.first = std::min(total.first, seen.first);
    total.last = std::max(total.last, seen.last);
    total.count += seen.count;
  }
  CheckedIncidents checked;
  for (auto& [digest, entry] : merged) {
    checked.signatures.emplace_back(digest, std::move(entry.first));
    checked.counts.push_back(std::move(entry.second));
  }
  return checked;
}

}  // namespace muster::inventory
