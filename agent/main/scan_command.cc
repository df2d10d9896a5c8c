#include "agent/main/scan_command.h"

#include <iostream>
#include <memory>
#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "agent/bundle/bundle.h"
#include "agent/collect/all_records.h"
#include "agent/collect/collect.h"
#include "agent/host/text.h"
#include "agent/main/installation.h"
#include "agent/main/process.h"
#include "agent/main/scan_instant.h"
#include "agent/main/scan_json.h"
#include "agent/main/scan_progress.h"
#include "agent/main/scan_report.h"
#include "agent/main/scan_text.h"
#include "agent/main/version.h"
#include "common/proto_time.h"
#include "common/verdict/verdict.h"
#include "rules/builtin_rules.h"

namespace muster::agent {
namespace {

constexpr int kCouldNotTell = 2;

constexpr char kExamples[] =
    R"(Examples:
  muster-agent scan --image /mnt/win7                       what is wrong now
  muster-agent scan --image /mnt/win7 --as-of 2013-07-01    what will be wrong by then
  muster-agent scan --bundle case-4711.zip                  what was wrong there
  muster-agent scan --image /mnt/win7 --format json | jq '.verdicts[] | {rule, state, breaksAt}'

DIR is where the volume with the directory Windows (C:\) is mounted or unpacked; the names'
case does not matter, and nothing on it is changed.
Exit status: 0 clean or fixed, 1 affected or at risk, 2 could not tell.)";

struct ScanOptions {
  std::string image;
  std::string bundle;
  std::optional<std::string> as_of;
  std::string format = "text";
  bool all_records = false;
  std::string rules;
  std::string color = "auto";
};

bool UseColour(const std::string& choice) {
  if (choice != "auto") return choice == "always";
  return IsTerminal(stdout) && TerminalHasColours();
}

int Fail(const absl::Status& status) {
  std::cerr << "muster-agent: " << host::Displayable(status.message()) << "\n";
  return kCouldNotTell;
}

absl::StatusOr<std::shared_ptr<const verdict::RuleBook>> LoadRules(const std::string& directory) {
  if (directory.empty()) return verdict::RuleBook::Parse(rules::BuiltinRules());
  return verdict::RuleBook::Load(directory);
}

// Writes the report in the format asked for. The error of logs that could not be read again.
absl::Status Write(host::Host& host, const ScanOptions& options, const verdict::RuleBook& rules,
                   const collect::Collection& collection, const v1::ScanReport& report) {
  IncidentSource all_records;
  if (options.all_records) {
    all_records = [&](const IncidentSink& sink) {
      return collect::ForEachRecord(host, collection.logs, [&](const v1::Incident& record) {
        sink(ToScannedIncident(record));
      });
    };
  }
  if (options.format == "json") return WriteScanJson(report, all_records, std::cout);
  WriteScanText(report, rules, UseColour(options.color), std::cout);
  if (!all_records) return absl::OkStatus();
  std::cout << "\nEvery record of the logs:\n";
  return all_records([](const v1::ScannedIncident& record) { WriteRecordText(record, std::cout); });
}

// Says on stderr what kept a verdict from being reached.
void ExplainUnknown(const v1::ScanReport& report) {
  for (const v1::Verdict& verdict : report.verdicts()) {
    if (verdict.state() != v1::Verdict::UNKNOWN) continue;
    for (const std::string& missing : verdict.missing()) {
      std::cerr << "muster-agent: " << host::Displayable(verdict.rule())
                << ": could not tell: " << host::Displayable(missing) << "\n";
    }
  }
}

// What is to be judged: its parts live as long as this.
struct Subject {
  Installation installation;
  std::unique_ptr<bundle::Bundle> bundle;

  host::Host& host() { return bundle ? bundle->host() : *installation.host; }
  host::System* system() { return bundle ? bundle->system() : installation.system.get(); }
};

absl::StatusOr<Subject> OpenSubject(const ScanOptions& options) {
  Subject subject;
  if (!options.bundle.empty()) {
    auto bundle = bundle::Bundle::Open(options.bundle, OpenTree);
    if (!bundle.ok()) return bundle.status();
    subject.bundle = *std::move(bundle);
    subject.installation.label = options.bundle;
    return subject;
  }
  auto installation = OpenInstallation(options.image);
  if (!installation.ok()) return installation.status();
  subject.installation = *std::move(installation);
  return subject;
}

int RunScan(const ScanOptions& options) {
  const absl::Time now = absl::Now();
  const absl::StatusOr<absl::Time> as_of = options.as_of ? ParseInstant(*options.as_of) : now;
  if (!as_of.ok()) return Fail(as_of.status());
  const auto rules = LoadRules(options.rules);
  if (!rules.ok()) return Fail(rules.status());
  auto subject = OpenSubject(options);
  if (!subject.ok()) return Fail(subject.status());

  ScanProgress progress(IsTerminal(stderr), std::cerr);
  const collect::Collection collection =
      collect::Collect(subject->host(), subject->system(), progress.Callback());
  progress.Clear();

  v1::ScanReport report = MakeScanReport(collection, **rules, *as_of);
  report.set_image(host::ValidUtf8(subject->installation.label));
  report.set_agent_version(std::string(kVersion));
  *report.mutable_scanned_at() = ToProto(now);
  const absl::Status written = Write(subject->host(), options, **rules, collection, report);
  std::cout.flush();
  if (!std::cout) return Fail(absl::DataLossError("the report could not be written to its end"));
  if (!written.ok()) return Fail(written);
  const int exit_code = ExitCodeOf(report);
  if (exit_code == kCouldNotTell && options.format == "json") ExplainUnknown(report);
  return exit_code;
}

}  // namespace

void AddScanCommand(CLI::App& app, int& exit_code) {
  CLI::App* command =
      app.add_subcommand("scan", "Judge a Windows installation: what is wrong, what will lapse");
  auto options = std::make_shared<ScanOptions>();
  auto* source = command->add_option_group("source");
  source->add_option("--image", options->image, kImageHelp)->type_name("DIR");
  source->add_option("--bundle", options->bundle, "What `muster-agent capture` wrote")
      ->type_name("PATH");
  source->require_option(RunsOnWindows() ? 0 : 1, 1);
  command
      ->add_option("--as-of", options->as_of,
                   "Judge as of this instant instead of now: 2013-07-01T07:04:27Z, or a date (its "
                   "first second, UTC)")
      ->type_name("INSTANT");
  command->add_option("--format", options->format, "text or json (one muster.v1.ScanReport)")
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str()
      ->type_name("FORMAT");
  command->add_flag("--all-records", options->all_records,
                    "Report every log record, not only those that say something went wrong");
  command
      ->add_option("--rules", options->rules,
                   "Judge by the *.textproto of this directory instead of the rules built in")
      ->type_name("DIR");
  command->add_option("--color", options->color, "auto, always or never")
      ->check(CLI::IsMember({"auto", "always", "never"}))
      ->capture_default_str()
      ->type_name("WHEN");
  command->footer(kExamples);
  command->callback([options, &exit_code] { exit_code = RunScan(*options); });
}

}  // namespace muster::agent
