#include <google/protobuf/struct.pb.h>
#include <google/protobuf/util/json_util.h>
#include <windows.h>

#include <filesystem>
#include <iostream>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "agent/main/service/program_path.h"
#include "agent/main/service/service_command.h"
#include "agent/main/service/service_control.h"
#include "agent/main/service/service_main.h"
#include "agent/main/state_folder.h"
#include "common/windows_error.h"

namespace muster::agent {
namespace {

constexpr int kStopped = 3;
constexpr int kNotInstalled = 4;

constexpr char kFooter[] =
    R"(Exit status of status: 0 running, 3 stopped or on the way, 4 not installed, 1 could not tell.
The service logs to logs\muster-agent.log in the state folder, and to the event log Application.)";

int Tell(const absl::Status& status, const std::string& done) {
  if (status.ok()) {
    std::cout << done << "\n";
    return 0;
  }
  std::cerr << "muster-agent service: " << status.message() << "\n";
  return 1;
}

int Install(const std::string& state_folder) {
  std::string command = absl::StrCat("\"", ProgramPath(), "\" service run");
  if (state_folder != DefaultStateFolder()) {
    // A backslash before the closing quote would escape it.
    absl::StrAppend(&command, " --state \"", absl::StripSuffix(state_folder, "\\"), "\"");
  }
  absl::Status status = PrepareStateFolder(state_folder);
  if (!status.ok()) return Tell(status, "");
  const auto remarks = InstallService(command);
  if (!remarks.ok()) return Tell(remarks.status(), "");
  for (const std::string& remark : *remarks) std::cout << "Note: " << remark << ".\n";
  return Tell(absl::OkStatus(), "The service MusterAgent is installed.");
}

// With `purge`, nothing of the agent's is left on the machine but the program.
int Remove(const std::string& state_folder, bool purge) {
  if (absl::Status status = RemoveService(); !status.ok()) return Tell(status, "");
  if (!purge) return Tell(absl::OkStatus(), "The service MusterAgent is removed.");
  const std::filesystem::path lock = std::filesystem::path(state_folder) / "muster.lock";
  if (std::filesystem::exists(state_folder) && !std::filesystem::exists(lock)) {
    return Tell(absl::FailedPreconditionError(
                    absl::StrCat(state_folder, " is no agent's state folder: it is left as it is")),
                "");
  }
  std::error_code error;
  std::filesystem::remove_all(state_folder, error);
  if (error) {
    return Tell(absl::InternalError(absl::StrCat("removing ", state_folder, ": ", error.message())),
                "");
  }
  return Tell(absl::OkStatus(),
              absl::StrCat("The service MusterAgent and ", state_folder, " are removed."));
}

int StatusAsJson(const ServiceStatus& status) {
  google::protobuf::Struct fields;
  const auto text = [&](const char* name, const std::string& value) {
    (*fields.mutable_fields())[name].set_string_value(value);
  };
  const auto number = [&](const char* name, double value) {
    (*fields.mutable_fields())[name].set_number_value(value);
  };
  (*fields.mutable_fields())["installed"].set_bool_value(status.installed);
  if (status.installed) {
    text("state", status.state);
    text("startType", status.start_type);
    text("command", status.command);
    number("process", status.process);
    number("exitCode", status.exit_code);
    number("serviceExitCode", status.service_exit_code);
  }
  std::string json;
  google::protobuf::util::JsonPrintOptions options;
  options.add_whitespace = true;
  static_cast<void>(google::protobuf::util::MessageToJsonString(fields, &json, options));
  std::cout << json;
  if (!status.installed) return kNotInstalled;
  return status.state == "running" ? 0 : kStopped;
}

// Of its last run, in words.
std::string LastEnd(const ServiceStatus& status) {
  if (status.exit_code == ERROR_SERVICE_NEVER_STARTED) return "it was never started";
  if (status.exit_code == ERROR_SERVICE_SPECIFIC_ERROR) {
    return absl::StrCat(
        absl::StatusCodeToString(static_cast<absl::StatusCode>(status.service_exit_code)),
        "; the service's log and the event log Application say why");
  }
  return std::string(WindowsErrorToStatus(status.exit_code, "Windows says").message());
}

int Status(bool json) {
  const auto status = QueryService();
  if (!status.ok()) return Tell(status.status(), "");
  if (json) return StatusAsJson(*status);
  if (!status->installed) {
    std::cout << "not installed\n";
    return kNotInstalled;
  }
  std::cout << status->state;
  if (status->process != 0) std::cout << ", process " << status->process;
  std::cout << "\nstart: " << status->start_type << "\ncommand: " << status->command << "\n";
  if (status->exit_code != 0) std::cout << "last end: " << LastEnd(*status) << "\n";
  return status->state == "running" ? 0 : kStopped;
}

}  // namespace

void AddServiceCommand(CLI::App& app, int& exit_code) {
  CLI::App* service = app.add_subcommand("service", "The agent as a Windows service");
  service->require_subcommand(1);
  service->footer(kFooter);
  auto folder = std::make_shared<std::string>();
  const auto with_state = [folder](CLI::App* command) {
    command->add_option("--state", *folder, "Folder of the agent's state")
        ->default_val(DefaultStateFolder());
  };
  CLI::App* install =
      service->add_subcommand("install", "Make the service, or bring it up to date");
  with_state(install);
  install->callback([folder, &exit_code] { exit_code = Install(*folder); });
  CLI::App* remove = service->add_subcommand("remove", "Stop and remove the service");
  with_state(remove);
  auto purge = std::make_shared<bool>(false);
  remove->add_flag("--purge", *purge,
                   "Remove the state folder as well: the machine's identity is gone");
  remove->callback([folder, purge, &exit_code] { exit_code = Remove(*folder, *purge); });
  service->add_subcommand("start", "Start it, and wait until it runs")->callback([&exit_code] {
    exit_code = Tell(StartServiceAndWait(), "running");
  });
  service->add_subcommand("stop", "Stop it, and wait until it has stopped")->callback([&exit_code] {
    exit_code = Tell(StopServiceAndWait(), "stopped");
  });
  CLI::App* status = service->add_subcommand("status", "Whether it is there and runs");
  auto format = std::make_shared<std::string>();
  status->add_option("--format", *format, "text or json")
      ->check(CLI::IsMember({"text", "json"}))
      ->default_val("text");
  status->callback([format, &exit_code] { exit_code = Status(*format == "json"); });
  CLI::App* run = service->add_subcommand("run", "For the service control manager");
  with_state(run);
  run->callback([folder, &exit_code] {
    AgentOptions options;
    options.state_folder = *folder;
    exit_code = Tell(RunService(options), "");
  });
}

}  // namespace muster::agent
