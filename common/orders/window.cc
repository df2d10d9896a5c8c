#include "common/orders/window.h"

#include <algorithm>

namespace muster::orders {
namespace {

constexpr int kMaxSpans = 50;
constexpr uint32_t kMinutesADay = 1440;

bool IsDay(const v1::MaintenanceWindow::Span& span, absl::CivilDay day) {
  // absl::Weekday begins with Monday, 0.
  const auto number = static_cast<uint32_t>(absl::GetWeekday(day)) + 1;
  return span.days().empty() ||
         std::find(span.days().begin(), span.days().end(), number) != span.days().end();
}

}  // namespace

absl::Status CheckWindow(const v1::MaintenanceWindow& window) {
  if (window.spans_size() > kMaxSpans)
    return absl::InvalidArgumentError("window: at most 50 spans");
  for (const v1::MaintenanceWindow::Span& span : window.spans()) {
    for (const uint32_t day : span.days()) {
      if (day < 1 || day > 7) {
        return absl::InvalidArgumentError("window.days: 1 is Monday, 7 is Sunday");
      }
    }
    if (span.start_minute() >= kMinutesADay) {
      return absl::InvalidArgumentError("window.start_minute: must be below 1440");
    }
    if (span.minutes() < 1 || span.minutes() > kMinutesADay) {
      return absl::InvalidArgumentError("window.minutes: must be 1 to 1440");
    }
  }
  return absl::OkStatus();
}

absl::Time NextOpening(const v1::MaintenanceWindow& window, absl::Time now,
                       absl::Duration utc_offset) {
  if (window.spans().empty()) return now;
  // Local time told as if it were UTC: a machine's offset is all that is known of its zone.
  const absl::Time local = now + utc_offset;
  const absl::CivilDay today = absl::ToCivilDay(local, absl::UTCTimeZone());
  absl::Time first = absl::InfiniteFuture();
  // From yesterday, whose span may reach over midnight, to this day in a week.
  for (int day = -1; day <= 7; ++day) {
    for (const v1::MaintenanceWindow::Span& span : window.spans()) {
      if (!IsDay(span, today + day)) continue;
      const absl::Time begin =
          absl::FromCivil(today + day, absl::UTCTimeZone()) + absl::Minutes(span.start_minute());
      if (local >= begin + absl::Minutes(span.minutes())) continue;
      first = std::min(first, std::max(begin, local));
    }
  }
  return first - utc_offset;
}

}  // namespace muster::orders
