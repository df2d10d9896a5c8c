#include "common/trace/collector.h"

#include <curl/curl.h>

#include <algorithm>
#include <atomic>
#include <mutex>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace muster::trace {
namespace {

using Steady = std::chrono::steady_clock;

constexpr char kPath[] = "/v1/traces";
constexpr size_t kMaxUrlBytes = 2048;
// Enough for a partial success, or the first words of what went wrong; more is not read.
constexpr size_t kMaxAnswerBytes = 4096;

// Before any other call of curl's; never undone, since others may use it.
CURL* NewEasy() {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
  return curl_easy_init();
}

}  // namespace

absl::Status CheckEndpoint(const std::string& endpoint) {
  constexpr char kForm[] =
      "an OTLP endpoint is written as http://HOST:4318 or https://HOST:4318, without user, query "
      "or fragment";
  if (endpoint.size() > kMaxUrlBytes ||
      !std::ranges::all_of(endpoint, [](char c) { return absl::ascii_isgraph(c); }) ||
      (!absl::StartsWithIgnoreCase(endpoint, "https://") &&
       !absl::StartsWithIgnoreCase(endpoint, "http://")) ||
      absl::StrContains(endpoint, "?") || absl::StrContains(endpoint, "#")) {
    return absl::InvalidArgumentError(kForm);
  }
  // curl's own parser, so that what is checked is what is connected to.
  const std::unique_ptr<CURLU, decltype(&curl_url_cleanup)> parsed(curl_url(), &curl_url_cleanup);
  const CURLUcode code =
      curl_url_set(parsed.get(), CURLUPART_URL, endpoint.c_str(), CURLU_DISALLOW_USER);
  return code == CURLUE_OK ? absl::OkStatus() : absl::InvalidArgumentError(kForm);
}

// curl holds pointers into it.
class Collector::Impl {
 public:
  explicit Impl(const CollectorOptions& options)
      : url_(absl::StrCat(absl::StripSuffix(options.endpoint, "/"), kPath)), easy_(NewEasy()) {
    // No waiting for "100 Continue".
    for (const char* line : {"Content-Type: application/json", "Expect:"}) {
      headers_ = curl_slist_append(headers_, line);
    }
    Set(CURLOPT_URL, url_.c_str());
    Set(CURLOPT_PROTOCOLS_STR, "http,https");
    Set(CURLOPT_USERAGENT, "muster");
    Set(CURLOPT_HTTPHEADER, headers_);
    Set(CURLOPT_NOSIGNAL, 1L);
    // A name that does not resolve must not hold up the end: curl would wait for the thread.
    Set(CURLOPT_QUICK_EXIT, 1L);
    Set(CURLOPT_TIMEOUT_MS, std::max<long>(1, absl::ToInt64Milliseconds(options.timeout)));
    Set(CURLOPT_PROXY, "");
    Set(CURLOPT_FOLLOWLOCATION, 0L);
    Set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    if (!options.ca_file.empty()) {
      Set(CURLOPT_CAINFO, options.ca_file.c_str());
      Set(CURLOPT_CAPATH, nullptr);
    }
    Set(CURLOPT_ERRORBUFFER, error_);
    Set(CURLOPT_WRITEFUNCTION, &TakeBody);
    Set(CURLOPT_WRITEDATA, this);
    Set(CURLOPT_NOPROGRESS, 0L);
    Set(CURLOPT_XFERINFOFUNCTION, &OnProgress);
    Set(CURLOPT_XFERINFODATA, this);
  }
  ~Impl() {
    curl_easy_cleanup(easy_);
    curl_slist_free_all(headers_);
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  Answer Post(const std::string& json) {
    answer_ = Answer();
    *error_ = '\0';
    Set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(json.size()));
    Set(CURLOPT_POSTFIELDS, json.c_str());
    // Nothing is sent with a protection missing.
    if (set_ != CURLE_OK) return Refused(curl_easy_strerror(set_));
    if (IsOver()) return Unanswered("there is no more time");
    const CURLcode result = curl_easy_perform(easy_);
    long code = 0;
    curl_off_t retry_after = 0;
    curl_easy_getinfo(easy_, CURLINFO_RESPONSE_CODE, &code);
    curl_easy_getinfo(easy_, CURLINFO_RETRY_AFTER, &retry_after);
    // The status is the answer, whatever becomes of the body behind it.
    if (code < 200) return Unanswered(*error_ != '\0' ? error_ : curl_easy_strerror(result));
    if (code < 300) {
      answer_.kind = Answer::Kind::kTaken;
      return answer_;
    }
    const std::string error = absl::StrCat("the collector answered ", code);
    if (code != 429 && code != 502 && code != 503 && code != 504) return Refused(error);
    answer_.retry_after = absl::Seconds(retry_after);
    return Unanswered(error);
  }

  void EndBy(Steady::time_point deadline) { deadline_ = deadline; }

 private:
  template <typename Value>
  void Set(CURLoption option, Value value) {
    const CURLcode code = curl_easy_setopt(easy_, option, value);
    if (set_ == CURLE_OK) set_ = code;
  }
  bool IsOver() const { return Steady::now() >= deadline_.load(); }
  Answer Refused(std::string error) { return End(Answer::Kind::kRefused, std::move(error)); }
  Answer Unanswered(std::string error) { return End(Answer::Kind::kRetry, std::move(error)); }
  Answer End(Answer::Kind kind, std::string error) {
    answer_.kind = kind;
    answer_.error = std::move(error);
    return answer_;
  }

  static size_t TakeBody(char* data, size_t, size_t size, void* self) {
    std::string& body = static_cast<Impl*>(self)->answer_.body;
    const size_t taken = std::min(size, kMaxAnswerBytes - body.size());
    body.append(data, taken);
    return taken;  // less than was offered ends the transfer
  }
  static int OnProgress(void* self, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
    return static_cast<Impl*>(self)->IsOver() ? 1 : 0;
  }

  const std::string url_;
  CURL* const easy_;
  curl_slist* headers_ = nullptr;
  CURLcode set_ = CURLE_OK;  // the first option that could not be set
  Answer answer_;            // as far as it has come
  char error_[CURL_ERROR_SIZE] = "";
  std::atomic<Steady::time_point> deadline_{Steady::time_point::max()};
};

Collector::Collector(const CollectorOptions& options) : impl_(std::make_unique<Impl>(options)) {}
Collector::~Collector() = default;

Answer Collector::Post(const std::string& json) { return impl_->Post(json); }
void Collector::EndBy(Steady::time_point deadline) { impl_->EndBy(deadline); }

}  // namespace muster::trace
