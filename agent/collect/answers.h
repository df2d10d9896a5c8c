// What a running system was asked, and what its answers mean as outcomes.
#ifndef MUSTER_AGENT_COLLECT_ANSWERS_H_
#define MUSTER_AGENT_COLLECT_ANSWERS_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "agent/host/system.h"
#include "muster/v1/inventory.pb.h"

namespace muster::collect {

// How long each source of a running system may take. WMI is slow on machines in trouble; what has
// not answered by then is told as not seen, and the rest goes on.
struct AskingLimits {
  absl::Duration facts = absl::Seconds(30);
  absl::Duration update_list = absl::Minutes(2);
  absl::Duration wmi_probe = absl::Seconds(30);
  absl::Duration packages = absl::Minutes(1);
  absl::Duration update_history = absl::Minutes(2);
  absl::Duration events = absl::Seconds(10);
  absl::Duration one_catalog = absl::Seconds(10);
  absl::Duration all_catalogs = absl::Minutes(5);
};

// Every answer but those about catalogs and events, which are asked for one at a time.
struct SystemAnswers {
  host::Answer<host::MachineFacts> machine;
  host::Answer<std::vector<host::UpdateRow>> update_list;
  host::Answer<host::WmiProbe> wmi_probe;
  host::Answer<host::CbsPackageKeys> packages;
  host::Answer<std::vector<host::UpdateHistoryRow>> update_history;
};

SystemAnswers AskSystem(host::System& system, const AskingLimits& limits);

// `seen`: the answer holds something. What ran out of time is FAILED without, PARTIAL with it.
v1::Outcome::Code OutcomeCodeOf(host::AnswerCode code, bool seen);

// With the answer's HRESULT and detail.
template <typename T>
v1::Outcome OutcomeOf(const host::Answer<T>& answer, bool seen) {
  v1::Outcome outcome;
  outcome.set_code(OutcomeCodeOf(answer.code, seen));
  outcome.set_detail(answer.detail);
  if (!answer.complete()) outcome.set_hresult(answer.hresult);
  return outcome;
}

}  // namespace muster::collect

#endif  // MUSTER_AGENT_COLLECT_ANSWERS_H_
