#include "server/campaign/failure_words.h"

#include <string>

#include "common/servicing/hresult/hresult.h"

namespace muster::campaign {
namespace {

using Status = v1::OrderStatus;

struct Words {
  Status::Cause cause;
  const char* meaning;
  const char* advice;
};

constexpr Words kWords[] = {
    {Status::INSTALLER_FAILED, "the installer ended with an error",
     "look the code up (muster-agent explain CODE), and at wusa.evtx or dism.log in the order's "
     "folder"},
    {Status::INSTALLER_TIMED_OUT, "the installer took longer than run_limit, and was ended",
     "restart the machine, then retry; raise run_limit where machines are slow"},
    {Status::INTERRUPTED, "agent or machine went down while the installer was at work",
     "the machine was not fixed: retry"},
    {Status::DEADLINE_PASSED, "no result came within the wave's deadline",
     "see whether the machine is on; a result that still comes is taken"},
    {Status::STILL_AFFECTED, "the installer was content, and a fresh scan still finds the problem",
     "look at the machine's evidence: musterctl machines show NAME"},
    {Status::NOT_VERIFIED, "whether the machine is fixed could not be seen",
     "see what its collectors lack: musterctl machines show NAME"},
    {Status::NOT_APPLICABLE, "the installer says that the update is not for this machine",
     "it may be superseded or lack a prerequisite; compare with a machine where it went in"},
    {Status::PAYLOAD_UNAVAILABLE, "the payload could not be had",
     "check the way to the server or the distribution point, and free disk space"},
    {Status::PAYLOAD_CORRUPT, "the payload that came is not the one that was signed",
     "something changes it on the way, or the store is damaged: upload it again"},
    {Status::LOW_DISK, "too little free space on the system's volume", "make room, then retry"},
    {Status::ON_BATTERY, "the machine ran on battery", "retry while it is plugged in"},
    {Status::RESTART_WAS_PENDING, "Windows waits for a restart that something else asked for",
     "restart the machine, then retry"},
    {Status::INSTALLER_BUSY, "another installation was at work", "retry"},
    {Status::SERVICING_BUSY, "the servicing stack was at work", "retry later"},
    {Status::WRONG_ARCHITECTURE, "the update is for another architecture",
     "make a campaign with the other file for these machines"},
    {Status::RESTART_DID_NOT_HAPPEN, "the restart was called off again and again",
     "speak with the user, or restart the machine; a result that then comes is not taken: retry"},
    {Status::CAMPAIGN_CANCELLED, "the campaign was cancelled before it began", ""},
    {Status::VALIDITY_ENDED, "the order's validity ended before the machine could begin",
     "extend the campaign to the machines that are left"},
    {Status::EVIDENCE_NOT_SENT, "evidence could not be captured or sent",
     "the detail says why; check free disk space and the way to the server, then retry"},
    {Status::NO_PINNED_KEYS, "the agent has pinned no operator keys",
     "it enrolled before there were any: enrol it again"},
    {Status::BAD_SIGNATURE, "the agent found no signature by a key that it has pinned",
     "it has other keys pinned than the server: see whether somebody tampers; enrol it again"},
    {Status::TOO_FEW_APPROVALS, "the agent wants more signatures", "have another operator approve"},
    {Status::NOT_A_TARGET, "the agent is not among the signed targets",
     "report this: the server offered what was not signed for it"},
    {Status::OUTSIDE_VALIDITY, "by the machine's clock the order is not valid now",
     "set the machine's clock right"},
    {Status::TOO_MANY_ATTEMPTS, "the manifest allows no further attempt",
     "make a new campaign for these machines"},
    {Status::MALFORMED, "the agent cannot read the order", "bring agent and server to one release"},
    {Status::UNSUPPORTED, "this agent cannot do that", "see its release and its operating system"},
    {Status::JOURNAL_FAILED, "the agent could not write down that it would begin, so it did not",
     "its disk is full or damaged"},
};

}  // namespace

void Explain(v1::FailureGroup& group) {
  for (const Words& words : kWords) {
    if (words.cause != group.cause()) continue;
    group.set_meaning(words.meaning);
    group.set_advice(words.advice);
  }
  if (!group.has_code() || group.code() == 0) return;  // 0 explains no failure
  const servicing::HresultInfo* info = servicing::FindHresult(group.code());
  if (info == nullptr) return;
  group.set_code_name(std::string(info->name));
  group.set_advice(std::string(info->meaning));
}

}  // namespace muster::campaign
