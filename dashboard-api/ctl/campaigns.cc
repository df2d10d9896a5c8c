#include "dashboard-api/ctl/campaigns.h"

#include <google/protobuf/util/json_util.h>

#include <algorithm>
#include <iostream>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/files.h"
#include "common/orders/manifest.h"
#include "common/orders/merkle.h"
#include "common/proto_time.h"
#include "dashboard-api/ctl/campaign_text.h"
#include "dashboard-api/ctl/safe_text.h"
#include "dashboard-api/ctl/table.h"
#include "dashboard-api/ctl/values.h"

namespace muster::ctl {
namespace {

using Service = v1::CampaignService::Stub;

constexpr size_t kShownTargets = 20;

std::string CampaignName(const std::string& name) {
  return absl::StartsWith(name, "campaigns/") ? name : absl::StrCat("campaigns/", name);
}

// "20%:pilot@site = \"Berlin\"".
absl::Status ReadWave(const std::string& text, v1::WavePolicy& wave) {
  std::string rest = text;
  if (const size_t at = rest.find('@'); at != std::string::npos) {
    wave.set_filter(rest.substr(at + 1));
    rest.resize(at);
  }
  if (const size_t colon = rest.find(':'); colon != std::string::npos) {
    wave.set_name(rest.substr(colon + 1));
    rest.resize(colon);
  }
  uint32_t number = 0;
  if (rest == "rest") {
    wave.set_rest(true);
  } else if (absl::EndsWith(rest, "%") &&
             absl::SimpleAtoi(rest.substr(0, rest.size() - 1), &number)) {
    wave.set_percent(number);
  } else if (absl::SimpleAtoi(rest, &number)) {
    wave.set_machines(number);
  } else {
    return absl::InvalidArgumentError(absl::StrCat(
        "--wave takes a number, a percentage or rest, with :NAME and @FILTER behind it, not ",
        text));
  }
  return absl::OkStatus();
}

void ApplyToWaves(const CreateCampaignOptions& options, v1::CampaignSpec& spec) {
  for (v1::WavePolicy& wave : *spec.mutable_waves()) {
    if (options.soak) *wave.mutable_soak() = ToProto(*options.soak);
    if (options.deadline) *wave.mutable_deadline() = ToProto(*options.deadline);
    if (options.offline_after) *wave.mutable_offline_after() = ToProto(*options.offline_after);
    if (options.concurrency) wave.set_concurrency(*options.concurrency);
    if (options.success_percent) wave.set_success_percent(*options.success_percent);
    if (options.error_percent) wave.set_error_percent(*options.error_percent);
    if (options.min_sample) wave.set_min_sample(*options.min_sample);
  }
}

absl::StatusOr<v1::Payload> FindPayload(Client& client, const std::string& wanted) {
  v1::ListPayloadsResponse response;
  auto listed =
      client.Call(&v1::PayloadService::Stub::ListPayloads, v1::ListPayloadsRequest(), &response);
  if (!listed.ok()) return listed;
  std::vector<v1::Payload> found;
  for (const v1::StoredPayload& stored : response.payloads()) {
    const std::string digest = absl::BytesToHexString(stored.payload().sha256());
    if (absl::EqualsIgnoreCase(stored.payload().kb(), wanted) ||
        (wanted.size() >= 6 && absl::StartsWith(digest, absl::AsciiStrToLower(wanted)))) {
      found.push_back(stored.payload());
    }
  }
  if (found.size() == 1) return found[0];
  return absl::NotFoundError(
      absl::StrCat(found.size(), " payloads are ", wanted,
                   found.empty() ? ": upload it with `musterctl payloads upload FILE.msu`"
                                 : ": name one by its SHA-256 (`musterctl payloads list`)"));
}

absl::Status ReadAction(Client& client, const CreateCampaignOptions& options, v1::Action& action) {
  if (!options.install.empty()) {
    auto payload = FindPayload(client, options.install);
    if (!payload.ok()) return payload.status();
    v1::Action::InstallUpdate& install = *action.mutable_install_update();
    *install.mutable_payload() = *payload;
    if (!options.sources.empty()) {
      *install.mutable_sources() = {options.sources.begin(), options.sources.end()};
    }
  } else if (!options.remove.empty()) {
    action.mutable_remove_update()->set_kb(options.remove);
  } else if (!options.check_sur.empty()) {
    auto payload = FindPayload(client, options.check_sur);
    if (!payload.ok()) return payload.status();
    *action.mutable_run_check_sur()->mutable_payload() = *payload;
  } else if (options.collect_evidence) {
    action.mutable_collect_evidence()->set_mask(!options.no_masking);
  } else if (options.rescan) {
    action.mutable_rescan();
  } else if (options.restart) {
    action.mutable_restart();
  }
  return absl::OkStatus();
}

absl::StatusOr<v1::CampaignSpec> ReadSpec(Client& client, const CreateCampaignOptions& options) {
  v1::CampaignSpec spec;
  if (!options.spec_file.empty()) {
    auto text = ReadSmallFile(options.spec_file, 1024 * 1024);
    if (!text.ok()) return text.status();
    auto parsed = google::protobuf::util::JsonStringToMessage(*text, &spec);
    if (!parsed.ok()) {
      return absl::InvalidArgumentError(
          absl::StrCat(options.spec_file, ": ", parsed.message().as_string()));
    }
  } else if (!options.install.empty() || !options.remove.empty()) {
    spec.set_rule("expired-catalog");
  }
  if (options.rule) spec.set_rule(*options.rule);
  if (!options.title.empty()) spec.set_title(options.title);
  if (!options.group.empty()) {
    spec.set_group(absl::StartsWith(options.group, "groups/")
                       ? options.group
                       : absl::StrCat("groups/", options.group));
  }
  if (!options.filter.empty()) spec.set_filter(options.filter);
  if (auto read = ReadAction(client, options, *spec.mutable_action()); !read.ok()) return read;
  if (!options.waves.empty()) spec.clear_waves();
  for (const std::string& wave : options.waves) {
    if (auto read = ReadWave(wave, *spec.add_waves()); !read.ok()) return read;
  }
  ApplyToWaves(options, spec);
  if (!options.restart_when.empty()) {
    v1::RestartPolicy& restart = *spec.mutable_restart();
    restart.set_when(options.restart_when == "never"    ? v1::RestartPolicy::NEVER
                     : options.restart_when == "always" ? v1::RestartPolicy::ALWAYS
                                                        : v1::RestartPolicy::IF_NEEDED);
    restart.set_deferrals(3);
  }
  if (options.notice) *spec.mutable_restart()->mutable_notice() = ToProto(*options.notice);
  if (options.max_attempts) spec.set_max_attempts(*options.max_attempts);
  if (options.two_person) spec.set_two_person(true);
  if (options.clean_is_success) spec.set_clean_is_success(true);
  return spec;
}

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

absl::StatusOr<v1::Campaign> Get(Client& client, const std::string& name) {
  v1::GetCampaignRequest request;
  request.set_name(CampaignName(name));
  v1::Campaign campaign;
  auto got = client.Call(&Service::GetCampaign, request, &campaign);
  if (!got.ok()) return got;
  return campaign;
}

template <typename Request>
absl::Status Change(Client& client,
                    grpc::Status (Service::*method)(grpc::ClientContext*, const Request&,
                                                    v1::Campaign*),
                    Request request, const std::string& name, Console& console) {
  request.set_name(CampaignName(name));
  v1::Campaign campaign;
  auto changed = client.Call(method, request, &campaign);
  if (!changed.ok()) return changed;
  console.out << campaign.name() << ": " << v1::Campaign::State_Name(campaign.state()) << "\n";
  return absl::OkStatus();
}

// Ends early where `take` is false.
absl::Status EachOrder(Client& client, const std::string& name,
                       const std::function<bool(const v1::OrderView&)>& take) {
  v1::ListOrdersRequest request;
  request.set_parent(CampaignName(name));
  request.set_page_size(1000);
  do {
    v1::ListOrdersResponse page;
    auto listed = client.Call(&Service::ListOrders, request, &page);
    if (!listed.ok()) return listed;
    for (const v1::OrderView& order : page.orders()) {
      if (!take(order)) return absl::OkStatus();
    }
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  return absl::OkStatus();
}

}  // namespace

absl::Status CreateCampaign(Client& client, const CreateCampaignOptions& options,
                            Console& console) {
  auto spec = ReadSpec(client, options);
  if (!spec.ok()) return spec.status();
  v1::CreateCampaignRequest request;
  *request.mutable_spec() = *std::move(spec);
  v1::Campaign campaign;
  auto created = client.Call(&Service::CreateCampaign, request, &campaign);
  if (!created.ok()) return created;
  console.out << campaign.name() << "\n";
  console.out.flush();
  console.err << "a draft; next: musterctl campaigns preview " << campaign.name()
              << ", then submit, approve, start\n";
  return absl::OkStatus();
}

absl::Status ApproveCampaign(Client& client, const ApproveOptions& options, Console& console) {
  auto campaign = Get(client, options.name);
  if (!campaign.ok()) return campaign.status();
  const std::string& bytes = campaign->signed_manifest().manifest();
  v1::OrderManifest manifest;
  if (bytes.empty() || !manifest.ParseFromString(bytes)) {
    return absl::FailedPreconditionError(
        absl::StrCat(campaign->name(), " has no manifest yet: submit it first"));
  }
  if (auto same = CheckBeforeSigning(client, *campaign, manifest); !same.ok()) return same;
  std::vector<std::string> names;
  auto listed = EachOrder(client, campaign->name(), [&](const v1::OrderView& order) {
    if (names.size() < kShownTargets) names.push_back(ForTerminal(order.machine_name()));
    return names.size() < kShownTargets;
  });
  if (!listed.ok()) return listed;
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
  console.out << approved.name() << ": " << approved.approvals_size() << " of "
              << manifest.required_approvals() << " signatures\n";
  return absl::OkStatus();
}

absl::Status ChangeCampaign(Client& client, const CampaignCommand& command, Console& console) {
  const std::string& verb = command.verb;
  if (verb == "submit") {
    return Change(client, &Service::SubmitCampaign, v1::SubmitCampaignRequest(), command.name,
                  console);
  }
  if (verb == "start") {
    return Change(client, &Service::StartCampaign, v1::StartCampaignRequest(), command.name,
                  console);
  }
  if (verb == "pause") {
    v1::PauseCampaignRequest request;
    request.set_reason(command.reason);
    return Change(client, &Service::PauseCampaign, request, command.name, console);
  }
  if (verb == "resume") {
    return Change(client, &Service::ResumeCampaign, v1::ResumeCampaignRequest(), command.name,
                  console);
  }
  if (verb == "cancel") {
    return Change(client, &Service::CancelCampaign, v1::CancelCampaignRequest(), command.name,
                  console);
  }
  if (verb == "retry") {
    return Change(client, &Service::RetryFailed, v1::RetryFailedRequest(), command.name, console);
  }
  return Change(client, &Service::ExtendCampaign, v1::ExtendCampaignRequest(), command.name,
                console);
}

absl::Status ListCampaigns(Client& client, const std::string& format, Console& console) {
  v1::ListCampaignsResponse response;
  auto listed = client.Call(&Service::ListCampaigns, v1::ListCampaignsRequest(), &response);
  if (!listed.ok()) return listed;
  if (format == "json") {
    console.out << Json(response, /*pretty=*/true);
    return absl::OkStatus();
  }
  Table table({"CAMPAIGN", "STATE", "CREATED", "TITLE", "WHY IT PAUSED"});
  for (const v1::Campaign& campaign : response.campaigns()) {
    table.Add({{campaign.name()},
               {v1::Campaign::State_Name(campaign.state())},
               {InstantText(campaign.create_time())},
               {campaign.spec().title()},
               {campaign.pause_detail()}});
  }
  console.out << table.ToText(console.colours);
  return absl::OkStatus();
}

absl::Status ShowCampaign(Client& client, const std::string& name, Console& console) {
  auto campaign = Get(client, name);
  if (!campaign.ok()) return campaign.status();
  console.out << CampaignText(*campaign, 40, console.colours);
  return absl::OkStatus();
}

absl::Status PreviewCampaign(Client& client, const std::string& name, Console& console) {
  v1::PreviewCampaignRequest request;
  request.set_name(CampaignName(name));
  v1::PreviewCampaignResponse preview;
  auto looked = client.Call(&Service::PreviewCampaign, request, &preview);
  if (!looked.ok()) return looked;
  console.out << preview.targets() << " of " << preview.selected() << " selected machines would "
              << ForTerminal(preview.would_do()) << "\n";
  for (int i = 0; i < preview.waves_size(); ++i) {
    const auto& wave = preview.waves(i);
    console.out << "  wave " << i + 1 << (wave.name().empty() ? "" : " ")
                << ForTerminal(wave.name()) << ": " << wave.machines() << " ("
                << ForTerminal(absl::StrJoin(wave.samples(), ", "))
                << (wave.machines() > wave.samples_size() ? ", …" : "") << ")\n";
  }
  for (const auto& skip : preview.skips()) {
    console.out << "  left out: " << skip.machines() << ", " << ForTerminal(skip.reason()) << " ("
                << ForTerminal(absl::StrJoin(skip.samples(), ", "))
                << (skip.machines() > skip.samples_size() ? ", …" : "") << ")\n";
  }
  for (const std::string& warning : preview.warnings()) {
    console.err << "warning: " << ForTerminal(warning) << "\n";
  }
  return absl::OkStatus();
}

absl::Status WatchCampaign(Client& client, const WatchOptions& options, Console& console) {
  v1::WatchCampaignRequest request;
  request.set_name(CampaignName(options.name));
  v1::Campaign last;
  size_t lines = 0;
  std::string shown;
  auto watched = client.Stream(&Service::WatchCampaign, request, [&](const v1::Campaign& now) {
    // On a terminal the picture stays in its place; a log gets a line a change.
    const std::string text =
        console.colours ? CampaignText(now, 30, console.colours) : CampaignLine(now);
    last = now;
    const bool goes_on = !(options.until_paused && now.state() == v1::Campaign::PAUSED);
    if (text == shown) return goes_on;
    shown = text;
    if (console.colours && lines > 0) console.out << "\033[" << lines << "F\033[J";
    console.out << text;
    console.out.flush();
    lines = static_cast<size_t>(std::count(text.begin(), text.end(), '\n'));
    return goes_on;
  });
  if (!watched.ok()) return watched;
  if (!console.colours) console.out << CampaignText(last, 30, false);
  if (last.state() == v1::Campaign::COMPLETED) return absl::OkStatus();
  return absl::AbortedError(
      absl::StrCat(last.name(), " is ", v1::Campaign::State_Name(last.state())));
}

absl::Status ReportCampaign(Client& client, const ReportOptions& options, Console& console) {
  auto campaign = Get(client, options.name);
  if (!campaign.ok()) return campaign.status();
  if (options.format == "markdown") {
    console.out << CampaignMarkdown(*campaign);
    return absl::OkStatus();
  }
  if (options.format == "json") {
    console.out << Json(*campaign, /*pretty=*/true);
    return absl::OkStatus();
  }
  std::string text = CsvLine({"machine", "name", "site", "wave", "attempt", "state", "cause",
                              "code", "detail", "offered", "updated", "relapsed", "verdict"});
  auto listed = EachOrder(client, options.name, [&](const v1::OrderView& order) {
    const v1::OrderStatus& status = order.status();
    absl::StrAppend(
        &text,
        CsvLine({order.machine(), order.machine_name(), order.site(), absl::StrCat(order.wave()),
                 absl::StrCat(order.attempt()), v1::OrderStatus::State_Name(status.state()),
                 v1::OrderStatus::Cause_Name(status.cause()),
                 status.has_code() ? absl::StrCat(status.code()) : "", status.detail(),
                 InstantText(order.offer_time()), InstantText(order.update_time()),
                 InstantText(order.relapse_time()), v1::Verdict::State_Name(order.verdict())}));
    return true;
  });
  if (!listed.ok()) return listed;
  console.out << text;
  return absl::OkStatus();
}

}  // namespace muster::ctl
