#include "agent/collect/answers.h"

namespace muster::collect {

SystemAnswers AskSystem(host::System& system, const AskingLimits& limits) {
  SystemAnswers answers;
  answers.machine = system.Facts(limits.facts);
  answers.update_list = system.UpdateRows(limits.update_list);
  answers.wmi_probe = system.ProbeWmi(limits.wmi_probe);
  answers.packages = system.CbsPackages(limits.packages);
  answers.update_history = system.UpdateHistory(limits.update_history);
  return answers;
}

v1::Outcome::Code OutcomeCodeOf(host::AnswerCode code, bool seen) {
  switch (code) {
    case host::AnswerCode::kOk:
      return v1::Outcome::OK;
    case host::AnswerCode::kPartial:
    case host::AnswerCode::kTimedOut:
      return seen ? v1::Outcome::PARTIAL : v1::Outcome::FAILED;
    case host::AnswerCode::kUnsupported:
      return v1::Outcome::UNSUPPORTED;
    case host::AnswerCode::kDenied:
      return v1::Outcome::DENIED;
    case host::AnswerCode::kFailed:
      return v1::Outcome::FAILED;
  }
  return v1::Outcome::FAILED;
}

}  // namespace muster::collect
