// musterctl campaigns: from a draft to a fleet that is fixed.
#ifndef MUSTER_DASHBOARD_API_CTL_CAMPAIGNS_H_
#define MUSTER_DASHBOARD_API_CTL_CAMPAIGNS_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "dashboard-api/ctl/client.h"
#include "dashboard-api/ctl/console.h"
#include "dashboard-api/ctl/keys.h"

namespace muster::ctl {

struct CreateCampaignOptions {
  std::string
      spec_file;  // a CampaignSpec in protobuf's JSON form; the flags below replace its fields
  std::string title, group, filter;
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

struct ApproveOptions {
  std::string name;
  KeyFile key;
};
// Checks on this machine that the manifest is what the campaign says, over exactly the targets that
// it lists; then signs it.
absl::Status ApproveCampaign(Client& client, const ApproveOptions& options, Console& console);

// submit, start, pause, resume, cancel, retry, extend.
struct CampaignCommand {
  std::string verb;
  std::string name;
  std::string reason;
};
absl::Status ChangeCampaign(Client& client, const CampaignCommand& command, Console& console);

absl::Status ListCampaigns(Client& client, const std::string& format, Console& console);
absl::Status ShowCampaign(Client& client, const std::string& name, Console& console);
absl::Status PreviewCampaign(Client& client, const std::string& name, Console& console);

struct WatchOptions {
  std::string name;
  bool until_paused = false;  // end when it pauses, too
};
// Until it ends; the status is ABORTED where it ended otherwise than COMPLETED.
absl::Status WatchCampaign(Client& client, const WatchOptions& options, Console& console);

struct ReportOptions {
  std::string name;
  std::string format = "markdown";  // "markdown", "csv", "json"
};
absl::Status ReportCampaign(Client& client, const ReportOptions& options, Console& console);

}  // namespace muster::ctl

#endif  // MUSTER_DASHBOARD_API_CTL_CAMPAIGNS_H_
