#include "dashboard-api/ctl/values.h"

#include <algorithm>
#include <cstdint>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"
#include "common/proto_time.h"
#include "common/verdict/state_order.h"

namespace muster::ctl {
namespace {

constexpr int64_t kMaxLifetimeSeconds = int64_t{10'000} * 24 * 3600;

}  // namespace

std::string InstantText(const google::protobuf::Timestamp& time) {
  if (time.seconds() == 0 && time.nanos() == 0) return "-";
  return absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", FromProto(time), absl::UTCTimeZone());
}

absl::StatusOr<absl::Time> ParseInstant(const std::string& text) {
  absl::Time time;
  std::string error;
  if (absl::ParseTime(absl::RFC3339_full, text, &time, &error) ||
      absl::ParseTime("%Y-%m-%d", text, absl::UTCTimeZone(), &time, &error)) {
    return time;
  }
  return absl::InvalidArgumentError(
      absl::StrCat("\"", text, "\" is no instant: write 2013-07-01T09:04:27+02:00, or 2013-07-01"));
}

absl::StatusOr<absl::Duration> ParseLifetime(const std::string& text) {
  int64_t number = 0;
  char unit = text.empty() ? ' ' : text.back();
  int64_t seconds = unit == 'd' ? 86400 : unit == 'h' ? 3600 : unit == 'm' ? 60 : unit == 's';
  const std::string digits = text.substr(0, text.empty() ? 0 : text.size() - 1);
  const bool whole =
      std::ranges::all_of(digits, [](unsigned char c) { return absl::ascii_isdigit(c); });
  if (seconds != 0 && whole && absl::SimpleAtoi(digits, &number) && number > 0 &&
      number <= kMaxLifetimeSeconds / seconds) {
    return absl::Seconds(number * seconds);
  }
  return absl::InvalidArgumentError(
      absl::StrCat("\"", text, "\" is no lifetime: write 90d, 24h, 30m or 45s"));
}

absl::StatusOr<absl::Duration> ParseInterval(const std::string& text) {
  const bool has_unit =
      text.empty() || absl::ascii_isalpha(static_cast<unsigned char>(text.back()));
  return ParseLifetime(has_unit ? text : text + "s");
}

std::string StateText(v1::Verdict::State state) {
  if (state == v1::Verdict::STATE_UNSPECIFIED || !v1::Verdict::State_IsValid(state)) return "-";
  return absl::StrReplaceAll(v1::Verdict::State_Name(state), {{"_", " "}});
}

Colour StateColour(v1::Verdict::State state) {
  switch (state) {
    case v1::Verdict::AFFECTED:
      return Colour::kRed;
    case v1::Verdict::AT_RISK:
      return Colour::kYellow;
    case v1::Verdict::REMEDIATING:
      return Colour::kCyan;
    case v1::Verdict::FIXED:
    case v1::Verdict::CLEAN:
      return Colour::kGreen;
    case v1::Verdict::UNKNOWN:
      return Colour::kMagenta;
    default:
      return Colour::kNone;
  }
}

Cell StateCell(v1::Verdict::State state) {
  const std::string shown = StateText(state);
  return {shown == "-" ? shown : v1::Verdict::State_Name(state), StateColour(state), shown};
}

const v1::Verdict* ShownVerdict(const v1::Machine& machine, const std::string& rule) {
  const v1::Verdict* shown = nullptr;
  for (const v1::Verdict& verdict : machine.verdicts()) {
    if (!rule.empty() && verdict.rule() != rule) continue;
    if (shown == nullptr || verdict::IsWorse(verdict.state(), shown->state())) shown = &verdict;
  }
  return shown;
}

std::string ResourceName(absl::string_view collection, const std::string& name) {
  const std::string prefix = absl::StrCat(collection, "/");
  return absl::StartsWith(name, prefix) ? name : absl::StrCat(prefix, name);
}

std::string ShortName(const std::string& name) {
  constexpr size_t kShown = sizeof("machines/") - 1 + 12;
  if (!absl::StartsWith(name, "machines/") || name.size() <= kShown) return name;
  return absl::StrCat(name.substr(0, kShown), "…");
}

std::string ShortDigest(const std::string& bytes) {
  return absl::BytesToHexString(bytes.substr(0, 6));
}

std::string HresultText(uint32_t hresult) {
  return hresult == 0 ? "" : absl::StrFormat("0x%08X", hresult);
}

}  // namespace muster::ctl
