// A folder of web files, read into memory once. Immutable, shareable between threads.
#ifndef MUSTER_COMMON_HTTP_STATIC_FILES_H_
#define MUSTER_COMMON_HTTP_STATIC_FILES_H_

#include <filesystem>
#include <map>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "common/http/message.h"

namespace muster::http {

class StaticFiles {
 public:
  // Without files.
  StaticFiles() = default;
  // NOT_FOUND where the folder or its index.html is missing; RESOURCE_EXHAUSTED beyond 64 MiB.
  // Symbolic links are not followed.
  static absl::StatusOr<StaticFiles> Load(const std::filesystem::path& folder);

  // The file at the request's path, in the best encoding that lies beside it (.br, .gz) and is
  // accepted; a folder's index.html for its path; the page's, where there is no such file and the
  // client wants a page: the page has its own routes. Nothing where there is none. Files with a
  // hash in their name
  // ("app-3f9c2b1a.js") are cached for good, others are asked for again.
  std::optional<Reply> Find(const Request& request) const;

 private:
  struct File {
    std::string content_type;
    std::string etag;
    bool immutable = false;
    std::string plain;
    std::string gzip;    // empty: there is none
    std::string brotli;  // likewise
  };

  std::map<std::string, File, std::less<>> files_;  // "/assets/app.js"
};

}  // namespace muster::http

#endif  // MUSTER_COMMON_HTTP_STATIC_FILES_H_
