// What campaigns need and bring: groups, payloads, evidence, notifications.
#include "dashboard-api/ctl/command_line_internal.h"
#include "dashboard-api/ctl/evidence.h"
#include "dashboard-api/ctl/groups.h"
#include "dashboard-api/ctl/notifications.h"
#include "dashboard-api/ctl/payloads.h"

namespace muster::ctl {
namespace {

// What a group holds and leaves out besides.
void AddHeldGroups(CLI::App* command, Invocation& invocation, PutGroupOptions& options) {
  Completes(command->add_option("--group", options.groups,
                                "a group whose machines it holds; may be repeated"),
            invocation, GroupNames);
  Completes(command->add_option("--except", options.except, "a group whose machines it leaves out"),
            invocation, GroupNames);
}

void AddGroupPreview(CLI::App* groups, Invocation& invocation) {
  auto options = std::make_shared<PutGroupOptions>();
  CLI::App* preview = groups->add_subcommand(
      "preview", "whom a group holds now, or one that is not made yet would");
  auto* name = Completes(preview->add_option("NAME", options->name), invocation, GroupNames);
  auto* unmade = preview->add_option_group("unmade");
  unmade->add_option("--filter", options->filter, kFilterHelp);
  AddHeldGroups(unmade, invocation, *options);
  for (CLI::Option* option : unmade->get_options()) name->excludes(option);
  AddWatch(preview, invocation);
  Does(preview, invocation, std::move(options), PreviewGroup);
}

void AddGroups(CLI::App& app, Invocation& invocation) {
  CLI::App* groups = AddFamily(app, "groups", "named selections of machines");

  auto options = std::make_shared<PutGroupOptions>();
  CLI::App* put = groups->add_subcommand("put", "makes a group, or replaces one");
  Completes(put->add_option("NAME", options->name, "letters, digits, - _ ."), invocation,
            GroupNames)
      ->required();
  put->add_option("--filter", options->filter, kFilterHelp);
  Completes(
      put->add_option("--machine", options->members, "a computer name or an id; may be repeated"),
      invocation, MachineNames);
  AddInputFile(put, "--import", options->import_file,
               "a list of names, a CSV file, or a ConfigMgr collection's export; - is standard "
               "input");
  AddHeldGroups(put, invocation, *options);
  put->add_option("--description", options->description, "what it is for");
  put->add_flag("--replace", options->replace, "where there is one of this name");
  Does(put, invocation, std::move(options), PutGroup);

  AddList(groups, invocation, "all groups", ListGroups);
  AddGroupPreview(groups, invocation);
  AddVerb(groups, invocation, "delete", "removes a group", "NAME", "", GroupNames, DeleteGroup);
}

void AddPayloads(CLI::App& app, Invocation& invocation) {
  CLI::App* payloads = AddFamily(app, "payloads", "update files that campaigns install");
  auto file = std::make_shared<std::string>();
  CLI::App* upload = payloads->add_subcommand(
      "upload", "checks an .msu file and stores it; its SHA-256 goes to the output");
  AddInputFile(upload, "FILE", *file, "as Microsoft names it")->required();
  Does(upload, invocation, std::move(file), UploadPayload);
  AddList(payloads, invocation, "what is stored", ListPayloads);
}

void AddNotifications(CLI::App& app, Invocation& invocation) {
  CLI::App* notifications =
      AddFamily(app, "notifications", "who is told when a campaign pauses, gets on and ends");
  auto options = std::make_shared<AddChannelOptions>();
  CLI::App* add = notifications->add_subcommand(
      "add", "a webhook, whose secret goes to the output, or a mail address");
  auto* target = add->add_option_group("target")->require_option(1);
  target->add_option("--webhook", options->webhook, "an http(s) URL (docs/notifications.md)");
  target->add_option("--mail", options->mail, "needs muster-server --smtp");
  Does(add, invocation, std::move(options), AddChannel);
  AddList(notifications, invocation, "all of them, and what went wrong", ListChannels);
  AddVerb(notifications, invocation, "delete", "tells it nothing more", "CHANNEL",
          "as notifications list shows it", ChannelNames, DeleteChannel);
}

void AddEvidence(CLI::App& app, Invocation& invocation) {
  CLI::App* evidence = AddFamily(
      app, "evidence", "bundles that machines sent, asked by campaigns create --collect-evidence");
  auto options = std::make_shared<ListEvidenceOptions>();
  CLI::App* list = evidence->add_subcommand("list", "of one machine or campaign, newest first");
  auto* parent = list->add_option_group("of")->require_option(1);
  Completes(parent->add_option("--machine", options->machine, "its computer name or id"),
            invocation, MachineNames);
  Completes(parent->add_option("--campaign", options->campaign, "as campaigns list shows it"),
            invocation, CampaignNames);
  AddWatch(list, invocation);
  Does(list, invocation, std::move(options), ListEvidence);
  auto wanted = std::make_shared<DownloadEvidenceOptions>();
  CLI::App* download = evidence->add_subcommand("download", "one bundle, for scan --bundle");
  download->add_option("EVIDENCE", wanted->name, "as evidence list shows it")->required();
  download->add_option("--out", wanted->out, "a .zip file to be made")
      ->required()
      ->type_name(kFileType);
  Does(download, invocation, std::move(wanted), DownloadEvidence);
  AddVerb(evidence, invocation, "delete", "one bundle, before its time is up", "EVIDENCE", "",
          std::nullopt, DeleteEvidence);
}

}  // namespace

void AddSupplies(CLI::App& app, Invocation& invocation) {
  AddGroups(app, invocation);
  AddPayloads(app, invocation);
  AddEvidence(app, invocation);
  AddNotifications(app, invocation);
}

}  // namespace muster::ctl
