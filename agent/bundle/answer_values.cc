#include "agent/bundle/answer_values.h"

#include <algorithm>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace muster::bundle {

using host::ValidUtf8;

v1::SourceAnswer::Code ToCode(host::AnswerCode code) {
  switch (code) {
    case host::AnswerCode::kOk:
      return v1::SourceAnswer::OK;
    case host::AnswerCode::kPartial:
      return v1::SourceAnswer::PARTIAL;
    case host::AnswerCode::kTimedOut:
      return v1::SourceAnswer::TIMED_OUT;
    case host::AnswerCode::kUnsupported:
      return v1::SourceAnswer::UNSUPPORTED;
    case host::AnswerCode::kDenied:
      return v1::SourceAnswer::DENIED;
    case host::AnswerCode::kFailed:
      return v1::SourceAnswer::FAILED;
  }
  return v1::SourceAnswer::FAILED;
}

// What a bundle does not say was not answered.
host::AnswerCode FromCode(v1::SourceAnswer::Code code) {
  switch (code) {
    case v1::SourceAnswer::OK:
      return host::AnswerCode::kOk;
    case v1::SourceAnswer::PARTIAL:
      return host::AnswerCode::kPartial;
    case v1::SourceAnswer::TIMED_OUT:
      return host::AnswerCode::kTimedOut;
    case v1::SourceAnswer::UNSUPPORTED:
      return host::AnswerCode::kUnsupported;
    case v1::SourceAnswer::DENIED:
      return host::AnswerCode::kDenied;
    default:
      return host::AnswerCode::kFailed;
  }
}

v1::SystemAnswersRecord::Machine ToMachine(const host::MachineFacts& facts) {
  v1::SystemAnswersRecord::Machine machine;
  machine.set_major(facts.major);
  machine.set_minor(facts.minor);
  machine.set_build(facts.build);
  machine.set_service_pack(facts.service_pack);
  machine.set_product_type(facts.product_type);
  machine.set_architecture(ValidUtf8(facts.architecture));
  machine.set_wow64(facts.wow64);
  machine.set_smbios_uuid(ValidUtf8(facts.smbios_uuid));
  machine.set_machine_sid(ValidUtf8(facts.machine_sid));
  machine.set_computer_name(ValidUtf8(facts.computer_name));
  machine.set_domain(ValidUtf8(facts.domain));
  machine.set_site(ValidUtf8(facts.site));
  machine.set_organizational_unit(ValidUtf8(facts.organizational_unit));
  machine.set_ui_language(ValidUtf8(facts.ui_language));
  if (facts.reboot_pending) {
    auto& pending = *machine.mutable_reboot_pending();
    pending.set_cbs_reboot_pending(facts.reboot_pending->cbs_reboot_pending);
    pending.set_cbs_reboot_in_progress(facts.reboot_pending->cbs_reboot_in_progress);
    pending.set_cbs_packages_pending(facts.reboot_pending->cbs_packages_pending);
    pending.set_windows_update_required(facts.reboot_pending->windows_update_required);
    pending.set_pending_file_renames(facts.reboot_pending->pending_file_renames);
  }
  if (facts.clock) {
    auto& clock = *machine.mutable_clock();
    *clock.mutable_now() = ToProto(facts.clock->now);
    *clock.mutable_utc_offset() = ToProto(facts.clock->utc_offset);
    clock.set_time_zone_key_name(ValidUtf8(facts.clock->time_zone_key_name));
    *clock.mutable_since_boot() = ToProto(facts.clock->since_boot);
  }
  return machine;
}

host::MachineFacts FromMachine(const v1::SystemAnswersRecord::Machine& machine) {
  host::MachineFacts facts;
  facts.major = machine.major();
  facts.minor = machine.minor();
  facts.build = machine.build();
  facts.service_pack = machine.service_pack();
  facts.product_type = machine.product_type();
  facts.architecture = machine.architecture();
  facts.wow64 = machine.wow64();
  facts.smbios_uuid = machine.smbios_uuid();
  facts.machine_sid = machine.machine_sid();
  facts.computer_name = machine.computer_name();
  facts.domain = machine.domain();
  facts.site = machine.site();
  facts.organizational_unit = machine.organizational_unit();
  facts.ui_language = machine.ui_language();
  if (machine.has_reboot_pending()) {
    const auto& pending = machine.reboot_pending();
    facts.reboot_pending =
        host::RebootPending{pending.cbs_reboot_pending(), pending.cbs_reboot_in_progress(),
                            pending.cbs_packages_pending(), pending.windows_update_required(),
                            pending.pending_file_renames()};
  }
  if (machine.has_clock()) {
    const auto& clock = machine.clock();
    facts.clock = host::MachineClock{FromProto(clock.now()), FromProto(clock.utc_offset()),
                                     clock.time_zone_key_name(), FromProto(clock.since_boot())};
  }
  return facts;
}

host::Answer<host::EventBatch> PlayEvents(const v1::SystemAnswersRecord& record,
                                          absl::string_view bookmark, uint32_t max_events) {
  auto answer = FromSourceAnswer<host::EventBatch>(record.setup_events());
  const int total = record.events_size();
  int begin = 0;
  if (!bookmark.empty() && (!absl::SimpleAtoi(bookmark, &begin) || begin < 0 || begin > total)) {
    answer.value.bookmark_lost = true;
    begin = 0;
  }
  const int end = static_cast<int>(std::min<int64_t>(total, int64_t{begin} + max_events));
  for (int i = begin; i < end; ++i) answer.value.events.push_back(record.events(i));
  answer.value.bookmark = absl::StrCat(end);
  answer.value.more = end < total;
  return answer;
}

}  // namespace muster::bundle
