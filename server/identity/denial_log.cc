#include "server/identity/denial_log.h"

#include "absl/strings/str_cat.h"

namespace muster::identity {

DenialLog::~DenialLog() {
  absl::MutexLock lock(&mutex_);
  TellOf(minute_, minute_.begins + absl::Minutes(1));
}

void DenialLog::Record(const AuditEvent& denial) {
  if (denial.actor == kAnonymous) {
    Minute ended;
    bool tell = true;
    {
      absl::MutexLock lock(&mutex_);
      if (denial.at >= minute_.begins + absl::Minutes(1)) {
        ended = minute_;
        minute_ = {denial.at, 0};
      }
      tell = ++minute_.seen <= kMaxAnonymousDenialsPerMinute;
    }
    TellOf(ended, denial.at);
    if (!tell) return;
  }
  store_.Audit(denial).IgnoreError();
}

void DenialLog::TellOf(const Minute& minute, absl::Time now) {
  const int64_t more = minute.seen - kMaxAnonymousDenialsPerMinute;
  if (more <= 0) return;
  const std::string subject =
      absl::StrCat(more, " more denials in the minute from ",
                   absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", minute.begins, absl::UTCTimeZone()));
  store_.Audit({now, kAnonymous, "", subject, "UNAUTHENTICATED"}).IgnoreError();
}

}  // namespace muster::identity
