// Lets a shell complete musterctl's command line. The scripts only ask the program itself
// (`musterctl __complete`), which knows its commands, options and values, and asks the server for
// names where one is set up.
#ifndef MUSTER_DASHBOARD_API_CTL_COMPLETION_H_
#define MUSTER_DASHBOARD_API_CTL_COMPLETION_H_

#include <CLI/CLI.hpp>
#include <istream>
#include <map>
#include <ostream>
#include <string>
#include <vector>

#include "dashboard-api/ctl/names.h"
#include "dashboard-api/ctl/settings.h"

namespace muster::ctl {

// For `source <(musterctl completion bash)`, bash 4 or later.
std::string BashCompletion();
// For `musterctl completion powershell | Out-String | Invoke-Expression`, PowerShell 5.1 or later.
std::string PowerShellCompletion();

// What may stand where the cursor is.
struct Candidates {
  std::vector<std::string> words;         // known without a server
  const CLI::Option* value_of = nullptr;  // a name is wanted for this option or argument
  std::string prefix;                     // of that name
  std::string before;                     // "--filter=", where the name's word begins so
  bool files = false;                     // the name of a file is wanted
  Flags flags;                            // what the words say of the server
};

// `words`: those behind the program's name; the last one, maybe empty, is to be completed. What an
// argument takes is known of its type name: one of "{a,b}" (CLI::IsMember), a file (kFileType), or
// anything. "--output=json" may be one word, or three, as bash cuts it. Pure.
Candidates Complete(const CLI::App& app, const std::vector<std::string>& words);

// Reads the words from `in`, a line each, and writes candidates, a line each; ":files" stands for
// the names of files. Says nothing where the server can't be asked: a shell is no place for that.
void WriteCandidates(const CLI::App& app, const std::map<const CLI::Option*, NameSource>& names,
                     std::istream& in, std::ostream& out);

}  // namespace muster::ctl

#endif  // MUSTER_DASHBOARD_API_CTL_COMPLETION_H_
