// What single messages of CBS.log say: fields, and whether something went wrong.
#include "absl/strings/match.h"
#include "agent/servicing/cbs/cbs_log.h"
#include "agent/servicing/cbs/message_parts.h"
#include "agent/servicing/package/package_identity.h"

namespace muster::servicing {
namespace {

// A failure that healthy machines write all the time, at severity Info.
struct Noise {
  uint32_t hresult;
  absl::string_view start;  // of the message; empty: any
};

constexpr Noise kNoise[] = {
    {0x800F0805,
     "Failed to internally open package"},  // somebody asks for a package that is not there
    {0x800F0805, "Failed to OpenPackage"},
    {0x800F080D, "Expecting attribute name"},  // manifests newer than the servicing stack
    {0x800F080D, "Failed to get next element"},
    {0x80004005, "SQM: "},  // telemetry that was not sent
    {0x80070002, ""},
    {0x80070020, ""},
    {0x80070490, ""},
};

// A catalog that cannot be verified is never noise, whatever its code.
constexpr absl::string_view kNeverNoise = "Failed to verify if catalog";

bool IsNoise(uint32_t hresult, absl::string_view message) {
  if (absl::StartsWith(message, kNeverNoise)) return false;
  for (const Noise& noise : kNoise) {
    if (noise.hresult == hresult && absl::StartsWith(message, noise.start)) return true;
  }
  return false;
}

}  // namespace

CbsMessageFields ParseCbsMessage(absl::string_view message) {
  CbsMessageFields fields;
  if (const auto hresult = FindMessageHresult(message)) {
    fields.hresult = hresult->code;
    fields.hresult_name = hresult->name;
  }
  if (const auto path = FindMessagePath(message)) fields.file = path->path;
  fields.package = FindPackageIdentity(message);
  return fields;
}

bool SaysSomethingWentWrong(const CbsRecord& record) {
  if (record.severity == "Error" || record.severity == "Warning") return true;
  const auto hresult = FindMessageHresult(record.message);
  return hresult && IsFailure(hresult->code) && !IsNoise(hresult->code, record.message);
}

}  // namespace muster::servicing
