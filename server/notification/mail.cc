#include "server/notification/mail.h"

#include <algorithm>
#include <cstdint>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/time/time.h"

namespace muster::notification {
namespace {

// RFC 5322, 2.1.1: lines should have at most 78 characters; "Subject: " takes nine.
constexpr size_t kMaxPlainSubject = 69;
// RFC 2047, section 2: an encoded word has at most 75 characters; 12 are "=?UTF-8?B?" and "?=".
// 45 bytes become 60 characters, which leaves room for "Subject: " on the first line.
constexpr size_t kWordBytes = 45;
// RFC 2045, 6.8: lines of at most 76 characters.
constexpr size_t kBodyLineBytes = 57;

// How many bytes to take so that no more than `limit` are taken and no UTF-8 sequence is cut.
size_t WholeCharacters(absl::string_view text, size_t limit) {
  if (text.size() <= limit) return text.size();
  size_t end = limit;
  while (end > limit - 4 && (static_cast<uint8_t>(text[end]) & 0xC0) == 0x80) --end;
  return end;
}

// Base64 in lines, of the text with the line ends that RFC 2046, 4.1.1 asks for.
std::string EncodedBody(absl::string_view text) {
  std::string canonical = absl::StrReplaceAll(text, {{"\r\n", "\n"}});
  canonical = absl::StrReplaceAll(canonical, {{"\n", "\r\n"}});
  std::string body;
  for (absl::string_view rest = canonical; !rest.empty();) {
    absl::string_view line = rest.substr(0, kBodyLineBytes);
    absl::StrAppend(&body, absl::Base64Escape(line), "\r\n");
    rest.remove_prefix(line.size());
  }
  return body;
}

}  // namespace

std::string EncodedSubject(absl::string_view subject) {
  std::string line(subject);
  std::replace_if(line.begin(), line.end(), absl::ascii_iscntrl, ' ');
  const bool plain = line.size() <= kMaxPlainSubject && !absl::StrContains(line, "=?") &&
                     std::all_of(line.begin(), line.end(), absl::ascii_isprint);
  if (plain) return line;
  std::string encoded;
  for (absl::string_view rest = line; !rest.empty();) {
    const size_t size = WholeCharacters(rest, kWordBytes);
    // Blanks between encoded words are not shown (RFC 2047, 6.2).
    absl::StrAppend(&encoded, encoded.empty() ? "" : "\r\n ", "=?UTF-8?B?",
                    absl::Base64Escape(rest.substr(0, size)), "?=");
    rest.remove_prefix(size);
  }
  return encoded;
}

std::string MailMessage(absl::string_view from, const Delivery& delivery) {
  const absl::string_view domain = from.substr(from.find('@') + 1);
  // The instant of creation keeps ids apart where a database was made anew.
  const std::string id = absl::StrCat("muster-", delivery.id, ".",
                                      absl::ToUnixSeconds(delivery.created_at), "@", domain);
  return absl::StrCat(
      "Date: ", absl::FormatTime(absl::RFC1123_full, delivery.created_at, absl::UTCTimeZone()),
      "\r\nMessage-ID: <", id, ">\r\nFrom: <", from, ">\r\nTo: <", delivery.channel.address,
      ">\r\nSubject: ", EncodedSubject(delivery.subject),
      // Holiday notices must not answer (RFC 3834, section 5).
      "\r\nAuto-Submitted: auto-generated"
      "\r\nMIME-Version: 1.0"
      "\r\nContent-Type: text/plain; charset=utf-8"
      "\r\nContent-Transfer-Encoding: base64"
      "\r\n\r\n",
      EncodedBody(delivery.text));
}

}  // namespace muster::notification
