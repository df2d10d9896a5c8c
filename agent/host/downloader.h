// The fourth seam to a Windows installation: files of distribution points, over HTTP.
#ifndef MUSTER_AGENT_HOST_DOWNLOADER_H_
#define MUSTER_AGENT_HOST_DOWNLOADER_H_

#include <cstdint>
#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace muster::host {

// Thread-safe. Calls block.
class Downloader {
 public:
  using Take = std::function<absl::Status(absl::string_view)>;

  virtual ~Downloader() = default;

  // Gives the bytes of the file at `url` from `offset` on to `take`, in order; ends early where
  // that answers an error, with it. OK: all were given, up to `size`, which the file must have.
  // Whether they are the right ones is for others to tell. NOT_FOUND, PERMISSION_DENIED,
  // FAILED_PRECONDITION: the file has another size; UNAVAILABLE: anything else. Messages name the
  // address.
  virtual absl::Status Get(const std::string& url, uint64_t offset, uint64_t size,
                           const Take& take) = 0;
};

}  // namespace muster::host

#endif  // MUSTER_AGENT_HOST_DOWNLOADER_H_
