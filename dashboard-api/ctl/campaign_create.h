// musterctl campaigns create: a draft, of flags or of a file.
#ifndef MUSTER_DASHBOARD_API_CTL_CAMPAIGN_CREATE_H_
#define MUSTER_DASHBOARD_API_CTL_CAMPAIGN_CREATE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "dashboard-api/ctl/client.h"
#include "dashboard-api/ctl/console.h"

namespace muster::ctl {

struct CreateCampaignOptions {
  std::string
      spec_file;  // a CampaignSpec in protobuf's JSON form; the flags below replace its fields
  std::string title, description, group, filter;
  std::optional<std::string> rule;
  std::string install;               // a payload: KB, or the first digits of its SHA-256
  std::string check_sur;             // the same
  std::vector<std::string> sources;  // folders and addresses that have it besides the server
  std::string remove;                // a KB
  bool rescan = false, restart = false, collect_evidence = false, no_masking = false;
  std::vector<std::string> waves;  // "5", "20%", "rest", each with :NAME and @FILTER behind it
  std::optional<absl::Duration> soak, deadline, offline_after, notice;
  std::optional<uint32_t> concurrency, success_percent, error_percent, min_sample, max_attempts;
  std::string restart_when;  // "never", "if-needed", "always"
  bool two_person = false;
  bool clean_is_success = false;
};
// Writes the campaign's name, and nothing else, to the output.
absl::Status CreateCampaign(Client& client, const CreateCampaignOptions& options, Console& console);

}  // namespace muster::ctl

#endif  // MUSTER_DASHBOARD_API_CTL_CAMPAIGN_CREATE_H_
