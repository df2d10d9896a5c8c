#include "dashboard-api/ctl/session_file.h"

#include <google/protobuf/struct.pb.h>
#include <google/protobuf/util/json_util.h>

#include <system_error>

#include "absl/strings/str_cat.h"
#include "common/files.h"
#include "dashboard-api/ctl/console.h"

namespace muster::ctl {
namespace {

namespace fs = std::filesystem;

constexpr size_t kMaxBytes = 4096;

}  // namespace

absl::StatusOr<std::optional<KeptSession>> ReadSession(const fs::path& file) {
  auto text = ReadSmallFile(file, kMaxBytes);
  if (absl::IsNotFound(text.status())) return std::nullopt;
  if (!text.ok()) return text.status();
  google::protobuf::Struct json;
  const bool parsed = google::protobuf::util::JsonStringToMessage(*text, &json).ok();
  const auto& fields = json.fields();
  const auto server = fields.find("server"), token = fields.find("token");
  if (!parsed || server == fields.end() || token == fields.end()) {
    return absl::InvalidArgumentError(
        absl::StrCat(file.string(), ": not a session as musterctl login keeps it: remove it"));
  }
  return KeptSession{server->second.string_value(), token->second.string_value()};
}

absl::Status KeepSession(const fs::path& file, const KeptSession& session) {
  std::error_code error;
  if (fs::create_directories(file.parent_path(), error)) {
    fs::permissions(file.parent_path(), fs::perms::owner_all, error);
  }
  google::protobuf::Struct json;
  (*json.mutable_fields())["server"].set_string_value(session.server);
  (*json.mutable_fields())["token"].set_string_value(session.token);
  return ReplaceFileContent(file, Json(json, /*pretty=*/false), FileMode::kPrivate);
}

absl::Status ForgetSession(const fs::path& file) {
  std::error_code error;
  fs::remove(file, error);
  if (!error) return absl::OkStatus();
  return absl::InternalError(absl::StrCat("removing ", file.string(), ": ", error.message()));
}

}  // namespace muster::ctl
