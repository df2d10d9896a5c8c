// Where the server is, whom to trust and with which token: from flags, the environment and a
// context file.
#ifndef MUSTER_DASHBOARD_API_CTL_SETTINGS_H_
#define MUSTER_DASHBOARD_API_CTL_SETTINGS_H_

#include <functional>
#include <string>

#include "absl/status/statusor.h"

namespace muster::ctl {

// What the command line says; empty where it says nothing.
struct Flags {
  std::string server;
  std::string ca;
  std::string token_file;
  std::string context;
  bool needs_token = true;
};

// Complete. Holds a secret: never print it.
struct Settings {
  std::string server;  // "host:port"
  std::string ca_path;
  std::string ca_pem;
  std::string token;
};

// A variable of the environment; empty where it is unset.
using Environment = std::function<std::string(const char* name)>;

// Each setting from the first place that has it: the flag; MUSTER_SERVER, MUSTER_CA, MUSTER_TOKEN
// or MUSTER_TOKEN_FILE; the context file (--context, MUSTER_CONTEXT, or
// $XDG_CONFIG_HOME/muster/context.json with ~/.config as default, if it is there). INVALID_ARGUMENT
// for what is missing or malformed; otherwise what the file system says. The message says what to
// do.
absl::StatusOr<Settings> ResolveSettings(const Flags& flags, const Environment& environment);

}  // namespace muster::ctl

#endif  // MUSTER_DASHBOARD_API_CTL_SETTINGS_H_
