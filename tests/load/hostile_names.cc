#include "tests/load/hostile_names.h"

#include <iterator>
#include <string>

#include "absl/strings/str_cat.h"
#include "common/text_checks.h"

namespace muster::load {
namespace {

// Of what the server takes no more than kMaxTextBytes.
const std::string kTexts[] = {
    "<img src=x onerror=alert(1)>",
    "\"><script>alert(document.domain)</script>",
    "javascript:alert(1)//%0A'\"`${alert(1)}{{7*7}}",
    "\u202Egnp.exe \u2066\u202Dtxt\u2069",  // overrides and isolates of direction, not ended
    "\u05DE\u05D7\u05E9\u05D1 \u0627\u0644\u062D\u0627\u0633\u0648\u0628 123",
    "\U0001F468\u200D\U0001F469\u200D\U0001F467\u200D\U0001F466 \U0001F3F4\U000E0067\U000E0062 "
    "Z\u0351\u036B\u0343a\u0363",
    "=HYPERLINK(\"http://example.invalid\";\"x\")",
    "| a | b | `c` # [x](http://example.invalid)",
    std::string(kMaxTextBytes - 8, 'W'),
    "\u00A0\u200B\uFEFF",
};

}  // namespace

int HostileNameCount() { return static_cast<int>(std::size(kTexts)); }

void MakeHostile(int index, v1::MachineAttributes& attributes) {
  const std::string& text = kTexts[index];
  attributes.set_name(absl::StrCat(text, " ", index));
  attributes.set_domain(text);
  attributes.set_site(text);
  attributes.set_organizational_unit(text);
  attributes.set_os(text);
}

}  // namespace muster::load
