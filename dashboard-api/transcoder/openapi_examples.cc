#include "dashboard-api/transcoder/openapi_examples.h"

#include <google/protobuf/message.h>
#include <google/protobuf/text_format.h>

#include <memory>
#include <utility>

#include "dashboard-api/transcoder/json_writer.h"

namespace muster::transcoder {
namespace {

// By message, as text format: what no longer fits the contract fails the test that reads them all.
constexpr std::pair<const char*, const char*> kExamples[] = {
    {"muster.v1.Machine", R"pb(
       name: "machines/c939ad991e0ba872076c4007ad5c79d7468a18afa5b26242fd76ebcb35be11a2"
       attributes {
         name: "PC-00042"
         domain: "corp.example"
         site: "Berlin"
         organizational_unit: "Kiosks"
         os: "Windows 7 SP1"
         os_version: "6.1.7601"
         architecture: "amd64"
       }
       enrolled_at { seconds: 1795000000 }
       last_seen { seconds: 1795086400 }
       verdicts {
         rule: "expired-catalog"
         state: AFFECTED
         breaks_at { seconds: 1372282637 }
         explanation: "Affected since 2013-06-26 21:37:17 UTC: a servicing catalog whose signature dies with its certificate."
         remedies: "KB2749655"
       }
       agent_version: "0.1.0")pb"},
    {"muster.v1.SummarizeVerdictsResponse", R"pb(
       rows {
         value: "Berlin"
         counts {
           state: AFFECTED
           machines: 812
           filter: "(site = \"Berlin\" AND verdict = AFFECTED)"
         }
         counts { state: CLEAN machines: 188 filter: "(site = \"Berlin\" AND verdict = CLEAN)" }
         total: 1000
       }
       total: 1000)pb"},
    {"muster.v1.CreateCampaignRequest", R"pb(
       spec {
         title: "KB2749655 in Berlin"
         filter: "site = \"Berlin\""
         rule: "expired-catalog"
         action { rescan {} }
         waves {
           name: "canary"
           machines: 20
           concurrency: 10
           soak { seconds: 3600 }
           success_percent: 95
           error_percent: 5
           min_sample: 5
           deadline { seconds: 14400 }
           offline_after { seconds: 86400 }
         }
         waves {
           name: "rest"
           rest: true
           concurrency: 200
           soak { seconds: 0 }
           success_percent: 90
           error_percent: 10
           min_sample: 20
           deadline { seconds: 14400 }
           offline_after { seconds: 86400 }
         }
         max_attempts: 2
         validity { seconds: 604800 }
         run_limit { seconds: 3600 }
       })pb"},
    {"muster.v1.CreateSessionRequest",
     R"pb(user_id: "anna" password: "correct horse battery staple")pb"},
    {"muster.v1.Session", R"pb(
       actor: "users/anna"
       display_name: "Anna Schmidt"
       role: OPERATOR
       create_time { seconds: 1795086400 }
       expire_time { seconds: 1795090000 })pb"},
    {"muster.v1.PreviewGroupRequest",
     R"pb(group { name: "groups/kiosks" filter: "organizational_unit = \"Kiosks\"" })pb"},
    {"muster.v1.PreviewGroupResponse",
     R"pb(machines: 212 samples: "PC-00042" samples: "PC-00043")pb"},
};

}  // namespace

std::optional<std::string> ExampleOf(const google::protobuf::Descriptor& type) {
  for (const auto& [name, text] : kExamples) {
    if (type.full_name() != name) continue;
    const std::unique_ptr<google::protobuf::Message> message(
        google::protobuf::MessageFactory::generated_factory()->GetPrototype(&type)->New());
    if (!google::protobuf::TextFormat::ParseFromString(text, message.get())) return std::nullopt;
    std::string json;
    AppendJson(*message, FieldTree(), json);
    return json;
  }
  return std::nullopt;
}

}  // namespace muster::transcoder
