// Evidence as sentences for an operator, with counts and references.
#ifndef MUSTER_COMMON_VERDICT_EVIDENCE_H_
#define MUSTER_COMMON_VERDICT_EVIDENCE_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "common/verdict/findings.h"
#include "common/verdict/verdict.h"

namespace muster::verdict {

// "2013-06-26 21:37:17 UTC".
std::string InstantText(absl::Time instant);
// "0x800B0101".
std::string HresultText(uint32_t hresult);
// "1 catalog", "2 catalogs".
std::string Counted(uint64_t count, absl::string_view noun);

// True where a file name or a package identity is one of this update: "…for_KB2705219~…" of
// "KB2705219", but not of "KB27052".
bool NamesKb(absl::string_view name, absl::string_view kb);

// Catalogs that fail, as of `at`: an entry for each HRESULT and tense (never verified, fails since,
// will fail from). With `hypothetical`, they would but for the cure. Known updates of the rule that
// the names point to are explained.
std::vector<v1::Evidence> CatalogEvidence(const v1::Rule& rule,
                                          absl::Span<const FailingCatalog* const> failing,
                                          absl::Time at, bool hypothetical);

// Log records that count. `only_witness`: how many of them name a catalog that is not in the sets.
v1::Evidence RecordEvidence(const v1::Rule& rule,
                            absl::Span<const MachineView::Record* const> records,
                            uint64_t only_witness);

}  // namespace muster::verdict

#endif  // MUSTER_COMMON_VERDICT_EVIDENCE_H_
