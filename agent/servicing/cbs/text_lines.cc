#include "agent/servicing/cbs/text_lines.h"

#include <algorithm>
#include <cstring>

#include "absl/strings/match.h"
#include "agent/servicing/cbs/utf8.h"

namespace muster::servicing {
namespace {

constexpr absl::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD
constexpr size_t kHeadBytes = 4;                            // enough to tell the encodings apart

// Cuts to `limit` bytes and not within a character.
absl::string_view CutAtCharacter(absl::string_view text, size_t limit) {
  if (text.size() <= limit) return text;
  size_t end = limit;
  while (end > 0 && limit - end < 4 && (static_cast<uint8_t>(text[end]) & 0xC0) == 0x80) --end;
  return text.substr(0, end);
}

}  // namespace

void TextLineReader::Feed(absl::string_view bytes) {
  counts_.bytes += bytes.size();
  if (encoding_ != Encoding::kUnknown) return Decode(bytes);
  const size_t wanted = std::min(kHeadBytes - head_.size(), bytes.size());
  head_.append(bytes.data(), wanted);
  if (head_.size() < kHeadBytes) return;
  DetectEncoding(/*at_end=*/false);
  Decode(bytes.substr(wanted));
}

void TextLineReader::Finish() {
  if (encoding_ == Encoding::kUnknown) DetectEncoding(/*at_end=*/true);
  if (high_ != 0) ReplaceUtf16(2);
  high_ = 0;
  if (odd_byte_ >= 0) {
    ReplaceUtf16(1);
    ++position_;
    odd_byte_ = -1;
  }
  if (in_line_ || nuls_ > 0) EndLine('\0');
}

// Without a BOM, text whose second and fourth byte are NUL is UTF-16 that lost it.
void TextLineReader::DetectEncoding(bool at_end) {
  const std::string head = std::move(head_);
  head_.clear();
  size_t bom = 0;
  encoding_ = Encoding::kUtf8;
  if (absl::StartsWith(head, "\xEF\xBB\xBF")) {
    bom = 3;
  } else if (absl::StartsWith(head, "\xFF\xFE")) {
    encoding_ = Encoding::kUtf16Le;
    bom = 2;
  } else if (absl::StartsWith(head, "\xFE\xFF")) {
    encoding_ = Encoding::kUtf16Be;
    bom = 2;
  } else if (!at_end && head[0] != 0 && head[1] == 0 && head[2] != 0 && head[3] == 0) {
    encoding_ = Encoding::kUtf16Le;
  }
  if (encoding_ == Encoding::kUtf16Le) counts_.encoding = "UTF-16LE";
  if (encoding_ == Encoding::kUtf16Be) counts_.encoding = "UTF-16BE";
  position_ = bom;
  const absl::string_view rest = absl::string_view(head).substr(bom);
  // Not DecodeUtf8: `head` goes out of scope, so that none of its lines may be said to last.
  if (encoding_ == Encoding::kUtf8) return SplitUtf8(rest);
  DecodeUtf16(rest);
}

void TextLineReader::Decode(absl::string_view bytes) {
  if (encoding_ == Encoding::kUtf8) return DecodeUtf8(bytes);
  DecodeUtf16(bytes);
}

void TextLineReader::DecodeUtf8(absl::string_view bytes) {
  size_t clean = 0;  // how many bytes from the start of `bytes` are known to be free of NULs
  while (!bytes.empty()) {
    if (clean == 0) clean = std::min(bytes.find('\0'), bytes.size());
    const size_t taken = TakeWholeLines(bytes.substr(0, clean));
    bytes.remove_prefix(taken);
    clean -= taken;
    if (bytes.empty()) return;
    // A line that goes on from before, has no end here, or holds something odd.
    const size_t newline = bytes.find('\n');
    const size_t size = newline == absl::string_view::npos ? bytes.size() : newline + 1;
    SplitUtf8(bytes.substr(0, size));
    bytes.remove_prefix(size);
    clean -= std::min(clean, size);
  }
}

// The fast way: lines that are whole and hold no lone CR, given as views into `bytes`, which holds
// no NUL. Stops at the first other line; returns how many bytes it took.
size_t TextLineReader::TakeWholeLines(absl::string_view bytes) {
  if (in_line_ || nuls_ > 0 || after_cr_) return 0;
  const char* at = bytes.data();
  const char* const end = at + bytes.size();
  while (at < end) {
    const auto* newline = static_cast<const char*>(std::memchr(at, '\n', end - at));
    if (newline == nullptr) break;
    const char* const stop = newline > at && newline[-1] == '\r' ? newline - 1 : newline;
    if (std::memchr(at, '\r', stop - at) != nullptr) break;
    TextLine line;
    line.text = absl::string_view(at, stop - at);
    line.offset = position_;
    line.lasting = true;
    ++counts_.lines;
    Emit(line);
    position_ += newline + 1 - at;
    at = newline + 1;
  }
  return at - bytes.data();
}

void TextLineReader::SplitUtf8(absl::string_view bytes) {
  while (!bytes.empty()) {
    const size_t special =
        std::min(bytes.find_first_of(absl::string_view("\n\r\0", 3)), bytes.size());
    if (special > 0) {
      AddText(bytes.substr(0, special));
      position_ += special;
      bytes.remove_prefix(special);
      continue;
    }
    // A crash leaves runs of gigabytes of NULs: they are taken whole.
    size_t taken = 1;
    if (bytes[0] == '\0') {
      taken = std::min(bytes.find_first_not_of('\0'), bytes.size());
      AddNuls(taken, 1);
    } else {
      EndLine(bytes[0]);
    }
    position_ += taken;
    bytes.remove_prefix(taken);
  }
}

void TextLineReader::DecodeUtf16(absl::string_view bytes) {
  for (const char c : bytes) {
    const auto byte = static_cast<uint8_t>(c);
    if (odd_byte_ < 0) {
      odd_byte_ = byte;
      continue;
    }
    const auto unit = static_cast<uint16_t>(
        encoding_ == Encoding::kUtf16Le ? odd_byte_ | byte << 8 : odd_byte_ << 8 | byte);
    odd_byte_ = -1;
    TakeUnit(unit);
  }
}

void TextLineReader::TakeUnit(uint16_t unit) {
  const bool low = unit >= 0xDC00 && unit <= 0xDFFF;
  if (high_ != 0) {
    const uint32_t high = high_;
    high_ = 0;
    if (low) return TakeCharacter(0x10000 + ((high - 0xD800) << 10) + (unit - 0xDC00), 4);
    ReplaceUtf16(2);
    position_ += 2;
  }
  if (unit >= 0xD800 && unit <= 0xDBFF) {
    high_ = unit;
  } else if (low) {
    ReplaceUtf16(2);
    position_ += 2;
  } else {
    TakeCharacter(unit, 2);
  }
}

void TextLineReader::TakeCharacter(uint32_t character, size_t width) {
  if (character == 0) {
    AddNuls(1, width);
  } else if (character == '\n' || character == '\r') {
    EndLine(static_cast<char>(character));
  } else {
    char encoded[4];
    AddText(absl::string_view(encoded, EncodeUtf8(character, encoded)));
  }
  position_ += width;
}

void TextLineReader::ReplaceUtf16(size_t bad_bytes) {
  AddText(kReplacement);
  counts_.replaced_bytes += bad_bytes;
}

void TextLineReader::AddText(absl::string_view text) {
  EndNulRun();
  after_cr_ = false;
  if (!in_line_) {
    in_line_ = true;
    line_offset_ = position_;
    line_.clear();
  }
  // One character more than a line may have shows that it was cut.
  const size_t room = kMaxLineBytes + 4 - std::min(line_.size(), kMaxLineBytes + 4);
  line_.append(text.data(), std::min(room, text.size()));
}

void TextLineReader::AddNuls(size_t count, size_t width) {
  after_cr_ = false;
  if (in_line_) {
    in_line_ = false;
    TextLine line;
    line.text = line_;
    line.offset = line_offset_;
    Emit(line);
  }
  if (nuls_ == 0) line_offset_ = position_;
  nuls_ += count;
  counts_.replaced_bytes += count * width;
}

void TextLineReader::EndLine(char terminator) {
  if (terminator == '\n' && after_cr_) {  // the other half of CRLF
    after_cr_ = false;
    return;
  }
  const bool after_nuls = nuls_ > 0;
  EndNulRun();
  after_cr_ = terminator == '\r';
  ++counts_.lines;
  if (after_nuls) return;  // the run was the line
  TextLine line;
  if (in_line_) line.text = line_;
  line.offset = in_line_ ? line_offset_ : position_;
  in_line_ = false;
  Emit(line);
}

void TextLineReader::EndNulRun() {
  if (nuls_ == 0) return;
  std::string shown;
  const uint64_t fits = kMaxLineBytes / kReplacement.size();
  for (uint64_t i = 0; i < std::min(nuls_, fits); ++i) {
    shown.append(kReplacement.data(), kReplacement.size());
  }
  nuls_ = 0;
  TextLine line;
  line.text = shown;
  line.offset = line_offset_;
  line.nul_run = true;
  sink_.OnLine(line);
}

void TextLineReader::Emit(TextLine line) {
  line.text = CutAtCharacter(line.text, kMaxLineBytes);
  if (!IsValidUtf8(line.text)) {
    line.text = CutAtCharacter(Repair(line.text), kMaxLineBytes);
    line.lasting = false;
  }
  sink_.OnLine(line);
}

absl::string_view TextLineReader::Repair(absl::string_view text) {
  repaired_.clear();
  while (!text.empty()) {
    const size_t good = ValidUtf8Prefix(text);
    repaired_.append(text.data(), good);
    text.remove_prefix(good);
    if (text.empty()) break;
    repaired_.append(kReplacement.data(), kReplacement.size());
    ++counts_.replaced_bytes;
    text.remove_prefix(1);
  }
  return repaired_;
}

}  // namespace muster::servicing
