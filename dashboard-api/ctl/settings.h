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
  bool needs_token = true;  // not of `login`
};

// Complete. Holds a secret: never print it.
struct Settings {
  std::string server;  // "host:port"
  std::string ca_path;
  std::string ca_pem;
  std::string token;
  std::string session_file;       // where `login` keeps its session; empty: there is no home for it
  bool token_is_session = false;  // the token is from there
  std::string before_session;  // what is set that comes before it: "--token-file", "MUSTER_TOKEN"
};

// A variable of the environment; empty where it is unset.
using Environment = std::function<std::string(const char* name)>;
std::string ProcessEnvironment(const char* name);  // this process's

// Each setting from the first place that has it: the flag; MUSTER_SERVER, MUSTER_CA, MUSTER_TOKEN
// or MUSTER_TOKEN_FILE; for the token the session that `login` keeps for this server, beside the
// context file with the extension .session; the context file (--context, MUSTER_CONTEXT, or
// $XDG_CONFIG_HOME/muster/context.json with ~/.config as default, if it is there). UNAUTHENTICATED
// where there is no token, INVALID_ARGUMENT for what else is missing or malformed; otherwise what
// the file system says. The message says what to do.
absl::StatusOr<Settings> ResolveSettings(const Flags& flags, const Environment& environment);

}  // namespace muster::ctl

#endif  // MUSTER_DASHBOARD_API_CTL_SETTINGS_H_
