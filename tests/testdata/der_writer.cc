#include "tests/testdata/der_writer.h"

#include <openssl/asn1.h>
#include <openssl/objects.h>

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace muster::testdata {

std::string Der(unsigned char tag, absl::string_view content) {
  std::string out(1, static_cast<char>(tag));
  if (content.size() < 0x80) {
    out.push_back(static_cast<char>(content.size()));
  } else {
    std::string length;
    for (size_t rest = content.size(); rest != 0; rest >>= 8) {
      length.insert(length.begin(), static_cast<char>(rest & 0xff));
    }
    out.push_back(static_cast<char>(0x80 | length.size()));
    out += length;
  }
  absl::StrAppend(&out, content);
  return out;
}

std::string DerSequence(absl::string_view content) { return Der(0x30, content); }
std::string DerSet(absl::string_view content) { return Der(0x31, content); }

std::string DerSetOf(std::vector<std::string> elements) {
  std::sort(elements.begin(), elements.end());
  return DerSet(absl::StrJoin(elements, ""));
}

std::string DerOid(const char* dotted) {
  ASN1_OBJECT* object = OBJ_txt2obj(dotted, 1);
  unsigned char* der = nullptr;
  const int length = object == nullptr ? 0 : i2d_ASN1_OBJECT(object, &der);
  std::string out(reinterpret_cast<char*>(der), static_cast<size_t>(std::max(length, 0)));
  OPENSSL_free(der);
  ASN1_OBJECT_free(object);
  return out;
}

std::string DerInteger(unsigned char value) {
  return Der(0x02, std::string(1, static_cast<char>(value)));
}
std::string DerOctets(absl::string_view content) { return Der(0x04, content); }

std::string DerAlgorithm(const char* dotted) {
  return DerSequence(absl::StrCat(DerOid(dotted), Der(0x05, "")));
}

std::string DerAttribute(const char* dotted, absl::string_view value) {
  return DerSequence(absl::StrCat(DerOid(dotted), DerSet(value)));
}

std::string DerUtcTime(absl::Time time) {
  return Der(0x17, absl::FormatTime("%y%m%d%H%M%SZ", time, absl::UTCTimeZone()));
}
std::string DerGeneralizedTime(absl::Time time) {
  return Der(0x18, absl::FormatTime("%Y%m%d%H%M%SZ", time, absl::UTCTimeZone()));
}

std::string Utf16LeWithNul(absl::string_view ascii) {
  std::string out;
  for (const char c : ascii) out.append({c, '\0'});
  return out.append(2, '\0');
}
std::string Utf16Be(absl::string_view ascii) {
  std::string out;
  for (const char c : ascii) out.append({'\0', c});
  return out;
}

}  // namespace muster::testdata
