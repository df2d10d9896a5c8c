#include "agent/host/fake/fake_host.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace muster::host {
namespace {

class FakeReader final : public FileReader {
 public:
  explicit FakeReader(std::string bytes) : bytes_(std::move(bytes)) {}

  uint64_t size() const override { return bytes_.size(); }
  absl::StatusOr<size_t> Read(absl::Span<char> buffer) override {
    if (offset_ >= bytes_.size()) return size_t{0};
    const size_t count = std::min<size_t>(buffer.size(), bytes_.size() - offset_);
    bytes_.copy(buffer.data(), count, offset_);
    offset_ += count;
    return count;
  }
  absl::Status Seek(uint64_t offset) override {
    offset_ = offset;
    return absl::OkStatus();
  }

 private:
  const std::string bytes_;
  size_t offset_ = 0;
};

}  // namespace

FakeHost::Node& FakeHost::NodeAt(absl::string_view path, bool directory) {
  const size_t slash = path.rfind('/');
  if (slash != absl::string_view::npos) NodeAt(path.substr(0, slash), true);
  Node& node = nodes_[absl::AsciiStrToLower(path)];
  if (node.path.empty()) node.path = std::string(path);
  node.directory = directory;
  return node;
}

absl::StatusOr<FakeHost::Node*> FakeHost::Find(absl::string_view path) {
  const auto it = nodes_.find(absl::AsciiStrToLower(path));
  if (it == nodes_.end())
    return absl::NotFoundError(absl::StrCat(path, ": no such file or folder"));
  if (!it->second.error.ok()) return it->second.error;
  return &it->second;
}

void FakeHost::Write(absl::string_view path, absl::string_view bytes) {
  absl::MutexLock lock(&mutex_);
  NodeAt(path, false).bytes = std::string(bytes);
}

void FakeHost::Append(absl::string_view path, absl::string_view bytes) {
  absl::MutexLock lock(&mutex_);
  absl::StrAppend(&NodeAt(path, false).bytes, bytes);
}

void FakeHost::MakeDirectory(absl::string_view path) {
  absl::MutexLock lock(&mutex_);
  NodeAt(path, true);
}

void FakeHost::Rename(absl::string_view from, absl::string_view to) {
  absl::MutexLock lock(&mutex_);
  auto node = nodes_.extract(absl::AsciiStrToLower(from));
  NodeAt(to, false).bytes = std::move(node.mapped().bytes);
}

void FakeHost::Fail(absl::string_view path, absl::Status error) {
  absl::MutexLock lock(&mutex_);
  const auto it = nodes_.find(absl::AsciiStrToLower(path));
  Node& node = it == nodes_.end() ? NodeAt(path, false) : it->second;
  node.error = std::move(error);
}

absl::StatusOr<std::vector<Entry>> FakeHost::List(absl::string_view path) {
  absl::MutexLock lock(&mutex_);
  const std::string prefix = path.empty() ? "" : absl::StrCat(absl::AsciiStrToLower(path), "/");
  if (!path.empty()) {
    const auto node = Find(path);
    if (!node.ok()) return node.status();
    if (!(*node)->directory)
      return absl::FailedPreconditionError(absl::StrCat(path, ": no folder"));
  }
  std::vector<Entry> entries;
  for (const auto& [key, node] : nodes_) {
    if (!absl::StartsWith(key, prefix) || key.find('/', prefix.size()) != std::string::npos)
      continue;
    entries.push_back({node.path.substr(prefix.size()),
                       node.directory ? EntryKind::kDirectory : EntryKind::kFile});
  }
  std::sort(entries.begin(), entries.end(),
            [](const Entry& a, const Entry& b) { return a.name < b.name; });
  return entries;
}

absl::StatusOr<std::unique_ptr<FileReader>> FakeHost::Open(absl::string_view path) {
  absl::MutexLock lock(&mutex_);
  const auto node = Find(path);
  if (!node.ok()) return node.status();
  if ((*node)->directory) return absl::FailedPreconditionError(absl::StrCat(path, ": a folder"));
  return std::make_unique<FakeReader>((*node)->bytes);
}

absl::StatusOr<FileInfo> FakeHost::Stat(absl::string_view path) {
  absl::MutexLock lock(&mutex_);
  const auto node = Find(path);
  if (!node.ok()) return node.status();
  return FileInfo{(*node)->directory ? EntryKind::kDirectory : EntryKind::kFile,
                  (*node)->bytes.size()};
}

}  // namespace muster::host
