// Reading DER: tags, lengths and the primitive types that catalogs are made of (ITU-T X.690).
// Everything is a view into the caller's bytes; nothing is copied or allocated except error texts.
// Definite lengths only: an indefinite length is refused. Free functions and a cursor; no shared
// state.
#ifndef MUSTER_COMMON_SERVICING_CATALOG_DER_H_
#define MUSTER_COMMON_SERVICING_CATALOG_DER_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace muster::servicing {

// The first identifier octet of what catalogs hold (class, constructed bit and number in one).
enum DerTag : uint8_t {
  kDerInteger = 0x02,
  kDerOctetString = 0x04,
  kDerOid = 0x06,
  kDerUtcTime = 0x17,
  kDerGeneralizedTime = 0x18,
  kDerBmpString = 0x1e,
  kDerSequence = 0x30,
  kDerSet = 0x31,
  kDerContext0 = 0xa0,  // [0], constructed
  kDerContext1 = 0xa1,  // [1], constructed
};

struct DerElement {
  uint8_t tag = 0;            // identifier octet; tag numbers above 30 are refused
  absl::string_view content;  // content octets
  absl::string_view whole;    // with tag and length
};

// Walks the elements of one level. The first error stays: everything after it answers false, and
// status() says what was missing.
class DerReader {
 public:
  explicit DerReader(absl::string_view bytes) : rest_(bytes) {}
  explicit DerReader(const DerElement& element) : rest_(element.content) {}

  bool AtEnd() const { return rest_.empty(); }
  // What was not walked yet.
  absl::string_view rest() const { return rest_; }
  // The identifier octet of the next element; 0 at the end.
  uint8_t PeekTag() const { return rest_.empty() ? 0 : static_cast<uint8_t>(rest_.front()); }

  // False at the end, and where the length does not fit what is left.
  bool Next(DerElement& element);
  // Next, where it has this tag; otherwise false. `what` names it in the message.
  bool Expect(DerTag tag, absl::string_view what, DerElement& element);
  // Steps over the next element where it has this tag; true where it has another.
  bool SkipIf(DerTag tag);

  // OK, or INVALID_ARGUMENT with what was expected.
  const absl::Status& status() const { return status_; }

 private:
  bool Fail(const std::string& message);

  absl::string_view rest_;
  absl::Status status_;
};

// The content octets of an OBJECT IDENTIFIER as "1.2.840.113549"; empty where they are none.
std::string OidText(absl::string_view content);

// UTCTime and GeneralizedTime in the forms that DER allows ("…Z", fractions of a second in the
// latter); years of UTCTime run from 1950 to 2049 (RFC 5280, 4.1.2.5.1).
absl::StatusOr<absl::Time> ParseDerTime(const DerElement& element);

// UTF-16 to UTF-8, up to the first NUL; lone surrogates and an odd last byte become U+FFFD.
std::string Utf16LeText(absl::string_view bytes);
std::string Utf16BeText(absl::string_view bytes);

}  // namespace muster::servicing

#endif  // MUSTER_COMMON_SERVICING_CATALOG_DER_H_
