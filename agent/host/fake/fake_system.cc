#include "agent/host/fake/fake_system.h"

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace muster::host {
namespace {

constexpr uint32_t kTrustENoSignature = 0x800B0100;
constexpr absl::string_view kBookmarkStart = "<BookmarkList><Bookmark Channel='Setup' RecordId='";
constexpr absl::string_view kBookmarkEnd = "' IsCurrent='true'/></BookmarkList>";

std::string BookmarkOf(uint64_t record) {
  return absl::StrCat(kBookmarkStart, record, kBookmarkEnd);
}

// 0 where it is no bookmark of this log.
uint64_t RecordOf(absl::string_view bookmark) {
  uint64_t record = 0;
  const bool read = absl::ConsumePrefix(&bookmark, kBookmarkStart) &&
                    absl::ConsumeSuffix(&bookmark, kBookmarkEnd) &&
                    absl::SimpleAtoi(bookmark, &record);
  return read ? record : 0;
}

}  // namespace

void FakeSystem::SetUpdateRows(Answer<std::vector<UpdateRow>> answer) {
  absl::MutexLock lock(&mutex_);
  update_rows_ = std::move(answer);
}

void FakeSystem::SetWmiProbe(Answer<WmiProbe> answer) {
  absl::MutexLock lock(&mutex_);
  wmi_probe_ = std::move(answer);
}

void FakeSystem::SetCbsPackages(Answer<CbsPackageKeys> answer) {
  absl::MutexLock lock(&mutex_);
  cbs_packages_ = std::move(answer);
}

void FakeSystem::SetUpdateHistory(Answer<std::vector<UpdateHistoryRow>> answer) {
  absl::MutexLock lock(&mutex_);
  update_history_ = std::move(answer);
}

void FakeSystem::SetFacts(Answer<MachineFacts> answer) {
  absl::MutexLock lock(&mutex_);
  facts_ = std::move(answer);
}

void FakeSystem::SetTrust(absl::string_view path, Answer<TrustVerdict> answer) {
  absl::MutexLock lock(&mutex_);
  trust_[absl::AsciiStrToLower(path)] = std::move(answer);
}

void FakeSystem::AddSetupEvent(std::string xml) {
  absl::MutexLock lock(&mutex_);
  setup_events_[++last_record_] = std::move(xml);
}

void FakeSystem::ClearSetupEvents() {
  absl::MutexLock lock(&mutex_);
  setup_events_.clear();
}

void FakeSystem::FailSetupEvents(AnswerCode code, uint32_t hresult) {
  absl::MutexLock lock(&mutex_);
  setup_failure_.code = code;
  setup_failure_.hresult = hresult;
  setup_failure_.detail = "Querying the event log Setup failed";
}

Answer<std::vector<UpdateRow>> FakeSystem::UpdateRows(absl::Duration) {
  absl::MutexLock lock(&mutex_);
  return update_rows_;
}

Answer<WmiProbe> FakeSystem::ProbeWmi(absl::Duration) {
  absl::MutexLock lock(&mutex_);
  return wmi_probe_;
}

Answer<CbsPackageKeys> FakeSystem::CbsPackages(absl::Duration) {
  absl::MutexLock lock(&mutex_);
  return cbs_packages_;
}

Answer<std::vector<UpdateHistoryRow>> FakeSystem::UpdateHistory(absl::Duration) {
  absl::MutexLock lock(&mutex_);
  return update_history_;
}

Answer<MachineFacts> FakeSystem::Facts(absl::Duration) {
  absl::MutexLock lock(&mutex_);
  return facts_;
}

Answer<TrustVerdict> FakeSystem::VerifyCatalog(absl::string_view path, absl::Duration) {
  absl::MutexLock lock(&mutex_);
  const auto it = trust_.find(absl::AsciiStrToLower(path));
  if (it != trust_.end()) return it->second;
  Answer<TrustVerdict> unsigned_file;
  unsigned_file.value.hresult = kTrustENoSignature;
  return unsigned_file;
}

Answer<EventBatch> FakeSystem::SetupEvents(absl::string_view bookmark, uint32_t max_events,
                                           absl::Duration) {
  absl::MutexLock lock(&mutex_);
  if (setup_failure_.code != AnswerCode::kOk) return setup_failure_;
  Answer<EventBatch> answer;
  EventBatch& batch = answer.value;
  batch.bookmark = std::string(bookmark);
  uint64_t after = RecordOf(bookmark);
  if (!bookmark.empty() && !setup_events_.contains(after)) {
    batch.bookmark_lost = true;
    batch.bookmark.clear();
    after = 0;
  }
  for (auto it = setup_events_.upper_bound(after); it != setup_events_.end(); ++it) {
    if (batch.events.size() == max_events) {
      batch.more = true;
      break;
    }
    batch.events.push_back(it->second);
    batch.bookmark = BookmarkOf(it->first);
  }
  return answer;
}

}  // namespace muster::host
