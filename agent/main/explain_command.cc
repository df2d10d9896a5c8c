#include "agent/main/explain_command.h"

#include <algorithm>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "agent/host/text.h"
#include "common/servicing/hresult/hresult.h"

namespace muster::agent {
namespace {

constexpr char kExamples[] =
    R"(Examples:
  muster-agent explain 2148204801
  muster-agent explain 0x800B0101 -2146762495 CERT_E_EXPIRED

CODE is hexadecimal (0x800B0101), decimal as wusa and event logs print it (2148204801,
-2146762495), or a symbol. Exit status: 0 all known, 1 one is not in the table, 2 one cannot be read.)";

// Source: winerror.h, FACILITY_*; 15 is also what CBS takes its codes from.
absl::string_view FacilityName(uint32_t facility) {
  switch (facility) {
    case 0:
      return "general";
    case 4:
      return "interface";
    case 7:
      return "Win32 error";
    case 9:
      return "security and cryptography";
    case 11:
      return "certificates and trust";
    case 15:
      return "setup and component based servicing";
    case 36:
      return "Windows Update";
    default:
      return "facility without a name here";
  }
}

// The parts of an HRESULT: [MS-ERREF] 2.1.
std::string Decode(uint32_t code) {
  const uint32_t facility = (code >> 16) & 0x7FF;
  const uint32_t number = code & 0xFFFF;
  std::string text =
      absl::StrFormat("Not in the table. %s, facility %u (%s), code %u (0x%04X).",
                      (code & 0x80000000) != 0 ? "A failure" : "A success or an exit status",
                      facility, FacilityName(facility), number, number);
  if (facility == 7) {
    absl::StrAppend(&text, " \"net helpmsg ", number, "\" on any Windows says what it means.");
  }
  return text;
}

int Explain(const std::string& text, std::ostream& out) {
  const auto code = servicing::ParseHresult(text);
  if (!code.ok()) {
    std::cerr << "muster-agent: " << host::Displayable(code.status().message()) << "\n";
    return 2;
  }
  const servicing::HresultInfo* info = servicing::FindHresult(*code);
  out << (info != nullptr ? info->name : "unknown") << "\n  " << servicing::FormatHresult(*code)
      << "  " << *code << "  " << static_cast<int32_t>(*code) << "\n  "
      << (info != nullptr ? std::string(info->meaning) : Decode(*code)) << "\n";
  return info != nullptr ? 0 : 1;
}

}  // namespace

void AddExplainCommand(CLI::App& app, int& exit_code) {
  CLI::App* command =
      app.add_subcommand("explain", "Say what a code of the servicing stack means, and what to do");
  auto codes = std::make_shared<std::vector<std::string>>();
  command->add_option("code", *codes, "HRESULTs in any spelling")->required()->type_name("CODE");
  command->footer(kExamples);
  command->callback([codes, &exit_code] {
    exit_code = 0;
    for (const std::string& code : *codes) {
      exit_code = std::max(exit_code, Explain(code, std::cout));
    }
  });
}

}  // namespace muster::agent
