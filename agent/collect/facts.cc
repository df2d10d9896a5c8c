#include "agent/collect/facts.h"

#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "agent/collect/fact_set.h"
#include "agent/host/text.h"

namespace muster::collect {
namespace {

constexpr absl::string_view kFoundationPackage = "Microsoft-Windows-Foundation-Package";

std::vector<uint32_t> Numbers(absl::string_view version) {
  std::vector<uint32_t> numbers;
  for (const absl::string_view part : absl::StrSplit(version, '.')) {
    uint32_t number = 0;
    if (!absl::SimpleAtoi(part, &number)) return {};
    numbers.push_back(number);
  }
  return numbers;
}

std::optional<ServicingStack> FromFoundation(
    const std::vector<servicing::PackageIdentity>& packages) {
  const servicing::PackageIdentity* newest = nullptr;
  for (const auto& package : packages) {
    if (!host::SameName(package.name, kFoundationPackage)) continue;
    if (newest == nullptr || Numbers(newest->version) < Numbers(package.version)) newest = &package;
  }
  if (newest == nullptr) return std::nullopt;
  return ServicingStack{newest->version, newest->architecture};
}

}  // namespace

Facts DeriveFacts(const std::vector<servicing::PackageIdentity>& packages,
                  const std::optional<ServicingStack>& servicing_stack) {
  FactSet facts;
  Facts result;
  auto system = FromFoundation(packages);
  if (!system) system = servicing_stack;
  const std::vector<uint32_t> numbers = system ? Numbers(system->version) : std::vector<uint32_t>();
  if (numbers.size() < 3) {
    facts.tally().Absent(
        "a Foundation package or a servicing stack's line in CBS.log, which tell the version of "
        "Windows,");
  } else {
    const std::string version = absl::StrJoin(numbers.begin(), numbers.begin() + 3, ".");
    result.attributes.set_os_version(facts.Add("os.version", version));
    result.attributes.set_os(std::string(ClientName(version)));
    if (!system->architecture.empty()) {
      result.attributes.set_architecture(facts.Add("os.architecture", system->architecture));
    }
  }
  result.facts = facts.Finish();
  return result;
}

}  // namespace muster::collect
