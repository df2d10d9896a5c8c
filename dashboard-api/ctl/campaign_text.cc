#include "dashboard-api/ctl/campaign_text.h"

#include <algorithm>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "common/orders/manifest.h"
#include "dashboard-api/ctl/safe_text.h"
#include "dashboard-api/ctl/table.h"
#include "dashboard-api/ctl/values.h"

namespace muster::ctl {
namespace {

int64_t UnderWay(const v1::OrderCounts& c) {
  return c.offered() + c.accepted() + c.running() + c.reboot_pending() + c.verifying();
}

int64_t All(const v1::OrderCounts& c) {
  return c.waiting() + c.offline() + UnderWay(c) + c.succeeded() + c.failed() + c.refused() +
         c.expired();
}

std::string CountsText(const v1::OrderCounts& c) {
  std::vector<std::string> parts;
  const auto add = [&](int64_t machines, const char* what) {
    if (machines > 0) parts.push_back(absl::StrCat(machines, " ", what));
  };
  add(c.succeeded(), "fixed");
  add(c.failed(), "failed");
  add(c.refused(), "refused");
  add(c.expired(), "expired");
  add(c.relapsed(), "relapsed");
  add(c.offered(), "offered");
  add(c.accepted(), "accepted");
  add(c.running(), "running");
  add(c.reboot_pending(), "awaiting restart");
  add(c.verifying(), "verifying");
  add(c.waiting(), "waiting");
  add(c.offline(), "offline");
  return parts.empty() ? "no machines" : absl::StrJoin(parts, ", ");
}

// One column a share: done, failed, under way, to come.
std::string Bar(const v1::OrderCounts& c, int width, bool colours) {
  const int64_t all = All(c);
  if (all == 0) return std::string(static_cast<size_t>(width), '.');
  const auto share = [&](int64_t machines) {
    const int64_t columns = machines * width / all;
    return static_cast<size_t>(machines > 0 ? std::max<int64_t>(columns, 1) : 0);
  };
  const size_t total = static_cast<size_t>(width);
  const std::string done(std::min(share(c.succeeded()), total), '#');
  const std::string bad(
      std::min(share(c.failed() + c.refused() + c.expired()), total - done.size()), 'x');
  const std::string busy(std::min(share(UnderWay(c)), total - done.size() - bad.size()), '>');
  const std::string rest(total - done.size() - bad.size() - busy.size(), '.');
  return absl::StrCat(Paint(done, Colour::kGreen, colours), Paint(bad, Colour::kRed, colours),
                      Paint(busy, Colour::kCyan, colours), rest);
}

std::string WaveTitle(const v1::Wave& wave, int number) {
  return absl::StrCat(
      "wave ", number,
      wave.policy().name().empty() ? "" : absl::StrCat(" ", ForTerminal(wave.policy().name())));
}

std::string FailureText(const v1::FailureGroup& group) {
  std::string text = absl::StrCat(v1::OrderStatus::Cause_Name(group.cause()));
  if (group.has_code() && group.code() != 0) {
    absl::StrAppend(&text, " ", group.code(), " (", HresultText(group.code()),
                    group.code_name().empty() ? "" : absl::StrCat(", ", group.code_name()), ")");
  }
  return text;
}

// A table's cell: one line, and no end of it.
std::string InCell(absl::string_view text) {
  return absl::StrReplaceAll(ForTerminal(text), {{"|", "\\|"}});
}

}  // namespace

Table CampaignsTable(const v1::ListCampaignsResponse& list) {
  Table table({"CAMPAIGN", "STATE", "CREATED", "SUCCEEDED", "FAILED", "UNDER WAY", "WAITING",
               "TITLE", "WHY IT PAUSED"});
  for (const v1::Campaign& campaign : list.campaigns()) {
    const v1::OrderCounts& counts = campaign.counts();
    table.Add({{campaign.name()},
               {v1::Campaign::State_Name(campaign.state())},
               {InstantText(campaign.create_time())},
               {absl::StrCat(counts.succeeded())},
               {absl::StrCat(counts.failed() + counts.refused() + counts.expired())},
               {absl::StrCat(UnderWay(counts))},
               {absl::StrCat(counts.waiting() + counts.offline())},
               {campaign.spec().title()},
               {campaign.pause_detail()}});
  }
  return table;
}

Table CampaignTable(const v1::Campaign& campaign) {
  v1::ListCampaignsResponse list;
  *list.add_campaigns() = campaign;
  return CampaignsTable(list);
}

std::string CampaignLine(const v1::Campaign& campaign) {
  std::string text = absl::StrCat(campaign.name(), " ", v1::Campaign::State_Name(campaign.state()));
  for (int i = 0; i < campaign.waves_size(); ++i) {
    const v1::Wave& wave = campaign.waves(i);
    if (wave.state() != v1::Wave::ACTIVE && wave.state() != v1::Wave::SOAKING) continue;
    absl::StrAppend(&text, ", ", WaveTitle(wave, i + 1), " ", v1::Wave::State_Name(wave.state()));
  }
  return absl::StrCat(text, ": ", CountsText(campaign.counts()), "\n");
}

std::string CampaignText(const v1::Campaign& campaign, int width, bool colours) {
  std::string text =
      absl::StrCat(Paint(ForTerminal(campaign.spec().title()), Colour::kBold, colours), "  ",
                   campaign.name(), "  ", v1::Campaign::State_Name(campaign.state()), "\n");
  if (campaign.state() == v1::Campaign::PAUSED) {
    absl::StrAppend(
        &text,
        Paint(v1::Campaign::PauseReason_Name(campaign.pause_reason()), Colour::kYellow, colours),
        ": ", ForTerminal(campaign.pause_detail()), "\n");
  }
  for (int i = 0; i < campaign.waves_size(); ++i) {
    const v1::Wave& wave = campaign.waves(i);
    const int64_t all = All(wave.counts());
    std::string title = WaveTitle(wave, i + 1);
    title.resize(std::max<size_t>(title.size(), 18), ' ');
    absl::StrAppend(&text, title, " ", Bar(wave.counts(), width, colours), " ",
                    wave.counts().succeeded(), "/", all, " ", v1::Wave::State_Name(wave.state()),
                    "  ", CountsText(wave.counts()), "\n");
  }
  for (const v1::FailureGroup& group : campaign.failures()) {
    absl::StrAppend(
        &text,
        Paint(absl::StrCat(group.machines(), " × ", FailureText(group)), Colour::kRed, colours),
        ": ", ForTerminal(group.meaning()), ". ", ForTerminal(group.advice()), " [",
        ForTerminal(absl::StrJoin(group.samples(), ", ")),
        group.machines() > group.samples_size() ? ", …" : "", "]\n");
  }
  if (campaign.has_estimated_end_time()) {
    absl::StrAppend(&text, "at this pace through by ", InstantText(campaign.estimated_end_time()),
                    "\n");
  }
  return text;
}

std::string CampaignMarkdown(const v1::Campaign& campaign) {
  const v1::CampaignSpec& spec = campaign.spec();
  std::string text = absl::StrCat(
      "# ", ForTerminal(spec.title()), "\n\n", ForTerminal(spec.description()),
      spec.description().empty() ? "" : "\n\n", "| | |\n| --- | --- |\n| campaign | ",
      campaign.name(), " |\n| state | ", v1::Campaign::State_Name(campaign.state()),
      " |\n| action | ", InCell(orders::DescribeAction(spec.action())), " |\n| rule | ",
      InCell(spec.rule()), " |\n| created | ", InstantText(campaign.create_time()), " by ",
      campaign.created_by(), " |\n| submitted | ", InstantText(campaign.submit_time()),
      " |\n| started | ", InstantText(campaign.start_time()), " |\n| ended | ",
      InstantText(campaign.end_time()), " |\n");
  for (const auto& approval : campaign.approvals()) {
    absl::StrAppend(&text, "| approved | ", InstantText(approval.at()), " by ", approval.by(),
                    ", key of ", InCell(approval.key_name()), " (",
                    absl::BytesToHexString(approval.key()).substr(0, 16), ") |\n");
  }
  absl::StrAppend(&text, "| machines | ", All(campaign.counts()), ": ",
                  CountsText(campaign.counts()), " |\n\n## Waves\n\n",
                  "| wave | machines | state | started | ended | result |\n"
                  "| --- | --- | --- | --- | --- | --- |\n");
  for (int i = 0; i < campaign.waves_size(); ++i) {
    const v1::Wave& wave = campaign.waves(i);
    absl::StrAppend(&text, "| ", InCell(WaveTitle(wave, i + 1)), " | ", All(wave.counts()), " | ",
                    v1::Wave::State_Name(wave.state()), " | ", InstantText(wave.start_time()),
                    " | ", InstantText(wave.end_time()), " | ", CountsText(wave.counts()),
                    wave.accepted_failures() > 0
                        ? absl::StrCat("; ", wave.accepted_failures(), " failures accepted")
                        : "",
                    " |\n");
  }
  if (!campaign.failures().empty()) {
    absl::StrAppend(&text,
                    "\n## Failures\n\n| machines | cause | meaning | advice | for example |\n",
                    "| --- | --- | --- | --- | --- |\n");
  }
  for (const v1::FailureGroup& group : campaign.failures()) {
    absl::StrAppend(&text, "| ", group.machines(), " | ", FailureText(group), " | ",
                    InCell(group.meaning()), " | ", InCell(group.advice()), " | ",
                    InCell(absl::StrJoin(group.samples(), ", ")), " |\n");
  }
  return text;
}

}  // namespace muster::ctl
