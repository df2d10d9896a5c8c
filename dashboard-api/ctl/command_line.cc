#include "dashboard-api/ctl/command_line.h"

#include <unistd.h>

#include <iostream>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "dashboard-api/ctl/command_line_internal.h"
#include "dashboard-api/ctl/completion.h"
#include "dashboard-api/ctl/values.h"

namespace muster::ctl {
namespace {

// `parse` is of values.h; what it says of a malformed text is CLI11's error.
template <typename Value>
void AddParsed(CLI::App* command, const std::string& name, std::optional<Value>& value,
               absl::StatusOr<Value> (*parse)(const std::string&), const std::string& help) {
  command->add_option_function<std::string>(
      name,
      [&value, name, parse](const std::string& text) {
        auto parsed = parse(text);
        if (!parsed.ok()) {
          throw CLI::ValidationError(name, std::string(parsed.status().message()));
        }
        value = *parsed;
      },
      help);
}

void AddCompletion(CLI::App& app, Invocation& invocation) {
  CLI::App* completion = app.add_subcommand(
      "completion", "a script with which a shell completes musterctl's command line");
  auto shell = std::make_shared<std::string>();
  completion->add_option("SHELL", *shell, "bash or powershell")
      ->required()
      ->check(CLI::IsMember({"bash", "powershell"}));
  completion->callback([&invocation, shell] {
    invocation.without_server = [shell](Console& console) {
      console.out << (*shell == "bash" ? BashCompletion() : PowerShellCompletion());
    };
  });
  // For those scripts: not shown.
  CLI::App* complete = app.add_subcommand("__complete")->group("");
  complete->callback([&app, &invocation] {
    invocation.without_server = [&app, &invocation](Console& console) {
      WriteCandidates(app, invocation.names, std::cin, console.out);
    };
  });
}

void AddSettings(CLI::App& app, Invocation& invocation) {
  Flags& flags = invocation.flags;
  app.add_option("--server", flags.server, "HOST:PORT of the operator API (MUSTER_SERVER)");
  app.add_option("--ca", flags.ca, "the server's authority.pem (MUSTER_CA)")->type_name(kFileType);
  app.add_option("--token-file", flags.token_file,
                 "a file with an API token (MUSTER_TOKEN_FILE; MUSTER_TOKEN holds the token "
                 "itself); default: the session that login keeps")
      ->type_name(kFileType);
  app.add_option("--context", flags.context,
                 "a JSON file of server, ca and token_file (MUSTER_CONTEXT; default "
                 "~/.config/muster/context.json)")
      ->type_name(kFileType);
  app.add_option("--output", invocation.output, "how to write the answer")
      ->check(CLI::IsMember({"table", "json", "yaml", "csv"}))
      ->capture_default_str();
}

}  // namespace

// CLI11's own check of a positive number tells the largest double as the upper bound.
std::string AtLeastOne(const std::string& text) {
  int64_t number = 0;
  if (absl::SimpleAtoi(text, &number) && number > 0) return "";
  return absl::StrCat(text, " is no number of at least 1");
}

CLI::App* AddFamily(CLI::App& app, const char* name, const char* help) {
  return app.add_subcommand(name, help)->require_subcommand(1);
}

void AddList(CLI::App* family, Invocation& invocation, const char* help,
             absl::Status (*run)(Client&, const NoOptions&, Console&)) {
  CLI::App* list = family->add_subcommand("list", help);
  AddWatch(list, invocation);
  Does(list, invocation, std::make_shared<NoOptions>(), run);
}

CLI::App* AddVerb(CLI::App* family, Invocation& invocation, const char* verb, const char* help,
                  const char* argument, const char* argument_help, std::optional<NameSource> names,
                  absl::Status (*run)(Client&, const std::string&, Console&)) {
  auto name = std::make_shared<std::string>();
  CLI::App* command = family->add_subcommand(verb, help);
  CLI::Option* option = command->add_option(argument, *name, argument_help)->required();
  if (names) Completes(option, invocation, *names);
  Does(command, invocation, std::move(name), run);
  return command;
}

void AddWatch(CLI::App* command, Invocation& invocation) {
  const auto check = [](const std::string& text) {
    return std::string(ParseInterval(text).status().message());
  };
  command
      ->add_flag("--watch{2}", invocation.watch_every,
                 "again every 2 seconds, or as in --watch=30 and --watch=5m, until you end it")
      ->check(check);
}

void AddDuration(CLI::App* command, const std::string& name,
                 std::optional<absl::Duration>& duration, const std::string& help) {
  AddParsed(command, name, duration, ParseLifetime, help);
}

void AddInstant(CLI::App* command, const std::string& name, std::optional<absl::Time>& instant,
                const std::string& help) {
  AddParsed(command, name, instant, ParseInstant, help);
}

void AddLimit(CLI::App* command, std::optional<int64_t>& limit) {
  command->add_option("--limit", limit, "at most so many; default: all")->check(AtLeastOne);
}

CLI::Option* AddInputFile(CLI::App* command, const std::string& name, std::string& file,
                          const std::string& help) {
  const auto readable = [](const std::string& path) -> std::string {
    if (path == "-" || access(path.c_str(), R_OK) == 0) return "";
    return absl::StrCat(path, " cannot be read");
  };
  return command->add_option(name, file, help)->type_name(kFileType)->check(readable);
}

void AddPassphraseFile(CLI::App* command, KeyFile& file) {
  AddInputFile(command, "--passphrase-file", file.passphrase_file,
               "a file with the key's passphrase (MUSTER_KEY_PASSPHRASE; else you are asked)");
}

void AddKeyFile(CLI::App* command, const char* name, KeyFile& file, const char* help) {
  AddInputFile(command, name, file.path, help)->required();
  AddPassphraseFile(command, file);
}

void AddRule(CLI::App* command, Invocation& invocation, std::string& rule,
             const std::string& help) {
  Completes(command->add_option("--rule", rule, help), invocation, RuleNames);
}

void WithoutCsv(CLI::App* command, Invocation& invocation, const char* why) {
  command->parse_complete_callback([&invocation, why] { invocation.no_csv = why; });
}

absl::Status CheckOutput(const Invocation& invocation) {
  if (invocation.output != "csv" || invocation.no_csv.empty()) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("--output csv: ", invocation.no_csv, ": ask for table, json or yaml"));
}

void AddCommands(CLI::App& app, Invocation& invocation) {
  app.require_subcommand(1);
  app.fallthrough();
  AddSettings(app, invocation);
  AddMachines(app, invocation);
  AddViews(app, invocation);
  AddCampaigns(app, invocation);
  AddSupplies(app, invocation);
  AddAccess(app, invocation);
  AddCompletion(app, invocation);
}

}  // namespace muster::ctl
