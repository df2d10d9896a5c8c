#include "agent/collect/facts.h"

#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "agent/collect/set_builder.h"
#include "agent/host/text.h"

namespace muster::collect {
namespace {

constexpr absl::string_view kFoundationPackage = "Microsoft-Windows-Foundation-Package";

// By the first three numbers of the version. Source: Microsoft, "Operating System Version".
constexpr std::pair<absl::string_view, absl::string_view> kProducts[] = {
    {"6.0.6000", "Windows Vista"},     {"6.0.6001", "Windows Vista SP1"},
    {"6.0.6002", "Windows Vista SP2"}, {"6.1.7600", "Windows 7"},
    {"6.1.7601", "Windows 7 SP1"},     {"6.2.9200", "Windows 8"},
    {"6.3.9600", "Windows 8.1"},
};

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
  SetBuilder builder(v1::FACTS, "facts");
  Facts result;
  auto system = FromFoundation(packages);
  if (!system) system = servicing_stack;
  const std::vector<uint32_t> numbers = system ? Numbers(system->version) : std::vector<uint32_t>();
  const auto add = [&](absl::string_view name, absl::string_view value) {
    v1::Fact fact;
    fact.set_name(std::string(name));
    fact.set_value(host::ValidUtf8(value, 256));
    builder.Add(fact, name);
    return fact.value();
  };
  if (numbers.size() < 3) {
    builder.tally().Absent(
        "a Foundation package or a servicing stack's line in CBS.log, which tell the version of "
        "Windows,");
  } else {
    const std::string version = absl::StrJoin(numbers.begin(), numbers.begin() + 3, ".");
    result.attributes.set_os_version(add("os.version", version));
    for (const auto& [known, product] : kProducts) {
      if (version == known) result.attributes.set_os(std::string(product));
    }
    if (!system->architecture.empty()) {
      result.attributes.set_architecture(add("os.architecture", system->architecture));
    }
  }
  result.facts = builder.Finish();
  return result;
}

}  // namespace muster::collect
