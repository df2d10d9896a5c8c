#include "agent/host/windows/wmi.h"

#include "agent/host/windows/com.h"
// Behind windows.h.
#include <wbemidl.h>

#include <functional>

#include "absl/strings/str_cat.h"
#include "agent/host/windows/hresult_status.h"

namespace muster::host {
namespace {

constexpr int kMaxRows = 20'000;

// How one of WMI's calls went wrong.
struct Failure {
  HRESULT hresult = S_OK;
  std::string doing;
};

std::string Text(IWbemClassObject& row, const wchar_t* property) {
  ComVariant value;
  if (FAILED(row.Get(property, 0, value.Receive(), nullptr, nullptr))) return "";
  return value.TextOrEmpty();
}

// What the wait of one Next may be: short, so that a worker that nobody waits for ends soon.
LONG WaitMilliseconds(absl::Duration remaining) {
  return static_cast<LONG>(std::clamp<int64_t>(absl::ToInt64Milliseconds(remaining), 1, 1'000));
}

// A query that gives its rows one by one. Lives on one thread, within its apartment.
class Query {
 public:
  // False with `failure` filled in.
  bool Begin(const std::string& query, Failure& failure) {
    failure.doing = "Creating WMI's locator";
    failure.hresult = CoCreateInstance(CLSID_WbemLocator, nullptr, CLSCTX_INPROC_SERVER,
                                       IID_IWbemLocator, locator_.ReceiveVoid());
    if (FAILED(failure.hresult)) return false;
    failure.doing = "Connecting to ROOT\\CIMV2";
    failure.hresult = locator_->ConnectServer(ComString("ROOT\\CIMV2").get(), nullptr, nullptr,
                                              nullptr, WBEM_FLAG_CONNECT_USE_MAX_WAIT, nullptr,
                                              nullptr, services_.Receive());
    if (FAILED(failure.hresult)) return false;
    if (!SetAccess(services_.get(), failure)) return false;
    failure.doing = absl::StrCat("Asking WMI to ", query);
    failure.hresult = services_->ExecQuery(ComString("WQL").get(), ComString(query).get(),
                                           WBEM_FLAG_FORWARD_ONLY | WBEM_FLAG_RETURN_IMMEDIATELY,
                                           nullptr, rows_.Receive());
    if (FAILED(failure.hresult)) return false;
    return SetAccess(rows_.get(), failure);
  }

  // WBEM_S_FALSE behind the last row; WBEM_S_TIMEDOUT where none came in this wait.
  HRESULT Next(LONG wait_milliseconds, ComPtr<IWbemClassObject>& row) {
    ULONG count = 0;
    const HRESULT result = rows_->Next(wait_milliseconds, 1, row.Receive(), &count);
    return result == WBEM_S_NO_ERROR && count == 0 ? static_cast<HRESULT>(WBEM_S_FALSE) : result;
  }

 private:
  // WMI acts with this process's identity, on each of its objects that lies in another process.
  static bool SetAccess(IUnknown* object, Failure& failure) {
    failure.doing = "Setting up access to ROOT\\CIMV2";
    failure.hresult =
        CoSetProxyBlanket(object, RPC_C_AUTHN_WINNT, RPC_C_AUTHZ_NONE, nullptr,
                          RPC_C_AUTHN_LEVEL_CALL, RPC_C_IMP_LEVEL_IMPERSONATE, nullptr, EOAC_NONE);
    return SUCCEEDED(failure.hresult);
  }

  ComPtr<IWbemLocator> locator_;
  ComPtr<IWbemServices> services_;
  ComPtr<IEnumWbemClassObject> rows_;
};

// Adds each row by `add`, which says whether to go on, and ends the answer. Fewer than `min_rows`
// are a failure.
template <typename T>
void ReadRows(const std::string& query, int min_rows, PendingAnswer<T>& pending,
              const std::function<bool(IWbemClassObject& row)>& add) {
  const ComApartment apartment;
  Failure failure{apartment.hresult(), "Initializing COM"};
  Query rows;
  if (FAILED(failure.hresult) || !rows.Begin(query, failure)) {
    const auto code = static_cast<uint32_t>(failure.hresult);
    return pending.End(AnswerCodeOf(code, false), code, FailureText(failure.doing, code));
  }
  const std::string doing = absl::StrCat("Asking WMI to ", query);
  for (int count = 0;;) {
    ComPtr<IWbemClassObject> row;
    const HRESULT result = rows.Next(WaitMilliseconds(pending.Remaining()), row);
    const auto code = static_cast<uint32_t>(result);
    if (result == WBEM_S_FALSE) {
      if (count >= min_rows) return pending.End(AnswerCode::kOk, code, "");
      return pending.End(AnswerCode::kFailed, code, absl::StrCat(doing, " gave no row"));
    }
    if (FAILED(result)) {
      return pending.End(AnswerCodeOf(code, count > 0), code,
                         FailureText(absl::StrCat(doing, ", after ", count, " rows,"), code));
    }
    // The caller says itself that its time is over.
    if (pending.left_behind()) return;
    if (result != WBEM_S_NO_ERROR) continue;
    if (count++ == kMaxRows) {
      return pending.End(AnswerCode::kPartial, 0, absl::StrCat("More than ", kMaxRows, " rows"));
    }
    if (!add(*row.get())) return;
  }
}

}  // namespace

void ReadUpdateRows(PendingAnswer<std::vector<UpdateRow>>& pending) {
  ReadRows("SELECT * FROM Win32_QuickFixEngineering", 0, pending, [&](IWbemClassObject& row) {
    UpdateRow update{.hot_fix_id = Text(row, L"HotFixID"),
                     .description = Text(row, L"Description"),
                     .caption = Text(row, L"Caption"),
                     .installed_on = Text(row, L"InstalledOn"),
                     .installed_by = Text(row, L"InstalledBy"),
                     .service_pack_in_effect = Text(row, L"ServicePackInEffect")};
    return pending.Update([&](std::vector<UpdateRow>& rows) { rows.push_back(std::move(update)); });
  });
}

void ProbeOperatingSystem(PendingAnswer<WmiProbe>& pending) {
  ReadRows("SELECT Version, Caption, InstallDate FROM Win32_OperatingSystem", 1, pending,
           [&](IWbemClassObject& row) {
             WmiProbe probe{.version = Text(row, L"Version"),
                            .caption = Text(row, L"Caption"),
                            .install_date = Text(row, L"InstallDate")};
             return pending.Update([&](WmiProbe& result) { result = std::move(probe); });
           });
}

}  // namespace muster::host
