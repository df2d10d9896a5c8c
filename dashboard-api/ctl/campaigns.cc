#include "dashboard-api/ctl/campaigns.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "dashboard-api/ctl/campaign_text.h"
#include "dashboard-api/ctl/exit_code.h"
#include "dashboard-api/ctl/output.h"
#include "dashboard-api/ctl/safe_text.h"
#include "dashboard-api/ctl/table.h"
#include "dashboard-api/ctl/values.h"
#include "dashboard-api/ctl/watch.h"
#include "dashboard-api/ctl/yaml.h"

namespace muster::ctl {
namespace {

using Service = v1::CampaignService::Stub;

template <typename Request>
absl::Status Change(Client& client,
                    grpc::Status (Service::*method)(grpc::ClientContext*, const Request&,
                                                    v1::Campaign*),
                    Request request, const std::string& name, Console& console) {
  request.set_name(ResourceName("campaigns", name));
  v1::Campaign campaign;
  auto changed = client.Call(method, request, &campaign);
  if (!changed.ok()) return changed;
  return WriteChange(campaign,
                     absl::StrCat(ForTerminal(campaign.name()), ": ",
                                  v1::Campaign::State_Name(campaign.state()), "\n"),
                     CampaignTable(campaign), console);
}

// What a preview says of each wave, and of whom is left out and why.
std::string PreviewText(const v1::PreviewCampaignResponse& preview) {
  const auto samples = [](const auto& part) {
    return absl::StrCat(" (", ForTerminal(absl::StrJoin(part.samples(), ", ")),
                        part.machines() > part.samples_size() ? ", …" : "", ")\n");
  };
  std::string text =
      absl::StrCat(preview.targets(), " of ", preview.selected(), " selected machines would ",
                   ForTerminal(preview.would_do()), "\n");
  for (int i = 0; i < preview.waves_size(); ++i) {
    const auto& wave = preview.waves(i);
    absl::StrAppend(&text, "  wave ", i + 1, wave.name().empty() ? "" : " ",
                    ForTerminal(wave.name()), ": ", wave.machines(), samples(wave));
  }
  for (const auto& skip : preview.skips()) {
    absl::StrAppend(&text, "  left out: ", skip.machines(), ", ", ForTerminal(skip.reason()),
                    samples(skip));
  }
  return text;
}

std::string PreviewCsv(const v1::PreviewCampaignResponse& preview) {
  Table table({"PART", "NAME", "MACHINES", "SAMPLES"});
  for (int i = 0; i < preview.waves_size(); ++i) {
    const auto& wave = preview.waves(i);
    table.Add({{absl::StrCat("wave ", i + 1)},
               {wave.name()},
               {absl::StrCat(wave.machines())},
               {absl::StrJoin(wave.samples(), " ")}});
  }
  for (const auto& skip : preview.skips()) {
    table.Add({{"left out"},
               {skip.reason()},
               {absl::StrCat(skip.machines())},
               {absl::StrJoin(skip.samples(), " ")}});
  }
  return table.ToCsv();
}

// What `campaigns watch` writes of each change.
class CampaignStream {
 public:
  explicit CampaignStream(Console& console) : console_(console) {}

  absl::Status Write(const v1::Campaign& now) {
    auto text = TextOf(now);
    if (!text.ok()) return text.status();
    if (*text == shown_) return absl::OkStatus();
    shown_ = *text;
    console_.out << (Draws() ? picture_.Redraw(*text, TerminalRows()) : *text);
    console_.out.flush();
    return absl::OkStatus();
  }

  // A picture is whole already, and a program has had the last change.
  void End(const v1::Campaign& last) {
    if (console_.output == "table" && !Draws())
      console_.out << CampaignText(last, kBarWidth, false);
  }

 private:
  static constexpr int kBarWidth = 30;  // columns

  // On a terminal the picture stays in its place; a log gets a line a change.
  bool Draws() const { return console_.output == "table" && console_.colours; }

  absl::StatusOr<std::string> TextOf(const v1::Campaign& now) const {
    if (Draws()) return CampaignText(now, kBarWidth, console_.colours);
    if (console_.output == "table") return CampaignLine(now);
    const std::string json = Json(now, /*pretty=*/false);
    if (console_.output == "json") return json + "\n";
    auto yaml = YamlOfJson(json);
    if (!yaml.ok()) return yaml.status();
    return absl::StrCat("---\n", *yaml);
  }

  Console& console_;
  Picture picture_;
  std::string shown_;
};

}  // namespace

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

absl::StatusOr<v1::Campaign> GetCampaign(Client& client, const std::string& name) {
  v1::GetCampaignRequest request;
  request.set_name(ResourceName("campaigns", name));
  v1::Campaign campaign;
  auto got = client.Call(&Service::GetCampaign, request, &campaign);
  if (!got.ok()) return got;
  return campaign;
}

absl::Status ListCampaigns(Client& client, const NoOptions&, Console& console) {
  v1::ListCampaignsResponse response;
  auto listed = client.Call(&Service::ListCampaigns, v1::ListCampaignsRequest(), &response);
  if (!listed.ok()) return listed;
  return Write(response, CampaignsTable(response), console);
}

absl::Status ShowCampaign(Client& client, const std::string& name, Console& console) {
  auto campaign = GetCampaign(client, name);
  if (!campaign.ok()) return campaign.status();
  return Write({.text = [&] { return CampaignText(*campaign, 40, console.colours); },
                .csv = [&] { return CampaignTable(*campaign).ToCsv(); },
                .json = [&] { return Json(*campaign, /*pretty=*/true); }},
               console);
}

absl::Status PreviewCampaign(Client& client, const std::string& name, Console& console) {
  v1::PreviewCampaignRequest request;
  request.set_name(ResourceName("campaigns", name));
  v1::PreviewCampaignResponse preview;
  auto looked = client.Call(&Service::PreviewCampaign, request, &preview);
  if (!looked.ok()) return looked;
  const auto warnings = [&] {
    std::string text;
    for (const std::string& warning : preview.warnings()) {
      absl::StrAppend(&text, "warning: ", ForTerminal(warning), "\n");
    }
    return text;
  };
  return Write({.text = [&] { return PreviewText(preview); },
                .csv = [&] { return PreviewCsv(preview); },
                .json = [&] { return Json(preview, /*pretty=*/true); },
                .remark = warnings},
               console);
}

absl::Status WatchCampaign(Client& client, const WatchOptions& options, Console& console) {
  v1::WatchCampaignRequest request;
  request.set_name(ResourceName("campaigns", options.name));
  v1::Campaign last;
  CampaignStream stream(console);
  absl::Status written;
  auto watched = client.Stream(&Service::WatchCampaign, request, [&](const v1::Campaign& now) {
    last = now;
    written = stream.Write(now);
    return written.ok() && !(options.until_paused && now.state() == v1::Campaign::PAUSED);
  });
  if (!written.ok()) return written;
  if (!watched.ok()) return watched;
  stream.End(last);
  if (last.state() == v1::Campaign::COMPLETED) return absl::OkStatus();
  return AnswerIsNo(absl::StrCat(last.name(), " is ", v1::Campaign::State_Name(last.state())));
}

}  // namespace muster::ctl
