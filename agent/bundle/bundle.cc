#include "agent/bundle/bundle.h"

#include <google/protobuf/util/json_util.h>

#include <algorithm>
#include <random>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "agent/bundle/archive.h"
#include "agent/bundle/captured_host.h"
#include "agent/bundle/system_record.h"
#include "agent/collect/log_files.h"
#include "agent/host/text.h"
#include "common/digest.h"
#include "common/files.h"

namespace muster::bundle {
namespace {

namespace fs = std::filesystem;

constexpr size_t kMaxJsonBytes = 256 * 1024 * 1024;

absl::Status ReadJson(const fs::path& path, google::protobuf::Message& message) {
  auto text = ReadSmallFile(path, kMaxJsonBytes);
  if (!text.ok()) {
    return absl::InvalidArgumentError(absl::StrCat("this is no bundle: ", text.status().message()));
  }
  google::protobuf::util::JsonParseOptions options;
  options.ignore_unknown_fields = true;  // of a later version that is still readable
  const auto read = google::protobuf::util::JsonStringToMessage(*text, &message, options);
  if (read.ok()) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(
      path.filename().string(), " is damaged: ", host::Displayable(read.ToString(), 300)));
}

absl::StatusOr<Digest> DigestOf(host::Host& tree, const std::string& path) {
  auto file = tree.Open(path);
  if (!file.ok()) return file.status();
  Sha256Stream digest;
  const auto fed = collect::FeedFile(**file, 0, UINT64_MAX, [&](absl::string_view piece) {
    digest.Update(piece);
    return true;
  });
  if (!fed.ok()) return fed.status();
  return digest.Finish();
}

fs::path TemporaryFolder() {
  std::random_device random;
  return fs::temp_directory_path() / absl::StrFormat("muster-bundle-%08x%08x", random(), random());
}

}  // namespace

absl::StatusOr<std::unique_ptr<Bundle>> Bundle::Open(const fs::path& path,
                                                     const OpenTree& open_tree) {
  std::unique_ptr<Bundle> bundle(new Bundle);
  std::error_code error;
  if (!fs::exists(path, error)) {
    return absl::NotFoundError(absl::StrCat(path.string(), " is not there"));
  }
  bundle->folder_ = path;
  if (!fs::is_directory(path, error)) {
    bundle->folder_ = TemporaryFolder();
    bundle->temporary_ = true;
    absl::Status status = UnpackArchive(path, bundle->folder_);
    if (!status.ok()) return status;
  }
  absl::Status status = bundle->Load(open_tree);
  if (status.ok()) return bundle;
  return absl::Status(status.code(), absl::StrCat(path.string(), ": ", status.message()));
}

Bundle::~Bundle() {
  host_.reset();  // its handles
  std::error_code ignored;
  if (temporary_) fs::remove_all(folder_, ignored);
}

absl::Status Bundle::Load(const OpenTree& open_tree) {
  absl::Status status = ReadJson(folder_ / kManifestPath, manifest_);
  if (!status.ok()) return status;
  if (manifest_.format() == 0) return absl::InvalidArgumentError("this is no bundle");
  if (manifest_.format() > kFormat) {
    return absl::FailedPreconditionError(
        absl::StrCat("a bundle of format ", manifest_.format(), ", written by muster-agent ",
                     host::Displayable(manifest_.agent_version(), 50),
                     "; this program reads up to ", kFormat, ": use a later one"));
  }
  auto tree = open_tree(folder_.string());
  if (!tree.ok()) return tree.status();
  for (const v1::BundleManifest::File& file : manifest_.files()) {
    const auto digest = DigestOf(**tree, file.path());
    if (digest.ok() && digest->ToHex() == file.sha256()) continue;
    return absl::InvalidArgumentError(
        absl::StrCat(host::Displayable(file.path(), 300),
                     digest.ok() ? " is not what the manifest says: it was changed or damaged"
                                 : absl::StrCat(": ", digest.status().message())));
  }
  if (manifest_.running_system()) {
    const bool listed = std::any_of(manifest_.files().begin(), manifest_.files().end(),
                                    [](const auto& file) { return file.path() == kAnswersPath; });
    if (!listed) {
      return absl::InvalidArgumentError(
          absl::StrCat(kAnswersPath, " is not in the manifest: it was changed or damaged"));
    }
    v1::SystemAnswersRecord record;
    status = ReadJson(folder_ / kAnswersPath, record);
    if (!status.ok()) return status;
    system_ = std::make_unique<RecordedSystem>(std::move(record));
  }
  host_ = std::make_unique<CapturedHost>(*std::move(tree), manifest_);
  return absl::OkStatus();
}

}  // namespace muster::bundle
