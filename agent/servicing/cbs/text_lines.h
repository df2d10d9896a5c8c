// Takes the bytes of a log apart into lines of UTF-8, whatever they came as: UTF-8 with and without
// BOM, UTF-16 of either byte order, CRLF, LF or lone CR, damaged bytes. Holds one line of memory.
// Not thread-safe.
#ifndef MUSTER_AGENT_SERVICING_CBS_TEXT_LINES_H_
#define MUSTER_AGENT_SERVICING_CBS_TEXT_LINES_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace muster::servicing {

// Lines are cut to this; the rest of a longer one is passed over.
inline constexpr size_t kMaxLineBytes = 64 * 1024;

// A line without its end.
struct TextLine {
  absl::string_view text;  // valid UTF-8
  uint64_t offset = 0;     // of its first byte in what was fed
  // A run of NULs, as a crash leaves it: no text (each NUL is shown as U+FFFD). What follows the
  // run is the next line.
  bool nul_run = false;
  // The view lives until the running Feed returns; otherwise until OnLine returns.
  bool lasting = false;
};

class TextLineSink {
 public:
  virtual ~TextLineSink() = default;
  virtual void OnLine(const TextLine& line) = 0;
};

class TextLineReader {
 public:
  struct Counts {
    uint64_t bytes = 0;
    uint64_t lines = 0;           // as an editor counts them
    uint64_t replaced_bytes = 0;  // NULs, and bytes that are no text in the encoding
    absl::string_view encoding = "UTF-8";
  };

  // Does not own the sink.
  explicit TextLineReader(TextLineSink& sink) : sink_(sink) {}

  // Bytes in pieces of any size.
  void Feed(absl::string_view bytes);
  // Gives the last line, where it has no end. Nothing may be fed after it.
  void Finish();

  const Counts& counts() const { return counts_; }

 private:
  enum class Encoding { kUnknown, kUtf8, kUtf16Le, kUtf16Be };

  void DetectEncoding(bool at_end);
  void Decode(absl::string_view bytes);
  void DecodeUtf8(absl::string_view bytes);
  size_t TakeWholeLines(absl::string_view bytes);
  void SplitUtf8(absl::string_view bytes);
  void DecodeUtf16(absl::string_view bytes);
  void TakeUnit(uint16_t unit);
  void TakeCharacter(uint32_t character, size_t width);
  void ReplaceUtf16(size_t bad_bytes);

  void AddText(absl::string_view text);
  // `width`: bytes of one character.
  void AddNuls(size_t count, size_t width);
  void EndLine(char terminator);
  void EndNulRun();
  void Emit(TextLine line);
  // `text` with every bad byte replaced; a view of `repaired_`.
  absl::string_view Repair(absl::string_view text);

  TextLineSink& sink_;
  Counts counts_;
  Encoding encoding_ = Encoding::kUnknown;
  std::string head_;       // the first bytes, until the encoding is known
  uint64_t position_ = 0;  // of the next byte to decode
  std::string line_;       // the line so far, where it does not lie in one piece
  uint64_t line_offset_ = 0;
  bool in_line_ = false;
  uint64_t nuls_ = 0;  // length of the present run
  bool after_cr_ = false;
  std::string repaired_;
  int odd_byte_ = -1;  // UTF-16: half of a unit
  uint32_t high_ = 0;  // UTF-16: a high surrogate that waits for its other half
};

}  // namespace muster::servicing

#endif  // MUSTER_AGENT_SERVICING_CBS_TEXT_LINES_H_
