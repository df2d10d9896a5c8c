#include "dashboard-api/ctl/campaign_create.h"

#include <google/protobuf/util/json_util.h>

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/files.h"
#include "common/proto_time.h"
#include "dashboard-api/ctl/campaign_text.h"
#include "dashboard-api/ctl/output.h"
#include "dashboard-api/ctl/safe_text.h"
#include "dashboard-api/ctl/values.h"

namespace muster::ctl {
namespace {

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

void ApplyToRestart(const CreateCampaignOptions& options, v1::CampaignSpec& spec) {
  if (!options.restart_when.empty()) {
    v1::RestartPolicy& restart = *spec.mutable_restart();
    restart.set_when(options.restart_when == "never"    ? v1::RestartPolicy::NEVER
                     : options.restart_when == "always" ? v1::RestartPolicy::ALWAYS
                                                        : v1::RestartPolicy::IF_NEEDED);
    restart.set_deferrals(3);
  }
  if (options.notice) *spec.mutable_restart()->mutable_notice() = ToProto(*options.notice);
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
  if (!options.description.empty()) spec.set_description(options.description);
  if (!options.group.empty()) {
    spec.set_group(ResourceName("groups", options.group));
  }
  if (!options.filter.empty()) spec.set_filter(options.filter);
  if (auto read = ReadAction(client, options, *spec.mutable_action()); !read.ok()) return read;
  if (!options.waves.empty()) spec.clear_waves();
  for (const std::string& wave : options.waves) {
    if (auto read = ReadWave(wave, *spec.add_waves()); !read.ok()) return read;
  }
  ApplyToWaves(options, spec);
  ApplyToRestart(options, spec);
  if (options.max_attempts) spec.set_max_attempts(*options.max_attempts);
  if (options.two_person) spec.set_two_person(true);
  if (options.clean_is_success) spec.set_clean_is_success(true);
  return spec;
}

}  // namespace

absl::Status CreateCampaign(Client& client, const CreateCampaignOptions& options,
                            Console& console) {
  auto spec = ReadSpec(client, options);
  if (!spec.ok()) return spec.status();
  v1::CreateCampaignRequest request;
  *request.mutable_spec() = *std::move(spec);
  v1::Campaign campaign;
  auto created = client.Call(&v1::CampaignService::Stub::CreateCampaign, request, &campaign);
  if (!created.ok()) return created;
  return WriteChange(campaign, absl::StrCat(ForTerminal(campaign.name()), "\n"),
                     CampaignTable(campaign), console,
                     absl::StrCat("a draft; next: musterctl campaigns preview ",
                                  ForTerminal(campaign.name()), ", then submit, approve, start\n"));
}

}  // namespace muster::ctl
