#include "server/notification/transport.h"

#include <curl/curl.h>

#include <algorithm>
#include <mutex>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/notification/transfer.h"

namespace muster::notification {
namespace {

// Connections that are kept for the next delivery to the same receiver.
constexpr long kMaxIdleConnections = 16;

// Before any other call of curl's, once in the process; never undone, since others may use it.
CURLM* NewMulti() {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
  return curl_multi_init();
}

}  // namespace

Transport::Transport(const SenderOptions& options) : options_(options), multi_(NewMulti()) {
  curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, kMaxIdleConnections);
}

Transport::~Transport() {
  for (const auto& [id, transfer] : running_) curl_multi_remove_handle(multi_, transfer->easy());
  running_.clear();
  curl_multi_cleanup(multi_);
}

void Transport::Start(Delivery delivery, absl::Time now) {
  const int64_t id = delivery.id;
  auto transfer = std::make_unique<Transfer>(std::move(delivery), options_, [this] {
    return std::chrono::steady_clock::now() >= deadline_.load();
  });
  std::optional<Outcome> refused = transfer->Prepare(now);
  if (!refused) {
    CURLMcode code = curl_multi_add_handle(multi_, transfer->easy());
    if (code == CURLM_OK) {
      running_[id] = std::move(transfer);
      return;
    }
    refused = Outcome{Outcome::Kind::kRetry,
                      absl::StrCat("the request cannot be made: ", curl_multi_strerror(code)),
                      {}};
  }
  stillborn_.push_back({transfer->delivery(), *std::move(refused)});
}

std::vector<Finished> Transport::Poll(std::chrono::steady_clock::duration at_most) {
  std::vector<Finished> finished = std::exchange(stillborn_, {});
  Collect(finished);
  if (!finished.empty()) return finished;
  // Rounded up, so that the wait's end is never polled for.
  auto wait = std::chrono::ceil<std::chrono::milliseconds>(at_most).count();
  curl_multi_poll(multi_, nullptr, 0, static_cast<int>(std::clamp<int64_t>(wait, 0, 60'000)),
                  nullptr);
  Collect(finished);
  return finished;
}

void Transport::Collect(std::vector<Finished>& finished) {
  int still = 0;
  curl_multi_perform(multi_, &still);
  while (CURLMsg* message = curl_multi_info_read(multi_, &still)) {
    if (message->msg != CURLMSG_DONE) continue;
    CURL* const easy = message->easy_handle;
    const CURLcode result = message->data.result;  // the message dies with the removal
    curl_multi_remove_handle(multi_, easy);
    auto found = std::find_if(running_.begin(), running_.end(),
                              [&](const auto& entry) { return entry.second->easy() == easy; });
    finished.push_back({found->second->delivery(), found->second->Judge(result)});
    running_.erase(found);
  }
}

void Transport::Wakeup() { curl_multi_wakeup(multi_); }

void Transport::EndBy(std::chrono::steady_clock::time_point deadline) {
  deadline_ = deadline;
  Wakeup();
}

}  // namespace muster::notification
