#include "dashboard-api/ctl/settings.h"

#include <google/protobuf/struct.pb.h>
#include <google/protobuf/util/json_util.h>

#include <cstdlib>
#include <filesystem>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "common/files.h"
#include "dashboard-api/ctl/session_file.h"

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

// The file that is named, or the one at home; empty where there is no home.
path ContextFile(const Flags& flags, const Environment& environment) {
  const std::string named = Or(flags.context, environment("MUSTER_CONTEXT"));
  if (!named.empty()) return named;
  const std::string home = environment("HOME");
  const std::string config =
      Or(environment("XDG_CONFIG_HOME"), home.empty() ? "" : home + "/.config");
  return config.empty() ? path() : path(config) / "muster" / "context.json";
}

absl::StatusOr<Flags> ReadContext(const path& file, bool named) {
  if (file.empty()) return Flags{};
  auto text = ReadSmallFile(file, kMaxContextBytes);
  if (!named && absl::IsNotFound(text.status())) return Flags{};
  if (!text.ok()) return text.status();
  return ParseContext(*text, file);
}

absl::StatusOr<std::string> ReadTokenFile(const std::string& file) {
  auto text = ReadSmallFile(file, kMaxTokenBytes);
  if (!text.ok()) return text.status();
  return std::string(absl::StripAsciiWhitespace(*text));
}

absl::StatusOr<std::string> CheckToken(std::string token) {
  for (char c : token) {
    if (!absl::ascii_isgraph(static_cast<unsigned char>(c))) {
      return absl::InvalidArgumentError("the API token holds characters that no token has");
    }
  }
  if (token.empty()) return absl::InvalidArgumentError("the file of the API token is empty");
  return token;
}

// Sets `settings.token_is_session` where it is one.
absl::StatusOr<std::string> ReadToken(const Flags& flags, const Environment& environment,
                                      const Flags& context, Settings& settings) {
  if (!flags.token_file.empty()) return ReadTokenFile(flags.token_file);
  if (std::string token = environment("MUSTER_TOKEN"); !token.empty()) return token;
  if (std::string file = environment("MUSTER_TOKEN_FILE"); !file.empty()) {
    return ReadTokenFile(file);
  }
  if (!settings.session_file.empty()) {
    auto session = ReadSession(settings.session_file);
    if (!session.ok()) return session.status();
    if (session->has_value() && (*session)->server == settings.server) {
      settings.token_is_session = true;
      return (*session)->token;
    }
  }
  if (!context.token_file.empty()) return ReadTokenFile(context.token_file);
  return absl::UnauthenticatedError(
      "no token: log in (musterctl login --user NAME), give --token-file FILE, or set MUSTER_TOKEN "
      "or MUSTER_TOKEN_FILE");
}

}  // namespace

std::string ProcessEnvironment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

absl::StatusOr<Settings> ResolveSettings(const Flags& flags, const Environment& environment) {
  const path context_file = ContextFile(flags, environment);
  const bool named = !Or(flags.context, environment("MUSTER_CONTEXT")).empty();
  auto context = ReadContext(context_file, named);
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
  if (!context_file.empty()) {
    settings.session_file = path(context_file).replace_extension(".session").string();
  }
  settings.before_session = !flags.token_file.empty()                   ? "--token-file"
                            : !environment("MUSTER_TOKEN").empty()      ? "MUSTER_TOKEN"
                            : !environment("MUSTER_TOKEN_FILE").empty() ? "MUSTER_TOKEN_FILE"
                                                                        : "";
  if (!flags.needs_token) return settings;
  auto token = ReadToken(flags, environment, *context, settings);
  if (token.ok()) token = CheckToken(*std::move(token));
  if (!token.ok()) return token.status();
  settings.token = *std::move(token);
  return settings;
}

}  // namespace muster::ctl
