#include "agent/collect/signatures.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "agent/host/text.h"
#include "common/servicing/hresult/hresult.h"

namespace muster::collect {
namespace {

using host::ValidUtf8;

// Together well below kMaxItemBytes.
constexpr size_t kMaxWordBytes = 128;
constexpr size_t kMaxPathBytes = 1024;
constexpr size_t kMaxMessageBytes = 4096;

}  // namespace

v1::IncidentSignature ToSignature(const servicing::CbsSignature& signature) {
  v1::IncidentSignature result;
  result.set_source(v1::IncidentSignature::CBS_LOG);
  result.set_component(ValidUtf8(signature.component, kMaxWordBytes));
  result.set_severity(ValidUtf8(signature.severity, kMaxWordBytes));
  result.set_message(ValidUtf8(signature.message, kMaxMessageBytes));
  result.set_hresult(signature.hresult);
  result.set_package(ValidUtf8(signature.package, kMaxPathBytes));
  result.set_file(ValidUtf8(signature.file, kMaxPathBytes));
  return result;
}

v1::IncidentSignature ToSignature(const servicing::CheckSurFinding& finding) {
  v1::IncidentSignature result;
  result.set_source(v1::IncidentSignature::CHECKSUR_LOG);
  result.set_component(ValidUtf8(finding.type, kMaxWordBytes));
  result.set_severity(ValidUtf8(finding.mark, kMaxWordBytes));
  // A finding without a path (a payload file, a component key) is told from its like by its fields.
  std::string message = finding.type;
  if (finding.file.empty() && !finding.fields.empty()) {
    absl::StrAppend(&message, ": ", absl::StrJoin(finding.fields, " "));
  }
  result.set_message(ValidUtf8(message, kMaxMessageBytes));
  result.set_hresult(finding.hresult.value_or(servicing::kSOk));
  result.set_package(ValidUtf8(finding.package, kMaxPathBytes));
  result.set_file(ValidUtf8(finding.file, kMaxPathBytes));
  return result;
}

v1::IncidentSignature ToSignature(absl::string_view provider, const servicing::SetupEvent& event) {
  v1::IncidentSignature result;
  result.set_source(v1::IncidentSignature::SETUP_EVENT);
  absl::ConsumePrefix(&provider, "Microsoft-Windows-");
  result.set_component(ValidUtf8(provider, kMaxWordBytes));
  const absl::string_view kind = servicing::SetupEventKindName(event.kind);
  result.set_severity(std::string(kind));
  // A command line names files and folders of one machine; who it is that asks varies little.
  const absl::string_view client = provider == "WUSA" ? "wusa" : absl::string_view(event.client);
  result.set_message(
      ValidUtf8(client.empty() ? std::string(kind) : absl::StrCat(kind, ", asked for by ", client),
                kMaxMessageBytes));
  result.set_hresult(event.hresult);
  result.set_package(ValidUtf8(event.kb.empty() ? event.subject : event.kb, kMaxPathBytes));
  return result;
}

v1::IncidentSignature ToSignature(const host::UpdateHistoryRow& row,
                                  servicing::UpdateAttempt attempt) {
  v1::IncidentSignature result;
  result.set_source(v1::IncidentSignature::UPDATE_HISTORY);
  result.set_component(ValidUtf8(row.client_application, kMaxWordBytes));
  const absl::string_view became =
      attempt == servicing::UpdateAttempt::kUninstallFailed ? "UninstallFailed" : "InstallFailed";
  result.set_severity(std::string(became));
  result.set_message(std::string(became));
  result.set_hresult(row.hresult != 0 ? row.hresult : row.unmapped_result_code);
  const std::string kb = servicing::KbOfUpdateTitle(row.title);
  result.set_package(ValidUtf8(kb.empty() ? row.title : kb, kMaxPathBytes));
  return result;
}

std::string ToLine(const servicing::CheckSurFinding& finding) {
  std::string line = absl::StrCat("(", finding.mark, ") ", finding.type);
  if (finding.hresult) absl::StrAppend(&line, " ", servicing::FormatHresult(*finding.hresult));
  if (!finding.fields.empty()) absl::StrAppend(&line, " ", absl::StrJoin(finding.fields, " "));
  return line;
}

}  // namespace muster::collect
