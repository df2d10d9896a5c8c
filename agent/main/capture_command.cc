#include "agent/main/capture_command.h"

#include <iostream>
#include <memory>
#include <string>

#include "agent/bundle/capture.h"
#include "agent/host/text.h"
#include "agent/main/installation.h"
#include "agent/main/process.h"
#include "agent/main/scan_progress.h"
#include "agent/main/version.h"

namespace muster::agent {
namespace {

constexpr char kFooter[] =
    R"(Examples:
  muster-agent capture --out case-4711.zip                        this machine (Windows)
  muster-agent capture --image /mnt/win7 --out case-4711.zip      a volume
  muster-agent scan --bundle case-4711.zip                        look at it, anywhere

In it: the servicing stack's logs, its catalogs and package manifests, what WMI, the registry, the
update history, the event log and Windows' own verifier answered, and a manifest with the digest of
each file. Names and SIDs of users are replaced unless --no-masking is given; the machine's name,
its domain and its site are in it.)";

struct CaptureArguments {
  std::string out;
  std::string image;
  bool no_masking = false;
  uint64_t max_log_mebibytes = 512;
};

int Fail(const absl::Status& status) {
  std::cerr << "muster-agent capture: " << host::Displayable(status.message()) << "\n";
  return 1;
}

int Run(const CaptureArguments& arguments) {
  const auto installation = OpenInstallation(arguments.image);
  if (!installation.ok()) return Fail(installation.status());
  ScanProgress progress(IsTerminal(stderr), std::cerr);
  bundle::CaptureOptions options;
  options.mask = !arguments.no_masking;
  options.max_log_bytes = arguments.max_log_mebibytes * 1024 * 1024;
  options.agent_version = std::string(kVersion);
  options.installation = installation->label;
  options.progress = progress.Callback();
  const auto manifest =
      bundle::Capture(*installation->host, installation->system.get(), arguments.out, options);
  progress.Clear();
  if (!manifest.ok()) return Fail(manifest.status());
  std::cout << arguments.out << ": " << manifest->files_size() << " files";
  if (manifest->unread_size() > 0) {
    std::cout << "; not in it, with the reasons in its manifest.json: " << manifest->unread_size();
  }
  std::cout << (options.mask ? ".\nNames and SIDs of users are replaced.\n"
                             : ".\nNothing is masked: it names users. Say so when you send it.\n");
  return 0;
}

}  // namespace

void AddCaptureCommand(CLI::App& app, int& exit_code) {
  CLI::App* command = app.add_subcommand(
      "capture", "Write an installation's evidence to a bundle, to be looked at elsewhere");
  auto arguments = std::make_shared<CaptureArguments>();
  command->add_option("--out", arguments->out, "A folder to be made, or a .zip archive")
      ->required()
      ->type_name("PATH");
  auto* image = command->add_option("--image", arguments->image, kImageHelp)->type_name("DIR");
  if (!RunsOnWindows()) image->required();
  command->add_flag("--no-masking", arguments->no_masking, "Leave names and SIDs of users in it");
  command
      ->add_option("--max-log-size", arguments->max_log_mebibytes,
                   "MiB of each log; of a longer one the newest part")
      ->check(CLI::Range(uint64_t{1}, uint64_t{1024 * 1024}))
      ->capture_default_str();
  command->footer(kFooter);
  command->callback([arguments, &exit_code] { exit_code = Run(*arguments); });
}

}  // namespace muster::agent
