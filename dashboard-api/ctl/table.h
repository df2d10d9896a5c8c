// Tables for people: aligned columns, coloured cells.
#ifndef MUSTER_DASHBOARD_API_CTL_TABLE_H_
#define MUSTER_DASHBOARD_API_CTL_TABLE_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace muster::ctl {

enum class Colour { kNone, kBold, kRed, kYellow, kGreen, kCyan, kMagenta };

// `text` in a colour (ECMA-48 SGR) where `enabled`.
std::string Paint(absl::string_view text, Colour colour, bool enabled);

struct Cell {
  std::string text;  // as it came: the table escapes it; "-" for nothing
  Colour colour = Colour::kNone;
  std::string shown = {};  // to people, where that is another text
};

// Not thread-safe.
class Table {
 public:
  // Cells wider than `max_columns` are shortened.
  explicit Table(std::vector<std::string> header, size_t max_columns = 60);

  // As many cells as the header has.
  void Add(std::vector<Cell> row);

  // Whether a cell was wider than that.
  bool shortened() const { return shortened_; }

  // Lines, each ended by a newline, without blanks at their ends.
  std::string ToText(bool colours) const;
  // RFC 4180, with every text whole; the header in lower case, with _ for blanks.
  std::string ToCsv() const;

 private:
  const std::vector<std::string> header_;
  const size_t max_columns_;
  std::vector<std::vector<Cell>> rows_;
  bool shortened_ = false;
};

}  // namespace muster::ctl

#endif  // MUSTER_DASHBOARD_API_CTL_TABLE_H_
