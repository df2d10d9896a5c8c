// One attempt at one delivery: a curl handle and the buffers that it uses.
#ifndef MUSTER_SERVER_NOTIFICATION_TRANSFER_H_
#define MUSTER_SERVER_NOTIFICATION_TRANSFER_H_

#include <curl/curl.h>

#include <functional>
#include <optional>
#include <string>

#include "absl/time/time.h"
#include "server/notification/options.h"
#include "server/notification/outcome.h"
#include "server/notification/store.h"

namespace muster::notification {

// Not thread-safe, and stays where it was made: curl holds pointers into it. `options` must outlive
// it. `aborted` is asked while it runs; true ends it.
class Transfer {
 public:
  Transfer(Delivery delivery, const SenderOptions& options, std::function<bool()> aborted);
  ~Transfer();
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

  // Makes easy() ready to run at `now`; where it must not run, what the attempt came to instead.
  std::optional<Outcome> Prepare(absl::Time now);
  // After it ran.
  Outcome Judge(CURLcode result) const;

  CURL* easy() const { return easy_; }
  const Delivery& delivery() const { return delivery_; }

 private:
  template <typename Value>
  void Set(CURLoption option, Value value);
  void SetCommon(const std::string& ca_file);
  void SetWebhook(absl::Time now);
  void SetMail();
  void Append(const std::string& line);

  static size_t TakeBody(char* data, size_t one, size_t size, void* self);
  static size_t TakeReply(char* data, size_t one, size_t size, void* self);
  static size_t GiveMessage(char* data, size_t one, size_t room, void* self);
  static int OnProgress(void* self, curl_off_t, curl_off_t, curl_off_t, curl_off_t);

  const Delivery delivery_;
  const SenderOptions& options_;
  const std::function<bool()> aborted_;
  CURL* const easy_;
  curl_slist* lines_ = nullptr;  // a webhook's header lines, or a mail's recipient
  CURLcode set_ = CURLE_OK;      // the first option that could not be set
  std::string message_;          // a mail, and how much of it was given to curl
  size_t given_ = 0;
  std::string answer_;  // the beginning of the body, or the relay's latest refusal
  char error_[CURL_ERROR_SIZE] = "";
};

}  // namespace muster::notification

#endif  // MUSTER_SERVER_NOTIFICATION_TRANSFER_H_
