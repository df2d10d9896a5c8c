#include "server/notification/transfer.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/notification/channel.h"
#include "server/notification/mail.h"
#include "server/notification/webhook.h"

namespace muster::notification {
namespace {

// Enough for the first line of what went wrong; more is not read.
constexpr size_t kMaxAnswerBytes = 4096;

Outcome GiveUp(std::string error) { return {Outcome::Kind::kGiveUp, std::move(error), {}}; }
Outcome Retry(std::string error) { return {Outcome::Kind::kRetry, std::move(error), {}}; }

}  // namespace

Transfer::Transfer(Delivery delivery, const SenderOptions& options, std::function<bool()> aborted)
    : delivery_(std::move(delivery)),
      options_(options),
      aborted_(std::move(aborted)),
      easy_(curl_easy_init()) {}

Transfer::~Transfer() {
  curl_easy_cleanup(easy_);
  curl_slist_free_all(lines_);
}

template <typename Value>
void Transfer::Set(CURLoption option, Value value) {
  CURLcode code = curl_easy_setopt(easy_, option, value);
  if (set_ == CURLE_OK) set_ = code;
}

void Transfer::Append(const std::string& line) {
  curl_slist* longer = curl_slist_append(lines_, line.c_str());
  if (longer == nullptr) {
    set_ = CURLE_OUT_OF_MEMORY;
  } else {
    lines_ = longer;
  }
}

std::optional<Outcome> Transfer::Prepare(absl::Time now) {
  if (auto status = CheckChannel(delivery_.channel); !status.ok()) {
    return GiveUp(std::string(status.message()));
  }
  if (delivery_.channel.kind == Channel::Kind::kWebhook) {
    SetCommon(options_.ca_file);
    SetWebhook(now);
  } else {
    // Tried again: whoever runs the server may mend it meanwhile.
    if (options_.smtp.url.empty()) return Retry("the server has no mail relay");
    if (auto status = CheckMailAddress(options_.smtp.from); !status.ok()) {
      return Retry(absl::StrCat("the server's own mail address: ", status.message()));
    }
    SetCommon(options_.smtp.ca_file);
    SetMail();
  }
  // Nothing is sent with a protection missing.
  if (set_ != CURLE_OK) {
    return Retry(absl::StrCat("the request cannot be made: ", curl_easy_strerror(set_)));
  }
  return std::nullopt;
}

void Transfer::SetCommon(const std::string& ca_file) {
  Set(CURLOPT_NOSIGNAL, 1L);
  // A name that does not resolve must hold up neither the other transfers nor the end: curl would
  // wait for the resolving thread.
  Set(CURLOPT_QUICK_EXIT, 1L);
  Set(CURLOPT_TIMEOUT_MS, std::max<long>(1, absl::ToInt64Milliseconds(options_.timeout)));
  Set(CURLOPT_PROXY, "");
  Set(CURLOPT_FOLLOWLOCATION, 0L);
  Set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  if (!ca_file.empty()) Set(CURLOPT_CAINFO, ca_file.c_str());
  Set(CURLOPT_ERRORBUFFER, error_);
  Set(CURLOPT_WRITEFUNCTION, &TakeBody);
  Set(CURLOPT_WRITEDATA, this);
  Set(CURLOPT_NOPROGRESS, 0L);
  Set(CURLOPT_XFERINFOFUNCTION, &OnProgress);
  Set(CURLOPT_XFERINFODATA, this);
}

void Transfer::SetWebhook(absl::Time now) {
  for (const std::string& line : WebhookHeaders(delivery_, now)) Append(line);
  Append("Expect:");  // no waiting for "100 Continue"
  Set(CURLOPT_PROTOCOLS_STR, "http,https");
  Set(CURLOPT_URL, delivery_.channel.address.c_str());
  Set(CURLOPT_USERAGENT, "muster-server");
  Set(CURLOPT_HTTPHEADER, lines_);
  Set(CURLOPT_POST, 1L);
  Set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(delivery_.json.size()));
  Set(CURLOPT_POSTFIELDS, delivery_.json.c_str());
}

