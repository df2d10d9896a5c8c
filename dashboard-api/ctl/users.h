// musterctl users, login, logout, whoami, passwd: persons and their sessions.
#ifndef MUSTER_DASHBOARD_API_CTL_USERS_H_
#define MUSTER_DASHBOARD_API_CTL_USERS_H_

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "dashboard-api/ctl/client.h"
#include "dashboard-api/ctl/console.h"

namespace muster::ctl {

struct UserOptions {
  std::string id;  // "anna", or "users/anna"
  std::optional<std::string> role, display_name;
  bool disable = false, enable = false;
  std::string password_file;
  bool keep_password = false;  // it need not be changed at the first login
};
absl::Status CreateUser(Client& client, const UserOptions& options, Console& console);
absl::Status UpdateUser(Client& client, const UserOptions& options, Console& console);
absl::Status SetUserPassword(Client& client, const UserOptions& options, Console& console);
absl::Status ListUsers(Client& client, const NoOptions& options, Console& console);
absl::Status DeleteUser(Client& client, const std::string& id, Console& console);

// Keeps the session for the commands after it (session_file.h). Needs no token.
absl::Status LogIn(Client& client, const UserOptions& options, Console& console);
// Forgets what LogIn kept.
absl::Status LogOut(Client& client, const NoOptions& options, Console& console);
absl::Status WhoAmI(Client& client, const NoOptions& options, Console& console);
struct ChangePasswordOptions {
  std::string current_file, new_file;
};
absl::Status ChangePassword(Client& client, const ChangePasswordOptions& options, Console& console);

}  // namespace muster::ctl

#endif  // MUSTER_DASHBOARD_API_CTL_USERS_H_
