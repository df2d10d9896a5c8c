// The command line of campaigns.
#include "common/servicing/hresult/hresult.h"
#include "dashboard-api/ctl/campaign_approve.h"
#include "dashboard-api/ctl/campaign_create.h"
#include "dashboard-api/ctl/campaign_orders.h"
#include "dashboard-api/ctl/campaigns.h"
#include "dashboard-api/ctl/command_line_internal.h"

namespace muster::ctl {
namespace {

constexpr char kNameHelp[] = "as campaigns list shows it";
constexpr char kPayloadHelp[] = "a payload: its KB, or its SHA-256";

// What an order can end for.
std::vector<std::string> CauseNames() {
  std::vector<std::string> names;
  const auto& causes = *v1::OrderStatus::Cause_descriptor();
  for (int i = 0; i < causes.value_count(); ++i) {
    if (causes.value(i)->number() != 0) names.push_back(causes.value(i)->name());
  }
  return names;
}

// For CLI::Option::check.
std::string IsCode(const std::string& text) {
  return text == kNoCode ? "" : std::string(servicing::ParseHresult(text).status().message());
}

void AddAction(CLI::App* create, Invocation& invocation, CreateCampaignOptions& options) {
  auto* action = create->add_option_group("action");
  CLI::Option* install = Completes(action->add_option("--install", options.install, kPayloadHelp),
                                   invocation, PayloadNames);
  action->add_option("--remove", options.remove, "an installed update's KB");
  Completes(action->add_option("--check-sur", options.check_sur,
                               "the readiness tool's payload, to be run: its KB, or its SHA-256"),
            invocation, PayloadNames);
  action->add_flag("--collect-evidence", options.collect_evidence,
                   "have each machine send a bundle of evidence (docs/capture.md)");
  action->add_flag("--rescan", options.rescan, "only look again");
  action->add_flag("--restart", options.restart, "only restart");
  action->require_option(0, 1);
  create
      ->add_option("--source", options.sources,
                   "where agents look for it before the server: \\\\server\\share\\folder, or "
                   "http(s)://host/folder; repeated, in order")
      ->needs(install);
}

void AddRollout(CLI::App* create, CreateCampaignOptions& options) {
  create->add_option("--wave", options.waves,
                     "5, 20% or rest, with :NAME and @FILTER behind it; repeated, in order. "
                     "Default: 5:canary, 20%, rest");
  AddDuration(create, "--soak", options.soak, "between waves, as in 1h (the default)");
  AddDuration(create, "--deadline", options.deadline, "for one machine, as in 4h (the default)");
  AddDuration(create, "--offline-after", options.offline_after,
              "silence that makes a machine offline, as in 15m (the default)");
  create->add_option("--concurrency", options.concurrency,
                     "orders under way at once in a wave; default 200");
  create->add_option("--success-percent", options.success_percent,
                     "of those that reported, to begin the next wave; default 95");
  create->add_option(
      "--error-percent", options.error_percent,
      "pause when more than so many failed; default 0: at the first, once the sample is there");
  create->add_option("--min-sample", options.min_sample,
                     "reports before --error-percent counts; default 5");
  create->add_option("--max-attempts", options.max_attempts, "for each machine; default 3");
  create->add_option("--restart-when", options.restart_when, "default if-needed")
      ->check(CLI::IsMember({"never", "if-needed", "always"}));
  AddDuration(create, "--notice", options.notice,
              "so long before a restart who is logged on is told; default 10m");
}

void AddCampaignCreate(CLI::App* campaigns, Invocation& invocation) {
  auto options = std::make_shared<CreateCampaignOptions>();
  CLI::App* create = campaigns->add_subcommand("create", "a draft; its name goes to the output");
  AddInputFile(create, "--spec", options->spec_file,
               "a file with a CampaignSpec as JSON (docs/campaigns.md); flags go before it");
  create->add_option("--title", options->title, "what it is for");
  create->add_option("--description", options->description, "for those who approve it");
  auto* selection = create->add_option_group("selection");
  Completes(selection->add_option("--group", options->group, "a group"), invocation, GroupNames);
  selection->add_option("--filter", options->filter, kFilterHelp);
  selection->require_option(0, 1);
  Completes(create->add_option("--rule", options->rule,
                               "whose verdict it is to cure; default: expired-catalog for "
                               "--install and --remove, none for the others"),
            invocation, RuleNames);
  AddAction(create, invocation, *options);
  AddRollout(create, *options);
  create->add_flag("--no-masking", options->no_masking,
                   "evidence with the names and SIDs of users in it");
  create->add_flag("--two-person", options->two_person,
                   "two signatures, by different keys and different operators");
  create->add_flag("--clean-is-success", options->clean_is_success,
                   "CLEAN counts as well as FIXED");
  Does(create, invocation, std::move(options), CreateCampaign);
}

CLI::Option* AddName(CLI::App* command, Invocation& invocation, std::string& name) {
  return Completes(command->add_option("CAMPAIGN", name, kNameHelp), invocation, CampaignNames)
      ->required();
}

// A command that takes nothing but the campaign's name.
CLI::App* AddByName(CLI::App* campaigns, Invocation& invocation, const char* verb, const char* help,
                    absl::Status (*run)(Client&, const std::string&, Console&)) {
  return AddVerb(campaigns, invocation, verb, help, "CAMPAIGN", kNameHelp, CampaignNames, run);
}

void AddLooks(CLI::App* campaigns, Invocation& invocation) {
  AddList(campaigns, invocation, "all campaigns, newest first", ListCampaigns);
  AddWatch(AddByName(campaigns, invocation, "show", "how far it is", ShowCampaign), invocation);
  AddByName(campaigns, invocation, "preview",
            "what each machine would do, and why some are left out", PreviewCampaign);
  AddByName(campaigns, invocation, "report",
            "Markdown for a change-management record; --output csv has every order",
            ReportCampaign);

  auto orders_options = std::make_shared<CampaignOrdersOptions>();
  CLI::App* orders = campaigns->add_subcommand("orders", "each machine of it, and how it stands");
  AddName(orders, invocation, orders_options->name);
  orders->add_option("--state", orders_options->states, "only these; may be repeated; default: all")
      ->check(CLI::IsMember({"scheduled", "offered", "accepted", "running", "reboot_pending",
                             "verifying", "succeeded", "failed", "refused", "expired"},
                            CLI::ignore_case));
  orders->add_option("--wave", orders_options->wave, "only this one, from 1; default: all");
  orders
      ->add_option("--cause", orders_options->cause,
                   "only those that ended for it, as INSTALLER_FAILED; default: all")
      ->check(CLI::IsMember(CauseNames(), CLI::ignore_case));
  orders
      ->add_option("--code", orders_options->code,
                   "only those whose installer ended with it, as 1603, 0x80070422 or "
                   "WU_E_SERVICE_DISABLED; none: without a code; default: all")
      ->check(IsCode);
  AddLimit(orders, orders_options->limit);
  AddWatch(orders, invocation);
  Does(orders, invocation, std::move(orders_options), ListCampaignOrders);

  auto watch_options = std::make_shared<WatchOptions>();
  CLI::App* watch = campaigns->add_subcommand(
      "watch", "its progress, live, until it ends; 0 where it is complete, else 1");
  AddName(watch, invocation, watch_options->name);
  watch->add_flag("--until-paused", watch_options->until_paused, "end when it pauses, too");
  WithoutCsv(watch, invocation, "campaigns watch is a stream");
  Does(watch, invocation, std::move(watch_options), WatchCampaign);
}

void AddChanges(CLI::App* campaigns, Invocation& invocation) {
  for (const auto& [verb, help] :
       {std::pair("submit", "freezes the targets, for approval"),
        std::pair("start", "begins the first wave"), std::pair("pause", "nothing more is offered"),
        std::pair("resume", "goes on; what failed so far is accepted"),
        std::pair("cancel", "ends it; what was not begun is withdrawn"),
        std::pair("retry", "what failed once more, as often as was signed"),
        std::pair("extend", "a draft for machines that are new to its selection")}) {
    auto options = std::make_shared<CampaignCommand>();
    options->verb = verb;
    CLI::App* command = campaigns->add_subcommand(verb, help);
    AddName(command, invocation, options->name);
    if (options->verb == "pause") {
      command->add_option("--reason", options->reason, "kept with the campaign");
    }
    Does(command, invocation, std::move(options), ChangeCampaign);
  }
  auto options = std::make_shared<ApproveOptions>();
  CLI::App* approve = campaigns->add_subcommand(
      "approve", "checks the manifest against the targets, and signs it with your key");
  AddName(approve, invocation, options->name);
  AddKeyFile(approve, "--key", options->key, "your key, as keys new wrote it");
  Does(approve, invocation, std::move(options), ApproveCampaign);
}

}  // namespace

void AddCampaigns(CLI::App& app, Invocation& invocation) {
  CLI::App* campaigns =
      AddFamily(app, "campaigns", "a remedy, rolled out in waves that stop by themselves");
  campaigns->alias("campaign");
  AddLooks(campaigns, invocation);
  AddCampaignCreate(campaigns, invocation);
  AddChanges(campaigns, invocation);
}

}  // namespace muster::ctl
