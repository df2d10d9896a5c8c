#include "dashboard-api/ctl/table.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "dashboard-api/ctl/safe_text.h"

namespace muster::ctl {
namespace {

absl::string_view Code(Colour colour) {
  switch (colour) {
    case Colour::kBold:
      return "1";
    case Colour::kRed:
      return "31";
    case Colour::kYellow:
      return "33";
    case Colour::kGreen:
      return "32";
    case Colour::kCyan:
      return "36";
    case Colour::kMagenta:
      return "35";
    case Colour::kNone:
      break;
  }
  return "";
}

}  // namespace

std::string Paint(absl::string_view text, Colour colour, bool enabled) {
  if (!enabled || colour == Colour::kNone) return std::string(text);
  return absl::StrCat("\x1b[", Code(colour), "m", text, "\x1b[0m");
}

Table::Table(std::vector<std::string> header, size_t max_columns)
    : header_(std::move(header)), max_columns_(max_columns) {}

void Table::Add(std::vector<Cell> row) {
  for (Cell& cell : row) {
    cell.text = ForTerminal(cell.text);
    if (Columns(cell.text) <= max_columns_) continue;
    cell.text = Shorten(cell.text, max_columns_);
    shortened_ = true;
  }
  rows_.push_back(std::move(row));
}

std::string Table::ToText(bool colours) const {
  std::vector<size_t> widths;
  for (const std::string& name : header_) widths.push_back(Columns(name));
  for (const auto& row : rows_) {
    for (size_t i = 0; i < row.size(); ++i) {
      widths[i] = std::max(widths[i], Columns(row[i].text));
    }
  }
  std::string text;
  auto append_line = [&](auto cell_at) {
    std::string line;
    for (size_t i = 0; i < header_.size(); ++i) {
      Cell cell = cell_at(i);
      size_t padding = widths[i] - Columns(cell.text) + 2;
      absl::StrAppend(&line, Paint(cell.text, cell.colour, colours), std::string(padding, ' '));
    }
    absl::StripTrailingAsciiWhitespace(&line);
    absl::StrAppend(&text, line, "\n");
  };
  append_line([&](size_t i) { return Cell{header_[i], Colour::kBold}; });
  for (const auto& row : rows_) {
    append_line([&](size_t i) { return row[i]; });
  }
  return text;
}

}  // namespace muster::ctl
