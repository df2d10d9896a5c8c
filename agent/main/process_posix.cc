#include <unistd.h>

#include <cstdlib>
#include <iostream>

#include "agent/main/process.h"

namespace muster::agent {

std::vector<std::string> Arguments(int argc, char** argv) { return {argv + 1, argv + argc}; }

bool IsTerminal(FILE* stream) { return isatty(fileno(stream)) != 0; }

bool TerminalHasColours() {
  const char* term = std::getenv("TERM");
  return std::getenv("NO_COLOR") == nullptr && term != nullptr && std::string(term) != "dumb";
}

// Whoever reports a volume from here sets the priority of the process as they like.
BackgroundWork::BackgroundWork() = default;
BackgroundWork::~BackgroundWork() = default;

void EndProcess(int exit_code) {
  std::cout.flush();
  std::_Exit(exit_code);
}

std::string ComputerName() {
  char name[256] = {};
  return gethostname(name, sizeof(name) - 1) == 0 ? name : "";
}

}  // namespace muster::agent
