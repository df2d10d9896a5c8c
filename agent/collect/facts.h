// Plain facts about an installation; their names: docs/formats/facts.md.
#ifndef MUSTER_AGENT_COLLECT_FACTS_H_
#define MUSTER_AGENT_COLLECT_FACTS_H_

#include <optional>
#include <vector>

#include "agent/collect/answers.h"
#include "agent/collect/catalog_trust.h"
#include "agent/collect/collection.h"
#include "agent/collect/incidents.h"
#include "agent/collect/witnesses.h"
#include "agent/servicing/package/package_identity.h"

namespace muster::collect {

struct Facts {
  CollectedSet facts;
  v1::MachineAttributes attributes;  // as far as known
};

// Of a volume: os.version and os.architecture of the newest Foundation package, else of the
// servicing stack that wrote CBS.log; UNSUPPORTED, with what was looked for, where neither tells.
// The attribute os is the client's name of that version: servers share their numbers with clients,
// and neither manifest nor log says which of the two it is. Pure.
Facts DeriveFacts(const std::vector<servicing::PackageIdentity>& packages,
                  const std::optional<ServicingStack>& servicing_stack);

// Of a running system. PARTIAL where it could not tell everything about itself. Pure.
Facts SystemFacts(const SystemAnswers& answers, const Witnesses& witnesses,
                  const TrustReport& trust);

}  // namespace muster::collect

#endif  // MUSTER_AGENT_COLLECT_FACTS_H_
