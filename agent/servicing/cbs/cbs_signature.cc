// Signatures: what stays of a record when everything that differs from machine to machine is taken
// out of it. docs/formats/cbs-log.md, "Signatures".
#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "agent/servicing/cbs/cbs_log.h"
#include "agent/servicing/cbs/message_parts.h"
#include "agent/servicing/cbs/utf8.h"
#include "agent/servicing/package/package_identity.h"

namespace muster::servicing {
namespace {

constexpr size_t kMaxTemplateBytes = 512;
constexpr size_t kMaxFieldBytes = 1024;
constexpr size_t kHashDigits = 8;  // a hexadecimal number without 0x has at least so many

// What replaces `length` bytes of a message.
struct Replacement {
  size_t length = 0;
  absl::string_view with;
};

size_t RunLength(absl::string_view text, bool (*is_member)(unsigned char)) {
  return std::find_if_not(text.begin(), text.end(), is_member) - text.begin();
}

bool IsGuid(absl::string_view text) {
  constexpr absl::string_view kShape = "hhhhhhhh-hhhh-hhhh-hhhh-hhhhhhhhhhhh";
  if (text.size() < kShape.size()) return false;
  for (size_t i = 0; i < kShape.size(); ++i) {
    if (kShape[i] == '-' ? text[i] != '-' : !absl::ascii_isxdigit(text[i])) return false;
  }
  return true;
}

// The length of the number at the start of `text`: a GUID, 0x…, eight and more hexadecimal digits
// with a decimal one among them, or decimal digits.
size_t NumberLength(absl::string_view text) {
  constexpr size_t kGuidLength = 36;
  if (IsGuid(text)) return kGuidLength;
  if (text.size() > 2 && text[0] == '0' && absl::ascii_tolower(text[1]) == 'x') {
    const size_t hex = RunLength(text.substr(2), absl::ascii_isxdigit);
    if (hex > 0) return hex + 2;
  }
  const size_t word = RunLength(text, absl::ascii_isalnum);
  const absl::string_view whole = text.substr(0, word);
  const bool has_digit = std::any_of(whole.begin(), whole.end(), absl::ascii_isdigit);
  if (word >= kHashDigits && has_digit &&
      std::all_of(whole.begin(), whole.end(), absl::ascii_isxdigit)) {
    return word;
  }
  return RunLength(text, absl::ascii_isdigit);
}

// Numbers that hang together are one: "6.1.7601", "2013/7/1:09:04:27.203", "30307881_965955247".
size_t NumberChainLength(absl::string_view text) {
  size_t length = NumberLength(text);
  if (length == 0) return 0;
  while (length + 1 < text.size() &&
         absl::string_view(".:/_-@").find(text[length]) != absl::string_view::npos) {
    const size_t next = NumberLength(text.substr(length + 1));
    if (next == 0) break;
    length += 1 + next;
  }
  return length;
}

std::string ReplaceNumbers(absl::string_view text) {
  std::string out;
  size_t at = 0;
  while (at < text.size()) {
    const bool in_word = at > 0 && absl::ascii_isalpha(text[at - 1]);
    const absl::string_view rest = text.substr(at);
    // Within a word only its digits are a number: "KB2705219", "Win7".
    const size_t length = in_word ? RunLength(rest, absl::ascii_isdigit) : NumberChainLength(rest);
    if (length > 0) {
      out += "<n>";
      at += length;
    } else {
      out += text[at++];
    }
  }
  return out;
}

bool StartsWithin(absl::string_view part, absl::string_view text) {
  return !part.empty() && part.data() >= text.data() && part.data() < text.data() + text.size();
}

// The first line, without its HRESULT, with <path>, <package> and <n> for what differs.
std::string Template(absl::string_view message) {
  const auto hresult = FindMessageHresult(message);
  absl::string_view line = message.substr(0, message.find('\n'));
  if (hresult && StartsWithin(hresult->text, line)) {
    line = line.substr(0, hresult->text.data() - line.data());
  }
  line = absl::StripAsciiWhitespace(line.substr(0, 4 * kMaxTemplateBytes));
  std::string out;
  while (!line.empty()) {
    const auto path = FindMessagePath(line);
    const absl::string_view package = FindPackageIdentity(line);
    absl::string_view next = package;
    absl::string_view with = "<package>";
    if (path && (package.empty() || path->text.data() <= package.data())) {
      next = path->text;
      with = "<path>";
    }
    if (next.empty()) {
      out += ReplaceNumbers(line);
      break;
    }
    const size_t before = next.data() - line.data();
    out += ReplaceNumbers(line.substr(0, before));
    out.append(with.data(), with.size());
    line.remove_prefix(before + next.size());
  }
  if (out.size() > kMaxTemplateBytes) {
    out.resize(kMaxTemplateBytes);
    out.resize(ValidUtf8Prefix(out));
  }
  return out;
}

// Parts of a path that name a session, a GUID or a download, and thus differ each time.
std::string StableFile(absl::string_view path) {
  std::vector<std::string> parts = absl::StrSplit(RelativeToWindows(path), '/');
  for (std::string& part : parts) {
    absl::string_view bare = part;
    if (bare.size() > 2 && bare.front() == '{' && bare.back() == '}') {
      bare = bare.substr(1, bare.size() - 2);
    }
    if (bare.size() >= kHashDigits && NumberChainLength(bare) == bare.size()) part = "<n>";
  }
  std::string file = absl::StrJoin(parts, "/");
  if (file.size() > kMaxFieldBytes) {
    file.resize(kMaxFieldBytes);
    file.resize(ValidUtf8Prefix(file));
  }
  return file;
}

}  // namespace

CbsSignature MakeSignature(const CbsRecord& record) {
  const CbsMessageFields fields = ParseCbsMessage(record.message);
  CbsSignature signature;
  signature.severity = std::string(record.severity);
  signature.component = std::string(record.component);
  signature.message = Template(record.message);
  signature.hresult = fields.hresult.value_or(0);
  signature.package = std::string(fields.package);
  signature.file = StableFile(fields.file);
  return signature;
}

}  // namespace muster::servicing
