// What Windows' own verifier says of the catalogs, beside what Muster's says.
#ifndef MUSTER_AGENT_COLLECT_CATALOG_TRUST_H_
#define MUSTER_AGENT_COLLECT_CATALOG_TRUST_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/time/time.h"
#include "agent/collect/answers.h"
#include "agent/host/system.h"
#include "common/item_set.h"

namespace muster::collect {

// A catalog on which the two disagree: with KB2749655 installed Windows takes signatures that have
// ended otherwise, and a root that is not trusted is Windows' alone to know.
struct TrustDisagreement {
  std::string name;      // of the file
  uint32_t windows = 0;  // HRESULT of WinVerifyTrust
  uint32_t muster = 0;   // HRESULT by the catalog's item, at the same instant
};

struct TrustReport {
  uint64_t asked = 0;      // catalogs that Windows gave an answer about, now or lately
  uint64_t refused = 0;    // of them, those that Windows does not trust
  uint64_t not_asked = 0;  // no answer: out of time, or the file could not be opened
  std::vector<TrustDisagreement> disagreements;  // by name
  std::string problem;                           // why some were not asked; empty where all were
};

// Remembers answers from look to look: Windows takes milliseconds over each of thousands. Not
// thread-safe.
class CatalogTrust {
 public:
  // Asks about the catalogs (v1::Catalog items) that are new, changed, whose validity has changed
  // since, or that were asked about more than a day ago. `now` is the machine's own clock. Gives up
  // when three catalogs hang or the time for all is over.
  TrustReport Ask(host::System& system, const ItemSet& catalogs, absl::Time now,
                  const AskingLimits& limits);

 private:
  struct Known {
    uint32_t hresult = 0;
    uint32_t expected = 0;
    absl::Time asked_at;
  };
  absl::flat_hash_map<std::string, Known> known_;  // by path and digest
};

// What the item says Windows answers at `now`: 0 where the signature holds.
uint32_t ExpectedHresult(const v1::Catalog& catalog, absl::Time now);

}  // namespace muster::collect

#endif  // MUSTER_AGENT_COLLECT_CATALOG_TRUST_H_
