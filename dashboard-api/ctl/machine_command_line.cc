// The command line of machines.
#include "dashboard-api/ctl/command_line_internal.h"
#include "dashboard-api/ctl/machine.h"
#include "dashboard-api/ctl/machine_views.h"
#include "dashboard-api/ctl/machines.h"

namespace muster::ctl {
namespace {

constexpr char kNameHelp[] = "its computer name, or its id";
constexpr char kAsOfHelp[] = "what was known then, as in 2013-07-01T09:04:27+02:00";

void AddList(CLI::App& machines, Invocation& invocation) {
  auto options = std::make_shared<ListMachinesOptions>();
  CLI::App* list = machines.add_subcommand("list", "machines that match a filter");
  list->add_option("--filter", options->filter, kFilterHelp);
  list->add_option("--order-by", options->order_by,
                   "name, site, domain, os, verdict, breaks_at, last_seen, enrolled_at; each with "
                   "\" desc\" to turn it round; several with commas");
  AddRule(list, invocation, options->rule);
  AddInstant(list, "--as-of", options->as_of, kListAsOfHelp);
  list->add_option("--page-size", options->page_size, "machines to ask for at once")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  AddLimit(list, options->limit);
  AddWatch(list, invocation);
  Does(list, invocation, std::move(options), ListMachines);
}

void AddShow(CLI::App& machines, Invocation& invocation) {
  auto options = std::make_shared<ShowMachineOptions>();
  CLI::App* show = machines.add_subcommand("show", "one machine, with evidence");
  Completes(show->add_option("NAME", options->name, kNameHelp), invocation, MachineNames)
      ->required();
  AddInstant(show, "--as-of", options->as_of, kAsOfHelp);
  AddWatch(show, invocation);
  Does(show, invocation, std::move(options), ShowMachine);
}

void AddMore(CLI::App& machines, Invocation& invocation) {
  const auto add = [&](const char* name, const char* help, auto run) {
    auto options = std::make_shared<MachineViewOptions>();
    CLI::App* command = machines.add_subcommand(name, help);
    Completes(command->add_option("NAME", options->name, kNameHelp), invocation, MachineNames)
        ->required();
    AddLimit(command, options->limit);
    AddWatch(command, invocation);
    Does(command, invocation, options, run);
    return std::pair(command, options);
  };
  auto [items, items_options] = add("items", "what it has of one kind", ListItems);
  items->add_option("KIND", items_options->kind, "updates, packages, catalogs or facts")
      ->required()
      ->check(CLI::IsMember({"updates", "packages", "catalogs", "facts"}));
  AddInstant(items, "--as-of", items_options->as_of, kAsOfHelp);
  auto [witnesses, witnesses_options] = add(
      "witnesses", "what update list, servicing and catalogs say of each update", CompareWitnesses);
  witnesses->add_flag("--disagreements", witnesses_options->disagreements_only,
                      "only updates of which they do not say the same");
  AddInstant(witnesses, "--as-of", witnesses_options->as_of, kAsOfHelp);
  auto [incidents, incidents_options] =
      add("incidents", "every kind of record in its logs that tells of trouble", ListIncidents);
  AddInstant(incidents, "--as-of", incidents_options->as_of, kAsOfHelp);
  add("changes", "when its sets and verdicts changed, newest first", ListMachineChanges);
  add("orders", "what campaigns did with it, newest first", ListMachineOrders);
}

}  // namespace

void AddMachines(CLI::App& app, Invocation& invocation) {
  CLI::App* machines = AddFamily(app, "machines", "machines and what is known of them");
  AddList(*machines, invocation);
  AddShow(*machines, invocation);
  AddMore(*machines, invocation);
}

}  // namespace muster::ctl
