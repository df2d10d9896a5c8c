#include "dashboard-api/ctl/command_line.h"

#include <memory>
#include <string>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "dashboard-api/ctl/campaigns.h"
#include "dashboard-api/ctl/evidence.h"
#include "dashboard-api/ctl/groups.h"
#include "dashboard-api/ctl/keys.h"
#include "dashboard-api/ctl/machine.h"
#include "dashboard-api/ctl/machines.h"
#include "dashboard-api/ctl/notifications.h"
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

// "90d", "30s"; the option is left alone where it is not given.
void AddDuration(CLI::App* command, const std::string& name,
                 std::optional<absl::Duration>& duration, const std::string& help) {
  command->add_option_function<std::string>(
      name,
      [&duration, name](const std::string& text) {
        auto parsed = ParseLifetime(text);
        if (!parsed.ok()) {
          throw CLI::ValidationError(name, std::string(parsed.status().message()));
        }
        duration = *parsed;
      },
      help);
}

void AddLifetime(CLI::App* command, std::optional<absl::Duration>& lifetime,
                 const std::string& help) {
  AddDuration(command, "--lifetime", lifetime, help);
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

void AddKeyFile(CLI::App* command, const char* name, KeyFile& file, const char* help) {
  command->add_option(name, file.path, help)->required();
  command->add_option(
      "--passphrase-file", file.passphrase_file,
      "a file with the key's passphrase (MUSTER_KEY_PASSPHRASE; else you are asked)");
}

void AddKeys(CLI::App& app, Invocation& invocation) {
  CLI::App* keys = app.add_subcommand(
      "keys",
      "operators' keys, with which orders are signed; private keys never leave this machine");
  keys->require_subcommand(1);

  auto new_options = std::make_shared<NewKeyOptions>();
  CLI::App* make = keys->add_subcommand("new", "makes a key; the first one is in force at once");
  AddKeyFile(make, "--out", new_options->key, "the file to write, encrypted; FILE.pub beside it");
  make->add_option("--name", new_options->name, "whose key it is")->required();
  Does(make, invocation, std::move(new_options), NewKey);

  auto add_options = std::make_shared<AddKeyOptions>();
  CLI::App* add = keys->add_subcommand("add", "puts a public key in force");
  add->add_option("PUBLIC-KEY", add_options->public_file, "FILE.pub of keys new")->required();
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

  CLI::App* list = keys->add_subcommand("list", "the keys in force");
  auto format = std::make_shared<std::string>("table");
  AddFormat(list, *format, {"table", "json"});
  Does(list, invocation, std::move(format), ListKeys);
}

void AddGroups(CLI::App& app, Invocation& invocation) {
  CLI::App* groups = app.add_subcommand("groups", "named selections of machines");
  groups->require_subcommand(1);

  auto options = std::make_shared<PutGroupOptions>();
  CLI::App* put = groups->add_subcommand("put", "makes a group, or replaces one");
  put->add_option("NAME", options->name, "letters, digits, - _ .")->required();
  put->add_option("--filter", options->filter, kFilterHelp);
  put->add_option("--machine", options->members, "a computer name or an id; may be repeated");
  put->add_option("--import", options->import_file,
                  "a list of names, a CSV file, or a ConfigMgr collection's export; - is standard "
                  "input");
  put->add_option("--group", options->groups, "a group whose machines it holds; may be repeated");
  put->add_option("--except", options->except, "a group whose machines it leaves out");
  put->add_option("--description", options->description, "what it is for");
  put->add_flag("--replace", options->replace, "where there is one of this name");
  Does(put, invocation, std::move(options), PutGroup);

  CLI::App* list = groups->add_subcommand("list", "all groups");
  auto format = std::make_shared<std::string>("table");
  AddFormat(list, *format, {"table", "json"});
  Does(list, invocation, std::move(format), ListGroups);
  auto shown = std::make_shared<std::string>();
  CLI::App* preview = groups->add_subcommand("preview", "whom a group holds now");
  preview->add_option("NAME", *shown)->required();
  Does(preview, invocation, std::move(shown), PreviewGroup);
  auto gone = std::make_shared<std::string>();
  CLI::App* remove = groups->add_subcommand("delete", "removes a group");
  remove->add_option("NAME", *gone)->required();
  Does(remove, invocation, std::move(gone), DeleteGroup);

  CLI::App* payloads = app.add_subcommand("payloads", "update files that campaigns install");
  payloads->require_subcommand(1);
  auto file = std::make_shared<std::string>();
  CLI::App* upload = payloads->add_subcommand(
      "upload", "checks an .msu file and stores it; its SHA-256 goes to the output");
  upload->add_option("FILE", *file, "as Microsoft names it")->required();
  Does(upload, invocation, std::move(file), UploadPayload);
  CLI::App* payload_list = payloads->add_subcommand("list", "what is stored");
  auto payload_format = std::make_shared<std::string>("table");
  AddFormat(payload_list, *payload_format, {"table", "json"});
  Does(payload_list, invocation, std::move(payload_format), ListPayloads);
}

void AddNotifications(CLI::App& app, Invocation& invocation) {
  CLI::App* notifications =
      app.add_subcommand("notifications", "who is told when a campaign pauses, gets on and ends");
  notifications->require_subcommand(1);
  auto options = std::make_shared<AddChannelOptions>();
  CLI::App* add = notifications->add_subcommand(
      "add", "a webhook, whose secret goes to the output, or a mail address");
  auto* target = add->add_option_group("target")->require_option(1);
  target->add_option("--webhook", options->webhook, "an http(s) URL (docs/notifications.md)");
  target->add_option("--mail", options->mail, "needs muster-server --smtp");
  Does(add, invocation, std::move(options), AddChannel);
  CLI::App* list = notifications->add_subcommand("list", "all of them, and what went wrong");
  auto format = std::make_shared<std::string>("table");
  AddFormat(list, *format, {"table", "json"});
  Does(list, invocation, std::move(format), ListChannels);
  auto name = std::make_shared<std::string>();
  CLI::App* remove = notifications->add_subcommand("delete", "tells it nothing more");
  remove->add_option("CHANNEL", *name, "as notifications list shows it")->required();
  Does(remove, invocation, std::move(name), DeleteChannel);
}

void AddEvidence(CLI::App& app, Invocation& invocation) {
  CLI::App* evidence = app.add_subcommand(
      "evidence", "bundles that machines sent, asked by campaigns create --collect-evidence");
  evidence->require_subcommand(1);
  auto options = std::make_shared<ListEvidenceOptions>();
  CLI::App* list = evidence->add_subcommand("list", "of one machine or campaign, newest first");
  auto* parent = list->add_option_group("of")->require_option(1);
  parent->add_option("--machine", options->machine, "its computer name or id");
  parent->add_option("--campaign", options->campaign, "as campaigns list shows it");
  AddFormat(list, options->format, {"table", "json"});
  Does(list, invocation, std::move(options), ListEvidence);
  auto wanted = std::make_shared<DownloadEvidenceOptions>();
  CLI::App* download = evidence->add_subcommand("download", "one bundle, for scan --bundle");
  download->add_option("EVIDENCE", wanted->name, "as evidence list shows it")->required();
  download->add_option("--out", wanted->out, "a .zip file to be made")->required();
  Does(download, invocation, std::move(wanted), DownloadEvidence);
  auto name = std::make_shared<std::string>();
  CLI::App* remove = evidence->add_subcommand("delete", "one bundle, before its time is up");
  remove->add_option("EVIDENCE", *name)->required();
  Does(remove, invocation, std::move(name), DeleteEvidence);
}

void AddCampaignCreate(CLI::App* campaigns, Invocation& invocation) {
  auto options = std::make_shared<CreateCampaignOptions>();
  CLI::App* create = campaigns->add_subcommand("create", "a draft; its name goes to the output");
  create->add_option("--spec", options->spec_file,
                     "a file with a CampaignSpec as JSON (docs/campaigns.md); flags go before it");
  create->add_option("--title", options->title, "what it is for");
  auto* selection = create->add_option_group("selection");
  selection->add_option("--group", options->group, "a group");
  selection->add_option("--filter", options->filter, kFilterHelp);
  selection->require_option(0, 1);
  create->add_option("--rule", options->rule,
                     "whose verdict it is to cure; default: expired-catalog for --install and "
                     "--remove, none for the others");
  auto* action = create->add_option_group("action");
  CLI::Option* install =
      action->add_option("--install", options->install, "a payload: its KB, or its SHA-256");
  action->add_option("--remove", options->remove, "an installed update's KB");
  action->add_option("--check-sur", options->check_sur,
                     "the readiness tool's payload, to be run: its KB, or its SHA-256");
  action->add_flag("--collect-evidence", options->collect_evidence,
                   "have each machine send a bundle of evidence (docs/capture.md)");
  action->add_flag("--rescan", options->rescan, "only look again");
  action->add_flag("--restart", options->restart, "only restart");
  action->require_option(0, 1);
  create
      ->add_option("--source", options->sources,
                   "where agents look for it before the server: \\\\server\\share\\folder, or "
                   "http(s)://host/folder; repeated, in order")
      ->needs(install);
  create->add_option("--wave", options->waves,
                     "5, 20% or rest, with :NAME and @FILTER behind it; repeated, in order. "
                     "Default: 5:canary, 20%, rest");
  AddDuration(create, "--soak", options->soak, "between waves, as in 1h (the default)");
  AddDuration(create, "--deadline", options->deadline, "for one machine, as in 4h (the default)");
  AddDuration(create, "--offline-after", options->offline_after,
              "silence that makes a machine offline, as in 15m (the default)");
  create->add_option("--concurrency", options->concurrency,
                     "orders under way at once in a wave; default 200");
  create->add_option("--success-percent", options->success_percent,
                     "of those that reported, to begin the next wave; default 95");
  create->add_option(
      "--error-percent", options->error_percent,
      "pause when more than so many failed; default 0: at the first, once the sample is there");
  create->add_option("--min-sample", options->min_sample,
                     "reports before --error-percent counts; default 5");
  create->add_option("--max-attempts", options->max_attempts, "for each machine; default 3");
  create->add_option("--restart-when", options->restart_when, "default if-needed")
      ->check(CLI::IsMember({"never", "if-needed", "always"}));
  AddDuration(create, "--notice", options->notice,
              "so long before a restart who is logged on is told; default 10m");
  create->add_flag("--no-masking", options->no_masking,
                   "evidence with the names and SIDs of users in it");
  create->add_flag("--two-person", options->two_person,
                   "two signatures, by different keys and different operators");
  create->add_flag("--clean-is-success", options->clean_is_success,
                   "CLEAN counts as well as FIXED");
  Does(create, invocation, std::move(options), CreateCampaign);
}

void AddCampaigns(CLI::App& app, Invocation& invocation) {
  CLI::App* campaigns =
      app.add_subcommand("campaigns", "a remedy, rolled out in waves that stop by themselves");
  campaigns->alias("campaign");
  campaigns->require_subcommand(1);
  AddCampaignCreate(campaigns, invocation);

  const auto by_name = [&](const char* verb, const char* help,
                           absl::Status (*run)(Client&, const std::string&, Console&)) {
    auto name = std::make_shared<std::string>();
    CLI::App* command = campaigns->add_subcommand(verb, help);
    command->add_option("CAMPAIGN", *name, "as campaigns list shows it")->required();
    Does(command, invocation, std::move(name), run);
  };
  by_name("preview", "what each machine would do, and why some are left out", PreviewCampaign);
  by_name("show", "how far it is", ShowCampaign);

  auto approve_options = std::make_shared<ApproveOptions>();
  CLI::App* approve = campaigns->add_subcommand(
      "approve", "checks the manifest against the targets, and signs it with your key");
  approve->add_option("CAMPAIGN", approve_options->name)->required();
  AddKeyFile(approve, "--key", approve_options->key, "your key, as keys new wrote it");
  Does(approve, invocation, std::move(approve_options), ApproveCampaign);

  for (const auto& [verb, help] :
       {std::pair("submit", "freezes the targets, for approval"),
        std::pair("start", "begins the first wave"), std::pair("pause", "nothing more is offered"),
        std::pair("resume", "goes on; what failed so far is accepted"),
        std::pair("cancel", "ends it; what was not begun is withdrawn"),
        std::pair("retry", "what failed once more, as often as was signed"),
        std::pair("extend", "a draft for machines that are new to its selection")}) {
    auto command_options = std::make_shared<CampaignCommand>();
    command_options->verb = verb;
    CLI::App* command = campaigns->add_subcommand(verb, help);
    command->add_option("CAMPAIGN", command_options->name)->required();
    if (command_options->verb == "pause") {
      command->add_option("--reason", command_options->reason, "kept with the campaign");
    }
    Does(command, invocation, std::move(command_options), ChangeCampaign);
  }

  auto watch_options = std::make_shared<WatchOptions>();
  CLI::App* watch = campaigns->add_subcommand(
      "watch", "its progress, live, until it ends; 0 where it is complete");
  watch->add_option("CAMPAIGN", watch_options->name)->required();
  watch->add_flag("--until-paused", watch_options->until_paused, "end when it pauses, too");
  Does(watch, invocation, std::move(watch_options), WatchCampaign);

  auto report_options = std::make_shared<ReportOptions>();
  CLI::App* report = campaigns->add_subcommand("report", "for a change-management record");
  report->add_option("CAMPAIGN", report_options->name)->required();
  AddFormat(report, report_options->format, {"markdown", "csv", "json"});
  Does(report, invocation, std::move(report_options), ReportCampaign);

  CLI::App* list = campaigns->add_subcommand("list", "all campaigns, newest first");
  auto format = std::make_shared<std::string>("table");
  AddFormat(list, *format, {"table", "json"});
  Does(list, invocation, std::move(format), ListCampaigns);
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
  AddKeys(app, invocation);
  AddGroups(app, invocation);
  AddCampaigns(app, invocation);
  AddEvidence(app, invocation);
  AddNotifications(app, invocation);
}

}  // namespace muster::ctl
