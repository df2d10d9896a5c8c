#include "dashboard-api/ctl/users.h"

#include <google/protobuf/empty.pb.h>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/proto_time.h"
#include "dashboard-api/ctl/output.h"
#include "dashboard-api/ctl/safe_text.h"
#include "dashboard-api/ctl/secret_input.h"
#include "dashboard-api/ctl/session_file.h"
#include "dashboard-api/ctl/table.h"
#include "dashboard-api/ctl/values.h"

namespace muster::ctl {
namespace {

using Users = v1::UserService::Stub;
using Sessions = v1::SessionService::Stub;

v1::Role ReadRole(const std::string& text) {
  v1::Role role = v1::ROLE_UNSPECIFIED;
  v1::Role_Parse(absl::AsciiStrToUpper(text), &role);
  return role;
}

SecretSource PasswordOf(const std::string& file, const std::string& prompt) {
  return {file, "MUSTER_PASSWORD", prompt};
}

Table UsersTable(const v1::ListUsersResponse& response) {
  Table table({"USER", "NAME", "ROLE", "STATE", "SESSIONS", "LAST LOGIN"});
  for (const v1::User& user : response.users()) {
    table.Add({{user.name()},
               {user.display_name()},
               {v1::Role_Name(user.role())},
               {user.disabled()                                ? "disabled"
                : FromProto(user.locked_until()) > absl::Now() ? "locked"
                : user.must_change_password()                  ? "new password"
                                                               : ""},
               {absl::StrCat(user.sessions())},
               {InstantText(user.last_login_time())}});
  }
  return table;
}

absl::Status WriteUser(const v1::User& user, const char* what, Console& console) {
  v1::ListUsersResponse list;
  *list.add_users() = user;
  return WriteChange(
      user, "", UsersTable(list), console,
      absl::StrCat(ForTerminal(user.name()), ", ", v1::Role_Name(user.role()), ", ", what, "\n"));
}

}  // namespace

absl::Status CreateUser(Client& client, const UserOptions& options, Console& console) {
  auto password = ReadNewSecret(PasswordOf(options.password_file, "Password for the new user: "));
  if (!password.ok()) return password.status();
  v1::CreateUserRequest request;
  request.mutable_user()->set_name(ResourceName("users", options.id));
  request.mutable_user()->set_role(ReadRole(options.role.value_or("")));
  request.mutable_user()->set_display_name(options.display_name.value_or(""));
  request.set_password(*password);
  request.set_keep_password(options.keep_password);
  v1::User user;
  auto created = client.Call(&Users::CreateUser, request, &user);
  if (!created.ok()) return created;
  return WriteUser(user, "is there now", console);
}

absl::Status UpdateUser(Client& client, const UserOptions& options, Console& console) {
  v1::UpdateUserRequest request;
  request.mutable_user()->set_name(ResourceName("users", options.id));
  if (options.role) {
    request.mutable_user()->set_role(ReadRole(*options.role));
    request.mutable_update_mask()->add_paths("role");
  }
  if (options.display_name) {
    request.mutable_user()->set_display_name(*options.display_name);
    request.mutable_update_mask()->add_paths("display_name");
  }
  if (options.disable || options.enable) {
    request.mutable_user()->set_disabled(options.disable);
    request.mutable_update_mask()->add_paths("disabled");
  }
  if (request.update_mask().paths().empty()) {
    return absl::InvalidArgumentError(
        "nothing to change: give --role, --display-name, --disable or --enable");
  }
  v1::User user;
  auto changed = client.Call(&Users::UpdateUser, request, &user);
  if (!changed.ok()) return changed;
  return WriteUser(user, user.disabled() ? "is disabled" : "is changed", console);
}

absl::Status SetUserPassword(Client& client, const UserOptions& options, Console& console) {
  auto password = ReadNewSecret(PasswordOf(options.password_file, "New password: "));
  if (!password.ok()) return password.status();
  v1::SetUserPasswordRequest request;
  request.set_name(ResourceName("users", options.id));
  request.set_password(*password);
  request.set_keep_password(options.keep_password);
  v1::User user;
  auto set = client.Call(&Users::SetUserPassword, request, &user);
  if (!set.ok()) return set;
  return WriteUser(user, "has a new password; all sessions are ended", console);
}

absl::Status ListUsers(Client& client, const NoOptions&, Console& console) {
  v1::ListUsersResponse response;
  auto listed = client.Call(&Users::ListUsers, v1::ListUsersRequest(), &response);
  if (!listed.ok()) return listed;
  return Write(response, UsersTable(response), console);
}

absl::Status DeleteUser(Client& client, const std::string& id, Console& console) {
  v1::DeleteUserRequest request;
  request.set_name(ResourceName("users", id));
  google::protobuf::Empty nothing;
  auto gone = client.Call(&Users::DeleteUser, request, &nothing);
  if (gone.ok()) console.err << ForTerminal(request.name()) << " is deleted\n";
  return gone;
}

absl::Status LogIn(Client& client, const UserOptions& options, Console& console) {
  auto password =
      ReadSecret(PasswordOf(options.password_file, absl::StrCat("Password of ", options.id, ": ")));
  if (!password.ok()) return password.status();
  v1::CreateSessionRequest request;
  request.set_user_id(options.id);
  request.set_password(*password);
  v1::Session session;
  auto opened = client.Call(&Sessions::CreateSession, request, &session);
  if (!opened.ok()) return opened;
  const Settings& settings = client.settings();
  if (settings.session_file.empty()) {
    return absl::FailedPreconditionError(
        "there is no place to keep the session: set HOME, or name a --context file");
  }
  auto kept = KeepSession(settings.session_file, {settings.server, session.token()});
  if (!kept.ok()) return kept;
  console.err << ForTerminal(session.actor()) << ", " << v1::Role_Name(session.role()) << ", until "
              << InstantText(session.expire_time())
              << (session.must_change_password() ? "; first: musterctl passwd\n" : "\n");
  if (!settings.before_session.empty()) {
    console.err << "but " << settings.before_session << " is set, and comes before the session\n";
  }
  return absl::OkStatus();
}

absl::Status LogOut(Client& client, const NoOptions&, Console& console) {
  google::protobuf::Empty nothing;
  auto done =
      client.Call(&Sessions::DeleteCurrentSession, v1::DeleteCurrentSessionRequest(), &nothing);
  const Settings& settings = client.settings();
  const bool over = done.ok() || absl::IsUnauthenticated(done);
  if (over && settings.token_is_session) done = ForgetSession(settings.session_file);
  if (done.ok()) console.err << "the session is over\n";
  return done;
}

absl::Status WhoAmI(Client& client, const NoOptions&, Console& console) {
  v1::Session session;
  auto got = client.Call(&Sessions::GetCurrentSession, v1::GetCurrentSessionRequest(), &session);
  if (!got.ok()) return got;
  const auto text = [&] {
    return absl::StrCat(ForTerminal(session.actor()), " ", v1::Role_Name(session.role()), " until ",
                        InstantText(session.expire_time()), "\n");
  };
  const auto csv = [&] {
    Table table({"ACTOR", "NAME", "ROLE", "SINCE", "UNTIL", "MUST CHANGE PASSWORD"});
    table.Add({{session.actor()},
               {session.display_name()},
               {v1::Role_Name(session.role())},
               {InstantText(session.create_time())},
               {InstantText(session.expire_time())},
               {session.must_change_password() ? "yes" : "no"}});
    return table.ToCsv();
  };
  return Write({.text = text, .csv = csv, .json = [&] { return Json(session, /*pretty=*/true); }},
               console);
}

absl::Status ChangePassword(Client& client, const ChangePasswordOptions& options,
                            Console& console) {
  v1::ChangePasswordRequest request;
  auto current = ReadSecret({options.current_file, nullptr, "Current password: "});
  if (!current.ok()) return current.status();
  auto wanted = ReadNewSecret({options.new_file, nullptr, "New password: "});
  if (!wanted.ok()) return wanted.status();
  request.set_current_password(*current);
  request.set_new_password(*wanted);
  google::protobuf::Empty nothing;
  auto done = client.Call(&Sessions::ChangePassword, request, &nothing);
  if (done.ok()) console.err << "the password is changed; your other sessions are ended\n";
  return done;
}

}  // namespace muster::ctl
