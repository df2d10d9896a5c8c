#include "dashboard-api/ctl/evidence.h"

#include <filesystem>
#include <fstream>
#include <system_error>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/proto_time.h"
#include "dashboard-api/ctl/safe_text.h"
#include "dashboard-api/ctl/table.h"
#include "dashboard-api/ctl/values.h"

namespace muster::ctl {
namespace {

namespace fs = std::filesystem;
using Service = v1::EvidenceService::Stub;

std::string NameIn(absl::string_view collection, const std::string& name) {
  return absl::StrContains(name, '/') ? name : absl::StrCat(collection, "/", name);
}

}  // namespace

absl::Status ListEvidence(Client& client, const ListEvidenceOptions& options, Console& console) {
  v1::ListEvidenceBundlesRequest request;
  request.set_parent(options.campaign.empty() ? NameIn("machines", options.machine)
                                              : NameIn("campaigns", options.campaign));
  request.set_page_size(1000);
  v1::ListEvidenceBundlesResponse all;
  do {
    v1::ListEvidenceBundlesResponse page;
    auto listed = client.Call(&Service::ListEvidenceBundles, request, &page);
    if (!listed.ok()) return listed;
    all.mutable_evidence_bundles()->MergeFrom(page.evidence_bundles());
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  if (options.format == "json") {
    console.out << Json(all, /*pretty=*/true);
    return absl::OkStatus();
  }
  Table table({"EVIDENCE", "MACHINE", "CAMPAIGN", "SIZE", "MASKED", "TAKEN"});
  for (const v1::EvidenceBundle& bundle : all.evidence_bundles()) {
    table.Add({{bundle.name()},
               {bundle.machine_name()},
               {bundle.campaign()},
               {absl::StrCat((bundle.size() + 1023) / 1024, " KiB")},
               {bundle.masked() ? "yes" : "no"},
               {InstantText(bundle.create_time())}});
  }
  console.out << table.ToText(console.colours);
  return absl::OkStatus();
}

absl::Status DownloadEvidence(Client& client, const DownloadEvidenceOptions& options,
                              Console& console) {
  std::error_code error;
  if (fs::exists(options.out, error)) {
    return absl::AlreadyExistsError(
        absl::StrCat(options.out, " is there already: name another file"));
  }
  // Beside its name, so that no half of it ever bears that.
  const std::string part = options.out + ".part";
  std::ofstream file(part, std::ios::binary);
  v1::DownloadEvidenceBundleRequest request;
  request.set_name(NameIn("evidenceBundles", options.name));
  absl::Status got = client.Stream(&Service::DownloadEvidenceBundle, request,
                                   [&](const v1::DownloadEvidenceBundleResponse& piece) {
                                     file << piece.data();
                                     return file.good();
                                   });
  file.close();
  if (got.ok() && !file) {
    got = absl::ResourceExhaustedError(
        absl::StrCat("writing ", part, " failed: is the disk full, the folder yours to write?"));
  }
  if (got.ok()) {
    fs::rename(part, options.out, error);
    if (error) got = absl::InternalError(absl::StrCat(options.out, ": ", error.message()));
  }
  if (!got.ok()) {
    fs::remove(part, error);
    return got;
  }
  console.err << ForTerminal(options.out) << ": look at it with `muster-agent scan --bundle "
              << ForTerminal(options.out) << "`\n";
  return absl::OkStatus();
}

absl::Status DeleteEvidence(Client& client, const std::string& name, Console& console) {
  v1::DeleteEvidenceBundleRequest request;
  request.set_name(NameIn("evidenceBundles", name));
  google::protobuf::Empty nothing;
  auto gone = client.Call(&Service::DeleteEvidenceBundle, request, &nothing);
  if (gone.ok()) console.err << ForTerminal(request.name()) << " is deleted\n";
  return gone;
}

}  // namespace muster::ctl
