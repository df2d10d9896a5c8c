#include <algorithm>
#include <array>
#include <cstdint>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "agent/servicing/qfe/qfe.h"

namespace muster::servicing {
namespace {

constexpr size_t kMaxBytes = 64;
constexpr int64_t kTicksPerSecond = 10'000'000;
constexpr int64_t kSecondsFrom1601To1970 = 11'644'473'600;

// Three numbers and what stands between them.
struct Triple {
  std::array<int, 3> numbers;
  char separator;
  bool year_first;
};

bool AllDigits(absl::string_view text) {
  return std::all_of(text.begin(), text.end(), absl::ascii_isdigit);
}

int Number(absl::string_view digits) {
  int number = 0;
  return absl::SimpleAtoi(digits, &number) ? number : -1;
}

// "3/2/2017", "02.03.2017", "2017. 03. 02.", "2017-03-02".
std::optional<Triple> SplitDate(absl::string_view text) {
  Triple date{};
  for (size_t part = 0; part < 3; ++part) {
    size_t digits = 0;
    while (digits < text.size() && absl::ascii_isdigit(text[digits])) ++digits;
    const bool year = digits == 4;
    if (!year && (digits < 1 || digits > 2)) return std::nullopt;
    if (part == 0) date.year_first = year;
    if (year != (part == (date.year_first ? 0 : 2))) return std::nullopt;
    date.numbers[part] = Number(text.substr(0, digits));
    text.remove_prefix(digits);
    if (part == 2) break;
    if (text.empty()) return std::nullopt;
    const char separator = text[0];
    if (separator != '/' && separator != '.' && separator != '-') return std::nullopt;
    if (part == 1 && separator != date.separator) return std::nullopt;
    date.separator = separator;
    text = absl::StripLeadingAsciiWhitespace(text.substr(1));
  }
  const bool trailing_dot = date.separator == '.' && date.year_first && text == ".";
  if (!text.empty() && !trailing_dot) return std::nullopt;
  return date;
}

std::optional<absl::CivilDay> Day(int year, int month, int day) {
  if (year < 1990 || year > 2199) return std::nullopt;
  const absl::CivilDay result(year, month, day);  // normalises what no calendar has
  if (result.month() != month || result.day() != day) return std::nullopt;
  return result;
}

// A date that could be read in both orders, or in neither, tells none.
DateOrder OrderOf(const Triple& date) {
  if (date.year_first || date.separator == '.') return DateOrder::kUnknown;
  const bool month_first = Day(date.numbers[2], date.numbers[0], date.numbers[1]).has_value();
  const bool day_first = Day(date.numbers[2], date.numbers[1], date.numbers[0]).has_value();
  if (month_first == day_first) return DateOrder::kUnknown;
  return month_first ? DateOrder::kMonthFirst : DateOrder::kDayFirst;
}

InstalledOn FromTriple(const Triple& date, DateOrder order) {
  const auto& [first, second, third] = date.numbers;
  InstalledOn result;
  if (date.year_first) {
    result.day = Day(first, second, third);
    return result;
  }
  if (date.separator == '.') {  // no language writes the month first with dots
    result.day = Day(third, second, first);
    return result;
  }
  const DateOrder own = OrderOf(date);
  if (own != DateOrder::kUnknown) order = own;
  result.ambiguous = order == DateOrder::kUnknown && first != second;
  result.day =
      order == DateOrder::kDayFirst ? Day(third, second, first) : Day(third, first, second);
  return result;
}

std::optional<InstalledOn> FromTime(absl::Time time) {
  const absl::CivilDay utc = absl::ToCivilDay(time, absl::UTCTimeZone());
  const std::optional<absl::CivilDay> day =
      Day(static_cast<int>(utc.year()), utc.month(), utc.day());
  if (!day) return std::nullopt;
  return InstalledOn{day, time};
}

// 16 hex digits: 100 ns since 1601, in UTC.
std::optional<InstalledOn> FromFiletime(absl::string_view text) {
  uint64_t ticks = 0;
  if (!absl::SimpleHexAtoi(text, &ticks) || ticks > uint64_t{INT64_MAX}) return std::nullopt;
  const auto signed_ticks = static_cast<int64_t>(ticks);
  return FromTime(absl::FromUnixSeconds(signed_ticks / kTicksPerSecond - kSecondsFrom1601To1970) +
                  absl::Nanoseconds(signed_ticks % kTicksPerSecond * 100));
}

// "20170302090427.123456+060": local time, and its minutes ahead of UTC, "***" where not known.
// Source: DMTF DSP0004, datetime.
std::optional<InstalledOn> FromDmtf(absl::string_view text) {
  if (text.size() != 25 || text[14] != '.' || !AllDigits(text.substr(0, 14))) return std::nullopt;
  if (!AllDigits(text.substr(15, 6)) && text.substr(15, 6) != "******") return std::nullopt;
  const absl::string_view zone = text.substr(22);
  const bool zone_known = zone != "***";
  if ((text[21] != '+' && text[21] != '-') || (zone_known && !AllDigits(zone))) return std::nullopt;
  const std::optional<absl::CivilDay> day =
      Day(Number(text.substr(0, 4)), Number(text.substr(4, 2)), Number(text.substr(6, 2)));
  if (!day) return std::nullopt;
  if (!zone_known) return InstalledOn{day, std::nullopt};
  const int hour = Number(text.substr(8, 2)), minute = Number(text.substr(10, 2)),
            second = Number(text.substr(12, 2));
  if (hour > 23 || minute > 59 || second > 59) return std::nullopt;
  const absl::CivilSecond local(day->year(), day->month(), day->day(), hour, minute, second);
  const absl::Duration ahead = absl::Minutes(Number(zone)) * (text[21] == '-' ? -1 : 1);
  return FromTime(absl::FromCivil(local, absl::UTCTimeZone()) - ahead);
}

// "20170302"; "2017302", as some machines write it, without the month's zero.
std::optional<InstalledOn> FromDigits(absl::string_view text) {
  const size_t month_digits = text.size() - 6;
  const std::optional<absl::CivilDay> day =
      Day(Number(text.substr(0, 4)), Number(text.substr(4, month_digits)),
          Number(text.substr(4 + month_digits)));
  if (!day) return std::nullopt;
  return InstalledOn{day, std::nullopt};
}

std::optional<InstalledOn> Parse(absl::string_view text, DateOrder order) {
  if (text.empty()) return InstalledOn{};
  if (text.size() > kMaxBytes) return std::nullopt;
  if ((text.size() == 7 || text.size() == 8) && AllDigits(text)) return FromDigits(text);
  if (text.size() == 16 && std::all_of(text.begin(), text.end(), absl::ascii_isxdigit)) {
    return FromFiletime(text);
  }
  if (text.size() == 25) return FromDmtf(text);
  const std::optional<Triple> date = SplitDate(text);
  if (!date) return std::nullopt;
  const InstalledOn result = FromTriple(*date, order);
  if (!result.day) return std::nullopt;
  return result;
}

}  // namespace

DateOrder DateOrderOf(absl::Span<const std::string> installed_on) {
  DateOrder result = DateOrder::kUnknown;
  for (const std::string& text : installed_on) {
    const std::optional<Triple> date = SplitDate(absl::StripAsciiWhitespace(text));
    const DateOrder order = date ? OrderOf(*date) : DateOrder::kUnknown;
    if (order == DateOrder::kUnknown) continue;
    if (result != DateOrder::kUnknown && result != order) return DateOrder::kUnknown;
    result = order;
  }
  return result;
}

absl::StatusOr<InstalledOn> ParseInstalledOn(absl::string_view text, DateOrder order) {
  const std::optional<InstalledOn> result = Parse(absl::StripAsciiWhitespace(text), order);
  if (result) return *result;
  return absl::InvalidArgumentError(absl::StrCat(
      "InstalledOn \"", absl::CHexEscape(text.substr(0, kMaxBytes)),
      "\" is no date; expected M/D/YYYY, D.M.YYYY, YYYY-MM-DD, YYYYMMDD or a FILETIME in hex"));
}

}  // namespace muster::servicing
