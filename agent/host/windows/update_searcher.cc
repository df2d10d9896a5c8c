// windows.h stays in front; initguid.h makes this file hold the identifiers of wuapi.h, for which
// mingw-w64 has no import library.
#include <windows.h>
// Behind windows.h.
#include <initguid.h>
// Behind initguid.h.
#include <wuapi.h>

#include <cmath>

#include "absl/strings/str_cat.h"
#include "agent/host/windows/com.h"
#include "agent/host/windows/hresult_status.h"
#include "agent/host/windows/update_searcher.h"

namespace muster::host {
namespace {

using Rows = std::vector<UpdateHistoryRow>;

constexpr LONG kMaxRows = 10'000;
constexpr LONG kRowsPerQuery = 100;  // what is lost when the agent hangs in the midst

// Days since 1899-12-30, in UTC as the history has them. Source: Microsoft, IUpdateHistoryEntry
// "get_Date" and VARIANT's DATE.
std::optional<absl::Time> TimeOf(DATE date) {
  constexpr double kUnixEpoch = 25'569.0;
  constexpr double kLatest = 109'575.0;  // 2200-01-01
  if (!std::isfinite(date) || date < kUnixEpoch || date > kLatest) return std::nullopt;
  return absl::UnixEpoch() + absl::Milliseconds(std::llround((date - kUnixEpoch) * 86'400'000.0));
}

using TextProperty = HRESULT (STDMETHODCALLTYPE IUpdateHistoryEntry::*)(BSTR*);

std::string Text(IUpdateHistoryEntry& entry, TextProperty property) {
  ComString text;
  return SUCCEEDED((entry.*property)(text.Receive())) ? text.ToUtf8() : "";
}

// A property that cannot be read keeps its default.
UpdateHistoryRow RowOf(IUpdateHistoryEntry& entry) {
  UpdateHistoryRow row;
  row.title = Text(entry, &IUpdateHistoryEntry::get_Title);
  row.description = Text(entry, &IUpdateHistoryEntry::get_Description);
  row.client_application = Text(entry, &IUpdateHistoryEntry::get_ClientApplicationID);
  ::UpdateOperation operation{};
  if (SUCCEEDED(entry.get_Operation(&operation))) row.operation = operation;
  OperationResultCode result{};
  if (SUCCEEDED(entry.get_ResultCode(&result))) row.result_code = result;
  LONG number = 0;
  if (SUCCEEDED(entry.get_HResult(&number))) row.hresult = static_cast<uint32_t>(number);
  if (SUCCEEDED(entry.get_UnmappedResultCode(&number))) {
    row.unmapped_result_code = static_cast<uint32_t>(number);
  }
  DATE date = 0;
  if (SUCCEEDED(entry.get_Date(&date))) row.date = TimeOf(date);
  ComPtr<IUpdateIdentity> identity;
  if (SUCCEEDED(entry.get_UpdateIdentity(identity.Receive())) && identity) {
    ComString id;
    if (SUCCEEDED(identity->get_UpdateID(id.Receive()))) row.update_id = id.ToUtf8();
    if (SUCCEEDED(identity->get_RevisionNumber(&number))) {
      row.revision = static_cast<uint32_t>(number);
    }
  }
  return row;
}

HRESULT CreateSearcher(ComPtr<IUpdateSearcher>& searcher) {
  ComPtr<IUpdateSession> session;
  const HRESULT created = CoCreateInstance(CLSID_UpdateSession, nullptr, CLSCTX_INPROC_SERVER,
                                           IID_IUpdateSession, session.ReceiveVoid());
  return FAILED(created) ? created : session->CreateUpdateSearcher(searcher.Receive());
}

// The rows from `start` on, at most `count`.
HRESULT ReadRows(IUpdateSearcher& searcher, LONG start, LONG count, Rows& rows) {
  ComPtr<IUpdateHistoryEntryCollection> entries;
  HRESULT result = searcher.QueryHistory(start, count, entries.Receive());
  if (FAILED(result)) return result;
  LONG given = 0;
  result = entries->get_Count(&given);
  for (LONG i = 0; SUCCEEDED(result) && i < std::min(given, count); ++i) {
    ComPtr<IUpdateHistoryEntry> entry;
    result = entries->get_Item(i, entry.Receive());
    if (SUCCEEDED(result) && entry) rows.push_back(RowOf(*entry.get()));
  }
  return result;
}

}  // namespace

void ReadUpdateHistory(PendingAnswer<Rows>& pending) {
  const auto fail = [&](HRESULT result, bool something_seen, absl::string_view doing) {
    const auto code = static_cast<uint32_t>(result);
    pending.End(AnswerCodeOf(code, something_seen), code, FailureText(doing, code));
  };
  const ComApartment apartment;
  if (FAILED(apartment.hresult())) return fail(apartment.hresult(), false, "Initializing COM");
  ComPtr<IUpdateSearcher> searcher;
  HRESULT result = CreateSearcher(searcher);
  if (FAILED(result)) return fail(result, false, "Starting the Windows Update Agent's searcher");
  LONG total = 0;
  result = searcher->GetTotalHistoryCount(&total);
  if (FAILED(result)) return fail(result, false, "Counting the update history");
  for (LONG start = 0; start < std::min(total, kMaxRows); start += kRowsPerQuery) {
    Rows rows;
    result = ReadRows(*searcher.get(), start, std::min(kRowsPerQuery, total - start), rows);
    const bool waited_for = pending.Update([&](Rows& all) {
      for (UpdateHistoryRow& row : rows) all.push_back(std::move(row));
    });
    if (!waited_for) return;
    const bool something_seen = start > 0 || !rows.empty();
    if (FAILED(result)) return fail(result, something_seen, "Reading the update history");
  }
  if (total <= kMaxRows) return pending.End(AnswerCode::kOk, 0, "");
  pending.End(AnswerCode::kPartial, 0,
              absl::StrCat("The update history has ", total, " rows; these are the newest"));
}

}  // namespace muster::host
