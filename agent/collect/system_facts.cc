#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "agent/collect/fact_set.h"
#include "agent/collect/facts.h"
#include "common/servicing/hresult/hresult.h"

namespace muster::collect {
namespace {

constexpr uint32_t kWorkstation = 1;  // VER_NT_WORKSTATION
// Of one machine; how many there are in all is a fact of its own.
constexpr size_t kMaxDisagreements = 50;

// How the query for a source ended, and its HRESULT where it failed.
template <typename T>
void AddOutcome(absl::string_view source, const host::Answer<T>& answer, bool seen,
                FactSet& facts) {
  facts.Add(absl::StrCat(source, ".outcome"),
            v1::Outcome::Code_Name(OutcomeCodeOf(answer.code, seen)));
  if (answer.complete() || answer.hresult == 0) return;
  facts.Add(absl::StrCat(source, ".hresult"), servicing::FormatHresult(answer.hresult));
}

void AddVersion(const host::MachineFacts& machine, FactSet& facts,
                v1::MachineAttributes& attributes) {
  if (machine.major != 0) {
    const std::string version = facts.Add(
        "os.version", absl::StrCat(machine.major, ".", machine.minor, ".", machine.build));
    attributes.set_os_version(version);
    const absl::string_view name = ClientName(version);
    if (machine.product_type == kWorkstation && !name.empty()) {
      attributes.set_os(facts.Add("os.product", name));
    }
  }
  if (!machine.architecture.empty()) {
    attributes.set_architecture(facts.Add("os.architecture", machine.architecture));
  }
  if (!machine.ui_language.empty()) facts.Add("os.language", machine.ui_language);
}

void AddRebootPending(const host::MachineFacts& machine, FactSet& facts) {
  if (!machine.reboot_pending) return;
  const host::RebootPending& pending = *machine.reboot_pending;
  const auto add = [&](absl::string_view name, bool value) {
    facts.Add(name, value ? "true" : "false");
  };
  add("reboot.servicing",
      pending.cbs_reboot_pending || pending.cbs_reboot_in_progress || pending.cbs_packages_pending);
  add("reboot.windows_update", pending.windows_update_required);
  add("reboot.file_renames", pending.pending_file_renames > 0);
}

void AddTrust(const TrustReport& trust, FactSet& facts) {
  facts.Add("trust.asked", absl::StrCat(trust.asked));
  facts.Add("trust.refused", absl::StrCat(trust.refused));
  facts.Add("trust.disagreements", absl::StrCat(trust.disagreements.size()));
  const size_t told = std::min(trust.disagreements.size(), kMaxDisagreements);
  for (size_t i = 0; i < told; ++i) {
    const TrustDisagreement& disagreement = trust.disagreements[i];
    facts.Add(absl::StrCat("trust.disagreement.", disagreement.name),
              absl::StrCat("Windows ", servicing::FormatHresult(disagreement.windows), ", Muster ",
                           servicing::FormatHresult(disagreement.muster)));
  }
  if (trust.not_asked > 0) {
    facts.tally().Incomplete(absl::StrCat("Windows was not asked about ", trust.not_asked,
                                          " catalogs: ", trust.problem));
  }
}

void AddWitnesses(const SystemAnswers& answers, const Witnesses& witnesses, FactSet& facts) {
  facts.Add("witnesses.installed_packages", absl::StrCat(witnesses.installed_packages));
  facts.Add("witnesses.installed_updates", absl::StrCat(witnesses.installed_updates));
  facts.Add("witnesses.without_catalog", absl::StrCat(witnesses.without_catalog));
  if (!answers.update_list.complete() || !answers.packages.complete()) return;
  facts.Add("witnesses.only_in_list", absl::StrCat(witnesses.only_in_list));
  facts.Add("witnesses.only_in_servicing", absl::StrCat(witnesses.only_in_servicing));
}

}  // namespace

Facts SystemFacts(const SystemAnswers& answers, const Witnesses& witnesses,
                  const TrustReport& trust) {
  const host::MachineFacts& machine = answers.machine.value;
  FactSet facts;
  Facts result;
  AddVersion(machine, facts, result.attributes);
  result.attributes.set_name(machine.computer_name);
  result.attributes.set_domain(machine.domain);
  result.attributes.set_site(machine.site);
  result.attributes.set_organizational_unit(machine.organizational_unit);
  AddOutcome("qfe", answers.update_list, !answers.update_list.value.empty(), facts);
  if (answers.update_list.complete()) {
    facts.Add("qfe.rows", absl::StrCat(answers.update_list.value.size()));
  }
  AddOutcome("wmi", answers.wmi_probe, !answers.wmi_probe.value.version.empty(), facts);
  AddOutcome("update_history", answers.update_history, !answers.update_history.value.empty(),
             facts);
  AddRebootPending(machine, facts);
  AddWitnesses(answers, witnesses, facts);
  AddTrust(trust, facts);
  if (!answers.machine.complete()) facts.tally().Incomplete(answers.machine.detail);
  result.facts = facts.Finish();
  if (!answers.machine.complete()) result.facts.outcome.set_hresult(answers.machine.hresult);
  return result;
}

}  // namespace muster::collect
