#include "agent/sync/acknowledgements.h"

#include <filesystem>
#include <functional>
#include <system_error>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/files.h"

namespace muster::sync {
namespace {

// The list is the digests one after the other; a set's digest is computed from it, so it proves
// itself.
std::shared_ptr<const SetList> ParseList(v1::SetKind kind, absl::string_view bytes) {
  if (bytes.size() % Digest::kSize != 0) return nullptr;
  auto list = std::make_shared<SetList>();
  for (; !bytes.empty(); bytes.remove_prefix(Digest::kSize)) {
    list->items.push_back(*Digest::FromBytes(bytes.substr(0, Digest::kSize)));
  }
  list->digest = SetDigest(kind, list->items);
  return list;
}

// Of the path that a log's position is kept under: logs are known by plain file names.
bool IsPlainName(const std::string& source) {
  return !source.empty() && source.find_first_of("/\\") == std::string::npos;
}

}  // namespace

const SetList* Acknowledgements::Base(v1::SetKind kind) const {
  auto it = bases_.find(kind);
  return it == bases_.end() ? nullptr : it->second.get();
}

v1::LogPosition Acknowledgements::Position(const std::string& source) const {
  auto it = positions_.find(source);
  return it == positions_.end() ? v1::LogPosition() : it->second;
}

absl::Status Acknowledgements::SetBase(v1::SetKind kind, std::shared_ptr<const SetList> base) {
  bases_[kind] = std::move(base);
  return absl::OkStatus();
}

absl::Status Acknowledgements::SetPosition(const std::string& source,
                                           const v1::LogPosition& position) {
  positions_[source] = position;
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<AcknowledgementFile>> AcknowledgementFile::Open(
    const std::string& directory) {
  std::error_code error;
  std::filesystem::create_directories(directory, error);
  if (error) {
    return absl::PermissionDeniedError(
        absl::StrCat("making the folder ", directory, ": ", error.message()));
  }
  std::unique_ptr<AcknowledgementFile> file(new AcknowledgementFile(directory));
  file->Load();
  return file;
}

void AcknowledgementFile::Load() {
  for (const auto& entry : std::filesystem::directory_iterator(directory_)) {
    std::string name = entry.path().filename().string();
    auto content = ReadSmallFile(entry.path());
    if (!content.ok()) continue;
    absl::string_view rest = name;
    int number = 0;
    v1::LogPosition position;
    if (absl::ConsumePrefix(&rest, "set-") && absl::SimpleAtoi(rest, &number) &&
        v1::SetKind_IsValid(number)) {
      auto kind = static_cast<v1::SetKind>(number);
      if (auto list = ParseList(kind, *content)) bases_[kind] = list;
    } else if (absl::ConsumePrefix(&rest, "position-") && !absl::EndsWith(rest, ".new") &&
               position.ParseFromString(*content)) {
      positions_[std::string(rest)] = position;
    }
  }
}

absl::Status AcknowledgementFile::SetBase(v1::SetKind kind, std::shared_ptr<const SetList> base) {
  std::string bytes;
  bytes.reserve(base->items.size() * Digest::kSize);
  for (const Digest& digest : base->items) absl::StrAppend(&bytes, digest.view());
  absl::Status status = ReplaceFileContent(
      std::filesystem::path(directory_) / absl::StrCat("set-", kind), bytes, FileMode::kPrivate);
  if (!status.ok()) return status;
  return Acknowledgements::SetBase(kind, std::move(base));
}

absl::Status AcknowledgementFile::SetPosition(const std::string& source,
                                              const v1::LogPosition& position) {
  if (!IsPlainName(source))
    return absl::InvalidArgumentError("a log is known by a plain file name");
  absl::Status status =
      ReplaceFileContent(std::filesystem::path(directory_) / absl::StrCat("position-", source),
                         position.SerializeAsString(), FileMode::kPrivate);
  if (!status.ok()) return status;
  return Acknowledgements::SetPosition(source, position);
}

}  // namespace muster::sync
