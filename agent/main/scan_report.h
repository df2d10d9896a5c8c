// From what was collected to the report of a scan: the same judgement that the server would make.
#ifndef MUSTER_AGENT_MAIN_SCAN_REPORT_H_
#define MUSTER_AGENT_MAIN_SCAN_REPORT_H_

#include "absl/time/time.h"
#include "agent/collect/collection.h"
#include "common/verdict/verdict.h"
#include "muster/v1/scan.pb.h"

namespace muster::agent {

// Everything but image, scanned_at and agent_version. The worst verdict first. Evidence comes with
// the observations it names. Catalogs are as their signatures hold at `as_of` on a host without
// cures. Pure.
v1::ScanReport MakeScanReport(const collect::Collection& collection, const verdict::RuleBook& rules,
                              absl::Time as_of);

v1::ScannedIncident ToScannedIncident(const v1::Incident& incident);

// What a script may rely on: 1 where a verdict is AFFECTED or AT_RISK; else 2 where one is UNKNOWN;
// else 0.
int ExitCodeOf(const v1::ScanReport& report);

}  // namespace muster::agent

#endif  // MUSTER_AGENT_MAIN_SCAN_REPORT_H_
