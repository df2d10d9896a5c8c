// muster-fleetsim: plays a fleet against a real server.
#include <spdlog/spdlog.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <fstream>
#include <iostream>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/synchronization/mutex.h"
#include "common/files.h"
#include "common/pki/pki.h"
#include "tests/load/fleet.h"

namespace muster::load {
namespace {

struct Options {
  FleetOptions fleet;
  std::string authority_file;
  std::string token_file;
  std::vector<std::string> images;    // NAME=DIR:WEIGHT
  std::vector<std::string> remedies;  // FROM=TO
  std::string roster;
  double timeout_seconds = 300;
  bool leave = false;
};

// "affected=/images/affected:30".
absl::StatusOr<ImageShare> ReadImage(const std::string& text, int variants) {
  std::vector<std::string> name_rest = absl::StrSplit(text, absl::MaxSplits('=', 1));
  size_t colon = text.rfind(':');
  ImageShare share;
  if (name_rest.size() != 2 || colon == std::string::npos ||
      !absl::SimpleAtoi(text.substr(colon + 1), &share.weight) || share.weight < 1) {
    return absl::InvalidArgumentError(
        absl::StrCat("--image takes NAME=DIR:WEIGHT, not \"", text, "\""));
  }
  std::string directory = name_rest[1].substr(0, name_rest[1].rfind(':'));
  auto image = GoldenImage::Collect(name_rest[0], directory, variants);
  if (!image.ok()) return image.status();
  share.image = *image;
  return share;
}

// "affected=fixed": both are images of the fleet.
absl::Status ReadRemedies(Options& options, const std::vector<ImageShare>& images) {
  for (const std::string& text : options.remedies) {
    const std::vector<std::string> from_to = absl::StrSplit(text, absl::MaxSplits('=', 1));
    for (const ImageShare& share : images) {
      if (from_to.size() == 2 && share.image->name() == from_to[1]) {
        options.fleet.remedied[from_to[0]] = share.image;
      }
    }
    if (!options.fleet.remedied.contains(from_to[0])) {
      return absl::InvalidArgumentError(
          absl::StrCat("--remedy takes FROM=TO, two of the images, not \"", text, "\""));
    }
  }
  return absl::OkStatus();
}

absl::Status WriteRoster(const Fleet& fleet, const std::string& path) {
  std::string text = "name,image\n";
  for (size_t i = 0; i < fleet.names().size(); ++i) {
    absl::StrAppend(&text, fleet.names()[i], ",", fleet.image_names()[i], "\n");
  }
  return ReplaceFileContent(path, text, FileMode::kShared);
}

absl::Status Run(Options& options) {
  std::vector<ImageShare> images;
  for (const std::string& text : options.images) {
    auto share = ReadImage(text, options.fleet.variants);
    if (!share.ok()) return share.status();
    images.push_back(*std::move(share));
  }
  if (absl::Status status = ReadRemedies(options, images); !status.ok()) return status;
  auto authority = ReadSmallFile(options.authority_file);
  if (!authority.ok()) return authority.status();
  options.fleet.authority = *std::move(authority);
  auto token = ReadSmallFile(options.token_file);
  if (!token.ok()) return token.status();
  options.fleet.token = std::string(absl::StripAsciiWhitespace(*token));

  Fleet fleet(options.fleet, std::move(images));
  if (!options.roster.empty()) {
    if (absl::Status status = WriteRoster(fleet, options.roster); !status.ok()) return status;
  }
  if (absl::Status status = fleet.Enroll(); !status.ok()) return status;
  std::cerr << options.fleet.machines << " machines enrolled\n";
  fleet.Connect();
  absl::Status synced = fleet.Await(
      [&](const FleetProgress& progress) { return progress.in_sync == options.fleet.machines; },
      absl::Seconds(options.timeout_seconds));
  if (!synced.ok()) return synced;
  std::cout << "in sync: " << options.fleet.machines << " machines" << std::endl;
  if (options.leave) return absl::OkStatus();

  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  int signal = 0;
  sigwait(&signals, &signal);
  return absl::OkStatus();
}

int Main(int argc, char** argv) {
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  pki::RequireTls13();
  setenv("GRPC_VERBOSITY", "NONE", /*overwrite=*/0);  // errors are told once, in words
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);  // before gRPC makes threads
  spdlog::set_level(spdlog::level::warn);

  Options options;
  CLI::App app("Plays a fleet of Windows machines, cloned from images, against a muster-server.");
  app.add_option("--server", options.fleet.server, "HOST:PORT of the agent gateway")->required();
  app.add_option("--ca", options.authority_file, "The server's CA certificate (PEM)")->required();
  app.add_option("--token-file", options.token_file,
                 "File with an enrolment token that is good for all machines")
      ->required();
  app.add_option("--image", options.images,
                 "NAME=DIR:WEIGHT: a volume to clone machines from, and its share of the fleet")
      ->required();
  app.add_option("--machines", options.fleet.machines, "How many")->check(CLI::Range(1, 100'000));
  app.add_option("--seed", options.fleet.seed, "Which machine gets which image and site");
  app.add_option("--variants", options.fleet.variants,
                 "Different update lists among an image's clones")
      ->check(CLI::Range(1, 100));
  app.add_option("--remedy", options.remedies,
                 "FROM=TO: an order to a machine of one image makes it one of the other");
  app.add_option("--broken-site", options.fleet.remedy.broken_site,
                 "Installers of machines at this site fail …");
  app.add_option("--broken-while", options.fleet.remedy.broken_file,
                 "… as long as this file is there");
  app.add_flag("--hostile-names", options.fleet.hostile_names,
               "The first machines have names with markup, text from right to left and the like");
  app.add_option("--roster", options.roster, "Write name,image lines to this file");
  app.add_option("--timeout", options.timeout_seconds, "Seconds until all must be in sync");
  app.add_flag("--leave", options.leave, "End once all are in sync, instead of staying connected");
  CLI11_PARSE(app, argc, argv);
  absl::Status status = Run(options);
  if (!status.ok()) std::cerr << "muster-fleetsim: " << status.message() << "\n";
  std::cout.flush();
  std::_Exit(status.ok() ? 0 : 1);  // gRPC's threads still hold connections
}

}  // namespace
}  // namespace muster::load

int main(int argc, char** argv) { return muster::load::Main(argc, argv); }
