#include "agent/host/windows/bounded_call.h"

#include <exception>

#include "absl/strings/str_cat.h"

namespace muster::host {

std::string BoundedCaller::RunGuarded(const std::function<void()>& work) {
  try {
    work();
    return "";
  } catch (const std::exception& error) {
    return absl::StrCat("The source threw: ", error.what());
  }
}

bool BoundedCaller::TooManyHang() const {
  absl::MutexLock lock(&left_behind_->mutex);
  return left_behind_->count >= max_left_behind_;
}

void BoundedCaller::Count(LeftBehind& left_behind, int change) {
  absl::MutexLock lock(&left_behind.mutex);
  left_behind.count += change;
}

std::string BoundedCaller::TimedOutText(absl::string_view what, absl::Duration limit) {
  return absl::StrCat(what, " gave no answer within ", absl::FormatDuration(limit),
                      "; what is here was seen before");
}

std::string BoundedCaller::CannotStartText(absl::string_view what) const {
  return absl::StrCat(what, " was not asked: ", max_left_behind_,
                      " earlier calls still hang, or the system has no thread left; restart the "
                      "Windows Management Instrumentation service or the machine");
}

}  // namespace muster::host
