#include "common/http/static_files.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/digest.h"
#include "common/files.h"
#include "common/http/compression.h"

namespace muster::http {
namespace {

namespace fs = std::filesystem;

constexpr size_t kMaxBytes = 64 * 1024 * 1024;
constexpr size_t kWorthCompressing = 1024;
constexpr size_t kTagDigits = 32;
constexpr size_t kMinHashDigits = 8;

// By extension; others are offered as a download.
constexpr std::pair<const char*, const char*> kTypes[] = {
    {".html", "text/html; charset=utf-8"},
    {".js", "text/javascript; charset=utf-8"},
    {".css", "text/css; charset=utf-8"},
    {".json", "application/json"},
    {".webmanifest", "application/manifest+json"},
    {".svg", "image/svg+xml"},
    {".png", "image/png"},
    {".ico", "image/x-icon"},
    {".woff2", "font/woff2"},
    {".txt", "text/plain; charset=utf-8"},
    {".map", "application/json"},
};

std::string TypeOf(const std::string& name) {
  for (const auto& [extension, type] : kTypes) {
    if (absl::EndsWith(name, extension)) return type;
  }
  return "application/octet-stream";
}

bool IsText(const std::string& type) {
  return absl::StartsWith(type, "text/") || absl::StartsWith(type, "application/json") ||
         absl::StartsWith(type, "application/manifest") || type == "image/svg+xml";
}

// "app-3f9c2b1a.js" and "app.3f9c2b1a.css": what bundlers write.
bool HasHash(const std::string& name) {
  const std::string stem = fs::path(name).stem().string();
  const size_t mark = stem.find_last_of("-.");
  if (mark == std::string::npos || stem.size() - mark - 1 < kMinHashDigits) return false;
  const auto is_hash_digit = [](unsigned char c) { return absl::ascii_isalnum(c) || c == '_'; };
  return std::all_of(stem.begin() + static_cast<long>(mark) + 1, stem.end(), is_hash_digit) &&
         std::any_of(stem.begin() + static_cast<long>(mark) + 1, stem.end(),
                     [](unsigned char c) { return absl::ascii_isdigit(c); });
}

}  // namespace

absl::StatusOr<StaticFiles> StaticFiles::Load(const fs::path& folder) {
  std::map<std::string, std::string> contents;
  size_t bytes = 0;
  std::error_code error;
  for (fs::recursive_directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    if (entry->is_symlink() || !entry->is_regular_file()) continue;
    auto content = ReadSmallFile(entry->path(), kMaxBytes - bytes);
    if (!content.ok()) return content.status();
    bytes += content->size();
    contents[absl::StrCat("/", entry->path().lexically_relative(folder).generic_string())] =
        *std::move(content);
  }
  if (error) return absl::NotFoundError(absl::StrCat(folder.string(), ": ", error.message()));
  if (contents.count("/index.html") == 0) {
    return absl::NotFoundError(absl::StrCat(folder.string(), ": there is no index.html"));
  }
  StaticFiles result;
  for (const auto& [name, content] : contents) {
    const bool is_variant = (absl::EndsWith(name, ".gz") || absl::EndsWith(name, ".br")) &&
                            contents.count(name.substr(0, name.size() - 3)) != 0;
    if (is_variant) continue;
    File file;
    file.content_type = TypeOf(name);
    file.etag = Sha256(content).ToHex().substr(0, kTagDigits);
    file.immutable = HasHash(name);
    file.plain = content;
    if (const auto gzip = contents.find(name + ".gz"); gzip != contents.end()) {
      file.gzip = gzip->second;
    } else if (IsText(file.content_type) && content.size() > kWorthCompressing) {
      file.gzip = Gzip(content);
    }
    if (const auto brotli = contents.find(name + ".br"); brotli != contents.end()) {
      file.brotli = brotli->second;
    }
    result.files_.emplace(name, std::move(file));
  }
  return result;
}

std::optional<Reply> StaticFiles::Find(const Request& request) const {
  auto found =
      files_.find(request.path.ends_with('/') ? request.path + "index.html" : request.path);
  if (found == files_.end()) {
    if (!ListAccepts(request.Field("Accept"), "text/html")) return std::nullopt;
    found = files_.find("/index.html");
    if (found == files_.end()) return std::nullopt;
  }
  const File& file = found->second;
  Reply reply;
  reply.content_type = file.content_type;
  reply.etag = file.etag;
  reply.headers = {
      {"Cache-Control", file.immutable ? "public, max-age=31536000, immutable" : "no-cache"},
      {"Vary", "Accept-Encoding"}};
  const std::string_view accepted = request.Field("Accept-Encoding");
  if (!file.brotli.empty() && ListAccepts(accepted, "br")) {
    reply.body = file.brotli;
    reply.etag += "-br";
    reply.headers.emplace_back("Content-Encoding", "br");
  } else if (!file.gzip.empty() && ListAccepts(accepted, "gzip")) {
    reply.body = file.gzip;
    reply.etag += "-gz";
    reply.headers.emplace_back("Content-Encoding", "gzip");
  } else {
    reply.body = file.plain;
  }
  return reply;
}

}  // namespace muster::http
