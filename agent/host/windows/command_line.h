// Command lines that a Windows program takes apart again into the very same arguments. No Windows
// header: tested everywhere.
#ifndef MUSTER_AGENT_HOST_WINDOWS_COMMAND_LINE_H_
#define MUSTER_AGENT_HOST_WINDOWS_COMMAND_LINE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace muster::host {

// One argument, in quotes where it needs them. Source: Microsoft, "Parsing C++ command-line
// arguments" and CommandLineToArgvW: backslashes are themselves, but where a quote follows each
// must be doubled, and the quote gets one of its own.
std::string QuoteArgument(absl::string_view argument);

// What CreateProcess takes, program first. INVALID_ARGUMENT for a NUL, which would cut it off, and
// for more than 32,000 bytes: CreateProcess takes 32,767 units of UTF-16.
absl::StatusOr<std::string> CommandLineOf(absl::string_view program,
                                          const std::vector<std::string>& arguments);

}  // namespace muster::host

#endif  // MUSTER_AGENT_HOST_WINDOWS_COMMAND_LINE_H_
