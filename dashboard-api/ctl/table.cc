#include "dashboard-api/ctl/table.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
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
    cell.shown = ForTerminal(cell.shown.empty() ? cell.text : cell.shown);
    if (Columns(cell.shown) <= max_columns_) continue;
    cell.shown = Shorten(cell.shown, max_columns_);
    shortened_ = true;
  }
  rows_.push_back(std::move(row));
}

std::string Table::ToText(bool colours) const {
  std::vector<size_t> widths;
  for (const std::string& name : header_) widths.push_back(Columns(name));
  for (const auto& row : rows_) {
    for (size_t i = 0; i < row.size(); ++i) {
      widths[i] = std::max(widths[i], Columns(row[i].shown));
    }
  }
  std::string text;
  auto append_line = [&](auto cell_at) {
    std::string line;
    for (size_t i = 0; i < header_.size(); ++i) {
      Cell cell = cell_at(i);
      size_t padding = widths[i] - Columns(cell.shown) + 2;
      absl::StrAppend(&line, Paint(cell.shown, cell.colour, colours), std::string(padding, ' '));
    }
    absl::StripTrailingAsciiWhitespace(&line);
    absl::StrAppend(&text, line, "\n");
  };
  append_line([&](size_t i) { return Cell{"", Colour::kBold, header_[i]}; });
  for (const auto& row : rows_) {
    append_line([&](size_t i) { return row[i]; });
  }
  return text;
}

std::string Table::ToCsv() const {
  std::vector<std::string> fields;
  for (const std::string& name : header_) {
    fields.push_back(absl::StrReplaceAll(absl::AsciiStrToLower(name), {{" ", "_"}}));
  }
  std::string csv = CsvLine(fields);
  for (const auto& row : rows_) {
    for (size_t i = 0; i < row.size(); ++i) fields[i] = row[i].text == "-" ? "" : row[i].text;
    csv += CsvLine(fields);
  }
  return csv;
}

}  // namespace muster::ctl
