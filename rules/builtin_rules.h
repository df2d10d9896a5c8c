// The rules of this folder, compiled in: what Muster judges by when it is given no others.
#ifndef MUSTER_RULES_BUILTIN_RULES_H_
#define MUSTER_RULES_BUILTIN_RULES_H_

#include <string>
#include <utility>
#include <vector>

namespace muster::rules {

// (file name, textproto), by file name: what verdict::RuleBook::Parse takes.
const std::vector<std::pair<std::string, std::string>>& BuiltinRules();

}  // namespace muster::rules

#endif  // MUSTER_RULES_BUILTIN_RULES_H_
