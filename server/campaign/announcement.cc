#include "server/campaign/announcement.h"

#include <google/protobuf/struct.pb.h>
#include <google/protobuf/util/json_util.h>

#include "absl/strings/str_cat.h"
#include "common/proto_time.h"
#include "server/campaign/engine.h"

namespace muster::campaign {

absl::Status Announce(CampaignTransaction& transaction, const std::string& event,
                      const std::string& detail, absl::Time now) {
  const CampaignRow& row = transaction.row();
  auto waves = transaction.Waves(now);
  if (!waves.ok()) return waves.status();
  int64_t fixed = 0, bad = 0, offline = 0;
  for (const WaveRow& wave : *waves) {
    fixed += wave.counts.succeeded();
    bad += wave.counts.failed() + wave.counts.refused();
    offline += wave.counts.offline();
  }
  const std::string name = absl::StrCat("campaigns/", row.id);
  const std::string state = v1::Campaign::State_Name(row.state);
  google::protobuf::Struct body;
  auto& fields = *body.mutable_fields();
  const auto put = [&](const char* key, const std::string& text) {
    fields[key].set_string_value(text);
  };
  put("event", event);
  put("campaign", name);
  put("title", row.spec.title());
  put("state", state);
  put("detail", detail);
  put("time", absl::FormatTime(absl::RFC3339_sec, now, absl::UTCTimeZone()));
  fields["succeeded"].set_number_value(static_cast<double>(fixed));
  fields["failed"].set_number_value(static_cast<double>(bad));
  fields["offline"].set_number_value(static_cast<double>(offline));
  std::string json;
  if (!google::protobuf::util::MessageToJsonString(body, &json).ok()) {
    return absl::InternalError("a notification could not be written as JSON");
  }
  return transaction.Announce(
      {event, absl::StrCat("Muster: ", row.spec.title(), " is ", state),
       absl::StrCat(row.spec.title(), " (", name, ") is ", state, ".\n", detail, "\n\n", fixed,
                    " machines are fixed, ", bad, " failed, ", offline, " are offline.\n\n",
                    "musterctl campaigns show ", name, "\n"),
       json},
      now);
}

}  // namespace muster::campaign
