#include "agent/remedy/journal.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "common/digest.h"
#include "common/files.h"

namespace muster::remedy {

// The digest of what follows, then the serialized journal.
absl::StatusOr<v1::Journal> JournalFile::Load() {
  auto content = ReadSmallFile(path_);
  if (absl::IsNotFound(content.status())) return v1::Journal();
  if (!content.ok()) return content.status();
  v1::Journal journal;
  if (content->size() >= Digest::kSize) {
    const std::string body = content->substr(Digest::kSize);
    if (Sha256(body).view() == absl::string_view(content->data(), Digest::kSize) &&
        journal.ParseFromString(body)) {
      return journal;
    }
  }
  return absl::DataLossError(
      absl::StrCat(path_.string(),
                   " is damaged: it says which orders have run. Look at the machine, then move the "
                   "file away; orders that are still open at the "
                   "server would be taken anew"));
}

absl::Status JournalFile::Save(const v1::Journal& journal) {
  const std::string body = journal.SerializeAsString();
  return ReplaceFileContent(path_, absl::StrCat(Sha256(body).view(), body), FileMode::kPrivate);
}

}  // namespace muster::remedy
