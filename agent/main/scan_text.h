// A scan's report for a person: the verdict first, then why, then what to do.
#ifndef MUSTER_AGENT_MAIN_SCAN_TEXT_H_
#define MUSTER_AGENT_MAIN_SCAN_TEXT_H_

#include <ostream>

#include "common/verdict/verdict.h"
#include "muster/v1/scan.pb.h"

namespace muster::agent {

// `coloured`: with ANSI colours. Nothing in the report reaches the terminal unescaped.
void WriteScanText(const v1::ScanReport& report, const verdict::RuleBook& rules, bool coloured,
                   std::ostream& out);

// One log record on one line.
void WriteRecordText(const v1::ScannedIncident& record, std::ostream& out);

}  // namespace muster::agent

#endif  // MUSTER_AGENT_MAIN_SCAN_TEXT_H_
