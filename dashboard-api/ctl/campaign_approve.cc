#include "dashboard-api/ctl/campaign_approve.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/orders/manifest.h"
#include "common/orders/merkle.h"
#include "dashboard-api/ctl/campaign_orders.h"
#include "dashboard-api/ctl/campaign_text.h"
#include "dashboard-api/ctl/campaigns.h"
#include "dashboard-api/ctl/output.h"
#include "dashboard-api/ctl/safe_text.h"
#include "dashboard-api/ctl/values.h"

namespace muster::ctl {
namespace {

using Service = v1::CampaignService::Stub;

constexpr int64_t kShownTargets = 20;

// That what is signed is what is shown, for exactly the machines that are listed.
absl::Status CheckBeforeSigning(Client& client, const v1::Campaign& campaign,
                                const v1::OrderManifest& manifest) {
  if (auto whole = orders::CheckManifest(manifest); !whole.ok()) return whole;
  const auto differs = [](absl::string_view what) {
    return absl::DataLossError(absl::StrCat("the manifest's ", what,
                                            " is not what the campaign says: nothing was signed, "
                                            "and somebody should look at the server"));
  };
  if (manifest.campaign() != campaign.name()) return differs("campaign");
  const v1::CampaignSpec& spec = campaign.spec();
  const auto same = [](const auto& signed_one, const auto& shown) {
    return signed_one.SerializeAsString() == shown.SerializeAsString();
  };
  if (!same(manifest.action(), spec.action())) return differs("action");
  if (!same(manifest.window(), spec.window())) return differs("window");
  if (!same(manifest.restart(), spec.restart())) return differs("restart policy");
  if (!same(manifest.preconditions(), spec.preconditions())) return differs("preconditions");
  if (!same(manifest.run_limit(), spec.run_limit())) return differs("run limit");
  if (manifest.max_attempts() != spec.max_attempts()) return differs("number of attempts");
  if (manifest.title() != spec.title()) return differs("title");
  if (manifest.required_approvals() < (campaign.spec().two_person() ? 2u : 1u)) {
    return differs("number of approvals");
  }
  v1::ListTargetsRequest request;
  request.set_parent(campaign.name());
  std::vector<Digest> targets;
  auto listed =
      client.Stream(&Service::ListTargets, request, [&](const v1::ListTargetsResponse& page) {
        for (size_t at = 0; at + Digest::kSize <= page.machine_ids().size(); at += Digest::kSize) {
          targets.push_back(
              *Digest::FromBytes(absl::string_view(page.machine_ids()).substr(at, Digest::kSize)));
        }
        return true;
      });
  if (!listed.ok()) return listed;
  if (targets.empty() || targets.size() != manifest.target_count() ||
      !std::is_sorted(targets.begin(), targets.end()) ||
      orders::MerkleTree(std::move(targets)).root().view() != manifest.target_root()) {
    return differs("list of targets");
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status ApproveCampaign(Client& client, const ApproveOptions& options, Console& console) {
  auto campaign = GetCampaign(client, options.name);
  if (!campaign.ok()) return campaign.status();
  const std::string& bytes = campaign->signed_manifest().manifest();
  v1::OrderManifest manifest;
  if (bytes.empty() || !manifest.ParseFromString(bytes)) {
    return absl::FailedPreconditionError(
        absl::StrCat(campaign->name(), " has no manifest yet: submit it first"));
  }
  if (auto same = CheckBeforeSigning(client, *campaign, manifest); !same.ok()) return same;
  std::vector<std::string> names;
  auto orders = FetchOrders(client, {.name = campaign->name(), .limit = kShownTargets});
  if (!orders.ok()) return orders.status();
  for (const v1::OrderView& order : orders->orders()) {
    names.push_back(ForTerminal(order.machine_name()));
  }
  console.err << "To sign: " << ForTerminal(orders::DescribeAction(manifest.action())) << " on "
              << manifest.target_count() << " machines (" << absl::StrJoin(names, ", ")
              << (manifest.target_count() > names.size() ? ", …" : "") << "), until "
              << InstantText(manifest.not_after()) << ", at most " << manifest.max_attempts()
              << " attempts each, restart "
              << v1::RestartPolicy::When_Name(manifest.restart().when()) << "\n";
  auto key = OpenKey(options.key);
  if (!key.ok()) return key.status();
  v1::ApproveCampaignRequest request;
  request.set_name(campaign->name());
  *request.mutable_signature() = orders::SignManifest(*key, bytes);
  v1::Campaign approved;
  auto done = client.Call(&Service::ApproveCampaign, request, &approved);
  if (!done.ok()) return done;
  return WriteChange(approved,
                     absl::StrCat(ForTerminal(approved.name()), ": ", approved.approvals_size(),
                                  " of ", manifest.required_approvals(), " signatures\n"),
                     CampaignTable(approved), console);
}

}  // namespace muster::ctl
