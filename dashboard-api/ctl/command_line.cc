#include "dashboard-api/ctl/command_line.h"

#include <memory>
#include <string>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "dashboard-api/ctl/machine.h"
#include "dashboard-api/ctl/machines.h"
#include "dashboard-api/ctl/reports.h"
#include "dashboard-api/ctl/tokens.h"
#include "dashboard-api/ctl/values.h"

namespace muster::ctl {
namespace {

constexpr char kFilterHelp[] = "which machines, as in: verdict = AFFECTED AND site = \"Berlin\"";

// CLI11's own check of a positive number tells the largest double as the upper bound.
std::string AtLeastOne(const std::string& text) {
  int64_t number = 0;
  if (absl::SimpleAtoi(text, &number) && number > 0) return "";
  return absl::StrCat(text, " is no number of at least 1");
}

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

void AddFormat(CLI::App* command, std::string& format, std::vector<std::string> formats) {
  command->add_option("--format", format, "how to write the answer")
      ->check(CLI::IsMember(std::move(formats)))
      ->capture_default_str();
}

void AddLifetime(CLI::App* command, std::optional<absl::Duration>& lifetime,
                 const std::string& help) {
  command->add_option_function<std::string>(
      "--lifetime",
      [&lifetime](const std::string& text) {
        auto parsed = ParseLifetime(text);
        if (!parsed.ok())
          throw CLI::ValidationError("--lifetime", std::string(parsed.status().message()));
        lifetime = *parsed;
      },
      help);
}

void AddMachines(CLI::App& app, Invocation& invocation) {
  CLI::App* machines = app.add_subcommand("machines", "machines and what is known of them");
  machines->require_subcommand(1);

  auto list_options = std::make_shared<ListMachinesOptions>();
  CLI::App* list = machines->add_subcommand("list", "machines that match a filter");
  list->add_option("--filter", list_options->filter, kFilterHelp);
  list->add_option("--order-by", list_options->order_by,
                   "name, site, domain, os, verdict, breaks_at, last_seen, enrolled_at; each with "
                   "\" desc\" to turn it round; several with commas");
  list->add_option("--rule", list_options->rule,
                   "the rule whose verdict counts; default: the worst");
  list->add_option("--page-size", list_options->page_size, "machines to ask for at once")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  list->add_option("--limit", list_options->limit, "at most so many machines; default: all")
      ->check(AtLeastOne);
  AddFormat(list, list_options->format, {"table", "json", "csv"});
  Does(list, invocation, std::move(list_options), ListMachines);

  auto show_options = std::make_shared<ShowMachineOptions>();
  CLI::App* show = machines->add_subcommand("show", "one machine, with evidence");
  show->add_option("NAME", show_options->name, "its computer name, or its id")->required();
  show->add_option_function<std::string>(
      "--as-of",
      [options = show_options.get()](const std::string& text) {
        auto parsed = ParseInstant(text);
        if (!parsed.ok()) {
          throw CLI::ValidationError("--as-of", std::string(parsed.status().message()));
        }
        options->as_of = *parsed;
      },
      "what was known then, as in 2013-07-01T09:04:27+02:00");
  AddFormat(show, show_options->format, {"text", "json"});
  Does(show, invocation, std::move(show_options), ShowMachine);
}

void AddReports(CLI::App& app, Invocation& invocation) {
  auto options = std::make_shared<SummarizeOptions>();
  CLI::App* summary = app.add_subcommand("summary", "how many machines have which verdict");
  summary
      ->add_option("--by", options->by, "the attribute to split by; default: none, one row for all")
      ->check(CLI::IsMember(
          {"site", "domain", "os", "os_version", "architecture", "organizational_unit", "rule"}));
  summary->add_option("--filter", options->filter, kFilterHelp);
  summary->add_option("--rule", options->rule, "the rule whose verdict counts; default: the worst");
  AddFormat(summary, options->format, {"table", "json", "csv"});
  Does(summary, invocation, std::move(options), Summarize);

  CLI::App* rules = app.add_subcommand("rules", "what the server judges by");
  rules->require_subcommand(1);
  CLI::App* list = rules->add_subcommand("list", "all rules");
  auto format = std::make_shared<std::string>("table");
  AddFormat(list, *format, {"table", "json"});
  Does(list, invocation, std::move(format), ListRules);
}

struct AuditOptions {
  int64_t limit = 100;
  std::string format = "table";
};

void AddAudit(CLI::App& app, Invocation& invocation) {
  CLI::App* audit = app.add_subcommand("audit", "changes and denials");
  audit->require_subcommand(1);
  auto options = std::make_shared<AuditOptions>();
  CLI::App* list = audit->add_subcommand("list", "audit entries, newest first");
  list->add_option("--limit", options->limit, "at most so many")
      ->check(AtLeastOne)
      ->capture_default_str();
  AddFormat(list, options->format, {"table", "json"});
  Does<AuditOptions>(list, invocation, std::move(options),
                     [](Client& client, const AuditOptions& asked, Console& console) {
                       return ListAudit(client, asked.limit, asked.format, console);
                     });
}

void AddTokens(CLI::App& app, Invocation& invocation) {
  CLI::App* tokens = app.add_subcommand("tokens", "API tokens of operators");
  tokens->require_subcommand(1);

  auto create_options = std::make_shared<CreateTokenOptions>();
  CLI::App* create = tokens->add_subcommand("create", "makes a token and writes it, once");
  create->add_option("--role", create_options->role, "viewer, operator, approver or admin")
      ->required()
      ->check(CLI::IsMember({"viewer", "operator", "approver", "admin"}, CLI::ignore_case));
  create->add_option("--description", create_options->description, "who or what uses it")
      ->required();
  AddLifetime(create, create_options->lifetime, "as in 90d (the default); at most 400d");
  Does(create, invocation, std::move(create_options), CreateToken);

  CLI::App* list = tokens->add_subcommand("list", "all tokens, without their secrets");
  auto format = std::make_shared<std::string>("table");
  AddFormat(list, *format, {"table", "json"});
  Does(list, invocation, std::move(format), ListTokens);

  auto id = std::make_shared<std::string>();
  CLI::App* revoke = tokens->add_subcommand("revoke", "ends a token");
  revoke->add_option("ID", *id, "as tokens list shows it")->required();
  Does(revoke, invocation, std::move(id), RevokeToken);
}

void AddEnrollmentTokens(CLI::App& app, Invocation& invocation) {
  CLI::App* tokens = app.add_subcommand("enrollment-tokens", "tokens with which machines enrol");
  tokens->require_subcommand(1);
  auto options = std::make_shared<CreateEnrollmentTokenOptions>();
  CLI::App* create = tokens->add_subcommand("create", "makes a token and writes it, once");
  create->add_option("--uses", options->uses, "how many machines may enrol with it")
      ->required()
      ->check(AtLeastOne);
  create->add_option("--description", options->description, "what it is for");
  AddLifetime(create, options->lifetime, "as in 24h (the default); at most 90d");
  Does(create, invocation, std::move(options), CreateEnrollmentToken);
}

}  // namespace

void AddCommands(CLI::App& app, Invocation& invocation) {
  app.require_subcommand(1);
  app.fallthrough();
  Flags& flags = invocation.flags;
  app.add_option("--server", flags.server, "HOST:PORT of the operator API (MUSTER_SERVER)");
  app.add_option("--ca", flags.ca, "the server's authority.pem (MUSTER_CA)");
  app.add_option(
      "--token-file", flags.token_file,
      "a file with the API token (MUSTER_TOKEN_FILE; MUSTER_TOKEN holds the token itself)");
  app.add_option("--context", flags.context,
                 "a JSON file of server, ca and token_file (MUSTER_CONTEXT; default "
                 "~/.config/muster/context.json)");
  AddMachines(app, invocation);
  AddReports(app, invocation);
  AddTokens(app, invocation);
  AddEnrollmentTokens(app, invocation);
  AddAudit(app, invocation);
}

}  // namespace muster::ctl
