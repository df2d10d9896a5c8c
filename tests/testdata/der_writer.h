// Writing DER, as strings of whole elements. Free functions; safe from any thread.
#ifndef MUSTER_TESTS_TESTDATA_DER_WRITER_H_
#define MUSTER_TESTS_TESTDATA_DER_WRITER_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace muster::testdata {

// An element with this identifier octet around `content`.
std::string Der(unsigned char tag, absl::string_view content);
std::string DerSequence(absl::string_view content);
std::string DerSet(absl::string_view content);
// SET OF in the order that DER wants.
std::string DerSetOf(std::vector<std::string> elements);
// "1.2.840.113549". A number that is no OID gives an empty string.
std::string DerOid(const char* dotted);
std::string DerInteger(unsigned char value);
std::string DerOctets(absl::string_view content);
// SEQUENCE { OID, NULL }.
std::string DerAlgorithm(const char* dotted);
// SEQUENCE { OID, SET { value } }.
std::string DerAttribute(const char* dotted, absl::string_view value);
// To the second, in UTC.
std::string DerUtcTime(absl::Time time);
std::string DerGeneralizedTime(absl::Time time);
// ASCII as UTF-16, little endian with a NUL at the end, or big endian without.
std::string Utf16LeWithNul(absl::string_view ascii);
std::string Utf16Be(absl::string_view ascii);

}  // namespace muster::testdata

#endif  // MUSTER_TESTS_TESTDATA_DER_WRITER_H_
