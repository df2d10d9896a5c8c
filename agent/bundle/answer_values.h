// Single values of host::System as messages, and back.
#ifndef MUSTER_AGENT_BUNDLE_ANSWER_VALUES_H_
#define MUSTER_AGENT_BUNDLE_ANSWER_VALUES_H_

#include "agent/host/system.h"
#include "agent/host/text.h"
#include "common/proto_time.h"
#include "muster/v1/bundle.pb.h"

namespace muster::bundle {

v1::SourceAnswer::Code ToCode(host::AnswerCode code);
host::AnswerCode FromCode(v1::SourceAnswer::Code code);

// All but the value.
template <typename T>
v1::SourceAnswer ToSourceAnswer(const host::Answer<T>& answer) {
  v1::SourceAnswer out;
  out.set_code(ToCode(answer.code));
  out.set_hresult(answer.hresult);
  out.set_detail(host::ValidUtf8(answer.detail));
  *out.mutable_elapsed() = ToProto(answer.elapsed);
  return out;
}

template <typename T>
host::Answer<T> FromSourceAnswer(const v1::SourceAnswer& answer) {
  host::Answer<T> out;
  out.code = FromCode(answer.code());
  out.hresult = answer.hresult();
  out.detail = answer.detail();
  out.elapsed = FromProto(answer.elapsed());
  return out;
}

v1::SystemAnswersRecord::Machine ToMachine(const host::MachineFacts& facts);
host::MachineFacts FromMachine(const v1::SystemAnswersRecord::Machine& machine);

// The recorded events behind `bookmark`, as Windows would give them.
host::Answer<host::EventBatch> PlayEvents(const v1::SystemAnswersRecord& record,
                                          absl::string_view bookmark, uint32_t max_events);

}  // namespace muster::bundle

#endif  // MUSTER_AGENT_BUNDLE_ANSWER_VALUES_H_
