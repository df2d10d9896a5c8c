// HRESULTs of the servicing stack: reading them in every spelling, naming and explaining them.
#ifndef MUSTER_COMMON_SERVICING_HRESULT_HRESULT_H_
#define MUSTER_COMMON_SERVICING_HRESULT_HRESULT_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace muster::servicing {

inline constexpr uint32_t kSOk = 0;
inline constexpr uint32_t kCertEExpired = 0x800B0101;

// What is known of one code. All views are of static storage.
struct HresultInfo {
  uint32_t code;
  absl::string_view name;  // winerror.h's or CbsApi's symbol, "CERT_E_EXPIRED"
  absl::string_view
      meaning;  // one or two plain sentences: what it means for servicing, and what to do
};

// Null where the code is not in the table.
const HresultInfo* FindHresult(uint32_t code);
// By symbol, case-insensitive; null where it is not in the table.
const HresultInfo* FindHresultByName(absl::string_view name);

// Reads "0x800B0101", "800b0101" (eight hex digits), "2148204801", "-2146762495", a symbol, or
// "0x800b0101 - CERT_E_EXPIRED" as CBS.log has it.
// INVALID_ARGUMENT says which spellings are taken.
absl::StatusOr<uint32_t> ParseHresult(absl::string_view text);

// "0x800B0101".
std::string FormatHresult(uint32_t code);
// The symbol, or "" where it is not known.
absl::string_view HresultName(uint32_t code);

}  // namespace muster::servicing

#endif  // MUSTER_COMMON_SERVICING_HRESULT_HRESULT_H_
