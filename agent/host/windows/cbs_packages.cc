#include "agent/host/windows/cbs_packages.h"

#include <set>

#include "absl/strings/str_cat.h"
#include "agent/host/windows/hresult_status.h"
#include "agent/host/windows/registry.h"
#include "agent/host/windows/text.h"

namespace muster::host {
namespace {

constexpr size_t kMaxPackages = 50'000;
constexpr size_t kMaxOwners = 1'000;
constexpr size_t kMaxValueBytes = 64 * 1024;
constexpr const char* kValues[] = {
    "CurrentState",    "InstallTimeHigh", "InstallTimeLow", "InstallClient", "InstallName",
    "InstallLocation", "InstallUser",     "LastError",      "SelfUpdate",    "Visibility"};

// What could not be read: how many, and the first of them.
struct Missed {
  uint32_t count = 0;
  uint32_t first_error = 0;
  std::string first;

  void Add(absl::string_view what, uint32_t error) {
    if (count++ > 0) return;
    first_error = error;
    first = std::string(what);
  }
};

CbsPackageKey ReadPackage(const RegistryKey& key, const std::wstring& name, Missed& missed) {
  CbsPackageKey package;
  package.identity = Utf8Of(name);
  uint32_t error = 0;
  for (const char* const value_name : kValues) {
    std::optional<RegistryValue> value = key.Value(value_name, kMaxValueBytes, error);
    if (error != ERROR_SUCCESS && error != ERROR_FILE_NOT_FOUND) {
      missed.Add(absl::StrCat(package.identity, ", value ", value_name), error);
    }
    if (value) package.values.push_back(*std::move(value));
  }
  const std::optional<RegistryKey> owners = key.OpenSubkey(L"Owners", error);
  if (!owners) {
    if (error != ERROR_FILE_NOT_FOUND) missed.Add(package.identity + ", Owners", error);
    return package;
  }
  error = owners->ForEachValueName([&](const std::wstring& owner) {
    if (!owner.empty()) package.owners.push_back(Utf8Of(owner));
    return package.owners.size() < kMaxOwners;
  });
  if (error != ERROR_SUCCESS) missed.Add(package.identity + ", Owners", error);
  return package;
}

// All names at once: keys that come and go while others are being read would shift the rest.
std::set<std::wstring> SubkeyNames(const RegistryKey& key, Missed& missed) {
  std::set<std::wstring> names;
  const uint32_t error = key.ForEachSubkey([&](const std::wstring& name) {
    names.insert(name);
    return names.size() <= kMaxPackages;
  });
  if (error != ERROR_SUCCESS) missed.Add("listing the packages", error);
  if (names.size() > kMaxPackages) {
    missed.Add(absl::StrCat("more than ", kMaxPackages, " packages"), ERROR_MORE_DATA);
  }
  return names;
}

// False where nobody waits any more.
bool ReadPackages(const RegistryKey& packages, const std::set<std::wstring>& names, Missed& missed,
                  PendingAnswer<CbsPackageKeys>& pending) {
  for (const std::wstring& name : names) {
    uint32_t error = 0;
    const std::optional<RegistryKey> key = packages.OpenSubkey(name, error);
    if (!key) {
      missed.Add(Utf8Of(name), error);
      continue;
    }
    CbsPackageKey package = ReadPackage(*key, name, missed);
    const bool waited_for =
        pending.Update([&](CbsPackageKeys& keys) { keys.packages.push_back(std::move(package)); });
    if (!waited_for) return false;
  }
  return true;
}

// How many of the 32-bit view's packages are not among `names`.
uint32_t OnlyIn32BitView(const std::string& path, const std::set<std::wstring>& names) {
  uint32_t error = 0, count = 0;
  const std::optional<RegistryKey> packages = RegistryKey::Open(path, RegistryView::k32Bit, error);
  if (!packages) return 0;
  packages->ForEachSubkey([&](const std::wstring& name) {
    if (!names.contains(name)) ++count;
    return count < kMaxPackages;
  });
  return count;
}

}  // namespace

void ReadCbsPackages(PendingAnswer<CbsPackageKeys>& pending) {
  const std::string path = absl::StrCat(kCbsKey, "\\Packages");
  uint32_t error = 0;
  const std::optional<RegistryKey> packages = RegistryKey::Open(path, RegistryView::k64Bit, error);
  if (!packages) {
    const uint32_t hresult = HresultOfWin32(error);
    const AnswerCode code =
        error == ERROR_FILE_NOT_FOUND ? AnswerCode::kUnsupported : AnswerCodeOf(hresult, false);
    return pending.End(code, hresult, FailureText(absl::StrCat("Opening HKLM\\", path), hresult));
  }
  Missed missed;
  const std::set<std::wstring> names = SubkeyNames(*packages, missed);
  if (!ReadPackages(*packages, names, missed, pending)) return;
  const uint32_t only_32 = OnlyIn32BitView(path, names);
  if (!pending.Update([&](CbsPackageKeys& keys) { keys.only_in_32_bit_view = only_32; })) return;
  if (missed.count == 0) return pending.End(AnswerCode::kOk, 0, "");
  const uint32_t hresult = HresultOfWin32(missed.first_error);
  pending.End(
      AnswerCode::kPartial, hresult,
      absl::StrCat(FailureText(absl::StrCat("Reading ", missed.first), hresult),
                   missed.count > 1 ? absl::StrCat(", and ", missed.count - 1, " more") : ""));
}

}  // namespace muster::host
