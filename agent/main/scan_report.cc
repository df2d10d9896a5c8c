#include "agent/main/scan_report.h"

#include <algorithm>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "common/proto_time.h"
#include "common/servicing/hresult/hresult.h"
#include "common/verdict/state_order.h"

namespace muster::agent {
namespace {

using collect::Collection;

template <typename Message>
std::vector<Message> Parse(const Collection& collection, v1::SetKind kind) {
  std::vector<Message> messages;
  const auto it = collection.sets.find(kind);
  if (it == collection.sets.end()) return messages;
  for (const Item& item : it->second.set->items()) {
    messages.emplace_back().ParseFromString(item.bytes);
  }
  return messages;
}

template <typename Message, typename Key>
void Fill(const Collection& collection, v1::SetKind kind, Key key,
          google::protobuf::RepeatedPtrField<Message>& out) {
  std::vector<Message> messages = Parse<Message>(collection, kind);
  std::stable_sort(messages.begin(), messages.end(),
                   [&](const Message& a, const Message& b) { return key(a) < key(b); });
  for (Message& message : messages) *out.Add() = std::move(message);
}

bool VerifiesAt(const v1::Catalog& catalog, absl::Time instant) {
  if (catalog.has_breaks_at()) return instant < FromProto(catalog.breaks_at());
  switch (catalog.result()) {
    case v1::Catalog::VALID_TIMESTAMPED:
    case v1::Catalog::NO_TIMESTAMP:
    case v1::Catalog::TIMESTAMP_CERTIFICATE_WITHOUT_EKU:
    case v1::Catalog::LIFETIME_SIGNING:
      return true;
    default:
      return false;
  }
}

v1::ScannedCatalog ToScannedCatalog(const v1::Catalog& catalog, absl::Time as_of) {
  v1::ScannedCatalog scanned;
  scanned.set_path(catalog.path());
  scanned.set_sha256(absl::BytesToHexString(catalog.sha256()));
  scanned.set_signer(catalog.signer());
  scanned.set_issuer(catalog.issuer());
  scanned.set_serial(catalog.serial());
  if (catalog.has_not_before()) *scanned.mutable_not_before() = catalog.not_before();
  if (catalog.has_not_after()) *scanned.mutable_not_after() = catalog.not_after();
  if (catalog.has_timestamp()) *scanned.mutable_timestamp() = catalog.timestamp();
  if (catalog.has_breaks_at()) *scanned.mutable_breaks_at() = catalog.breaks_at();
  if (catalog.has_issued_at()) *scanned.mutable_issued_at() = catalog.issued_at();
  scanned.set_result(catalog.result());
  const uint32_t hresult = VerifiesAt(catalog, as_of) ? servicing::kSOk : catalog.failure_hresult();
  scanned.set_hresult(servicing::FormatHresult(hresult));
  scanned.set_hresult_name(std::string(servicing::HresultName(hresult)));
  scanned.set_digest_algorithm(catalog.digest_algorithm());
  scanned.set_members(catalog.members());
  scanned.set_size(catalog.size());
  return scanned;
}

v1::CollectorOutcome ToCollectorOutcome(absl::string_view kind, const v1::Outcome& outcome) {
  v1::CollectorOutcome result;
  result.set_kind(std::string(kind));
  result.set_outcome(outcome.code());
  result.set_detail(outcome.detail());
  if (outcome.hresult() != 0) result.set_hresult(servicing::FormatHresult(outcome.hresult()));
  return result;
}

Digest SignatureDigest(const v1::IncidentSignature& signature) {
  return Sha256(signature.SerializeAsString());
}

verdict::MachineView View(const Collection& collection, const verdict::RuleBook& rules) {
  verdict::MachineView view;
  for (const auto& [kind, collected] : collection.sets) {
    auto& seen = view.kinds[kind];
    seen.outcome = collected.outcome;
    seen.sets.push_back(verdict::Examine(rules, kind, collected.set->items()));
  }
  view.incidents_outcome = collection.incidents_outcome;
  for (const v1::Incident& incident : collection.incidents) {
    if (!verdict::IsOfInterest(rules, incident.signature())) continue;
    // A record without a time may be of any: it counts whatever instant is asked for.
    view.records.push_back(
        {SignatureDigest(incident.signature()),
         std::make_shared<const v1::IncidentSignature>(incident.signature()),
         incident.has_first() ? FromProto(incident.first()) : absl::InfinitePast(),
         incident.has_last() ? FromProto(incident.last()) : absl::InfinitePast(),
         incident.count()});
  }
  return view;
}

// Puts the observations beside the digests that evidence names them by.
class EvidenceFiller {
 public:
  explicit EvidenceFiller(const Collection& collection) : collection_(collection) {
    for (const v1::Incident& incident : collection.incidents) {
      incidents_[SignatureDigest(incident.signature())] = &incident;
    }
  }

