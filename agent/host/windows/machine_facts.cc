#include "agent/host/windows/machine_facts.h"

#include <vector>

#include "absl/strings/str_join.h"
#include "agent/host/windows/directory_facts.h"
#include "agent/host/windows/hresult_status.h"
#include "agent/host/windows/os_facts.h"
#include "agent/host/windows/reboot_pending.h"

namespace muster::host {
namespace {

// Runs one reader after the other, and keeps what each could not find out.
class FactReaders {
 public:
  explicit FactReaders(PendingAnswer<MachineFacts>& pending) : pending_(pending) {}

  // `read` answers a Win32 error, 0 with success. False where nobody waits any more.
  bool Run(absl::string_view what, uint32_t (*read)(MachineFacts& facts)) {
    const uint32_t error = read(facts_);
    if (error != 0) {
      const uint32_t hresult = HresultOfWin32(error);
      if (failures_.empty()) first_ = hresult;
      failures_.push_back(FailureText(what, hresult));
    }
    return pending_.Update([&](MachineFacts& facts) { facts = facts_; });
  }

  void End() {
    if (failures_.empty()) return pending_.End(AnswerCode::kOk, 0, "");
    pending_.End(AnswerCode::kPartial, first_, absl::StrJoin(failures_, "; "));
  }

 private:
  PendingAnswer<MachineFacts>& pending_;
  MachineFacts facts_;
  std::vector<std::string> failures_;
  uint32_t first_ = 0;
};

}  // namespace

void ReadMachineFacts(PendingAnswer<MachineFacts>& pending) {
  FactReaders readers(pending);
  const bool waited_for = readers.Run("Asking for the version of Windows", ReadVersion) &&
                          readers.Run("Asking for the architecture", ReadArchitecture) &&
                          readers.Run("Reading the system's language", ReadLanguage) &&
                          readers.Run("Reading the clock", ReadClock) &&
                          readers.Run("Asking for the computer's name", ReadComputerName) &&
                          readers.Run("Reading what waits for a restart", ReadRebootPending) &&
                          readers.Run("Reading the firmware's UUID", ReadSmbiosUuid) &&
                          readers.Run("Reading site and organizational unit", ReadSiteAndUnit) &&
                          readers.Run("Asking for the machine's SID", ReadMachineSid) &&
                          readers.Run("Asking for the domain", ReadDomain);
  if (waited_for) readers.End();
}

}  // namespace muster::host
