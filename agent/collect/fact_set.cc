#include "agent/collect/fact_set.h"

#include <utility>

#include "agent/host/text.h"

namespace muster::collect {
namespace {

constexpr size_t kMaxValueBytes = 256;

// By the first three numbers of the version. Source: Microsoft, "Operating System Version".
constexpr std::pair<absl::string_view, absl::string_view> kProducts[] = {
    {"6.0.6000", "Windows Vista"},     {"6.0.6001", "Windows Vista SP1"},
    {"6.0.6002", "Windows Vista SP2"}, {"6.1.7600", "Windows 7"},
    {"6.1.7601", "Windows 7 SP1"},     {"6.2.9200", "Windows 8"},
    {"6.3.9600", "Windows 8.1"},
};

}  // namespace

std::string FactSet::Add(absl::string_view name, absl::string_view value) {
  v1::Fact fact;
  fact.set_name(host::ValidUtf8(name, kMaxValueBytes));
  fact.set_value(host::ValidUtf8(value, kMaxValueBytes));
  builder_.Add(fact, name);
  return fact.value();
}

absl::string_view ClientName(absl::string_view version) {
  for (const auto& [known, product] : kProducts) {
    if (version == known) return product;
  }
  return "";
}

}  // namespace muster::collect
