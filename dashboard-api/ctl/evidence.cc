#include "dashboard-api/ctl/evidence.h"

#include <filesystem>
#include <fstream>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "dashboard-api/ctl/output.h"
#include "dashboard-api/ctl/paging.h"
#include "dashboard-api/ctl/safe_text.h"
#include "dashboard-api/ctl/table.h"
#include "dashboard-api/ctl/values.h"

namespace muster::ctl {
namespace {

namespace fs = std::filesystem;
using Service = v1::EvidenceService::Stub;

}  // namespace

absl::Status ListEvidence(Client& client, const ListEvidenceOptions& options, Console& console) {
  v1::ListEvidenceBundlesRequest request;
  request.set_parent(options.campaign.empty() ? ResourceName("machines", options.machine)
                                              : ResourceName("campaigns", options.campaign));
  auto all = FetchPages(client, &Service::ListEvidenceBundles, request, std::nullopt,
                        [](const v1::ListEvidenceBundlesResponse& page) {
                          return int64_t{page.evidence_bundles_size()};
                        });
  if (!all.ok()) return all.status();
  Table table({"EVIDENCE", "MACHINE", "CAMPAIGN", "SIZE", "MASKED", "TAKEN"});
  for (const v1::EvidenceBundle& bundle : all->evidence_bundles()) {
    table.Add({{bundle.name()},
               {bundle.machine_name()},
               {bundle.campaign()},
               {absl::StrCat(bundle.size()), Colour::kNone,
                absl::StrCat((bundle.size() + 1023) / 1024, " KiB")},
               {bundle.masked() ? "yes" : "no"},
               {InstantText(bundle.create_time())}});
  }
  return Write(*all, table, console);
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
  request.set_name(ResourceName("evidenceBundles", options.name));
  absl::Status got = client.Stream(&Service::DownloadEvidenceBundle, request,
                                   [&](const v1::DownloadEvidenceBundleResponse& piece) {
                                     file << piece.data();
                                     return file.good();
                                   });
  file.close();
  if (got.ok() && !file) {
    got = absl::InternalError(
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
  request.set_name(ResourceName("evidenceBundles", name));
  google::protobuf::Empty nothing;
  auto gone = client.Call(&Service::DeleteEvidenceBundle, request, &nothing);
  if (gone.ok()) console.err << ForTerminal(request.name()) << " is deleted\n";
  return gone;
}

}  // namespace muster::ctl
