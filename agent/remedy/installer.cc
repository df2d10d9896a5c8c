#include "agent/remedy/installer.h"

#include "absl/strings/str_cat.h"
#include "common/servicing/hresult/hresult.h"

namespace muster::remedy {
namespace {

using host::Command;
using host::SystemProgram;

constexpr uint32_t kRestartRequired = 3010;   // ERROR_SUCCESS_REBOOT_REQUIRED
constexpr uint32_t kRestartInitiated = 1641;  // ERROR_SUCCESS_REBOOT_INITIATED
constexpr uint32_t kWuRestart = 0x00240005;   // WU_S_REBOOT_REQUIRED, 2359301
constexpr uint32_t kWuAlready = 0x00240006;   // WU_S_ALREADY_INSTALLED, 2359302
constexpr uint32_t kWuNotThere = 0x00240007;  // WU_S_ALREADY_UNINSTALLED, 2359303
constexpr uint32_t kWuNotApplicable = 0x80240017;
constexpr uint32_t kCbsNotApplicable = 0x800F081E;
constexpr uint32_t kWuInProgress = 0x80240016;  // WU_E_INSTALL_NOT_ALLOWED
constexpr uint32_t kMsiBusy = 1618;             // ERROR_INSTALL_ALREADY_RUNNING
constexpr uint32_t kMsiBusyHresult = 0x80070652;

std::vector<Command> WithWusa(const WorkFiles& files) {
  return {{SystemProgram::kWusa,
           {files.payload, "/quiet", "/norestart",
            absl::StrCat("/log:", files.folder, "\\wusa.evtx")}}};
}

// The update's own cabinets begin with the name of the Windows that they are for; WSUSSCAN.cab is
// none of them.
std::vector<Command> WithDism(const WorkFiles& files) {
  return {{SystemProgram::kExpand, {"-F:Windows*.cab", files.payload, files.folder}},
          {SystemProgram::kDism,
           {"/online", "/add-package", absl::StrCat("/packagepath:", files.folder), "/quiet",
            "/norestart", absl::StrCat("/logpath:", files.folder, "\\dism.log")}}};
}

}  // namespace

std::vector<Command> CommandsFor(const v1::Action& action, const WorkFiles& files,
                                 const host::Readiness& readiness) {
  switch (action.kind_case()) {
    case v1::Action::kInstallUpdate: {
      const auto installer = action.install_update().installer();
      const bool dism = installer == v1::Action::DISM ||
                        (installer == v1::Action::AUTOMATIC && readiness.update_service_disabled);
      return dism ? WithDism(files) : WithWusa(files);
    }
    case v1::Action::kRunCheckSur:
      return WithWusa(files);
    case v1::Action::kRemoveUpdate:
      return {{SystemProgram::kWusa,
               {"/uninstall", absl::StrCat("/kb:", action.remove_update().kb().substr(2)), "/quiet",
                "/norestart", absl::StrCat("/log:", files.folder, "\\wusa.evtx")}}};
    default:
      return {};
  }
}

ExitMeaning MeaningOf(uint32_t exit_code) {
  switch (exit_code) {
    case 0:
      return ExitMeaning::kDone;
    case kRestartRequired:
    case kRestartInitiated:
    case kWuRestart:
      return ExitMeaning::kRestart;
    case kWuAlready:
    case kWuNotThere:
      return ExitMeaning::kAlreadyThere;
    case kWuNotApplicable:
    case kCbsNotApplicable:
      return ExitMeaning::kNotApplicable;
    case kWuInProgress:
    case kMsiBusy:
    case kMsiBusyHresult:
      return ExitMeaning::kBusy;
    default:
      return ExitMeaning::kFailed;
  }
}

v1::OrderStatus StatusOfExit(const host::ProcessEnd& end) {
  v1::OrderStatus status;
  switch (end.kind) {
    case host::ProcessEnd::Kind::kTimedOut:
      status.set_cause(v1::OrderStatus::INSTALLER_TIMED_OUT);
      status.set_detail("the installer took longer than the order allows, and was ended");
      return status;
    case host::ProcessEnd::Kind::kLost:
      status.set_cause(v1::OrderStatus::INTERRUPTED);
      status.set_detail("agent or machine went down while the installer was at work");
      return status;
    case host::ProcessEnd::Kind::kExited:
      break;
  }
  status.set_code(end.code);
  status.set_has_code(true);
  switch (MeaningOf(end.code)) {
    case ExitMeaning::kDone:
    case ExitMeaning::kRestart:
    case ExitMeaning::kAlreadyThere:
      break;
    case ExitMeaning::kNotApplicable:
      status.set_cause(v1::OrderStatus::NOT_APPLICABLE);
      break;
    case ExitMeaning::kBusy:
      status.set_cause(v1::OrderStatus::INSTALLER_BUSY);
      break;
    case ExitMeaning::kFailed:
      status.set_cause(v1::OrderStatus::INSTALLER_FAILED);
      break;
  }
  if (status.cause() != v1::OrderStatus::CAUSE_UNSPECIFIED) {
    const absl::string_view name = servicing::HresultName(end.code);
    status.set_detail(absl::StrCat("the installer ended with ", end.code, " (",
                                   servicing::FormatHresult(end.code), name.empty() ? "" : ", ",
                                   name, ")"));
  }
  return status;
}

}  // namespace muster::remedy
