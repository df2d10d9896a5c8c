#include "agent/bundle/captured_host.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "agent/bundle/bundle.h"

namespace muster::bundle {

CapturedHost::CapturedHost(std::unique_ptr<host::Host> tree, const v1::BundleManifest& manifest)
    : tree_(std::move(tree)) {
  for (const v1::BundleManifest::File& file : manifest.files()) {
    listed_.insert(absl::AsciiStrToLower(file.path()));
  }
  for (const v1::BundleManifest::Unread& unread : manifest.unread()) {
    const auto code = unread.code() > 0 && unread.code() <= 16
                          ? static_cast<absl::StatusCode>(unread.code())
                          : absl::StatusCode::kUnknown;
    const std::string key = absl::AsciiStrToLower(unread.path());
    unread_[key] = absl::Status(code, unread.reason());
    unread_names_[key] = unread.path();
  }
}

std::string CapturedHost::InTree(absl::string_view path) {
  return path.empty() ? kFilesFolder : absl::StrCat(kFilesFolder, "/", path);
}

absl::Status CapturedHost::ErrorOf(absl::string_view path) const {
  const auto it = unread_.find(absl::AsciiStrToLower(path));
  return it == unread_.end() ? absl::OkStatus() : it->second;
}

absl::StatusOr<std::vector<host::Entry>> CapturedHost::List(absl::string_view path) {
  if (absl::Status error = ErrorOf(path); !error.ok()) return error;
  auto entries = tree_->List(InTree(path));
  if (!entries.ok()) return entries;
  std::erase_if(*entries, [&](const host::Entry& entry) {
    const std::string inside = absl::StrCat(InTree(path), "/", entry.name);
    return entry.kind != host::EntryKind::kDirectory &&
           !listed_.contains(absl::AsciiStrToLower(inside));
  });
  const std::string prefix = absl::StrCat(absl::AsciiStrToLower(path), "/");
  for (auto it = unread_names_.lower_bound(prefix);
       it != unread_names_.end() && it->first.compare(0, prefix.size(), prefix) == 0; ++it) {
    const std::string name = it->second.substr(std::min(prefix.size(), it->second.size()));
    if (name.empty() || name.find('/') != std::string::npos) continue;
    const bool listed = std::any_of(entries->begin(), entries->end(), [&](const host::Entry& e) {
      return host::SameName(e.name, name);
    });
    if (!listed) entries->push_back({name, host::EntryKind::kFile});
  }
  std::sort(entries->begin(), entries->end(),
            [](const host::Entry& a, const host::Entry& b) { return a.name < b.name; });
  return entries;
}

absl::StatusOr<std::unique_ptr<host::FileReader>> CapturedHost::Open(absl::string_view path) {
  if (absl::Status error = ErrorOf(path); !error.ok()) return error;
  const std::string inside = InTree(path);
  if (!listed_.contains(absl::AsciiStrToLower(inside))) {
    return absl::NotFoundError(absl::StrCat(path, " is not in the bundle's manifest"));
  }
  return tree_->Open(inside);
}

absl::StatusOr<host::FileInfo> CapturedHost::Stat(absl::string_view path) {
  if (absl::Status error = ErrorOf(path); !error.ok()) return error;
  return tree_->Stat(InTree(path));
}

}  // namespace muster::bundle
