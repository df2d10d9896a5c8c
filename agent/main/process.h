// What the system tells this process of itself: arguments, terminals, the computer's name.
#ifndef MUSTER_AGENT_MAIN_PROCESS_H_
#define MUSTER_AGENT_MAIN_PROCESS_H_

#include <cstdio>
#include <string>
#include <vector>

namespace muster::agent {

// The command line without the program, UTF-8 on Windows too; there, the console is told that what
// is written to it is UTF-8 as well.
std::vector<std::string> Arguments(int argc, char** argv);

bool IsTerminal(FILE* stream);

// Whether that terminal understands colours, by what the user's environment says.
bool TerminalHasColours();

// While it lives, this thread gives way to all others, on Windows for the disk and memory as well.
class BackgroundWork {
 public:
  BackgroundWork();
  ~BackgroundWork();
  BackgroundWork(const BackgroundWork&) = delete;
  BackgroundWork& operator=(const BackgroundWork&) = delete;
};

// Ends the process at once, with what was written to standard output on its way. For when threads
// of libraries are at work still: nothing waits for them, and nothing they use is taken down
// before.
[[noreturn]] void EndProcess(int exit_code);

// DNS host name, UTF-8; empty where it is not to be had.
std::string ComputerName();

}  // namespace muster::agent

#endif  // MUSTER_AGENT_MAIN_PROCESS_H_