void Transfer::SetMail() {
  const SmtpOptions& smtp = options_.smtp;
  message_ = MailMessage(smtp.from, delivery_);
  Append(absl::StrCat("<", delivery_.channel.address, ">"));
  Set(CURLOPT_PROTOCOLS_STR, "smtp,smtps");
  Set(CURLOPT_URL, smtp.url.c_str());
  Set(CURLOPT_USE_SSL, static_cast<long>(smtp.password.empty() ? CURLUSESSL_TRY : CURLUSESSL_ALL));
  if (!smtp.user.empty()) {
    Set(CURLOPT_USERNAME, smtp.user.c_str());
    Set(CURLOPT_PASSWORD, smtp.password.c_str());
  }
  Set(CURLOPT_MAIL_FROM, absl::StrCat("<", smtp.from, ">").c_str());
  Set(CURLOPT_MAIL_RCPT, lines_);
  Set(CURLOPT_UPLOAD, 1L);
  Set(CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(message_.size()));
  Set(CURLOPT_READFUNCTION, &GiveMessage);
  Set(CURLOPT_READDATA, this);
  Set(CURLOPT_HEADERFUNCTION, &TakeReply);
  Set(CURLOPT_HEADERDATA, this);
  // curl says QUIT to a relay when it closes the connection, and blocks until that is answered.
  // Closed with its transfer, the wait has these bounds and asks OnProgress each second; a kept
  // connection would be closed with curl's own two minutes.
  Set(CURLOPT_FORBID_REUSE, 1L);
  Set(CURLOPT_SERVER_RESPONSE_TIMEOUT,
      std::max<long>(1, absl::ToInt64Seconds(absl::Ceil(options_.timeout, absl::Seconds(1)))));
}

Outcome Transfer::Judge(CURLcode result) const {
  long code = 0;
  curl_off_t retry_after = 0;
  curl_easy_getinfo(easy_, CURLINFO_RESPONSE_CODE, &code);
  curl_easy_getinfo(easy_, CURLINFO_RETRY_AFTER, &retry_after);
  if (delivery_.channel.kind == Channel::Kind::kWebhook) {
    // The status is the answer, whatever becomes of the body behind it.
    if (code >= 200) {
      return JudgeHttp(static_cast<int>(code), answer_, absl::Seconds(retry_after));
    }
  } else {
    if (result == CURLE_OK) return {Outcome::Kind::kSent, "", {}};
    if (code >= 400) return JudgeSmtp(static_cast<int>(code), answer_);
  }
  if (result == CURLE_ABORTED_BY_CALLBACK) return {Outcome::Kind::kAborted, "", {}};
  return Retry(absl::StrCat("no answer: ",
                            PrintableLine(*error_ != '\0' ? error_ : curl_easy_strerror(result))));
}

size_t Transfer::TakeBody(char* data, size_t, size_t size, void* self) {
  std::string& answer = static_cast<Transfer*>(self)->answer_;
  const size_t taken = std::min(size, kMaxAnswerBytes - answer.size());
  answer.append(data, taken);
  return taken;  // less than was offered ends the transfer
}

size_t Transfer::TakeReply(char* data, size_t, size_t size, void* self) {
  // The latest refusal; behind it comes the answer to QUIT.
  if (size > 0 && (*data == '4' || *data == '5')) {
    static_cast<Transfer*>(self)->answer_.assign(data, std::min(size, kMaxAnswerBytes));
  }
  return size;
}

size_t Transfer::GiveMessage(char* data, size_t, size_t room, void* self) {
  auto* transfer = static_cast<Transfer*>(self);
  const size_t size = std::min(room, transfer->message_.size() - transfer->given_);
  std::memcpy(data, transfer->message_.data() + transfer->given_, size);
  transfer->given_ += size;
  return size;
}

int Transfer::OnProgress(void* self, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<Transfer*>(self)->aborted_() ? 1 : 0;
}

}  // namespace muster::notification
