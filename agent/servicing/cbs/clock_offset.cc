#include "agent/servicing/cbs/clock_offset.h"

#include <cstdlib>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/strip.h"

namespace muster::servicing {
namespace {

// An instant and the record that carries it are written within moments of each other. A session
// that is finalized long after it began gives an odd remainder, and is passed over.
constexpr int64_t kMaxRemainderSeconds = 60;
constexpr int64_t kTicksPerSecond = 10000000;  // a FILETIME counts 100 ns from 1601-01-01 UTC

// Takes decimal digits from the front; false where there is none, or too many for `max`.
bool TakeNumber(absl::string_view& text, uint64_t max, uint64_t& number) {
  size_t at = 0;
  number = 0;
  while (at < text.size() && absl::ascii_isdigit(text[at])) {
    number = number * 10 + static_cast<uint64_t>(text[at] - '0');
    if (number > max) return false;
    ++at;
  }
  text.remove_prefix(at);
  return at > 0;
}

// "30307881_965955247": the halves of a FILETIME.
std::optional<absl::CivilSecond> OfSessionId(absl::string_view text) {
  uint64_t high = 0;
  uint64_t low = 0;
  if (!TakeNumber(text, INT32_MAX, high) || !absl::ConsumePrefix(&text, "_") ||
      !TakeNumber(text, UINT32_MAX, low)) {
    return std::nullopt;
  }
  const uint64_t ticks = high << 32 | low;
  return absl::CivilSecond(1601, 1, 1) + static_cast<int64_t>(ticks / kTicksPerSecond);
}

// "2013/7/1:07:04:27.203" or "2026-05-22 23:34:09.784".
std::optional<absl::CivilSecond> OfStamp(absl::string_view text, char date, char between) {
  const char separators[] = {date, date, between, ':', ':', '\0'};
  uint64_t parts[6] = {};
  for (int i = 0; i < 6; ++i) {
    if (!TakeNumber(text, 9999, parts[i])) return std::nullopt;
    if (separators[i] == '\0') break;
    if (text.empty() || text[0] != separators[i]) return std::nullopt;
    text.remove_prefix(1);
  }
  const absl::CivilSecond time(parts[0], parts[1], parts[2], parts[3], parts[4], parts[5]);
  const bool real = static_cast<uint64_t>(time.month()) == parts[1] &&
                    static_cast<uint64_t>(time.day()) == parts[2] &&
                    static_cast<uint64_t>(time.hour()) == parts[3] &&
                    static_cast<uint64_t>(time.minute()) == parts[4];
  return real ? std::optional(time) : std::nullopt;
}

}  // namespace

void ClockOffset::Add(absl::CivilSecond local, absl::string_view component,
                      absl::string_view message) {
  constexpr size_t kSequenceDigits = 8;
  if (best_ >= 0 && local == last_vote_) return;
  std::optional<absl::CivilSecond> utc;
  if (component == "CSI") {
    if (message.size() <= kSequenceDigits || message[kSequenceDigits] != '@') return;
    utc = OfStamp(message.substr(kSequenceDigits + 1), '/', ':');
  } else if (absl::ConsumePrefix(&message, "Session: ")) {
    utc = OfSessionId(message);
  } else if (absl::ConsumePrefix(&message, "Universal Time is: ")) {
    utc = OfStamp(message, '-', ' ');
  }
  if (utc) Vote(local, *utc);
}

void ClockOffset::Vote(absl::CivilSecond local, absl::CivilSecond utc) {
  const int64_t apart = local - utc;
  const int64_t half = apart < 0 ? -kStepSeconds / 2 : kStepSeconds / 2;
  const int64_t step = (apart + half) / kStepSeconds;
  if (step < kFirstStep || step > kLastStep) return;
  if (std::abs(apart - step * kStepSeconds) > kMaxRemainderSeconds) return;
  const int index = static_cast<int>(step) - kFirstStep;
  last_vote_ = local;
  ++votes_[index];
  if (best_ < 0 || votes_[index] > votes_[best_]) best_ = index;
}

std::optional<absl::Duration> ClockOffset::value() const {
  if (best_ < 0) return std::nullopt;
  return absl::Seconds((best_ + kFirstStep) * kStepSeconds);
}

}  // namespace muster::servicing
