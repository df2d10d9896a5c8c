// Answers in the shape that Windows 7 gives them, good and bad: codes, counts, spellings.
// The bad ones are those that collectors get wrong: docs/formats/qfe.md says where they come from.
#ifndef MUSTER_AGENT_HOST_FAKE_RECORDED_ANSWERS_H_
#define MUSTER_AGENT_HOST_FAKE_RECORDED_ANSWERS_H_

#include <string>
#include <utility>
#include <vector>

#include "agent/host/system.h"

namespace muster::host {

// Source: wbemcli.h, winerror.h.
inline constexpr uint32_t kWbemSFalse = 1;  // what every complete enumeration ends with
inline constexpr uint32_t kWbemEFailed = 0x80041001;
inline constexpr uint32_t kWbemEAccessDenied = 0x80041003;
inline constexpr uint32_t kWbemEProviderFailure = 0x80041004;
inline constexpr uint32_t kWbemEInvalidClass = 0x80041010;
inline constexpr uint32_t kEFail = 0x80004005;
inline constexpr uint32_t kEAccessDenied = 0x80070005;
inline constexpr uint32_t kErrorTimeout = 0x800705B4;

// A source that hung: what it had given before is there.
template <typename T>
Answer<T> TimedOut(T before = {}) {
  return {.value = std::move(before),
          .code = AnswerCode::kTimedOut,
          .hresult = kErrorTimeout,
          .detail = "No answer within 30s",
          .elapsed = absl::Seconds(30)};
}

// A source that gave nothing but an error: kEFail, kWbemEInvalidClass, …
template <typename T>
Answer<T> Failed(uint32_t hresult) {
  return {.value = {},
          .code = AnswerCode::kFailed,
          .hresult = hresult,
          .detail = "The source failed",
          .elapsed = absl::Seconds(1)};
}

template <typename T>
Answer<T> Denied(uint32_t hresult) {
  return {.value = {},
          .code = AnswerCode::kDenied,
          .hresult = hresult,
          .detail = "Access was refused; run as LocalSystem or as an administrator",
          .elapsed = absl::ZeroDuration()};
}

// The update list of a healthy machine with its oddities: a row twice, one without a day, one of
// an image, Windows' own spellings.
Answer<std::vector<UpdateRow>> HealthyUpdateRows();
// The incident's: no rows, and no error either.
Answer<std::vector<UpdateRow>> BlindedUpdateRows();
// The provider failed in the midst: half of HealthyUpdateRows.
Answer<std::vector<UpdateRow>> HalfOfUpdateRows();

Answer<WmiProbe> HealthyWmiProbe();

// Packages of KB2705219 and another, superseded, staged and hidden ones.
Answer<CbsPackageKeys> HealthyCbsPackages();
// A package whose values have the wrong types, beside a good one.
Answer<CbsPackageKeys> WrongTypedCbsPackages();

// Installed, failed with 0x800B0101, uninstalled; newest first.
Answer<std::vector<UpdateHistoryRow>> RecordedUpdateHistory();

// A Windows 7 SP1 client, 64 bits, in a domain.
Answer<MachineFacts> Windows7Facts();

// Values as they lie in the registry.
RegistryValue DwordValue(std::string name, uint32_t number);
RegistryValue TextValue(std::string name, absl::string_view ascii);

// wusa.exe could not install an update for an expired certificate: event 3.
std::string FailedInstallEvent(absl::string_view kb, uint32_t hresult, absl::Time time);

}  // namespace muster::host

#endif  // MUSTER_AGENT_HOST_FAKE_RECORDED_ANSWERS_H_
