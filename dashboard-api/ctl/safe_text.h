// Text from elsewhere, made fit for a terminal or a spreadsheet. Pure functions.
#ifndef MUSTER_DASHBOARD_API_CTL_SAFE_TEXT_H_
#define MUSTER_DASHBOARD_API_CTL_SAFE_TEXT_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace muster::ctl {

// What a terminal would obey is escaped: C0, DEL and C1 controls as \xNN, Unicode's direction
// overrides and line separators as \u{N}, bytes that are no UTF-8 as \xNN. A machine's name can
// thus neither move the cursor nor forge a line.
std::string ForTerminal(absl::string_view text);

// How many columns a text takes: its code points.
size_t Columns(absl::string_view text);

// At most `columns` wide, with an ellipsis where something was left out.
std::string Shorten(const std::string& text, size_t columns);

// One line of CSV (RFC 4180, CRLF at its end). A field that a spreadsheet would take for a formula
// (it begins with = + - @, tab or CR) gets an apostrophe before it.
std::string CsvLine(const std::vector<std::string>& fields);

}  // namespace muster::ctl

#endif  // MUSTER_DASHBOARD_API_CTL_SAFE_TEXT_H_
