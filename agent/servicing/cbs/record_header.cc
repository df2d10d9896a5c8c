#include "agent/servicing/cbs/record_header.h"

#include <algorithm>
#include <cstring>

#include "absl/strings/ascii.h"

namespace muster::servicing {
namespace {

// Columns of the fixed layout, 0-based.
constexpr size_t kTimeEnd = 19;  // "YYYY-MM-DD HH:MM:SS", then ", "
constexpr size_t kSeverityStart = 21;
constexpr size_t kComponentStart = 43;
constexpr size_t kMessageStart = 50;

constexpr absl::string_view kShape = "dddd-dd-dd dd:dd:dd,";

bool IsSeparator(char shape) { return shape != 'd'; }

bool FitsShape(absl::string_view line, size_t length) {
  for (size_t i = 0; i < length; ++i) {
    const bool fits = IsSeparator(kShape[i]) ? line[i] == kShape[i] : absl::ascii_isdigit(line[i]);
    if (!fits) return false;
  }
  return true;
}

int Number(absl::string_view digits) {
  int number = 0;
  for (const char c : digits) number = number * 10 + (c - '0');
  return number;
}

bool ReadTime(absl::string_view line, absl::CivilSecond& time) {
  if (!FitsShape(line, kTimeEnd + 1)) return false;
  const int year = Number(line.substr(0, 4));
  const int month = Number(line.substr(5, 2));
  const int day = Number(line.substr(8, 2));
  const int hour = Number(line.substr(11, 2));
  const int minute = Number(line.substr(14, 2));
  const int second = Number(line.substr(17, 2));
  if (year < 1601 || hour > 23 || minute > 59 || second > 59) return false;
  time = absl::CivilSecond(year, month, day, hour, minute, second);
  return time.month() == month && time.day() == day;  // otherwise it was normalized: no such day
}

// All separators of a header are there, or the line ends within its time.
bool LooksLikeHeader(absl::string_view line) {
  constexpr size_t kDate = 10;
  constexpr size_t kMinute = 16;
  if (line.size() <= kTimeEnd) {
    // "2013-07-01 10:10" alone is the time that CheckSUR writes into its block.
    return line.size() >= 8 && line.size() != kDate && line.size() != kMinute &&
           FitsShape(line, line.size());
  }
  for (size_t i = 0; i < kShape.size(); ++i) {
    if (IsSeparator(kShape[i]) && line[i] != kShape[i]) return false;
  }
  return true;
}

bool IsKnownSeverity(absl::string_view word) {
  return word == "Info" || word == "Warning" || word == "Error";
}

absl::string_view FirstWord(absl::string_view text) { return text.substr(0, text.find(' ')); }

bool IsBlank(absl::string_view text) {
  return text.find_first_not_of(' ') == absl::string_view::npos;
}

// Severity and component padded to their columns; the component may be blank.
bool ReadFixedColumns(absl::string_view line, RecordHeader& header) {
  if (line.size() < kComponentStart || line[kTimeEnd + 1] != ' ') return false;
  header.severity = FirstWord(line.substr(kSeverityStart));
  const size_t severity_end = kSeverityStart + header.severity.size();
  if (header.severity.empty() || severity_end >= kComponentStart ||
      !IsBlank(line.substr(severity_end, kComponentStart - severity_end))) {
    return false;
  }
  header.component = FirstWord(line.substr(kComponentStart));
  const size_t end = kComponentStart + header.component.size();
  // A component that fills or overflows its column is followed by one blank.
  const size_t message = std::max(kMessageStart, end + 1);
  if (line.size() <= message) {
    header.message = absl::string_view();
  } else if (IsBlank(line.substr(end, message - end))) {
    header.message = line.substr(message);
  } else {
    return false;
  }
  return true;
}

// A component as all logs have it: short and upper case ("CBS", "DEPLOY").
bool LooksLikeComponent(absl::string_view word) {
  return !word.empty() && word.size() <= kMessageStart - kComponentStart &&
         std::all_of(word.begin(), word.end(),
                     [](char c) { return absl::ascii_isupper(c) || absl::ascii_isdigit(c); });
}

// What copying and pasting leaves: one blank, or a tab, between the parts.
bool ReadCollapsed(absl::string_view line, RecordHeader& header) {
  constexpr absl::string_view kBlanks = " \t";
  const auto skip_blanks = [&line, kBlanks] {
    line.remove_prefix(std::min(line.find_first_not_of(kBlanks), line.size()));
  };
  const auto word = [&line, kBlanks] { return line.substr(0, line.find_first_of(kBlanks)); };
  line.remove_prefix(kTimeEnd + 1);
  skip_blanks();
  header.severity = word();
  line.remove_prefix(header.severity.size());
  if (!IsKnownSeverity(header.severity) || line.empty()) return false;
  skip_blanks();
  header.component = word();
  if (LooksLikeComponent(header.component)) {
    line.remove_prefix(header.component.size());
    skip_blanks();
  } else {
    header.component = absl::string_view();
  }
  header.message = line;
  return true;
}

}  // namespace

bool RecordHeaderReader::ReadTimeOnce(absl::string_view line, absl::CivilSecond& time) {
  static_assert(kTimeBytes == kTimeEnd + 1);
  if (line.size() < kTimeBytes) return false;
  if (std::memcmp(line.data(), time_text_, kTimeBytes) != 0) {
    if (!ReadTime(line, time_)) {
      time_text_[0] = '\0';
      return false;
    }
    std::memcpy(time_text_, line.data(), kTimeBytes);
  }
  time = time_;
  return true;
}

bool RecordHeaderReader::ReadColumnsOnce(absl::string_view line, RecordHeader& header) {
  static_assert(kTimeBytes + kColumnsBytes == kMessageStart);
  if (line.size() <= kMessageStart) return ReadFixedColumns(line, header);
  if (std::memcmp(line.data() + kTimeBytes, columns_, kColumnsBytes) == 0) {
    header.severity = line.substr(kSeverityStart, severity_bytes_);
    header.component = line.substr(kComponentStart, component_bytes_);
    header.message = line.substr(kMessageStart);
    return true;
  }
  if (!ReadFixedColumns(line, header)) return false;
  // A component that overflows its column moves the message: nothing to remember.
  if (header.message.data() == line.data() + kMessageStart) {
    std::memcpy(columns_, line.data() + kTimeBytes, kColumnsBytes);
    severity_bytes_ = header.severity.size();
    component_bytes_ = header.component.size();
  }
  return true;
}

LineKind RecordHeaderReader::Read(absl::string_view line, RecordHeader& header) {
  if (ReadTimeOnce(line, header.time) &&
      (ReadColumnsOnce(line, header) || ReadCollapsed(line, header))) {
    return LineKind::kHeader;
  }
  return LooksLikeHeader(line) ? LineKind::kBroken : LineKind::kContinuation;
}

}  // namespace muster::servicing
