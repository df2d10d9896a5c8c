// The fleet as a whole, rules, catalogs and signers, Muster's health.
#include "dashboard-api/ctl/command_line_internal.h"
#include "dashboard-api/ctl/reports.h"
#include "dashboard-api/ctl/rules.h"
#include "dashboard-api/ctl/views.h"

namespace muster::ctl {
namespace {

// A command of views.h; its options are added by the caller.
template <typename Options>
CLI::App* AddView(CLI::App* parent, Invocation& invocation, const char* name, const char* help,
                  const std::shared_ptr<Options>& options,
                  absl::Status (*run)(Client&, const Options&, Console&)) {
  CLI::App* command = parent->add_subcommand(name, help);
  AddWatch(command, invocation);
  Does(command, invocation, options, run);
  return command;
}

void AddSummary(CLI::App& app, Invocation& invocation) {
  auto options = std::make_shared<SummarizeOptions>();
  CLI::App* summary = AddView(&app, invocation, "summary", "how many machines have which verdict",
                              options, Summarize);
  summary
      ->add_option("--by", options->by, "the attribute to split by; default: none, one row for all")
      ->check(CLI::IsMember(
          {"site", "domain", "os", "os_version", "architecture", "organizational_unit", "rule"}));
  summary->add_option("--filter", options->filter, kFilterHelp);
  AddRule(summary, invocation, options->rule);
  AddInstant(summary, "--as-of", options->as_of, kListAsOfHelp);
}

void AddRules(CLI::App& app, Invocation& invocation) {
  CLI::App* rules = AddFamily(app, "rules", "what the server judges by");
  AddList(rules, invocation, "all rules", ListRules);
  AddVerb(rules, invocation, "show", "one, with its conditions, remedies and sources", "RULE",
          "as rules list shows it", RuleNames, ShowRule);
}

void AddOverview(CLI::App& app, Invocation& invocation) {
  auto forecast = std::make_shared<ViewOptions>();
  CLI::App* command = AddView(&app, invocation, "forecast",
                              "machines that will be affected, by day", forecast, ShowForecast);
  AddRule(command, invocation, forecast->rule, "default: the first to break");
  command->add_option("--filter", forecast->filter, kFilterHelp);
  command->add_option("--days", forecast->days, "from today on, in UTC; default: 90")
      ->check(CLI::Range(1, 3660));

  auto history = std::make_shared<ViewOptions>();
  command = AddView(&app, invocation, "history", "how many machines had which verdict, over time",
                    history, ShowHistory);
  AddRule(command, invocation, history->rule);
  command->add_option("--filter", history->filter, kFilterHelp);
  command->add_option("--points", history->points, "evenly spaced; default: 60")
      ->check(CLI::Range(1, 500));
  AddInstant(command, "--start", history->start, "default: 30 days before the end");
  AddInstant(command, "--end", history->end, "default: now");

  auto silence = std::make_shared<ViewOptions>();
  command = AddView(&app, invocation, "silence", "machines by how long nothing was heard of them",
                    silence, ShowSilence);
  command->add_option("--filter", silence->filter, kFilterHelp);

  const auto nothing = std::make_shared<NoOptions>();
  AddView(&app, invocation, "attention", "what needs a person now, most pressing first", nothing,
          ShowAttention);
  command =
      AddView(&app, invocation, "health",
              "Muster's own servers, database and certificates; 1 where a check does not hold",
              nothing, ShowHealth);
  WithoutCsv(command, invocation, "health is several tables");
}

void AddCatalogs(CLI::App& app, Invocation& invocation) {
  CLI::App* catalogs = AddFamily(app, "catalogs", "the security catalogs that machines hold");
  auto list = std::make_shared<ViewOptions>();
  CLI::App* command = AddView(catalogs, invocation, "list", "every distinct one, and who holds it",
                              list, ListCatalogs);
  command->add_option("--filter", list->filter,
                      "which, as in: result = NO_TIMESTAMP AND breaks_at:*");
  command->add_option(
      "--order-by", list->order_by,
      "path, signer, result, not_after, breaks_at, machines; each with \" desc\" to "
      "turn it round");
  AddLimit(command, list->limit);
  auto show = std::make_shared<ViewOptions>();
  AddView(catalogs, invocation, "show", "one, with its signer and timestamp", show, ShowCatalog)
      ->add_option("CATALOG", show->name, "the SHA-256 of its file")
      ->required();

  auto signers = std::make_shared<ViewOptions>();
  command = AddView(&app, invocation, "signers", "every distinct certificate that signed catalogs",
                    signers, ListSigners);
  command->add_option("--order-by", signers->order_by,
                      "signer, issuer, not_after, breaks_at, catalogs, machines; each with "
                      "\" desc\" to turn it round");
  AddLimit(command, signers->limit);
}

}  // namespace

void AddViews(CLI::App& app, Invocation& invocation) {
  AddSummary(app, invocation);
  AddOverview(app, invocation);
  AddRules(app, invocation);
  AddCatalogs(app, invocation);
}

}  // namespace muster::ctl
