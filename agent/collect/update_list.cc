#include "agent/collect/update_list.h"

#include <map>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "agent/collect/answers.h"
#include "agent/collect/set_builder.h"
#include "agent/host/text.h"
#include "agent/servicing/qfe/qfe.h"
#include "common/proto_time.h"

namespace muster::collect {
namespace {

constexpr size_t kMaxTextBytes = 2048;

struct Listed {
  v1::Update update;
  std::optional<absl::Time> installed_on;
};

std::optional<absl::Time> InstantOf(const std::string& text, servicing::DateOrder order) {
  const auto read = servicing::ParseInstalledOn(text, order);
  if (!read.ok()) return std::nullopt;
  if (read->time) return read->time;
  if (!read->day) return std::nullopt;
  return absl::FromCivil(*read->day, absl::UTCTimeZone());
}

}  // namespace

UpdateList ReadUpdateList(const host::Answer<std::vector<host::UpdateRow>>& answer) {
  std::vector<std::string> dates;
  for (const host::UpdateRow& row : answer.value) dates.push_back(row.installed_on);
  const servicing::DateOrder order = servicing::DateOrderOf(dates);
  std::map<std::string, Listed> by_kb;
  uint64_t nameless = 0;
  for (const host::UpdateRow& row : answer.value) {
    const std::string kb = servicing::KbOfQfeRow(row.hot_fix_id, row.service_pack_in_effect);
    if (kb.empty()) {
      ++nameless;
      continue;
    }
    Listed listed;
    listed.update.set_kb(host::ValidUtf8(kb, kMaxTextBytes));
    listed.update.set_description(host::ValidUtf8(row.description, kMaxTextBytes));
    listed.update.set_support_url(host::ValidUtf8(row.caption, kMaxTextBytes));
    listed.update.set_source(v1::Update::QFE);
    listed.installed_on = InstantOf(row.installed_on, order);
    by_kb.try_emplace(listed.update.kb(), std::move(listed));  // lists give some rows twice
  }
  SetBuilder builder(v1::UPDATES, "updates");
  UpdateList list;
  for (const auto& [kb, listed] : by_kb) {
    builder.Add(listed.update, kb);
    list.kbs.insert(kb);
    if (!listed.installed_on) continue;
    v1::InstallDate& date = list.install_dates.emplace_back();
    date.set_kb(kb);
    *date.mutable_installed_on() = ToProto(*listed.installed_on);
  }
  list.updates = builder.Finish();
  list.updates.outcome = OutcomeOf(answer, !answer.value.empty());
  if (nameless > 0 && answer.complete()) {
    list.updates.outcome.set_detail(absl::StrCat(nameless, " rows name no update"));
  }
  return list;
}

}  // namespace muster::collect
