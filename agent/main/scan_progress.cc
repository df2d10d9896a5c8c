#include "agent/main/scan_progress.h"

#include "absl/strings/str_cat.h"

namespace muster::agent {

collect::ProgressCallback ScanProgress::Callback() {
  if (!enabled_) return nullptr;
  return
      [this](absl::string_view phase, uint64_t done, uint64_t total) { Show(phase, done, total); };
}

void ScanProgress::Show(absl::string_view phase, uint64_t done, uint64_t total) {
  const absl::Time now = absl::Now();
  if (now < next_) return;
  next_ = now + absl::Milliseconds(200);
  shown_ = true;
  constexpr uint64_t kMiB = 1 << 20;
  const std::string amount = phase == "logs"
                                 ? absl::StrCat(done / kMiB, " of ", total / kMiB, " MiB")
                                 : absl::StrCat(done, " of ", total);
  out_ << "\r\x1b[Kreading " << phase << ": " << amount << std::flush;
}

void ScanProgress::Clear() {
  if (shown_) out_ << "\r\x1b[K" << std::flush;
  shown_ = false;
}

}  // namespace muster::agent
