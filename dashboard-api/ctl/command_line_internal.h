// What the parts of the command line share.
#ifndef MUSTER_DASHBOARD_API_CTL_COMMAND_LINE_INTERNAL_H_
#define MUSTER_DASHBOARD_API_CTL_COMMAND_LINE_INTERNAL_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/time/time.h"
#include "dashboard-api/ctl/command_line.h"
#include "dashboard-api/ctl/keys.h"

namespace muster::ctl {

// CLI11's type name of what takes the name of a file.
inline constexpr char kFileType[] = "FILE";
inline constexpr char kFilterHelp[] =
    "which machines, as in: verdict = AFFECTED AND site = \"Berlin\"";
inline constexpr char kListAsOfHelp[] =
    "machines that had a verdict then, by what they were and had then (attributes are those of "
    "now), as in 2013-07-01T09:04:27+02:00";
inline constexpr char kRuleHelp[] = "the rule whose verdict counts; default: the worst";

// For CLI::Option::check.
std::string AtLeastOne(const std::string& text);

// --watch, of what changes while one looks.
void AddWatch(CLI::App* command, Invocation& invocation);
// "90d", "30s"; the option is left alone where it is not given.
void AddDuration(CLI::App* command, const std::string& name,
                 std::optional<absl::Duration>& duration, const std::string& help);
// As ParseInstant reads it; likewise.
void AddInstant(CLI::App* command, const std::string& name, std::optional<absl::Time>& instant,
                const std::string& help);
void AddLimit(CLI::App* command, std::optional<int64_t>& limit);
// --role; `Text`: a std::string, or an optional one.
template <typename Text>
CLI::Option* AddRole(CLI::App* command, Text& role) {
  return command->add_option("--role", role, "viewer, operator, approver or admin")
      ->check(CLI::IsMember({"viewer", "operator", "approver", "admin"}, CLI::ignore_case));
}
// A file that is read: one that cannot be is bad usage. `-` is the standard input, where the
// command takes it.
CLI::Option* AddInputFile(CLI::App* command, const std::string& name, std::string& file,
                          const std::string& help);
// A key that is there, and its passphrase.
void AddKeyFile(CLI::App* command, const char* name, KeyFile& file, const char* help);
void AddPassphraseFile(CLI::App* command, KeyFile& file);
// --rule, with the rules' names.
void AddRule(CLI::App* command, Invocation& invocation, std::string& rule,
             const std::string& help = kRuleHelp);

// A command that is nothing without one of its own commands.
CLI::App* AddFamily(CLI::App& app, const char* name, const char* help);

// Lets a shell complete the option with names that the server knows.
inline CLI::Option* Completes(CLI::Option* option, Invocation& invocation, NameSource names) {
  invocation.names[option] = names;
  return option;
}

void AddMachines(CLI::App& app, Invocation& invocation);
// The fleet as a whole, rules, catalogs and signers, Muster's health.
void AddViews(CLI::App& app, Invocation& invocation);
void AddCampaigns(CLI::App& app, Invocation& invocation);
// What campaigns need and bring: groups, payloads, evidence, notifications.
void AddSupplies(CLI::App& app, Invocation& invocation);
void AddAccess(CLI::App& app, Invocation& invocation);  // tokens, keys, users, sessions, audit

// Remembers what the command does; `options` live as long as the command line.
template <typename Options>
void Does(CLI::App* command, Invocation& invocation, std::shared_ptr<Options> options,
          absl::Status (*run)(Client&, const Options&, Console&)) {
  command->callback([&invocation, options = std::move(options), run] {
    invocation.command = [options, run](Client& client, Console& console) {
      return run(client, *options, console);
    };
  });
}

// `family` list, of what has no options but --watch.
void AddList(CLI::App* family, Invocation& invocation, const char* help,
             absl::Status (*run)(Client&, const NoOptions&, Console&));

// What is done to one thing, named by `argument`, as in "users delete USER".
CLI::App* AddVerb(CLI::App* family, Invocation& invocation, const char* verb, const char* help,
                  const char* argument, const char* argument_help, std::optional<NameSource> names,
                  absl::Status (*run)(Client&, const std::string&, Console&));

// Of a command whose answer is no table. `why`: as in "health is several tables".
void WithoutCsv(CLI::App* command, Invocation& invocation, const char* why);

}  // namespace muster::ctl

#endif  // MUSTER_DASHBOARD_API_CTL_COMMAND_LINE_INTERNAL_H_
