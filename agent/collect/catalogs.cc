#include "agent/collect/catalogs.h"

#include "absl/container/flat_hash_map.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "agent/collect/catalog_item.h"
#include "agent/collect/folders.h"
#include "agent/collect/packages.h"
#include "agent/collect/set_builder.h"
#include "agent/host/text.h"
#include "common/digest.h"

namespace muster::collect {
namespace {

// The largest real ones have some hundred KiB.
constexpr uint64_t kMaxCatalogBytes = 16 * 1024 * 1024;

class Collector {
 public:
  explicit Collector(host::Host& host) : host_(host) {}

  // Lists the catalogs of a folder, and of those whose names differ from its in case alone, to be
  // read by ReadAll.
  void AddDirectories(absl::string_view path, bool required) {
    const std::vector<std::string> folders = FoldersCalled(host_, path, builder_.tally());
    for (const std::string& folder : folders) AddDirectory(folder, required);
  }

  CollectedSet ReadAll(const ProgressCallback& progress) {
    for (size_t i = 0; i < paths_.size(); ++i) {
      if (progress) progress("catalogs", i, paths_.size());
      Read(paths_[i]);
    }
    return builder_.Finish();
  }

 private:
  void AddDirectory(absl::string_view directory, bool required) {
    const auto entries = host_.List(directory);
    if (absl::IsNotFound(entries.status())) {
      if (required) builder_.tally().Absent(directory);
      return;
    }
    if (!entries.ok()) {
      builder_.tally().Missed(directory, entries.status());
      return;
    }
    for (const host::Entry& entry : *entries) {
      if (absl::EndsWithIgnoreCase(entry.name, ".cat")) {
        paths_.push_back(absl::StrCat(directory, "/", entry.name));
      }
    }
  }

  void Read(const std::string& path) {
    const auto bytes = host::ReadWhole(host_, path, kMaxCatalogBytes);
    if (absl::IsNotFound(bytes.status())) return;  // went away since it was listed
    v1::Catalog item;
    if (bytes.ok()) {
      // The component store holds copies of what servicing holds.
      const Digest digest = Sha256(*bytes);
      const auto [it, is_new] = by_digest_.try_emplace(digest);
      if (is_new) it->second = MakeCatalogItem(reader_.Read(*bytes));
      item = it->second;
      item.set_sha256(digest.ToBytes());
      item.set_size(bytes->size());
    } else if (absl::IsResourceExhausted(bytes.status())) {
      item = MakeCatalogItem(absl::InvalidArgumentError(bytes.status().message()));
      const auto info = host_.Stat(path);
      if (info.ok()) item.set_size(info->size);
    } else {
      builder_.tally().Missed(path, bytes.status());
      return;
    }
    item.set_path(host::ValidUtf8(path));
    builder_.Add(item, path);
  }

  host::Host& host_;
  SetBuilder builder_{v1::CATALOGS, "catalogs"};
  std::vector<std::string> paths_;
  servicing::CatalogReader reader_;  // thousands of catalogs share some dozens of certificates
  absl::flat_hash_map<Digest, v1::Catalog> by_digest_;
};

}  // namespace

CollectedSet CollectCatalogs(host::Host& host, const ProgressCallback& progress) {
  Collector collector(host);
  collector.AddDirectories(kPackagesDirectory, true);
  collector.AddDirectories(kStoreDirectory, false);
  return collector.ReadAll(progress);
}

}  // namespace muster::collect
