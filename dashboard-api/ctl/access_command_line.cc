// Who may, and who did: tokens, keys, users, sessions, the audit log.
#include "dashboard-api/ctl/command_line_internal.h"
#include "dashboard-api/ctl/reports.h"
#include "dashboard-api/ctl/tokens.h"
#include "dashboard-api/ctl/users.h"

namespace muster::ctl {
namespace {

constexpr char kPasswordHelp[] = "else MUSTER_PASSWORD, else the terminal";

void AddAudit(CLI::App& app, Invocation& invocation) {
  CLI::App* audit = AddFamily(app, "audit", "changes and denials");
  auto options = std::make_shared<AuditOptions>();
  CLI::App* list = audit->add_subcommand("list", "audit entries, newest first");
  list->add_option("--limit", options->limit, "at most so many")
      ->check(AtLeastOne)
      ->capture_default_str();
  AddWatch(list, invocation);
  Does(list, invocation, std::move(options), ListAudit);
}

void AddTokens(CLI::App& app, Invocation& invocation) {
  CLI::App* tokens = AddFamily(app, "tokens", "API tokens of operators");

  auto create_options = std::make_shared<CreateTokenOptions>();
  CLI::App* create = tokens->add_subcommand("create", "makes a token and writes it, once");
  AddRole(create, create_options->role)->required();
  create->add_option("--description", create_options->description, "who or what uses it")
      ->required();
  AddDuration(create, "--lifetime", create_options->lifetime,
              "as in 90d (the default); at most 400d");
  Does(create, invocation, std::move(create_options), CreateToken);

  AddList(tokens, invocation, "all tokens, without their secrets", ListTokens);

  AddVerb(tokens, invocation, "revoke", "ends a token", "ID", "as tokens list shows it", TokenNames,
          RevokeToken);
}

void AddEnrollmentTokens(CLI::App& app, Invocation& invocation) {
  CLI::App* tokens = AddFamily(app, "enrollment-tokens", "tokens with which machines enrol");
  auto options = std::make_shared<CreateEnrollmentTokenOptions>();
  CLI::App* create = tokens->add_subcommand("create", "makes a token and writes it, once");
  create->add_option("--uses", options->uses, "how many machines may enrol with it")
      ->required()
      ->check(AtLeastOne);
  create->add_option("--description", options->description, "what it is for");
  AddDuration(create, "--lifetime", options->lifetime, "as in 24h (the default); at most 90d");
  Does(create, invocation, std::move(options), CreateEnrollmentToken);
}

void AddKeys(CLI::App& app, Invocation& invocation) {
  CLI::App* keys = AddFamily(
      app, "keys",
      "operators' keys, with which orders are signed; private keys never leave this machine");

  auto new_options = std::make_shared<NewKeyOptions>();
  CLI::App* make = keys->add_subcommand("new", "makes a key; the first one is in force at once");
  make->add_option("--out", new_options->key.path, "to write, encrypted; FILE.pub beside it")
      ->required()
      ->type_name(kFileType);
  AddPassphraseFile(make, new_options->key);
  make->add_option("--name", new_options->name, "whose key it is")->required();
  Does(make, invocation, std::move(new_options), NewKey);

  auto add_options = std::make_shared<AddKeyOptions>();
  CLI::App* add = keys->add_subcommand("add", "puts a public key in force");
  AddInputFile(add, "PUBLIC-KEY", add_options->public_file, "FILE.pub of keys new")->required();
  AddKeyFile(add, "--sign-with", add_options->sign_with, "a key that is in force");
  Does(add, invocation, std::move(add_options), AddKey);

  auto revoke_options = std::make_shared<RevokeKeyOptions>();
  CLI::App* revoke = keys->add_subcommand("revoke", "takes a key out of force");
  revoke->add_option("ID", revoke_options->id, "as keys list shows it, or its first digits")
      ->required();
  AddKeyFile(revoke, "--sign-with", revoke_options->sign_with, "a key that is in force");
  Does(revoke, invocation, std::move(revoke_options), RevokeKey);

  auto require_options = std::make_shared<RequireApprovalsOptions>();
  CLI::App* require = keys->add_subcommand(
      "require", "how many signatures agents want of every order, whatever a campaign says");
  require->add_option("APPROVALS", require_options->approvals, "at least 1")->required();
  AddKeyFile(require, "--sign-with", require_options->sign_with, "a key that is in force");
  Does(require, invocation, std::move(require_options), RequireApprovals);

  AddList(keys, invocation, "the keys in force", ListKeys);
}

void AddUsers(CLI::App& app, Invocation& invocation) {
  CLI::App* users = AddFamily(app, "users", "persons who log in with a password");
  const auto add = [&](const char* verb, const char* help,
                       absl::Status (*run)(Client&, const UserOptions&, Console&)) {
    auto options = std::make_shared<UserOptions>();
    CLI::App* command = users->add_subcommand(verb, help);
    Completes(command->add_option("USER", options->id, "as in anna"), invocation, UserNames)
        ->required();
    Does(command, invocation, options, run);
    return std::pair(command, options);
  };
  const auto add_role = [](const auto& command) {
    return AddRole(command.first, command.second->role);
  };
  const auto add_password = [](const auto& command) {
    AddInputFile(command.first, "--password-file", command.second->password_file, kPasswordHelp);
    command.first->add_flag("--keep-password", command.second->keep_password,
                            "it need not be changed at the next login");
  };
  const auto create = add("create", "a user, with a password of 12 bytes or more", CreateUser);
  add_role(create)->required();
  create.first->add_option("--display-name", create.second->display_name);
  add_password(create);
  const auto update = add("update", "changes a user; sessions follow at once", UpdateUser);
  add_role(update);
  update.first->add_option("--display-name", update.second->display_name);
  auto* disable = update.first->add_flag("--disable", update.second->disable, "no more logins");
  update.first->add_flag("--enable", update.second->enable)->excludes(disable);
  add_password(add("set-password", "a new password; ends sessions and lockout", SetUserPassword));
  AddList(users, invocation, "all users", ListUsers);
  AddVerb(users, invocation, "delete", "a user, with all sessions", "USER", "", UserNames,
          DeleteUser);
}

void AddSessions(CLI::App& app, Invocation& invocation) {
  auto login_options = std::make_shared<UserOptions>();
  CLI::App* login = app.add_subcommand("login", "opens a session, kept for the commands after it");
  login->add_option("--user", login_options->id, "as in anna")->required();
  AddInputFile(login, "--password-file", login_options->password_file, kPasswordHelp);
  Does(login, invocation, std::move(login_options), LogIn);
  login->parse_complete_callback([&invocation] { invocation.flags.needs_token = false; });
  Does(app.add_subcommand("logout", "ends the session whose token is used"), invocation,
       std::make_shared<NoOptions>(), LogOut);
  CLI::App* whoami = app.add_subcommand("whoami", "whose token is used");
  Does(whoami, invocation, std::make_shared<NoOptions>(), WhoAmI);
  auto passwords = std::make_shared<ChangePasswordOptions>();
  CLI::App* passwd = app.add_subcommand("passwd", "changes your password");
  AddInputFile(passwd, "--current-file", passwords->current_file, "else the terminal");
  AddInputFile(passwd, "--new-file", passwords->new_file, "else the terminal");
  Does(passwd, invocation, std::move(passwords), ChangePassword);
}

}  // namespace

void AddAccess(CLI::App& app, Invocation& invocation) {
  AddTokens(app, invocation);
  AddEnrollmentTokens(app, invocation);
  AddAudit(app, invocation);
  AddKeys(app, invocation);
  AddUsers(app, invocation);
  AddSessions(app, invocation);
}

}  // namespace muster::ctl
