// Downloads by WinHTTP: Windows' own proxy settings, TLS and trusted authorities.
#ifndef MUSTER_AGENT_HOST_WINDOWS_WINHTTP_DOWNLOADER_H_
#define MUSTER_AGENT_HOST_WINDOWS_WINHTTP_DOWNLOADER_H_

#include <string>

#include "absl/time/time.h"
#include "agent/host/downloader.h"

namespace muster::host {

struct DownloadLimits {
  absl::Duration connect = absl::Seconds(30);
  absl::Duration silence = absl::Seconds(60);  // between bytes
  absl::Duration whole = absl::Hours(1);       // for one try; the next goes on where it ended
  int redirects = 5;
};

// The proxy is the one of `netsh winhttp`, for a service has no user's. Nobody logs on: a service
// that answered a challenge would hand out the machine's account. From https nothing leads back to
// http.
class WinHttpDownloader final : public Downloader {
 public:
  explicit WinHttpDownloader(DownloadLimits limits = {}) : limits_(limits) {}

  absl::Status Get(const std::string& url, uint64_t offset, uint64_t size,
                   const Take& take) override;

 private:
  const DownloadLimits limits_;
};

}  // namespace muster::host

#endif  // MUSTER_AGENT_HOST_WINDOWS_WINHTTP_DOWNLOADER_H_
