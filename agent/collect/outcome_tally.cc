#include "agent/collect/outcome_tally.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "agent/host/text.h"

namespace muster::collect {
namespace {

constexpr size_t kNamedAtMost = 3;
constexpr size_t kNameBytes = 300;

}  // namespace

void OutcomeTally::Missed(absl::string_view path, const absl::Status& why) {
  ++missed_;
  if (absl::IsPermissionDenied(why)) ++denied_;
  if (first_missed_.size() >= kNamedAtMost) return;
  const std::string reason = host::Displayable(why.message(), kNameBytes);
  const std::string name = host::Displayable(path, kNameBytes);
  // The host's messages name the file already.
  first_missed_.push_back(why.message().find(name) == absl::string_view::npos
                              ? absl::StrCat(name, ": ", reason)
                              : reason);
}

void OutcomeTally::Absent(absl::string_view path) { absent_.emplace_back(path); }

v1::Outcome OutcomeTally::Outcome() const {
  v1::Outcome outcome;
  std::vector<std::string> detail;
  if (missed_ > 0) {
    outcome.set_code(seen_ + named_ > 0   ? v1::Outcome::PARTIAL
                     : denied_ == missed_ ? v1::Outcome::DENIED
                                          : v1::Outcome::FAILED);
    detail.push_back(absl::StrCat(missed_, " of ", seen_ + missed_, " ", things_,
                                  " not read: ", absl::StrJoin(first_missed_, "; "),
                                  missed_ > first_missed_.size() ? "; …" : "",
                                  denied_ > 0 ? "; run with the right to read them" : ""));
  } else if (!absent_.empty()) {
    outcome.set_code(seen_ > 0 ? v1::Outcome::PARTIAL : v1::Outcome::UNSUPPORTED);
  } else {
    outcome.set_code(incomplete_.empty() ? v1::Outcome::OK : v1::Outcome::PARTIAL);
  }
  for (const std::string& path : absent_) detail.push_back(absl::StrCat(path, " is not there"));
  detail.insert(detail.end(), incomplete_.begin(), incomplete_.end());
  detail.insert(detail.end(), notes_.begin(), notes_.end());
  outcome.set_detail(absl::StrJoin(detail, ". "));
  return outcome;
}

}  // namespace muster::collect
