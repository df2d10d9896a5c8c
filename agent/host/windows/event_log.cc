#include "agent/host/windows/event_log.h"

#include <windows.h>
// Behind windows.h.
#include <winevt.h>

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "agent/host/windows/hresult_status.h"
#include "agent/host/windows/text.h"

namespace muster::host {
namespace {

constexpr size_t kMaxEventBytes = 64 * 1024;
constexpr size_t kMaxBookmarkBytes = 64 * 1024;
constexpr DWORD kWaitMilliseconds = 1'000;

// Owns a handle of wevtapi.
class EventHandle {
 public:
  explicit EventHandle(EVT_HANDLE handle) : handle_(handle) {}
  EventHandle(EventHandle&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
  EventHandle& operator=(EventHandle&&) = delete;
  ~EventHandle() {
    if (handle_ != nullptr) EvtClose(handle_);
  }
  EVT_HANDLE get() const { return handle_; }

 private:
  EVT_HANDLE handle_;
};

// XML of an event or a bookmark, without the NUL. False with a Win32 error.
bool Render(EVT_HANDLE handle, DWORD flags, std::string& text, uint32_t& error) {
  DWORD bytes = 0, properties = 0;
  if (!EvtRender(nullptr, handle, flags, 0, nullptr, &bytes, &properties)) {
    error = GetLastError();
    if (error != ERROR_INSUFFICIENT_BUFFER) return false;
  }
  // UTF-16 of the longest text that is taken needs no more than twice its bytes.
  if (bytes > 2 * (kMaxEventBytes + 1)) {
    error = ERROR_MORE_DATA;
    return false;
  }
  std::wstring wide(bytes / sizeof(wchar_t), L'\0');
  if (!EvtRender(nullptr, handle, flags, bytes, wide.data(), &bytes, &properties)) {
    error = GetLastError();
    return false;
  }
  text = Utf8Of(std::wstring_view(wide).substr(0, wide.find(L'\0')));
  error = text.size() > kMaxEventBytes ? ERROR_MORE_DATA : ERROR_SUCCESS;
  return error == ERROR_SUCCESS;
}

// Reads one batch. Lives on one thread.
class EventReader {
 public:
  EventReader(const std::string& channel, PendingAnswer<EventBatch>& pending)
      : channel_(channel), pending_(pending) {}

  void Read(const std::string& bookmark, uint32_t max_events) {
    if (!Query()) return End(error_, absl::StrCat("Querying the event log ", channel_));
    bool lost = !bookmark.empty() && !SeekBehind(bookmark);
    // What moved the query before it failed must not leave out events now.
    if (lost && !Query()) return End(error_, absl::StrCat("Querying the event log ", channel_));
    const EventHandle mark(EvtCreateBookmark(nullptr));
    if (!pending_.Update([&](EventBatch& batch) {
          batch.bookmark_lost = lost;
          batch.bookmark = lost ? "" : bookmark;
        })) {
      return;
    }
    for (uint32_t count = 0; count < max_events; ++count) {
      const EventHandle event(Next());
      if (event.get() == nullptr) {
        if (error_ == ERROR_NO_MORE_ITEMS) return pending_.End(AnswerCode::kOk, 0, "");
        return End(error_, absl::StrCat("Reading the event log ", channel_));
      }
      if (!Add(event.get(), mark.get())) return;
    }
    const EventHandle one_more(Next());
    const bool more = one_more.get() != nullptr;
    if (!pending_.Update([&](EventBatch& batch) { batch.more = more; })) return;
    pending_.End(AnswerCode::kOk, 0, "");
  }

 private:
  bool Query() {
    SetLastError(ERROR_SUCCESS);
    query_.emplace(EvtQuery(nullptr, WideOf(channel_).c_str(), L"*",
                            EvtQueryChannelPath | EvtQueryForwardDirection));
    error_ = GetLastError();
    return query_->get() != nullptr;
  }

  // Goes to the bookmark's own event, strictly, and takes it: so the last event of a log is told
  // apart from one that is no longer there.
  bool SeekBehind(const std::string& bookmark) {
    if (bookmark.size() > kMaxBookmarkBytes) return false;
    const EventHandle mark(EvtCreateBookmark(WideOf(bookmark).c_str()));
    if (mark.get() == nullptr) return false;
    if (!EvtSeek(query_->get(), 0, mark.get(), 0, EvtSeekRelativeToBookmark | EvtSeekStrict)) {
      return false;
    }
    const EventHandle own(Next());
    return own.get() != nullptr;
  }

  // Null with error_, ERROR_NO_MORE_ITEMS at the end. Waits as long as the caller does, in parts.
  EVT_HANDLE Next() {
    for (;;) {
      EVT_HANDLE event = nullptr;
      DWORD count = 0;
      if (EvtNext(query_->get(), 1, &event, kWaitMilliseconds, 0, &count) && count == 1) {
        return event;
      }
      error_ = GetLastError();
      if (error_ != ERROR_TIMEOUT || pending_.left_behind()) return nullptr;
    }
  }

  // False where the answer has ended or nobody waits for it.
  bool Add(EVT_HANDLE event, EVT_HANDLE mark) {
    std::string xml, bookmark;
    uint32_t render_error = 0, mark_error = 0;
    const bool rendered = Render(event, EvtRenderEventXml, xml, render_error);
    if (!EvtUpdateBookmark(mark, event) || !Render(mark, EvtRenderBookmark, bookmark, mark_error)) {
      End(mark_error == 0 ? GetLastError() : mark_error,
          absl::StrCat("Marking a place in the event log ", channel_));
      return false;
    }
    ++seen_;
    return pending_.Update([&](EventBatch& batch) {
      if (rendered)
        batch.events.push_back(std::move(xml));
      else
        ++batch.skipped;
      batch.bookmark = std::move(bookmark);
    });
  }

  void End(uint32_t error, absl::string_view doing) {
    const uint32_t hresult = HresultOfWin32(error);
    pending_.End(AnswerCodeOf(hresult, seen_ > 0), hresult, FailureText(doing, hresult));
  }

  const std::string channel_;
  PendingAnswer<EventBatch>& pending_;
  std::optional<EventHandle> query_;
  uint32_t error_ = 0;
  uint32_t seen_ = 0;
};

}  // namespace

void ReadEvents(const std::string& channel, const std::string& bookmark, uint32_t max_events,
                PendingAnswer<EventBatch>& pending) {
  EventReader(channel, pending).Read(bookmark, max_events);
}

}  // namespace muster::host
