#include "dashboard-api/ctl/settings.h"

#include <google/protobuf/struct.pb.h>
#include <google/protobuf/util/json_util.h>

#include <filesystem>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "common/files.h"

namespace muster::ctl {
namespace {

using std::filesystem::path;

constexpr size_t kMaxContextBytes = 64 * 1024;
constexpr size_t kMaxCaBytes = 1024 * 1024;
constexpr size_t kMaxTokenBytes = 4096;

// The first that is not empty.
std::string Or(std::string first, const std::string& second) {
  return first.empty() ? second : first;
}

absl::StatusOr<Flags> ParseContext(const std::string& text, const path& file) {
  google::protobuf::Struct json;
  if (auto parsed = google::protobuf::util::JsonStringToMessage(text, &json); !parsed.ok()) {
    return absl::InvalidArgumentError(absl::StrCat(
        file.string(),
        ": not a JSON object of server, ca and token_file: ", std::string(parsed.message())));
  }
  Flags context;
  const std::pair<const char*, std::string*> fields[] = {
      {"server", &context.server}, {"ca", &context.ca}, {"token_file", &context.token_file}};
  for (const auto& [key, value] : json.fields()) {
    std::string* field = nullptr;
    for (const auto& [name, target] : fields) {
      if (key == name) field = target;
    }
    if (field == nullptr || value.kind_case() != google::protobuf::Value::kStringValue) {
      return absl::InvalidArgumentError(absl::StrCat(
          file.string(), ": \"", key, "\" is not one of the texts server, ca and token_file"));
    }
    *field = value.string_value();
  }
  // Paths are relative to the context file, so that a folder with all of it can be moved.
  for (std::string* named : {&context.ca, &context.token_file}) {
    if (!named->empty()) *named = (file.parent_path() / *named).string();
  }
  return context;
}

absl::StatusOr<Flags> ReadContext(const Flags& flags, const Environment& environment) {
  std::string named = Or(flags.context, environment("MUSTER_CONTEXT"));
  path file = named;
  if (named.empty()) {
    std::string home = environment("HOME");
    std::string config = Or(environment("XDG_CONFIG_HOME"), home.empty() ? "" : home + "/.config");
    if (config.empty()) return Flags{};
    file = path(config) / "muster" / "context.json";
  }
  auto text = ReadSmallFile(file, kMaxContextBytes);
  if (named.empty() && absl::IsNotFound(text.status())) return Flags{};
  if (!text.ok()) return text.status();
  return ParseContext(*text, file);
}

absl::StatusOr<std::string> ReadToken(const Flags& flags, const Environment& environment,
                                      const Flags& context) {
  std::string token = flags.token_file.empty() ? environment("MUSTER_TOKEN") : "";
  if (token.empty()) {
    std::string file =
        Or(Or(flags.token_file, environment("MUSTER_TOKEN_FILE")), context.token_file);
    if (file.empty()) {
      return absl::InvalidArgumentError(
          "no API token: give --token-file FILE, or set MUSTER_TOKEN or MUSTER_TOKEN_FILE");
    }
    auto text = ReadSmallFile(file, kMaxTokenBytes);
    if (!text.ok()) return text.status();
    token = std::string(absl::StripAsciiWhitespace(*text));
  }
  for (char c : token) {
    if (!absl::ascii_isgraph(static_cast<unsigned char>(c))) {
      return absl::InvalidArgumentError("the API token holds characters that no token has");
    }
  }
  if (token.empty()) return absl::InvalidArgumentError("the file of the API token is empty");
  return token;
}

}  // namespace

absl::StatusOr<Settings> ResolveSettings(const Flags& flags, const Environment& environment) {
  auto context = ReadContext(flags, environment);
  if (!context.ok()) return context.status();
  Settings settings;
  settings.server = Or(Or(flags.server, environment("MUSTER_SERVER")), context->server);
  if (settings.server.empty()) {
    return absl::InvalidArgumentError("which server? give --server HOST:PORT or set MUSTER_SERVER");
  }
  settings.ca_path = Or(Or(flags.ca, environment("MUSTER_CA")), context->ca);
  if (settings.ca_path.empty()) {
    return absl::InvalidArgumentError(
        "whom to trust? give --ca FILE (the server's authority.pem) or set MUSTER_CA");
  }
  auto ca = ReadSmallFile(settings.ca_path, kMaxCaBytes);
  if (!ca.ok()) return ca.status();
  settings.ca_pem = *std::move(ca);
  if (!flags.needs_token) return settings;
  auto token = ReadToken(flags, environment, *context);
  if (!token.ok()) return token.status();
  settings.token = *std::move(token);
  return settings;
}

}  // namespace muster::ctl
