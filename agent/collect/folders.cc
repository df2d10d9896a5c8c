#include "agent/collect/folders.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "agent/host/text.h"

namespace muster::collect {
namespace {

// The folders called `name` in `parent`, appended.
void AppendFolders(host::Host& host, const std::string& parent, absl::string_view name,
                   std::vector<std::string>& folders) {
  const auto path_of = [&](absl::string_view spelling) {
    return parent.empty() ? std::string(spelling) : absl::StrCat(parent, "/", spelling);
  };
  const auto entries = host.List(parent);
  if (!entries.ok()) {
    if (!absl::IsNotFound(entries.status())) folders.push_back(path_of(name));
    return;
  }
  std::vector<const host::Entry*> called;
  for (const host::Entry& entry : *entries) {
    if (host::SameName(entry.name, name)) called.push_back(&entry);
  }
  if (called.empty()) return;
  // The host's own choice (agent/host/host.h) keeps the spelling that is asked for, so that clones
  // agree; it may be a link or a file, which reading it complains of.
  auto chosen = std::find_if(called.begin(), called.end(),
                             [&](const host::Entry* entry) { return entry->name == name; });
  if (chosen == called.end()) chosen = called.begin();
  folders.push_back(path_of(name));
  for (auto it = called.begin(); it != called.end(); ++it) {
    if (it != chosen && (*it)->kind == host::EntryKind::kDirectory) {
      folders.push_back(path_of((*it)->name));
    }
  }
}

}  // namespace

std::vector<std::string> FoldersCalled(host::Host& host, absl::string_view path,
                                       OutcomeTally& tally) {
  std::vector<std::string> folders = {""};
  for (const absl::string_view name : absl::StrSplit(path, '/')) {
    std::vector<std::string> deeper;
    for (const std::string& folder : folders) AppendFolders(host, folder, name, deeper);
    folders = std::move(deeper);
  }
  if (folders.empty()) folders.emplace_back(path);
  for (size_t i = 1; i < folders.size(); ++i) {
    tally.Note(absl::StrCat("Read as well: ", host::Displayable(folders[i]),
                            ", whose name differs in case alone"));
  }
  return folders;
}

}  // namespace muster::collect