  void Fill(v1::Evidence& evidence) const {
    for (const std::string& bytes : evidence.items()) {
      const auto digest = Digest::FromBytes(bytes);
      if (digest.ok()) FillItem(*digest, evidence);
    }
    for (const std::string& bytes : evidence.signatures()) {
      const auto digest = Digest::FromBytes(bytes);
      const auto it = digest.ok() ? incidents_.find(*digest) : incidents_.end();
      if (it != incidents_.end()) *evidence.add_incidents() = *it->second;
    }
  }

 private:
  void FillItem(const Digest& digest, v1::Evidence& evidence) const {
    for (const auto& [kind, collected] : collection_.sets) {
      const Item* item = collected.set->Find(digest);
      if (item == nullptr) continue;
      if (kind == v1::CATALOGS) evidence.add_catalogs()->ParseFromString(item->bytes);
      if (kind == v1::UPDATES) evidence.add_updates()->ParseFromString(item->bytes);
      if (kind == v1::PACKAGES) evidence.add_packages()->ParseFromString(item->bytes);
      if (kind == v1::FACTS) evidence.add_facts()->ParseFromString(item->bytes);
      return;
    }
  }

  const Collection& collection_;
  absl::flat_hash_map<Digest, const v1::Incident*> incidents_;
};

}  // namespace

v1::ScannedIncident ToScannedIncident(const v1::Incident& incident) {
  const v1::IncidentSignature& signature = incident.signature();
  v1::ScannedIncident scanned;
  scanned.set_source(signature.source());
  scanned.set_component(signature.component());
  scanned.set_severity(signature.severity());
  scanned.set_message(incident.first_message());
  if (signature.hresult() != servicing::kSOk) {
    scanned.set_hresult(servicing::FormatHresult(signature.hresult()));
    scanned.set_hresult_name(std::string(servicing::HresultName(signature.hresult())));
  }
  scanned.set_package(signature.package());
  scanned.set_file(signature.file());
  if (incident.has_first()) *scanned.mutable_first() = incident.first();
  if (incident.has_last()) *scanned.mutable_last() = incident.last();
  scanned.set_count(incident.count());
  return scanned;
}

v1::ScanReport MakeScanReport(const Collection& collection, const verdict::RuleBook& rules,
                              absl::Time as_of) {
  v1::ScanReport report;
  *report.mutable_as_of() = ToProto(as_of);
  const EvidenceFiller filler(collection);
  std::vector<v1::Verdict> verdicts = verdict::Judge(rules, View(collection, rules), as_of);
  std::stable_sort(verdicts.begin(), verdicts.end(), [](const auto& a, const auto& b) {
    return verdict::IsWorse(a.state(), b.state());
  });
  for (v1::Verdict& verdict : verdicts) {
    for (v1::Evidence& evidence : *verdict.mutable_evidence()) filler.Fill(evidence);
    *report.add_verdicts() = std::move(verdict);
  }
  Fill<v1::Package>(
      collection, v1::PACKAGES, [](const auto& p) { return p.identity(); },
      *report.mutable_packages());
  Fill<v1::Update>(
      collection, v1::UPDATES, [](const auto& u) { return u.kb(); }, *report.mutable_updates());
  Fill<v1::Fact>(
      collection, v1::FACTS, [](const auto& f) { return f.name(); }, *report.mutable_facts());
  auto catalogs = Parse<v1::Catalog>(collection, v1::CATALOGS);
  std::sort(catalogs.begin(), catalogs.end(),
            [](const auto& a, const auto& b) { return a.path() < b.path(); });
  for (const v1::Catalog& catalog : catalogs) {
    *report.add_catalogs() = ToScannedCatalog(catalog, as_of);
  }
  for (const v1::Incident& incident : collection.incidents) {
    *report.add_incidents() = ToScannedIncident(incident);
  }
  for (const auto& [kind, collected] : collection.sets) {
    *report.add_outcomes() =
        ToCollectorOutcome(absl::AsciiStrToLower(v1::SetKind_Name(kind)), collected.outcome);
  }
  *report.add_outcomes() = ToCollectorOutcome("incidents", collection.incidents_outcome);
  return report;
}

int ExitCodeOf(const v1::ScanReport& report) {
  int code = report.verdicts().empty() ? 2 : 0;
  for (const v1::Verdict& verdict : report.verdicts()) {
    if (verdict.state() == v1::Verdict::AFFECTED || verdict.state() == v1::Verdict::AT_RISK) {
      return 1;
    }
    if (verdict.state() == v1::Verdict::UNKNOWN) code = 2;
  }
  return code;
}

}  // namespace muster::agent
