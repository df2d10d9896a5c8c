#include "agent/bundle/system_record.h"

#include <utility>

#include "agent/bundle/answer_values.h"
#include "agent/collect/answers.h"
#include "agent/host/host.h"
#include "agent/host/text.h"
#include "common/proto_time.h"

namespace muster::bundle {
namespace {

using host::ValidUtf8;
using Record = v1::SystemAnswersRecord;

constexpr uint32_t kEventsPerCall = 200;
constexpr int kMaxEventCalls = 250;
// Types of registry values that are text. Source: winnt.h.
bool IsText(uint32_t type) { return type == 1 || type == 2 || type == 7; }

// Registry text is UTF-16LE. Where something is masked, what is not ASCII beside it becomes "?".
std::string MaskRegistryText(const std::string& bytes, Masker& masker) {
  std::string narrow;
  for (size_t i = 0; i + 1 < bytes.size(); i += 2) {
    narrow += bytes[i + 1] == '\0' && static_cast<unsigned char>(bytes[i]) < 0x80 ? bytes[i] : '~';
  }
  const std::string masked = masker.Mask(narrow);
  if (masked == narrow) return bytes;
  std::string wide;
  for (const char c : masked) wide += {c == '~' ? '?' : c, '\0'};
  return wide;
}

void RecordUpdates(host::System& system, absl::Duration limit, Masker* masker, Record& record) {
  const auto answer = system.UpdateRows(limit);
  *record.mutable_update_list() = ToSourceAnswer(answer);
  for (const host::UpdateRow& row : answer.value) {
    Record::UpdateRow& out = *record.add_update_rows();
    out.set_hot_fix_id(ValidUtf8(row.hot_fix_id));
    out.set_description(ValidUtf8(row.description));
    out.set_caption(ValidUtf8(row.caption));
    out.set_installed_on(ValidUtf8(row.installed_on));
    out.set_installed_by(
        ValidUtf8(masker != nullptr ? masker->MaskAccount(row.installed_by) : row.installed_by));
    out.set_service_pack_in_effect(ValidUtf8(row.service_pack_in_effect));
  }
}

void RecordPackages(host::System& system, absl::Duration limit, Masker* masker, Record& record) {
  const auto answer = system.CbsPackages(limit);
  *record.mutable_packages() = ToSourceAnswer(answer);
  record.set_packages_only_in_32_bit_view(answer.value.only_in_32_bit_view);
  for (const host::CbsPackageKey& key : answer.value.packages) {
    Record::PackageKey& out = *record.add_package_keys();
    out.set_identity(ValidUtf8(key.identity));
    for (const host::RegistryValue& value : key.values) {
      Record::RegistryValue& copy = *out.add_values();
      copy.set_name(ValidUtf8(value.name));
      copy.set_type(value.type);
      copy.set_value(masker != nullptr && IsText(value.type)
                         ? MaskRegistryText(value.bytes, *masker)
                         : value.bytes);
    }
    for (const std::string& owner : key.owners) out.add_owners(ValidUtf8(owner));
  }
}

void RecordHistory(host::System& system, absl::Duration limit, Masker* masker, Record& record) {
  const auto answer = system.UpdateHistory(limit);
  *record.mutable_update_history() = ToSourceAnswer(answer);
  for (const host::UpdateHistoryRow& row : answer.value) {
    Record::HistoryRow& out = *record.add_history_rows();
    out.set_title(ValidUtf8(row.title));
    out.set_description(
        ValidUtf8(masker != nullptr ? masker->Mask(row.description) : row.description));
    out.set_client_application(ValidUtf8(row.client_application));
    out.set_update_id(ValidUtf8(row.update_id));
    out.set_operation(row.operation);
    out.set_result_code(row.result_code);
    out.set_hresult(row.hresult);
    out.set_unmapped_result_code(row.unmapped_result_code);
    out.set_revision(row.revision);
    if (row.date) *out.mutable_date() = ToProto(*row.date);
  }
}

void RecordEvents(host::System& system, absl::Duration limit, Masker* masker, Record& record) {
  std::string bookmark;
  for (int call = 0; call < kMaxEventCalls; ++call) {
    const auto answer = system.SetupEvents(bookmark, kEventsPerCall, limit);
    *record.mutable_setup_events() = ToSourceAnswer(answer);
    for (const std::string& xml : answer.value.events) {
      record.add_events(ValidUtf8(masker != nullptr ? masker->Mask(xml) : xml));
    }
    if (!answer.complete() || !answer.value.more) return;
    bookmark = answer.value.bookmark;
  }
  record.mutable_setup_events()->set_code(v1::SourceAnswer::PARTIAL);
  record.mutable_setup_events()->set_detail("There are more events than a bundle takes");
}

}  // namespace

v1::SystemAnswersRecord RecordSystem(host::System& system, const std::vector<std::string>& catalogs,
                                     Masker* masker) {
  const collect::AskingLimits limits;
  Record record;
  const auto machine = system.Facts(limits.facts);
  *record.mutable_machine_facts() = ToSourceAnswer(machine);
  *record.mutable_machine() = ToMachine(machine.value);
  RecordUpdates(system, limits.update_list, masker, record);
  const auto probe = system.ProbeWmi(limits.wmi_probe);
  *record.mutable_wmi_probe() = ToSourceAnswer(probe);
  record.set_wmi_version(ValidUtf8(probe.value.version));
  record.set_wmi_caption(ValidUtf8(probe.value.caption));
  record.set_wmi_install_date(ValidUtf8(probe.value.install_date));
  RecordPackages(system, limits.packages, masker, record);
  RecordHistory(system, limits.update_history, masker, record);
  RecordEvents(system, limits.events, masker, record);
  int hanging = 0;
  for (const std::string& path : catalogs) {
    if (hanging >= 3) break;  // as the collector gives up
    const auto answer = system.VerifyCatalog(path, limits.one_catalog);
    hanging += answer.code == host::AnswerCode::kTimedOut ? 1 : 0;
    Record::Trust& trust = *record.add_trust();
    trust.set_path(ValidUtf8(path));
    *trust.mutable_answer() = ToSourceAnswer(answer);
    trust.set_hresult(answer.value.hresult);
  }
  return record;
}

host::Answer<std::vector<host::UpdateRow>> RecordedSystem::UpdateRows(absl::Duration) {
  auto answer = FromSourceAnswer<std::vector<host::UpdateRow>>(record_.update_list());
  for (const Record::UpdateRow& row : record_.update_rows()) {
    answer.value.push_back({row.hot_fix_id(), row.description(), row.caption(), row.installed_on(),
                            row.installed_by(), row.service_pack_in_effect()});
  }
  return answer;
}

host::Answer<host::WmiProbe> RecordedSystem::ProbeWmi(absl::Duration) {
  auto answer = FromSourceAnswer<host::WmiProbe>(record_.wmi_probe());
  answer.value = {record_.wmi_version(), record_.wmi_caption(), record_.wmi_install_date()};
  return answer;
}

host::Answer<host::CbsPackageKeys> RecordedSystem::CbsPackages(absl::Duration) {
  auto answer = FromSourceAnswer<host::CbsPackageKeys>(record_.packages());
  answer.value.only_in_32_bit_view = record_.packages_only_in_32_bit_view();
  for (const Record::PackageKey& key : record_.package_keys()) {
    host::CbsPackageKey& out = answer.value.packages.emplace_back();
    out.identity = key.identity();
    for (const Record::RegistryValue& value : key.values()) {
      out.values.push_back({value.name(), value.type(), value.value()});
    }
    out.owners.assign(key.owners().begin(), key.owners().end());
  }
  return answer;
}

host::Answer<std::vector<host::UpdateHistoryRow>> RecordedSystem::UpdateHistory(absl::Duration) {
  auto answer = FromSourceAnswer<std::vector<host::UpdateHistoryRow>>(record_.update_history());
  for (const Record::HistoryRow& row : record_.history_rows()) {
    host::UpdateHistoryRow& out = answer.value.emplace_back();
    out.title = row.title();
    out.description = row.description();
    out.client_application = row.client_application();
    out.update_id = row.update_id();
    out.operation = row.operation();
    out.result_code = row.result_code();
    out.hresult = row.hresult();
    out.unmapped_result_code = row.unmapped_result_code();
    out.revision = row.revision();
    if (row.has_date()) out.date = FromProto(row.date());
  }
  return answer;
}

host::Answer<host::TrustVerdict> RecordedSystem::VerifyCatalog(absl::string_view path,
                                                               absl::Duration) {
  for (const Record::Trust& trust : record_.trust()) {
    if (!host::SameName(trust.path(), path)) continue;
    auto answer = FromSourceAnswer<host::TrustVerdict>(trust.answer());
    answer.value.hresult = trust.hresult();
    return answer;
  }
  host::Answer<host::TrustVerdict> answer;
  answer.code = host::AnswerCode::kUnsupported;
  answer.detail = "Windows was not asked about it when the bundle was captured";
  return answer;
}

host::Answer<host::EventBatch> RecordedSystem::SetupEvents(absl::string_view bookmark,
                                                           uint32_t max_events, absl::Duration) {
  return PlayEvents(record_, bookmark, max_events);
}

host::Answer<host::MachineFacts> RecordedSystem::Facts(absl::Duration) {
  auto answer = FromSourceAnswer<host::MachineFacts>(record_.machine_facts());
  answer.value = FromMachine(record_.machine());
  return answer;
}

}  // namespace muster::bundle
