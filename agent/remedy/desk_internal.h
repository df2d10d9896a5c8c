// The desk's orders, as its two files see them: desk.cc takes, keeps and tells, desk_steps.cc has
// things done.
#ifndef MUSTER_AGENT_REMEDY_DESK_INTERNAL_H_
#define MUSTER_AGENT_REMEDY_DESK_INTERNAL_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "agent/remedy/desk.h"

namespace muster::remedy {

using Step = v1::JournalRecord;
using Status = v1::OrderStatus;

struct Desk::Work {
  v1::JournalRecord record;
  v1::OrderManifest manifest;
  Status told;  // what the last report said
  absl::Time starts_at = absl::InfinitePast();
  absl::Time waits_since = absl::InfiniteFuture();  // for what stands in the way
  bool scanned = false;
  WorkFiles files;
  std::vector<host::Command> commands;  // still to be started
  uint64_t life = 0;                    // callbacks of an earlier step find another number

  Step::Step step() const { return record.step(); }
  bool is_open() const { return step() != Step::ENDED && step() != Step::SETTLED; }
};

template <typename Call>
auto Desk::Later(Work& work, Call call) {
  return [this, alive = std::weak_ptr<bool>(alive_), &work, life = work.life,
          call = std::move(call)](auto&&... values) {
    if (alive.expired() || work.life != life) return;
    call(work, std::forward<decltype(values)>(values)...);
  };
}

inline std::string BriefId(const v1::JournalRecord& record) {
  return absl::StrCat(record.campaign(), " attempt ", record.attempt());
}

}  // namespace muster::remedy

#endif  // MUSTER_AGENT_REMEDY_DESK_INTERNAL_H_
