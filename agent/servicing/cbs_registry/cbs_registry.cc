#include "agent/servicing/cbs_registry/cbs_registry.h"

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "agent/servicing/cbs_registry/registry_value.h"

namespace muster::servicing {
namespace {

constexpr int64_t kTicksPerSecond = 10'000'000;
constexpr int64_t kSecondsFrom1601To1970 = 11'644'473'600;

bool IsState(uint32_t value) { return !CbsStateName(static_cast<CbsState>(value)).empty(); }

// Reads the values of one package by name.
class PackageValues {
 public:
  PackageValues(absl::Span<const RegistryValueView> values, std::vector<std::string>& complaints)
      : values_(values), complaints_(complaints) {}

  std::optional<uint32_t> Dword(absl::string_view name) { return Get(name, DwordOf); }
  std::string Text(absl::string_view name) { return Get(name, TextOf).value_or(""); }

 private:
  template <typename T>
  std::optional<T> Get(absl::string_view name,
                       absl::StatusOr<T> (&read)(const RegistryValueView& value)) {
    for (const RegistryValueView& value : values_) {
      if (!absl::EqualsIgnoreCase(value.name, name)) continue;
      absl::StatusOr<T> result = read(value);
      if (result.ok()) return *std::move(result);
      complaints_.emplace_back(result.status().message());
      return std::nullopt;
    }
    return std::nullopt;
  }

  const absl::Span<const RegistryValueView> values_;
  std::vector<std::string>& complaints_;
};

// Both halves of a FILETIME; what lies after the year 2199 was never a time.
std::optional<absl::Time> InstallTime(PackageValues& values, std::vector<std::string>& complaints) {
  const std::optional<uint32_t> high = values.Dword("InstallTimeHigh");
  const std::optional<uint32_t> low = values.Dword("InstallTimeLow");
  if (!high || !low || (*high == 0 && *low == 0)) return std::nullopt;
  const uint64_t ticks = uint64_t{*high} << 32 | *low;
  const uint64_t seconds = ticks / kTicksPerSecond;
  const absl::Time time =
      absl::FromUnixSeconds(static_cast<int64_t>(seconds) - kSecondsFrom1601To1970) +
      absl::Nanoseconds(static_cast<int64_t>(ticks % kTicksPerSecond) * 100);
  if (absl::ToCivilYear(time, absl::UTCTimeZone()).year() > 2199) {
    complaints.push_back(absl::StrFormat("InstallTimeHigh 0x%08X is no time", *high));
    return std::nullopt;
  }
  return time;
}

}  // namespace

absl::string_view CbsStateName(CbsState state) {
  switch (state) {
    case CbsState::kAbsent:
      return "Absent";
    case CbsState::kUninstallPending:
      return "Uninstall Pending";
    case CbsState::kResolving:
      return "Resolving";
    case CbsState::kResolved:
      return "Resolved";
    case CbsState::kStaging:
      return "Staging";
    case CbsState::kStaged:
      return "Staged";
    case CbsState::kSuperseded:
      return "Superseded";
    case CbsState::kInstallPending:
      return "Install Pending";
    case CbsState::kPartiallyInstalled:
      return "Partially Installed";
    case CbsState::kInstalled:
      return "Installed";
    case CbsState::kPermanent:
      return "Permanent";
  }
  return "";  // a number that is no state
}

bool IsInstalled(CbsState state) {
  return state == CbsState::kInstalled || state == CbsState::kPermanent ||
         state == CbsState::kPartiallyInstalled;
}

absl::StatusOr<CbsStateValue> ReadCbsState(uint32_t value) {
  if (IsState(value)) return CbsStateValue{static_cast<CbsState>(value), false};
  const uint32_t positive = ~value + 1;
  // Only these four have a broken counterpart (-32, -64, -112, -128).
  if (positive == 0x20 || positive == 0x40 || positive == 0x70 || positive == 0x80) {
    return CbsStateValue{static_cast<CbsState>(positive), true};
  }
  return absl::InvalidArgumentError(
      absl::StrFormat("CurrentState 0x%X is no state of a package", value));
}

CbsPackageRecord ReadCbsPackage(absl::string_view identity,
                                absl::Span<const RegistryValueView> values) {
  CbsPackageRecord record;
  record.identity = std::string(identity);
  PackageValues package(values, record.complaints);
  if (const std::optional<uint32_t> value = package.Dword("CurrentState")) {
    const absl::StatusOr<CbsStateValue> state = ReadCbsState(*value);
    if (state.ok())
      record.state = *state;
    else
      record.complaints.emplace_back(state.status().message());
  } else if (record.complaints.empty()) {
    record.complaints.emplace_back("CurrentState is not there");
  }
  record.install_time = InstallTime(package, record.complaints);
  record.install_client = package.Text("InstallClient");
  record.install_name = package.Text("InstallName");
  record.install_location = package.Text("InstallLocation");
  record.install_user = package.Text("InstallUser");
  record.visibility = package.Dword("Visibility");
  record.last_error = package.Dword("LastError").value_or(0);
  return record;
}

}  // namespace muster::servicing
